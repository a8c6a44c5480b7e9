"""Statements that add members to a list or table, or remove them."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.source.nodes import MAX_ITEMS, Items, Scalar, Table, Text, concatenate
from toolgrade.source.python import containers
from toolgrade.source.python.bindings import find_changed_target, walk

if TYPE_CHECKING:
    from toolgrade.source.python.values import Value

_TAKES_AWAY = frozenset({"clear", "pop", "popitem", "remove", "discard", "sort", "reverse"})


class Addition(NamedTuple):
    """What a statement adds to the container `base`: one value, or all of them if `many`."""

    base: ast.expr
    key: ast.expr | None
    value: ast.expr
    many: bool


def parse_addition(statement: ast.stmt) -> Addition | None:
    """Return what a statement adds to a container; None if it adds nothing."""
    match statement:
        case ast.Expr(ast.Call(ast.Attribute(base, "append" | "add"), [value])):
            return Addition(base, None, value, many=False)
        case ast.Expr(ast.Call(ast.Attribute(base, "extend" | "update"), [value])):
            return Addition(base, None, value, many=True)
        case ast.Expr(ast.Call(ast.Attribute(base, "insert"), [_, value])):
            return Addition(base, None, value, many=False)
        case ast.Expr(ast.Call(ast.Attribute(base, "setdefault"), [key, value])):
            return Addition(base, key, value, many=False)
        case ast.Assign([ast.Subscript(base, key)], value):
            return Addition(base, key, value, many=False)
        case ast.AugAssign(base, ast.Add() | ast.BitOr(), value):
            return Addition(base, None, value, many=True)
    return None


def match_container(node: ast.expr, name: str) -> ast.expr | None:
    """Return an expression if it is the container itself: `name`, or `x.name`."""
    is_it = isinstance(node, ast.Name) and node.id == name
    return node if is_it or (isinstance(node, ast.Attribute) and node.attr == name) else None


def find_changed_containers(statement: ast.stmt, name: str) -> list[ast.expr]:
    """Return the containers called `name` that a statement without an inner block changes, or
    changes a member of.
    """
    if not isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign | ast.Delete | ast.Return):
        return []
    found: list[ast.expr] = []
    for node in filter(None, map(find_changed_target, walk(statement))):
        inner: ast.expr | None = node
        while inner is not None:
            if (held := match_container(inner, name)) is not None:
                found.append(held)
                break
            inner = inner.value if isinstance(inner, ast.Subscript | ast.Attribute) else None
    return found


def takes_away(statement: ast.stmt, name: str) -> bool:
    """Whether a statement only removes members of a container, or sorts them."""
    match statement:
        case ast.Delete([ast.Subscript(base, _)]):
            return match_container(base, name) is not None
    calls = [n for n in ast.walk(statement) if isinstance(n, ast.Call)]
    return any(
        isinstance(c.func, ast.Attribute)
        and c.func.attr in _TAKES_AWAY
        and match_container(c.func.value, name) is not None
        for c in calls
    )


def add_values(one: Value | None, other: Value) -> Value | None:
    """Return `one + other` of two lists or texts; None if it is not known."""
    if isinstance(one, Items):
        more = containers.list_added_members(other, other.at)
        if len(one.items) >= MAX_ITEMS:
            return None
        return containers.collect_items((*one.items, *more), (one, other), one.at)
    if isinstance(one, Text) and isinstance(other, Text):
        return concatenate([one, other], one.at)
    return None


def apply_container_method(
    value: Value | None, method: str, argument: Value, place: Value | None = None
) -> Value | None:
    """Return a container after `.append(x)`, `.extend(xs)`, `.insert(place, x)`, `.update(table)`
    or `.pop(key)`; None if the result is unknown.
    """
    if method == "insert":
        if isinstance(value, Items) and isinstance(place, Scalar) and type(place.value) is int:
            members = [*value.items]
            members.insert(place.value, argument)
            return replace(value, items=tuple(members)) if len(members) <= MAX_ITEMS else None
        return None
    match value, method, argument:
        case Items(), "append" | "add", _ if len(value.items) < MAX_ITEMS:
            return replace(value, items=(*value.items, argument))
        case Items(), "extend", _ if len(value.items) < MAX_ITEMS:
            more = containers.list_added_members(argument, argument.at)
            return containers.collect_items((*value.items, *more), (value, argument), value.at)
        case Table(), "update", Table():
            entries = {**value.entries, **argument.entries}
            return Table(entries, value.at, {**value.keys, **argument.keys})
        case Table(), "pop", Text():
            rest = {key: one for key, one in value.entries.items() if key != argument.value}
            return Table(rest, value.at, value.keys)
    return None
