"""Calls that can be followed: of the package's own functions and classes, as if on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript import builtin, exports, flow, members, names, zod
from toolgrade.source.javascript.changes import join_values
from toolgrade.source.javascript.scopes import FUNCTIONS
from toolgrade.source.javascript.syntax import Node, arguments, strip_wrappers
from toolgrade.source.javascript.values import (
    NO_ENV,
    REST,
    Absent,
    Class,
    Foreign,
    Frame,
    Function,
    Keyed,
    Namespace,
    Pattern,
    Perhaps,
    Zod,
    is_nothing,
)
from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.source.javascript.evaluate import Evaluator
    from toolgrade.source.javascript.values import Env, Key, Value
    from toolgrade.source.nodes import Spot

MAX_AGAIN = 12
"""Calls of a function within itself that are followed; none of what is unknown."""

_RUN_TIME = "it is made when the server runs"
_HELPERS = ("__importStar", "__importDefault", "__toESM", "_interop_require")
_BRANCHES = frozenset(
    {"if_statement", "ternary_expression", "switch_case", "switch_default", "catch_clause"}
)


def call_expression(ev: Evaluator, node: Node, env: Env) -> Value:
    """Return what a call returns."""
    callee = node.get_field("function")
    if callee is None or (given_ := node.get_field("arguments")) is None:
        return Unknown(_RUN_TIME, node.spot)
    if given_.kind == "template_string":
        return Unknown(_RUN_TIME, node.spot)
    callee = strip_wrappers(callee)
    if callee.kind == "sequence_expression":  # (0, module.name)(...)
        callee = callee.children[-1]
    name = callee.text if callee.kind == "identifier" else ""
    if name == "require" or name.startswith("__require"):
        return _evaluate_require(ev, node)
    if name.endswith("__awaiter"):
        inner = [ev.value(one, env) for one in arguments(node)[-1:]]
        return apply(ev, inner[0], [], node.spot) if inner else Unknown(_RUN_TIME, node.spot)
    if name.startswith(_HELPERS):
        return ev.value(arguments(node)[0], env) if arguments(node) else Absent(node.spot)
    if callee.kind == "member_expression":
        of, method = callee.get_field("object"), callee.get_field("property")
        if of and method:
            return _method(ev, ev.value(of, env), method.text, node, env)
    function = ev.value(callee, env)
    if isinstance(function, Function) and _is_converter(function):
        function = Foreign("zod-to-json-schema", ("zodToJsonSchema",), node.spot)
    return apply(ev, function, evaluate_arguments(ev, node, env), node.spot)


def _is_converter(function: Function) -> bool:
    """Return whether a function is zod-to-json-schema's own, which a bundle has in it."""
    start = function.node.parent or function.node
    return "odToJsonSchema" in start.text[:80] and "definitionPath" in function.node.text


def _method(ev: Evaluator, of: Value, name: str, node: Node, env: Env) -> Value:
    if isinstance(of, Unknown):
        return of
    if name in {"call", "apply", "bind"} and isinstance(of, Function):
        values = evaluate_arguments(ev, node, env)[1:]  # the first is what `this` is
        if name == "bind":
            return of
        if name == "apply":
            values = [one for value in values[:1] for one in spread(value, node.spot)]
        return call(ev, of, values, node.spot)
    if name == "hasOwnProperty" and isinstance(of, Table):
        return builtin.has(of, argument(ev, node, 0, env), node.spot)
    if isinstance(of, Zod):
        return zod.call_schema_method(ev, of, name, evaluate_arguments(ev, node, env), node.spot)
    if isinstance(of, Text | Items | Keyed | Scalar | Foreign | Pattern):
        found = builtin.call_builtin_method(
            ev, of, name, evaluate_arguments(ev, node, env), node.spot
        )
        if found is not None:
            return found
    function = members.member(ev, of, name, node.spot)
    return apply(ev, function, evaluate_arguments(ev, node, env), node.spot)


def apply(ev: Evaluator, function: Value, values: list[Value], at: Spot) -> Value:
    """Return what a function returns for values."""
    if isinstance(function, Function):
        return call(ev, function, values, at)
    if isinstance(function, Foreign):
        return builtin.foreign(ev, function, values, at)
    return function if isinstance(function, Unknown) else Unknown(_RUN_TIME, at)


