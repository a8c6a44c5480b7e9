"""What a rubric asks and what it pays, in words: pages for the terminal and rubrics/README.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.model import SPECS, STRICTEST
from toolgrade.risk import pages as risk
from toolgrade.wording.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolgrade.rubric import Rubric
    from toolgrade.rubric.rules import DimensionRules, Price, Question, Remark


def format_signed(number: object) -> str:
    """Return a price with its sign, "0" without one.

    >>> signed(1), signed(-0.5), signed(0)
    ('+1', '-0.5', '0')
    """
    text = str(number)
    return text if text.startswith("-") or text in {"0", "0.0"} else f"+{text}"


def price(price: Price) -> str:
    """Return a price in a few words, such as "met +1, unmet -0.5, at most 2 while unmet"."""
    parts = []
    if price.gate is not None:
        parts.append(f"while unmet, every dimension is {price.gate}")
    if price.cap is not None:
        parts.append(f"while unmet, at most {price.cap}")
    if price.met or (not parts and not price.unmet):
        parts.append(f"met {format_signed(price.met)}")
    if price.unmet:
        parts.append(f"unmet {format_signed(price.unmet)}")
    parts += [
        f"met {format_signed(m)}, unmet {format_signed(u)} when {c.text}" for c, m, u in price.cases
    ]
    if price.when:
        parts.append(f"asked only when {price.when.text}")
    if price.flag:
        parts.append(f'raises the flag "{price.flag}"')
    return "; ".join(parts)


def one_line(question: Question) -> str:
    """Return a check in one line: its id, its price, its title."""
    return f"{question.check.id:29} {question.check.title}: {price(question.price)}"


def level_line(remark: Remark) -> str:
    """Return a check without a price in one line: its id, its level, its title."""
    return f"{remark.check.id:29} {remark.check.title}: {remark.level}"


def remark_page(remark: Remark) -> Iterator[str]:
    """Yield the lines of the page of a check without a price: what it asks, at which level."""
    yield from (remark.check.id, "", remark.check.page, "")
    yield f"Level: {remark.level}; it has no price and moves no score"
    yield from (f"Option: {name.replace('_', '-')} (word list)" for name in remark.check.options)


def room_page(room: str, remarks: Sequence[Remark]) -> Iterator[str]:
    """Yield the lines of the page of the checks without a price that stand in one module."""
    yield f"{room}: reported beside the score, at a level instead of a price"
    yield ""
    yield from (f"  {level_line(remark)}" for remark in remarks)


def check_page(question: Question) -> Iterator[str]:
    """Yield the lines of a check's page: what it asks, its price, its options."""
    yield question.check.id
    yield ""
    yield question.check.page
    yield ""
    yield f"Price: {price(question.price)}"
    for name in question.check.options:
        kind = "word list" if name in question.check.words else "option"
        yield f"Option: {name.replace('_', '-')} ({kind})"


def pages(rubric: Rubric) -> dict[str, str]:
    """Return every check's page by the check's id."""
    questions = (question for rules in rubric.every_dimension for question in rules.questions)
    priced = {q.check.id: "\n".join(check_page(q)) for q in questions}
    return priced | {r.check.id: "\n".join(remark_page(r)) for r in rubric.remarks}


def share(rules: DimensionRules) -> str:
    """Return in words what part of which score a dimension makes up."""
    whose = "coherence" if rules.table == "coherence" else "the score"
    return f"{rules.words.weight} % of {whose}"


def dimension_page(rules: DimensionRules) -> Iterator[str]:
    """Yield the lines of a dimension's page: question, anchors, baseline, checks with prices."""
    words = rules.words
    yield f"{words.title} ({words.key}), {share(rules)}"
    yield ""
    yield words.question
    yield words.importance
    yield ""
    yield from (f"  {point}  {text}" for point, text in words.anchors.items())
    yield ""
    yield "The sum starts at:"
    for rung in rules.baseline:
        case = f"when {rung.when.text}" if rung.when else "otherwise"
        yield f"  {rung.score}  {case}: {rung.why}"
    yield ""
    yield "and adds:"
    yield from (f"  {one_line(question)}" for question in rules.questions)


def spec_page() -> Iterator[str]:
    """Yield the lines of the page of `--spec`."""
    yield f"spec: which revision of the MCP specification schemas are held to; {STRICTEST} is all"
    yield ""
    yield from (f"  {revision}  {what}" for revision, what in SPECS.items())


_IGNORE = """\
ignore: leaves a finding as it is; the reason stands in the report, and no score changes

In a config, for tools by name ("*" is any text), or for all, and for the server as a whole:
  [[ignore]]
  check = "usage.exclusion"
  tool = "get_*"
  reason = "these tools have no alternative"

In the source, in a comment of its own or behind another one:
  # toolgrade: ignore[usage.exclusion] it has no alternative
  // toolgrade: ignore[usage, behavior.cost] the instructions say it

Names are those of `toolgrade checks`, or of a dimension; commas part them. A comment speaks for
its line, or, alone on its line, for the next one:
  where a tool is registered, named or begins (in Python its decorator or its def): all of the tool
  any line of a description, from quote to quote, or of a parameter: what is found in it
What stands in a string is text and no comment. What is asked of the server as a whole is ignored
in the config only. Told, and not heeded: a comment without a reason, one that names no check, one
that stands at no tool, and one that nothing answers to any more."""


def page(rubric: Rubric, topic: str, others: Iterable[str] = ()) -> Iterator[str]:
    """Return the page of a check, a dimension, "spec", "ignore", a topic of risk or (for "") the
    rubric. Raises KeyError with a suggestion, perhaps one of the `others`, for what is no topic.
    """
    if not topic:
        return rubric_page(rubric)
    lines: dict[str, Iterator[str]] = {
        **{topic: risk.page(topic) for topic in risk.topics()},
        **{room: room_page(room, remarks) for room, remarks in _rooms(rubric).items()},
        "spec": spec_page(),
        "ignore": iter(_IGNORE.splitlines()),
        **{remark.check.id: remark_page(remark) for remark in rubric.remarks},
    }
    for rules in rubric.every_dimension:
        lines |= {question.check.id: check_page(question) for question in rules.questions}
        lines[rules.words.key] = dimension_page(rules)
    if topic not in lines:
        hint = suggest(topic, [*lines, *others], "`toolgrade checks` lists them")
        raise KeyError(f"there is no check or dimension '{topic}'{hint}")
    return lines[topic]


def rubric_page(rubric: Rubric) -> Iterator[str]:
    """Yield the lines of a rubric's page: every dimension, then what has a level and no price."""
    yield f"Rubric {rubric.stamp.name} {rubric.stamp.version} ({rubric.stamp.digest})"
    for rules in rubric.every_dimension:
        yield ""
        yield from dimension_page(rules)
    for room, remarks in _rooms(rubric).items():
        yield ""
        yield from room_page(room, remarks)


def _rooms(rubric: Rubric) -> dict[str, list[Remark]]:
    rooms: dict[str, list[Remark]] = {}
    for remark in rubric.remarks:
        rooms.setdefault(remark.check.id.partition(".")[0], []).append(remark)
    return rooms
