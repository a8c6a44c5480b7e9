"""What a name stands for: its declaration's value, with what is assigned to it and added to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript import calls, contexts, exports, flow, members
from toolgrade.source.javascript.scopes import FUNCTIONS, Binding
from toolgrade.source.javascript.syntax import Node, strip_wrappers
from toolgrade.source.javascript.values import (
    NO_ENV,
    REST,
    Absent,
    Argument,
    Class,
    Foreign,
    Frame,
    Function,
    Keyed,
    Perhaps,
    Settled,
)
from toolgrade.source.javascript.writes import Write, writes
from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown

if TYPE_CHECKING:
    from toolgrade.source.javascript.evaluate import Evaluator
    from toolgrade.source.javascript.values import Env, Value

_ORDERED = frozenset({"=", ".", "each", "other"})
_ZOD = frozenset({"discriminatedUnion", "object", "string"})
PASSING = ("passing", 0)
"""The key that is read with what may be another thing the next time."""

THIS = ("this", 0)
"""The key under which an Env holds what `this` is."""

CONDITION = ("if", 0)
"""The key under which an Env holds where the condition stands under which it arises."""


def evaluate_name(ev: Evaluator, name: Node, env: Env) -> Value:
    """Return what the name at a node stands for."""
    found = ev.module(name).scopes.find(name)
    if found:
        return evaluate_binding(ev, found, env)
    return Absent(name.spot) if name.text == "undefined" else Foreign("", (name.text,), name.spot)


def evaluate_this(ev: Evaluator, node: Node, env: Env) -> Value:
    """Return what `this` stands for."""
    if THIS in env:
        ev.reads.add(THIS)
        return env[THIS]  # type: ignore[no-any-return]
    below = node
    for above in node.above():
        if above.kind == "class_body" and above.parent:
            if below.has("static"):
                return Class(above.parent, env)
            itself = Binding("this", above, above.parent, above)
            if itself.key in env:
                ev.reads.add(itself.key)
                return env[itself.key]  # type: ignore[no-any-return]
            ev.opened.append(itself)
            return members.make_unknown_instance(ev, Class(above.parent, env), node.spot)
        below = above
    return Unknown("it is an object of the running server", node.spot)


def evaluate_key(ev: Evaluator, key: Node, env: Env) -> str | None:
    """Return the name that a property's key spells; None if it cannot be known."""
    if key.kind == "computed_property_name":
        value = ev.value(key.children[0], env)
        return str(value.value) if isinstance(value, Text) else None
    if key.kind == "string":
        value = ev.value(key, env)
        return value.value if isinstance(value, Text) else None
    return key.text


def evaluate_binding(ev: Evaluator, binding: Binding, env: Env) -> Value:
    """Return what a declared name stands for."""
    if binding.key in env:
        ev.reads.add(binding.key)
        value = env[binding.key]
        if isinstance(value, Settled):
            return value.value  # type: ignore[no-any-return]
        if isinstance(value, Argument):
            call, index = value.call, value.index
            value = ev.memoize((call, index), env, lambda: calls.argument(ev, call, index, env))
        return destructure(ev, value, binding, env)
    if binding.key in ev.state:
        ev.reads.add(PASSING)
        return ev.state[binding.key].value  # type: ignore[no-any-return]
    kind, spot = binding.kind, binding.name.spot
    if kind in {"parameter", "rest", "each"}:
        ev.opened.append(binding)
        return Unknown("it is given when the server runs", spot)
    if kind == "opaque":
        return Unknown("it is made when the server runs", spot)
    outermost = binding.scope.kind == "program"
    if outermost:
        env = NO_ENV
        if _is_first(ev, binding):
            ev.reads.add(PASSING)
            return ev.value(binding.node, env) if binding.kind == "value" else Absent(spot)
        frame = flow.follow_module(ev, ev.module(binding.name)) if _is_shaped(ev, binding) else None
        if frame and binding.key in frame.own:
            return frame.own[binding.key].value  # type: ignore[no-any-return]
    elif isinstance(env, Frame):
        env = env.around(binding.scope)
    at = (binding.key, id(env))
    if at in ev.under:
        return Unknown("it is made from itself", spot)

    def work() -> Value:
        ev.under.add(at)
        running, ev.running = ev.running, [] if outermost else ev.running
        try:
            return _evaluate_declaration(ev, binding, env)
        finally:
            ev.under.discard(at)
            ev.running = running

    return ev.memoize(binding.key, env, work)


