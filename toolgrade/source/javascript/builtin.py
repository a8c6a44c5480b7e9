"""The language's own functions and methods, as far as they only cut, glue and rearrange."""

from __future__ import annotations

import json as standard
import re
from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript import calls, lists, members, texts, zod
from toolgrade.source.javascript.values import (
    REST,
    Absent,
    Foreign,
    Keyed,
    Namespace,
    Pattern,
    Perhaps,
    Value,
    convert_for_json,
    truth,
)
from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown, convert_to_data

if TYPE_CHECKING:
    from toolgrade.source.javascript.evaluate import Evaluator
    from toolgrade.source.nodes import Spot

_RUN_TIME = "it is made when the server runs"
_CHANGING = frozenset(
    {"add", "clear", "delete", "fill", "pop", "push", "reverse", "set", "shift", "sort", "splice"}
    | {"unshift"}
)


def call_builtin_method(
    ev: Evaluator, of: Value, name: str, given: list[Value], at: Spot
) -> Value | None:
    """Return what a method of a text, list or global returns; None if it is none of these."""
    if ev.running and isinstance(of, Items | Keyed) and name in _CHANGING:
        return lists.call_changing_method(ev, of, name, given, at)
    if any(isinstance(one, Perhaps) for one in given) and not isinstance(of, Foreign):
        return Unknown(_RUN_TIME, at)
    if isinstance(of, Text):
        return texts.call_text_method(of, name, given, at)
    if isinstance(of, Items):
        return lists.call_list_method(ev, of, name, given, at)
    if isinstance(of, Keyed):
        return lists.call_map_method(ev, of, name, given, at)
    if isinstance(of, Pattern):
        known = name == "test" and len(given) == 1 and isinstance(given[0], Text)
        return texts.match_pattern(given[0], of, at) if known else Unknown(_RUN_TIME, at)  # type: ignore[arg-type]
    if isinstance(of, Scalar):
        return (
            texts.convert_to_text(of)
            if name == "toString" and not given
            else Unknown(_RUN_TIME, at)
        )
    return None


def foreign(ev: Evaluator, function: Foreign, given: list[Value], at: Spot) -> Value:
    """Return what a function of the language or of another package returns."""
    if zod.is_zod(function):
        return zod.make(ev, function, given, at)
    if any(isinstance(one, Perhaps) for one in given):
        return Unknown(_RUN_TIME, at)
    first = given[0] if given else Absent(at)
    if function.path[-1:] == ("zodToJsonSchema",):
        return zod.convert_to_json_schema(ev, first, given[1:], at, 3)
    match function.path:
        case ("Object", "freeze" | "seal") | ("Promise", "resolve" | "all") | ("structuredClone",):
            return first
        case ("Object", ("values" | "entries" | "keys") as part):
            return list_members(ev, first, part, at)
        case ("Object", "fromEntries") if isinstance(first, Items):
            return _from_entries(first, at)
        case ("Object", "assign") if ev.running and isinstance(first, Table):
            for one in given[1:]:
                _assign(ev, first, one, at)
            return first
        case ("Object", "assign") if given:
            entries: dict[str, Any] = {}
            keys: dict[str, Spot] = {}
            for one in given:
                calls.merge(entries, keys, one, at)
            return Table(entries, at, keys)
        case ("Array", "from") if isinstance(first, Items | Keyed):
            first = first if isinstance(first, Items) else Items(first.pairs, first.at)
            done = (
                [calls.apply(ev, given[1], [x], at) for x in first.items]
                if len(given) > 1
                else first.items
            )
            return Items(tuple(done), first.at)
        case ("Array", "isArray") if not isinstance(first, Unknown):
            return Scalar(isinstance(first, Items), at)
        case ("String",):
            return texts.convert_to_text(first) or Unknown(_RUN_TIME, at)
        case ("String", "raw"):
            return Unknown(_RUN_TIME, at)
        case ("Object", "prototype", "hasOwnProperty", "call") | ("Object", "hasOwn"):
            return has(first, given[1] if given[1:] else Absent(at), at)
        case ("Boolean",):
            holds = truth(first)
            return Unknown(_RUN_TIME, at) if holds is None else Scalar(holds, at)
        case ("JSON", "stringify"):
            return _stringify(first, given[1:], at)
    return Unknown(_RUN_TIME, at)


def has(of: Value, key: Value, at: Spot) -> Value:
    """Return whether a table has a key."""
    if isinstance(key, Text) and isinstance(of, Table):
        found = of.entries.get(key.value, of.entries.get(REST))
        if not isinstance(found, Perhaps) and (key.value in of.entries or found is None):
            return Scalar(found is not None, at)
    return Unknown(_RUN_TIME, at)


def list_members(ev: Evaluator, value: Value, part: str, at: Spot) -> Value:
    """Return what Object.values, entries or keys (by `part`) lists."""
    if isinstance(value, Namespace):
        from toolgrade.source.javascript.exports import all_exported  # noqa: PLC0415

        entries = {
            n: members.member(ev, value, n, at) for n in sorted(all_exported(ev, value.module))
        }
        value = Table(entries, at)
    if not isinstance(value, Table) or REST in value.entries:
        return value if isinstance(value, Unknown) else Unknown(_RUN_TIME, at)
    if any(re.fullmatch("0|[1-9][0-9]*", key) for key in value.entries):
        return Unknown(
            _RUN_TIME, at
        )  # such keys come first, whatever the order they are written in
    found: list[Any] = []
    for key, member in value.entries.items():
        name = texts.make_text(key, value.keys.get(key, at))
        one = {"keys": name, "values": lists.unwrap_perhaps(member)}.get(part) or Items(
            (name, lists.unwrap_perhaps(member)), at
        )
        found.append(Perhaps(one, member.at) if isinstance(member, Perhaps) else one)
    return Items(tuple(found), at)


def _assign(ev: Evaluator, of: Table, more: Value, at: Spot) -> None:
    """Do what Object.assign does to a table."""
    entries, keys = dict(of.entries), dict(of.keys)
    calls.merge(entries, keys, more, at)
    for key, value in entries.items():
        if of.entries.get(key) is not value:
            ev.journal.put(of.entries, key, value)


def _from_entries(pairs: Items, at: Spot) -> Value:
    entries: dict[str, Any] = {}
    for pair in pairs.items:
        match pair:
            case Items((Text(key), value)):
                entries[key] = value
            case _:
                return Unknown(_RUN_TIME, at)
    return Table(entries, at)


def _stringify(value: Value, more: list[Value], at: Spot) -> Value:
    indent = texts.whole_numbers(more[1:]) if len(more) != 1 else None
    if indent is None or not isinstance(value, Table | Items):
        return Unknown(_RUN_TIME, at)
    data, unknown = convert_to_data(convert_for_json(value))
    if unknown:
        return Unknown(_RUN_TIME, at)
    spaces = indent[0] if indent else None
    marks = (",", ": ") if spaces else (",", ":")
    return texts.make_text(
        standard.dumps(data, ensure_ascii=False, indent=spaces, separators=marks), at
    )
