"""Calls that can be followed: of the package's own functions and classes, as if on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.source.javascript import builtin, exports, statements, zod
from toolgrade.source.javascript.classes import make_instance
from toolgrade.source.javascript.combine import join_values, spread
from toolgrade.source.javascript.parameters import bind, evaluate_arguments, pick_argument
from toolgrade.source.javascript.syntax import Node, arguments, strip_wrappers
from toolgrade.source.javascript.values import (
    CONDITIONAL,
    FROM_ITSELF,
    NO_ENV,
    RUN_TIME,
    THIS,
    Absent,
    Array,
    Class,
    Env,
    Foreign,
    Frame,
    Function,
    Keyed,
    Object,
    Pattern,
    Value,
    Zod,
)
from toolgrade.source.nodes import Scalar, Spot, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.source.javascript.interpreter import Interpreter

_SPREAD = re.compile(r"\bin\s+([\w$]+)\s*\|\|\s*\(\1\s*=\s*\{\s*\}\)")
"""What esbuild writes for `{ ...one, ...other }`: one table is filled with the other's members."""

MAX_AGAIN = 12
"""Calls of a function within itself that are followed; none with unknown arguments."""

_HELPERS = ("__importStar", "__importDefault", "__toESM", "_interop_require")


def evaluate_call(ev: Interpreter, node: Node, env: Env) -> Value:
    """Return what a call returns."""
    callee = node.get_field("function")
    given = node.get_field("arguments")
    if callee is None or given is None or given.kind == "template_string":
        return Unknown(RUN_TIME, node.spot)
    callee = strip_wrappers(callee)
    if callee.kind == "sequence_expression":  # (0, module.name)(...)
        callee = callee.children[-1]
    name = callee.text if callee.kind == "identifier" else ""
    if name == "require" or name.startswith("__require"):
        return _evaluate_require(ev, node)
    if name.endswith("__awaiter"):
        inner = [ev.value(one, env) for one in arguments(node)[-1:]]
        return apply(ev, inner[0], [], node.spot) if inner else Unknown(RUN_TIME, node.spot)
    if name.startswith(_HELPERS):
        return ev.value(arguments(node)[0], env) if arguments(node) else Absent(node.spot)
    if callee.kind == "member_expression":
        of, method = callee.get_field("object"), callee.get_field("property")
        if of and method:
            return _call_method(ev, ev.value(of, env), method.text, node, env)
    function = ev.value(callee, env)
    if isinstance(function, Function) and _is_converter(function):
        function = Foreign("zod-to-json-schema", ("zodToJsonSchema",), node.spot)
    if isinstance(function, Function) and _SPREAD.search(function.node.text, 0, 200):
        function = Foreign("", ("Object", "assign"), node.spot)
    return apply(ev, function, evaluate_arguments(ev, node, env), node.spot)


def _is_converter(function: Function) -> bool:
    """Return whether a function is zod-to-json-schema's own, which a bundle has in it."""
    start = function.node.parent or function.node
    return "odToJsonSchema" in start.text[:80] and "definitionPath" in function.node.text


def _call_method(ev: Interpreter, of: Value, name: str, node: Node, env: Env) -> Value:
    if isinstance(of, Unknown):
        return of
    if name in {"call", "apply", "bind"} and isinstance(of, Function):
        given = evaluate_arguments(ev, node, env)[1:]  # the first is what `this` is
        if name == "bind":
            return of
        if name == "apply":
            given = [one for value in given[:1] for one in spread(value, node.spot)]
        return _call(ev, of, given, node.spot)
    if name == "hasOwnProperty" and isinstance(of, Object):
        before = statements.build_env_before(ev, node, env)
        return builtin.has(of, pick_argument(ev, node, 0, before), node.spot)
    values = evaluate_arguments(ev, node, env)
    if isinstance(of, Zod):
        return zod.call_schema_method(ev, of, name, values, node.spot)
    if isinstance(of, Text | Array | Keyed | Scalar | Pattern):
        return builtin.call_builtin_method(ev, of, name, values, node.spot)
    return apply(ev, ev.member(of, name, node.spot), values, node.spot)


def apply(ev: Interpreter, function: Value, values: list[Value], at: Spot) -> Value:
    """Return what a function returns for values."""
    if isinstance(function, Function):
        return _call(ev, function, values, at)
    if isinstance(function, Foreign):
        return builtin.call_global(ev, function, values, at)
    return function if isinstance(function, Unknown) else Unknown(RUN_TIME, at)


def evaluate_new(ev: Interpreter, node: Node, env: Env) -> Value:
    """Return what `new` makes."""
    made_of = node.get_field("constructor")
    of = ev.value(made_of, env) if made_of else None
    if isinstance(of, Class):
        return make_instance(ev, of, evaluate_arguments(ev, node, env), node.spot)
    if isinstance(of, Foreign) and of.path == ("Map",):
        values = evaluate_arguments(ev, node, env)
        if not values or isinstance(values[0], Array):
            pairs = values[0].items if values and isinstance(values[0], Array) else ()
            return Keyed(pairs, node.spot)
    if isinstance(of, Foreign) and of.path == ("Set",):
        values = evaluate_arguments(ev, node, env)
        if not values:
            return Array((), node.spot)
        return values[0] if isinstance(values[0], Array) else Unknown(RUN_TIME, node.spot)
    return Unknown(RUN_TIME, node.spot)


def _call(ev: Interpreter, function: Function, values: list[Value], at: Spot) -> Value:
    """Return what a function of the package returns for values."""
    found = find_outcomes(ev, function, values)
    if not found:
        return Absent(at)
    if len(found) == 1:
        value, is_unsure = found[0]
        return Unknown(CONDITIONAL, at) if is_unsure else value
    total = found[0][0]
    for value, _ in found[1:]:
        total = join_values(total, value, at, ev.budget)
    return total


def find_outcomes(
    ev: Interpreter, function: Function, values: Sequence[Value]
) -> list[tuple[Value, bool]]:
    """Return what a function may return for values, each with whether it depends on a condition."""
    again = ev.stack.count(function.node)
    if again > MAX_AGAIN or (again and any(isinstance(one, Unknown) for one in values)):
        return [(Unknown(FROM_ITSELF, function.node.spot), False)]
    env = bind(ev, function, values)
    if function.this is not None:
        env[THIS] = function.this
    body = function.node.get_field("body")
    if body is None:
        return [(Unknown(RUN_TIME, function.node.spot), False)]
    frame = Frame(env, function.env, function.node)
    with ev.stack.enter(function.node):
        if body.kind != "statement_block":
            return [(ev.value(body, frame), False)]
        return statements.collect_returns(ev, body, frame)


def evaluate_argument(ev: Interpreter, call: Node, index: int, env: Env) -> Value:
    """Return the value a call is given at an index, after the statements before the call."""
    return pick_argument(ev, call, index, statements.build_env_before(ev, call, env))


def _evaluate_require(ev: Interpreter, node: Node) -> Value:
    first = next(iter(arguments(node)), None)
    if first is None or first.kind != "string":
        return Unknown(RUN_TIME, node.spot)
    here = ev.module(node)
    module = ev.modules.resolve(first.text[1:-1], here)
    if module and (whole := exports.find_exports(ev, module).whole):
        return ev.value(whole, NO_ENV)
    return exports.resolve_package_export(ev, first.text[1:-1], exports.ALL, here, node.spot)
