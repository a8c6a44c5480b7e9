"""Which clients take a server's tools, and which cut, drop or refuse them: a report in, the same
report out with that in it. Every limit is a line of rubrics/clients.toml, dated, with its source.
"""

from __future__ import annotations

import inspect
import tomllib
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from toolgrade.clients import measures
from toolgrade.clients.measures import Part, Whole
from toolgrade.clients.unknowns import faults, find_unknown_parts
from toolgrade.files.shipped import FOLDER, read_shipped
from toolgrade.model import (
    EFFECTS,
    Client,
    Compatibility,
    Finding,
    InputError,
    Obstacle,
)
from toolgrade.schema import walk
from toolgrade.signals.canonical import canonical_bytes
from toolgrade.wording.counts import join_first
from toolgrade.wording.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from toolgrade.model import (
        Effect,
        Level,
        Origin,
        Pointer,
        Report,
        Server,
        ServerReport,
        Tool,
        ToolReport,
    )

ALL = "all"
_ZERO = Decimal(0)
_LEVELS: dict[Effect, Level] = {
    "refused": "error",
    "list lost": "error",
    "lost": "error",
    "degraded": "warning",
}
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Limit:
    """What one client limits. `measure` is one of MEASURES, `is_` its value; `level` is what a
    finding gets, by the effect if the file gives none.
    """

    client: Client
    measure: str
    is_: Any
    effect: Effect
    level: Level
    source: str
    verified: date


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the closed set: `page` is its docstring, `of_server` whether it is asked once."""

    title: str
    ask: Callable[..., Iterator[tuple[Pointer, str]]]
    of_server: bool


def _measures() -> Iterator[tuple[str, Measure]]:
    for name, function in vars(measures).items():
        if inspect.isgeneratorfunction(function) and not name.startswith("_"):
            first = next(iter(inspect.signature(function).parameters.values()))
            title = (inspect.getdoc(function) or "").partition("\n")[0].rstrip(".")
            yield name.replace("_", "-"), Measure(title, function, first.annotation == "Whole")


MEASURES: Mapping[str, Measure] = dict(_measures())


@cache
def limits() -> tuple[Limit, ...]:
    """Return every limit of rubrics/clients.toml, client by client."""
    data = tomllib.loads(read_shipped(FOLDER / "clients.toml"))
    found = []
    for key, table in data["clients"].items():
        client = Client(key, table["title"], table.get("prefix", ""))
        found += [
            Limit(
                client=client,
                measure=line["measure"],
                is_=line["is"],
                effect=line["effect"],
                level=line.get("level", _LEVELS[line["effect"]]),
                source=line["source"],
                verified=line["verified"],
            )
            for line in table["limits"]
        ]
    return tuple(found)


def clients() -> dict[str, Client]:
    """Return every client by its key, in the file's order."""
    return {limit.client.key: limit.client for limit in limits()}


def select_clients(names: Iterable[str]) -> tuple[Client, ...]:
    """Return the clients of these names, each once, "all" for every one. Raises InputError."""
    known = clients()
    wanted: dict[str, Client] = {}
    for name in names:
        if name == ALL:
            wanted |= known
        elif name in known:
            wanted[name] = known[name]
        else:
            hint = suggest(name, [*known, ALL], f"known are {', '.join(known)}, all")
            raise InputError(f"--clients: there is no client '{name[:80]}'{hint}")
    return tuple(wanted.values())


def check_compatibility(report: Report, asked: tuple[Client, ...]) -> Report:
    """Return the report with what each of the clients makes of its servers."""
    held = [limit for limit in limits() if limit.client in asked]
    return replace(report, servers=tuple(_server(s, asked, held) for s in report.servers))


def _server(report: ServerReport, asked: tuple[Client, ...], held: Sequence[Limit]) -> ServerReport:
    server = report.server
    ((_, whole),) = parts(server, of_server=True)
    found = [
        obstacle
        for limit in held
        if MEASURES[limit.measure].of_server
        for obstacle in _obstacles(limit, whole, server.origin)
    ]
    return replace(
        report,
        tools=tuple(_tool(tool, server, held) for tool in report.tools),
        findings=(*report.findings, *_findings(found)),
        clients=Compatibility(asked, tuple(found), _find_uncertain_tools(server, held)),
    )


