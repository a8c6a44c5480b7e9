"""Tools of libraries beside the SDK: fastmcp and litemcp of npm, which take one object for each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolgrade.source.found import Declared, Unread
from toolgrade.source.javascript import conditions, zod
from toolgrade.source.javascript.conversion import convert_for_json
from toolgrade.source.javascript.values import RUN_TIME, Absent, Env, Function, Object, Value, Zod
from toolgrade.source.nodes import Scalar, Spot, Table, Text, Unknown

if TYPE_CHECKING:
    from toolgrade.source.javascript.interpreter import Interpreter
    from toolgrade.source.javascript.syntax import Node

FAST, LITE = "fastmcp", "litemcp"
_SCHEMAS = ("inputSchema", "parameters", "schema", "inputs", "outputSchema")
_FIELDS = {FAST: ("description", "annotations"), LITE: ("description",)}
_DRAFT_7 = "http://json-schema.org/draft-07/schema#"
_CLOSING = 4
"""The major version of fastmcp from which on it closes the objects of a schema."""


def find_library(ev: Interpreter) -> str:
    """Return the library that a package uses; "" for none, or one whose version is not known."""
    for name in (FAST, LITE):
        if any(s == name for module in ev.modules.in_use for s in module.specifiers):
            return name if ev.dialect.library >= (_CLOSING if name == FAST else 0) else ""
    return ""


def read_settings_table(
    ev: Interpreter, call: Node, settings: Value, env: Env
) -> Declared | Unread:
    """Return the tool of a library that takes one object, with a zod schema in it."""
    name = ev.member(settings, "name", call.spot)
    if not isinstance(name, Text):
        why = name.why if isinstance(name, Unknown) else RUN_TIME
        return Unread(why, call.spot)
    ev.budget.start_definition()
    library = find_library(ev)
    made: dict[str, Any] = {"name": name}
    for field in _FIELDS.get(library, ("title", "description", "annotations")):
        value = ev.member(settings, field, call.spot)
        if not isinstance(value, Absent):
            made[field] = convert_for_json(value, ev.budget)
    for key in ("parameters",) if library == LITE else _SCHEMAS:
        value = ev.member(settings, key, call.spot)
        if not isinstance(value, Absent):
            field = "outputSchema" if key == "outputSchema" else "inputSchema"
            made.setdefault(field, _convert_schema(ev, value, call.spot, library, field))
    if "inputSchema" not in made and library != LITE:
        nothing = {"type": Text("object", call.spot), "properties": Table({}, call.spot)}
        closed = {"additionalProperties": Scalar(False, call.spot)} if library else {}
        made["inputSchema"] = Table({**nothing, **closed}, call.spot)
    keys = dict(settings.keys) if isinstance(settings, Object) else {}
    found = Declared(
        Table(made, call.spot, keys), call.spot, conditions.find_condition(ev, call, env)
    )
    callback = ev.member(settings, "execute", call.spot)
    return replace(found, handler=callback.at) if isinstance(callback, Function) else found


def _convert_schema(ev: Interpreter, value: Value, at: Spot, library: str, field: str) -> Any:
    """Return a schema as a library converts it."""
    if not library or not isinstance(value, Zod):
        return convert_library_schema(ev, value, at)
    if library == LITE:
        return zod.convert_by_zod_to_json_schema(ev, value, at)
    made = zod.convert_input_schema(ev, value, at)
    if not isinstance(made, Table):
        return made
    made = replace(made, entries={**made.entries, "$schema": Text(_DRAFT_7, at)})
    return _close(made) if field == "inputSchema" else made


def _close(schema: Any) -> Any:
    """Return a schema whose objects, and those of their properties, take nothing else."""
    if not isinstance(schema, Table):
        return schema
    kind = schema.entries.get("type")
    if isinstance(kind, Unknown):
        return Table({**schema.entries, "additionalProperties": kind}, schema.at, schema.keys)
    if not (isinstance(kind, Text) and kind.value == "object"):
        return schema
    entries = {**schema.entries, "additionalProperties": Scalar(False, schema.at)}
    properties = entries.get("properties")
    if isinstance(properties, Table):
        each = {name: _close(one) for name, one in properties.entries.items()}
        entries["properties"] = Table(each, properties.at, properties.keys)
    return Table(entries, schema.at, schema.keys)


def convert_library_schema(ev: Interpreter, value: Value, at: Spot) -> Any:
    """Return a schema as libraries convert it: a zod schema by zod's own converter."""
    if isinstance(value, Object) and not isinstance(value.entries.get("type"), Text):
        version = next((v.version for v in value.entries.values() if isinstance(v, Zod)), None)
        if version:
            value = Zod("object", version, value.at, {"shape": value, "rest": "strip"})
    if not isinstance(value, Zod):
        return convert_for_json(value, ev.budget)
    made = zod.convert_input_schema(ev, value, at)
    # These depend on the converter and its settings.
    vague = Unknown("it depends on the library that converts it", at)
    extra = {"$schema": vague, "additionalProperties": vague}
    return replace(made, entries={**made.entries, **extra}) if isinstance(made, Table) else made
