"""Which client takes which tool: tools down, clients across, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from toolgrade.model import EFFECTS

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
"""A sign for each state: colour alone never says it."""

WORDS: dict[State, str] = {
    "fine": "taken as it is",
    "renamed": "offered under another name",
    "doubtful": "trouble in some versions, models or settings, or unconfirmed",
    "degraded": "cut, stripped or misread",
    "lost": "the tool is not offered",
    "refused": "the whole list or request fails",
}
_STATES: dict[str, State] = {
    "renamed": "renamed",
    "degraded": "degraded",
    "lost": "lost",
    "list lost": "refused",
    "refused": "refused",
}


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing to do, for the tools it concerns (none: the server); `effects` holds what happens,
    the gravest first, with the clients in which it does, `obstacle` the gravest.
    """

    obstacle: Obstacle
    effects: tuple[tuple[Effect, tuple[Client, ...]], ...]
    tools: tuple[ToolReport, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """`rows` hold the tools that some client does not take as they are, the worst first, with a
    state for each client. `fine` counts those that all take, of `tools` in all; `untold` those, in
    a row or not, in which more may stand that the source did not show. `server` is the row of the
    server as a whole: what becomes of it, all its tools together. `fixes` go from the gravest.
    """

    clients: tuple[Client, ...]
    server: tuple[State, ...]
    rows: tuple[tuple[ToolReport, tuple[State, ...]], ...]
    tools: int
    fine: int
    untold: int
    fixes: tuple[Fix, ...]


def matrix(report: ServerReport) -> Matrix | None:
    """Return a server's matrix, None if no client was asked for."""
    if report.clients is None:
        return None
    asked = report.clients.clients
    rows = [
        (tool, _states(asked, tool.clients or ()))
        for tool in report.tools
        if tool.clients is not None
    ]
    untold = report.clients.untold
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
            set(states) == {"fine"} and tool.tool.index not in untold for tool, states in rows
        ),
        untold=sum(tool.tool.index in untold for tool, _ in rows),
        fixes=_fixes(report, asked),
    )


def describe_uncertain(found: Matrix) -> str:
    """Say of how many tools a part was not seen that a client may not take; "" for none."""
    tools = "tool" if found.untold == 1 else "tools"
    rest = "graded live, they may be cut or refused"
    return f"{found.untold} {tools} seen only in part: {rest}" if found.untold else ""


def _rank(state: State) -> int:
    return list(SIGNS).index(state)


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
    """Return what to do, each limit once: the same note on several tools or for several clients is
    one thing to mend.
    """
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
