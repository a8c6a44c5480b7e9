"""What a statement changes in place, and what of a value is still known after it.

A place is a name and the keys that lead on from it: `row["schema"]["required"]`. EACH stands for
every member; where a key is made at run time the place ends before it.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.source.python.bindings import MUTATING
from toolgrade.source.python.values import (
    Class,
    Either,
    External,
    Function,
    Hint,
    Instance,
    Member,
    Unordered,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.values import Value

EACH = "*"
_TELLING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_UNCHANGING = (Text, Scalar, Function, Class, External, Member, Hint)
_OBJECTS = (Function, Instance)
_DEFINITION = {"description", "inputSchema", "input_schema"}


class Place(NamedTuple):
    """A place: `exact` if each of its keys is written. `inside` if what stands there is changed
    and not another put there: that leaves texts and functions as they are.
    """

    name: str
    keys: tuple[str, ...] = ()
    exact: bool = True
    inside: bool = False

    def append_keys(self, *keys: str) -> Place:
        """Return the place that more keys lead to."""
        return self._replace(keys=(*self.keys, *keys)) if self.exact else self


def parse_place(node: ast.expr) -> Place | None:
    """Return the place that an expression names; None if it begins with no name."""
    match node:
        case ast.Name(name):
            return Place(name)
        case ast.Attribute(base, name):
            return _append_key(base, name)
        case ast.Subscript(base, ast.Constant(str() as key)):
            return _append_key(base, key)
        case ast.Subscript(base):
            return _append_key(base, None)
        case ast.Call(ast.Attribute(base, "get" | "setdefault"), [ast.Constant(str() as key), *_]):
            return _append_key(base, key)
        case ast.Call(ast.Attribute(base, "values"), []):
            return parse_place(base)
        case ast.Call(ast.Attribute(base, _)):
            return _append_key(base, None)
    return None


def _append_key(base: ast.expr, key: str | None) -> Place | None:
    found = parse_place(base)
    if found is None:
        return None
    return found._replace(exact=False) if key is None else found.append_keys(key)


def changes(nodes: Iterable[ast.AST]) -> Iterator[Place]:
    """Yield the places that are changed in place by statements, whichever way they are run."""
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        found: Place | None = None
        match node:
            case ast.Call(ast.Attribute(base, "setdefault"), [ast.Constant(str() as key), *_]):
                found = _append_key(base, key)
            case ast.Call(ast.Attribute(base, method)) if method in MUTATING:
                found = _parse_inner_place(base)
            case ast.Subscript(_, _, context) | ast.Attribute(_, _, context) if not isinstance(
                context, ast.Load
            ):
                found = parse_place(node)
            case ast.AugAssign(target):
                found = parse_place(target)
            case ast.Expr(ast.Call() as call):
                yield from _find_argument_changes(call)
            case ast.For(target, source, body) | ast.AsyncFor(target, source, body):
                yield from _find_loop_changes(target, source, body)
        if found is not None:
            yield found


def _parse_inner_place(node: ast.expr) -> Place | None:
    found = parse_place(node)
    return found and found._replace(inside=True)


def _find_loop_changes(target: ast.expr, source: ast.expr, body: list[ast.stmt]) -> Iterator[Place]:
    """Yield what a loop changes by the names that it gives the members."""
    names = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
    found = parse_place(source)
    for one in changes(body):
        if one.name in names:
            direct = isinstance(target, ast.Name)
            if found is not None:
                each = found.append_keys(EACH, *one.keys)._replace(
                    exact=one.exact, inside=one.inside
                )
                yield each if direct else found
            for name in {n.id for n in ast.walk(source) if isinstance(n, ast.Name)}:
                if found is None or name != found.name:
                    yield Place(name)


def _find_argument_changes(call: ast.Call) -> Iterator[Place]:
    """Yield what a call is given that is made for what it does: it may change it."""
    match call.func:
        case ast.Attribute(_, method) if method in _TELLING or method in MUTATING:
            return
        case ast.Name("print"):
            return
    for one in (*call.args, *(keyword.value for keyword in call.keywords)):
        found = _parse_inner_place(one) if not isinstance(one, ast.Call) else None
        if found is not None:
            yield found


def get_value_at(value: Value | None, keys: tuple[str, ...]) -> Value | None:
    """Return what stands at a place in a value; None if that cannot be told."""
    for key in keys:
        if isinstance(value, Table):
            value = value.entries.get(key)
        elif isinstance(value, Instance) and isinstance(value.kind, External):
            value = value.kwargs.get(key)
        else:
            return None
    return value


def replace_value_at(
    value: Value, keys: tuple[str, ...], new: Value, at: Spot, *, inside: bool = False
) -> Value:
    """Return a value with another at a place in it; if `inside`, in the place of a container."""
    if isinstance(value, Either) and (keys or inside):
        options = (replace_value_at(one, keys, new, at, inside=inside) for one in value.options)
        return Either(tuple(options), value.at)
    if not keys:
        return value if inside and isinstance(value, _UNCHANGING) else new
    key, rest = keys[0], keys[1:]
    if key == EACH:
        if isinstance(value, Items):
            each = (replace_value_at(one, rest, new, at, inside=inside) for one in value.items)
            return replace(value, items=tuple(each))
        if isinstance(value, Table):
            pairs = value.entries.items()
            every = {
                name: replace_value_at(one, rest, new, at, inside=inside) for name, one in pairs
            }
            return Table(every, value.at, value.keys)
    elif isinstance(value, Instance) and isinstance(value.kind, External) and value.called:
        known = next((k for k in (key, _camel(key)) if k in value.kwargs), None)
        if known is None and inside:
            return value
        start = value.kwargs[known] if known else new
        changed = {known or key: replace_value_at(start, rest, new, at, inside=inside)}
        return replace(value, kwargs={**value.kwargs, **changed})
    elif isinstance(value, Table) and (key in value.entries or not rest):
        inner = replace_value_at(value.entries.get(key, new), rest, new, at, inside=inside)
        return Table({**value.entries, key: inner}, value.at, {key: at, **value.keys})
    return Unknown("it is changed at run time", at)


def _camel(key: str) -> str:
    first, *others = key.split("_")
    return first + "".join(one.title() for one in others)


def mark_unknown_at(value: Value, place: Place, why: Unknown) -> Value:
    """Return a value of which it is unknown what stands at a place."""
    keys = place.keys
    above = get_value_at(value, keys[:-1]) if keys and EACH not in keys else None
    if isinstance(above, Table) and keys[-1] not in above.entries and not _is_definition(above):
        # Whether it is there is unknown too.
        return mark_unknown_at(value, place._replace(keys=keys[:-1], inside=False), why)
    return replace_value_at(value, keys, why, why.at, inside=place.inside)


def _is_definition(table: Table) -> bool:
    """Whether a table is a tool's: that is none the worse for what one field of it may be."""
    return "name" in table.entries and bool(_DEFINITION & table.entries.keys())


