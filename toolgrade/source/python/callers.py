"""Find the calls of a package's function: by name, as a method, a decorator or a constructor."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.source.python.blocks import Blocks, find_own_calls
from toolgrade.source.python.values import Class, Function, Instance, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.bindings import FunctionNode
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Value


class Caller(NamedTuple):
    """A call: the function and its scope, the arguments, and the condition of the call."""

    function: Function
    args: tuple[Value, ...]
    kwargs: Mapping[str, Value]
    condition: Spot | None


class Callers:
    """Finds the calls of a package's functions."""

    def __init__(self, ev: Interpreter) -> None:
        self.ev = ev
        self._open: set[FunctionNode] = set()

    def find_callers(self, node: FunctionNode, scope: Scope) -> Iterator[Caller]:
        """Yield the calls of a function that is defined in `scope`."""
        if node in self._open:
            return
        self._open.add(node)
        try:
            owner = scope.within[-1] if scope.within else None
            if isinstance(owner, ast.ClassDef) and node.name == "__init_subclass__":
                yield from self._subclasses(node, scope, owner)
            else:
                yield from self._calls(node, scope)
        finally:
            self._open.discard(node)

    def _subclasses(
        self, node: FunctionNode, scope: Scope, owner: ast.ClassDef
    ) -> Iterator[Caller]:
        outer = Scope(scope.module, scope.within[:-1], scope.local)
        at = self.ev.at(node, scope)
        for kind in self.ev.subclasses(Class(owner, outer, at)):
            yield Caller(Function(node, scope, at, bound=True, owner=kind), (), {}, None)

    def _calls(self, node: FunctionNode, scope: Scope) -> Iterator[Caller]:
        owner = scope.within[-1] if scope.within else None
        names = {
            n.name for n in (*scope.within, node) if not isinstance(n, ast.Lambda | ast.ClassDef)
        }
        if isinstance(owner, ast.ClassDef) and node.name == "__init__":
            names = {owner.name}
        words = re.compile(rf"\b(?:{'|'.join(sorted(names))})\b")
        for module in self.ev.modules.find_modules_calling(names, self.ev.budget):
            blocks = Blocks(self.ev, lambda text: bool(words.search(text)))
            for step in blocks.steps(module.tree.body, Scope(module)):
                yield from self._find_calls_in(
                    step.statement, step.scope, step.condition, node, names
                )

    def _find_calls_in(
        self,
        statement: ast.stmt,
        scope: Scope,
        condition: Spot | None,
        node: FunctionNode,
        names: set[str],
    ) -> Iterator[Caller]:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in statement.decorator_list:
                if names & _words(decorator):
                    function = self._match_function(decorator, scope, node)
                    if function is not None:
                        made = self._make_undecorated(statement, scope)
                        yield Caller(function, (made,), {}, condition)
            return
        for call in find_own_calls(statement):
            if not names & _words(call.func):
                continue
            function = self._match_function(call.func, scope, node)
            given = self.ev.calls.evaluate_arguments(call, scope) if function else None
            if function is not None and given is not None:
                if isinstance(function.owner, Instance) and node.name == "__init__":
                    owner = replace(function.owner, args=given[0], kwargs=given[1])
                    function = replace(function, owner=owner)
                yield Caller(function, *given, condition)

    def _make_undecorated(
        self, node: FunctionNode | ast.ClassDef, scope: Scope
    ) -> Function | Class:
        """Return the value of a definition before it is decorated."""
        at = self.ev.at(node, scope)
        return (
            Class(node, scope, at) if isinstance(node, ast.ClassDef) else Function(node, scope, at)
        )

    def _match_function(self, named: ast.expr, scope: Scope, node: FunctionNode) -> Function | None:
        """Return the value of an expression if it is the function of `node`."""
        value = self.ev.value(named, scope)
        if isinstance(value, Class) and node.name == "__init__":
            init = self.ev.class_member(value, "__init__", value.at)
            if isinstance(init, Function) and init.node is node:
                made = Instance(value, self.ev.at(named, scope))
                return replace(init, bound=True, owner=made)
        return value if isinstance(value, Function) and value.node is node else None


def _words(node: ast.expr) -> set[str]:
    """Return the last part of each name in an expression that is called."""
    while isinstance(node, ast.Call):
        node = node.func
    return {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")}
