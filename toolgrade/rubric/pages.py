"""The pages of all ids that a report can contain: what is asked, why, examples, the price.

Most of it is in the docstrings of checks. What the reader of a definition finds has no check; its
text is in `rubrics/reader.toml`.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from toolgrade.files.compiled import read_tables
from toolgrade.model import MALFORMED, SHADOWED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.checks.check import Check
    from toolgrade.rubric import Rubric
    from toolgrade.rubric.rules import DimensionRules, Price, Question

_WIDTH = 76
_REPEATED = 3


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to say about one id. `bad` and `good` are examples as code, "" for none;
    `worth` is its price or its level; `of_tool` is false for what only a whole server
    can be asked.
    """

    id: str
    title: str
    why: str
    source: str
    related: tuple[str, ...]
    bad: str
    good: str
    worth: str
    word_lists: tuple[str, ...] = ()
    of_tool: bool = True


def list_pages(rubric: Rubric) -> Iterator[Page]:
    """Yield the page of every id that a report under this rubric can contain, in the order of
    the rubric.
    """
    for rules in rubric.every_dimension:
        for question in rules.questions:
            yield _build_check_page(question.check, _describe_worth(question, rules))
    for kind in (*MALFORMED, SHADOWED):
        if said := rubric.unpriced.get(kind):
            yield _build_reader_page(kind, said)
    for remark in rubric.remarks:
        yield _build_check_page(remark.check, _describe_level(remark.level))


def format_signed(number: object) -> str:
    """Return a price with its sign, "0" without one.

    >>> format_signed(1), format_signed(-0.5), format_signed(0)
    ('+1', '-0.5', '0')
    """
    text = str(number)
    return text if text.startswith("-") or text in {"0", "0.0"} else f"+{text}"


def format_price(price: Price) -> str:
    """Return a price in a few words, such as "met +1; unmet -0.5"."""
    parts = []
    if price.gate is not None:
        parts.append(f"while unmet, every dimension is {price.gate}")
    if price.cap is not None:
        parts.append(f"while unmet, its dimension is at most {price.cap}")
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
    if price.level:
        parts.append(f"level {price.level}")
    return "; ".join(parts)


def format_share(rules: DimensionRules) -> str:
    """Return in words what part of which score a dimension makes up."""
    whose = "coherence" if rules.table == "coherence" else "the score"
    return f"{rules.words.weight} % of {whose}"


def _describe_worth(question: Question, rules: DimensionRules) -> str:
    where = f"{rules.words.title} ({format_share(rules)})"
    return f"Price: {format_price(question.price)}, in {where}"


def _describe_level(level: str) -> str:
    return f"Level: {level}; it has no price and changes no score"


def _build_check_page(check: Check, worth: str) -> Page:
    head, _, rest = check.page.partition("\n\nSource: ")
    title, _, why = head.partition(".\n\n")
    references, _, examples = rest.partition("\n\nBad:\n")
    source, _, related = references.partition("\n\nRelated: ")
    bad, _, good = examples.partition("\n\nGood:\n")
    return Page(
        id=check.id,
        title=title.rstrip("."),
        why=_join_lines(why),
        source=_join_lines(source),
        related=tuple(related.replace(",", " ").split()),
        bad=_render_example(bad),
        good=_render_example(good),
        worth=worth,
        word_lists=tuple(sorted(name.replace("_", "-") for name in check.words)),
        of_tool=check.of_tool,
    )


def _build_reader_page(kind: str, said: Mapping[str, str]) -> Page:
    id_ = f"shadowing.{kind}" if kind == SHADOWED else f"malformed.{kind}"
    text = _reader_texts()[kind]
    return Page(
        id=id_,
        title=said["title"],
        why=_join_lines(text["why"]),
        source=text["source"],
        related=tuple(text["related"]),
        bad=text["bad"].strip("\n"),
        good=text["good"].strip("\n"),
        worth=_describe_level(said["level"]),
        of_tool=not text.get("of-server", False),
    )


@cache
def _reader_texts() -> Mapping[str, Mapping[str, Any]]:
    return read_tables("reader.toml")


def _join_lines(text: str) -> str:
    return " ".join(text.split())


def _render_example(text: str) -> str:
    """Return the TOML of a docstring's example as the JSON that a client would get."""
    example = tomllib.loads(text)
    if not example:
        return ""
    siblings = [{"name": s} if isinstance(s, str) else s for s in example.pop("siblings", ())]
    if times := example.pop("repeat", 0):
        start = " ".join([example["description"]] * _REPEATED)
        example["description"] = f"{start} ... and so on, {times} times"
    return _render_json({"tools": [example, *siblings]} if siblings else example, 0)


def _render_json(value: Any, indent: int) -> str:  # noqa: ANN401 - any JSON
    """Return JSON with what fits on a line on one line."""
    flat = json.dumps(value)
    if len(flat) + indent <= _WIDTH or not value or not isinstance(value, dict | list):
        return flat
    deeper = indent + 2
    if isinstance(value, dict):
        parts = [f"{json.dumps(k)}: {_render_json(v, deeper)}" for k, v in value.items()]
    else:
        parts = [_render_json(member, deeper) for member in value]
    brackets = "{}" if isinstance(value, dict) else "[]"
    inner = ",\n".join(" " * deeper + part for part in parts)
    return f"{brackets[0]}\n{inner}\n{' ' * indent}{brackets[1]}"
