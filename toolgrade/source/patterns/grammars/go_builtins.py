"""Known functions of Go's standard library that make texts and lists."""

from __future__ import annotations

import re
from typing import Any

from toolgrade.source.nodes import Items, Spot, Text, Unknown, parse_json_text
from toolgrade.source.patterns import constants
from toolgrade.source.patterns.values import Call, make_unknown


def _sprintf(given: list[Any], at: Spot) -> Any:
    if not given or not isinstance(given[0], Text):
        return given[0] if given and not isinstance(given[0], Call) else make_unknown(at)
    form = given[0]
    parts: list[Any] = []
    rest = given[1:]
    start = 0
    for found in re.finditer(r"%(.)", form.value, re.DOTALL):
        parts.append(form.cut(start, found.start()))
        start = found.end()
        if found[1] == "%":
            parts.append(form.cut(found.start(), found.start() + 1))
        elif found[1] in "sdv" and rest:
            parts.append(rest.pop(0))
        else:
            return make_unknown(at)
    return (
        make_unknown(at)
        if rest
        else constants.join_texts([*parts, form.cut(start, len(form.value))], at)
    )


def _join(given: list[Any], at: Spot) -> Any:
    if len(given) != 2 or not isinstance(given[0], Items):
        return given[0] if given and not isinstance(given[0], Items | Call) else make_unknown(at)
    parts: list[Any] = []
    for item in given[0].items:
        parts += [given[1], item] if parts else [item]
    return constants.join_texts(parts, at)


def _trim_space(given: list[Any], _: Spot) -> Any:
    if not isinstance(given[0], Text):
        return given[0]
    text = given[0].value
    return given[0].cut(len(text) - len(text.lstrip()), len(text.rstrip()))


def _raw_message(given: list[Any], at: Spot) -> Any:
    if not given:
        return make_unknown(at)
    return parse_json_text(given[0]) if isinstance(given[0], Text) else given[0]


def _marshal(given: list[Any], at: Spot) -> Any:
    return given[0] if given else make_unknown(at)


def _itoa(given: list[Any], at: Spot) -> Any:
    return constants.join_texts(given, at)


def _append(given: list[Any], at: Spot) -> Any:
    if not given or not isinstance(given[0], Items):
        return given[0] if given and isinstance(given[0], Unknown) else make_unknown(at)
    return Items((*given[0].items, *given[1:]), at)


CONVERSIONS = frozenset({"string", "any", "float64", "int", "int64", "[]byte"})


BUILTINS = {
    "fmt.Sprintf": _sprintf,
    "strings.Join": _join,
    "strings.TrimSpace": _trim_space,
    "encoding/json.RawMessage": _raw_message,
    "encoding/json.Marshal": _marshal,
    "strconv.Itoa": _itoa,
    "append": _append,
}
