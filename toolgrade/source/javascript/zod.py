"""Schemas made with zod: what its functions and methods build, without the JSON they become."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript.budget import TOO_LARGE, Budget
from toolgrade.source.javascript.combine import limit_size, merge
from toolgrade.source.javascript.conversion import convert_from_json
from toolgrade.source.javascript.values import (
    REST,
    RUN_TIME,
    Absent,
    Array,
    Foreign,
    Function,
    Object,
    Perhaps,
    Value,
    Zod,
)
from toolgrade.source.javascript.zod_json import write_json_schema
from toolgrade.source.nodes import Scalar, Spot, Table, Text, Unknown

if TYPE_CHECKING:
    from toolgrade.source.javascript.interpreter import Interpreter
    from toolgrade.source.nodes import Node

_PLAIN = frozenset(
    "string number boolean bigint date any unknown never null undefined void symbol nan".split()  # noqa: SIM905 - read as one line
)
_FORMATS = frozenset(
    "email url uuid uuidv4 guid cuid cuid2 ulid nanoid emoji base64 base64url jwt ipv4 ipv6 "  # noqa: SIM905 - as above
    "cidrv4 cidrv6 e164 datetime date time duration httpUrl".split()
)
_CHECKS = _FORMATS | frozenset(
    "min max length nonempty regex startsWith endsWith includes ip cidr int positive negative "  # noqa: SIM905 - as above
    "nonnegative nonpositive multipleOf step finite safe gt gte lt lte uppercase lowercase".split()
)
_TRANSPARENT = frozenset(
    "refine superRefine brand readonly trim toLowerCase toUpperCase normalize transform pipe "  # noqa: SIM905 - as above
    "overwrite strip".split()
)
_THREE, _FOUR = 3, 4
_VERSIONS = {"zod/v3": 3, "zod/v4": 4, "zod/v4-mini": 4, "zod/mini": 4, "zod/v4/core": 4}
ZOD_EXPORTS = frozenset({"discriminatedUnion", "object", "string"})
"""Names that zod exports, by which it is recognized in a bundle."""

_DRAFT_7 = "http://json-schema.org/draft-07/schema#"
_DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"
_SETTINGS: dict[int, dict[str, tuple[object, ...]]] = {
    3: {
        "$refStrategy": ("none", "root"),
        "strictUnions": (True, False),
        "target": ("jsonSchema7",),
    },
    4: {
        "io": ("input", "output"),
        "target": ("draft-7", "draft-07", "draft-2020-12"),
        "unrepresentable": ("any", "throw"),
        "reused": ("inline",),
    },
}
_CHECKING = frozenset(
    {"refine", "superRefine", "overwrite", "trim", "toLowerCase", "toUpperCase", "normalize"}
)
"""Methods that add a check, after which the first versions of zod 4 forget a description."""
_EFFECTS = frozenset({"refine", "superRefine", "transform", "pipe", "brand", "readonly"})
_NAMED = {("z",), ("zod",)}
_MODULES = frozenset({"zod", "zod/v3", "zod/v4", "zod/v4-mini", "zod/mini", "zod/v4/core"})


def is_zod(value: Foreign) -> bool:
    """Return whether something comes from zod, also when another package passes it on."""
    return value.package in _MODULES or (value.package != "" and value.path[:1] in _NAMED)


_CLASSES = {"ZodNativeEnum": "enum", "ZodDiscriminatedUnion": "discriminated"}


def is_a(value: Zod, name: str) -> bool | None:
    """Return whether a schema is of zod's class `name`; None if that cannot be known."""
    if name in {"ZodType", "ZodTypeAny", "Schema", "ZodSchema"}:
        return True
    if "effects" in value.of or value.kind in {"preprocess", "nullish"}:
        return None
    kind = _CLASSES.get(name, name.removeprefix("Zod").lower())
    if value.kind == "enum" and kind == "enum" and value.version == _THREE:
        return value.of.get("native") is (name == "ZodNativeEnum")
    if kind == "union" and value.kind == "discriminated":
        return None
    return value.kind == kind


def _way(function: Foreign) -> tuple[str, ...]:
    return tuple(step for step in function.path if step not in {"default", "z", "zod"})


