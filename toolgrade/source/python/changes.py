"""Find what a statement changes in place, and what is still known of a value after it.

A place is a name and the keys that lead on from it: `row["schema"]["required"]`. EACH is
every member; where a key is made at run time the place ends before it.
"""

from __future__ import annotations

import ast
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.source.budget import TOO_LARGE
from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.source.python.bindings import MUTATING, names_in
from toolgrade.source.python.values import (
    Class,
    Either,
    External,
    Function,
    Hint,
    Instance,
    Member,
    Unordered,
    make_either,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolgrade.source.budget import Budget
    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.values import Value

EACH = "*"
_TELLING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_UNCHANGING = (Text, Scalar, Function, Class, External, Member, Hint)
_OBJECTS = (Function, Instance)
_DEFINITION = {"description", "inputSchema", "input_schema"}


class Place(NamedTuple):
    """A place: `exact` if each of its keys is written. `inside` if the value there is changed
    and not replaced: that leaves texts and functions as they are.
    """

    name: str
    keys: tuple[str, ...] = ()
    exact: bool = True
    inside: bool = False

    def append_keys(self, *keys: str) -> Place:
        """Return the place at further keys."""
        return self._replace(keys=(*self.keys, *keys)) if self.exact else self


def parse_place(node: ast.expr) -> Place | None:
    """Return the place that an expression names; None if it does not begin with a name."""
    keys: list[str | None] = []
    while not isinstance(node, ast.Name):
        match node:
            case ast.Attribute(base, name):
                keys.append(name)
            case ast.Subscript(base, ast.Constant(str() as key)):
                keys.append(key)
            case ast.Subscript(base):
                keys.append(None)
            case ast.Call(
                ast.Attribute(base, "get" | "setdefault"), [ast.Constant(str() as key), *_]
            ):
                keys.append(key)
            case ast.Call(ast.Attribute(base, "values"), []):
                pass
            case ast.Call(ast.Attribute(base, _)):
                keys.append(None)
            case _:
                return None
        node = base
    known = [*itertools.takewhile(lambda key: key is not None, reversed(keys))]
    return Place(node.id, tuple(key for key in known if key is not None), len(known) == len(keys))


def _append_key(base: ast.expr, key: str) -> Place | None:
    found = parse_place(base)
    return found and found.append_keys(key)


def changes(nodes: Iterable[ast.AST]) -> dict[Place, None]:
    """Return the places that statements change, whichever branches run."""
    found: dict[Place, None] = {}
    work = list(nodes)[::-1]
    while work:
        node = work.pop()
        match node:
            case ast.Call(ast.Attribute(base, "setdefault"), [ast.Constant(str() as key), *_]):
                _note(found, _append_key(base, key))
            case ast.Call(ast.Attribute(base, method)) if method in MUTATING:
                _note(found, _parse_inner_place(base))
            case ast.Subscript(_, _, context) | ast.Attribute(_, _, context) if not isinstance(
                context, ast.Load
            ):
                _note(found, parse_place(node))
            case ast.AugAssign(target):
                _note(found, parse_place(target))
            case ast.Expr(ast.Call() as call):
                found |= dict.fromkeys(_find_argument_changes(call))
            case ast.For(target, source, body) | ast.AsyncFor(target, source, body):
                inside = changes(body)
                found |= inside
                found |= dict.fromkeys(_find_loop_changes(target, source, inside))
                work += [*node.orelse, source, target]
                continue
        work += [*ast.iter_child_nodes(node)][::-1]
    return found


def _note(found: dict[Place, None], place: Place | None) -> None:
    if place is not None:
        found[place] = None


def _parse_inner_place(node: ast.expr) -> Place | None:
    found = parse_place(node)
    return found and found._replace(inside=True)


def _find_loop_changes(
    target: ast.expr, source: ast.expr, inside: Iterable[Place]
) -> Iterator[Place]:
    """Yield the places that a loop changes through its variables; its body changes `inside`."""
    names = names_in(target)
    found = parse_place(source)
    changed = [one for one in inside if one.name in names]
    if not changed:
        return
    if found is not None:
        for one in changed:
            each = found.append_keys(EACH, *one.keys)
            each = each._replace(exact=one.exact, inside=one.inside)
            yield each if isinstance(target, ast.Name) else found
    for name in sorted(names_in(source)):
        if found is None or name != found.name:
            yield Place(name)


def _find_argument_changes(call: ast.Call) -> Iterator[Place]:
    """Yield the arguments of a call that is made for its side effects: it may change them."""
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
    """Return the value at a place in a value; None if that is not known."""
    for key in keys:
        if isinstance(value, Table):
            value = value.entries.get(key)
        elif isinstance(value, Instance) and isinstance(value.kind, External):
            value = value.kwargs.get(key)
        else:
            return None
    return value


def replace_value_at(value: Value, place: Place, new: Value, at: Spot, budget: Budget) -> Value:
    """Return a value with the value at a place replaced; if `inside`, only a container is."""
    if not budget.step():
        return Unknown(TOO_LARGE, at)
    keys, inside = place.keys, place.inside
    if isinstance(value, Either) and (keys or inside):
        options = (replace_value_at(one, place, new, at, budget) for one in value.options)
        return make_either(options, value.at)
    if not keys:
        return value if inside and isinstance(value, _UNCHANGING) else new
    key, rest = keys[0], place._replace(keys=keys[1:])
    if key == EACH:
        if isinstance(value, Items):
            each = (replace_value_at(one, rest, new, at, budget) for one in value.items)
            return replace(value, items=tuple(each))
        if isinstance(value, Table):
            pairs = value.entries.items()
            every = {name: replace_value_at(one, rest, new, at, budget) for name, one in pairs}
            return Table(every, value.at, value.keys)
    elif isinstance(value, Instance) and isinstance(value.kind, External) and value.called:
        known = next((k for k in (key, _camel(key)) if k in value.kwargs), None)
        if known is None and inside:
            return value
        start = value.kwargs[known] if known else new
        changed = {known or key: replace_value_at(start, rest, new, at, budget)}
        return replace(value, kwargs={**value.kwargs, **changed})
    elif isinstance(value, Table) and (key in value.entries or not rest.keys):
        inner = replace_value_at(value.entries.get(key, new), rest, new, at, budget)
        return Table({**value.entries, key: inner}, value.at, {key: at, **value.keys})
    return Unknown("it is changed at run time", at)


def _camel(key: str) -> str:
    first, *others = key.split("_")
    return first + "".join(one.title() for one in others)


def mark_unknown_at(value: Value, place: Place, why: Unknown, budget: Budget) -> Value:
    """Return a value in which a place is unknown."""
    keys = place.keys
    above = get_value_at(value, keys[:-1]) if keys and EACH not in keys else None
    if isinstance(above, Table) and keys[-1] not in above.entries and not _is_definition(above):
        # Whether the key exists is unknown too.
        return mark_unknown_at(value, place._replace(keys=keys[:-1], inside=False), why, budget)
    return replace_value_at(value, place, why, why.at, budget)


def _is_definition(table: Table) -> bool:
    """Whether a table is a tool's definition, which may have fields that are unknown."""
    return "name" in table.entries and bool(_DEFINITION & table.entries.keys())


class Fork(NamedTuple):
    """An unknown condition, and a name whose value depends on it."""

    name: str
    at: Spot
    budget: Budget


def merge_branches(before: Value | None, one: Value, other: Value, fork: Fork) -> Value:
    """Return what two ways leave behind of a value. What a way adds to a list may be there: a tool
    that depends on a condition is one of the server's tools.
    """
    if one is other:
        return one
    if not fork.budget.step():
        return Unknown(TOO_LARGE, fork.at)
    if isinstance(one, Items) and isinstance(other, Items) and isinstance(before, Items):
        count = len(before.items)
        more = [*one.items[count:], *other.items[count:]]
        maybe = tuple(v if isinstance(v, Either) else make_either((v,), fork.at) for v in more)
        return replace(one, items=(*one.items[:count], *maybe))
    if isinstance(one, Table) and isinstance(other, Table):
        return _merge_tables(before, one, other, fork)
    if isinstance(one, Text) and isinstance(other, Text) and one.value == other.value:
        return one
    if isinstance(one, _OBJECTS) and isinstance(other, _OBJECTS):
        return make_either((one, other), fork.at)
    return Unknown(f"{fork.name} depends on a condition", one.at)


def forget_order(
    before: Mapping[str, Value], after: Mapping[str, Value], budget: Budget
) -> dict[str, Value]:
    """Return the values of names, or of a table's keys, after a loop over a set."""
    return {name: _forget_order(before.get(name), one, budget) for name, one in after.items()}


def _forget_order(before: Value | None, after: Value, budget: Budget) -> Value:
    if after is before:
        return after
    if not budget.step():
        return Unknown(TOO_LARGE, after.at)
    match after:
        case Items(items, at):
            return Unordered(items, at)
        case Text():
            return Unknown("the order of a set differs between runs", after.at)
        case Table(entries) if isinstance(before, Table):
            # New members are there in any order.
            old = {key: one for key, one in entries.items() if key in before.entries}
            return replace(after, entries={**entries, **forget_order(before.entries, old, budget)})
    return after


def _merge_tables(before: Value | None, one: Table, other: Table, fork: Fork) -> Table | Unknown:
    if one.entries.keys() != other.entries.keys():
        return Unknown(f"{fork.name} depends on a condition", one.at)
    start = before.entries if isinstance(before, Table) else {}
    entries = {
        key: merge_branches(start.get(key), value, other.entries[key], fork)
        for key, value in one.entries.items()
    }
    return Table(entries, one.at, one.keys)
