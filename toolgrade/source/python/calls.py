"""Evaluate calls of functions that only combine values written in the code."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from toolgrade.source.budget import TOO_LARGE
from toolgrade.source.nodes import Items, Table, Text, Unknown
from toolgrade.source.python import containers, texts
from toolgrade.source.python.functions import run
from toolgrade.source.python.hints import build_model_schema
from toolgrade.source.python.library import call_library_function
from toolgrade.source.python.sdk_models import HINTS
from toolgrade.source.python.values import (
    Class,
    Either,
    External,
    Function,
    Instance,
    Scope,
    arguments,
    defaults,
    make_either,
    says_nothing,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.bindings import FunctionNode
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Value


_HINTS_BY_WIRE = {wire: snake for snake, wire in HINTS.items()}

_CALL_STEPS = 8
"""What following a call costs of the budget."""

MAX_OPTIONS = 500
"""How many functions are followed for a call whose function is only known at run time."""


class Calls:
    """Follows the calls of one package."""

    def __init__(self, ev: Interpreter) -> None:
        self.ev = ev
        self._running: list[object] = []
        self._known: dict[object, list[Value]] = {}
        self._left: dict[object, Mapping[str, Value]] = {}

    def evaluate(self, node: ast.Call, scope: Scope) -> Value:
        """Return the result of a call."""
        at = self.ev.at(node, scope)
        if isinstance(node.func, ast.Attribute):
            base = self.ev.value(node.func.value, scope)
            if isinstance(base, Instance) and node.func.attr == "model_copy":
                return self._copy_model(base, node, scope, at)
            if isinstance(base, Text | Items | Table | Class):
                found = self._method(base, node, scope, at)
                if found is not None:
                    return found
            callee = self.ev.attribute(base, node.func.attr, self.ev.at(node.func, scope))
        else:
            callee = self.ev.value(node.func, scope)
        if isinstance(callee, Unknown):
            return callee
        given = self.evaluate_arguments(node, scope)
        if given is None:
            return Unknown("its arguments are made at run time", at)
        args, kwargs = given
        made = self.call_value(callee, args, kwargs, at)
        if isinstance(made, Instance) and made.at == at:
            keys = {k.arg: self.ev.at(k, scope) for k in node.keywords if k.arg}
            return replace(made, keys=keys)
        return made

    def call_value(
        self, callee: Value, args: tuple[Value, ...], kwargs: Mapping[str, Value], at: Spot
    ) -> Value:
        """Return the result of calling a value with these arguments."""
        if not self.ev.budget.step():
            return Unknown(TOO_LARGE, at)
        match callee:
            case Either(options):
                return make_either(tuple(self.call_value(o, args, kwargs, at) for o in options), at)
            case External():
                return call_library_function(self.ev, callee, args, kwargs, at)
            case Class():
                return Instance(callee, at, args, kwargs)
            case Function():
                return self.call_function(callee, args, kwargs, at)
        return Unknown("it is computed at run time", at)

    def evaluate_arguments(
        self, node: ast.Call, scope: Scope
    ) -> tuple[tuple[Value, ...], dict[str, Value]] | None:
        """Return a call's arguments; None if it spreads what is not known."""
        args: list[Value] = []
        kwargs: dict[str, Value] = {}
        for one in node.args:
            if isinstance(one, ast.Starred):
                spread = self.ev.value(one.value, scope)
                if not isinstance(spread, Items):
                    return None
                self.ev.budget.build(len(spread.items))
                args += spread.items
            else:
                args.append(self.ev.value(one, scope))
        for keyword in node.keywords:
            value = self.ev.value(keyword.value, scope)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
            elif isinstance(value, Table):
                self.ev.budget.build(4 * len(value.entries))
                kwargs |= value.entries
            else:
                return None
        return tuple(args), kwargs

    def _method(self, base: Value, node: ast.Call, scope: Scope, at: Spot) -> Value | None:
        name = node.func.attr  # type: ignore[attr-defined] # it is an attribute
        if isinstance(base, Class):
            is_schema = name in {"model_json_schema", "schema"} and not node.args
            if name == "__subclasses__":
                found = Items(tuple(self.ev.subclasses(base)), at)
                return found if self.ev.budget.is_left() else Unknown(TOO_LARGE, at)
            return build_model_schema(self.ev, base) if is_schema and not node.keywords else None
        given = self.evaluate_arguments(node, scope)
        if given is None:
            return Unknown("its arguments are made at run time", at)
        args, kwargs = given
        if isinstance(base, Text):
            data = [self.ev.data(arg) for arg in args]
            return texts.call_text_method(
                base, name, data, {k: self.ev.data(v) for k, v in kwargs.items()}
            )
        if isinstance(base, Table):
            return containers.table_method(base, name, args, at)
        return base if name == "copy" else Unknown(f"list.{name} is not followed", at)

    def _copy_model(self, base: Instance, node: ast.Call, scope: Scope, at: Spot) -> Value:
        """Return the result of `model.model_copy(update={...})`."""
        given = self.evaluate_arguments(node, scope)
        update = given[1].get("update", Table({}, at)) if given else None
        if not isinstance(update, Table) or not base.called:
            return Unknown("it is made at run time", at)
        changed = {_HINTS_BY_WIRE.get(key, key): one for key, one in base.kwargs.items()}
        changed |= {_HINTS_BY_WIRE.get(key, key): one for key, one in update.entries.items()}
        return Instance(base.kind, at, base.args, changed)

    def call_function(
        self, function: Function, args: tuple[Value, ...], kwargs: Mapping[str, Value], at: Spot
    ) -> Value:
        """Return the result of a function of the package; unknown if there may be more than one."""
        if not self.ev.budget.step(_CALL_STEPS):
            return Unknown(TOO_LARGE, at)
        for index, one in enumerate(args):
            if isinstance(one, Either) and len(one.options) <= MAX_OPTIONS:
                several = (
                    self.call_function(function, (*args[:index], o, *args[index + 1 :]), kwargs, at)
                    for o in one.options
                )
                return make_either(tuple(several), at)
        results = self.results(function, args, kwargs)
        functions = [one for one in results if isinstance(one, Function)]
        if functions and all(
            isinstance(r, Function) and r.node is functions[0].node for r in results
        ):
            # The same one, now and then with another signature.
            return max(functions, key=lambda one: one.changed)
        if len(results) > 1 and all(isinstance(r, Instance) and r.called for r in results):
            return make_either(tuple(results), at)
        kind = getattr(function.node, "returns", None)
        if len(results) == 1 and not isinstance(results[0], Unknown):
            return results[0]
        owner = self.ev.resolve_annotation(kind, function.scope) if kind is not None else None
        if owner is not None and not says_nothing(owner):
            return Instance(owner, at, called=False)
        return results[0] if len(results) == 1 else Unknown("it may return different values", at)

    def bind_parameters(
        self, function: Function, args: tuple[Value, ...], kwargs: Mapping[str, Value]
    ) -> dict[str, Value]:
        """Return the values that a call binds to a function's parameters, by name."""
        node = function.node
        names = [a.arg for a in arguments(node)]
        self.ev.budget.step((len(names) + len(args) + len(kwargs)) // 8)
        first = names[0] if names else ""
        local = dict(kwargs)
        if function.bound or (first == "self" and len(args) < len(names)):
            names = names[1:]
            if function.owner is not None:
                local[first] = function.owner
        local |= dict(zip(names, args, strict=False))
        if node.args.kwarg is not None:
            more = {name: local.pop(name) for name in kwargs if name not in names}
            local[node.args.kwarg.arg] = Table(more, function.at)
        if node.args.vararg is not None:
            local[node.args.vararg.arg] = Items(args[len(names) :], function.at)
        for name, default in defaults(node).items():
            if name not in local:
                local[name] = self.ev.value(default, function.scope)
        return local

    def evaluate_final_binding(self, node: FunctionNode, scope: Scope, name: str) -> Value:
        """Return the value of a function's local name when the function ends; `scope` is that of
        its body.
        """
        if any(node is one for one in self._running):
            return Unknown(f"{name} is changed", self.ev.at(node, scope))
        key = (node, self.ev.assumes_defaults)
        if scope.local or key not in self._left:
            self._running.append(node)
            try:
                found = run(self.ev, node, scope, scope.local)[1]
            finally:
                self._running.pop()
            self._left[key] = found
        return self._left[key].get(name) or Unknown(f"{name} is gone", self.ev.at(node, scope))

    def results(
        self,
        function: Function,
        args: tuple[Value, ...] = (),
        kwargs: Mapping[str, Value] = {},
    ) -> list[Value]:
        """Return all possible results of a function; [unknown] if it cannot be followed."""
        node = function.node
        is_same_always = not (args or kwargs or function.scope.local or function.owner)
        key = (node, self.ev.assumes_defaults)
        if is_same_always and key in self._known:
            return self._known[key]
        if any(node is one for one in self._running) or len(self._running) > 20:  # noqa: PLR2004 - calls in calls
            return [Unknown("it calls itself", function.at)]
        local = self.bind_parameters(function, args, kwargs)
        if isinstance(node, ast.Lambda):
            return [self.ev.value(node.body, function.scope.inside(node).bind_names(local))]
        self._running.append(node)
        try:
            found = run(self.ev, node, function.scope.inside(node), local)[0]
        finally:
            self._running.pop()
        if is_same_always:
            self._known[key] = found
        return found