def make(ev: Interpreter, function: Foreign, given: list[Value], at: Spot) -> Value:
    """Return what one of zod's functions makes."""
    way = _way(function)
    version = _VERSIONS.get(function.package, ev.dialect.zod or _FOUR)
    name = way[-1] if way else ""
    if name == "toJSONSchema":
        return convert_to_json_schema(ev, given[0] if given else Absent(at), given[1:], at, 4)
    if any(isinstance(one, Perhaps) for one in given):
        return Unknown(RUN_TIME, at)
    if way[:1] == ("coerce",) and name in _PLAIN:
        return Zod(name, version, at, {"coerced": True})
    if way[:1] == ("iso",) or name in _FORMATS - {"date"} or name == "int":
        checks = ((name, tuple(given)),)
        return Zod("number" if name == "int" else "string", version, at, checks=checks)
    if len(way) != 1:
        return Unknown(RUN_TIME, at)
    first = given[0] if given else Absent(at)
    second = given[1] if len(given) > 1 else Absent(at)
    if name in _PLAIN:
        return _add_description(Zod(name, version, at), first)
    match name:
        case "object" | "strictObject" | "looseObject" | "interface":
            shape = Object({}, at) if isinstance(first, Absent) else first
            rest = {"strictObject": "strict", "looseObject": "passthrough"}.get(name, "strip")
            return _add_description(
                Zod("object", version, at, {"shape": shape, "rest": rest}), second
            )
        case "array":
            return _add_description(Zod("array", version, at, {"inner": first}), second)
        case "enum" | "nativeEnum":
            return _add_description(
                Zod("enum", version, at, {"values": first, "native": isinstance(first, Object)}),
                second,
            )
        case "literal":
            return _add_description(Zod("literal", version, at, {"value": first}), second)
        case "union":
            return _add_description(Zod("union", version, at, {"options": first}), second)
        case "discriminatedUnion":
            third = given[2] if len(given) > 2 else Absent(at)  # noqa: PLR2004 - key, options, settings
            return _add_description(Zod("discriminated", version, at, {"options": second}), third)
        case "record" | "partialRecord":
            key, inner = (first, second) if isinstance(second, Zod | Unknown) else (None, first)
            return Zod("record", version, at, {"key": key, "inner": inner})
        case "tuple":
            return Zod("tuple", version, at, {"items": first, "rest": second})
        case "optional" | "nullable" | "nullish":
            return _wrap_schema(name, first, version, at)
        case "lazy" if isinstance(first, Function):
            return ev.apply(first, [], at)
        case "map" | "set":
            return Zod(name, version, at)
        case "custom" | "instanceof" if version == _FOUR:
            return Zod("custom", version, at)
        case "preprocess":
            return Zod("preprocess", version, at, {"inner": second})
    return Unknown(RUN_TIME, at)


def _add_description(schema: Zod, settings: Value) -> Zod:
    """Return a schema with the description its settings give (zod 3 takes it from there)."""
    if isinstance(settings, Object) and schema.version == _THREE:
        found = settings.entries.get("description", settings.entries.get(REST))
        return replace(schema, description=found) if found else schema
    if isinstance(settings, Unknown) and schema.kind != "object":
        return replace(schema, description=settings)
    return schema


def _wrap_schema(name: str, inner: Value, version: int, at: Spot) -> Value:
    if not isinstance(inner, Zod):
        return inner if isinstance(inner, Unknown) else Unknown(RUN_TIME, at)
    if name == "nullish":
        return _wrap_schema("optional", _wrap_schema("nullable", inner, version, at), version, at)
    return Zod(name, version, at, {"inner": inner}, description=_inherit_description(inner))


def _inherit_description(inner: Zod) -> Any:
    """Return the description that what is made of a schema has: in zod 3 the schema's own."""
    return inner.description if inner.version == _THREE else None


def _derive(of: Zod) -> Zod:
    """Return a schema that is made of another: in zod 4 without what was said of that one."""
    if of.version == _THREE:
        return of
    kept = {key: one for key, one in of.of.items() if key != "meta"}
    return replace(of, of=kept, description=None)


