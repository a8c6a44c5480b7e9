"""How every page is made: templates in which no text of a stranger can become markup.

All that is printed passes `visible` and then Jinja's escaping, at one door (`finalize`), so no
template can forget it.
"""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from toolgrade.files.shipped import page_url
from toolgrade.model import DIMENSIONS
from toolgrade.outputs.details import build_coherence_sums, details
from toolgrade.outputs.fields import MOST_ROWS
from toolgrade.outputs.matrix import SIGNS, WORDS, describe_clients, describe_fine, fold_matrix
from toolgrade.outputs.phrases import (
    describe_review,
    describe_state,
    follows_tdqs,
    points,
    sum_name,
    tenths,
    worth,
)
from toolgrade.outputs.visible import visible
from toolgrade.wording.counts import format_count, format_more, format_rest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jinja2 import Environment

    from toolgrade.model import Pointer, Quote, Report, RubricStamp
    from toolgrade.outputs.scorecard import ServerCard, ToolCard

_LONGEST_JSON = 40_000
_LONGEST_QUOTE = 160
_MOST_MATRIX = 30
_MOST_QUOTES = 5
_MOST_VERSION = 60


def make_environment(*folders: str) -> Environment:
    """Return an environment for the templates in `folders` of this package, the first that has
    a name; `parts.html.j2` is what pages share.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - slow to import

    environment = Environment(
        loader=ChoiceLoader([PackageLoader("toolgrade", folder) for folder in folders]),
        autoescape=True,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
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
        "folded": fold_matrix,
        "others": describe_clients,
        "json": _json,
        "where": _where,
        "quotes": _quotes,
    }
    return environment


def make_context(
    report: Report, href_of: Callable[[ToolCard], str], about: str = ""
) -> dict[str, Any]:
    """Return what `parts.html.j2` needs to know: `href_of` says where a tool is shown in full, ""
    for nowhere, and `about` which page lists the attacks, "" for the same.
    """
    words, of_server = (
        {dimension.key: dimension for dimension in dimensions}
        for dimensions in (report.rubric.dimensions, report.rubric.coherence)
    )
    return {
        "report": report,
        "href_of": href_of,
        "about": about,
        "details": lambda tool: details(tool.report, words),
        "coherence_sums": lambda card: build_coherence_sums(card.report, of_server),
        "count_scores": _count_scores,
        "count_tiers": _count_tiers,
        "longest_json": _LONGEST_JSON,
        "most_rows": MOST_ROWS,
        "most_matrix": _MOST_MATRIX,
        "most_version": _MOST_VERSION,
        "m_signs": SIGNS,
        "m_words": WORDS,
        "sum_name": sum_name(report.rubric),
        "follows_tdqs": follows_tdqs(report.rubric),
        "zero": Decimal(0),
    }


def _count_scores(rubric: RubricStamp) -> str:
    return "six" if len(rubric.dimensions) == len(DIMENSIONS) else str(len(rubric.dimensions))


def _count_tiers(card: ServerCard) -> dict[str, int]:
    """Return how many tools have each tier, the best first."""
    scores = [tool.report.score for tool in reversed(card.tools)]
    tiers = [score.tier if score else "not graded" for score in scores]
    return {tier: tiers.count(tier) for tier in tiers}


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
