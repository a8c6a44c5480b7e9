"""What a rubric asks and what it pays, in words: pages for the terminal and rubrics/README.md."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.rubric import DimensionRules, Price, Question, Rubric


def signed(number: object) -> str:
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
        parts.append(f"met {signed(price.met)}")
    if price.unmet:
        parts.append(f"unmet {signed(price.unmet)}")
    parts += [f"met {signed(m)}, unmet {signed(u)} when {c.text}" for c, m, u in price.cases]
    if price.when:
        parts.append(f"asked only when {price.when.text}")
    if price.flag:
        parts.append(f'raises the flag "{price.flag}"')
    return "; ".join(parts)


def one_line(question: Question) -> str:
    """Return a check in one line: its id, its price, its title."""
    return f"{question.check.id:29} {question.check.title}: {price(question.price)}"


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
    return {q.check.id: "\n".join(check_page(q)) for q in questions}


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


def page(rubric: Rubric, topic: str) -> Iterator[str]:
    """Yield the page of a check, a dimension or (for "") the rubric. Raises KeyError with a
    suggestion for what is none of them.
    """
    by_key = {rules.words.key: rules for rules in rubric.every_dimension}
    by_check = {q.check.id: q for rules in rubric.every_dimension for q in rules.questions}
    if not topic:
        yield f"Rubric {rubric.stamp.name} {rubric.stamp.version} ({rubric.stamp.digest})"
        for rules in rubric.every_dimension:
            yield ""
            yield from dimension_page(rules)
    elif topic in by_key:
        yield from dimension_page(by_key[topic])
    elif topic in by_check:
        yield from check_page(by_check[topic])
    else:
        near = difflib.get_close_matches(topic, [*by_key, *by_check], 1, 0.4)
        hint = f"; did you mean '{near[0]}'?" if near else "; `toolgrade checks` lists them"
        raise KeyError(f"there is no check or dimension '{topic}'{hint}")
