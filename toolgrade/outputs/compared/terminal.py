"""A comparison for people at a terminal: the verdict, what breaks, then scores and findings.

Everything a stranger wrote passes `visible`, and colour never says what a word does not say too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.outputs.columns import columns, cut_line, pad, wrap
from toolgrade.outputs.compared.summary import (
    cost,
    count_changes,
    describe_unknown,
    dimensions,
    format_gain,
    format_parts,
    format_sum,
    group_by_kind,
    group_moves,
    lines,
    most_moved,
    name,
    quality,
    take_first,
    verdict,
)
from toolgrade.outputs.paper import Paper, flat
from toolgrade.wording.counts import format_more

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.model.comparison import Comparison, Move, ServerPair, ToolPair
    from toolgrade.outputs.compared.summary import Line

_NARROWEST = 40
_MOST = 10
_LONGEST_NAME = 32


def render(found: Comparison, *, width: int = 80, color: bool = False) -> Iterator[str]:
    """Return the comparison a line a chunk; no line takes more than `width` columns, which is at
    least 40.
    """
    for line in _lines(found, Paper(max(width, _NARROWEST), color)):
        yield f"{line}\n"


def _lines(found: Comparison, paper: Paper) -> Iterator[str]:
    first, *rest = verdict(found)
    breaks = any(change.kind.breaking for _, change in found.changes())
    head, *tail = wrap("; ".join((first, *rest)), paper.width)
    yield paper.apply_color(head, "red" if breaks else "green")
    yield from tail
    yield from wrap(f"{flat(found.old)} → {flat(found.new)}", paper.width)
    if found.missed:
        missed = f"Fails --fail-on {found.fail_on}: {'; '.join(found.missed)}"
        yield from (paper.apply_color(text, "red") for text in wrap(missed, paper.width))
    for server in found.servers:
        yield from _server(server, paper, alone=len(found.servers) == 1)
    if hidden := describe_unknown(found):
        yield ""
        yield from wrap(hidden, paper.width)


def _server(server: ServerPair, paper: Paper, *, alone: bool) -> Iterator[str]:
    if not (any(tool.changes or tool.moves for tool in server.tools) or server.moves):
        return
    yield from paper.title(cut_line(flat(server.name), paper.width))
    if not alone:
        yield from wrap(f"quality {quality(server)}; tokens {cost(*server.tokens)}", paper.width)
    changed = lines(server.tools)
    breaking = [line for line in changed if line.kind.breaking]
    others = [line for line in changed if not line.kind.breaking]
    yield from _changes("What breaks", breaking, paper)
    yield from _tools(most_moved(server), paper)
    for title, lost in (("New or worse", True), ("Gone or better", False)):
        yield from _findings(title, group_moves(server, lost=lost), paper)
    yield from _changes("Other changes of definitions", others, paper)


def _changes(title: str, found: Sequence[Line], paper: Paper) -> Iterator[str]:
    if not found:
        return
    yield from paper.title(title)
    for group in group_by_kind(found):
        shown, more = take_first(group)
        kind = group[0].kind
        why = f" ({kind.why})" if kind.breaking else ""
        text = "; ".join(map(_change, shown))
        yield from wrap(f"{kind.title}{why}: {text}{more}", paper.width, first="  ", rest="    ")


def _tools(ranked: Sequence[ToolPair], paper: Paper) -> Iterator[str]:
    if not ranked:
        return
    yield from paper.title("Tools")
    shown = ranked[:_MOST]
    room = max(min(columns(_name(tool)), _LONGEST_NAME) for tool in shown)
    for tool in shown:
        facts = ", ".join(filter(None, (*dimensions(tool), count_changes(tool))))
        text = f"{pad(_name(tool), room)}  {format_sum(tool):<16}  {flat(facts)}".rstrip()
        yield cut_line(f"  {text}", paper.width)
    yield from paper.rest(len(ranked), _MOST, "tool", "json")


def _findings(
    title: str,
    found: Sequence[tuple[Move, Sequence[ToolPair | None]]],
    paper: Paper,
) -> Iterator[str]:
    if not found:
        return
    yield from paper.title(title)
    for move, tools in found[:_MOST]:
        worth = format_gain(move.gain)
        said = f"{_whose(tools)}{flat(move.note or move.title)} ({flat(move.check)})"
        first = f"  {worth} {move.state:<6} "
        yield from wrap(said, paper.width, first=first, rest=" " * len(first))
    yield from paper.rest(len(found), _MOST, "finding", "json")


def _whose(tools: Sequence[ToolPair | None]) -> str:
    if tools[0] is None:
        return ""
    return f"{cut_line(_name(tools[0]), _LONGEST_NAME)}{format_more(len(tools), 1)}: "


def _change(line: Line) -> str:
    parts = format_parts(line, flat, flat)
    return " ".join(filter(None, (cut_line(_name(line.tool), _LONGEST_NAME), parts)))


def _name(tool: ToolPair) -> str:
    shown = name(tool)
    return "(no name)" if shown is None else flat(shown)
