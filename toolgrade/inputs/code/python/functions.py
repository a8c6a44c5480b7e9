"""What a function may return, read statement by statement.

Where a condition cannot be told, both ways are gone, and a name that they leave with different
values is unknown. Loops are followed only over what is written in the code.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolgrade.inputs.code.nodes import MAX_ITEMS, Items, Table, Text, Unknown, glued
from toolgrade.inputs.code.python import containers
from toolgrade.inputs.code.python.bindings import changed, names_in
from toolgrade.inputs.code.python.values import Function

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolgrade.inputs.code.python.bindings import FunctionNode
    from toolgrade.inputs.code.python.fold import Fold
    from toolgrade.inputs.code.python.values import Scope, Value

_TELLING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_IGNORED = (ast.Pass, ast.Import, ast.ImportFrom, ast.Assert, ast.Global, ast.Nonlocal)


@dataclass
class _Run:
    fold: Fold
    scope: Scope
    local: dict[str, Value]
    results: list[Value] = field(default_factory=list)
    ended: bool = False

    def branch(self) -> _Run:
        return _Run(self.fold, self.scope, dict(self.local), self.results)

    @property
    def here(self) -> Scope:
        return self.scope.binding(self.local)


def run(
    fold: Fold, function: FunctionNode, scope: Scope, local: Mapping[str, Value]
) -> list[Value]:
    """Return what `function` may return; a function without a return gives nothing."""
    current = _Run(fold, scope, dict(local))
    _block(current, function.body)
    return current.results


def _block(current: _Run, body: Sequence[ast.stmt]) -> None:
    for statement in body:
        if current.ended:
            return
        _statement(current, statement)


def _statement(current: _Run, statement: ast.stmt) -> None:
    fold = current.fold
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            current.local[statement.name] = fold.defined(statement, current.here)
        case ast.Assign([ast.Attribute(ast.Name(name), attribute)], _):
            held = current.local.get(name)
            if isinstance(held, Function):
                current.local[name] = replace(held, changed=attribute)
            else:
                _forget(current, statement)
        case ast.Return(value):
            if value is not None:
                current.results.append(fold.value(value, current.here))
            current.ended = True
        case ast.Raise() | ast.Break() | ast.Continue():
            current.ended = True
        case ast.Assign([target], value) | ast.AnnAssign(target, _, ast.expr() as value):
            _assign(current, target, fold.value(value, current.here))
        case ast.AugAssign(ast.Name(name), ast.Add(), value):
            added = _added(current.local.get(name), fold.value(value, current.here))
            current.local[name] = added or Unknown(
                f"{name} is changed", fold.at(statement, current.scope)
            )
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), method), [argument])):
            _change(current, name, method, argument)
        case ast.If(test, body, orelse):
            _either(current, test, body, orelse)
        case ast.For() | ast.AsyncFor():
            _loop(current, statement)
        case ast.With(_, body) | ast.AsyncWith(_, body):
            _block(current, body)
        case ast.Try(body, _, orelse, final):
            _block(current, [*body, *orelse, *final])
        case _:
            _forget(current, statement)


def _assign(current: _Run, target: ast.expr, value: Value) -> None:
    found = containers.bound(target, value)
    if found is not None:
        current.local |= found
        return
    at = current.fold.at(target, current.scope)
    match target:
        case ast.Subscript(ast.Name(name), key):
            _set(current, name, key, value)
        case _:
            for name in names_in(target):
                current.local[name] = Unknown(f"{name} is changed at run time", at)


def _set(current: _Run, name: str, key: ast.expr, value: Value) -> None:
    table = current.local.get(name)
    folded = current.fold.data(current.fold.value(key, current.here))
    if isinstance(table, Table) and isinstance(folded, Text):
        entries = {**table.entries, folded.value: value}
        current.local[name] = Table(entries, table.at, {**table.keys, folded.value: folded.at})
    elif name in current.local:
        at = current.fold.at(key, current.scope)
        current.local[name] = Unknown(f"{name} is changed at run time", at)


def _added(one: Value | None, other: Value) -> Value | None:
    if isinstance(one, Items) and isinstance(other, Items):
        if len(one.items) + len(other.items) > MAX_ITEMS:
            return None
        return Items((*one.items, *other.items), one.at)
    if isinstance(one, Text) and isinstance(other, Text):
        return glued([one, other], one.at)
    return None


def _change(current: _Run, name: str, method: str, argument: ast.expr) -> None:
    """Follow `name.append(x)`, `.extend(xs)` and `.update(table)` of a container made here."""
    held = current.local.get(name)
    if held is None or isinstance(held, Unknown):
        return
    value = current.fold.value(argument, current.here)
    match held, method, value:
        case Items(), "append", _:
            current.local[name] = Items((*held.items, value), held.at)
        case Items(), "extend", Items():
            current.local[name] = Items((*held.items, *value.items), held.at)
        case Table(), "update", Table():
            entries = {**held.entries, **value.entries}
            current.local[name] = Table(entries, held.at, {**held.keys, **value.keys})
        case ((Items() | Table()), _, _):
            at = current.fold.at(argument, current.scope)
            current.local[name] = Unknown(f"{name} is changed at run time", at)


def _either(
    current: _Run, test: ast.expr, body: Sequence[ast.stmt], orelse: Sequence[ast.stmt]
) -> None:
    truth = current.fold.truth(test, current.here)
    if truth is not None:
        _block(current, body if truth else orelse)
        return
    one, other = current.branch(), current.branch()
    _block(one, body)
    _block(other, orelse)
    going = [way for way in (one, other) if not way.ended]
    current.ended = not going
    if len(going) == 1:
        current.local = going[0].local
    elif going:
        current.local = _merged(current.local, one.local, other.local)


def _merged(
    before: Mapping[str, Value], one: Mapping[str, Value], other: Mapping[str, Value]
) -> dict[str, Value]:
    """Return what two ways leave behind. Of a list that both only lengthened, all is kept: a tool
    that stands under a condition is one of the server's tools.
    """
    found: dict[str, Value] = {}
    for name in {**one, **other}:
        left, right = one.get(name), other.get(name)
        start = before.get(name)
        if left is right or right is None or left is None:
            value = left if left is not None else right
            if left is not right and value is not None:
                value = Unknown(f"{name} depends on a condition", value.at)
        elif isinstance(left, Items) and isinstance(right, Items) and isinstance(start, Items):
            held = len(start.items)
            value = Items((*left.items, *right.items[held:]), left.at)
        else:
            value = Unknown(f"{name} depends on a condition", left.at)
        if value is not None:
            found[name] = value
    return found


def _loop(current: _Run, loop: ast.For | ast.AsyncFor) -> None:
    source = current.fold.value(loop.iter, current.here)
    rounds = list(containers.each(source)) if isinstance(source, Items | Table) else None
    changes_members = names_in(loop.target) & {*changed(loop.body)}
    if rounds is None or len(rounds) > MAX_ITEMS or changes_members:
        _forget(current, loop)
        return
    for one in rounds:
        local = containers.bound(loop.target, one)
        if local is None:
            _forget(current, loop)
            return
        current.local |= local
        inner = current.branch()
        _block(inner, loop.body)
        current.local = inner.local
        if inner.ended and any(isinstance(s, ast.Return) for s in loop.body):
            current.ended = True
            return


def _forget(current: _Run, statement: ast.stmt) -> None:
    """Mark as unknown whatever a statement that is not followed may change."""
    if isinstance(statement, _IGNORED):
        return
    at = current.fold.at(statement, current.scope)
    names = {*changed([statement])} | _given_away(statement)
    for node in ast.walk(statement):
        match node:
            case ast.Name(name, ast.Store() | ast.Del()):
                names.add(name)
            case ast.Return(ast.expr() as value):
                why = Unknown("it is returned from a loop", current.fold.at(value, current.scope))
                current.results.append(why)
    for name in sorted(names):
        current.local[name] = Unknown(f"{name} is changed at run time", at)


def _given_away(statement: ast.stmt) -> set[str]:
    """Return the names that a call is given which is made for what it does: it may change them."""
    match statement:
        case ast.Expr(ast.Call(ast.Attribute(_, method))) if method in _TELLING:
            return set()
        case ast.Expr(ast.Call(ast.Name("print"))):
            return set()
        case ast.Expr(ast.Call(_, args, keywords)):
            given = [*args, *(keyword.value for keyword in keywords)]
            return {one.id for one in given if isinstance(one, ast.Name)}
    return set()
