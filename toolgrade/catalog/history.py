"""What changed in a server since the catalogue was last built, from what that run kept of it."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolgrade.catalog.site import CHANGE
from toolgrade.compare import compare
from toolgrade.listing.definition import definition
from toolgrade.model import (
    NOWHERE,
    InputError,
    Report,
    Risk,
    Server,
    ServerReport,
    ServerScore,
    Source,
    ToolReport,
)
from toolgrade.model.comparison import RISEN
from toolgrade.wording.counts import format_count, inflect

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from toolgrade.model import RubricStamp
    from toolgrade.model.comparison import ToolPair

_MOST_RUNS = 20
_MOST_CHANGES = 50


def list_changes(
    old: Mapping[str, Any], new: ServerReport, rubric: RubricStamp
) -> list[dict[str, Any]]:
    """Return what changed in the definitions of a server's tools, what breaks callers first."""
    before = _read_back(old)
    try:
        found = compare(
            Report("", rubric, (before,)), Report("", rubric, (new,)), names=("before", "now")
        )
    except InputError:
        # No tool in common: another server has taken the name.
        rows = [_describe(None, "tool.replaced", "all tools replaced", breaking=True)]
    else:
        rows = [
            row for pair in found.servers for tool in pair.tools for row in _describe_pair(tool)
        ]
    rows.sort(key=lambda row: (row["kind"] != RISEN, not row["breaking"]))
    return rows


def add_run(
    old: Mapping[str, Any], new: Mapping[str, Any], changes: list[dict[str, Any]], date: str
) -> list[dict[str, Any]]:
    """Return the runs that changed a server, the newest first; one without a change is none."""
    scores = [each["score"]["overallScore"] or each["score"]["meanTdqs"] for each in (old, new)]
    if not changes and scores[0] == scores[1]:
        return list(old["changes"])
    run = {
        "date": date,
        "score": scores,
        "count": len(changes),
        "breaking": sum(change["breaking"] for change in changes),
        "changes": changes[:_MOST_CHANGES],
    }
    return [run, *old["changes"]][:_MOST_RUNS]


def _read_back(entry: Mapping[str, Any]) -> ServerReport:
    reports = tuple(_read_tool(tool) for tool in entry["tools"])
    # Whether it was code decides whether an absent tool was removed, or only not listed.
    source = Source(entry["source"]["kind"], "path", "")
    server = Server(entry["name"], tuple(report.tool for report in reports), source)
    return ServerReport(server, ServerScore(len(reports), 0), reports)


def _read_tool(data: Mapping[str, Any]) -> ToolReport:
    raw = {key: value for key, value in data["definition"].items() if value is not None}
    tool = replace(definition(raw, data["index"], NOWHERE), unknown=frozenset(data["unknown"]))
    risk = data["risk"] and Risk(data["risk"]["category"], data["risk"]["level"], "low", (), ())
    return ToolReport(tool, None, None, (), None, risk=risk)


def _describe_pair(pair: ToolPair) -> Iterator[dict[str, Any]]:
    side = pair.after or pair.before
    name = side.tool.name if side else None
    for change in pair.changes:
        yield {
            **_describe(name, change.kind.id, change.kind.title, breaking=change.kind.breaking),
            "subject": change.subject,
            "before": change.before,
            "after": change.after,
        }


def _describe(tool: str | None, kind: str, title: str, *, breaking: bool) -> dict[str, Any]:
    row = {"tool": tool, "kind": kind, "title": title, "breaking": breaking}
    return {**row, "subject": "", "before": "", "after": ""}


def list_run(
    earlier: Mapping[str, Any],
    last: Mapping[str, Mapping[str, Any]],
    fresh: Collection[str],
    date: str,
) -> list[dict[str, Any]]:
    """Return which servers this run added, removed or changed; a first run lists none.

    `last` has each server's name, number of tools and newest change (None for none) by its slug,
    `fresh` the slugs of those that this run built. What a run built that was ended counts as this
    one's.
    """
    if not earlier.get("complete"):
        return []
    known = {server["slug"]: server["name"] for server in earlier["servers"]}
    rows = []
    for slug, server in sorted(last.items()):
        change = server["change"]
        if slug not in known:
            said = f"added, with {format_count(server['tools'], 'tool')}"
            rows.append(_make_change(date, server["name"], slug, "added", said))
        elif change and (
            change["date"] > earlier["date"] or (slug in fresh and change["date"] == date)
        ):
            said = _summarise(change)
            rows.append(_make_change(change["date"], server["name"], slug, "changed", said))
    gone = sorted(set(known) - set(last))
    rows += [_make_change(date, known[slug], "", "removed", "removed") for slug in gone]
    return sorted(rows, key=lambda row: row["date"], reverse=True)


def _make_change(date: str, server: str, slug: str, kind: str, summary: str) -> dict[str, Any]:
    return dict(zip(CHANGE, (date, server, slug, kind, summary), strict=True))


def _summarise(run: Mapping[str, Any]) -> str:
    """Return in a few words what a run changed: "3 changes, 1 breaks callers; score 3.1 to 3.4"."""
    said = format_count(run["count"], "change") if run["count"] else "no change in definitions"
    if broken := run["breaking"]:
        said += f", {broken} {inflect(broken, 'breaks', 'break')} callers"
    old, new = run["score"]
    if old != new:
        said += f"; score {old if old is not None else 'none'} to {new or 'none'}"
    return said


def now() -> str:
    """Return the time in UTC as ISO 8601, or that of SOURCE_DATE_EPOCH. Raises InputError."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        seconds = int(given) if given else time.time()
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    except (ValueError, OverflowError, OSError):
        raise InputError(
            f"SOURCE_DATE_EPOCH: {given[:40]!r} is not a number of seconds since 1970"
        ) from None
