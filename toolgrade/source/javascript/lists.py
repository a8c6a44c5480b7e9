"""Methods of lists, sets and maps: those that look into them, and those that change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript import texts
from toolgrade.source.javascript.budget import TOO_LARGE
from toolgrade.source.javascript.combine import flatten, limit_size, unwrap_perhaps
from toolgrade.source.javascript.parameters import bind
from toolgrade.source.javascript.values import (
    CONDITIONAL,
    RUN_TIME,
    Absent,
    Array,
    Foreign,
    Function,
    Keyed,
    Object,
    Perhaps,
    Value,
    truth,
)
from toolgrade.source.nodes import MAX_ITEMS, Scalar, Spot, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.source.javascript.interpreter import Interpreter


def call_changing_method(
    ev: Interpreter, of: Array | Keyed, name: str, given: list[Value], at: Spot
) -> Value:
    """Do what a method does to a list, set or map."""
    held = of.pairs if isinstance(of, Keyed) else of.items
    unknown = Perhaps(Unknown("it is changed when the server runs", at), at)
    match name:
        case "push":
            held = (*held, *given)
        case "add":
            new = [one for one in given if all(one is not other for other in held)]
            held = (*held, *new)
        case "unshift":
            held = (*given, *held)
        case "clear":
            held = ()
        case "set" if isinstance(of, Keyed) and len(given) == 2:  # noqa: PLR2004 - key and value
            key = given[0]
            kept = [p for p in held if not (isinstance(key, Text) and _is_at(p, key))]
            held = (*kept, Array(tuple(given), at))
        case "delete" if given and isinstance(given[0], Text) and _has_known_keys(held):
            key = given[0]
            held = tuple(one for one in held if not (_is_at(one, key) or _is_text(one, key)))
        case "sort" | "reverse" if all(isinstance(unwrap_perhaps(one), Object) for one in held):
            pass
        case _:
            held = (
                *(one if isinstance(one, Perhaps) else Perhaps(one, at) for one in held),
                unknown,
            )
    if not ev.budget.build(1 + len(given) + len(held) // 16) or len(held) > MAX_ITEMS:
        held = (Perhaps(Unknown(TOO_LARGE, at), at),)
    ev.journal.put(of, None, held)
    return of


def _has_known_keys(held: Sequence[Value]) -> bool:
    """Return whether all keys of a set or map are known."""
    keys = [p.items[0] if isinstance(p, Array) and p.items else p for p in held]
    return all(isinstance(key, Text | Scalar) for key in keys)


def _is_text(value: Value, text: Text) -> bool:
    return isinstance(value, Text) and value.value == text.value


def _is_at(pair: Value, key: Text) -> bool:
    return (
        isinstance(pair, Array)
        and bool(pair.items)
        and isinstance(pair.items[0], Text)
        and pair.items[0].value == key.value
    )


def call_list_method(ev: Interpreter, of: Array, name: str, given: list[Value], at: Spot) -> Value:
    """Return what a method of a list returns, without changing it."""
    items = of.items
    unsure = any(isinstance(item, Perhaps) for item in items)
    match name:
        case "map" | "flatMap" if given:
            made = [
                Perhaps(ev.apply(given[0], [item.value], at), item.at)
                if isinstance(item, Perhaps)
                else ev.apply(given[0], [item, Scalar(i, at)], at)
                for i, item in enumerate(items)
            ]
            if name == "flatMap":
                return flatten(made, ev.budget, of.at)
            return limit_size(Array(tuple(made), of.at), ev.budget)
        case "forEach" if given:
            for i, item in enumerate(items):
                _each(ev, given[0], item, Scalar(i, at), at)
            return Absent(at)
        case "find" | "findLast" if given:
            return _found(ev, items, given[0], at)
        case "some" | "every" if given:
            return _all(ev, items, given[0], at, every=name == "every")
        case "filter" if given:
            kept = tuple(_filter_items(ev, items, given[0], at))
            return limit_size(Array(kept, of.at), ev.budget)
        case "concat":
            return flatten([of, *given], ev.budget, of.at)
        case "flat" if not given:
            return flatten(items, ev.budget, of.at)
        case "join" if not unsure:
            mark = (
                given[0].value
                if given and isinstance(given[0], Text)
                else ","
                if not given
                else None
            )
            parts = [texts.convert_to_text(item, ev.budget) for item in items]
            if isinstance(mark, str) and all(part is not None for part in parts):
                joined = texts.join_texts([p for p in parts if p], mark, at)
                return limit_size(joined, ev.budget)
            return next((i for i in items if isinstance(i, Unknown)), Unknown(RUN_TIME, at))
        case "slice" if not unsure and (ends := texts.whole_numbers(given)) is not None:
            return limit_size(Array(items[slice(*texts.bounds(ends))], of.at), ev.budget)
        case "includes" | "has" | "indexOf" if given and isinstance(given[0], Text | Scalar):
            return _search_items(items, given[0], at, index=name == "indexOf")
        case "values":
            return of
        case "reduce" if len(given) == 2 and isinstance(given[0], Function) and not unsure:  # noqa: PLR2004
            return _collect_table(ev, of, given[0], given[1], at)
        case "sort" | "toSorted" if all(isinstance(unwrap_perhaps(item), Object) for item in items):
            return of  # of tools, which none is more or less for
        case "reverse" | "toReversed" if not unsure:
            return limit_size(Array(items[::-1], of.at), ev.budget)
    return Unknown(RUN_TIME, at)


def call_map_method(ev: Interpreter, of: Keyed, name: str, given: list[Value], at: Spot) -> Value:
    """Return what a method of a map returns, without changing it."""
    if name in {"get", "has"}:
        return _look_up(ev, of, given[0] if given else Absent(at), at, get=name == "get")
    pairs = [pair.value if isinstance(pair, Perhaps) else pair for pair in of.pairs]
    if not all(isinstance(pair, Array) and len(pair.items) == 2 for pair in pairs):  # noqa: PLR2004
        return Unknown(RUN_TIME, at)
    if name == "entries":
        return Array(of.pairs, of.at)
    if name in {"keys", "values"}:
        found = [pair.items[name == "values"] for pair in pairs]
        held = zip(of.pairs, found, strict=True)
        return Array(
            tuple(Perhaps(f, p.at) if isinstance(p, Perhaps) else f for p, f in held), of.at
        )
    return Unknown(RUN_TIME, at)


def _look_up(ev: Interpreter, of: Keyed, key: Value, at: Spot, *, get: bool) -> Value:
    """Return what a map has at a key, or (without `get`) whether it has it."""
    pairs = of.pairs
    # The list is kept with its index, so that no other list gets its id.
    _, index = ev.once(("index", id(pairs)), lambda: (pairs, _index(pairs)))
    if index is None or not isinstance(key, Text | Scalar):
        return Unknown(RUN_TIME, at)
    found = index.get((type(key.value), key.value), Absent(at))
    if isinstance(found, Perhaps):
        return Unknown(CONDITIONAL, at)
    return found if get else Scalar(not isinstance(found, Absent), at)


def _index(pairs: Sequence[Any]) -> dict[tuple[type, Any], Value] | None:
    """Return the values of a map by their keys; None if any key cannot be known."""
    index: dict[tuple[type, Any], Value] = {}
    for pair in pairs:
        match pair.value if isinstance(pair, Perhaps) else pair:
            case Array((Text(key) | Scalar(key), value)):
                index[type(key), key] = (
                    Perhaps(value, pair.at) if pair is not unwrap_perhaps(pair) else value
                )
            case _:
                return None
    return index


def _collect_table(ev: Interpreter, of: Array, function: Function, start: Value, at: Spot) -> Value:
    """Return the table that reduce fills by `all[key] = value; return all`."""
    body = function.node.get_field("body")
    statements = body.children if body else []
    if not (isinstance(start, Object) and not start.entries and len(statements) == 2):  # noqa: PLR2004
        return Unknown(RUN_TIME, at)
    written = statements[0].children[0] if statements[0].children else statements[0]
    left, right = written.get_field("left"), written.get_field("right")
    index, table = (left.get_field("index"), left.get_field("object")) if left else (None, None)
    returned = statements[1].children[0] if statements[1].children else None
    if not (index and table and right and returned and returned.text == table.text):
        return Unknown(RUN_TIME, at)
    entries: dict[str, Any] = {}
    keys: dict[str, Spot] = {}
    for item in of.items:
        env = {**function.env, **bind(ev, function, [start, item])}
        key = ev.value(index, env)
        if not isinstance(key, Text):
            return Unknown(RUN_TIME, at)
        entries[key.value] = ev.value(right, env)
        keys[key.value] = key.spot(0) or key.at
    return Object(entries, at, keys)


def _search_items(items: Sequence[Value], wanted: Text | Scalar, at: Spot, *, index: bool) -> Value:
    """Return whether a list or set holds a plain value, or (with `index`) where."""
    for place, item in enumerate(items):
        if not isinstance(item, Text | Scalar):
            return Unknown(RUN_TIME, at)
        if item.value == wanted.value and type(item.value) is type(wanted.value):
            return Scalar(place if index else True, at)
    return Scalar(-1 if index else False, at)


def _each(ev: Interpreter, function: Value, item: Value, index: Scalar, at: Spot) -> None:
    """Call a function for what it does to an item."""
    mark = ev.journal.mark()
    ev.apply(function, [unwrap_perhaps(item), index], at)
    if isinstance(item, Perhaps):
        ev.journal.join([ev.journal.roll_back(mark), {}], at)


def _found(ev: Interpreter, items: Sequence[Value], test: Value, at: Spot) -> Value:
    for item in items:
        holds = truth(ev.apply(test, [unwrap_perhaps(item)], at))
        if holds is None or (holds and isinstance(item, Perhaps)):
            return Unknown(CONDITIONAL, at)
        if holds:
            return item
    return Absent(at)


def _all(ev: Interpreter, items: Sequence[Value], test: Value, at: Spot, *, every: bool) -> Value:
    if any(isinstance(item, Perhaps) for item in items):
        return Unknown(CONDITIONAL, at)
    answers = [truth(ev.apply(test, [item], at)) for item in items]
    if (not every) in answers:
        return Scalar(not every, at)
    return Unknown(RUN_TIME, at) if None in answers else Scalar(every, at)


def _filter_items(ev: Interpreter, items: tuple[Any, ...], test: Value, at: Spot) -> list[Any]:
    kept: list[Any] = []
    for item in items:
        inner = item.value if isinstance(item, Perhaps) else item
        is_boolean = isinstance(test, Foreign) and test.path == ("Boolean",)
        holds = truth(inner if is_boolean else ev.apply(test, [inner], at))
        if holds:
            kept.append(item)
        elif holds is None:
            kept.append(item if isinstance(item, Perhaps) else Perhaps(item, at))
    return kept
