"""Reads rubrics/clients.toml: the clients and frameworks, and what each of them limits."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.clients.measures import fields, names, references, schemas, servers
from toolgrade.files.compiled import read_tables
from toolgrade.model import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from types import ModuleType

    from toolgrade.clients.facts import Fault
    from toolgrade.model import Basis, Effect, Level

_LEVELS: dict[Effect, Level] = {
    "refused": "error",
    "list lost": "error",
    "lost": "error",
    "degraded": "warning",
    "renamed": "note",
}
_MODULES = (names, fields, schemas, references, servers)


@dataclass(frozen=True, slots=True)
class Limit:
    """What one client limits. `measure` is one of MEASURES, `is_` its value; `level` is what a
    finding gets, by the effect if the file gives none. `like` is the client that a limit comes
    from, "" for the client itself.
    """

    client: Client
    measure: str
    is_: Any
    effect: Effect
    level: Level
    source: str
    verified: date
    basis: Basis
    like: str


class Note(NamedTuple):
    """What is known of a client and no measure can find in a definition."""

    text: str
    source: str
    verified: date


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the closed set: `title` is the first line of its docstring, `of_server` whether it is
    asked once of a server.
    """

    title: str
    ask: Callable[..., Iterator[Fault]]
    of_server: bool


def _collect_measures(modules: tuple[ModuleType, ...]) -> Iterator[tuple[str, Measure]]:
    for module in modules:
        for name, function in vars(module).items():
            own = getattr(function, "__module__", "") == module.__name__
            if own and inspect.isgeneratorfunction(function) and not name.startswith("_"):
                first = next(iter(inspect.signature(function).parameters.values()))
                title = (inspect.getdoc(function) or "").partition("\n")[0].rstrip(".")
                yield name.replace("_", "-"), Measure(title, function, first.annotation == "Whole")


MEASURES: Mapping[str, Measure] = dict(_collect_measures(_MODULES))


@cache
def limits() -> tuple[Limit, ...]:
    """Return every limit of rubrics/clients.toml, client by client."""
    data = read_tables("clients.toml")
    tables = {
        key: (_read_client(key, table, is_framework=group == "frameworks"), table)
        for group in ("clients", "frameworks")
        for key, table in data[group].items()
    }
    return tuple(limit for key in tables for limit in _read_limits(key, tables))


def _read_limits(key: str, tables: Mapping[str, tuple[Client, Mapping[str, Any]]]) -> list[Limit]:
    """Return a client's own limits, then those of the clients that it is built on."""
    client, table = tables[key]
    own = [_read_limit(client, table, line) for line in table.get("limits", ())]
    without = table.get("without", ())
    shared = [
        replace(limit, client=client, like=limit.like or other)
        for other in table.get("like", ())
        for limit in _read_limits(other, tables)
        if limit.measure not in without
    ]
    return [*own, *shared]


def _read_client(key: str, table: Mapping[str, Any], *, is_framework: bool) -> Client:
    return Client(
        key,
        table["title"],
        prefix=table.get("prefix", ""),
        suffix=table.get("suffix", ""),
        is_framework=is_framework,
        version=table.get("version", ""),
        verified=table["verified"].isoformat() if "verified" in table else "",
        is_opt_in=table.get("opt-in", False),
    )


def _read_limit(client: Client, table: Mapping[str, Any], line: Mapping[str, Any]) -> Limit:
    basis: Basis = line.get("basis", "reported" if "source" in line else "run")
    level: Level = "note" if basis == "unconfirmed" else _LEVELS[line["effect"]]
    return Limit(
        client=client,
        measure=line["measure"],
        is_=line["is"],
        effect=line["effect"],
        level=line.get("level", level),
        source=line.get("source", table.get("source")),
        verified=line.get("verified", table.get("verified")),
        basis=basis,
        like="",
    )


@cache
def notes() -> dict[str, tuple[Note, ...]]:
    """Return the notes on each client that has some, by its key."""
    data = read_tables("clients.toml")
    return {
        key: tuple(Note(**note) for note in table["notes"])
        for group in ("clients", "frameworks")
        for key, table in data[group].items()
        if "notes" in table
    }


@cache
def clients() -> dict[str, Client]:
    """Return every client and framework by its key, in the file's order."""
    return {limit.client.key: limit.client for limit in limits()}
