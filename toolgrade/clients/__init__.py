"""Which clients take a server's tools, and which rename, cut, drop or refuse them: a report in, the
same report out with that in it. Every limit is a line of rubrics/clients.toml, dated, with its
source.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.clients.facts import Part, Whole, locate
from toolgrade.clients.limits import MEASURES, Limit, clients, limits
from toolgrade.clients.needs import list_needs
from toolgrade.clients.unknowns import faults, find_unknown_parts
from toolgrade.model import EFFECTS, Compatibility, Finding, InputError, Notice, Obstacle
from toolgrade.signals.canonical import canonical_bytes
from toolgrade.wording.counts import join_first
from toolgrade.wording.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from toolgrade.clients.facts import Fault
    from toolgrade.model import (
        Client,
        Level,
        Origin,
        Report,
        Server,
        ServerReport,
        Tool,
        ToolReport,
    )

__all__ = (
    "MEASURES",
    "check_compatibility",
    "clients",
    "count_around",
    "limits",
    "parts",
    "select_clients",
)

ALL = "all"
FRAMEWORKS = "frameworks"
_ZERO = Decimal(0)
_MOST_NAMED = 4
_NAME_MEASURE = "name-length"
"""The measure that counts what a client puts around a name."""
_NUMBER = re.compile(r"\d{1,9}")


class _Group(NamedTuple):
    """Limits with one measure and one value: asked of a tool once for all clients. `around` is
    how many characters their clients put around a name; `is_guessed`, that they hold a server's
    name which its user may not use. `needs` is what a tool must hold to be asked.
    """

    measure: str
    ask: Callable[..., Iterator[Fault]]
    is_: Any
    limits: tuple[Limit, ...]
    around: int
    needs: frozenset[str] | None
    is_guessed: bool


class _Parted(NamedTuple):
    """The groups that are asked of a server and of its tools, and the limits that count what a
    client puts around a name: those are grouped server by server.
    """

    of_server: Sequence[_Group]
    of_tool: Sequence[_Group]
    of_name: Sequence[Limit]


def select_clients(names: Iterable[str]) -> tuple[Client, ...]:
    """Return the clients of these names, each once: "all" for every client, "frameworks" for every
    framework. A name may end in "@" and a version. Raises InputError.
    """
    known = clients()
    wanted: dict[str, Client] = {}
    for given in names:
        name, _, version = given.partition("@")
        if name in {ALL, FRAMEWORKS} and not version:
            chosen = (c for c in known.values() if c.is_framework == (name == FRAMEWORKS))
            wanted |= {client.key: client for client in chosen if client.key not in wanted}
        elif name in known:
            wanted[name] = known[name]._replace(asked=version)
        else:
            groups = [*known, ALL, FRAMEWORKS]
            hint = suggest(name, groups, f"known are {', '.join(groups)}")
            raise InputError(f"--clients: there is no client '{given[:80]}'{hint}")
    return tuple(wanted.values())


def check_compatibility(
    report: Report, asked: tuple[Client, ...], is_late: Callable[[int], bool] = lambda _: False
) -> Report:
    """Return the report with what each of the clients makes of its servers. When `is_late` says so
    of a server, by index, the rest of it is left unchecked: None.
    """
    keys = {client.key for client in asked}
    held = [limit for limit in limits() if limit.client.key in keys]
    of_name = [limit for limit in held if limit.measure == _NAME_MEASURE]
    others = (limit for limit in held if limit.measure != _NAME_MEASURE)
    groups = _part_groups(_group(others, lambda _: 0), of_name)
    return replace(
        report,
        servers=tuple(
            server if is_late(at) else _check_server(server, asked, groups, partial(is_late, at))
            for at, server in enumerate(report.servers)
        ),
        notices=(*report.notices, *_find_unknown_versions(asked)),
    )


def _part_groups(groups: Iterable[_Group], of_name: Sequence[Limit]) -> _Parted:
    """Return the groups by what they are asked of."""
    of_server: list[_Group] = []
    of_tool: list[_Group] = []
    for group in groups:
        (of_server if MEASURES[group.measure].of_server else of_tool).append(group)
    return _Parted(tuple(of_server), tuple(of_tool), of_name)


def _find_unknown_versions(asked: Iterable[Client]) -> Iterator[Notice]:
    """Yield a notice for each client that was asked for in a version newer than the data."""
    for client in asked:
        if client.asked and _order(client.asked) > _order(client.version):
            known = f"{client.version}, {client.verified}" if client.version else "no one version"
            yield Notice(
                f"--clients {client.key}@{client.asked[:40]}: what is known is of {known}; "
                "it may do otherwise by now"
            )


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in _NUMBER.findall(version))


def _check_server(
    report: ServerReport,
    asked: tuple[Client, ...],
    groups: _Parted,
    is_late: Callable[[], bool],
) -> ServerReport:
    server = report.server
    of_tool = (
        *_group(
            groups.of_name,
            lambda limit: count_around(limit.client, server),
            is_guessed=server.key is None,
        ),
        *groups.of_tool,
    )
    whole = Whole(server, sum(_count_bytes(tool) for tool in report.tools))
    found = [
        obstacle
        for group in groups.of_server
        if (exceeded := faults(group.ask, whole, group.is_))
        for obstacle in _list_obstacles(group, exceeded, server.origin)
    ]
    order = {client.key: number for number, client in enumerate(asked)}
    found.sort(key=lambda obstacle: order[obstacle.client])
    return replace(
        report,
        tools=tuple(
            tool if is_late() else _check_tool(tool, of_tool, order) for tool in report.tools
        ),
        findings=(*report.findings, *_list_findings(found)),
        clients=Compatibility(asked, tuple(found), _find_uncertain_tools(server, of_tool)),
    )


def _count_bytes(report: ToolReport) -> int:
    if report.tool.is_app_only:
        return 0
    return report.signals.definition_bytes if report.signals else len(canonical_bytes(report.tool))


def _group(
    held: Iterable[Limit], around: Callable[[Limit], int], *, is_guessed: bool = False
) -> tuple[_Group, ...]:
    groups: dict[tuple[str, str, int], list[Limit]] = {}
    for limit in held:
        key = (limit.measure, json.dumps(limit.is_), around(limit))
        groups.setdefault(key, []).append(limit)
    return tuple(
        _Group(
            name,
            MEASURES[name].ask,
            same[0].is_,
            tuple(same),
            size,
            list_needs(name, same[0].is_),
            is_guessed and size > 0,
        )
        for (name, _, size), same in groups.items()
    )


def count_around(client: Client, server: Server) -> int:
    """Return how many characters a client puts around the name of each tool of a server."""
    # A server's name as clients put it around a tool's: what names cannot hold becomes "_".
    name = server.name if server.key is None else server.key
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in name)
    return len((client.prefix + client.suffix).format(server=plain))


def _find_uncertain_tools(server: Server, groups: Sequence[_Group]) -> frozenset[int]:
    """Return the tools, by index, that hold something unseen which may exceed a limit."""
    return frozenset(
        tool.index
        for tool in server.tools
        if tool.unknown
        and any(find_unknown_parts(group.measure, group.is_, tool) for group in groups)
    )


def _check_tool(
    report: ToolReport, groups: Sequence[_Group], order: Mapping[str, int]
) -> ToolReport:
    tool = report.tool
    part = Part(tool)
    found: list[Obstacle] = []
    for group in groups:
        if group.needs is None or not group.needs.isdisjoint(part.marks):
            part.around = group.around
            if exceeded := faults(group.ask, part, group.is_):
                obstacles = list(_list_obstacles(group, exceeded, tool.origin))
                found += _lower_guesses(obstacles, group, part) if group.is_guessed else obstacles
    found.sort(key=lambda obstacle: order[obstacle.client])
    return replace(
        report, findings=(*report.findings, *_list_findings(found)), clients=tuple(found)
    )


def _lower_guesses(obstacles: Sequence[Obstacle], group: _Group, part: Part) -> Sequence[Obstacle]:
    """Return obstacles as warnings at most if the tool's name fits without what a client puts
    around it: the user names the server, and may use a shorter name than its own.
    """
    part.around = 0
    if faults(group.ask, part, group.is_):
        return obstacles
    return [o._replace(level="warning") if o.level == "error" else o for o in obstacles]


def parts(server: Server, *, of_server: bool) -> Iterator[tuple[Tool | None, Part | Whole]]:
    """Yield what a measure is asked of, for no client in particular: each named tool, or the
    server.
    """
    if of_server:
        seen = (tool for tool in server.tools if not tool.is_app_only)
        yield None, Whole(server, sum(len(canonical_bytes(tool)) for tool in seen))
        return
    for tool in server.tools:
        if tool.name is not None:
            yield tool, Part(tool)


def _list_obstacles(group: _Group, found: Sequence[Fault], origin: Origin) -> Iterator[Obstacle]:
    """Yield for each limit the first place where it is exceeded, with how many more there are."""
    pointer, note = locate(found[0])
    place = origin.place(pointer) or origin.place("")
    for limit in group.limits:
        yield Obstacle(
            client=limit.client.key,
            measure=limit.measure,
            effect=limit.effect,
            level=limit.level,
            note=note,
            more=len(found) - 1,
            pointer=pointer,
            place=place,
            source=limit.source,
            verified=limit.verified.isoformat(),
            basis=limit.basis,
        )


def _list_findings(found: Sequence[Obstacle]) -> Iterator[Finding]:
    """Yield a finding for each measure that is exceeded, with what it does to which clients."""
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
            note=f"{worst.note}{where}{more}: {_describe_effects(same, known)}",
            quotes=(),
            place=worst.place,
        )


def _describe_effects(same: Iterable[Obstacle], known: Mapping[str, Client]) -> str:
    by_effect: dict[str, list[str]] = {}
    for obstacle in sorted(same, key=lambda o: -EFFECTS.index(o.effect)):
        titles = by_effect.setdefault(obstacle.effect, [])
        if known[obstacle.client].title not in titles:
            titles.append(known[obstacle.client].title)
    return "; ".join(
        f"{effect} in {join_first(titles, _MOST_NAMED)}" for effect, titles in by_effect.items()
    )
