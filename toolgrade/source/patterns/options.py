"""Options: calls that each set one thing of a tool or property, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown, convert_from_data
from toolgrade.source.patterns.values import Call, make_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolgrade.source.nodes import Spot
    from toolgrade.source.patterns.wire import Wire

_SETTABLE = ("title", "description", "annotations", "inputSchema", "outputSchema")


def apply_options(wire: Wire, entries: dict[str, Any], options: Sequence[Any]) -> None:
    """Apply options to a tool; an unknown option may set anything."""
    properties: list[tuple[Call, Mapping[str, Any]]] = []
    for option in options:
        rule = wire.option(option)
        if rule is not None and "property" in rule:
            properties.append((option, rule))
            continue
        _add_properties(wire, entries, properties)
        properties = []
        if rule is None:
            why = _why(option)
            for key in _SETTABLE:
                entries[key] = why
        elif "puts" in rule:
            _put(wire, entries, option, rule)
    _add_properties(wire, entries, properties)


def _why(option: Any) -> Unknown:
    return option if isinstance(option, Unknown) else make_unknown(option.at)


def _put(wire: Wire, entries: dict[str, Any], option: Call, rule: Mapping[str, Any]) -> None:
    first, *path = rule["puts"].split("/")
    more = {k: convert_from_data(v, option.at) for k, v in rule.get("with", {}).items()}
    value = _value(wire, option, rule)
    entries[first] = _nest(entries.get(first), path, value, more, option.at)


def _nest(outer: Any, path: list[str], value: Any, more: Mapping[str, Any], at: Spot) -> Any:
    """Return a table, or a new one, with a value at a path in it, and `more` next to it."""
    if not path:
        return value
    if isinstance(outer, Unknown):
        return outer
    held = {**(outer.entries if isinstance(outer, Table) else {}), **more}
    inner = _nest(held.get(path[0]), path[1:], value, more, at)
    return Table({**held, path[0]: inner}, outer.at if outer else at)


def _value(wire: Wire, option: Call, rule: Mapping[str, Any]) -> Any:
    if "value" in rule:
        return convert_from_data(rule["value"], option.at)
    if "starts" in rule:
        return _schema(wire, option, rule["starts"], 0)
    if "type" in rule:
        return (
            wire.maker.build_schema(option.types[rule["type"]])
            if option.types
            else make_unknown(option.at)
        )
    if rule.get("all"):
        values = [wire.json(one.value) for one in option.given]
        return Items(tuple(values), option.at)
    value = option.get(0)
    return make_unknown(option.at) if value is None else wire.convert_keyword(rule["puts"], value)


def _schema(wire: Wire, option: Call, starts: Mapping[str, Any], first: int) -> Any:
    """Return the schema that an option makes from the options inside it."""
    made: dict[str, Any] = {
        key: convert_from_data(value, option.at) for key, value in starts.items()
    }
    for one in option.given[first:]:
        rule = wire.option(one.value)
        if rule is None or "puts" not in rule:
            return Table(
                dict.fromkeys(("type", "description", "required"), _why(one.value)), option.at
            )
        _put(wire, made, one.value, rule)
    return Table(made, option.at)


def _add_properties(
    wire: Wire, entries: dict[str, Any], options: Sequence[tuple[Call, Mapping[str, Any]]]
) -> None:
    """Add the properties that options set to the input schema, if it is known."""
    schema = entries.get("inputSchema")
    if not (options and isinstance(schema, Table)):
        return
    made = dict(schema.entries)
    start, needed = made.get("properties"), made.get("required")
    properties = dict(start.entries) if isinstance(start, Table) else {}
    keys = dict(start.keys) if isinstance(start, Table) else {}
    required = list(needed.items) if isinstance(needed, Items) else None
    for option, rule in options if isinstance(start, Table) else ():
        name = option.get(0)
        if not isinstance(name, Text):
            why = _why(name) if name is not None else make_unknown(option.at)
            entries["inputSchema"] = Table({**made, "properties": why, "required": why}, schema.at)
            return
        one = _schema(wire, option, rule["property"], 1)
        inner = dict(one.entries)
        is_needed = inner.pop("required", None)
        properties[name.value] = Table(inner, one.at)
        keys[name.value] = name.at
        if isinstance(is_needed, Unknown):
            needed, required = is_needed, None
        elif isinstance(is_needed, Scalar) and is_needed.value is True and required is not None:
            required.append(name)
    if isinstance(start, Table):
        made["properties"] = Table(properties, start.at, keys)
    if required is not None and isinstance(needed, Items):
        needed = Items(tuple(required), needed.at)
    if needed is not None:
        made["required"] = needed
    entries["inputSchema"] = Table(made, schema.at)
