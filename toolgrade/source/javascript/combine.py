"""One value of several: spread into a list or object, or joined where either may count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript.budget import TOO_DEEP, TOO_LARGE
from toolgrade.source.javascript.values import (
    CONDITIONAL,
    REST,
    RUN_TIME,
    Absent,
    Array,
    Keyed,
    Namespace,
    Object,
    Perhaps,
    Settled,
    is_nothing,
)
from toolgrade.source.nodes import MAX_ITEMS, Scalar, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolgrade.source.javascript.budget import Budget
    from toolgrade.source.javascript.values import Value
    from toolgrade.source.nodes import Spot

GONE: Any = object()
"""The value of a key that is not there."""

_CHARACTERS_OF_A_RUN = 100


def limit_size(value: Value, budget: Budget) -> Value:
    """Return a value that was just built, with its size spent; unknown if it is too large."""
    match value:
        case Text(text, _, runs):
            fits = budget.build(0, len(text) + _CHARACTERS_OF_A_RUN * len(runs))
        case Array(items) | Keyed(items):
            fits = len(items) <= MAX_ITEMS and budget.build(len(items))
        case Object(entries):
            fits = len(entries) <= MAX_ITEMS and budget.build(len(entries))
        case _:
            return value
    return value if fits else Unknown(TOO_LARGE, value.at)


def spread(value: Value, at: Spot) -> Iterator[Any]:
    """Yield the items that `...value` gives."""
    if isinstance(value, Array | Keyed):
        yield from value.items if isinstance(value, Array) else value.pairs
    elif isinstance(value, Perhaps) and isinstance(value.value, Array):
        yield from (
            one if isinstance(one, Perhaps) else Perhaps(one, at) for one in value.value.items
        )
    elif isinstance(value, Perhaps) and isinstance(value.value, Unknown):
        yield value
    elif not is_nothing(value):
        why = value if isinstance(value, Unknown) else Unknown(RUN_TIME, at)
        yield Perhaps(why, at)


def flatten(values: Iterable[Value], budget: Budget, at: Spot) -> Value:
    """Return the list of the values, with the items of those that are lists."""
    items: list[Any] = []
    for value in values:
        items += spread(value, at) if isinstance(value, Array | Perhaps) else [value]
        if len(items) > MAX_ITEMS:
            return Unknown(TOO_LARGE, at)
    return limit_size(Array(tuple(items), at), budget)


def merge(into: Object, value: Value, at: Spot, budget: Budget) -> None:
    """Spread a value into an object that is being built."""
    entries = into.entries
    if isinstance(value, Object):
        if not budget.build(len(value.entries)):
            entries[REST] = Unknown(TOO_LARGE, at)
            return
        for key, one in value.entries.items():
            old = entries.get(key)
            is_sure = old is None or not isinstance(one, Perhaps)
            entries[key] = one if is_sure else join_values(old, one.value, at, budget)
            if key in value.keys:
                into.keys[key] = value.keys[key]
    elif isinstance(value, Namespace):
        entries[REST] = Unknown(RUN_TIME, at)
    elif isinstance(value, Perhaps) and isinstance(value.value, Object):
        for key, one in value.value.entries.items():
            old = entries.get(key)
            inner = unwrap_perhaps(one)
            is_new = old is None
            entries[key] = Perhaps(inner, at) if is_new else join_values(old, inner, at, budget)
    elif not is_nothing(value):
        for key in entries:
            entries[key] = Unknown("it may be replaced when the server runs", at)
        entries[REST] = Unknown(RUN_TIME, at)


def unwrap_perhaps(item: Value) -> Value:
    """Return an item without the doubt whether it is there."""
    return item.value if isinstance(item, Perhaps) else item


def make_uncertain(item: Value) -> Value:
    """Return an item of which it is not known whether it is there."""
    return item if isinstance(item, Perhaps) else Perhaps(item, item.at)


def join_slots(one: Any, other: Any, at: Spot, budget: Budget) -> Any:
    """Return what is known of a key's value that is one of two, or not there."""
    if one is other:
        return one
    if isinstance(one, tuple) and isinstance(other, tuple):
        return _join_items(one, other, at, budget)
    if one is GONE or other is GONE:
        value = other if one is GONE else one
        if isinstance(value, Settled):
            return Settled(Unknown(CONDITIONAL, at))
        return value if isinstance(value, Perhaps) else Perhaps(value, at)
    if isinstance(one, Settled) or isinstance(other, Settled):
        first, second = (v.value if isinstance(v, Settled) else v for v in (one, other))
        return Settled(join_values(first, second, at, budget))
    return join_values(one, other, at, budget)


