"""Tool definitions, as a client sees them, from the arguments of a registration."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolgrade.source.found import Declared, Unread
from toolgrade.source.javascript import conditions
from toolgrade.source.javascript.conversion import convert_for_json
from toolgrade.source.javascript.libraries import read_settings_table
from toolgrade.source.javascript.results import returns_text_only
from toolgrade.source.javascript.values import (
    RUN_TIME,
    Absent,
    Env,
    Function,
    Object,
    Perhaps,
    Value,
    Zod,
)
from toolgrade.source.javascript.zod_json import write_json_schema
from toolgrade.source.nodes import Spot, Table, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.source.javascript.interpreter import Interpreter
    from toolgrade.source.javascript.syntax import Node

FIELDS = ("title", "description", "inputSchema", "outputSchema", "annotations")


def make_unread(value: Value, at: Node) -> Unread:
    """Return a registration whose name, the value at a node, is unknown."""
    return Unread(value.why if isinstance(value, Unknown) else RUN_TIME, at.spot)


def read_register_tool(
    ev: Interpreter, call: Node, given: Sequence[Value], env: Env
) -> Declared | Unread:
    """Return the tool of registerTool(name, settings, run)."""
    name = given[0] if given else Absent(call.spot)
    if not isinstance(name, Text):
        return make_unread(name, call)
    settings = given[1] if len(given) > 1 else Absent(call.spot)
    entries: dict[str, Any] = {"name": name}
    for field in FIELDS:
        entries[field] = ev.member(settings, field, call.spot)
    keys = {"name": name.at}
    if isinstance(settings, Object):
        keys |= {k: v for k, v in settings.keys.items() if k in FIELDS}
    return _add_handler(_build_declaration(ev, entries, keys, call, env), given[-1])


def read_tool_arguments(
    ev: Interpreter, call: Node, given: Sequence[Value], env: Env
) -> Declared | Unread:
    """Return the tool of tool(name, description, shape, annotations, run), all but the first and
    the last of which may be left out.
    """
    name = given[0] if given else Absent(call.spot)
    if isinstance(name, Object) and "name" in name.entries:
        return read_settings_table(ev, call, name, env)
    if not isinstance(name, Text):
        return make_unread(name, call)
    rest = list(given[1:-1])
    entries: dict[str, Any] = {"name": name, **dict.fromkeys(FIELDS, Absent(call.spot))}
    if rest and not isinstance(rest[0], Object | Zod):
        entries["description"] = rest.pop(0)
    if rest:
        # The first object is the parameters, unless it can only be annotations.
        shape = rest.pop(0)
        if (
            isinstance(shape, Object)
            and shape.entries
            and all(k.endswith("Hint") or k == "title" for k in shape.entries)
            and not any(isinstance(v, Zod) for v in shape.entries.values())
        ):
            entries["annotations"] = shape
        else:
            entries["inputSchema"] = shape
    if rest:
        entries["annotations"] = rest.pop(0)
    return _add_handler(_build_declaration(ev, entries, {"name": name.at}, call, env), given[-1])


def _add_handler(made: Declared, callback: Value) -> Declared:
    """Return a tool with the place of its callback, if that is a function of the package, and
    whether that returns text only.
    """
    if not isinstance(callback, Function):
        return made
    text_only = "outputSchema" in made.definition.entries and returns_text_only(callback.node)
    return replace(made, handler=callback.at, text_only=text_only)


def read_literal_tool(
    ev: Interpreter, tool: Value, at: Node, condition: Spot | None
) -> Declared | Unread:
    """Return the tool that a server lists as an object."""
    name = ev.member(tool, "name", at.spot)
    if not isinstance(name, Text):
        return make_unread(name, at)
    ev.budget.start_definition()
    made: dict[str, Any] = {"name": name}
    for field in FIELDS:
        value = ev.member(tool, field, tool.at)
        if not isinstance(value, Absent):
            made[field] = convert_for_json(value, ev.budget)
    keys = dict(tool.keys) if isinstance(tool, Object) else {}
    return Declared(Table(made, tool.at, keys), tool.at, condition)


def _build_declaration(
    ev: Interpreter, entries: dict[str, Any], keys: dict[str, Any], call: Node, env: Env
) -> Declared:
    ev.budget.start_definition()
    made = {"name": entries["name"]}
    for field in ("title", "description", "annotations"):
        value = entries[field]
        if not isinstance(value, Absent):
            made[field] = convert_for_json(value, ev.budget)
    made["inputSchema"] = convert_schema(ev, entries["inputSchema"])
    if not isinstance(entries["outputSchema"], Absent):
        made["outputSchema"] = convert_schema(ev, entries["outputSchema"], output=True)
    return Declared(
        Table(made, call.spot, keys), call.spot, conditions.find_condition(ev, call, env)
    )


def _nothing(at: Spot) -> Table:
    return Table({"type": Text("object", at), "properties": Table({}, at)}, at)


def _is_zod_known(ev: Interpreter) -> bool:
    """Return whether it is certain which major version of zod a schema is of."""
    return ev.dialect.zod is not None or any(
        "zod/v4" in module.specifiers for module in ev.modules.in_use
    )


def convert_schema(ev: Interpreter, value: Value, *, output: bool = False) -> Any:
    """Return the JSON Schema the SDK makes of a zod schema or of the shape of one."""
    if isinstance(value, Absent):
        return _nothing(value.at)
    unsure: dict[str, Any] = {}
    if isinstance(value, Object):
        held = [v.value if isinstance(v, Perhaps) else v for v in value.entries.values()]
        schemas = [one for one in held if isinstance(one, Zod)]
        if any(not isinstance(v, Zod | Unknown | Absent) for v in held):
            return Unknown("it is not a zod schema", value.at)
        # A shape of nothing becomes an object of the SDK's own zod.
        version = schemas[0].version if schemas else 4
        if not schemas and value.entries:
            why = "it depends on the version of zod"
            unsure = {"additionalProperties": Unknown(why, value.at)}
        value = Zod("object", version, value.at, {"shape": value, "rest": "strip"})
    if not isinstance(value, Zod):
        return value if isinstance(value, Unknown) else Unknown(RUN_TIME, value.at)
    if value.kind != "object" or "effects" in value.of:
        return Unknown("the SDK's versions differ on schemas other than plain objects", value.at)
    made = write_json_schema(
        value,
        ev.budget,
        value.version,
        ev.dialect.target,
        strict_unions=True,
        output=output,
        compacts=ev.dialect.compacts,
        is_early=ev.dialect.is_early,
        refuses=_is_zod_known(ev),
    )
    if unsure and isinstance(made, Table):
        return replace(made, entries={**made.entries, **unsure})
    return made
