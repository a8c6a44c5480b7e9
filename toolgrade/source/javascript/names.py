"""The value of a name: its declaration's value, with what is assigned and added to it later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript import calls, exports, later_changes, members, statements
from toolgrade.source.javascript.scopes import Binding
from toolgrade.source.javascript.values import (
    NO_ENV,
    PASSING,
    RUN_TIME,
    THIS,
    Absent,
    Argument,
    Class,
    Env,
    Foreign,
    Frame,
    Function,
    Instance,
    Object,
    Settled,
    Value,
)
from toolgrade.source.nodes import Scalar, Text, Unknown

if TYPE_CHECKING:
    from toolgrade.source.javascript.interpreter import Interpreter
    from toolgrade.source.javascript.syntax import Node


def evaluate_name(ev: Interpreter, name: Node, env: Env) -> Value:
    """Return the value of the name at a node."""
    found = ev.module(name).scopes.find(name)
    if found:
        return evaluate_declared_name(ev, found, env)
    return Absent(name.spot) if name.text == "undefined" else Foreign("", (name.text,), name.spot)


def evaluate_this(ev: Interpreter, node: Node, env: Env) -> Value:
    """Return the value of `this`."""
    if THIS in env:
        ev.needs.reads.add(THIS)
        return env[THIS]  # type: ignore[no-any-return]
    below = node
    for above in node.above():
        if above.kind == "class_body" and above.parent:
            if below.has("static"):
                return Class(above.parent, env)
            itself = Binding("this", above, above.parent, above)
            if itself.key in env:
                ev.needs.reads.add(itself.key)
                return env[itself.key]  # type: ignore[no-any-return]
            ev.needs.opened.append(itself)
            return Instance(Class(above.parent, env), env, node.spot)
        below = above
    return Unknown("it is an object of the running server", node.spot)


def evaluate_key(ev: Interpreter, key: Node, env: Env) -> str | None:
    """Return the name that a property's key spells; None if it cannot be known."""
    if key.kind == "computed_property_name":
        value = ev.value(key.children[0], env)
        return str(value.value) if isinstance(value, Text) else None
    if key.kind == "string":
        value = ev.value(key, env)
        return value.value if isinstance(value, Text) else None
    return key.text


def evaluate_declared_name(ev: Interpreter, binding: Binding, env: Env) -> Value:
    """Return the value of a declared name."""
    if binding.key in env:
        ev.needs.reads.add(binding.key)
        value = env[binding.key]
        if isinstance(value, Settled):
            return value.value  # type: ignore[no-any-return]
        if isinstance(value, Argument):
            call, index = value.call, value.index
            value = ev.memoize(
                (call, index), env, lambda: calls.evaluate_argument(ev, call, index, env)
            )
        return members.destructure(ev, value, binding, env)
    if binding.key in ev.journal.names:
        ev.needs.reads.add(PASSING)
        return ev.journal.names[binding.key].value  # type: ignore[no-any-return]
    kind, spot = binding.kind, binding.name.spot
    if kind in {"parameter", "rest", "each"}:
        ev.needs.opened.append(binding)
        return Unknown("it is given when the server runs", spot)
    if kind == "opaque":
        return Unknown(RUN_TIME, spot)
    outermost = binding.scope.kind == "program"
    if outermost:
        env = NO_ENV
        if _is_first(ev, binding):
            ev.needs.reads.add(PASSING)
            return ev.value(binding.node, env) if binding.kind == "value" else Absent(spot)
        frame = (
            statements.follow_module(ev, ev.module(binding.name))
            if later_changes.is_changed_in_order(ev, binding)
            else None
        )
        if frame and binding.key in frame.own:
            return frame.own[binding.key].value  # type: ignore[no-any-return]
    elif isinstance(env, Frame):
        env = env.around(binding.scope)
    place = (binding.key, id(env))
    if ev.needs.is_under_way(place):
        return Unknown("it is made from itself", spot)

    def work() -> Value:
        with ev.needs.work_out(place):
            if not outermost:
                return _evaluate_declaration(ev, binding, env)
            with ev.stack.start_over():
                return _evaluate_declaration(ev, binding, env)

    return ev.memoize(binding.key, env, work)


def _is_first(ev: Interpreter, binding: Binding) -> bool:
    """Return whether a name is only given a value by functions that are being followed: it has the
    one it started with, as when they are first called.
    """
    if not ev.stack or binding.kind not in {"value", "unset"}:
        return False

    def find_assignments() -> list[Node]:
        writes = ev.module(binding.name).writes.of(binding)
        return [write.node for write in writes if write.how == "="]

    assigned = ev.once(("assignments", binding.key), find_assignments)
    return bool(assigned) and all(map(ev.stack.holds, assigned))


def _evaluate_declaration(ev: Interpreter, binding: Binding, env: Env) -> Value:
    match binding.kind:
        case "import":
            return exports.evaluate_import(ev, binding)
        case "enum":
            return _evaluate_enum(ev, binding.node, env)
        case "function":
            value: Value = Function(binding.node, env)
        case "class":
            value = Class(binding.node, env)
        case "value":
            value = members.destructure(ev, ev.value(binding.node, env), binding, env)
        case _:
            value = Absent(binding.name.spot)
    return later_changes.apply_writes(ev, binding, value, env)


def _evaluate_enum(ev: Interpreter, node: Node, env: Env) -> Value:
    entries: dict[str, Any] = {}
    body = node.get_field("body")
    count = 0
    for member in body.children if body else ():
        key = member.get_field("name") if member.kind == "enum_assignment" else member
        given = member.get_field("value") if member.kind == "enum_assignment" else None
        name = evaluate_key(ev, key, env) if key else None
        if name is None:
            return Unknown(RUN_TIME, member.spot)
        value = ev.value(given, env) if given else Scalar(count, member.spot)
        count = value.value + 1 if isinstance(value, Scalar) and isinstance(value.value, int) else 0
        entries[name] = value
    return Object(entries, node.spot)
