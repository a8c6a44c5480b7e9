"""What a function may return, read statement by statement.

Where a condition cannot be told, both ways are gone, and a name that they leave with different
values is unknown. Loops are followed only over what is written in the code.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolgrade.source.nodes import MAX_ITEMS, Items, Table, Text, Unknown
from toolgrade.source.python import containers
from toolgrade.source.python.additions import add_values, apply_container_method
from toolgrade.source.python.bindings import MUTATING, names_in
from toolgrade.source.python.changes import (
    Place,
    changes,
    forget_order,
    get_value_at,
    mark_unknown_at,
    merge_branches,
    parse_place,
    replace_value_at,
)
from toolgrade.source.python.values import External, Function, Instance, has_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.bindings import FunctionNode
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Scope, Value

_IGNORED = (ast.Pass, ast.Import, ast.ImportFrom, ast.Assert, ast.Global, ast.Nonlocal)


@dataclass
class _Run:
    ev: Interpreter
    scope: Scope
    local: dict[str, Value]
    results: list[Value] = field(default_factory=list)
    ended: bool = False
    aliases: dict[str, Place] = field(default_factory=dict)

    def branch(self) -> _Run:
        return _Run(self.ev, self.scope, dict(self.local), self.results, aliases=dict(self.aliases))

    @property
    def here(self) -> Scope:
        return self.scope.bind_names(self.local)


def run(
    ev: Interpreter, function: FunctionNode, scope: Scope, local: Mapping[str, Value]
) -> tuple[list[Value], Mapping[str, Value]]:
    """Return what `function` may return, and what its names are bound to in the end; a function
    without a return gives nothing.
    """
    current = _Run(ev, scope, dict(local))
    _run_block(current, function.body)
    return current.results, current.local


def _run_block(current: _Run, body: Sequence[ast.stmt]) -> None:
    for statement in body:
        if current.ended:
            return
        _run_statement(current, statement)


def _run_statement(current: _Run, statement: ast.stmt) -> None:
    ev = current.ev
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            current.local[statement.name] = ev.evaluate_definition(statement, current.here)
        case ast.Assign([ast.Attribute(ast.Name(name), attribute)], _):
            owner = current.local.get(name)
            if isinstance(owner, Function):
                current.local[name] = replace(owner, changed=attribute)
            elif isinstance(owner, Instance) and isinstance(owner.kind, External):
                _assign(current, statement.targets[0], ev.value(statement.value, current.here))
            else:
                _forget(current, statement)
        case ast.Return(value):
            if value is not None:
                current.results.append(ev.value(value, current.here))
            current.ended = True
        case ast.Raise() | ast.Break() | ast.Continue():
            current.ended = True
        case ast.Assign([target], value) | ast.AnnAssign(target, _, ast.expr() as value):
            _assign(current, target, ev.value(value, current.here))
            _note_alias(current, target, value)
        case ast.AugAssign(ast.Name(name), ast.Add(), value):
            longer = add_values(current.local.get(name), ev.value(value, current.here))
            current.local[name] = longer or Unknown(
                f"{name} is changed", ev.at(statement, current.scope)
            )
        case ast.Expr(ast.Call(ast.Attribute(base, method), [argument])) if parse_place(base):
            _change(current, base, method, argument)
        case ast.If(test, body, orelse):
            _run_branches(current, test, body, orelse)
        case ast.For() | ast.AsyncFor():
            _run_loop(current, statement)
        case ast.With(_, body) | ast.AsyncWith(_, body):
            _run_block(current, body)
        case ast.Try(body, _, orelse, final):
            _run_block(current, [*body, *orelse, *final])
        case _:
            _forget(current, statement)


def _assign(current: _Run, target: ast.expr, value: Value) -> None:
    found = containers.bind_target(target, value)
    if found is not None:
        current.local |= found
        return
    at = current.ev.at(target, current.scope)
    place = parse_place(target)
    if isinstance(target, ast.Subscript) and place is not None and not place.exact:
        # A key that is written as a name.
        key = current.ev.data(current.ev.value(target.slice, current.here))
        above = parse_place(target.value)
        if isinstance(key, Text) and above is not None and above.exact:
            place = above.append_keys(key.value)
    if place is not None and place.keys and place.exact and place.name in current.local:
        for one in _find_aliased_places(current, place):
            current.local[one.name] = replace_value_at(current.local[one.name], one.keys, value, at)
        return
    for one in [place] if place is not None else map(Place, sorted(names_in(target))):
        _mark_unknown(current, one, at)


def _note_alias(current: _Run, target: ast.expr, value: ast.expr) -> None:
    """Note that a name is another one for what stands at a place."""
    if not isinstance(target, ast.Name):
        return
    kept = {n: p for n, p in current.aliases.items() if target.id not in {n, p.name}}
    place = parse_place(value)
    if place is not None and place.name in current.local and place.name != target.id:
        kept[target.id] = _find_aliased_places(current, place)[-1]
    current.aliases = kept


def _find_aliased_places(current: _Run, place: Place) -> list[Place]:
    """Return a place, and where the same stands under the name that it was taken from."""
    other = current.aliases.get(place.name)
    if other is None or other.name not in current.local:
        return [place]
    exact = other.exact and place.exact
    return [place, other.append_keys(*place.keys)._replace(exact=exact, inside=place.inside)]


def _mark_unknown(current: _Run, place: Place, at: Spot) -> None:
    why = Unknown(f"{place.name} is changed at run time", at)
    for one in _find_aliased_places(current, place):
        value = current.local.get(one.name)
        current.local[one.name] = why if value is None else mark_unknown_at(value, one, why)


def _change(current: _Run, base: ast.expr, method: str, argument: ast.expr) -> None:
    """Follow `x.append(y)` and the like, where `x` is, or is in, a container made here."""
    place = parse_place(base)
    if place is None or place.name not in current.local:
        return
    whole = current.local[place.name]
    value = get_value_at(whole, place.keys) if place.exact else None
    at = current.ev.at(argument, current.scope)
    after = apply_container_method(value, method, current.ev.value(argument, current.here))
    if after is not None and all(one.exact for one in _find_aliased_places(current, place)):
        for one in _find_aliased_places(current, place):
            current.local[one.name] = replace_value_at(current.local[one.name], one.keys, after, at)
    elif method in MUTATING:
        _mark_unknown(current, place, at)


def _run_branches(
    current: _Run, test: ast.expr, body: Sequence[ast.stmt], orelse: Sequence[ast.stmt]
) -> None:
    truth = current.ev.truth(test, current.here)
    if truth is not None:
        _run_block(current, body if truth else orelse)
        return
    one, other = current.branch(), current.branch()
    _run_block(one, body)
    _run_block(other, orelse)
    going = [way for way in (one, other) if not way.ended]
    current.ended = not going
    if len(going) == 1:
        current.local = going[0].local
    elif going:
        at = current.ev.at(test, current.scope)
        current.local = _merge_bindings(current.local, one.local, other.local, at)


def _merge_bindings(
    before: Mapping[str, Value], one: Mapping[str, Value], other: Mapping[str, Value], at: Spot
) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name in {**one, **other}:
        left, right = one.get(name), other.get(name)
        if left is not None and right is not None:
            found[name] = merge_branches(before.get(name), left, right, name, at)
        else:
            found[name] = Unknown(f"{name} depends on a condition", at)
    return found


def _run_loop(current: _Run, loop: ast.For | ast.AsyncFor) -> None:
    source = current.ev.evaluate_iterable(loop.iter, current.here)
    rounds = list(containers.iterate_members(source)) if isinstance(source, Items | Table) else None
    changes_members = names_in(loop.target) & {one.name for one in changes(loop.body)}
    if rounds is None or len(rounds) > MAX_ITEMS or changes_members:
        _forget(current, loop)
        return
    before = dict(current.local)
    for one in rounds:
        local = containers.bind_target(loop.target, one)
        if local is None:
            _forget(current, loop)
            return
        current.local |= local
        inner = current.branch()
        _run_block(inner, loop.body)
        current.local = inner.local
        if inner.ended and any(isinstance(s, ast.Return) for s in loop.body):
            current.ended = True
            return
    if not has_order(source):
        current.local = forget_order(before, current.local)


def _forget(current: _Run, statement: ast.stmt) -> None:
    """Mark as unknown whatever a statement that is not followed may change."""
    if isinstance(statement, _IGNORED):
        return
    at = current.ev.at(statement, current.scope)
    for place in changes([statement]):
        _mark_unknown(current, place, at)
    names: set[str] = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(name, ast.Store() | ast.Del()):
                names.add(name)
            case ast.Return(ast.expr() as value):
                why = Unknown("it is returned from a loop", current.ev.at(value, current.scope))
                current.results.append(why)
    for name in sorted(names):
        current.local[name] = Unknown(f"{name} is changed at run time", at)
