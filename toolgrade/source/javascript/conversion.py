"""JavaScript's values as JSON, in the nodes of every language, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript.budget import TOO_DEEP, TOO_LARGE
from toolgrade.source.javascript.values import (
    CONDITIONAL,
    REST,
    RUN_TIME,
    Absent,
    Array,
    Class,
    Function,
    Object,
    Perhaps,
)
from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown

if TYPE_CHECKING:
    from toolgrade.source.javascript.budget import Budget
    from toolgrade.source.javascript.values import Value
    from toolgrade.source.nodes import Node


def convert_for_json(value: Value, budget: Budget) -> Any:
    """Return what JSON.stringify makes of a value; unknown as a whole if it is too large."""
    made = _convert(value, budget)
    return made if budget.can_write() else Unknown(TOO_LARGE, value.at)


def _convert(value: Value, budget: Budget) -> Any:
    match value:
        case Text() | Scalar() | Unknown():
            return value
        case Function() | Class():
            return Unknown("it is a function", value.at)
        case Perhaps():
            return Unknown(CONDITIONAL, value.at)
        case Object() | Array():
            if not budget.write():
                return Unknown(TOO_LARGE, value.at)
            with budget.nest() as is_shallow:
                return _convert_members(value, budget) if is_shallow else _too_deep(value)
    return Unknown(RUN_TIME, value.at)


def _too_deep(value: Value) -> Unknown:
    return Unknown(TOO_DEEP, value.at)


def _convert_members(value: Object | Array, budget: Budget) -> Node:
    if isinstance(value, Array):
        if any(isinstance(item, Perhaps) for item in value.items):
            return Unknown("what is in the list depends on a condition", value.at)
        return Items(tuple(_convert(item, budget) for item in value.items), value.at)
    if REST in value.entries:
        return Unknown("some of it is computed when the server runs", value.at)
    made = {
        key: _convert(one, budget)
        for key, one in value.entries.items()
        if not isinstance(one, Absent | Function)
    }
    return Table(made, value.at, dict(value.keys))


def convert_from_json(node: Node) -> Value:
    """Return the JavaScript value that some JSON is."""
    match node:
        case Table(entries, at, keys):
            inner = {key: convert_from_json(one) for key, one in entries.items()}
            return Object(inner, at, dict(keys))
        case Items(items, at):
            return Array(tuple(map(convert_from_json, items)), at)
    return node
