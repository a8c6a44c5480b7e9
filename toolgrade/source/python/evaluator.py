"""The value of an expression, as far as reading alone can tell.

Names are followed through the package's modules, and helper functions are read statement by
statement. What is not supported, too large, or defined in a circle is unknown.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.source.budget import TOO_DEEP, TOO_LARGE, Budget
from toolgrade.source.nodes import MAX_ITEMS, Items, Scalar, Table, Text, Unknown, concatenate
from toolgrade.source.python import arithmetic, containers, literals, texts
from toolgrade.source.python.calls import Calls
from toolgrade.source.python.constraints import ELLIPSIS
from toolgrade.source.python.names import Names
from toolgrade.source.python.registries import Registries
from toolgrade.source.python.sdk_models import serialize_model
from toolgrade.source.python.values import (
    Class,
    Either,
    External,
    Function,
    Hint,
    Instance,
    Member,
    Scope,
    Unordered,
    has_order,
)

if TYPE_CHECKING:
    from toolgrade.source.nodes import Node, Spot
    from toolgrade.source.python.modules import Modules
    from toolgrade.source.python.values import Value

MAX_STEPS = 500_000
"""Expressions and statements that are evaluated. A server of 120 tools takes 30,000."""

MAX_DEPTH = 120
"""How deep expressions, calls and names may nest."""

_DATA_CELLS = 16
"""What a member of data costs of the budget: definitions are written out and checked in full."""

_TRUTHS = {"True": True, "False": False, "None": None}


class Evaluator(Names):
    """Evaluates expressions of one package's modules."""

    def __init__(self, modules: Modules) -> None:
        super().__init__(modules)
        self.calls = Calls(self)
        self.registries = Registries(self)
        self.budget = Budget(MAX_STEPS, MAX_DEPTH, modules.allowance.is_late)

    def at(self, node: ast.AST, scope: Scope) -> Spot:
        """Return where a node begins."""
        return literals.spot(scope.module.file, node)

    def value(self, node: ast.expr, scope: Scope) -> Value:
        """Return the value of an expression."""
        budget = self.budget
        try:
            if not budget.enter() and not isinstance(node, ast.Constant):
                return Unknown(budget.why, self.at(node, scope))
            return self._value(node, scope)
        except RecursionError:
            return Unknown(TOO_DEEP, self.at(node, scope))
        finally:
            budget.leave()

    def charge(self, value: Value) -> Value:
        """Charge the budget for a value and return it; unknown if it is too large."""
        budget = self.budget
        match value:
            case Text(text, _, runs):
                is_left = budget.build(len(runs), len(text))
            case Items(items):
                is_left = budget.build(len(items))
            case Table(entries):
                is_left = budget.build(len(entries) * 4)
            case Either(options):
                is_left = budget.build(len(options) * 4)
            case _:
                return value
        return value if is_left else Unknown(TOO_LARGE, value.at)

    def node(self, node: ast.expr, scope: Scope) -> Node:
        """Return the value of an expression as data."""
        return self.data(self.value(node, scope))

    def data(self, value: Value) -> Node:
        """Return a value as data; unknown if it has more than MAX_ITEMS parts."""
        if isinstance(value, Text | Scalar | Unknown):
            return value
        left = [MAX_ITEMS]
        found = self._data(value, left, MAX_DEPTH)
        spent = MAX_ITEMS - left[0]
        self.budget.step(spent // 4)
        is_left = self.budget.build(spent * _DATA_CELLS)
        return found if left[0] >= 0 and is_left else Unknown(TOO_LARGE, value.at)

    def _data(self, value: Value, left: list[int], depth: int) -> Node:
        left[0] -= 1
        if left[0] < 0 or not depth:
            return Unknown(TOO_DEEP if left[0] >= 0 else TOO_LARGE, value.at)
        match value:
            case Text() | Scalar() | Unknown():
                return value
            case Table(entries, at, keys):
                return Table(
                    {k: self._data(v, left, depth - 1) for k, v in entries.items()}, at, keys
                )
            case Items() if not has_order(value):
                return Unknown("the order of a set differs between runs", value.at)
            case Items(items, at):
                return Items(tuple(self._data(v, left, depth - 1) for v in items), at)
            case Member(_, inner):
                return self._data(inner, left, depth - 1)
            case Either(_, at):
                return Unknown("it depends on a condition", at)
            case Instance():
                return serialize_model(self, value)
            case External(path, at):
                return Unknown(f"{path} is not of this package", at)
        return Unknown("it is not data", value.at)

    def _value(self, node: ast.expr, scope: Scope) -> Value:
        match node:
            case ast.Constant():
                return self._constant(node, scope)
            case ast.Name(name):
                if name in _TRUTHS:
                    return Scalar(_TRUTHS[name], self.at(node, scope))
                return self.name(name, scope, self.at(node, scope))
            case ast.Attribute(base, name):
                held = self.value(base, scope)
                found = self.attribute(held, name, self.at(node, scope))
                return self.charge(found) if isinstance(held, Either) else found
            case ast.Await(inner) | ast.NamedExpr(_, inner):
                return self.value(inner, scope)
        return self.charge(self._build(node, scope))

    def _build(self, node: ast.expr, scope: Scope) -> Value:
        """Return the value of an expression that combines others."""
        match node:
            case ast.Call():
                return self.calls.evaluate(node, scope)
            case ast.JoinedStr():
                return self._evaluate_fstring(node, scope)
            case ast.BinOp():
                return arithmetic.binary(self, node, scope)
            case ast.List(elements) | ast.Tuple(elements):
                return containers.evaluate_items(self, elements, self.at(node, scope), scope)
            case ast.Set(elements):
                made = containers.evaluate_items(self, elements, self.at(node, scope), scope)
                return Unordered(made.items, made.at) if isinstance(made, Items) else made
            case ast.Dict():
                return containers.evaluate_dict(self, node, scope)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
                return containers.evaluate_comprehension(self, node, scope)
        return self._evaluate_operator(node, scope)

    def _evaluate_operator(self, node: ast.expr, scope: Scope) -> Value:
        match node:
            case ast.UnaryOp(ast.USub(), operand):
                inner = self.value(operand, scope)
                if isinstance(inner, Scalar) and isinstance(inner.value, int | float):
                    return Scalar(-inner.value, self.at(node, scope))
            case ast.UnaryOp(ast.Not(), operand):
                truth = self.truth(operand, scope)
                if truth is not None:
                    return Scalar(not truth, self.at(node, scope))
            case ast.IfExp(test, body, orelse):
                truth = self.truth(test, scope)
                if truth is not None:
                    return self.value(body if truth else orelse, scope)
            case ast.BoolOp(ast.Or(), values):
                for operand in values:
                    truth = self.truth(operand, scope)
                    if truth is None:
                        break
                    if truth or operand is values[-1]:
                        return self.value(operand, scope)
            case ast.Subscript(base, key):
                held = self.value(base, scope)
                if isinstance(held, External | Class):
                    return Hint(node, scope, self.at(node, scope))
                return containers.get_member(held, self.value(key, scope), self.at(node, scope))
            case ast.Lambda():
                return Function(node, scope, self.at(node, scope))
        return Unknown("it is computed at run time", self.at(node, scope))

    def evaluate_iterable(self, node: ast.expr, scope: Scope) -> Value:
        """Return what a loop over an expression visits: for an enum, its members."""
        value = self.value(node, scope)
        if not (isinstance(value, Class) and self.is_enum(value)):
            return value
        names = [name for name in self.collect_bindings_in(value.node) if not name.startswith("_")]
        members = (self.class_member(value, name, value.at) for name in names)
        return Items(tuple(one for one in members if isinstance(one, Member)), value.at)

    def truth(self, node: ast.expr, scope: Scope) -> bool | None:
        """Return whether an expression is true; None if that is not known."""
        try:
            return self._truth(node, scope) if self.budget.enter() else None
        except RecursionError:
            return None
        finally:
            self.budget.leave()

    def _truth(self, node: ast.expr, scope: Scope) -> bool | None:
        match node:
            case ast.Compare(
                left, [ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq() as sign], [right]
            ):
                one, other = self.value(left, scope), self.value(right, scope)
                pair = (one, other)
                if all(isinstance(v, Text | Scalar) for v in pair):
                    same = one.value == other.value  # type: ignore[union-attr]
                    return same is isinstance(sign, ast.Is | ast.Eq)
                return None
            case ast.Compare(left, [ast.In() | ast.NotIn() as sign], [right]):
                found = containers.holds(self.value(right, scope), self.value(left, scope))
                return None if found is None else found is isinstance(sign, ast.In)
            case ast.BoolOp(op, values):
                decisive = isinstance(op, ast.Or)
                truths = [self.truth(value, scope) for value in values]
                if decisive in truths:
                    return decisive
                return None if None in truths else not decisive
            case ast.UnaryOp(ast.Not(), operand):
                truth = self.truth(operand, scope)
                return None if truth is None else not truth
            case ast.Name("TYPE_CHECKING"):
                return False
        match self.value(node, scope):
            case Text(value) | Scalar(value):
                return bool(value)
            case Items(items):
                return bool(items)
            case Table(entries):
                return bool(entries)
        return None

    def _constant(self, node: ast.Constant, scope: Scope) -> Value:
        if isinstance(node.value, str):
            return literals.text(scope.module.file, node)
        if node.value is None or isinstance(node.value, bool | int | float):
            return Scalar(node.value, self.at(node, scope))
        why = ELLIPSIS if node.value is Ellipsis else "it has no place in JSON"
        return Unknown(why, self.at(node, scope))

    def _evaluate_fstring(self, node: ast.JoinedStr, scope: Scope) -> Value:
        parts: list[Text] = []
        for part in literals.split_fstring(scope.module.file, node):
            if isinstance(part, Text):
                parts.append(part)
                continue
            value = self.value(part, scope)
            if isinstance(value, Member):
                return Unknown("how an enum's member is spelled depends on Python", value.at)
            made = texts.convert_to_text(self.data(value), self.at(node, scope))
            if isinstance(made, Unknown):
                return made
            parts.append(made)
        return concatenate(parts, self.at(node, scope))
