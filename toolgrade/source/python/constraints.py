"""Read what `Field(...)`, `Annotated[...]` and the constraint classes add to a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.source.python.values import Class, External, Function, Instance

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping, Sequence

    from toolgrade.source.nodes import Node, Spot
    from toolgrade.source.python.interpreter import HintReader, Interpreter
    from toolgrade.source.python.values import Scope, Value

FIELD = frozenset({"pydantic.Field", "pydantic.fields.Field", "fastmcp.Field"})
_DATACLASS_FIELD = "dataclasses.field"
_MISSING = frozenset({"pydantic_core.PydanticUndefined", "builtins.Ellipsis", "builtins...."})
_NUMBER = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}
_LENGTH = {
    "string": {"min_length": "minLength", "max_length": "maxLength"},
    "array": {
        "min_length": "minItems",
        "max_length": "maxItems",
        "min_items": "minItems",
        "max_items": "maxItems",
    },
    "object": {"min_length": "minProperties", "max_length": "maxProperties"},
}
_LIMITS = frozenset(
    {*_NUMBER, "min_length", "max_length", "pattern", "regex", "min_items", "max_items"}
)
_WORDS = ("title", "description", "examples")
_RAW = "\0raw"
"""The key under which a schema notes that a validator is around it: limits are then spelled as they
are written. Never on the wire.
"""
_CLASSES = {
    "Ge": ("ge",),
    "Gt": ("gt",),
    "Le": ("le",),
    "Lt": ("lt",),
    "MultipleOf": ("multiple_of",),
    "MinLen": ("min_length",),
    "MaxLen": ("max_length",),
    "Len": ("min_length", "max_length"),
}
_AROUND = frozenset({"BeforeValidator", "AfterValidator"})
_TELLING = frozenset({"WrapValidator", "PlainValidator", "WithJsonSchema", "SkipJsonSchema"})


def is_field(value: object) -> bool:
    """Whether a value is a call of pydantic's Field."""
    return (
        isinstance(value, Instance)
        and isinstance(value.kind, External)
        and value.kind.path in FIELD
    )


def build_annotated_schema(
    hints: HintReader, inside: Sequence[ast.expr], scope: Scope, at: Spot
) -> Table:
    """Return the schema of `Annotated[type, ...]`. A text alone is a description in FastMCP; other
    SDKs ignore it, and then the caller removes it.
    """
    schema = hints.schema(inside[0], scope)
    for one in inside[1:]:
        value = hints.ev.value(one, scope)
        match value:
            case Text() if len(inside) == 2:  # noqa: PLR2004 - the type and its description
                schema = Table({**schema.entries, SHORTHAND: value}, at)
            case Text() | Scalar() | Items() | Table() | Function():
                pass
            case Instance(External(path)):
                schema = _apply_annotation(hints.ev, schema, path, value, at)
            case Instance(Class()) | Class():
                schema = _mark_schema_unknown(
                    schema, "an annotation of the package's own may change it", at
                )
            case External():
                pass
            case _:
                schema = _mark_schema_unknown(
                    schema, "one of its annotations is made at run time", at
                )
    if _RAW in schema.entries:
        return Table({k: v for k, v in schema.entries.items() if k != _RAW}, schema.at)
    return schema


SHORTHAND = "\0shorthand"
"""The key under which a schema holds the text of `Annotated[type, "text"]`; never on the wire."""


def _mark_schema_unknown(schema: Table, why: str, at: Spot) -> Table:
    entries = dict(schema.entries)
    return Table({**entries, "type": Unknown(why, at), "description": Unknown(why, at)}, at)


def _apply_annotation(
    ev: Interpreter, schema: Table, path: str, value: Instance, at: Spot
) -> Table:
    name = path.rpartition(".")[2]
    if path in FIELD:
        return apply_field_arguments(ev, schema, value.kwargs, at)
    if name in _CLASSES:
        kwargs = dict(zip(_CLASSES[name], value.args, strict=False)) | dict(value.kwargs)
        return apply_field_arguments(ev, schema, kwargs, at)
    if name in {"Interval", "StringConstraints"}:
        return apply_field_arguments(ev, schema, value.kwargs, at)
    if name == "WithJsonSchema" and value.args:
        told = ev.data(value.args[0])
        if isinstance(told, Table):
            return Table(told.entries, at)
    if name in _AROUND:
        return Table({**schema.entries, _RAW: Scalar(True, at)}, schema.at)
    if name in _TELLING:
        return _mark_schema_unknown(schema, f"{name} may change it", at)
    return schema


