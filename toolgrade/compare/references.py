"""A schema with its local references followed, and the alternatives that it is a choice of.

Schemas are written by strangers: references may loop, and anything may be of the wrong type.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from toolgrade.model.pointers import key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_HOPS = 20
_MOST_CHOICES = 40
SAYS_NOTHING = frozenset(
    {"title", "description", "default", "examples", "example", "deprecated", "readOnly"}
    | {"writeOnly", "$comment", "$schema", "$id", "$anchor", "$defs", "definitions"}
)
"""Keywords that refuse no value."""


def resolve_reference(schema: object, root: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema as an object, its local reference replaced by its target. Keywords next to a
    reference that refuse values too are kept apart from it, in an `allOf`.

    >>> resolve_reference({"$ref": "#/$defs/a", "title": "A"}, {"$defs": {"a": {"type": "string"}}})
    {'type': 'string', 'title': 'A'}
    """
    found = _as_object(schema)
    for _ in range(_MOST_HOPS):
        target = _target(found, root)
        if target is None:
            break
        rest = {k: v for k, v in found.items() if k not in {"$ref", "allOf"}}
        if not rest.keys() <= SAYS_NOTHING:
            return {**rest, "allOf": [target]}
        found = {**target, **rest}
    return found


def _target(schema: Mapping[str, Any], root: Mapping[str, Any]) -> dict[str, Any] | None:
    several = schema.get("allOf")
    if isinstance(several, list) and len(several) == 1 and "$ref" not in schema:
        return _as_object(several[0])
    reference = schema.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#") or "allOf" in schema:
        return None
    value: object = root
    for token in _unquote_fragment(reference[1:]).split("/")[1:]:
        if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            value = value.get(key_of(token)) if isinstance(value, dict) else None
    return _as_object(value) if isinstance(value, dict | bool) else None


def _unquote_fragment(fragment: str) -> str:
    from urllib.parse import unquote  # noqa: PLC0415 - most schemas have no reference

    return unquote(fragment)


def _as_object(schema: object) -> dict[str, Any]:
    if schema is False:
        return {"not": {}}
    return schema if isinstance(schema, dict) else {}


def choices(schema: Mapping[str, Any], root: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the alternatives of a schema that is nothing but a choice; None if it is more than
    that, or no choice. One-of is a choice where no two alternatives share a type.
    """
    says = schema.keys() - SAYS_NOTHING
    if len(says) != 1 or not says <= {"anyOf", "oneOf"}:
        return None
    (keyword,) = says
    listed = schema[keyword]
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST_CHOICES:
        return None
    found = [resolve_reference(one, root) for one in listed]
    if keyword == "anyOf":
        return found
    types = [_json_types(one) for one in found]
    apart = sum(map(len, types)) == len(frozenset().union(*types))
    return found if apart and all(types) else None


def _json_types(schema: Mapping[str, Any]) -> frozenset[str]:
    # An integer is a number too: as types that must not overlap they are one.
    return frozenset("number" if t == "integer" else t for t in types(schema) or ())


def types(schema: Mapping[str, Any]) -> frozenset[str] | None:
    """Return the types a schema names, or those of the values it lists; None for any type."""
    given = schema.get("type")
    if isinstance(given, str):
        return frozenset({given})
    if isinstance(given, list) and given and all(isinstance(t, str) for t in given):
        return frozenset(given)
    values = listed_values(schema)
    return None if values is None else frozenset(_type_of(value) for value in values)


def listed_values(schema: Mapping[str, Any]) -> list[Any] | None:
    """Return the only values a schema takes, from `enum` or `const`; None if it lists none."""
    values = schema.get("enum")
    if "const" in schema:
        only = schema["const"]
        return (
            [only] if not isinstance(values, list) or as_json(only) in map(as_json, values) else []
        )
    return values if isinstance(values, list) else None


def as_json(value: object) -> str:
    """Return the JSON that equal values share: 1 and 1.0 are equal, 1 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _type_of(value: object) -> str:
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string")):
        if isinstance(value, kind):
            return "integer" if isinstance(value, float) and value.is_integer() else name
    return "null" if value is None else "array" if isinstance(value, list) else "object"
