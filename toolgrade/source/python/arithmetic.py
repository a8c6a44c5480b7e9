"""Evaluate operators between constants: joined texts and lists, merged tables, small numbers.

A result that could grow too large is unknown.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.source.nodes import (
    MAX_ITEMS,
    MAX_TEXT,
    Items,
    Scalar,
    Table,
    Text,
    Unknown,
    concatenate,
)
from toolgrade.source.python import containers, texts
from toolgrade.source.python.values import Class, External, Hint, Member

if TYPE_CHECKING:
    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Scope, Value

MAX_POWER, MAX_BASE = 64, 1024
"""The largest exponent and base of a power that is computed."""


def binary(ev: Interpreter, node: ast.BinOp, scope: Scope) -> Value:
    """Return the result of an operator on two operands."""
    if isinstance(node.op, ast.Add):
        return _sum(ev, node, scope)
    left, right = ev.value(node.left, scope), ev.value(node.right, scope)
    at = ev.at(node, scope)
    match node.op, left, right:
        case ast.Mod(), Text(), _:
            return texts.format_percent(left, ev.data(right))
        case ast.BitOr(), (External() | Class() | Hint()), _:
            return Hint(node, scope, at)
        case ast.BitOr(), _, (External() | Class() | Hint()):
            return Hint(node, scope, at)
        case ast.BitOr(), Table(), Table():
            return Table({**left.entries, **right.entries}, at, {**left.keys, **right.keys})
        case ast.Mult(), Text(), Scalar(int() as times):
            if 0 <= times * len(left.value) <= MAX_TEXT and 0 <= times <= MAX_ITEMS:
                return concatenate([left] * times, at)
            return Unknown("it is too long", at)
        case _, Scalar(int() | float() as one), Scalar(int() | float() as other):
            return _number(node.op, one, other, at)
    return next((v for v in (left, right) if isinstance(v, Unknown)), None) or Unknown(
        "it is computed at run time", at
    )


def _number(op: ast.operator, one: float, other: float, at: Spot) -> Value:
    small = all(abs(number) < 2**53 for number in (one, other))
    match op:
        case ast.Mult() if small:
            return Scalar(one * other, at)
        case ast.Sub() if small:
            return Scalar(one - other, at)
        case ast.FloorDiv() if small and other:
            return Scalar(one // other, at)
        case ast.Div() if small and other:
            return Scalar(one / other, at)
        case ast.Pow() if small and 0 <= other <= MAX_POWER and abs(one) <= MAX_BASE:
            return Scalar(one**other, at)
    return Unknown("it is computed at run time", at)


def _sum(ev: Interpreter, node: ast.BinOp, scope: Scope) -> Value:
    """Return a chain of additions, read from the left: thousands of them need no recursion."""
    chain: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        chain.append(left.right)
        left = left.left
    values = [ev.value(part, scope) for part in (left, *reversed(chain))]
    at = ev.at(node, scope)
    members = [ev.data(v) if isinstance(v, Member) else v for v in values]
    if all(isinstance(v, Text) for v in members):
        return concatenate(members, at)  # type: ignore[arg-type] # all are texts
    if any(isinstance(v, Items) for v in values):
        return containers.join_lists(values, at)
    if all(isinstance(v, Scalar) and isinstance(v.value, int | float) for v in values):
        return Scalar(sum(v.value for v in values), at)  # type: ignore[union-attr,misc]
    return next((v for v in values if isinstance(v, Unknown)), None) or Unknown(
        "it is computed at run time", at
    )