def apply_field_arguments(
    ev: Interpreter, schema: Table, kwargs: Mapping[str, Any], at: Spot
) -> Table:
    """Return a schema with the keyword arguments of Field applied."""
    entries: dict[str, Any] = dict(schema.entries)
    for key, raw in kwargs.items():
        if key in _WORDS:
            value = ev.data(raw)
            if not (isinstance(value, Scalar) and value.value is None):
                entries[key] = value
        elif key == "deprecated":
            value = ev.data(raw)
            if isinstance(value, Text):
                entries[key] = Scalar(True, value.at)
            elif not (isinstance(value, Scalar) and not value.value):
                entries[key] = value
        elif key in _LIMITS:
            value = ev.data(raw)
            if not (isinstance(value, Scalar) and value.value is None):
                entries = _apply_limit(entries, key, value, at)
        elif key == "json_schema_extra":
            value = ev.data(raw)
            if isinstance(value, Table):
                entries |= value.entries
            elif not (isinstance(value, Scalar) and value.value is None):
                entries["type"] = Unknown("json_schema_extra is made at run time", at)
        elif key == "discriminator":
            entries["type"] = Unknown("a discriminated union is not followed", at)
    return Table(entries, schema.at)


def _apply_limit(entries: dict[str, Any], key: str, value: Node, at: Spot) -> dict[str, Any]:
    """Return a schema with one limit applied; in `X | None` the limit applies to X."""
    options = entries.get("anyOf")
    if isinstance(options, Items):
        members = [o for o in options.items if isinstance(o, Table)]
        nulls = [
            o
            for o in members
            if isinstance(o.entries.get("type"), Text) and o.entries["type"].value == "null"
        ]
        if len(members) == 2 and len(nulls) == 1:  # noqa: PLR2004 - X and null
            changed = tuple(
                o if o in nulls else Table(_apply_limit(dict(o.entries), key, value, at), o.at)
                for o in members
            )
            return {**entries, "anyOf": Items(changed, options.at)}
        if len(nulls) == 1:
            rest = Items(tuple(o for o in options.items if o not in nulls), options.at)
            inner = Table(_apply_outer_limit({"anyOf": rest}, key, value, at), options.at)
            return {**entries, "anyOf": Items((inner, *nulls), options.at)}
        return _apply_outer_limit(entries, key, value, at)
    if _RAW in entries:
        return _apply_outer_limit(entries, key, value, at)
    if "$ref" in entries:
        return {**entries, key: Unknown("a limit on a model is not followed", at)}
    if key in _NUMBER:
        return {**entries, _NUMBER[key]: value}
    if key in {"pattern", "regex"}:
        return {**entries, "pattern": value}
    kind = entries.get("type")
    name = _LENGTH.get(kind.value if isinstance(kind, Text) else "", {}).get(key)
    return {**entries, name: value} if name else entries


def _apply_outer_limit(entries: dict[str, Any], key: str, value: Node, at: Spot) -> dict[str, Any]:
    """Return a schema with a limit that pydantic checks around it, and spells in its own way."""
    if key in _NUMBER:
        return {**entries, key: value}
    kind = entries.get("type")
    if key in {"min_length", "max_length"} and not isinstance(kind, Unknown):
        of = "array" if isinstance(kind, Text) and kind.value == "array" else "string"
        return {**entries, _LENGTH[of][key]: value}
    return {**entries, key: Unknown(f"{key} is not followed here", at)}


def default_of(ev: Interpreter, value: Value) -> tuple[Node | None, Mapping[str, Any]]:
    """Return the default that an assigned value gives (None: it is required), and what else
    it says, if it is a Field.
    """
    if not is_field(value) and not _is_dataclass_field(value):
        return (None if _is_ellipsis(value) else ev.data(value)), {}
    given: Any = value  # a Field
    if given.kind.path == _DATACLASS_FIELD:
        return _read_dataclass_field(ev, given)
    if "default_factory" in given.kwargs:
        return Unknown(FACTORY, given.at), given.kwargs
    default = given.args[0] if given.args else given.kwargs.get("default")
    if default is None or _is_ellipsis(default):
        return None, given.kwargs
    return ev.data(default), given.kwargs


def _is_dataclass_field(value: object) -> bool:
    return (
        isinstance(value, Instance)
        and isinstance(value.kind, External)
        and value.kind.path == _DATACLASS_FIELD
    )


def _read_dataclass_field(
    ev: Interpreter, given: Instance
) -> tuple[Node | None, Mapping[str, Any]]:
    """Return the same of a `dataclasses.field(...)`: its metadata are as Field's arguments."""
    metadata = given.kwargs.get("metadata")
    said = dict(metadata.entries) if isinstance(metadata, Table) else {}
    if metadata is not None and not isinstance(metadata, Table):
        said = {"json_schema_extra": Unknown("its metadata is made at run time", given.at)}
    if "default_factory" in given.kwargs:
        return Unknown(FACTORY, given.at), said
    default = given.kwargs.get("default")
    return (None if default is None else ev.data(default)), said


FACTORY = "its default is made anew each time"
"""Why the default of a field with a default_factory is unknown: the schema does not contain it."""


def _is_ellipsis(value: object) -> bool:
    if isinstance(value, Unknown):
        return value.why == ELLIPSIS
    return isinstance(value, External) and value.path in _MISSING


ELLIPSIS = "it is an ellipsis"
"""Why `...` is not data: it says that a value is required."""
