"""What an expression stands for, beside the texts, scalars, lists and tables of every language."""

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
"""What parameters stand for: by file and offset of their declaration."""

NO_ENV: Env = {}


class Given(NamedTuple):
    """An argument, or a field of a literal: its name ("" for one that only has its place)."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something of another package, or of the language, under its full name."""

    path: str
    at: Spot


@dataclass(frozen=True, slots=True)
class Call:
    """What a function or type of another package makes; `of` is what a method is called on.

    Of a method `path` is its bare name.
    """

    path: str
    given: tuple[Given, ...]
    at: Spot
    types: tuple[Kind, ...] = ()
    of: Any = None

    def get(self, key: str | int) -> Any:
        """Return the argument of a name, or at a place among those without; None if not given."""
        if isinstance(key, str):
            return next((one.value for one in self.given if one.name == key), None)
        placed = [one.value for one in self.given if not one.name]
        return placed[key] if key < len(placed) else None


@dataclass(frozen=True, slots=True)
class Method:
    """A member of a value that is not known: what is called, or asked for, by that name."""

    of: Any
    name: str
    at: Spot


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the package, and what its free names stand for."""

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
    """A type as written: its full name ("[]", "map", "*", "?" for what has signs), its arguments,
    and the module it is written in.
    """

    name: str
    of: tuple[Kind, ...]
    at: Spot
    own: Declaration | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A member that is set: the way to it, and what it becomes; or options that are applied."""

    path: tuple[str, ...]
    value: Any


RUN_TIME = "it is made when the server runs"


def make_unknown(at: Spot) -> Unknown:
    """Return that a value is made when the server runs."""
    return Unknown(RUN_TIME, at)


def mapping(pairs: Sequence[tuple[Any, Any]], at: Spot) -> Any:
    """Return the mapping of keys to values; unknown if a key is."""
    entries: dict[str, Any] = {}
    keys: dict[str, Spot] = {}
    for key, value in pairs:
        if not isinstance(key, Text):
            return key if isinstance(key, Unknown) else make_unknown(at)
        entries[key.value] = value
        keys[key.value] = key.at
    return Table(entries, at, keys)
