"""Find what is added to a list or table after it is made, anywhere in the package: by a statement,
by a called function, by a decorator, by a subclass.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from toolgrade.source.budget import TOO_LARGE
from toolgrade.source.nodes import MAX_ITEMS, Items, Table, Text, Unknown
from toolgrade.source.python import containers
from toolgrade.source.python.additions import (
    find_changed_containers,
    match_container,
    parse_addition,
    takes_away,
)
from toolgrade.source.python.bindings import Imported
from toolgrade.source.python.blocks import Blocks
from toolgrade.source.python.callers import Callers
from toolgrade.source.python.modules import Module
from toolgrade.source.python.values import (
    Class,
    External,
    Instance,
    Package,
    Scope,
    arguments,
    make_either,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.python.bindings import FunctionNode
    from toolgrade.source.python.blocks import Step
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Value

_EMPTY = frozenset({"collections.OrderedDict", "collections.defaultdict", "builtins.set"})
_MOST_IMPORTS = 4


class Registries:
    """Finds what one package adds to its lists and tables."""

    def __init__(self, ev: Interpreter) -> None:
        self.ev = ev
        self._callers = Callers(ev)
        self._known: dict[tuple[object, str, bool], Value] = {}
        self._open: set[tuple[object, str]] = set()

    def fill_container(self, holder: Module | Class, name: str, start: Value) -> Value:
        """Return `start`, the first value of a module's name or a class's attribute, with all that
        is added to it. It is unknown if its members are changed in another way.
        """
        if isinstance(start, Instance):
            if not (isinstance(start.kind, External) and start.kind.path in _EMPTY):
                return start
            start = Table({}, start.at)
        if not isinstance(start, Items | Table):
            return start
        key = (holder.tree if isinstance(holder, Module) else holder.node, name)
        if key in self._open:
            return Unknown(f"{name} is filled from itself", start.at)
        known = (*key, self.ev.assumes_defaults)
        if known not in self._known:
            self._open.add(key)
            try:
                self._known[known] = self._follow_additions(holder, name, start)
            finally:
                self._open.discard(key)
        return self._known[known]

    def _follow_additions(self, holder: Module | Class, name: str, start: Items | Table) -> Value:
        module = holder if isinstance(holder, Module) else holder.scope.module
        if name in module.changed_by_loops:
            return Unknown(f"the members of {name} are changed at run time", start.at)
        inside: dict[FunctionNode, Step] = {}
        steps: list[Step] = []
        for module in self.ev.modules.find_modules_with([name], self.ev.budget):
            blocks = Blocks(self.ev, lambda text: name in text)
            for step in blocks.steps(module.list_statements(name), Scope(module)):
                places = find_changed_containers(step.statement, name)
                if not any(
                    self._is_same_container(one, step.scope, holder, name) for one in places
                ):
                    continue
                added = parse_addition(step.statement)
                if added is None or match_container(added.base, name) is None:
                    if takes_away(step.statement, name):
                        continue
                    return Unknown(f"{name} is changed at run time", start.at)
                around = step.scope.within[-1] if step.scope.within else None
                if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                    inside.setdefault(around, step)
                else:
                    steps.append(step)
        for function, first in inside.items():
            steps += self._find_steps_inside(function, first, name)
        found = self._apply_additions(
            start, [s for s in steps if find_changed_containers(s.statement, name)]
        )
        return found if self.ev.budget.is_left() else Unknown(TOO_LARGE, start.at)

    def _find_steps_inside(self, function: FunctionNode, first: Step, name: str) -> Iterator[Step]:
        """Yield the statements of a function that fills a container, once for each of its calls."""
        blocks = Blocks(self.ev, lambda text: name in text)
        around = Scope(first.scope.module, first.scope.within[:-1], first.scope.local)
        scopes = [(around.inside(function), first.condition)]
        if arguments(function):
            calls = list(self._callers.find_callers(function, around))
            scopes = [
                (
                    one.function.scope.inside(function).bind_names(
                        self.ev.calls.bind_parameters(one.function, one.args, one.kwargs)
                    ),
                    one.condition,
                )
                for one in calls
            ] or scopes
        for scope, condition in scopes:
            for step in blocks.steps(function.body, scope, condition):
                if parse_addition(step.statement) is not None:
                    yield step

    def _apply_additions(self, start: Items | Table, steps: list[Step]) -> Value:
        items = list(start.items) if isinstance(start, Items) else []
        entries = dict(start.entries) if isinstance(start, Table) else {}
        for statement, scope, condition in steps:
            added = parse_addition(statement)
            if added is None or len(items) + len(entries) > MAX_ITEMS:
                continue
            value = self.ev.value(added.value, scope)
            key = self.ev.data(self.ev.value(added.key, scope)) if added.key else None
            members: list[tuple[object, Value]] = [(key, value)]
            if added.many:
                members = _list_members(value)
            for name, one in members:
                held = one if condition is None else make_either((one,), condition)
                items.append(held)
                if isinstance(name, Text):
                    entries[name.value] = held
                else:
                    # Its key is only known at run time.
                    entries[f"\0{len(entries)}"] = make_either((one,), condition or one.at)
        return (
            replace(start, items=tuple(items))
            if isinstance(start, Items)
            else Table(entries, start.at)
        )

    def _is_same_container(
        self, node: ast.expr, scope: Scope, holder: Module | Class, name: str
    ) -> bool:
        """Whether an expression is the container called `name` in `holder`."""
        if isinstance(node, ast.Name):
            return isinstance(holder, Module) and self._is_global(name, scope, holder)
        if not isinstance(node, ast.Attribute):
            return False
        match self.ev.value(node.value, scope):
            case Package(module):
                return module is holder
            case Instance(Class() as kind) | (Class() as kind):
                owners = [b.node for b in self.ev.bases(kind) if isinstance(b, Class)]
                return isinstance(holder, Class) and holder.node in owners
        return False

    def _is_global(self, name: str, scope: Scope, holder: Module) -> bool:
        if name in scope.local:
            return False
        for node in scope.within:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                is_own = name in self.ev.collect_bindings_in(node) or name in {
                    a.arg for a in arguments(node)
                }
                if is_own and not _declared_global(node, name):
                    return False
        module: Module | None = scope.module
        for _ in range(_MOST_IMPORTS):
            if module is None or module is holder:
                return module is holder
            found = module.names.get(name, ())
            imported = next((one for one in found if isinstance(one, Imported)), None)
            if imported is None or imported.name != name:
                return False
            module = self.ev.modules.find(imported.path, module)
        return False


def _list_members(value: Value) -> list[tuple[object, Value]]:
    if isinstance(value, Table):
        pairs = zip(containers.iterate_members(value), value.entries.values(), strict=True)
        return [(key, one) for key, one in pairs]
    if isinstance(value, Items):
        return [(None, one) for one in value.items]
    return [(None, value)]


def _declared_global(function: FunctionNode, name: str) -> bool:
    return any(isinstance(n, ast.Global) and name in n.names for n in ast.walk(function))
