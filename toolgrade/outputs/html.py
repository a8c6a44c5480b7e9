"""A page worth sending to a colleague: one file, no network, light, dark and on paper.

It can be read without script. The one script is ours, is named by its hash in the page's policy,
and only reads what the page shows: it searches, sorts, filters and copies. Pieces are handed over
as they are made: the page is never held whole.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shlex
from collections import Counter
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from toolgrade.files.shipped import PACKAGE, read_shipped
from toolgrade.model import UNFILED
from toolgrade.outputs.phrases import explain_sum, format_next_points
from toolgrade.outputs.scorecard import build_scorecard, group_by_check, rank_tool
from toolgrade.outputs.skeletons import suggest_text
from toolgrade.outputs.templates import make_context, make_environment
from toolgrade.outputs.visible import encode_name
from toolgrade.wording.counts import format_count
from toolgrade.wording.legible import restore_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jinja2 import Template

    from toolgrade.model import Dimension, Place, Report, Source
    from toolgrade.outputs.scorecard import Fix, ServerCard, ToolCard

MOST_DETAILED = 500
"""The worst tools of a report; of the others the page says how many they are."""

MOST_WHOLE = 20
"""With more tools, the page leaves definitions out and shows each sum in a line."""

_MOST_FIXES = 3
_MOST_LISTED = 6
_TIERS = "ABCDF"


class _Suggestion(NamedTuple):
    """One of the first fixes, and a text to start from, "" for none."""

    fix: Fix
    text: str


def render(report: Report, *, full: bool = False, page: str = "", data: str = "") -> Iterator[str]:
    """Return the page in chunks. The MOST_DETAILED worst tools are shown; with `full` each of them
    whole, on paper too. `page` is the file that it will be in, from which places are linked to, and
    `data` the file of the JSON report, "" for none.
    """
    cards = build_scorecard(report)
    tools = sorted((tool for card in cards for tool in card.tools), key=_rank)
    shown = {tool.anchor for tool in tools[:MOST_DETAILED]}
    script = read_script()
    return _load_template().generate(
        **make_context(report, lambda tool: f"#{tool.anchor}" if tool.anchor in shown else ""),
        cards=cards,
        rows_of=lambda card: [tool for tool in card.tools if tool.anchor in shown],
        is_whole=full or len(tools) <= MOST_WHOLE,
        is_full=full,
        first_card=next((card for card in cards if shown & {t.anchor for t in card.tools}), None),
        checks=(checks := _number_checks(tools[:MOST_DETAILED])),
        most_listed=_MOST_LISTED,
        script=_trust(script),
        script_hash=hash_script(script),
        suggestions=_suggest,
        gists=_write_gists,
        explain_sum=explain_sum,
        next_points=format_next_points,
        tiers=_count_tiers,
        means=_average_dimensions,
        checks_of=lambda row: _list_checks(row, checks),
        clients_of=_list_clients,
        command=_format_command(report),
        link_to_place=partial(_link_to_place, folder=(folder := _find_folder(page))),
        data_url=_link_to_file(Path(data), folder) if data else "",
    )


@cache
def read_script() -> str:
    """Return the page's script."""
    return read_shipped(PACKAGE / "outputs" / "report.js")


def hash_script(script: str) -> str:
    """Return how a page's policy names a script that it may run."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _trust(script: str) -> Any:  # noqa: ANN401 - jinja2's own type of what is escaped already
    from markupsafe import Markup  # noqa: PLC0415 - slow to import

    return Markup(script)  # noqa: S704 - our own file, in which no text of a stranger is


@cache
def _load_template() -> Template:
    """Return the page's template. To compile it takes longer than to render a small report."""
    return make_environment("outputs").get_template("report.html.j2")


def _rank(tool: ToolCard) -> Decimal:
    return rank_tool(tool.report)[0]


def _suggest(card: ServerCard) -> list[_Suggestion]:
    """Return the fixes that move a server most, those that lead to its next tier first."""
    steps = [advice for advice in card.steps if advice.tools]
    taken = {(step.finding.check, card.anchor) for step in steps for card in step.tools}
    others = [
        advice
        for advice in card.fixes
        if not any((advice.finding.check, tool.anchor) in taken for tool in advice.tools)
    ]
    fixes = group_by_check([*steps, *others])[:_MOST_FIXES]
    return [
        _Suggestion(
            fix,
            suggest_text(fix.advice.finding, fix.tools[0].report if fix.tools else None),
        )
        for fix in fixes
    ]


