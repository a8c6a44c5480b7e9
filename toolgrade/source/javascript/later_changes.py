"""Values with what their file does to them later: items added, members set, names assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript import exports
from toolgrade.source.javascript.combine import limit_size, make_uncertain
from toolgrade.source.javascript.contexts import find_list_of_callback, look_in_each_context
from toolgrade.source.javascript.parameters import evaluate_arguments
from toolgrade.source.javascript.scopes import FUNCTIONS, Binding
from toolgrade.source.javascript.syntax import Node, strip_wrappers
from toolgrade.source.javascript.values import (
    CONDITION,
    NO_ENV,
    REST,
    Absent,
    Array,
    Env,
    Foreign,
    Function,
    Keyed,
    Object,
    Value,
)
from toolgrade.source.javascript.zod import ZOD_EXPORTS
from toolgrade.source.nodes import Unknown

if TYPE_CHECKING:
    from toolgrade.source.javascript.interpreter import Interpreter
    from toolgrade.source.javascript.writes import Write

_BRANCHES = frozenset(
    {"if_statement", "ternary_expression", "switch_case", "switch_default", "catch_clause"}
)
_ORDERED = frozenset({"=", ".", "each", "other"})


def apply_writes(ev: Interpreter, binding: Binding, value: Value, env: Env) -> Value:
    """Return a value with what the file later does to the name."""
    later = ev.module(binding.name).writes.of(binding)
    assigned = [one for one in later if one.how == "="]
    if assigned:
        if made := _compiled_enum(ev, binding, assigned, env):
            return made
        if isinstance(value, Array) and all(_is_narrowing(one, binding) for one in assigned):
            value = Array(tuple(make_uncertain(one) for one in value.items), value.at)
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
        elif write.how == "each" and write.right and isinstance(value, Array):
            if not (binding.scope.kind == "program" and is_changed_in_order(ev, binding)):
                value = _apply_loop_writes(ev, value, write.right)
        elif write.how == "other":
            return Unknown("it is changed when the server runs", write.node.spot)
    if isinstance(value, Array | Keyed) and binding.scope.kind == "program":
        for root, write in exports.find_outside_writes(ev, binding):
            if write.how != "push":
                return Unknown("it is changed in another file", write.node.spot)
            value = apply_push(ev, value, write, root, NO_ENV)
    return value


def _apply_loop_writes(ev: Interpreter, value: Array, loop: Node) -> Array:
    """Return a list without what a loop over it changes in its items."""
    module = ev.module(loop)
    changed = {
        write.key or REST: Unknown("it is changed in a loop", write.node.spot)
        for binding in module.scopes.get_declarations(loop).values()
        if not binding.path
        for write in module.writes.of(binding)
        if write.how == "."
    }
    if not changed:
        return value
    items = (
        Object({**one.entries, **changed}, one.at, one.keys) if isinstance(one, Object) else one
        for one in value.items
    )
    return Array(tuple(items), value.at)


def _is_narrowing(write: Write, binding: Binding) -> bool:
    """Return whether a list is only replaced by some of its items: x = x.filter(...)."""
    if write.right is None:
        return False
    return strip_wrappers(write.right).text.startswith(f"{binding.name.text}.filter(")


def apply_push(ev: Interpreter, value: Value, write: Write, scope: Node, env: Env) -> Value:
    """Return a list or map that holds in `scope` with what a call adds to it, each time it is
    reached.
    """
    call = write.right
    if call is None or not isinstance(value, Array | Keyed):
        return value
    added: list[Any] = []

    def evaluate_pushed(inner: Env) -> tuple[list[Any], bool]:
        return evaluate_arguments(ev, call, inner), CONDITION in inner

    for given, unsure in look_in_each_context(ev, evaluate_pushed, env, scope):
        new = [Array(tuple(given), call.spot)] if isinstance(value, Keyed) else given
        added += [make_uncertain(one) for one in new] if unsure else new
    if _is_conditional(call, scope):
        added = [make_uncertain(one) for one in added]
    if isinstance(value, Keyed):
        return limit_size(Keyed((*value.pairs, *added), value.at), ev.budget)
    return limit_size(Array((*value.items, *added), value.at), ev.budget)


def _set(ev: Interpreter, value: Value, write: Write, binding: Binding, env: Env) -> Value:
    """Return a table with a member given later; unknown where it is given twice."""
    if not isinstance(value, Object):
        return value
    key = write.key
    if key is None or (key not in value.entries and _is_conditional(write.node, binding.scope)):
        # Whether it is a member at all, or which one it is, cannot be known.
        rest = Unknown("it is changed later", write.node.spot)
        return Object({**value.entries, REST: rest}, value.at, value.keys)
    fresh = key not in value.entries and write.right is not None
    new = (
        ev.value(write.right, env)
        if fresh and write.right
        else Unknown("it is given more than once", write.node.spot)
    )
    return Object({**value.entries, key: new}, value.at, {**value.keys, key: write.node.spot})


def _evaluate_bundled_exports(ev: Interpreter, table: Node, env: Env) -> Value:
    """Return the namespace that a bundler spells as a table of functions."""
    names = {c.get_field("key").text for c in table.children if c.kind == "pair"}  # type: ignore[union-attr]
    if names >= ZOD_EXPORTS:
        return Foreign("zod", ("z",), table.spot)
    value = ev.value(table, env)
    if not isinstance(value, Object):
        return value
    called = {
        k: ev.apply(v, [], v.node.spot) if isinstance(v, Function) else v
        for k, v in value.entries.items()
    }
    return Object(called, value.at, value.keys)


def _compiled_enum(
    ev: Interpreter, binding: Binding, assigned: list[Write], env: Env
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
    return Object(entries, binding.name.spot)


def _is_conditional(node: Node, scope: Node) -> bool:
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


def is_changed_in_order(ev: Interpreter, binding: Binding) -> bool:
    """Return whether a name, or what it holds, is changed by the module's own statements, in ways
    that depend on their order, and nowhere else.
    """
    if binding.kind not in {"value", "unset"}:
        return False
    later = ev.module(binding.name).writes.of(binding)
    return any(write.how in _ORDERED for write in later) and not any(
        above.kind in FUNCTIONS and not find_list_of_callback(above)
        for write in later
        for above in write.node.above()
    )