def call_schema_method(ev: Interpreter, of: Zod, name: str, given: list[Value], at: Spot) -> Value:
    """Return what a method of a schema makes."""
    if any(isinstance(one, Perhaps) for one in given):
        return Unknown(RUN_TIME, at)
    first = given[0] if given else Absent(at)
    version, start = of.version, of.at
    if name in _CHECKS and of.kind in {"string", "number", "array", "bigint", "date", "set"}:
        checked = replace(of, checks=(*of.checks, (name, tuple(given))))
        return _derive(checked) if ev.dialect.is_early else checked
    match name:
        case "describe":
            text = first if isinstance(first, Text | Unknown) else Unknown(RUN_TIME, at)
            return replace(of, description=text)
        case "meta" if isinstance(first, Object):
            rest = Unknown(RUN_TIME, at)
            text = first.entries.get(
                "description", rest if REST in first.entries else of.description
            )
            before = of.of["meta"].entries if "meta" in of.of else {}
            said = {k: v for k, v in first.entries.items() if k not in {"description", "id"}}
            more = {**before, **said}
            if "id" in first.entries:
                return Unknown("it is spelled as a reference", at)
            return replace(of, description=text, of={**of.of, "meta": Object(more, at)})
        case "optional" | "nullable" | "nullish":
            return _wrap_schema(name, of, version, start)
        case "default" | "catch" | "prefault":
            return Zod(
                name,
                version,
                start,
                {"inner": of, "value": first},
                description=_inherit_description(of),
            )
        case "array":
            return Zod("array", version, start, {"inner": of})
        case "or":
            options = Array((of, first), start)
            return Zod(
                "union", version, start, {"options": options}, description=_inherit_description(of)
            )
        case "strict" | "passthrough" | "loose" if of.kind == "object":
            rest_of = "strict" if name == "strict" else "passthrough"
            return _derive(replace(of, of={**of.of, "rest": rest_of}))
        case "strip" if of.kind == "object" and version == _FOUR:
            return _derive(replace(of, of={**of.of, "rest": "strip"}))
        case "catchall" if of.kind == "object":
            return _derive(replace(of, of={**of.of, "rest": "catchall", "catchall": first}))
        case "extend" | "merge" | "safeExtend" | "augment" if of.kind == "object":
            return _extend_object(of, first, at, ev.budget)
        case "pick" | "omit" | "partial" | "required" if of.kind == "object":
            return _select_members(of, name, first, at, ev.budget)
        case "keyof" if of.kind == "object" and isinstance(of.of["shape"], Object):
            names = tuple(Text(k, at) for k in of.of["shape"].entries)
            return Zod("enum", version, start, {"values": Array(names, at)})
        case "unwrap" | "removeDefault" | "innerType" if "inner" in of.of:
            return of.of["inner"]  # type: ignore[no-any-return]
        case "clone":
            return replace(of)
        case "toJSONSchema" if version == _FOUR:
            return convert_to_json_schema(ev, of, given, at, _FOUR)
        case "extract" | "exclude" if of.kind == "enum" and isinstance(first, Array):
            return _fewer(of, name, first, at)
    if name == "readonly" and version == _FOUR:
        return replace(of, of={**of.of, "readonly": True})
    if ev.dialect.is_early and name in _CHECKING:
        return _derive(replace(of))
    if name in _TRANSPARENT:
        becomes_effects = version == _THREE and name in _EFFECTS
        return replace(of, of={**of.of, "effects": True}) if becomes_effects else replace(of)
    return Unknown(RUN_TIME, at)


def member(of: Zod, name: str, at: Spot) -> Value:
    """Return a member of a schema that is not a method."""
    if name == "shape" and of.kind == "object":
        return of.of["shape"]  # type: ignore[no-any-return]
    if name in {"options", "values", "enum", "Enum"} and of.kind == "enum":
        values = of.of["values"]
        if name == "options" or not isinstance(values, Array):
            return values  # type: ignore[no-any-return]
        if all(isinstance(v, Text) for v in values.items):
            return Object({v.value: v for v in values.items}, at)
    if name == "options" and of.kind in {"union", "discriminated"}:
        return of.of["options"]  # type: ignore[no-any-return]
    if name == "element" and of.kind == "array":
        return of.of["inner"]  # type: ignore[no-any-return]
    if name == "value" and of.kind == "literal":
        return of.of["value"]  # type: ignore[no-any-return]
    if name == "description":
        return of.description or Absent(at)
    return Unknown(RUN_TIME, at)


def _shape(of: Value) -> Value:
    return of.of["shape"] if isinstance(of, Zod) and of.kind == "object" else of


def _extend_object(of: Zod, more: Value, at: Spot, budget: Budget) -> Value:
    shape, added = of.of["shape"], _shape(more)
    if not isinstance(shape, Object) or not isinstance(added, Object):
        return Unknown(RUN_TIME, at)
    made = Object(dict(shape.entries), added.at, dict(shape.keys))
    merge(made, added, at, budget)
    if isinstance(whole := limit_size(made, budget), Unknown):
        return whole
    rest = more.of if isinstance(more, Zod) else of.of
    kept = {k: v for k, v in rest.items() if k in {"rest", "catchall"}}
    return Zod(
        "object", of.version, of.at, {**kept, "shape": made}, description=_inherit_description(of)
    )


