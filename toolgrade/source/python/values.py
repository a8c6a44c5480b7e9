"""The values of Python expressions besides plain data, and where names are looked up."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from toolgrade.source.budget import TOO_LARGE
from toolgrade.source.layers import LayeredMap
from toolgrade.source.nodes import Items, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolgrade.source.nodes import Node, Spot
    from toolgrade.source.python.bindings import FunctionNode
    from toolgrade.source.python.modules import Module

Value: TypeAlias = (
    "Node | External | Package | Function | Class | Instance | Member | Hint | Either"
)


@dataclass(frozen=True, slots=True)
class External:
    """Something of another distribution, by its dotted name: "mcp.types.Tool"."""

    path: str
    at: Spot


@dataclass(frozen=True, slots=True)
class Package:
    """A module of the same package."""

    module: Module
    at: Spot


@dataclass(frozen=True, slots=True)
class Function:
    """A function, and the scope of its definition; `bound` if it is a method whose first argument
    is set. `owner` is that argument, if known.

    `changed` names an attribute that a wrapper replaces: "__signature__". `called` and `says` are
    the values that are set as its `__name__` and `__doc__`.
    """

    node: FunctionNode | ast.Lambda
    scope: Scope
    at: Spot
    bound: bool = False
    changed: str = ""
    owner: Any = None
    called: Any = None
    says: Any = None


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the same package, and the scope of its definition."""

    node: ast.ClassDef
    scope: Scope
    at: Spot


@dataclass(frozen=True, slots=True)
class Instance:
    """What calling `kind` gives, or an argument annotated with it (then `called` is False); `keys`
    says where the names of arguments are.
    """

    kind: External | Class
    at: Spot
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    called: bool = True
    keys: Mapping[str, Spot] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unordered(Items):
    """A set, or a result of looping over one: its order differs between runs."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an enum."""

    name: str
    value: Any
    at: Spot


@dataclass(frozen=True, slots=True)
class Hint:
    """A type that is written as an expression: `list[str]`, `int | None`."""

    node: ast.expr
    scope: Scope
    at: Spot


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values, to be chosen at run time: not data, but each may be registered.

    `size` is the number of values, including those of nested Eithers.
    """

    options: tuple[Any, ...]
    at: Spot
    size: int = 1


MAX_EITHER = 2_000
"""Values that one expression may have, depending on the run."""


def make_either(options: Iterable[Value], at: Spot) -> Either | Unknown:
    """Return one of several values; unknown if there are too many."""
    found = tuple(options)
    size = sum(one.size if isinstance(one, Either) else 1 for one in found)
    return Either(found, at, size) if size <= MAX_EITHER else Unknown(TOO_LARGE, at)


@dataclass(frozen=True)
class Scope:
    """Where a name is looked up: values bound so far, enclosing definitions, then the module."""

    module: Module
    within: tuple[FunctionNode | ast.Lambda | ast.ClassDef, ...] = ()
    local: LayeredMap[Value] = field(default_factory=LayeredMap)

    def inside(self, node: FunctionNode | ast.Lambda | ast.ClassDef) -> Scope:
        """Return the scope of a definition's body."""
        return Scope(self.module, (*self.within, node), self.local)

    def bind_names(self, local: Mapping[str, Value]) -> Scope:
        """Return the same scope with more names bound."""
        return Scope(self.module, self.within, self.local.bind(local))


def set_attribute(function: Function, attribute: str, value: Value) -> Function:
    """Return a function after `function.attribute = value`."""
    if attribute == "__name__":
        return replace(function, called=value)
    if attribute == "__doc__":
        return replace(function, says=value)
    if attribute in {"__qualname__", "__module__"}:
        return function
    return replace(function, changed=attribute)


def has_order(value: Value) -> bool:
    """Whether the members of a value have the same order in each run."""
    return not isinstance(value, Unordered) or len(value.items) <= 1


def arguments(node: FunctionNode | ast.Lambda) -> list[ast.arg]:
    """Return the parameters of a function in order, without * and **."""
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def defaults(node: FunctionNode | ast.Lambda) -> dict[str, ast.expr]:
    """Return the default of each parameter that has one."""
    plain = [*node.args.posonlyargs, *node.args.args]
    given = node.args.defaults
    found = {a.arg: d for a, d in zip(plain[len(plain) - len(given) :], given, strict=True)}
    pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return found | {a.arg: d for a, d in pairs if d is not None}


_LONGEST_ANNOTATION = 10_000


def flatten_union(node: ast.expr) -> list[ast.expr]:
    """Return the operands of `A | B | ...` in order; for any other hint, the hint itself."""
    found: list[ast.expr] = []
    work = [node]
    while work:
        one = work.pop()
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.BitOr):
            work += [one.right, one.left]
        else:
            found.append(one)
    return found


def parse_quoted_annotation(node: ast.expr) -> ast.expr:
    """Parse an annotation written as a string; the expression keeps the string's place."""
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return node
    if len(node.value) > _LONGEST_ANNOTATION:
        return node
    try:
        inner = ast.parse(node.value.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return node
    for each in ast.walk(inner):
        ast.copy_location(each, node)
    return inner


_ANYTHING = frozenset({"typing.Any", "builtins.object"})


def says_nothing(kind: External | Class) -> bool:
    """Whether an annotation gives no information: it allows anything, or its name is not bound, as
    with an import for type checkers only.
    """
    if not isinstance(kind, External):
        return False
    module, _, name = kind.path.partition(".")
    return kind.path in _ANYTHING or (module == "builtins" and not hasattr(builtins, name))