def join_values(one: Any, other: Any, at: Spot, budget: Budget) -> Any:
    """Return what is known of a value that is one of two, by a condition that cannot be known."""
    if one is other or _is_same(one, other):
        return one
    if isinstance(one, Array | Keyed) or isinstance(other, Array | Keyed):
        return _join_lists(one, other, at, budget)
    if isinstance(one, Perhaps) and isinstance(other, Perhaps):
        return Perhaps(join_values(one.value, other.value, at, budget), at)
    if isinstance(one, Object) and isinstance(other, Object):
        with budget.nest() as is_shallow:
            return _join_objects(one, other, at, budget) if is_shallow else Unknown(TOO_DEEP, at)
    return Unknown(CONDITIONAL, at)


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, Text) and isinstance(other, Text):
        return one.value == other.value
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return one.value == other.value and type(one.value) is type(other.value)
    return isinstance(one, Absent) and isinstance(other, Absent)


def _join_objects(one: Object, other: Object, at: Spot, budget: Budget) -> Value:
    keys = dict.fromkeys((*one.entries, *other.entries))
    if not budget.build(len(keys)):
        return Unknown(TOO_LARGE, at)
    entries = {
        key: join_slots(one.entries.get(key, GONE), other.entries.get(key, GONE), at, budget)
        for key in keys
    }
    if REST in entries:
        entries[REST] = Unknown(CONDITIONAL, at)
    return Object(entries, one.at, {**other.keys, **one.keys})


def _join_lists(one: Any, other: Any, at: Spot, budget: Budget) -> Any:
    """Return a list or map that holds what either does, perhaps."""
    first = one if isinstance(one, Array | Keyed) else other
    held: list[tuple[Any, ...]] = []
    for value in (one, other):
        if isinstance(value, type(first)):
            held.append(value.pairs if isinstance(value, Keyed) else value.items)
        elif is_nothing(value):
            held.append(())
        elif isinstance(value, Unknown):
            held.append((Perhaps(value, at),))
        else:
            return Unknown(CONDITIONAL, at)
    joined = type(first)(_join_items(held[0], held[1], at, budget), first.at)
    return limit_size(joined, budget)


def _join_items(
    one: tuple[Any, ...], other: tuple[Any, ...], at: Spot, budget: Budget
) -> tuple[Any, ...]:
    """Return the items of two lists: surely what is surely in both, else perhaps."""
    if not budget.build(len(one) + len(other)):
        return (Perhaps(Unknown(TOO_LARGE, at), at),)
    sure = {_identify(item) for item in other if not isinstance(item, Perhaps)}
    found: dict[Any, Any] = {}
    for item in one:
        is_sure = isinstance(item, Perhaps) or _identify(item) in sure
        found[_identify(item), len(found)] = item if is_sure else Perhaps(item, at)
    met = {which for which, _ in found}
    more = [item for item in other if _identify(item) not in met]
    more = [item if isinstance(item, Perhaps) else Perhaps(item, at) for item in more]
    return (*found.values(), *more)


def _identify(item: Any) -> object:
    """Return what tells an item from others: its value if that is plain, else which one it is."""
    inner = unwrap_perhaps(item)
    return (type(inner), inner.value) if isinstance(inner, Text | Scalar) else id(inner)
