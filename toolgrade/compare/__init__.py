"""Two reports of one rubric in, one Comparison out: what moved, and whether it breaks anyone."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from toolgrade.compare import definitions, pairing
from toolgrade.compare.kinds import TOOL
from toolgrade.compare.moves import moves
from toolgrade.files.version import VERSION
from toolgrade.model import CATEGORIES, LEVELS, UNCLEAR, InputError, walk_findings
from toolgrade.model.comparison import Change, Comparison, ServerPair, ToolPair
from toolgrade.wording.counts import format_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.compare.pairing import ServerMatch, ToolMatch
    from toolgrade.model import Finding, Level, Report, Risk, ServerReport, ToolReport
    from toolgrade.model.comparison import Move

_BYTES_A_TOKEN = 4


def compare(
    old: Report,
    new: Report,
    *,
    names: tuple[str, str] = ("OLD", "NEW"),
    fail_on: Level | None = None,
) -> Comparison:
    """Compare two reports; `names` are what the user calls them.

    `fail_on` is the lowest level of a new or worse finding that is missed; a breaking change counts
    as an error. Raises InputError where the reports were not made by the same rules, and where no
    tool is on both sides.
    """
    _check_rules(old, new, names)
    matched = pairing.servers(old.servers, new.servers)
    rows = pairing.tools(matched)
    if not any(before and after and after.tool.name for row in rows for before, after in row):
        raise InputError(
            f"{names[0]} and {names[1]} have no tool in common: "
            "probably two different servers; give two versions of one"
        )
    servers = tuple(_server(pair, row) for pair, row in zip(matched, rows, strict=True))
    found = Comparison(VERSION, new.rubric, *names, servers, fail_on)
    return replace(found, missed=tuple(_list_misses(found, fail_on)))


def _server(pair: ServerMatch, row: Sequence[ToolMatch]) -> ServerPair:
    before, after = pair
    named = after or before
    return ServerPair(
        name=named.server.name if named else "",
        before=before,
        after=after,
        tools=tuple(_tool(match, pair) for match in row),
        moves=moves(_list_open_findings(before), _list_open_findings(after)),
        tokens=_tokens(row),
    )


def _list_open_findings(server: ServerReport | None) -> list[Finding]:
    return [f for f in server.walk_server_findings() if f.level and not f.ignored] if server else []


def _tool(match: ToolMatch, pair: ServerMatch) -> ToolPair:
    """Pair a tool; `pair` are the servers it is expected from and in."""
    old, new = match
    server, after = pair
    if old is None or new is None:
        changes = _explain_absence(old, server, after) if old else [_make_tool_change("added")]
        named = old or new
        # A tool without a name cannot be called, so no caller misses it.
        changed = tuple(changes if named and named.tool.name is not None else ())
        return ToolPair(old, new, (), changed, moves((), new.to_do() if new else ()))
    changed = definitions.changes(old.tool, new.tool)
    if old.tool.name != new.tool.name:
        renamed = _make_tool_change("renamed", old.tool.name or "", new.tool.name or "")
        changed = (renamed, *changed)
    elif server is None or not any(tool is old for tool in server.tools):
        changed = (_make_tool_change("moved"), *changed)
    changed = (*_compare_risk(old.risk, new.risk), *changed)
    return ToolPair(
        old,
        new,
        definitions.list_unknown(old.tool, new.tool),
        changed,
        _moves(old, new),
    )


def _explain_absence(
    old: ToolReport, server: ServerReport | None, after: ServerReport | None
) -> list[Change]:
    """Return what became of a tool that is on the old side alone.

    Source declares what no one run of it lists: tools under a condition, and either of two by one
    name. A newer source leaves out neither.
    """
    if server and after and server.server.source.kind == "code" != after.server.source.kind:
        if any(tool.tool.name == old.tool.name for tool in after.tools):
            return []
        if old.tool.conditional:
            return [_make_tool_change("not-listed")]
    return [_make_tool_change("removed")]


def _compare_risk(old: Risk | None, new: Risk | None) -> tuple[Change, ...]:
    """Return that a tool's category of risk rose; an unclear category, before or after, is not a
    rise.
    """
    if old is None or new is None or UNCLEAR in {old.category, new.category}:
        return ()
    if CATEGORIES.index(new.category) <= CATEGORIES.index(old.category):
        return ()
    return (_make_tool_change("can-do-more", old.category, new.category),)


def _make_tool_change(kind: str, before: str = "", after: str = "") -> Change:
    return Change(TOOL[kind], "/name", "", before, after)


def _tokens(row: Sequence[ToolMatch]) -> tuple[int, int]:
    """Return what the tools cost before and after, except those that a side knows only in part."""
    seen = [match for match in row if all(t.signals for t in match if t and t.tool.name)]
    before, after = (
        sum(t.signals.definition_bytes for t in side if t and t.signals)
        for side in ([old for old, _ in seen], [new for _, new in seen])
    )
    return -(-before // _BYTES_A_TOKEN), -(-after // _BYTES_A_TOKEN)


def _moves(old: ToolReport, new: ToolReport) -> tuple[Move, ...]:
    """Return the findings that moved; none is new that could not be judged before, or gone that
    can no longer be.
    """
    found = moves(old.to_do(), new.to_do())
    for side, state in ((old, "new"), (new, "gone")):
        if side.tool.unknown and side.score:
            judged = {f.check for f in (*walk_findings(side.score), *old.findings, *new.findings)}
            found = tuple(move for move in found if move.state != state or move.check in judged)
    return found


def _list_misses(found: Comparison, fail_on: Level | None) -> Iterator[str]:
    if fail_on is None:
        return
    if breaking := sum(change.kind.breaking for _, change in found.changes()):
        yield format_count(breaking, "breaking change")
    least = LEVELS.index(fail_on)
    worse = sum(move.lost and LEVELS.index(move.level) <= least for _, _, move in found.moves())
    if worse:
        above = "" if fail_on == "error" else " or above"
        yield f"{format_count(worse, 'new or worse finding')} of level {fail_on}{above}"


def _check_rules(old: Report, new: Report, names: tuple[str, str]) -> None:
    """Raise InputError where scores cannot be compared, with how to fix it."""
    stamps = [(side.rubric.digest, side.version) for side in (old, new)]
    if stamps[0] == stamps[1]:
        return
    rules = [
        f"rubric {s.rubric.name} {s.rubric.version} ({s.rubric.digest}) of toolgrade {s.version}"
        for s in (old, new)
    ]
    stale = 0 if _is_saved(old) else 1
    wanted = (new, old)[stale].rubric.name
    raise InputError(
        f"{names[0]} was graded by {rules[0]}, {names[1]} by {rules[1]}: scores of different rules "
        f"are not compared; grade it again: {_command((old, new)[stale], names[stale], wanted)}"
    )


def _is_saved(report: Report) -> bool:
    tools = (tool.tool for server in report.servers for tool in server.tools)
    return any(tool.unknown.issuperset(definitions.FIELDS) for tool in tools)


def _command(report: Report, name: str, rubric: str) -> str:
    sources = dict.fromkeys(server.server.source for server in report.servers)
    words = [s.value for s in sources if isinstance(s.value, str)]
    argv = next((s.value for s in sources if not isinstance(s.value, str)), None)
    given = ["toolgrade", "grade", *words, "--rubric", rubric, "-o", f"json:{name}"]
    return shlex.join([*given, "--", *argv] if argv else given)
