"""The matrix of clients in a terminal: a sign a cell, in as many columns as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.outputs.columns import columns, cut_line, pad, wrap
from toolgrade.outputs.matrix import SIGNS, WORDS, describe_clients, describe_fine, fold_matrix
from toolgrade.outputs.paper import Paper, flat, in_brackets
from toolgrade.outputs.phrases import format_tool_name
from toolgrade.wording.counts import format_more

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.outputs.matrix import Fix, Matrix, State

_MOST_TOOLS = 15
_MOST_FIXES = 8
_LONGEST_NAME = 32
_NARROWEST_NAME = 16
_INDENT = 10
_NUMBERED = 3
"""Columns that a client takes under its number."""
_WHOLE = "the whole server"
_COLORS: dict[State, str | None] = {
    "fine": None,
    "renamed": "cyan",
    "doubtful": "cyan",
    "degraded": "yellow",
    "lost": "red",
    "refused": "red",
}


def lines(found: Matrix, paper: Paper) -> Iterator[str]:
    """Yield the matrix, then what to fix, the worst first."""
    found = fold_matrix(found)
    yield from paper.title("Client compatibility")
    titles = [client.title for client in found.clients]
    numbered = [f"{number:>2}" for number in range(1, len(titles) + 1)]
    spaced = [f" {title}" for title in titles]
    fits = sum(columns(head) + 1 for head in spaced) + _NARROWEST_NAME <= paper.width
    at_once = max(len(titles), 1) if fits else (paper.width - _NARROWEST_NAME) // _NUMBERED
    for first in range(0, len(titles), at_once):
        part = slice(first, first + at_once)
        yield from _table(found, part, (spaced if fits else numbered)[part], paper)
    yield from paper.rest(len(found.rows), _MOST_TOOLS, "tool")
    for said in (*describe_clients(found), describe_fine(found)):
        yield from wrap(said, paper.width)
    if titles:
        yield from paper.wrap_dim("; ".join(f"{SIGNS[state]} {WORDS[state]}" for state in SIGNS))
    if not fits:
        yield from paper.wrap_dim(", ".join(f"{n} {t}" for n, t in enumerate(titles, start=1)))
    for fix in found.fixes[: paper.cut(_MOST_FIXES)]:
        yield from _fix(fix, paper)
    yield from paper.rest(len(found.fixes), _MOST_FIXES, "fix")


def _table(found: Matrix, part: slice, heads: Sequence[str], paper: Paper) -> Iterator[str]:
    """Yield the rows for the clients in `part`."""
    space = paper.width - sum(columns(head) + 1 for head in heads)
    names = [flat(tool.tool.name or "") for tool, _ in found.rows[: paper.cut(_MOST_TOOLS)]]
    room = min(max(map(columns, [*names, _WHOLE])), space)
    yield pad("", room) + "".join(f" {head}" for head in heads)
    signs = {state: paper.apply_color(sign, _COLORS[state]) for state, sign in SIGNS.items()}
    gaps = [" " * columns(head) for head in heads]
    rows = zip([_WHOLE, *names], [found.server, *(row[1] for row in found.rows)], strict=False)
    for name, states in rows:
        cells = (gap + signs[state] for gap, state in zip(gaps, states[part], strict=True))
        yield pad(name, room) + "".join(cells)


def _fix(fix: Fix, paper: Paper) -> Iterator[str]:
    obstacle = fix.obstacle
    whose = "the server"
    if fix.tools:
        whose = cut_line(format_tool_name(fix.tools[0], flat), _LONGEST_NAME)
        whose += format_more(len(fix.tools), 1)
    effects = "; ".join(
        f"{effect} in {', '.join(client.title for client in clients)}"
        for effect, clients in fix.effects
    )
    text = f"{whose}: {flat(obstacle.note)}{in_brackets(obstacle.place)}: {effects}"
    color = {"error": "red", "warning": "yellow", "note": "cyan"}[obstacle.level]
    yield from paper.hang(obstacle.effect, text, _INDENT, color)
