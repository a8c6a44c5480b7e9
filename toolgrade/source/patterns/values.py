"""The values of expressions besides the texts, scalars, lists and tables of every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from toolgrade.source.nodes import Table, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.source.nodes import File, Spot
    from toolgrade.source.patterns.modules import Declaration, Module
    from toolgrade.source.tree import Node

Env: TypeAlias = Mapping[tuple["File", int], Any]
"""The values of parameters, by file and offset of their declaration."""

NO_ENV: Env = {}


class Given(NamedTuple):
    """An argument, or a field of a literal; its name is "" if it is positional."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Foreign:
    """A name from another package or from the language, written in full."""

    path: str
    at: Spot


@dataclass(frozen=True, slots=True)
class Call:
    """The result of a function or type of another package; `of` is what a method is called on.

    For a method, `path` is its bare name.
    """

    path: str
    given: tuple[Given, ...]
    at: Spot
    types: tuple[Kind, ...] = ()
    of: Any = None

    def get(self, key: str | int) -> Any:
        """Return an argument by name, or by place among those without a name; None if missing."""
        if isinstance(key, str):
            return next((one.value for one in self.given if one.name == key), None)
        placed = [one.value for one in self.given if not one.name]
        return placed[key] if key < len(placed) else None


@dataclass(frozen=True, slots=True)
class Method:
    """A member of an unknown value, by its name."""

    of: Any
    name: str
    at: Spot


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the package, and the values of its free names."""

    node: Node
    module: Module
    env: Env

    @property
    def at(self) -> Spot:
        """Where it is written."""
        return self.node.spot


@dataclass(frozen=True, slots=True)
class OwnType:
    """A type that the package declares."""

    declaration: Declaration
    at: Spot


@dataclass(frozen=True, slots=True)
class Kind:
    """A type as written: its full name (or "[]", "map", "*", "?" for types written with signs),
    its arguments, and its declaration if the package has one.
    """

    name: str
    of: tuple[Kind, ...]
    at: Spot
    own: Declaration | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A member that is set: its path and new value; or options that are applied."""

    path: tuple[str, ...]
    value: Any


RUN_TIME = "it is made when the server runs"


def make_unknown(at: Spot) -> Unknown:
    """Return an unknown value: one that is made when the server runs."""
    return Unknown(RUN_TIME, at)


def mapping(pairs: Sequence[tuple[Any, Any]], at: Spot) -> Any:
    """Return a table of keys and values; unknown if a key is unknown."""
    entries: dict[str, Any] = {}
    keys: dict[str, Spot] = {}
    for key, value in pairs:
        if not isinstance(key, Text):
            return key if isinstance(key, Unknown) else make_unknown(at)
        entries[key.value] = value
        keys[key.value] = key.at
    return Table(entries, at, keys)
