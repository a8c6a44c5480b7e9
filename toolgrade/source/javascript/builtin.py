"""Functions and methods of the language itself."""

from __future__ import annotations

import json as standard
import re
from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript import lists, texts, zod
from toolgrade.source.javascript.combine import limit_size, merge, unwrap_perhaps
from toolgrade.source.javascript.conversion import convert_for_json
from toolgrade.source.javascript.exports import list_exported_names
from toolgrade.source.javascript.values import (
    REST,
    RUN_TIME,
    Absent,
    Array,
    Foreign,
    Keyed,
    Namespace,
    Object,
    Pattern,
    Perhaps,
    Value,
    truth,
)
from toolgrade.source.nodes import Scalar, Spot, Text, Unknown, convert_to_data

if TYPE_CHECKING:
    from toolgrade.source.javascript.interpreter import Interpreter

_CHANGING = frozenset(
    {"add", "clear", "delete", "fill", "pop", "push", "reverse", "set", "shift", "sort", "splice"}
    | {"unshift"}
)


def call_builtin_method(
    ev: Interpreter, of: Value, name: str, given: list[Value], at: Spot
) -> Value:
    """Return what a method of a text, number, list, map or regular expression returns."""
    if ev.stack and isinstance(of, Array | Keyed) and name in _CHANGING:
        return lists.call_changing_method(ev, of, name, given, at)
    if any(isinstance(one, Perhaps) for one in given):
        return Unknown(RUN_TIME, at)
    if isinstance(of, Text):
        return limit_size(texts.call_text_method(of, name, given, at, ev.budget), ev.budget)
    if isinstance(of, Array):
        return lists.call_list_method(ev, of, name, given, at)
    if isinstance(of, Keyed):
        return lists.call_map_method(ev, of, name, given, at)
    if isinstance(of, Pattern):
        text = given[0] if name == "test" and len(given) == 1 else None
        if not isinstance(text, Text):
            return Unknown(RUN_TIME, at)
        return texts.match_pattern(text, of, at, ev.budget)
    made = texts.convert_to_text(of, ev.budget) if name == "toString" and not given else None
    return made or Unknown(RUN_TIME, at)


def call_global(ev: Interpreter, function: Foreign, given: list[Value], at: Spot) -> Value:
    """Return what a function of the language or of another package returns."""
    if zod.is_zod(function):
        return zod.make(ev, function, given, at)
    if any(isinstance(one, Perhaps) for one in given):
        return Unknown(RUN_TIME, at)
    first = given[0] if given else Absent(at)
    if function.path[-1:] == ("zodToJsonSchema",):
        return zod.convert_to_json_schema(ev, first, given[1:], at, 3)
    match function.path:
        case ("Object", "freeze" | "seal") | ("Promise", "resolve" | "all") | ("structuredClone",):
            return first
        case ("Object", "getOwnPropertyDescriptors"):
            return first  # only ever handed on to defineProperties, which makes them members
        case ("Object", ("values" | "entries" | "keys") as part):
            return list_members(ev, first, part, at)
        case ("Object", "fromEntries") if isinstance(first, Array):
            return _from_entries(first, at)
        case ("Object", "assign" | "defineProperties") if ev.stack and isinstance(first, Object):
            for one in given[1:]:
                _assign(ev, first, one, at)
            return first
        case ("Object", "assign" | "defineProperties") if given:
            made = Object({}, at)
            for one in given:
                merge(made, one, at, ev.budget)
            return limit_size(made, ev.budget)
        case ("Array", "from") if isinstance(first, Array | Keyed):
            first = first if isinstance(first, Array) else Array(first.pairs, first.at)
            done = (
                [ev.apply(given[1], [x], at) for x in first.items]
                if len(given) > 1
                else first.items
            )
            return Array(tuple(done), first.at)
        case ("Array", "isArray") if not isinstance(first, Unknown):
            return Scalar(isinstance(first, Array), at)
        case ("String",):
            return texts.convert_to_text(first, ev.budget) or Unknown(RUN_TIME, at)
        case ("String", "raw"):
            return Unknown(RUN_TIME, at)
        case ("Object", "prototype", "hasOwnProperty", "call") | ("Object", "hasOwn"):
            return has(first, given[1] if given[1:] else Absent(at), at)
        case ("Boolean",):
            holds = truth(first)
            return Unknown(RUN_TIME, at) if holds is None else Scalar(holds, at)
        case ("JSON", "stringify"):
            return _stringify(ev, first, given[1:], at)
    return Unknown(RUN_TIME, at)


def has(of: Value, key: Value, at: Spot) -> Value:
    """Return whether a table has a key."""
    if isinstance(key, Text) and isinstance(of, Object):
        found = of.entries.get(key.value, of.entries.get(REST))
        if not isinstance(found, Perhaps) and (key.value in of.entries or found is None):
            return Scalar(found is not None, at)
    return Unknown(RUN_TIME, at)


def list_members(ev: Interpreter, value: Value, part: str, at: Spot) -> Value:
    """Return what Object.values, entries or keys (by `part`) lists."""
    if isinstance(value, Namespace):
        entries = {
            n: ev.member(value, n, at) for n in sorted(list_exported_names(ev, value.module))
        }
        value = Object(entries, at)
    if not isinstance(value, Object) or REST in value.entries:
        return value if isinstance(value, Unknown) else Unknown(RUN_TIME, at)
    if any(re.fullmatch("0|[1-9][0-9]*", key) for key in value.entries):
        return Unknown(RUN_TIME, at)  # such keys come first, whatever the order they are written in
    found: list[Any] = []
    for key, member in value.entries.items():
        name = texts.make_text(key, value.keys.get(key, at))
        one = {"keys": name, "values": unwrap_perhaps(member)}.get(part) or Array(
            (name, unwrap_perhaps(member)), at
        )
        found.append(Perhaps(one, member.at) if isinstance(member, Perhaps) else one)
    return Array(tuple(found), at)


def _assign(ev: Interpreter, of: Object, more: Value, at: Spot) -> None:
    """Do what Object.assign does to a table."""
    made = Object(dict(of.entries), of.at)
    merge(made, more, at, ev.budget)
    for key, value in made.entries.items():
        if of.entries.get(key) is not value:
            ev.journal.put(of.entries, key, value)


def _from_entries(pairs: Array, at: Spot) -> Value:
    entries: dict[str, Any] = {}
    for pair in pairs.items:
        match pair:
            case Array((Text(key), value)):
                entries[key] = value
            case _:
                return Unknown(RUN_TIME, at)
    return Object(entries, at)


def _stringify(ev: Interpreter, value: Value, more: list[Value], at: Spot) -> Value:
    indent = texts.whole_numbers(more[1:]) if len(more) != 1 else None
    if indent is None or not isinstance(value, Object | Array):
        return Unknown(RUN_TIME, at)
    ev.budget.start_definition()
    data, unknown = convert_to_data(convert_for_json(value, ev.budget))
    if unknown:
        return Unknown(RUN_TIME, at)
    spaces = indent[0] if indent else None
    marks = (",", ": ") if spaces else (",", ":")
    made = standard.dumps(data, ensure_ascii=False, indent=spaces, separators=marks)
    return limit_size(texts.make_text(made, at), ev.budget)
