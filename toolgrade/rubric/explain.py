"""What a rubric asks and what it is worth, in words: the pages of `toolgrade explain`."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from toolgrade.files.shipped import page_url
from toolgrade.model import SHADOWED, SPECS, STRICTEST
from toolgrade.risk import pages as risk
from toolgrade.rubric.pages import format_price, format_share, list_pages
from toolgrade.wording.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolgrade.rubric import Rubric
    from toolgrade.rubric.pages import Page
    from toolgrade.rubric.rules import DimensionRules, Question, Remark

_WIDTH = 88

_IGNORE = """\
ignore: leaves a finding as it is. The report shows the reason; no score changes.

In a config, for tools by name ("*" is any text), for all tools, and for the server as a whole:
  [[ignore]]
  check = "usage.exclusion"
  tool = "get_*"
  reason = "these tools have no alternative"

In the source, in a comment on a line without code or after code:
  # toolgrade: ignore[usage.exclusion] it has no alternative
  // toolgrade: ignore[usage, behavior.cost] the instructions say it

The names are those that `toolgrade checks` lists, or a dimension; commas separate them. A comment
applies to its line, or to the next line if there is no code on its own:
  where a tool is registered, named or begins (in Python its decorator or its def): the whole tool
  any line of a description or of a parameter: what is found in that text
Text inside a string is not a comment. What is asked about the server as a whole can only be ignored
in the config. Reported and not followed: a comment without a reason, one that names no check, one
that belongs to no tool, and one whose finding no longer exists."""


def one_line(question: Question) -> str:
    """Return a check in one line: its id, its title, its price."""
    return f"{question.check.id:29} {question.check.title}: {format_price(question.price)}"


def level_line(remark: Remark) -> str:
    """Return a check without a price in one line: its id, its title, its level."""
    return f"{remark.check.id:29} {remark.check.title}: {remark.level}"


def pages(rubric: Rubric) -> dict[str, str]:
    """Return the text of every page by its id."""
    return {page.id: "\n".join(id_page(page)) for page in list_pages(rubric)}


def id_page(page: Page) -> Iterator[str]:
    """Yield the lines of the page of a check, or of what the reader finds."""
    yield from (page.id, "", f"{page.title}.", "", *_wrap(page.why))
    for head, example in (("Bad", page.bad), ("Good", page.good)):
        if example:
            yield from ("", f"{head}:", *textwrap.indent(example, "    ").splitlines())
    yield from ("", page.worth)
    if page.worth.startswith("Price:"):
        yield "A price is added to the score of its dimension, which runs from 1 to 5."
    if page.word_lists:
        yield from ("", f"Word lists, in the rubric's [lexicons]: {', '.join(page.word_lists)}")
    yield from ("", *how_to_ignore(page))
    if page.related:
        yield from ("", f"Related: {', '.join(page.related)}")
    if page.source:
        yield from ("", *_wrap(f"Source: {page.source}"))
    if url := page_url(page.id):
        yield from ("", f"On the web: {url}")


def _wrap(text: str) -> list[str]:
    # Not at hyphens: they are in file names and ids.
    return textwrap.wrap(text, _WIDTH, break_on_hyphens=False)


def how_to_ignore(page: Page) -> Iterator[str]:
    """Yield how to ignore a finding of this id."""
    yield "Ignore it in toolgrade.toml:"
    yield "    [[ignore]]"
    yield f'    check = "{page.id}"'
    if page.of_tool:
        yield '    tool = "NAME"'
    yield '    reason = "WHY"'
    if page.of_tool:
        yield ""
        yield "Or in a comment in the source, at the tool:"
        yield f"    # toolgrade: ignore[{page.id}] WHY"


def dimension_page(rules: DimensionRules) -> Iterator[str]:
    """Yield the lines of a dimension's page: question, anchors, baseline, checks with prices."""
    words = rules.words
    yield f"{words.title} ({words.key}), {format_share(rules)}"
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
    yield f"spec: the revision of the MCP specification that schemas follow; {STRICTEST} is all"
    yield ""
    yield from (f"  {revision}  {what}" for revision, what in SPECS.items())


def page(rubric: Rubric, topic: str, others: Iterable[str] = ()) -> Iterator[str]:
    """Return the page of a check, a dimension, a group of checks without a price, "spec", "ignore",
    a topic of risk, or (for "") the rubric. Raises KeyError for any other topic, with a suggestion
    from these and the `others`.
    """
    if not topic:
        return rubric_page(rubric)
    lines: dict[str, Iterator[str]] = {
        **{topic: risk.page(topic) for topic in risk.topics()},
        **{group: group_page(group, lines) for group, lines in _groups(rubric).items()},
        **{rules.words.key: dimension_page(rules) for rules in rubric.every_dimension},
        **{found.id: id_page(found) for found in list_pages(rubric)},
        "spec": spec_page(),
        "ignore": iter(_IGNORE.splitlines()),
    }
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
    for group, lines in _groups(rubric).items():
        yield ""
        yield from group_page(group, lines)


def group_page(group: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the page of the ids without a price that begin alike."""
    yield f"{group}: findings with a level instead of a price; they change no score"
    yield ""
    yield from (f"  {line}" for line in lines)


def _groups(rubric: Rubric) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, said in rubric.unpriced.items():
        group = "shadowing" if kind == SHADOWED else "malformed"
        line = f"{f'{group}.{kind}':29} {said['title']}: {said['level']}"
        found.setdefault(group, []).append(line)
    for remark in rubric.remarks:
        group = remark.check.id.partition(".")[0]
        found.setdefault(group, []).append(level_line(remark))
    return found