def merge_branches(before: Value | None, one: Value, other: Value, name: str, at: Spot) -> Value:
    """Return what two ways leave behind of a value. What a way adds to a list may be there: a tool
    that stands under a condition is one of the server's tools.
    """
    if one is other:
        return one
    if isinstance(one, Items) and isinstance(other, Items) and isinstance(before, Items):
        count = len(before.items)
        more = [*one.items[count:], *other.items[count:]]
        maybe = tuple(v if isinstance(v, Either) else Either((v,), at) for v in more)
        return replace(one, items=(*one.items[:count], *maybe))
    if isinstance(one, Table) and isinstance(other, Table):
        return _merged_tables(before, one, other, name, at)
    if isinstance(one, Text) and isinstance(other, Text) and one.value == other.value:
        return one
    if isinstance(one, _OBJECTS) and isinstance(other, _OBJECTS):
        return Either((one, other), at)
    return Unknown(f"{name} depends on a condition", one.at)


def forget_order(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, Value]:
    """Return names, or what a table holds, after a loop over a set has run."""
    return {name: _forget_order(before.get(name), value) for name, value in after.items()}


def _forget_order(before: Value | None, after: Value) -> Value:
    if after is before:
        return after
    match after:
        case Items(items, at):
            return Unordered(items, at)
        case Text():
            return Unknown("the order of a set is another in each run", after.at)
        case Table(entries) if isinstance(before, Table):
            # What is new in it is there whatever the order.
            old = {key: one for key, one in entries.items() if key in before.entries}
            return replace(after, entries={**entries, **forget_order(before.entries, old)})
    return after


def _merged_tables(
    before: Value | None, one: Table, other: Table, name: str, at: Spot
) -> Table | Unknown:
    if one.entries.keys() != other.entries.keys():
        return Unknown(f"{name} depends on a condition", one.at)
    start = before.entries if isinstance(before, Table) else {}
    entries = {
        key: merge_branches(start.get(key), value, other.entries[key], name, at)
        for key, value in one.entries.items()
    }
    return Table(entries, one.at, one.keys)