def _select_members(of: Zod, name: str, mask: Value, at: Spot, budget: Budget) -> Value:
    shape = of.of["shape"]
    if not isinstance(shape, Object) or REST in shape.entries:
        return Unknown(RUN_TIME, at)
    if isinstance(mask, Absent) and name in {"partial", "required"}:
        wanted = set(shape.entries)
    elif (
        isinstance(mask, Object)
        and REST not in mask.entries
        and all(isinstance(v, Scalar) and v.value for v in mask.entries.values())
    ):
        wanted = set(mask.entries)
    else:
        return Unknown(RUN_TIME, at)
    if not budget.build(len(shape.entries)):
        return Unknown(TOO_LARGE, at)
    entries: dict[str, Any] = {}
    for key, value in shape.entries.items():
        if name in {"pick", "omit"}:
            if (key in wanted) == (name == "pick"):
                entries[key] = value
        elif key not in wanted:
            entries[key] = value
        elif name == "partial":
            entries[key] = _wrap_schema("optional", value, of.version, value.at)
        else:
            while isinstance(value, Zod) and value.kind == "optional":
                value = value.of["inner"]  # noqa: PLW2901 - unwrapped
            entries[key] = value
    return _derive(replace(of, of={**of.of, "shape": Object(entries, shape.at, shape.keys)}))


def _fewer(of: Zod, name: str, chosen: Array, at: Spot) -> Value:
    values = of.of["values"]
    if not isinstance(values, Array) or not all(isinstance(c, Text) for c in chosen.items):
        return Unknown(RUN_TIME, at)
    wanted = {c.value for c in chosen.items}
    kept = tuple(
        v
        for v in values.items
        if isinstance(v, Text) and (v.value in wanted) == (name == "extract")
    )
    return _derive(replace(of, of={**of.of, "values": Array(kept, values.at)}))


def convert_to_json_schema(
    ev: Interpreter, schema: Value, settings: list[Value], at: Spot, version: int
) -> Value:
    """Return the JSON Schema that zodToJsonSchema (3) or z.toJSONSchema (4) makes of a schema."""
    ev.budget.start_definition()
    return convert_from_json(_write_schema(ev, schema, settings, at, version))


def convert_input_schema(ev: Interpreter, schema: Zod, at: Spot) -> Node:
    """Return the JSON Schema of a schema's input, by the converter of its version."""
    io = Object({"io": Text("input", at)}, at)
    settings: list[Value] = [io] if schema.version == _FOUR else []
    return _write_schema(ev, schema, settings, at, schema.version)


def convert_by_zod_to_json_schema(ev: Interpreter, schema: Zod, at: Spot) -> Node:
    """Return the JSON Schema that the package zod-to-json-schema makes."""
    return _write_schema(ev, schema, [], at, _THREE)


def _write_schema(
    ev: Interpreter, schema: Value, settings: list[Value], at: Spot, version: int
) -> Node:
    """Return the JSON Schema that the converter for a version of zod makes of a schema."""
    if not isinstance(schema, Zod):
        return schema if isinstance(schema, Unknown) else Unknown(RUN_TIME, at)
    chosen = _settings(settings, version)
    if chosen is None:
        return Unknown("it is made with settings that are not supported", at)
    if version < schema.version:
        if ev.dialect.zod is None:
            return Unknown("it depends on the installed version of zod", at)
        # What is made for zod 3 finds nothing that it knows in a schema of zod 4.
        return Table({"$schema": Text(_DRAFT_7, at)}, at)
    late = version == _FOUR and chosen.get("target") not in {"draft-7", "draft-07"}
    name = chosen.get("name")
    return write_json_schema(
        schema,
        ev.budget,
        version,
        _DRAFT_2020 if late else _DRAFT_7,
        strict_unions=chosen.get("strictUnions") is True,
        output=version == _FOUR and chosen.get("io") != "input",
        refers=chosen.get("$refStrategy") != "none",
        closes="rejectedAdditionalProperties" not in chosen,
        compacts=ev.dialect.compacts,
        is_early=ev.dialect.is_early,
        name=name,
    )


def _settings(given: list[Value], version: int) -> dict[str, Any] | None:
    """Return the settings of a conversion; None if they change more than is supported here."""
    tables = [one for one in given if not isinstance(one, Absent)]
    if not tables:
        return {}
    if version == _THREE and isinstance(tables[0], Text):
        return {"name": tables[0].value} if len(tables) == 1 else None
    entries = tables[0].entries if isinstance(tables[0], Object) else {REST: None}
    chosen = {k: getattr(v, "value", None) for k, v in entries.items()}
    open_ended = entries.get("rejectedAdditionalProperties")
    known = all(
        chosen[key] in _SETTINGS[version].get(key, ())
        or (key == "name" and version == _THREE and isinstance(chosen[key], str))
        or (key == "rejectedAdditionalProperties" and isinstance(open_ended, Absent))
        for key in chosen
    )
    return chosen if known and len(tables) == 1 else None


def detect_bundled_zod(value: Value) -> Value:
    """Return a value, or zod itself if it is the object that a bundler made of zod's exports."""
    if isinstance(value, Object) and value.entries.keys() >= ZOD_EXPORTS:
        return Foreign("zod", ("z",), value.at)
    return value
