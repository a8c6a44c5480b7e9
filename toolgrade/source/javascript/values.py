"""JavaScript's values: lists, objects, functions, classes and zod schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from toolgrade.source.javascript.scopes import Key
from toolgrade.source.nodes import Scalar, Spot, Text, Unknown

if TYPE_CHECKING:
    from toolgrade.source.javascript.modules import Module
    from toolgrade.source.javascript.syntax import Node

REST = "..."
"""The key in an object under which something unknown was spread into it."""

Env: TypeAlias = Mapping[Key, Any]
"""The values of parameters and loop variables, by file and offset of their declaration."""

NO_ENV: Env = {}


FROM_ITSELF = "it is made from itself"
"""Why a value that leads back to itself is unknown."""

RUN_TIME = "it is computed when the server runs"

CONDITIONAL = "it depends on a condition"

PASSING = ("passing", 0)
"""The key that is read with what may be another value the next time."""

THIS = ("this", 0)
"""The key under which an Env holds what `this` is."""

CONDITION = ("if", 0)
"""The key under which an Env holds where the condition is on which it depends."""


@dataclass(slots=True, eq=False)
class Array:
    """A list or set. As in JavaScript, it changes in place and which one it is counts."""

    items: tuple[Any, ...]
    at: Spot


@dataclass(slots=True, eq=False)
class Object:
    """An object with string keys, in order; `keys` says where a key is written, if it is. As in
    JavaScript, it changes in place and which one it is counts.
    """

    entries: dict[str, Any]
    at: Spot
    keys: dict[str, Spot] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Keyed:
    """A Map: lists of a key and a value, in order. It changes in place too."""

    pairs: tuple[Any, ...]
    at: Spot


@dataclass(frozen=True, slots=True)
class Argument:
    """What a call gives for a parameter, to be looked up under the Env in which it is asked for."""

    call: Node
    index: int


@dataclass(frozen=True, slots=True)
class Absent:
    """undefined: a member with it is left out of JSON."""

    at: Spot


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method with the values of its free names."""

    node: Node
    env: Env
    this: Any = None

    @property
    def at(self) -> Spot:
        """Where it is written."""
        return self.node.spot


@dataclass(frozen=True, slots=True)
class Class:
    """A class with the values of its free names."""

    node: Node
    env: Env

    @property
    def at(self) -> Spot:
        """Where it is written."""
        return self.node.spot


@dataclass(frozen=True, slots=True)
class Instance:
    """What `new` makes of a class; `env` holds the arguments of its constructors."""

    made_of: Class
    env: Env
    at: Spot


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something of another package, or of the language: where from, and the way to it."""

    package: str
    path: tuple[str, ...]
    at: Spot


@dataclass(frozen=True, slots=True)
class Namespace:
    """All that a module exports."""

    module: Module
    at: Spot


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression literal: its source, and its flags."""

    source: str
    at: Spot
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A member of a list or table that is in it under a condition that reading cannot decide."""

    value: Any
    at: Spot


@dataclass(frozen=True, slots=True)
class Settled:
    """The value of a name after statements changed it: it is not destructured any more."""

    value: Any


class Frame(Mapping[Key, Any]):
    """An Env of one call of a function, or one round of a loop: the names of that scope, before
    those of the scopes around it.
    """

    __slots__ = ("outer", "own", "scope")

    def __init__(self, own: dict[Key, Any], outer: Env, scope: Node) -> None:
        self.own = own
        self.outer = outer
        self.scope = scope

    def around(self, scope: Node) -> Env:
        """Return the innermost Env in which what is declared in a scope is the same."""
        env: Env = self
        while isinstance(env, Frame):
            here = env.scope
            if here.file is scope.file and here.start <= scope.start and scope.end <= here.end:
                break
            env = env.outer
        return env

    def __getitem__(self, key: Key) -> Any:
        env: Env = self
        while isinstance(env, Frame):
            if key in env.own:
                return env.own[key]
            env = env.outer
        return env[key]

    def __contains__(self, key: object) -> bool:
        env: Env = self
        while isinstance(env, Frame):
            if key in env.own:
                return True
            env = env.outer
        return key in env

    def __iter__(self) -> Iterator[Key]:
        return iter({**self.outer, **self.own})

    def __len__(self) -> int:
        return len({**self.outer, **self.own})


@dataclass(frozen=True, slots=True, eq=False)
class Zod:
    """A zod schema: its kind, the major version that spells it, what it is made of, and its checks:
    a method's name and what it was given. Which object it is counts, as in JavaScript.
    """

    kind: str
    version: int
    at: Spot
    of: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    description: Any = None


Value: TypeAlias = (
    "Text | Scalar | Array | Object | Unknown | Absent | Function | Class | Instance"
    " | Foreign | Keyed | Namespace | Pattern | Perhaps | Zod"
)


def truth(value: Value) -> bool | None:
    """Return whether a condition holds with `value`; None if that cannot be known."""
    match value:
        case Text(text):
            return bool(text)
        case Scalar(scalar):
            return bool(scalar)
        case Absent():
            return False
        case Unknown() | Foreign() | Perhaps():
            return None
    return True


def is_nothing(value: Value) -> bool:
    """Return whether a value is undefined, null, false, 0 or empty text: spread, it is nothing."""
    return isinstance(value, Absent) or (isinstance(value, Text | Scalar) and not value.value)
