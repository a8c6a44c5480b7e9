"""A page worth sending to a colleague: one file, no script, no network, light, dark and on paper.

Everything a stranger wrote passes `visible` and then Jinja's escaping, at one door (`finalize`), so
no template can forget it. Pieces are handed over as they are made: the page is never held whole.
"""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from toolgrade.files.shipped import page_url
from toolgrade.model import SEVERITIES, UNCLEAR
from toolgrade.outputs.details import build_coherence_sums, details
from toolgrade.outputs.fields import MOST_ROWS
from toolgrade.outputs.matrix import SIGNS, WORDS, describe_fine
from toolgrade.outputs.phrases import (
    describe_review,
    describe_state,
    follows_tdqs,
    points,
    sum_name,
    tenths,
    worth,
)
from toolgrade.outputs.scorecard import build_scorecard, rank_tool
from toolgrade.outputs.visible import visible
from toolgrade.wording.counts import format_count, format_more, format_rest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.model import Pointer, Quote, Report
    from toolgrade.outputs.scorecard import ServerCard, ToolCard

MOST_DETAILED = 300
_LONGEST_JSON = 40_000
_LONGEST_QUOTE = 160
_MOST_QUOTES = 5
_MOST_MATRIX = 60
_RISK_LEVELS = (*reversed(SEVERITIES), UNCLEAR)


def render(report: Report) -> Iterator[str]:
    """Return the page in chunks. The MOST_DETAILED worst tools are shown in full."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - slow to import

    environment = Environment(
        loader=PackageLoader("toolgrade", "outputs"),
        autoescape=True,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    cards = build_scorecard(report)
    tools = sorted((tool for card in cards for tool in card.tools), key=_rank)
    shown = {tool.anchor for tool in tools[:MOST_DETAILED]}
    words, of_server = (
        {dimension.key: dimension for dimension in dimensions}
        for dimensions in (report.rubric.dimensions, report.rubric.coherence)
    )
    environment.filters |= {
        "flat": _flat,
        "points": _points,
        "page_url": page_url,
        "signed": _format_signed,
        "worth": worth,
        "tenths": tenths,
        "state": describe_state,
        "ready": describe_review,
        "count": format_count,
        "more": format_more,
        "rest": format_rest,
        "fine": describe_fine,
        "json": _json,
        "where": _where,
        "quotes": _quotes,
    }
    return environment.get_template("report.html.j2").generate(
        report=report,
        cards=cards,
        shown=shown,
        rows_of=lambda card: [tool for tool in card.tools if tool.anchor in shown],
        details=lambda tool: details(tool.report, words),
        coherence_sums=lambda card: build_coherence_sums(card.report, of_server),
        count_tiers=_count_tiers,
        count_levels=_count_levels,
        longest_json=_LONGEST_JSON,
        most_rows=MOST_ROWS,
        most_matrix=_MOST_MATRIX,
        m_signs=SIGNS,
        m_words=WORDS,
        sum_name=sum_name(report.rubric),
        follows_tdqs=follows_tdqs(report.rubric),
        zero=Decimal(0),
    )


def _rank(tool: ToolCard) -> Decimal:
    return rank_tool(tool.report)[0]


def _count_tiers(card: ServerCard) -> dict[str, int]:
    """Return how many tools have each tier, the best first."""
    scores = [tool.report.score for tool in reversed(card.tools)]
    tiers = [score.tier if score else "not graded" for score in scores]
    return {tier: tiers.count(tier) for tier in tiers}


def _count_levels(tools: Sequence[ToolCard]) -> dict[str, int]:
    """Return how many tools have each level of risk, the worst first."""
    levels = [tool.level for tool in tools]
    return {level: levels.count(level) for level in _RISK_LEVELS if level in levels}


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
    """Return the parameter that a pointer leads to by its dotted name, or else the pointer."""
    tokens = [t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")]
    names = [t for before, t in pairwise(tokens) if before == "properties"]
    if pointer.startswith("/inputSchema/") and names:
        return ".".join(names)
    return pointer.lstrip("/")


def _quotes(quotes: Sequence[Quote]) -> list[tuple[str, str]]:
    """Return the first quotes as (words, where); where is "" for those from the description."""
    return [
        (
            q.text if len(q.text) <= _LONGEST_QUOTE else q.text[:_LONGEST_QUOTE] + "…",
            "" if q.pointer == "/description" or _names(q.pointer) else _where(q.pointer),
        )
        for q in quotes[:_MOST_QUOTES]
    ]


def _names(pointer: Pointer) -> bool:
    """Return whether a pointer from a server leads to a tool's name, which needs no place."""
    return pointer.startswith("/tools/") and pointer.endswith("/name")