def _find_uncertain_tools(server: Server, held: Sequence[Limit]) -> frozenset[int]:
    """Return the tools, by index, that hold something unseen which a limit may be passed by."""
    asked = [limit for limit in held if not MEASURES[limit.measure].of_server]
    return frozenset(
        tool.index
        for tool in server.tools
        if tool.unknown
        and any(find_unknown_parts(limit.measure, limit.is_, tool) for limit in asked)
    )


def _tool(report: ToolReport, server: Server, held: Sequence[Limit]) -> ToolReport:
    tool = report.tool
    if tool.name is None:
        return report
    bare = Part(tool, _schemas(tool), "")
    found = [
        _lower_guess(obstacle, limit, bare) if server.key is None else obstacle
        for limit in held
        if not MEASURES[limit.measure].of_server
        for obstacle in _obstacles(
            limit, bare._replace(prefix=_prefix(limit.client, server)), tool.origin
        )
    ]
    return replace(report, findings=(*report.findings, *_findings(found)), clients=tuple(found))


def parts(server: Server, *, of_server: bool) -> Iterator[tuple[Tool | None, Part | Whole]]:
    """Yield what a measure is asked of, no client being meant: each named tool, or the server."""
    if of_server:
        yield None, Whole(server, sum(len(canonical_bytes(tool)) for tool in server.tools))
        return
    for tool in server.tools:
        if tool.name is not None:
            yield tool, Part(tool, _schemas(tool), "")


def _schemas(tool: Tool) -> tuple[Any, ...]:
    roots = (("inputSchema", tool.input_schema), ("outputSchema", tool.output_schema))
    return tuple(node for key, root in roots for node in walk(root, (None, key)))


def _prefix(client: Client, server: Server) -> str:
    # A server's name as clients put it before a tool's: what names cannot hold becomes "_".
    name = server.name if server.key is None else server.key
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in name)
    return client.prefix.replace("{server}", plain)


def _lower_guess(obstacle: Obstacle, limit: Limit, bare: Part) -> Obstacle:
    """Return an obstacle as a warning at most if the tool meets the limit without the prefix: the
    user names the server, and may use a shorter name than its own.
    """
    if obstacle.level != "error" or faults(MEASURES[limit.measure].ask, bare, limit.is_):
        return obstacle
    return obstacle._replace(level="warning")


def _obstacles(limit: Limit, part: Part | Whole, origin: Origin) -> Iterator[Obstacle]:
    """Yield the first place where a limit is passed, with how many more there are."""
    if found := faults(MEASURES[limit.measure].ask, part, limit.is_):
        (pointer, note), more = found[0], len(found) - 1
        yield Obstacle(
            client=limit.client.key,
            measure=limit.measure,
            effect=limit.effect,
            level=limit.level,
            note=note,
            more=more,
            pointer=pointer,
            place=origin.place(pointer) or origin.place(""),
            source=limit.source,
            verified=limit.verified.isoformat(),
        )


def _findings(found: Sequence[Obstacle]) -> Iterator[Finding]:
    """Yield a finding for each measure that is passed, with what it does to which clients."""
    by_measure: dict[str, list[Obstacle]] = {}
    for obstacle in found:
        by_measure.setdefault(obstacle.measure, []).append(obstacle)
    known = clients()
    for measure, same in by_measure.items():
        worst = max(same, key=lambda o: EFFECTS.index(o.effect))
        level: Level = min((o.level for o in same), key=("error", "warning", "note").index)
        more = f" (and {worst.more} more like it)" if worst.more else ""
        where = "" if worst.place else f" ({worst.pointer})"
        yield Finding(
            check=f"client.{measure}",
            title=MEASURES[measure].title,
            share=_ZERO,
            delta=_ZERO,
            gain=_ZERO,
            level=level,
            note=f"{worst.note}{where}{more}: {_effects(same, known)}",
            quotes=(),
            place=worst.place,
        )


def _effects(same: Iterable[Obstacle], known: Mapping[str, Client]) -> str:
    by_effect: dict[str, list[str]] = {}
    for obstacle in sorted(same, key=lambda o: -EFFECTS.index(o.effect)):
        titles = by_effect.setdefault(obstacle.effect, [])
        if known[obstacle.client].title not in titles:
            titles.append(known[obstacle.client].title)
    return "; ".join(
        f"{effect} in {join_first(titles, _MOST_NAMED)}" for effect, titles in by_effect.items()
    )
