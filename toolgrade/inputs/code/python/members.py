"""What an attribute stands for: of a module, a class, an object, an enum."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.inputs.code.nodes import Scalar, Text, Unknown
from toolgrade.inputs.code.python.values import (
    Class,
    External,
    Function,
    Instance,
    Member,
    Package,
    Scope,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.inputs.code.nodes import Spot
    from toolgrade.inputs.code.python.bindings import Binding, FunctionNode
    from toolgrade.inputs.code.python.modules import Module
    from toolgrade.inputs.code.python.values import Value

_ENUMS = frozenset({"enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "enum.IntFlag"})
HINTS = {
    "read_only_hint": "readOnlyHint",
    "destructive_hint": "destructiveHint",
    "idempotent_hint": "idempotentHint",
    "open_world_hint": "openWorldHint",
}
"""How the SDK's second version spells the hints, and how the first and the wire do."""


class Members:
    """Looks attributes up; `Names` looks names up, and `Fold` reads what they are bound to."""

    def __init__(self) -> None:
        self._attributes: dict[ast.ClassDef, dict[str, tuple[FunctionNode, list[ast.expr]]]] = {}

    def value(self, node: ast.expr, scope: Scope) -> Value:
        """Return what an expression stands for."""
        raise NotImplementedError

    def member(self, module: Module, name: str, at: Spot) -> Value:
        """Return what a module's name stands for."""
        raise NotImplementedError

    def inside(self, node: FunctionNode | ast.ClassDef) -> Mapping[str, list[Binding]]:
        """Return the bindings of a function's or class's own body."""
        raise NotImplementedError

    def annotated(self, node: ast.expr, scope: Scope) -> External | Class | None:
        """Return the class that an annotation names."""
        raise NotImplementedError

    def bound(self, found: list[Binding], scope: Scope, name: str, at: Spot) -> Value:
        """Return what the bindings of one name stand for."""
        raise NotImplementedError

    def attribute(self, base: Value, name: str, at: Spot) -> Value:
        """Return what an attribute stands for."""
        match base:
            case Package(module):
                return self.member(module, name, at)
            case External(path):
                return External(f"{path}.{name}", at)
            case Member(_, value) if name == "value":
                found: Value = value
                return found
            case Member(own) if name == "name":
                return Text(own, at)
            case Function(ast.FunctionDef() | ast.AsyncFunctionDef() as node):
                return self._of_function(base, node, name, at)
            case Class():
                return self.class_member(base, name, at)
            case Instance(Class() as kind):
                return self._instance_member(base, kind, name, at)
            case Instance(External(path)) if name in base.kwargs:
                given: Value = base.kwargs[name]
                return given
            case Instance(External(path)) if path.endswith(".ToolAnnotations") and base.called:
                hint: Value = base.kwargs.get(HINTS.get(name, ""), Scalar(None, at))
                return hint
            case Instance(External(path)):
                return External(f"{path}().{name}", at)
            case Unknown():
                return base
        return Unknown(f".{name} is computed at run time", at)

    def _of_function(self, base: Function, node: FunctionNode, name: str, at: Spot) -> Value:
        first = node.body[0]
        if name == "__name__":
            return Text(node.name, base.at)
        if name == "__doc__" and not base.changed:
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                return self.value(first.value, base.scope)
            return Scalar(None, at)
        return Unknown(f".{name} is computed at run time", at)

    def bases(self, owned: Class) -> list[External | Class]:
        """Return the classes that a class is made from, itself first, in the order of lookup.

        Bounded, so that classes made from one another end.
        """
        found: list[External | Class] = []
        work: list[External | Class] = [owned]
        while work and len(found) < 40:  # noqa: PLR2004 - deeper than any real one
            one = work.pop(0)
            found.append(one)
            if isinstance(one, Class):
                named = [self.annotated(base, one.scope) for base in one.node.bases]
                work = [base for base in named if base is not None] + work
        return found

    def is_enum(self, owned: Class) -> bool:
        """Whether a class is an enum."""
        return any(isinstance(b, External) and b.path in _ENUMS for b in self.bases(owned))

    def class_member(self, owned: Class, name: str, at: Spot) -> Value:
        """Return what a class's attribute stands for: an enum's member, a method, a constant."""
        for base in self.bases(owned):
            if isinstance(base, Class) and (found := self.inside(base.node).get(name)):
                value = self.bound(found, base.scope.inside(base.node), name, at)
                if self.is_enum(owned) and not isinstance(value, Function | Unknown):
                    return Member(name, value, value.at)
                return value
        return Unknown(f"{owned.node.name}.{name} is made at run time", at)

    def _instance_member(self, base: Instance, kind: Class, name: str, at: Spot) -> Value:
        for one in self.bases(kind):
            if not isinstance(one, Class):
                continue
            assigned = self._assigned(one, name)
            if assigned is not None:
                method, values = assigned
                scope = one.scope.inside(one.node).inside(method)
                if len(values) == 1:
                    return self.value(values[0], scope)
                return self.bound(list(values), scope, name, at)
            if name in self.inside(one.node):
                value = self.class_member(one, name, at)
                if isinstance(value, Function):
                    return Function(value.node, value.scope, value.at, bound=True)
                return value
        given: Value | None = base.kwargs.get(name)
        return given if given is not None else Unknown(f".{name} is made at run time", at)

    def _assigned(self, owned: Class, name: str) -> tuple[FunctionNode, list[ast.expr]] | None:
        """Return the method that assigns `self.name`, and what it assigns."""
        if owned.node not in self._attributes:
            self._attributes[owned.node] = dict(_attributes(owned.node))
        return self._attributes[owned.node].get(name)


def _attributes(
    owned: ast.ClassDef,
) -> Iterator[tuple[str, tuple[FunctionNode, list[ast.expr]]]]:
    """Yield the attributes that a class's methods assign to `self`, the last method's first."""
    for method in reversed(owned.body):
        if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        found: dict[str, list[ast.expr]] = {}
        for node in ast.walk(method):
            match node:
                case ast.Assign([ast.Attribute(ast.Name("self"), name)], value):
                    found.setdefault(name, []).append(value)
                case ast.AnnAssign(ast.Attribute(ast.Name("self"), name), _, ast.expr() as value):
                    found.setdefault(name, []).append(value)
        for name, values in found.items():
            yield name, (method, values)