def new_expression(ev: Evaluator, node: Node, env: Env) -> Value:
    """Return what `new` makes."""
    made_of = node.get_field("constructor")
    of = ev.value(made_of, env) if made_of else None
    if isinstance(of, Class):
        return members.make_instance(ev, of, evaluate_arguments(ev, node, env), node.spot)
    if isinstance(of, Foreign) and of.path == ("Map",):
        values = evaluate_arguments(ev, node, env)
        if not values or isinstance(values[0], Items):
            pairs = values[0].items if values and isinstance(values[0], Items) else ()
            return Keyed(pairs, node.spot)
    if isinstance(of, Foreign) and of.path == ("Set",):
        values = evaluate_arguments(ev, node, env)
        if not values:
            return Items((), node.spot)
        return values[0] if isinstance(values[0], Items) else Unknown(_RUN_TIME, node.spot)
    return Unknown(_RUN_TIME, node.spot)


def call(ev: Evaluator, function: Function, values: list[Value], at: Spot) -> Value:
    """Return what a function of the package returns for values."""
    found = outcomes(ev, function, values)
    if not found:
        return Absent(at)
    if len(found) == 1 and not found[0][1]:
        return found[0][0]
    total = found[0][0]
    for value, _ in found[1:]:
        total = join_values(total, value, at)
    return total if len(found) > 1 else Unknown("it depends on a condition", at)


def outcomes(
    ev: Evaluator, function: Function, values: Sequence[Value]
) -> list[tuple[Value, bool]]:
    """Return what a function may return for values, each with whether that hangs on a condition."""
    again = ev.running.count(function.node)
    if again > MAX_AGAIN or (again and any(isinstance(one, Unknown) for one in values)):
        return [(Unknown("it is made from itself", function.node.spot), False)]
    env = bind(ev, function, values)
    if function.this is not None:
        env[names.THIS] = function.this
    body = function.node.get_field("body")
    if body is None:
        return [(Unknown(_RUN_TIME, function.node.spot), False)]
    ev.running.append(function.node)
    try:
        if body.kind != "statement_block":
            return [(ev.value(body, Frame(env, function.env, function.node)), False)]
        return flow.collect_returns(ev, body, Frame(env, function.env, function.node))
    finally:
        ev.running.pop()


def bind(ev: Evaluator, function: Function, values: Sequence[Value]) -> dict[Key, Any]:
    """Return what the parameters of a function stand for, given values."""
    known = next((i for i, v in enumerate(values) if isinstance(v, Perhaps)), len(values))
    env: dict[Key, Any] = {}
    for binding in ev.module(function.node).scopes.parameters(function.node):
        at = binding.name.spot
        if binding.kind == "rest":
            open_end = known < len(values)
            rest = Items(tuple(values[binding.index :]), at)
            env[binding.key] = Unknown(_RUN_TIME, at) if open_end else rest
        elif binding.index < known:
            env[binding.key] = values[binding.index]
        else:
            env[binding.key] = Unknown(_RUN_TIME, at) if known < len(values) else Absent(at)
    return env


def evaluate_arguments(ev: Evaluator, call_: Node, env: Env) -> list[Value]:
    """Return the values a call is given; Perhaps from where on they cannot be told."""
    values: list[Value] = []
    for one in arguments(call_):
        if one.kind == "spread_element":
            values += spread(ev.value(one.children[0], env), one.spot)
        else:
            values.append(ev.value(one, env))
    return values


def argument(ev: Evaluator, call_: Node, index: int, env: Env) -> Value:
    """Return what a call gives at an index."""
    written = arguments(call_)
    env = flow.build_env_before(ev, call_, env)
    if not any(one.kind == "spread_element" for one in written):
        return ev.value(written[index], env) if index < len(written) else Absent(call_.spot)
    values = evaluate_arguments(ev, call_, env)
    known = next((i for i, v in enumerate(values) if isinstance(v, Perhaps)), len(values))
    if index >= known:
        return Unknown(_RUN_TIME, call_.spot) if known < len(values) else Absent(call_.spot)
    return values[index]


