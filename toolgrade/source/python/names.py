"""The value of a name or an attribute: followed through functions, classes and imports."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.source.python.bindings import Imported, bindings, is_made_from_itself
from toolgrade.source.python.members import Members
from toolgrade.source.python.values import (
    Class,
    Either,
    External,
    Function,
    Instance,
    Package,
    Scope,
    arguments,
    defaults,
    flatten_union,
    make_either,
    parse_quoted_annotation,
    says_nothing,
    set_attribute,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.bindings import Binding, FunctionNode
    from toolgrade.source.python.modules import Module, Modules
    from toolgrade.source.python.values import Value

_TRANSPARENT = frozenset({"typing.Optional", "typing.Annotated", "typing_extensions.Annotated"})


class Names(Members):
    """Looks names up in one package's modules; `Evaluator` reads what they are bound to."""

    def __init__(self, modules: Modules) -> None:
        super().__init__()
        self.modules = modules
        self._open: set[tuple[int, str]] = set()
        self._known: dict[tuple[int, str, bool], Value] = {}
        self._assumes_defaults = False
        self._inside: dict[ast.AST, Mapping[str, list[Binding]]] = {}

    @property
    def assumes_defaults(self) -> bool:
        """Whether unknown arguments are assumed to have their defaults; see `assume_defaults`."""
        return self._assumes_defaults

    def name(self, name: str, scope: Scope, at: Spot) -> Value:
        """Return the value of a name in a scope."""
        if name in scope.local:
            return scope.local[name]
        for depth in range(len(scope.within), 0, -1):
            node = scope.within[depth - 1]
            around = Scope(scope.module, scope.within[:depth], scope.local)
            if isinstance(node, ast.ClassDef):
                if depth == len(scope.within) and name in self.collect_bindings_in(node):
                    return self.evaluate_bindings(
                        self.collect_bindings_in(node)[name], around, name, at
                    )
                continue
            found = (
                self.collect_bindings_in(node).get(name)
                if not isinstance(node, ast.Lambda)
                else None
            )
            argument = self._argument(node, name, around)
            if found and argument is None and not isinstance(node, ast.Lambda):
                if is_made_from_itself(found, name):
                    left = self.calls.evaluate_final_binding(node, around, name)
                    if not isinstance(left, Unknown):
                        return left
                return self._evaluate_final_binding(
                    self.evaluate_bindings(found, around, name, at), node, around, name
                )
            if argument is not None:
                return Unknown(f"{name} is bound more than once", at) if found else argument
        return self.member(scope.module, name, at)

    def collect_bindings_in(self, node: FunctionNode | ast.ClassDef) -> Mapping[str, list[Binding]]:
        """Return the bindings of a function's or class's own body."""
        if node not in self._inside:
            self._inside[node] = bindings(node.body)
        return self._inside[node]

    def member(self, module: Module, name: str, at: Spot) -> Value:
        """Return the value of a module's name."""
        key = (id(module), name)
        known = (*key, self._assumes_defaults)
        if known in self._known:
            return self._known[known]
        if key in self._open:
            return Unknown(f"{name} is defined by itself", at)
        self._open.add(key)
        try:
            found = self._member(module, name, at)
        finally:
            self._open.discard(key)
        self._known[known] = found
        return found

    @contextmanager
    def assume_defaults(self) -> Iterator[None]:
        """Read meanwhile what the package does where nothing is set: an argument that is not
        known is its default, and no variable of the environment is set.
        """
        before, self._assumes_defaults = self._assumes_defaults, True
        try:
            yield
        finally:
            self._assumes_defaults = before

    def _member(self, module: Module, name: str, at: Spot) -> Value:
        found = module.names.get(name)
        if found:
            return self._include_later_changes(
                self.evaluate_bindings(found, Scope(module), name, at), module, name, at
            )
        for star in module.stars:
            source = self.modules.find(star, module)
            if source is not None and source is not module and name in source.names:
                return self.member(source, name, at)
        if module.is_package:
            inner = self.modules.find(f".{name}", module)
            if inner is not None:
                return Package(inner, at)
        return External(f"builtins.{name}", at)

    def _include_later_changes(self, value: Value, module: Module, name: str, at: Spot) -> Value:
        """Return a value with all that is added to it later; unknown if a statement of the module
        changes it in another way.
        """
        if name not in module.mutated:
            return value
        if isinstance(value, Function):
            return self._set_attributes(value, module, name)
        if isinstance(value, Text | Scalar):
            return Unknown(f"{name} is changed after it is made", at)
        return self.registries.fill_container(module, name, value)

    def _set_attributes(self, function: Function, module: Module, name: str) -> Function:
        """Return a function of a module with the attributes that the module sets."""
        for statement in module.list_statements(name):
            match statement:
                case ast.Assign([ast.Attribute(ast.Name(owner), attribute)], value):
                    if owner == name and attribute.startswith("__"):
                        given = self.value(value, Scope(module))
                        function = set_attribute(function, attribute, given)
        return function

    def _evaluate_final_binding(
        self, value: Value, node: FunctionNode, scope: Scope, name: str
    ) -> Value:
        """Return a function's local list or table as it is when the function ends."""
        if isinstance(value, Items | Table | Text | Scalar) and name in scope.module.mutated:
            return self.calls.evaluate_final_binding(node, scope, name)
        return value

    def _argument(self, node: FunctionNode | ast.Lambda, name: str, scope: Scope) -> Value | None:
        """Return the value of an argument, as far as its annotation tells or as it is `self`."""
        for index, argument in enumerate(arguments(node)):
            if argument.arg != name:
                continue
            at = self.at(argument, scope)
            owner = scope.within[-2] if len(scope.within) > 1 else None
            if index == 0 and isinstance(owner, ast.ClassDef) and name in {"self", "cls"}:
                outer = Scope(scope.module, scope.within[:-2], scope.local)
                owned = Class(owner, outer, at)
                return owned if name == "cls" else Instance(owned, at, called=False)
            outer = Scope(scope.module, scope.within[:-1], scope.local)
            default = defaults(node).get(name)
            if default is not None and self._assumes_defaults:
                return self.value(default, outer)
            kind = (
                self.resolve_annotation(argument.annotation, outer) if argument.annotation else None
            )
            if kind is not None and not says_nothing(kind):
                return Instance(kind, at, called=False)
            return Unknown(f"{name} is an argument", at)
        special = (node.args.vararg, node.args.kwarg)
        if any(a is not None and a.arg == name for a in special):
            return Unknown(f"{name} is an argument", self.at(node, scope))
        return None

    def resolve_annotation(self, node: ast.expr, scope: Scope) -> External | Class | None:
        """Return the class that an annotation names; for `X | None` and the like, X."""
        try:
            return self._resolve_annotation(parse_quoted_annotation(node), scope)
        except RecursionError:
            return None

    def _resolve_annotation(self, node: ast.expr, scope: Scope) -> External | Class | None:
        if not self.budget.step():
            return None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = (self.resolve_annotation(side, scope) for side in flatten_union(node))
            return next((side for side in sides if side is not None), None)
        if isinstance(node, ast.Subscript):
            base = self.resolve_annotation(node.value, scope)
            if isinstance(base, External) and base.path in _TRANSPARENT:
                inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                return self.resolve_annotation(inside[0], scope) if inside else None
            return base
        if not isinstance(node, ast.Name | ast.Attribute):
            return None
        found = self.value(node, scope)
        return found if isinstance(found, External | Class) else None

    def evaluate_bindings(self, found: list[Binding], scope: Scope, name: str, at: Spot) -> Value:
        """Return the value of the bindings of one name; unknown if they differ."""
        key = (id(found), name)
        if key in self._open:
            return Unknown(f"{name} is defined by itself", at)
        self._open.add(key)
        try:
            return self._choose_binding(found, scope, name, at)
        finally:
            self._open.discard(key)

    def _choose_binding(self, found: list[Binding], scope: Scope, name: str, at: Spot) -> Value:
        imported = [one for one in found if isinstance(one, Imported)]
        if imported:
            # The others take its place where it is not installed.
            return self._resolve_import(imported[0], scope.module, at)
        definitions = [
            one
            for one in found
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        ]
        if definitions:
            return self.evaluate_definition(definitions[-1], scope)
        values = [one for one in found if isinstance(one, ast.expr)]
        if len(values) == 1 and len(found) == 1:
            return self.value(values[0], scope)
        # First "server = None", then the server.
        others = [v for v in values if not (isinstance(v, ast.Constant) and v.value is None)]
        if len(others) == 1 and len(values) == len(found):
            value = self.value(others[0], scope)
            if isinstance(value, Instance | Class | Function | External):
                return value
        options = [self.value(value, scope) for value in others]
        if any(isinstance(option, Items | Either) for option in options):
            return make_either(tuple(options), at)
        return Unknown(f"{name} is bound more than once", at)

    def evaluate_definition(self, node: FunctionNode | ast.ClassDef, scope: Scope) -> Value:
        """Return what a definition binds; for a wrapper, the function that it wraps."""
        if isinstance(node, ast.ClassDef):
            return Class(node, scope, self.at(node, scope))
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and len(decorator.args) == 1:
                named = self.value(decorator.func, scope)
                if isinstance(named, External) and named.path == "functools.wraps":
                    wrapped = self.value(decorator.args[0], scope)
                    if isinstance(wrapped, Function):
                        return wrapped
                    if isinstance(wrapped, Unknown):
                        made = Function(node, scope, self.at(node, scope))
                        return replace(made, called=wrapped, says=wrapped, changed="its signature")
        return Function(node, scope, self.at(node, scope))

    def _resolve_import(self, imported: Imported, home: Module, at: Spot) -> Value:
        module = self.modules.find(imported.path, home)
        if imported.name is None:
            return Package(module, at) if module else External(imported.path, at)
        if module is not None and module is not home and imported.name in module.names:
            return self.member(module, imported.name, at)
        dots = "" if imported.path.endswith(".") else "."
        inner = self.modules.find(f"{imported.path}{dots}{imported.name}", home)
        if inner is not None:
            return Package(inner, at)
        if module is not None and module is not home:
            return self.member(module, imported.name, at)
        return External(f"{imported.path}{dots}{imported.name}", at)