def _write_gists(rows: Sequence[ToolCard]) -> dict[str, str]:
    """Return a line on each tool that differs from its neighbours': how much is open, and what few
    others have.
    """
    common = Counter(finding.check for row in rows for finding in row.to_do)
    found = {}
    for row in rows:
        levels = Counter(finding.level or "" for finding in row.to_do)
        counted = ", ".join(
            format_count(levels[level], level)
            for level in ("error", "warning", "note")
            if levels[level]
        )
        if row.report.is_done:
            found[row.anchor] = f"done; {counted}, optional" if counted else "done"
        elif row.to_do:
            best = row.to_do[:_MOST_LISTED]
            own = min(best, key=lambda finding: (common[finding.check], -finding.gain))
            found[row.anchor] = f"{counted}: {own.note}"
        else:
            found[row.anchor] = "nothing to fix"
    return found


def _count_tiers(card: ServerCard) -> list[tuple[str, int]]:
    """Return how many tools have each tier, and how many have none."""
    counts = Counter(tool.report.score.tier if tool.report.score else "" for tool in card.tools)
    named = [tier for tier in counts if tier and tier not in _TIERS]
    listed = [tier for tier in (*_TIERS[:4], *sorted(named)) if counts[tier] or tier in "ABCD"]
    return [(tier, counts[tier]) for tier in listed] + (
        [("not graded", counts[""])] if counts[""] else []
    )


def _average_dimensions(
    card: ServerCard, dimensions: Sequence[Dimension]
) -> list[tuple[Dimension, Decimal]]:
    """Return the mean of the tools' scores in each dimension; empty where none has a score."""
    scores = [tool.report.score for tool in card.tools if tool.report.score]
    if not scores:
        return []
    sums: Counter[str] = Counter()
    for score in scores:
        sums.update({dimension.key: dimension.score for dimension in score.dimensions})
    return [(one, Decimal(sums[one.key]) / len(scores)) for one in dimensions]


def _number_checks(rows: Sequence[ToolCard]) -> dict[str, int]:
    """Return a number for each check that is open, by which its tools name it in few bytes."""
    found = sorted({finding.check for row in rows for finding in row.to_do})
    return {check: number for number, check in enumerate(found, start=1)}


def _list_checks(row: ToolCard, checks: Mapping[str, int]) -> str:
    return " ".join(str(checks[check]) for check in dict.fromkeys(f.check for f in row.to_do))


def _list_clients(row: ToolCard) -> str:
    return " ".join(dict.fromkeys(obstacle.client for obstacle in row.report.clients or ()))


def _find_folder(page: str) -> Path | None:
    """Return the folder of a page from the working folder, None where it is not in there: a link
    would tell where that lies.
    """
    try:
        folder = Path(os.path.relpath(Path(page).parent))
    except (OSError, ValueError):
        return None
    return None if os.pardir in folder.parts else folder


def _link_to_place(source: Source, place: Place, folder: Path | None) -> str:
    """Return the address of a place from a page in `folder`, "" where there is none."""
    path = Path(source.near) / restore_path(place.file)
    address = _link_to_file(path, folder) if source.here and source.kind not in UNFILED else ""
    return address and f"{address}#L{place.line}"


def _link_to_file(path: Path, folder: Path | None) -> str:
    """Return the address of a file from a page in `folder`, "" where it would be a path of this
    machine.
    """
    if folder is None or path.is_absolute():
        return ""
    return quote(encode_name(os.path.relpath(path, folder).replace(os.sep, "/")))


def _format_command(report: Report) -> str:
    """Return the command that makes this page anew, secrets masked."""
    sources = dict.fromkeys(server.server.source for server in report.servers)
    words = [source.value for source in sources if isinstance(source.value, str)]
    argv = next((s.value for s in sources if not isinstance(s.value, str)), ())
    given = ["toolgrade", "grade", *words, "-o", "html:scorecard.html"]
    return shlex.join([*given, "--", *argv] if argv else given)
