"""A page worth sending to a colleague: one file, no script, no network, light, dark and on paper.

Pieces are handed over as they are made: the page is never held whole.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from toolgrade.model import SEVERITIES, UNCLEAR
from toolgrade.outputs.scorecard import build_scorecard, rank_tool
from toolgrade.outputs.templates import make_context, make_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from jinja2 import Template

    from toolgrade.model import Report
    from toolgrade.outputs.scorecard import ToolCard

MOST_DETAILED = 300
_RISK_LEVELS = (*reversed(SEVERITIES), UNCLEAR)


def render(report: Report) -> Iterator[str]:
    """Return the page in chunks. The MOST_DETAILED worst tools are shown in full."""
    cards = build_scorecard(report)
    tools = sorted((tool for card in cards for tool in card.tools), key=_rank)
    shown = {tool.anchor for tool in tools[:MOST_DETAILED]}
    return _load_template().generate(
        **make_context(report, lambda tool: f"#{tool.anchor}" if tool.anchor in shown else ""),
        cards=cards,
        rows_of=lambda card: [tool for tool in card.tools if tool.anchor in shown],
        count_levels=_count_levels,
    )


@cache
def _load_template() -> Template:
    """Return the page's template. To compile it takes longer than to render a small report."""
    return make_environment("outputs").get_template("report.html.j2")


def _rank(tool: ToolCard) -> Decimal:
    return rank_tool(tool.report)[0]


def _count_levels(tools: Sequence[ToolCard]) -> dict[str, int]:
    """Return how many tools have each level of risk, the worst first."""
    levels = [tool.level for tool in tools]
    return {level: levels.count(level) for level in _RISK_LEVELS if level in levels}