def _is_first(ev: Evaluator, binding: Binding) -> bool:
    """Return whether a name is only given a value by functions that are being followed: it has the
    one it started with, as when they are first called.
    """
    if not ev.running or binding.kind not in {"value", "unset"}:
        return False
    if binding.key not in ev.assigned:
        ev.assigned[binding.key] = [
            write.node for write in writes(ev.module(binding.name), binding) if write.how == "="
        ]
    assigned = ev.assigned[binding.key]
    return bool(assigned) and all(
        any(f.file is node.file and f.start <= node.start < f.end for f in ev.running)
        for node in assigned
    )


def _is_shaped(ev: Evaluator, binding: Binding) -> bool:
    """Return whether a name, or what it holds, is changed by the module's own statements, in ways
    that hang on their order, and nowhere else.
    """
    if binding.kind not in {"value", "unset"}:
        return False
    later = writes(ev.module(binding.name), binding)
    return any(write.how in _ORDERED for write in later) and not any(
        above.kind in FUNCTIONS and not calls.callback_of(above)
        for write in later
        for above in write.node.above()
    )


def _evaluate_declaration(ev: Evaluator, binding: Binding, env: Env) -> Value:
    match binding.kind:
        case "import":
            return exports.evaluate_import(ev, binding)
        case "enum":
            return _enum(ev, binding.node, env)
        case "function":
            value: Value = Function(binding.node, env)
        case "class":
            value = Class(binding.node, env)
        case "value":
            value = destructure(ev, ev.value(binding.node, env), binding, env)
        case _:
            value = Absent(binding.name.spot)
    return _apply_writes(ev, binding, value, env)


def _apply_writes(ev: Evaluator, binding: Binding, value: Value, env: Env) -> Value:
    """Return a value with what the file later does to the name."""
    later = writes(ev.module(binding.name), binding)
    assigned = [one for one in later if one.how == "="]
    if assigned:
        if made := _compiled_enum(ev, binding, assigned, env):
            return made
        if isinstance(value, Items) and all(_is_narrowing(one, binding) for one in assigned):
            value = Items(tuple(_make_uncertain(one) for one in value.items), value.at)
            assigned = []
        elif len(assigned) > 1 or not isinstance(value, Absent) or assigned[0].right is None:
            return Unknown("it is assigned more than once", binding.name.spot)
        else:
            value = ev.value(assigned[0].right, env)
    for write in later:
        if write.how == "export" and write.right:
            value = _evaluate_bundled_exports(ev, write.right, env)
        elif write.how == "push":
            value = apply_push(ev, value, write, binding.scope, env)
        elif write.how == ".":
            value = _set(ev, value, write, binding, env)
        elif write.how == "each" and write.right and isinstance(value, Items):
            if not (binding.scope.kind == "program" and _is_shaped(ev, binding) and ev.initial):
                value = _apply_loop_writes(ev, value, write.right)
        elif write.how == "other":
            return Unknown("it is changed when the server runs", write.node.spot)
    if isinstance(value, Items | Keyed) and binding.scope.kind == "program":
        for root, write in exports.find_outside_writes(ev, binding):
            if write.how != "push":
                return Unknown("it is changed in another file", write.node.spot)
            value = apply_push(ev, value, write, root, NO_ENV)
    return value


def _apply_loop_writes(ev: Evaluator, value: Items, loop: Node) -> Items:
    """Return a list without what a loop over it changes in its items."""
    module = ev.module(loop)
    changed = {
        write.key or REST: Unknown("it is changed in a loop", write.node.spot)
        for binding in module.scopes.get_declarations(loop).values()
        if not binding.path
        for write in writes(module, binding)
        if write.how == "."
    }
    if not changed:
        return value
    items = (
        Table({**one.entries, **changed}, one.at, one.keys) if isinstance(one, Table) else one
        for one in value.items
    )
    return Items(tuple(items), value.at)


def _is_narrowing(write: Write, binding: Binding) -> bool:
    """Return whether a list is only replaced by some of its items: x = x.filter(...)."""
    if write.right is None:
        return False
    return strip_wrappers(write.right).text.startswith(f"{binding.name.text}.filter(")


def _make_uncertain(item: Value) -> Value:
    return item if isinstance(item, Perhaps) else Perhaps(item, item.at)


def apply_push(ev: Evaluator, value: Value, write: Write, scope: Node, env: Env) -> Value:
    """Return a list or map that holds in `scope` with what a call adds to it, each time it is
    reached.
    """
    call = write.right
    if call is None or not isinstance(value, Items | Keyed):
        return value
    added: list[Any] = []

    def evaluate_pushed(inner: Env) -> tuple[list[Any], bool]:
        return calls.evaluate_arguments(ev, call, inner), CONDITION in inner

    for given, unsure in contexts.look_in_each_context(ev, evaluate_pushed, env, scope):
        new = [Items(tuple(given), call.spot)] if isinstance(value, Keyed) else given
        added += [_make_uncertain(one) for one in new] if unsure else new
    if calls.is_conditional(call, scope):
        added = [_make_uncertain(one) for one in added]
    if isinstance(value, Keyed):
        return Keyed((*value.pairs, *added), value.at)
    return Items((*value.items, *added), value.at)


