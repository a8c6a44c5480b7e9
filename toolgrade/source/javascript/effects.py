"""The effects of expressions: names assigned, members set or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.source.javascript import texts
from toolgrade.source.javascript.combine import join_values, limit_size
from toolgrade.source.javascript.syntax import Node, strip_wrappers
from toolgrade.source.javascript.values import (
    REST,
    RUN_TIME,
    Absent,
    Array,
    Env,
    Frame,
    Object,
    Perhaps,
    Settled,
    Value,
    truth,
)
from toolgrade.source.nodes import Scalar, Text, Unknown

if TYPE_CHECKING:
    from toolgrade.source.javascript.interpreter import Interpreter
    from toolgrade.source.javascript.scopes import Key


def follow_expression(ev: Interpreter, node: Node, frame: Env) -> None:
    """Apply the effects of an expression."""
    ev.budget.require(1)
    try:
        ev.budget.enter_statement()
        _follow(ev, strip_wrappers(node), frame)
    finally:
        ev.budget.leave_statement()


def _follow(ev: Interpreter, node: Node, frame: Env) -> None:
    kind = node.kind
    if kind == "sequence_expression":
        for child in node.children:
            follow_expression(ev, child, frame)
    elif kind == "binary_expression" and node.word("operator") in {"&&", "||", "??"}:
        left, right = node.get_field("left"), node.get_field("right")
        if left and right:
            holds = truth(ev.value(left, frame))
            if holds is None:
                _follow_either(ev, right, None, frame)
            elif holds == (node.word("operator") == "&&"):
                follow_expression(ev, right, frame)
    elif kind == "ternary_expression":
        condition, yes, no = map(node.get_field, ("condition", "consequence", "alternative"))
        holds = truth(ev.value(condition, frame)) if condition else None
        if yes and no:
            if holds is None:
                _follow_either(ev, yes, no, frame)
            else:
                follow_expression(ev, yes if holds else no, frame)
    elif kind == "unary_expression" and node.word("operator") == "delete":
        if argument := node.get_field("argument"):
            _delete(ev, strip_wrappers(argument), frame)
    elif kind in {"assignment_expression", "augmented_assignment_expression"}:
        assign(ev, node, frame)
    elif kind == "update_expression":
        _count(ev, node, frame)
    elif kind in {"call_expression", "unary_expression"}:
        ev.value(node, frame)


def evaluate_either(
    ev: Interpreter, one: Node, other: Node | None, frame: Env
) -> tuple[Value, Value]:
    """Return the values of two expressions where it is unknown which one is evaluated."""
    values: list[Value] = []
    results = []
    for node in (one, other):
        mark = ev.journal.mark()
        values.append(ev.value(node, frame) if node else Absent(one.spot))
        results.append(ev.journal.roll_back(mark))
    ev.journal.join(results, one.spot)
    return values[0], values[1]


def _follow_either(ev: Interpreter, one: Node, other: Node | None, frame: Env) -> None:
    journal = ev.journal
    results = []
    for way in (one, other):
        mark = journal.mark()
        if way:
            follow_expression(ev, way, frame)
        results.append(journal.roll_back(mark))
    journal.join(results, one.spot)


def assign(ev: Interpreter, node: Node, frame: Env) -> Value:
    """Do an assignment and return what was assigned."""
    left, right = node.get_field("left"), node.get_field("right")
    if left is None or right is None:
        return Unknown(RUN_TIME, node.spot)
    left = strip_wrappers(left)
    operator = node.word("operator") if node.kind == "augmented_assignment_expression" else "="
    if operator == "=":
        value = ev.value(right, frame)
    else:
        now = ev.value(left, frame)
        if operator in {"??=", "||=", "&&="}:
            value = _kept(ev, operator, now, right, frame)
        elif operator == "+=":
            added = texts.add_values([now, ev.value(right, frame)], node.spot, ev.budget)
            value = limit_size(added, ev.budget)
        else:
            value = texts.arithmetic(operator[:-1], now, ev.value(right, frame), node.spot)
    _store(ev, left, value, frame)
    return value


def _kept(ev: Interpreter, operator: str, now: Value, right: Node, frame: Env) -> Value:
    """Return what `now ??= right` and its like assign."""
    if operator == "??=":
        known = None if truth(now) is None else not _is_null(now)
    else:
        known = truth(now)
        known = None if known is None else known == (operator == "||=")
    if known:
        return now
    new = ev.value(right, frame)
    return new if known is False else join_values(now, new, right.spot, ev.budget)


def _is_null(value: Value) -> bool:
    return isinstance(value, Absent) or (isinstance(value, Scalar) and value.value is None)


def _count(ev: Interpreter, node: Node, frame: Env) -> None:
    argument = node.get_field("argument") or node.children[0]
    now = ev.value(argument, frame)
    operator = node.word("operator")[:1]
    _store(ev, argument, texts.arithmetic(operator, now, Scalar(1, node.spot), node.spot), frame)


def _store(ev: Interpreter, left: Node, value: Value, frame: Env) -> None:
    """Store a value in the left side of an assignment."""
    if left.kind == "identifier":
        binding = ev.module(left).scopes.find(left)
        if binding:
            _set_name(ev, binding.key, value, frame)
        return
    if left.kind in {"array_pattern", "object_pattern"}:
        for one in left.below():
            if one.kind.endswith(("identifier", "identifier_pattern")):
                _store_unknown(ev, one, frame)
        return
    of, key = _place(ev, left, frame)
    if isinstance(of, Object):
        at = key if isinstance(key, str) else REST
        new = value if isinstance(key, str) else Unknown("it is changed later", left.spot)
        ev.journal.put(of.entries, at, new)
        of.keys.setdefault(at, left.spot)
    elif isinstance(of, Array):
        items = list(of.items)
        if isinstance(key, int) and 0 <= key < len(items):
            items[key] = value
        elif isinstance(key, int) and key == len(items):
            items.append(value)
        else:
            items.append(Perhaps(Unknown("it is changed later", left.spot), left.spot))
        ev.budget.build(1 + len(items) // 16)
        ev.journal.put(of, None, tuple(items))


def _store_unknown(ev: Interpreter, name: Node, frame: Env) -> None:
    binding = ev.module(name).scopes.find(name)
    if binding:
        _set_name(ev, binding.key, Unknown(RUN_TIME, name.spot), frame)


def _set_name(ev: Interpreter, key: Key, value: Value, frame: Env) -> None:
    env = frame
    while isinstance(env, Frame):
        if key in env.own:
            ev.journal.put(env.own, key, Settled(value))
            return
        env = env.outer
    ev.journal.put(ev.journal.names, key, Settled(value))


def _place(ev: Interpreter, left: Node, frame: Env) -> tuple[Value | None, str | int | None]:
    """Return what a member belongs to, and its key; None for one that cannot be known."""
    of = left.get_field("object")
    if of is None:
        return None, None
    value = ev.value(of, frame)
    if name := left.get_field("property"):
        return value, name.text
    index = left.get_field("index")
    key = ev.value(index, frame) if index else None
    if isinstance(key, Text):
        return value, key.value
    if isinstance(key, Scalar) and isinstance(key.value, int):
        return value, str(key.value) if isinstance(value, Object) else key.value
    return value, None


def _delete(ev: Interpreter, argument: Node, frame: Env) -> None:
    of, key = _place(ev, argument, frame)
    if not isinstance(of, Object):
        return
    if key is None:
        for name in list(of.entries):
            ev.journal.put(of.entries, name, Perhaps(of.entries[name], argument.spot))
    elif key in of.entries:
        ev.journal.drop(of.entries, key)
