"""Read a function statement by statement, to find what it may return.

Where a condition is not known, both ways are followed, and a name that they leave with different
values is unknown. Loops are followed only over what is written in the code.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.source.budget import TOO_LARGE
from toolgrade.source.layers import LayeredMap
from toolgrade.source.nodes import MAX_ITEMS, Items, Table, Text, Unknown
from toolgrade.source.python import containers
from toolgrade.source.python.additions import add_values, apply_container_method
from toolgrade.source.python.bindings import MUTATING, names_in, walk
from toolgrade.source.python.changes import (
    Fork,
    Place,
    changes,
    forget_order,
    get_value_at,
    mark_unknown_at,
    merge_branches,
    parse_place,
    replace_value_at,
)
from toolgrade.source.python.modules import extent
from toolgrade.source.python.values import (
    External,
    Function,
    Instance,
    has_order,
    set_attribute,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.bindings import FunctionNode
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Scope, Value

_IGNORED = (ast.Pass, ast.Import, ast.ImportFrom, ast.Assert, ast.Global, ast.Nonlocal)


class _Run:
    """A function that is being read: its `local` names, and the scope `here` for all names."""

    def __init__(
        self, ev: Interpreter, scope: Scope, local: Mapping[str, Value], results: list[Value]
    ) -> None:
        self.ev = ev
        self.results = results
        self.here = scope
        self.local: LayeredMap[Value] = LayeredMap()
        self.ended = False
        self._aliases: LayeredMap[tuple[Place, int] | None] = LayeredMap()
        self._versions: LayeredMap[int] = LayeredMap()
        self.assigned: set[str] = set()
        self.assign(local)

    def assign(self, values: Mapping[str, Value]) -> None:
        """Give names values."""
        self.local = self.local.bind(values)
        self.here = self.here.bind_names(values)
        self.assigned.update(values)

    def alias(self, name: str, place: Place | None) -> None:
        """Note that a name is an alias of a place, or (None) no longer of any."""
        if place is None and not self._aliases:
            return
        self._versions = self._versions.bind({name: self._versions.get(name, 0) + 1})
        known = place and (place, self._versions.get(place.name, 0))
        self._aliases = self._aliases.bind({name: known})

    def find_aliased(self, name: str) -> Place | None:
        """Return the place that a name is an alias of; None if it no longer is."""
        known = self._aliases.get(name)
        if known is None or self._versions.get(known[0].name, 0) != known[1]:
            return None
        return known[0]

    def branch(self) -> _Run:
        """Return a copy of this run, to read one branch."""
        other = _Run(self.ev, self.here, {}, self.results)
        other.local = self.local
        other._aliases, other._versions = self._aliases, self._versions
        return other

    def follow(self, other: _Run) -> None:
        """Take over the state of another run."""
        self.local, self.here = other.local, other.here
        self.assigned |= other.assigned


def run(
    ev: Interpreter, function: FunctionNode, scope: Scope, local: Mapping[str, Value]
) -> tuple[list[Value], Mapping[str, Value]]:
    """Return what `function` may return, and the final values of its names; a function without a
    return has no results.
    """
    current = _Run(ev, scope, local, [])
    _run_block(current, function.body)
    return current.results, current.local


def _run_block(current: _Run, body: Sequence[ast.stmt]) -> None:
    for statement in body:
        if current.ended:
            return
        if not current.ev.budget.step():
            current.results.append(Unknown(TOO_LARGE, current.ev.at(statement, current.here)))
            current.ended = True
            return
        _run_statement(current, statement)


def _run_statement(current: _Run, statement: ast.stmt) -> None:
    ev = current.ev
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            current.assign({statement.name: ev.evaluate_definition(statement, current.here)})
        case ast.Assign([ast.Attribute(ast.Name(name), attribute)], _):
            owner = current.local.get(name)
            if isinstance(owner, Function):
                value = ev.value(statement.value, current.here)
                current.assign({name: set_attribute(owner, attribute, value)})
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
            at = ev.at(statement, current.here)
            current.assign({name: ev.charge(longer or Unknown(f"{name} is changed", at))})
        case ast.Expr(ast.Call(ast.Attribute(base, method), [*first, argument])) if len(first) <= (
            method == "insert"
        ) and parse_place(base):
            _change(current, base, method, argument, *first)
        case ast.Expr(ast.Call(called, [ast.Name(name), *rest])) if isinstance(
            current.local.get(name), Function
        ):
            _change_function(current, name, called, rest)
        case ast.If():
            _run_branches(current, statement)
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
        current.assign(found)
        return
    at = current.ev.at(target, current.here)
    place = parse_place(target)
    if isinstance(target, ast.Subscript) and place is not None and not place.exact:
        # A key held in a variable, as in `row[key] = value`.
        key = current.ev.data(current.ev.value(target.slice, current.here))
        above = parse_place(target.value)
        if isinstance(key, Text) and above is not None and above.exact:
            place = above.append_keys(key.value)
    if place is not None and place.keys and place.exact and place.name in current.local:
        for one in _find_aliased_places(current, place):
            _replace(current, one, value, at)
        return
    for one in [place] if place is not None else map(Place, sorted(names_in(target))):
        _mark_unknown(current, one, at)


def _note_alias(current: _Run, target: ast.expr, value: ast.expr) -> None:
    """Note that a name is another one for a place."""
    if not isinstance(target, ast.Name):
        return
    place = parse_place(value)
    if place is not None and place.name in current.local and place.name != target.id:
        current.alias(target.id, _find_aliased_places(current, place)[-1])
    else:
        current.alias(target.id, None)


def _find_aliased_places(current: _Run, place: Place) -> list[Place]:
    """Return a place, and the same place under the name that it was taken from."""
    other = current.find_aliased(place.name)
    if other is None or other.name not in current.local:
        return [place]
    exact = other.exact and place.exact
    return [place, other.append_keys(*place.keys)._replace(exact=exact, inside=place.inside)]


def _replace(current: _Run, place: Place, value: Value, at: Spot) -> None:
    """Put a value at a place."""
    whole = current.local[place.name]
    made = replace_value_at(whole, place._replace(inside=False), value, at, current.ev.budget)
    current.assign({place.name: current.ev.charge(made)})


def _mark_unknown(current: _Run, place: Place, at: Spot) -> None:
    why = Unknown(f"{place.name} is changed at run time", at)
    for one in _find_aliased_places(current, place):
        value = current.local.get(one.name)
        made = mark_unknown_at(value, one, why, current.ev.budget) if value is not None else why
        current.assign({one.name: made})


def _change_function(current: _Run, name: str, called: ast.expr, rest: Sequence[ast.expr]) -> None:
    """Follow `setattr(f, "__name__", x)` and `update_wrapper(f, g)`, where `f` is a function."""
    ev, owner = current.ev, current.local[name]
    kind = ev.value(called, current.here)
    values = [ev.value(one, current.here) for one in rest]
    if not isinstance(kind, External) or not isinstance(owner, Function):
        return
    match kind.path, values:
        case "builtins.setattr", [Text(attribute), value]:
            current.assign({name: set_attribute(owner, attribute, value)})
        case "builtins.setattr", _:
            current.assign({name: set_attribute(owner, "something", owner)})
        case "functools.update_wrapper", [Function() as wrapped, *_]:
            current.assign({name: wrapped})


def _change(
    current: _Run, base: ast.expr, method: str, argument: ast.expr, *first: ast.expr
) -> None:
    """Follow `x.append(y)`, `x.insert(0, y)` and the like, where `x` is, or is in, a container made
    here.
    """
    place = parse_place(base)
    if place is None or place.name not in current.local:
        return
    whole = current.local[place.name]
    value = get_value_at(whole, place.keys) if place.exact else None
    at = current.ev.at(argument, current.here)
    given = [current.ev.value(one, current.here) for one in (argument, *first)]
    after = apply_container_method(value, method, *given)
    after = current.ev.charge(after) if after is not None else None
    if after is not None and all(one.exact for one in _find_aliased_places(current, place)):
        for one in _find_aliased_places(current, place):
            _replace(current, one, after, at)
    elif method in MUTATING:
        _mark_unknown(current, place, at)


def _run_branches(current: _Run, statement: ast.If) -> None:
    """Read the branches that may run, those of a chain of `elif` one after the other."""
    ways: list[tuple[_Run, Spot]] = []
    body: Sequence[ast.stmt] = [statement]
    while len(body) == 1 and isinstance(branch := body[0], ast.If):
        truth = current.ev.truth(branch.test, current.here)
        if truth is None:
            way = current.branch()
            ways.append((way, current.ev.at(branch.test, current.here)))
            _run_block(way, branch.body)
        body = branch.body if truth else branch.orelse
        if truth:
            break
    if not ways:
        _run_block(current, body)
        return
    last = current.branch()
    _run_block(last, body)
    for way, at in reversed(ways):
        last = _join_ways(current, way, last, at)
    current.ended = last.ended
    if not last.ended:
        current.follow(last)


def _join_ways(before: _Run, one: _Run, other: _Run, at: Spot) -> _Run:
    """Return the state after either of two branches that start from `before`."""
    if one.ended or other.ended:
        return one if other.ended else other
    values: dict[str, Value] = {}
    for name in sorted(one.assigned | other.assigned):
        left, right = one.local.get(name), other.local.get(name)
        if left is not None and right is not None:
            fork = Fork(name, at, before.ev.budget)
            values[name] = merge_branches(before.local.get(name), left, right, fork)
        else:
            values[name] = Unknown(f"{name} depends on a condition", at)
    made = before.branch()
    made.assign(values)
    return made


def _run_loop(current: _Run, loop: ast.For | ast.AsyncFor) -> None:
    source = current.ev.evaluate_iterable(loop.iter, current.here)
    rounds = list(containers.iterate_members(source)) if isinstance(source, Items | Table) else None
    current.ev.budget.step(extent(current.here.module, loop))
    changes_members = names_in(loop.target) & {one.name for one in changes(loop.body)}
    if rounds is None or len(rounds) > MAX_ITEMS or changes_members:
        _forget(current, loop)
        return
    before, earlier = current.local, current.assigned
    current.assigned = set()
    for one in rounds:
        local = containers.bind_target(loop.target, one)
        if local is None or not current.ev.budget.step():
            current.assigned |= earlier
            _forget(current, loop)
            return
        current.assign(local)
        inner = current.branch()
        _run_block(inner, loop.body)
        current.follow(inner)
        if inner.ended and any(isinstance(s, ast.Return) for s in loop.body):
            current.ended = True
            return
    if not has_order(source):
        after = {name: current.local[name] for name in current.assigned}
        current.assign(forget_order(before, after, current.ev.budget))
    current.assigned |= earlier


def _forget(current: _Run, statement: ast.stmt) -> None:
    """Mark as unknown what a statement that is not followed may change."""
    if isinstance(statement, _IGNORED):
        return
    at = current.ev.at(statement, current.here)
    if not current.ev.budget.step(extent(current.here.module, statement)):
        return
    for place in changes([statement]):
        _mark_unknown(current, place, at)
    names: set[str] = set()
    for node in walk(statement):
        match node:
            case ast.Name(name, ast.Store() | ast.Del()):
                names.add(name)
            case ast.Return(ast.expr() as value):
                why = Unknown("it is returned from a loop", current.ev.at(value, current.here))
                current.results.append(why)
    current.assign({name: Unknown(f"{name} is changed at run time", at) for name in sorted(names)})
