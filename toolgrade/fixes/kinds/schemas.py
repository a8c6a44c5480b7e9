"""Fixes of schemas in place: the forms of older drafts, and values that are written twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from toolgrade.fixes.subject import Draft, Kind, point_at
from toolgrade.model import Edit
from toolgrade.schema import dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.fixes.subject import Subject
    from toolgrade.schema import Node

_LISTS_ITEMS = ("draft-04", "draft-06", "draft-07", "draft/2019-09")
TYPE_NAMES = {
    "str": "string",
    "text": "string",
    "char": "string",
    "int": "integer",
    "int32": "integer",
    "int64": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "decimal": "number",
    "bool": "boolean",
    "dict": "object",
    "map": "object",
    "list": "array",
    "tuple": "array",
    "none": "null",
}
"""Names that languages have for JSON Schema's types, in lower case."""


def _name_dialect(subject: Subject, node: Node) -> str:
    root = subject.raw.get(_find_key(node), {})
    given = root.get("$schema")
    return dialect.name(given) if isinstance(given, str) else ""


def _find_key(node: Node) -> str:
    trail = node.trail
    key = ""
    while trail:
        trail, step = trail
        key = str(step)
    return key


def _find_boolean_bounds(subject: Subject) -> Iterator[Draft]:
    edits: list[Edit] = []
    for node, schema in subject.find_objects("exclusiveMinimum", "exclusiveMaximum"):
        for bound, exclusive in (
            ("minimum", "exclusiveMinimum"),
            ("maximum", "exclusiveMaximum"),
        ):
            if isinstance(schema.get(exclusive), bool) and "draft-04" not in _name_dialect(
                subject, node
            ):
                edits += _make_bound_edits(node, schema, bound, exclusive)
    if edits:
        yield Draft("schema.dialect", "write exclusive bounds as numbers", tuple(edits))


def _make_bound_edits(
    node: Node, schema: Mapping[str, Any], bound: str, exclusive: str
) -> Iterator[Edit]:
    limit = schema.get(bound)
    is_number = isinstance(limit, int | float) and not isinstance(limit, bool)
    if schema[exclusive] and is_number:
        yield Edit("remove", point_at(node, bound))
        yield Edit("replace", point_at(node, exclusive), limit)
    else:
        # Without its bound it says nothing in draft-04 either.
        yield Edit("remove", point_at(node, exclusive))


def _find_tuples(subject: Subject) -> Iterator[Draft]:
    edits: list[Edit] = []
    for node, schema in subject.find_objects("items"):
        items = schema.get("items")
        if not isinstance(items, list) or "prefixItems" in schema:
            continue
        if any(old in _name_dialect(subject, node) for old in _LISTS_ITEMS):
            continue
        if items:
            edits.append(
                Edit("move", point_at(node, "prefixItems"), source=point_at(node, "items"))
            )
        else:
            edits.append(Edit("remove", point_at(node, "items")))
        if isinstance(schema.get("additionalItems"), dict | bool):
            source = point_at(node, "additionalItems")
            edits.append(Edit("move", point_at(node, "items"), source=source))
    if edits:
        yield Draft("schema.dialect", "write the items of a tuple as prefixItems", tuple(edits))


def _find_repeated_values(subject: Subject) -> Iterator[Draft]:
    edits: list[Edit] = []
    for node, schema in subject.find_objects("enum"):
        values = schema.get("enum")
        if isinstance(values, list) and len(values) > 1:
            once = list({json.dumps(value, sort_keys=True): value for value in values}.values())
            if len(once) < len(values):
                edits.append(Edit("replace", point_at(node, "enum"), once))
    if edits:
        yield Draft("schema.choices", "list each value of an enum once", tuple(edits))


def _find_repeated_names(subject: Subject) -> Iterator[Draft]:
    edits: list[Edit] = []
    for node, schema in subject.find_objects("required", "type"):
        for keyword in ("required", "type"):
            names = schema.get(keyword)
            if isinstance(names, list) and all(isinstance(name, str) for name in names):
                once = list(dict.fromkeys(names))
                if len(once) < len(names):
                    edits.append(Edit("replace", point_at(node, keyword), once))
    if edits:
        yield Draft("schema.dialect", "list each name once", tuple(edits))


def _find_optional_flags(subject: Subject) -> Iterator[Draft]:
    found = [
        Edit("remove", point_at(node, "required"))
        for node, schema in subject.find_objects("required")
        if schema.get("required") is False
    ]
    if found:
        yield Draft("malformed.wrong-type", "leave out required: false", tuple(found))


def _find_any_types(subject: Subject) -> Iterator[Draft]:
    found = [
        Edit("remove", point_at(node, "type"))
        for node, schema in subject.find_objects("type")
        if node.depth and schema.get("type") == "any"
    ]
    if found:
        yield Draft("schema.dialect", 'leave out "type": "any"', tuple(found))


def _find_type_names(subject: Subject) -> Iterator[Draft]:
    edits: list[Edit] = []
    for node, schema in subject.find_objects("type"):
        kind = schema.get("type")
        plain = kind.lower() if isinstance(kind, str) and kind not in dialect.TYPES else ""
        known = TYPE_NAMES.get(plain) or (plain if plain in dialect.TYPES else None)
        if known:
            edits.append(Edit("replace", point_at(node, "type"), known))
    if edits:
        yield Draft("schema.dialect", "name the types as JSON Schema does", tuple(edits))


def _find_required_flags(subject: Subject) -> Iterator[Draft]:
    edits: list[Edit] = []
    for node, schema in subject.find_objects("properties"):
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            continue
        flagged = [
            name
            for name, member in properties.items()
            if isinstance(member, dict) and member.get("required") is True
        ]
        listed = schema.get("required", [])
        if flagged and isinstance(listed, list):
            edits += (
                Edit("remove", point_at(node, "properties", name, "required")) for name in flagged
            )
            names = [*listed, *(name for name in flagged if name not in listed)]
            at = point_at(node, "required")
            edits.append(Edit("replace" if "required" in schema else "add", at, names))
    if edits:
        yield Draft(
            "malformed.wrong-type", "list in required what says required: true", tuple(edits)
        )


KINDS = (
    Kind(
        "boolean-bound",
        safe=True,
        reason="the number is the same bound, as every draft since draft-06 writes it",
        find=_find_boolean_bounds,
    ),
    Kind(
        "tuple-items",
        safe=True,
        reason="prefixItems is the name that 2020-12, the default, has for a list of items",
        find=_find_tuples,
    ),
    Kind(
        "repeated-value",
        safe=True,
        reason="a value that is listed twice is allowed as often as one listed once",
        find=_find_repeated_values,
    ),
    Kind(
        "repeated-name",
        safe=True,
        reason="a name that is listed twice asks for nothing more",
        find=_find_repeated_names,
    ),
    Kind(
        "optional-flag",
        safe=True,
        reason="a property that is not listed in its object's required is optional",
        find=_find_optional_flags,
    ),
    Kind(
        "any-type",
        safe=True,
        reason='"any" is draft-03 for every type, which is what no type says',
        find=_find_any_types,
    ),
    Kind(
        "type-name",
        safe=False,
        reason="a value of another type was refused by no reader, and is now",
        find=_find_type_names,
    ),
    Kind(
        "required-flag",
        safe=False,
        reason="a call without the property was not refused, and is now",
        find=_find_required_flags,
    ),
)