def _evaluate_require(ev: Evaluator, node: Node) -> Value:
    first = next(iter(arguments(node)), None)
    if first is None or first.kind != "string":
        return Unknown(_RUN_TIME, node.spot)
    here = ev.module(node)
    module = ev.modules.resolve(first.text[1:-1], here)
    if module and (whole := exports.find_exports(ev, module).whole):
        return ev.value(whole, NO_ENV)
    return exports.resolve_package_export(ev, first.text[1:-1], exports.ALL, here, node.spot)


def spread(value: Value, at: Spot) -> Iterator[Any]:
    """Yield the items that `...value` stands for."""
    if isinstance(value, Items | Keyed):
        yield from value.items if isinstance(value, Items) else value.pairs
    elif isinstance(value, Perhaps) and isinstance(value.value, Items):
        yield from (
            one if isinstance(one, Perhaps) else Perhaps(one, at) for one in value.value.items
        )
    elif isinstance(value, Perhaps) and isinstance(value.value, Unknown):
        yield value
    elif not is_nothing(value):
        why = value if isinstance(value, Unknown) else Unknown(_RUN_TIME, at)
        yield Perhaps(why, at)


def merge(entries: dict[str, Any], keys: dict[str, Spot], value: Value, at: Spot) -> None:
    """Spread a value into a table that is being made."""
    if isinstance(value, Table):
        for key, one in value.entries.items():
            old = entries.get(key)
            is_sure = old is None or not isinstance(one, Perhaps)
            entries[key] = one if is_sure else join_values(old, one.value, at)
            if key in value.keys:
                keys[key] = value.keys[key]
    elif isinstance(value, Namespace):
        entries[REST] = Unknown(_RUN_TIME, at)
    elif isinstance(value, Perhaps) and isinstance(value.value, Table):
        for key, one in value.value.entries.items():
            old = entries.get(key)
            inner = one.value if isinstance(one, Perhaps) else one
            entries[key] = Perhaps(inner, at) if old is None else join_values(old, inner, at)
    elif not is_nothing(value):
        for key in entries:
            entries[key] = Unknown("it may be replaced when the server runs", at)
        entries[REST] = Unknown(_RUN_TIME, at)


def is_conditional(node: Node, scope: Node) -> bool:
    """Return whether a node in `scope` is reached only under a condition."""
    below = node
    for above in node.above():
        if above is scope:
            return False
        if above.kind in _BRANCHES and above.get_field("condition") is not below:
            return True
        if above.kind == "binary_expression" and above.get_field("left") is not below:
            return above.word("operator") in {"&&", "||", "??"}
        below = above
    return False


def callback_of(function: Node) -> Node | None:
    """Return the list that a function is called for each item of, by map or forEach."""
    call_ = function.parent.parent if function.parent else None
    callee = call_.get_field("function") if call_ and call_.kind == "call_expression" else None
    if callee is None or callee.kind != "member_expression":
        return None
    method = callee.get_field("property")
    return (
        callee.get_field("object")
        if method and method.text in {"forEach", "map", "flatMap"}
        else None
    )


def each(ev: Evaluator, loop: Node, env: Env) -> list[Env]:
    """Return an Env for each time round a loop or a callback; one if that is not known."""
    is_callback = loop.kind in FUNCTIONS
    over = callback_of(loop) if is_callback else loop.get_field("right")
    value = ev.value(over, env) if over else None
    bindings = (
        list(ev.module(loop).scopes.parameters(loop))
        if is_callback
        else list(ev.module(loop).scopes.get_declarations(loop).values())
    )
    if isinstance(value, Keyed):
        value = Items(value.pairs, value.at)
    if isinstance(value, Items):
        found: list[Env] = []
        for i, item in enumerate(value.items):
            inner = {**env}
            for b in bindings:
                counts = is_callback and b.index == 1
                inner[b.key] = Scalar(i, b.name.spot) if counts else _sure(item)
            if isinstance(item, Perhaps):
                inner[names.CONDITION] = item.at
            found.append(inner)
        return found
    why = value if isinstance(value, Unknown) else Unknown(_RUN_TIME, loop.spot)
    return [{**env, **{b.key: why for b in bindings}}]


def _sure(item: Value) -> Value:
    return item.value if isinstance(item, Perhaps) else item
