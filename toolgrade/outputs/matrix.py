"""The matrix of clients: which client takes which tool, and what to fix."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from toolgrade.model import EFFECTS
from toolgrade.wording.counts import format_count, inflect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolgrade.model import Client, Effect, Obstacle, ServerReport, ToolReport

State = Literal["fine", "renamed", "doubtful", "degraded", "lost", "refused"]

SIGNS: dict[State, str] = {
    "fine": "·",
    "renamed": "=",
    "doubtful": "?",
    "degraded": "~",
    "lost": "-",
    "refused": "X",
}
"""The sign of each state, from the best to the worst: colour is never the only difference."""

WORDS: dict[State, str] = {
    "fine": "works unchanged",
    "renamed": "offered under another name",
    "doubtful": "fails in some versions, models or settings, or unconfirmed",
    "degraded": "cut, stripped or misread",
    "lost": "the tool is not offered",
    "refused": "the whole list or request fails",
}
_RANKS: dict[State, int] = {state: rank for rank, state in enumerate(SIGNS)}
_STATES: dict[str, State] = {
    "renamed": "renamed",
    "degraded": "degraded",
    "lost": "lost",
    "list lost": "refused",
    "refused": "refused",
}


@dataclass(frozen=True, slots=True)
class Fix:
    """What to fix, for the tools it concerns (none: the server). `effects` says what happens in
    which clients, the worst first; `obstacle` is the worst one.
    """

    obstacle: Obstacle
    effects: tuple[tuple[Effect, tuple[Client, ...]], ...]
    tools: tuple[ToolReport, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A row of states, one for each client, for the server and for each tool with a problem, the
    worst first.

    `server` is the state of the server with all its tools. `fine` counts the tools, of `tools` in
    all, that work unchanged in every client; `uncertain` those of which the source shows too little
    to say. `fixes` come worst first. `untroubled` are clients that have no column, because each of
    them takes everything unchanged.
    """

    clients: tuple[Client, ...]
    server: tuple[State, ...]
    rows: tuple[tuple[ToolReport, tuple[State, ...]], ...]
    tools: int
    fine: int
    uncertain: int
    fixes: tuple[Fix, ...]
    untroubled: tuple[Client, ...] = ()


def build_matrix(report: ServerReport) -> Matrix | None:
    """Return a server's matrix, None where no client was asked for."""
    if report.clients is None:
        return None
    asked = report.clients.clients
    rows = [
        (tool, _states(asked, tool.clients or ()))
        for tool in report.tools
        if tool.clients is not None
    ]
    uncertain = report.clients.uncertain
    troubled = [row for row in rows if set(row[1]) != {"fine"}]
    troubled.sort(key=lambda row: (-max(map(_rank, row[1])), -sum(map(_rank, row[1]))))
    of_server = _states(asked, report.clients.obstacles)
    columns = zip(of_server, *(states for _, states in rows), strict=True)
    return Matrix(
        clients=asked,
        server=tuple(max(column, key=_rank) for column in columns),
        rows=tuple(troubled),
        tools=len(rows),
        fine=sum(
            set(states) == {"fine"} and tool.tool.index not in uncertain for tool, states in rows
        ),
        uncertain=sum(tool.tool.index in uncertain for tool, _ in rows),
        fixes=_fixes(report, asked),
    )


def fold_matrix(found: Matrix) -> Matrix:
    """Return a matrix without the columns of clients that take everything unchanged: the worst
    client first, modes that users must switch on last.
    """
    columns = list(zip(found.server, *(states for _, states in found.rows), strict=True))
    troubled = [at for at, states in enumerate(columns) if set(states) != {"fine"}]

    def rank(at: int) -> tuple[bool, int, int]:
        ranks = [_rank(state) for state in columns[at]]
        return found.clients[at].is_opt_in, -max(ranks), -sum(ranks)

    order = sorted(troubled, key=rank)
    return replace(
        found,
        clients=tuple(found.clients[at] for at in order),
        server=tuple(found.server[at] for at in order),
        rows=tuple((tool, tuple(states[at] for at in order)) for tool, states in found.rows),
        untroubled=tuple(one for at, one in enumerate(found.clients) if at not in set(troubled)),
    )


def describe_clients(found: Matrix) -> list[str]:
    """Return what there is to say of clients besides their columns, a sentence each."""
    said = []
    if found.untroubled:
        names = ", ".join(client.title for client in found.untroubled)
        said.append(f"Everything works unchanged in: {names}.")
    if opted := [client.title for client in found.clients if client.is_opt_in]:
        said.append(f"Only where a user switches it on: {', '.join(opted)}.")
    return said


def describe_fine(found: Matrix) -> str:
    """Return how many tools work in every client, and how many are only partly known."""
    tools, works = format_count(found.tools, "tool"), inflect(found.fine, "works", "work")
    said = f"{found.fine:,} of {tools} {works} unchanged in every client."
    if found.uncertain:
        seen = f"{format_count(found.uncertain, 'tool')} seen only in part"
        said += f" {seen}: graded live, they may be cut or refused."
    return said


def _rank(state: State) -> int:
    return _RANKS[state]


def _states(asked: Iterable[Client], obstacles: Iterable[Obstacle]) -> tuple[State, ...]:
    worst: dict[str, State] = {}
    state: State
    for obstacle in obstacles:
        state = _STATES[obstacle.effect]
        if obstacle.level == "note" and state != "renamed":
            state = "doubtful"
        worst[obstacle.client] = max(worst.get(obstacle.client, "fine"), state, key=_rank)
    return tuple(worst.get(client.key, "fine") for client in asked)


def _fixes(report: ServerReport, asked: tuple[Client, ...]) -> tuple[Fix, ...]:
    """Return what to fix: the same note on several tools or for several clients is one fix."""
    whole = report.clients.obstacles if report.clients else ()
    found: list[tuple[ToolReport | None, Obstacle]] = [(None, obstacle) for obstacle in whole]
    found += [(tool, obstacle) for tool in report.tools for obstacle in tool.clients or ()]
    grouped: dict[tuple[str, str], list[tuple[ToolReport | None, Obstacle]]] = {}
    for tool, obstacle in found:
        grouped.setdefault((obstacle.measure, obstacle.note), []).append((tool, obstacle))
    fixes = []
    for same in grouped.values():
        worst = max((obstacle for _, obstacle in same), key=lambda o: EFFECTS.index(o.effect))
        tools = {tool.tool.index: tool for tool, _ in same if tool}
        said = {(obstacle.effect, obstacle.client) for _, obstacle in same}
        effects = [
            (effect, named)
            for effect in reversed(EFFECTS)
            if (named := tuple(c for c in asked if (effect, c.key) in said))
        ]
        fixes.append(Fix(worst, tuple(effects), tuple(tools.values())))
    return tuple(sorted(fixes, key=_gravity))


def _gravity(fix: Fix) -> tuple[bool, int, int]:
    effect = EFFECTS.index(fix.obstacle.effect)
    return fix.obstacle.level == "note", -effect, -len(fix.tools)
