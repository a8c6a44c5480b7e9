"""The matrix of clients in a terminal: a sign a cell, in as many columns as the page can bear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.outputs.columns import columns, cut_line, pad, wrap
from toolgrade.outputs.matrix import SIGNS, WORDS, describe_uncertain
from toolgrade.outputs.paper import Paper, flat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.outputs.matrix import Fix, Matrix, State

_MOST_TOOLS = 15
_MOST_FIXES = 8
_LONGEST_NAME = 32
_NARROWEST_NAME = 16
_NUMBERED = 3
"""Columns that a client takes under its number."""
_COLORS: dict[State, str | None] = {
    "fine": None,
    "renamed": "cyan",
    "doubtful": "cyan",
    "degraded": "yellow",
    "lost": "red",
    "refused": "red",
}


def lines(found: Matrix, paper: Paper) -> Iterator[str]:
    """Yield the matrix, then what to do about it, the gravest first."""
    yield ""
    yield paper.make_bold("Which clients take it")
    titles = [client.title for client in found.clients]
    numbered = [f"{number:>2}" for number in range(1, len(titles) + 1)]
    spaced = [f" {title}" for title in titles]
    told = sum(columns(head) + 1 for head in spaced) + _NARROWEST_NAME <= paper.width
    at_once = len(titles) if told else (paper.width - _NARROWEST_NAME) // _NUMBERED
    for first in range(0, len(titles), at_once):
        part = slice(first, first + at_once)
        yield from _table(found, part, (spaced if told else numbered)[part], paper)
    if len(found.rows) > _MOST_TOOLS:
        yield f"... {len(found.rows) - _MOST_TOOLS} more, all in -o html or json"
    yield from wrap(describe_uncertain(found), paper.width) if found.untold else ()
    if found.fine:
        rest = "" if found.fine == found.tools else "other "
        yield f"{found.fine} {rest}tool{'' if found.fine == 1 else 's'} taken by all as they are"
    legend = "; ".join(f"{SIGNS[state]} {WORDS[state]}" for state in SIGNS)
    yield from map(paper.dim, wrap(legend, paper.width))
    if not told:
        key = ", ".join(f"{n} {title}" for n, title in enumerate(titles, start=1))
        yield from map(paper.dim, wrap(key, paper.width))
    for fix in found.fixes[:_MOST_FIXES]:
        yield from _fix(fix, paper)
    if len(found.fixes) > _MOST_FIXES:
        yield f"... {len(found.fixes) - _MOST_FIXES} more, all in -o html or json"


def _table(found: Matrix, part: slice, heads: Sequence[str], paper: Paper) -> Iterator[str]:
    """Yield the rows for as many clients as `part` takes of them."""
    space = paper.width - sum(columns(head) + 1 for head in heads)
    names = [flat(tool.tool.name or "") for tool, _ in found.rows[:_MOST_TOOLS]]
    longest = max(map(columns, [*names, "the whole server"]))
    room = min(longest, space)
    yield pad("", room) + "".join(f" {head}" for head in heads)
    yield _row("the whole server", found.server[part], heads, room, paper)
    for name, (_, states) in zip(names, found.rows, strict=False):
        yield _row(name, states[part], heads, room, paper)


def _row(name: str, states: Sequence[State], heads: Sequence[str], room: int, paper: Paper) -> str:
    cells = (
        " " * columns(head) + paper.apply_color(SIGNS[state], _COLORS[state])
        for head, state in zip(heads, states, strict=True)
    )
    return pad(name, room) + "".join(cells)


def _fix(fix: Fix, paper: Paper) -> Iterator[str]:
    obstacle = fix.obstacle
    whose = "the server"
    if fix.tools:
        whose = cut_line(flat(fix.tools[0].tool.name or ""), _LONGEST_NAME)
        whose += f" and {len(fix.tools) - 1} more" if len(fix.tools) > 1 else ""
    place = obstacle.place
    where = f" ({flat(place.file)}:{place.line}:{place.column})" if place else ""
    effects = "; ".join(
        f"{effect} in {', '.join(client.title for client in clients)}"
        for effect, clients in fix.effects
    )
    text = f"{whose}: {flat(obstacle.note)}{where}: {effects}"
    written = list(wrap(text, paper.width, first=" " * 10, rest=" " * 10))
    color = {"error": "red", "warning": "yellow", "note": "cyan"}[obstacle.level]
    yield paper.apply_color(obstacle.effect, color) + written[0][len(obstacle.effect) :]
    yield from written[1:]
