"""A schema with its local references followed, and the alternatives that it is a choice of.

Schemas are written by strangers: references may loop, and anything may be of the wrong type.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from toolgrade.compare.vocabulary import REFUSING
from toolgrade.model.pointers import key_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_HOPS = 20
_MOST_CHOICES = 40
_MOST_LISTED = 300
LABELS = "$labels"
"""The key of the words on each value where a choice of values is resolved to a list of them."""

_FLOAT = re.compile(r"\d(?:\.0|e)")
_TYPES_OF_VALUES = (
    *((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array")),
    (dict, "object"),
)


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
        if not REFUSING.isdisjoint(rest):
            return {**rest, "allOf": [target]}
        found = {**target, **rest}
    return _list_values(found, root)


def _target(schema: Mapping[str, Any], root: Mapping[str, Any]) -> dict[str, Any] | None:
    several = schema.get("allOf")
    if isinstance(several, list) and len(several) == 1 and "$ref" not in schema:
        return _as_object(several[0])
    reference = schema.get("$ref")
    if not isinstance(reference, str) or not is_local(reference) or "allOf" in schema:
        return None
    value = find_target(reference, root)
    return _as_object(value) if isinstance(value, dict | bool) else None


def is_local(reference: str) -> bool:
    """Whether a reference is a pointer into the schema that holds it."""
    return reference == "#" or reference.startswith("#/")


def find_target(reference: str, root: Mapping[str, Any]) -> object:
    """Return what a local reference leads to, None if there is nothing."""
    value: object = root
    for token in _unquote_fragment(reference[1:]).split("/")[1:]:
        if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            value = value.get(key_of(token)) if isinstance(value, dict) else None
    return value


def _list_values(schema: dict[str, Any], root: Mapping[str, Any]) -> dict[str, Any]:
    """Return a choice of single values as the list of values that it is.

    >>> _list_values({"oneOf": [{"const": "a"}, {"const": "b"}], "title": "A"}, {})
    {'title': 'A', 'enum': ['a', 'b']}
    """
    keyword = next((key for key in ("anyOf", "oneOf") if key in schema), "")
    listed = schema.get(keyword)
    rest = {key: value for key, value in schema.items() if key != keyword}
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST_LISTED:
        return schema
    if not REFUSING.isdisjoint(rest.keys() - {"type"}):
        return schema
    values: list[Any] = []
    labels: dict[str, str] = {}
    for one in listed:
        found = _target(one, root) if isinstance(one, dict) and "$ref" in one else one
        if not isinstance(found, dict) or not REFUSING.isdisjoint(
            found.keys() - {"type", "enum", "const"}
        ):
            return schema
        more = [None] if found == {"type": "null"} else listed_values(found)
        if more is None:
            return schema
        values += more
        said = " ".join(str(found[key]) for key in ("title", "description") if key in found)
        labels |= {as_json(value): said for value in more if said}
    spelled = {as_json(value): value for value in values}
    if keyword == "oneOf" and len(spelled) < len(values):
        return schema
    return {**rest, "enum": list(spelled.values())} | ({LABELS: labels} if labels else {})


def _unquote_fragment(fragment: str) -> str:
    from urllib.parse import unquote  # noqa: PLC0415 - most schemas have no reference

    return unquote(fragment)


def _as_object(schema: object) -> dict[str, Any]:
    if schema is False:
        return {"not": {}}
    return schema if isinstance(schema, dict) else {}


def choices(schema: Mapping[str, Any], root: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the alternatives of a schema that is nothing but a choice; None if it is more than
    that, or no choice. One-of is a choice where no value can be of two alternatives.
    """
    says = schema.keys() & REFUSING
    if len(says) != 1 or not says <= {"anyOf", "oneOf"}:
        return None
    (keyword,) = says
    listed = schema[keyword]
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST_CHOICES:
        return None
    found = [resolve_reference(one, root) for one in listed]
    return found if keyword == "anyOf" or _are_apart(found, root) else None


def _are_apart(found: Sequence[dict[str, Any]], root: Mapping[str, Any]) -> bool:
    """Whether no value can be of two of some schemas, by its type or by a property that each of
    them requires and gives values of its own.
    """
    types = [_json_types(one) for one in found]
    if all(types) and sum(map(len, types)) == len(frozenset().union(*types)):
        return True
    if any(one.get("type") != "object" for one in found):
        return False
    first, *others = [_name_kinds(one, root) for one in found]
    return any(
        all(name in other for other in others)
        and sum(len(other[name]) for other in (first, *others))
        == len(first[name].union(*(other[name] for other in others)))
        for name in first
    )


def _name_kinds(schema: Mapping[str, Any], root: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Return the values, spelled, of each property that a schema requires and lists values for."""
    required, declared = schema.get("required"), schema.get("properties")
    if not isinstance(required, list) or not isinstance(declared, dict):
        return {}
    found = {}
    for name in (one for one in required[:_MOST_CHOICES] if isinstance(one, str)):
        values = listed_values(resolve_reference(declared.get(name, {}), root))
        if values:
            found[name] = frozenset(map(as_json, values))
    return found


def _json_types(schema: Mapping[str, Any]) -> frozenset[str]:
    # An integer is a number too: as types that must not overlap they are one.
    return frozenset("number" if t == "integer" else t for t in types(schema) or ())


def types(schema: Mapping[str, Any]) -> frozenset[str] | None:
    """Return the types a schema names, or those of the values it lists; None for any type."""
    named = _name_types(schema)
    if named is not None:
        return named
    values = listed_values(schema)
    return None if values is None else frozenset(_type_of(value) for value in values)


def _name_types(schema: Mapping[str, Any]) -> frozenset[str] | None:
    given = schema.get("type")
    if isinstance(given, str):
        return frozenset({given})
    if isinstance(given, list) and given and all(isinstance(t, str) for t in given):
        return frozenset(given)
    return None


def listed_values(schema: Mapping[str, Any]) -> list[Any] | None:
    """Return the only values a schema takes, from `enum` or `const`, of its types if it names any;
    None if it lists none.
    """
    values = schema.get("enum")
    if "const" in schema:
        only = schema["const"]
        values = (
            [only] if not isinstance(values, list) or as_json(only) in map(as_json, values) else []
        )
    if not isinstance(values, list):
        return None
    named = _name_types(schema)
    if named is None:
        return values
    named = named | {"integer"} if "number" in named else named
    return [value for value in values if _type_of(value) in named]


def as_json(value: object) -> str:
    """Return the JSON that equal values share: 1 and 1.0 are equal, 1 and true are not, and the
    order of keys says nothing.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if not _FLOAT.search(text):
        return text
    return json.dumps(_with_whole_numbers(value), ensure_ascii=False, sort_keys=True)


def _with_whole_numbers(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _with_whole_numbers(one) for key, one in value.items()}
    return [_with_whole_numbers(one) for one in value] if isinstance(value, list) else value


def _type_of(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, float) and value.is_integer():
        return "integer"
    return next((name for kind, name in _TYPES_OF_VALUES if isinstance(value, kind)), "object")
