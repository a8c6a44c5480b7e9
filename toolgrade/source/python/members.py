"""The value of an attribute: of a module, a class, an object, an enum."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Scalar, Text, Unknown
from toolgrade.source.python.interpreter import Interpreter
from toolgrade.source.python.objects import Objects
from toolgrade.source.python.sdk_models import HINTS
from toolgrade.source.python.values import (
    Class,
    Either,
    External,
    Function,
    Instance,
    Member,
    Package,
    make_either,
)

if TYPE_CHECKING:
    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.bindings import FunctionNode
    from toolgrade.source.python.values import Value

_ENUMS = frozenset({"enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "enum.IntFlag"})
FROM_FUNCTION = ("Tool.from_function", "FunctionTool.from_function")
"""The name endings of calls that make a tool from a function, to be registered later."""

FROM_TOOL = ("Tool.from_tool", "TransformedTool.from_tool")
"""The name endings of calls that make a tool from another tool."""


class Members(Interpreter):
    """Looks attributes up; `Names` looks names up, and `Evaluator` reads what they are bound to."""

    def __init__(self) -> None:
        self._objects = Objects(self)

    def attribute(self, base: Value, name: str, at: Spot) -> Value:
        """Return the value of an attribute."""
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
                return self._get_function_attribute(base, node, name, at)
            case Class():
                owned = self.class_member(base, name, at)
                return (
                    self._objects.bind_method(owned, base) if isinstance(owned, Function) else owned
                )
            case Instance(Class() as kind):
                return self._objects.member(base, kind, name, at)
            case Either(options):
                return make_either(tuple(self.attribute(one, name, at) for one in options), at)
            case Instance(External(path)) if name in base.kwargs:
                given: Value = base.kwargs[name]
                return given
            case Instance(External(path)) if path.endswith(FROM_FUNCTION) and base.called:
                return self._get_tool_attribute((*base.args, base.kwargs.get("fn"))[0], name, at)
            case Instance(External(path)) if path.endswith(".ToolAnnotations") and base.called:
                hint: Value = base.kwargs.get(HINTS.get(name, ""), Scalar(None, at))
                return hint
            case Instance(External(path)):
                return External(f"{path}().{name}", at)
            case Unknown():
                return base
        return Unknown(f".{name} is computed at run time", at)

    def _get_function_attribute(
        self, base: Function, node: FunctionNode, name: str, at: Spot
    ) -> Value:
        first = node.body[0]
        if name == "__name__":
            called: Value = Text(node.name, base.at) if base.called is None else base.called
            return called
        if name == "__doc__" and base.says is not None:
            says: Value = base.says
            return says
        if name == "__doc__" and not base.changed:
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                return self.value(first.value, base.scope)
            return Scalar(None, at)
        return Unknown(f".{name} is computed at run time", at)

    def _get_tool_attribute(self, function: Value | None, name: str, at: Spot) -> Value:
        """Return an attribute of `Tool.from_function(function)` that the call does not set."""
        if name == "fn" and function is not None:
            return function
        if name == "name" and isinstance(function, Function):
            return self.attribute(function, "__name__", at)
        if name in {"title", "annotations", "icons", "meta"}:
            return Scalar(None, at)
        return Unknown(f".{name} is made by the SDK", at)

    def bases(self, owned: Class) -> list[External | Class]:
        """Return a class and its base classes, in the order of lookup.

        Their number is limited, as hostile classes may inherit from each other.
        """
        found: list[External | Class] = []
        work: list[External | Class] = [owned]
        while work and len(found) < 40:  # noqa: PLR2004 - deeper than any real one
            one = work.pop(0)
            found.append(one)
            if isinstance(one, Class):
                named = [self.resolve_annotation(base, one.scope) for base in one.node.bases]
                work = [base for base in named if base is not None] + work
        return found

    def subclasses(self, owned: Class) -> list[Class]:
        """Return the package's subclasses of a class, in the order of its files."""
        found: list[Class] = []
        name = owned.node.name
        for module in self.modules.find_modules_with([name], self.budget):
            for other, bound in module.names.items():
                node = bound[-1]
                if not (isinstance(node, ast.ClassDef) and node.bases and self.budget.step()):
                    continue
                one = self.member(module, other, owned.at)
                if isinstance(one, Class) and one.node is not owned.node:
                    above = [b.node for b in self.bases(one) if isinstance(b, Class)]
                    found += [one] if owned.node in above else []
        return found

    def is_enum(self, owned: Class) -> bool:
        """Whether a class is an enum."""
        return any(isinstance(b, External) and b.path in _ENUMS for b in self.bases(owned))

    def class_member(self, owned: Class, name: str, at: Spot) -> Value:
        """Return the value of a class's attribute: an enum's member, a method, a constant."""
        if name == "__name__":
            return Text(owned.node.name, owned.at)
        for base in self.bases(owned):
            if isinstance(base, Class) and (found := self.collect_bindings_in(base.node).get(name)):
                value = self.evaluate_bindings(found, base.scope.inside(base.node), name, at)
                if isinstance(value, Function | Unknown):
                    return value
                if self.is_enum(owned):
                    return Member(name, value, value.at)
                return self.registries.fill_container(base, name, value)
        return Unknown(f"{owned.node.name}.{name} is made at run time", at)
