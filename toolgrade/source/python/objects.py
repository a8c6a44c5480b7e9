"""Look up attributes of objects of the package's classes: those that methods assign to `self`,
arguments of the constructor, and attributes of the class.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Items, Table, Unknown
from toolgrade.source.python.values import Class, Function, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.bindings import FunctionNode
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Value

_PROPERTIES = frozenset({"property", "cached_property", "abstractproperty"})
_DEEPEST = 5


class Objects:
    """Looks up the attributes of objects."""

    def __init__(self, ev: Interpreter) -> None:
        self.ev = ev
        self._attributes: dict[ast.ClassDef, dict[str, tuple[FunctionNode, list[ast.expr]]]] = {}

    def member(self, base: Instance, kind: Class, name: str, at: Spot) -> Value:
        """Return the value of `base.name`; `kind` is the class of `base`."""
        if name == "__class__":
            return kind
        bases = [one for one in self.ev.bases(kind) if isinstance(one, Class)]
        if not any("__init__" in self.ev.collect_bindings_in(one.node) for one in bases):
            given: Value | None = self._fields(base, bases).get(name)
            if given is not None:
                return given
        for one in bases:
            if name in self.find_assigned_attributes(one):
                return self._evaluate_attribute(base, bases, one, name, at)
            if name in self.ev.collect_bindings_in(one.node):
                value = self.ev.class_member(one, name, at)
                return self.bind_method(value, base) if isinstance(value, Function) else value
        return Unknown(f".{name} is made at run time", at)

    def find_assigned_attributes(
        self, owned: Class
    ) -> Mapping[str, tuple[FunctionNode, list[ast.expr]]]:
        """Return the attributes that methods assign to `self`, each with its method and values."""
        if owned.node not in self._attributes:
            self._attributes[owned.node] = dict(_attributes(owned.node))
        return self._attributes[owned.node]

    def bind_method(self, method: Function, base: Instance | Class) -> Value:
        """Return a method as it is bound when it is read from an object or its class."""
        decorators = getattr(method.node, "decorator_list", ())
        names = {
            one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "")
            for one in decorators
        }
        if "staticmethod" in names:
            return method
        if isinstance(base, Class) and "classmethod" not in names:
            return method
        owner = base.kind if "classmethod" in names and isinstance(base, Instance) else base
        bound = replace(method, bound=True, owner=owner)
        return (
            self.ev.calls.call_function(bound, (), {}, method.at) if names & _PROPERTIES else bound
        )

    def _fields(self, base: Instance, bases: list[Class]) -> dict[str, Value]:
        """Return the arguments that an object was made with, by the names of its class's fields."""
        fields: dict[str, None] = {}
        for one in reversed(bases):
            for statement in one.node.body:
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    fields[statement.target.id] = None
        return {**dict(zip(fields, base.args, strict=False)), **base.kwargs}

    def _evaluate_attribute(
        self, base: Instance, bases: list[Class], owned: Class, name: str, at: Spot
    ) -> Value:
        method, values = self.find_assigned_attributes(owned)[name]
        scope = owned.scope.inside(owned.node).inside(method)
        if method.name == "__init__" and base.called:
            scope = scope.bind_names(self._bind_init_arguments(base, bases, owned))
        value: Value
        if len(values) == 1:
            value = self.ev.value(values[0], scope)
        else:
            value = self.ev.evaluate_bindings(list(values), scope, name, at)
        if isinstance(value, Items | Table | Instance):
            return self.ev.registries.fill_container(owned, name, value)
        return value

    def _bind_init_arguments(
        self, base: Instance, bases: list[Class], owned: Class
    ) -> dict[str, Value]:
        """Return the values of the parameters of a class's `__init__`, from the call that makes the
        object, or from the calls of `super().__init__` in between.
        """
        args, kwargs = base.args, base.kwargs
        making = [one for one in bases if "__init__" in self.ev.collect_bindings_in(one.node)]
        for one in making[:_DEEPEST]:
            (init,) = self.ev.collect_bindings_in(one.node)["__init__"][-1:]
            if not isinstance(init, ast.FunctionDef):
                return {}
            inside = one.scope.inside(one.node)
            made = Function(init, inside, self.ev.at(init, inside), bound=True, owner=base)
            local = self.ev.calls.bind_parameters(made, args, kwargs)
            if one.node is owned.node:
                return local
            above = next(_super_calls(init), None)
            given = above and self.ev.calls.evaluate_arguments(
                above, inside.inside(init).bind_names(local)
            )
            if not given:
                return {}
            args, kwargs = given
        return {}


def _super_calls(init: ast.FunctionDef) -> Iterator[ast.Call]:
    for node in ast.walk(init):
        match node:
            case ast.Call(ast.Attribute(ast.Call(ast.Name("super")), "__init__")):
                yield node


def _attributes(
    owned: ast.ClassDef,
) -> Iterator[tuple[str, tuple[FunctionNode, list[ast.expr]]]]:
    """Yield the attributes that a class's methods assign to `self`, from the last method on."""
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