def _set(ev: Evaluator, value: Value, write: Write, binding: Binding, env: Env) -> Value:
    """Return a table with a member given later; unknown where it is given twice."""
    if not isinstance(value, Table):
        return value
    key = write.key
    if key is None or (
        key not in value.entries and calls.is_conditional(write.node, binding.scope)
    ):
        # Whether it is a member at all, or which one it is, cannot be known.
        rest = Unknown("it is changed later", write.node.spot)
        return Table({**value.entries, REST: rest}, value.at, value.keys)
    fresh = key not in value.entries and write.right is not None
    new = (
        ev.value(write.right, env)
        if fresh and write.right
        else Unknown("it is given more than once", write.node.spot)
    )
    return Table({**value.entries, key: new}, value.at, {**value.keys, key: write.node.spot})


def _evaluate_bundled_exports(ev: Evaluator, table: Node, env: Env) -> Value:
    """Return the namespace that a bundler spells as a table of functions."""
    names = {c.get_field("key").text for c in table.children if c.kind == "pair"}  # type: ignore[union-attr]
    if names >= _ZOD:
        return Foreign("zod", ("z",), table.spot)
    value = ev.value(table, env)
    if not isinstance(value, Table):
        return value
    called = {
        k: calls.call(ev, v, [], v.node.spot) if isinstance(v, Function) else v
        for k, v in value.entries.items()
    }
    return Table(called, value.at, value.keys)


def detect_bundled_zod(table: Table) -> Value:
    """Return a table, or what it is if a bundler made it of zod's exports."""
    return Foreign("zod", ("z",), table.at) if table.entries.keys() >= _ZOD else table


def destructure(ev: Evaluator, value: Value, binding: Binding, env: Env) -> Value:
    """Return what is at a binding's path in a value."""
    for step in binding.path:
        if isinstance(step, Node):
            if isinstance(value, Absent):
                value = ev.value(step, env)
        elif isinstance(step, str):
            value = members.member(ev, value, step, binding.name.spot)
        elif isinstance(step, int):
            value = members.item(value, step, binding.name.spot)
        elif isinstance(value, Table):
            kept = {k: v for k, v in value.entries.items() if k not in step}
            value = Table(kept, value.at, value.keys)
        elif not isinstance(value, Unknown):
            value = Unknown("it is made when the server runs", binding.name.spot)
    return value


def _enum(ev: Evaluator, node: Node, env: Env) -> Value:
    entries: dict[str, Any] = {}
    body = node.get_field("body")
    count = 0
    for member in body.children if body else ():
        key = member.get_field("name") if member.kind == "enum_assignment" else member
        given = member.get_field("value") if member.kind == "enum_assignment" else None
        name = evaluate_key(ev, key, env) if key else None
        if name is None:
            return Unknown("it is made when the server runs", member.spot)
        value = ev.value(given, env) if given else Scalar(count, member.spot)
        count = value.value + 1 if isinstance(value, Scalar) and isinstance(value.value, int) else 0
        entries[name] = value
    return Table(entries, node.spot)


def _compiled_enum(
    ev: Evaluator, binding: Binding, assigned: list[Write], env: Env
) -> Value | None:
    """Return the table that TypeScript spells (function (E) { E["A"] = "a"; })(E || (E = {}))."""
    if len(assigned) != 1:
        return None
    call = next((a for a in assigned[0].node.above() if a.kind == "call_expression"), None)
    function = strip_wrappers(callee) if call and (callee := call.get_field("function")) else None
    body = function.get_field("body") if function and "function" in function.kind else None
    if body is None or not body.children:
        return None
    entries: dict[str, Any] = {}
    for statement in body.children:
        if statement.kind == "return_statement":
            continue
        expression = statement.children[0] if statement.children else statement
        left, right = expression.get_field("left"), expression.get_field("right")
        if not (left and right and left.kind == "subscript_expression"):
            return None
        index = left.get_field("index")
        if index is None or index.kind not in {"string", "assignment_expression"}:
            return None
        key = index.get_field("left") if index.kind == "assignment_expression" else None
        if key is not None:  # E[E["A"] = 0] = "A"
            inner, given = key.get_field("index"), index.get_field("right")
            if inner is None or given is None:
                return None
            entries[inner.text[1:-1]] = ev.value(given, env)
        else:
            entries[index.text[1:-1]] = ev.value(right, env)
    return Table(entries, binding.name.spot)
