"""Evaluate lists, tables and comprehensions whose members are written in the code."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.source.budget import TOO_LARGE
from toolgrade.source.nodes import MAX_ITEMS, Items, Scalar, Table, Text, Unknown
from toolgrade.source.python.values import Either, Instance, Unordered, has_order, make_either

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Scope, Value


def evaluate_items(ev: Interpreter, elements: Sequence[ast.expr], at: Spot, scope: Scope) -> Value:
    """Return a list, tuple or set as it is written, with starred members unpacked."""
    found: list[Value] = []
    sources: list[Value] = []
    for element in elements:
        if isinstance(element, ast.Starred):
            sources.append(ev.value(element.value, scope))
            found += list_added_members(sources[-1], at)
            ev.budget.build(len(found))
        else:
            found.append(ev.value(element, scope))
        if len(found) > MAX_ITEMS:
            return Unknown(TOO_LARGE, at)
    return collect_items(found, sources, at)


def collect_items(members: Iterable[Value], sources: Iterable[Value], at: Spot) -> Items:
    """Return a list made by looping over `sources`; unordered if one of them is unordered."""
    kind = Items if all(map(has_order, sources)) else Unordered
    return kind(tuple(members), at)


def list_added_members(value: Value, at: Spot) -> tuple[Value, ...]:
    """Return what a list adds to another; of one that is not known, that there may be more."""
    if isinstance(value, Items):
        return value.items
    if isinstance(value, Table):
        return tuple(iterate_members(value))
    more = value if isinstance(value, Unknown) else Unknown("it unpacks no list", at)
    return (Either((more,), at),)


def join_lists(lists: Sequence[Value], at: Spot) -> Items | Unknown:
    """Return lists in one; unknown if none of them is known."""
    if not any(isinstance(one, Items) for one in lists):
        return next((one for one in lists if isinstance(one, Unknown)), Unknown("not a list", at))
    members = [member for one in lists for member in list_added_members(one, at)]
    if len(members) > MAX_ITEMS:
        return Unknown(TOO_LARGE, at)
    return collect_items(members, lists, at)


def evaluate_dict(ev: Interpreter, node: ast.Dict, scope: Scope) -> Value:
    """Return a dict as it is written, with `**` members unpacked."""
    at = ev.at(node, scope)
    entries: dict[str, Value] = {}
    keys: dict[str, Spot] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        folded = ev.value(value, scope)
        if key is None:
            if not isinstance(folded, Table):
                return folded if isinstance(folded, Unknown) else Unknown("it unpacks no dict", at)
            if not ev.budget.build(4 * len(folded.entries)):
                return Unknown(TOO_LARGE, at)
            entries |= folded.entries
            keys |= folded.keys
            continue
        name = ev.data(ev.value(key, scope))
        if isinstance(name, Scalar) and not isinstance(name.value, bool | None):
            name = Text(str(name.value), name.at)
        if not isinstance(name, Text):
            return Unknown("one of its keys is made at run time", at)
        entries[name.value] = folded
        keys[name.value] = name.at
        if len(entries) > MAX_ITEMS:
            return Unknown(TOO_LARGE, at)
    return Table(entries, at, keys)


def evaluate_comprehension(
    ev: Interpreter,
    node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp,
    scope: Scope,
) -> Value:
    """Return the result of a comprehension over values written in the code."""
    at = ev.at(node, scope)
    scopes: list[Scope] | None = [scope]
    sources: list[Value] = []
    for generator in node.generators:
        scopes = _expand_generator(ev, generator, scopes or [], sources)
        if scopes is None:
            return Unknown("it loops over what is made at run time", at)
    found = scopes or []
    if not isinstance(node, ast.DictComp):
        made = collect_items((ev.value(node.elt, inner) for inner in found), sources, at)
        return Unordered(made.items, at) if isinstance(node, ast.SetComp) else made
    entries: dict[str, Value] = {}
    for inner in found:
        key = ev.data(ev.value(node.key, inner))
        if not isinstance(key, Text):
            return Unknown("one of its keys is made at run time", at)
        entries[key.value] = ev.value(node.value, inner)
    return Table(entries, at)


def _expand_generator(
    ev: Interpreter, generator: ast.comprehension, scopes: list[Scope], sources: list[Value]
) -> list[Scope] | None:
    """Return the scope of each iteration, and add to `sources` what is looped over."""
    found: list[Scope] = []
    for scope in scopes:
        source = ev.evaluate_iterable(generator.iter, scope)
        sources.append(source)
        if not isinstance(source, Items | Table):
            return None
        for one in iterate_members(source):
            if not ev.budget.step():
                return None
            local = bind_target(generator.target, one)
            if local is None:
                return None
            inner = scope.bind_names(local)
            truths = [ev.truth(test, inner) for test in generator.ifs]
            if False in truths:
                continue
            if None in truths:
                # It may be among them.
                inner = scope.bind_names(
                    {name: make_either((v,), v.at) for name, v in local.items()}
                )
            found.append(inner)
        if len(found) > MAX_ITEMS:
            return None
    return found


def iterate_members(source: Items | Table | Either) -> Iterator[Value]:
    """Yield the members that a loop over a list or a table visits, or may visit."""
    work: list[Value] = [source]
    left = MAX_ITEMS
    while work and left:
        one = work.pop()
        left -= 1
        if isinstance(one, Items):
            yield from one.items
        elif isinstance(one, Either):
            work += reversed(one.options)
        elif isinstance(one, Table):
            for key in one.entries:
                yield Text(key, one.keys.get(key, one.at))


def bind_target(target: ast.expr, value: Value) -> dict[str, Value] | None:
    """Return the names that assigning `value` to `target` binds; None if that is not known."""
    if isinstance(target, ast.Name):
        return {target.id: value}
    if not (isinstance(target, ast.Tuple | ast.List) and isinstance(value, Items)):
        return None
    names = list(target.elts)
    if names and isinstance(names[-1], ast.Starred):
        # Registrations do not use the rest.
        names = names[:-1]
    elif len(names) != len(value.items):
        return None
    found: dict[str, Value] = {}
    for one, other in zip(names, value.items, strict=False):
        inner = bind_target(one, other)
        if inner is None:
            return None
        found |= inner
    return found


def get_member(base: Value, key: Value, at: Spot) -> Value:
    """Return `base[key]`."""
    match base, key:
        case Items(), Scalar() if not has_order(base):
            return Unknown("the order of a set differs between runs", at)
        case Table(entries), Text(name) if name in entries:
            found: Value = entries[name]
            return found
        case Items(items), Scalar() if any(isinstance(one, Either) for one in items):
            return Unknown("how many come before it is not known", at)
        case Items(items), Scalar(int() as index) if -len(items) <= index < len(items):
            picked: Value = items[index]
            return picked
        case Table(entries), Unknown() | Instance() if entries:
            return make_either(tuple(entries.values()), at)
        case Unknown(), _:
            return base
    return Unknown("it is computed at run time", at)


def table_method(base: Table, name: str, args: Sequence[Value], at: Spot) -> Value:
    """Return the result of a method of a dict."""
    match name, args:
        case "copy", []:
            return base
        case "values", []:
            return Items(tuple(base.entries.values()), at)
        case "keys", []:
            return Items(tuple(iterate_members(base)), at)
        case "items", []:
            pairs = zip(iterate_members(base), base.entries.values(), strict=True)
            return Items(tuple(Items(pair, at) for pair in pairs), at)
        case "get", [Unknown() | Instance(), *_] if base.entries:
            return make_either(tuple(base.entries.values()), at)
        case "get", [Text(key), *rest]:
            default: Value = rest[0] if rest else Scalar(None, at)
            got: Value = base.entries.get(key, default)
            return got
    return Unknown(f"dict.{name} is not followed", at)


def holds(container: Value, one: Value) -> bool | None:
    """Return whether `one` is in a container; None if that is not known."""
    if not isinstance(one, Text | Scalar):
        return None
    match container:
        case Text(value) if isinstance(one, Text):
            return one.value in value
        case Table(entries) if not any(isinstance(v, Either) for v in entries.values()):
            return one.value in entries
        case Items(items) if all(isinstance(i, Text | Scalar) for i in items):
            return any(i.value == one.value and type(i) is type(one) for i in items)
    return None
