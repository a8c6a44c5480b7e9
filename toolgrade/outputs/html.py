"""A page worth sending to a colleague: one file, no script, no network, light, dark and on paper.

Everything a stranger wrote passes `visible` and then Jinja's escaping, at one door (`finalize`), so
no template can forget it. Pieces are handed over as they are made: the page is never held whole.
"""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from toolgrade.outputs.digest import (
    describe_unknown,
    explain_next_tier,
    follows_tdqs,
    points,
    sum_name,
    tenths,
    worth,
)
from toolgrade.outputs.fields import MOST_ROWS
from toolgrade.outputs.matrix import SIGNS, WORDS, describe_uncertain
from toolgrade.outputs.page import details, pages
from toolgrade.outputs.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.model import Pointer, Quote, Report

_LONGEST_JSON = 40_000
_LONGEST_QUOTE = 160
_MOST_QUOTES = 5
_MOST_MATRIX = 60


def render(report: Report) -> Iterator[str]:
    """Return the page in chunks. Details are shown for the MOST_DETAILED worst tools."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - slow to import

    environment = Environment(
        loader=PackageLoader("toolgrade", "outputs"),
        autoescape=True,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "flat": _flat,
        "points": _points,
        "signed": _format_signed,
        "worth": worth,
        "tenths": tenths,
        "half_seen": describe_unknown,
        "untold_of": describe_uncertain,
    }
    environment.filters |= {"json": _json, "where": _where, "quotes": _quotes}
    words = {d.key: d for d in report.rubric.dimensions}
    return environment.get_template("report.html.j2").generate(
        report=report,
        pages=pages(report),
        details=lambda row: details(row.report, words),
        longest_json=_LONGEST_JSON,
        most_rows=MOST_ROWS,
        most_matrix=_MOST_MATRIX,
        m_signs=SIGNS,
        m_words=WORDS,
        sum_name=sum_name(report.rubric),
        follows_tdqs=follows_tdqs(report.rubric),
        way_up=explain_next_tier,
        zero=Decimal(0),
    )


def _harmless(value: object) -> object:
    # Markup is a str too, and is already escaped; its own type is what says so.
    return visible(value) if type(value) is str else value


def _flat(text: str) -> str:
    return visible(text, lines=False)


def _points(number: Decimal) -> str:
    return points(number).replace("-", "\N{MINUS SIGN}")


def _format_signed(number: Decimal) -> str:
    return _points(number) if number < 0 else f"+{_points(number)}"


def _json(value: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def _where(pointer: Pointer) -> str:
    """Return a pointer in a reader's words: the parameter's name, or the pointer as it is."""
    tokens = [t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")]
    names = [t for before, t in pairwise(tokens) if before == "properties"]
    if pointer.startswith("/inputSchema/") and names:
        return ".".join(names)
    return pointer.lstrip("/")


def _quotes(quotes: Sequence[Quote]) -> list[tuple[str, str]]:
    """Return the first quotes as (words, where); where is empty for the description's own."""
    return [
        (
            q.text if len(q.text) <= _LONGEST_QUOTE else q.text[:_LONGEST_QUOTE] + "…",
            "" if q.pointer == "/description" or _names(q.pointer) else _where(q.pointer),
        )
        for q in quotes[:_MOST_QUOTES]
    ]


def _names(pointer: Pointer) -> bool:
    """Whether a quote from a server is a tool's name, which says itself where it stands."""
    return pointer.startswith("/tools/") and pointer.endswith("/name")
