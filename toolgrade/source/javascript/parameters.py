"""The values that a call gives, and those that the parameters of the function have for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript.budget import TOO_LARGE
from toolgrade.source.javascript.combine import spread
from toolgrade.source.javascript.syntax import Node, arguments
from toolgrade.source.javascript.values import (
    RUN_TIME,
    Absent,
    Array,
    Env,
    Function,
    Perhaps,
    Value,
)
from toolgrade.source.nodes import MAX_ITEMS, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.source.javascript.interpreter import Interpreter
    from toolgrade.source.javascript.scopes import Key


def bind(ev: Interpreter, function: Function, values: Sequence[Value]) -> dict[Key, Any]:
    """Return the values of a function's parameters, given values."""
    known = _count_known(values)
    env: dict[Key, Any] = {}
    for binding in ev.module(function.node).scopes.parameters(function.node):
        at = binding.name.spot
        if binding.kind == "rest":
            open_end = known < len(values)
            rest = Array(tuple(values[binding.index :]), at)
            env[binding.key] = Unknown(RUN_TIME, at) if open_end else rest
        elif binding.index < known:
            env[binding.key] = values[binding.index]
        else:
            env[binding.key] = Unknown(RUN_TIME, at) if known < len(values) else Absent(at)
    return env


def evaluate_arguments(ev: Interpreter, call: Node, env: Env) -> list[Value]:
    """Return the values a call is given; Perhaps from where on they cannot be known."""
    values: list[Value] = []
    for one in arguments(call):
        if one.kind == "spread_element":
            values += spread(ev.value(one.children[0], env), one.spot)
        else:
            values.append(ev.value(one, env))
        if len(values) > MAX_ITEMS:
            return [Perhaps(Unknown(TOO_LARGE, call.spot), call.spot)]
    return values


def pick_argument(ev: Interpreter, call: Node, index: int, env: Env) -> Value:
    """Return the value a call is given at an index."""
    written = arguments(call)
    if not any(one.kind == "spread_element" for one in written):
        return ev.value(written[index], env) if index < len(written) else Absent(call.spot)
    values = evaluate_arguments(ev, call, env)
    known = _count_known(values)
    if index >= known:
        return Unknown(RUN_TIME, call.spot) if known < len(values) else Absent(call.spot)
    return values[index]


def _count_known(values: Sequence[Value]) -> int:
    """Return how many values, from the first on, are surely the ones given."""
    return next((i for i, one in enumerate(values) if isinstance(one, Perhaps)), len(values))
