"""The keywords that ajv compiles, by dialect: the type of each one's value, and what it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.clients.regexes import read_pattern
from toolgrade.schema import dialect as json_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.model.pointers import Trail

_Kinds = tuple[tuple[type, ...], str]
_NUMBER: _Kinds = (int, float), "a number"
_TEXT: _Kinds = (str,), "a text"
_LIST: _Kinds = (list,), "a list"
_OBJECT: _Kinds = (dict,), "an object"
_BOOLEAN: _Kinds = (bool,), "true or false"
_SCHEMA: _Kinds = (dict, bool), "a schema"
_COMMON: dict[str, _Kinds] = {
    **dict.fromkeys(("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"), _NUMBER),
    **dict.fromkeys(("multipleOf", "maxLength", "minLength", "maxProperties"), _NUMBER),
    **dict.fromkeys(("minProperties", "maxItems", "minItems"), _NUMBER),
    **dict.fromkeys(("pattern", "$ref", "format"), _TEXT),
    **dict.fromkeys(("required", "enum", "anyOf", "oneOf", "allOf"), _LIST),
    **dict.fromkeys(("properties", "patternProperties", "dependencies"), _OBJECT),
    **dict.fromkeys(("additionalProperties", "contains", "not", "if", "then", "else"), _SCHEMA),
    **dict.fromkeys(("uniqueItems", "nullable"), _BOOLEAN),
    "propertyNames": _SCHEMA,
    "type": ((str, list), "a text or a list"),
}
_TUPLES: dict[str, _Kinds] = {
    "items": ((dict, list, bool), "a schema"),
    "additionalItems": _SCHEMA,
}
_LATER: dict[str, _Kinds] = {
    **dict.fromkeys(("minContains", "maxContains"), _NUMBER),
    **dict.fromkeys(("dependentRequired", "dependentSchemas"), _OBJECT),
    **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems"), _SCHEMA),
    **dict.fromkeys(("$dynamicRef", "$recursiveRef", "$dynamicAnchor"), _TEXT),
    "$recursiveAnchor": _BOOLEAN,
}


class Dialect(NamedTuple):
    """A dialect: what the addresses begin with that ajv knows by itself, the types of its keywords'
    values, and all keywords that make ajv compile.
    """

    known: tuple[str, ...]
    types: Mapping[str, _Kinds]
    rules: frozenset[str]


def _make(known: str, *types: Mapping[str, _Kinds]) -> Dialect:
    every = {key: kinds for one in types for key, kinds in one.items()}
    return Dialect(
        (f"{known}/schema", f"{known}/meta/"), every, frozenset({*every, "id", "const", "$comment"})
    )


DRAFT_07 = _make("http://json-schema.org/draft-07", _COMMON, _TUPLES)
DRAFT_2019 = _make("https://json-schema.org/draft/2019-09", _COMMON, _TUPLES, _LATER)
DRAFT_2020 = _make(
    "https://json-schema.org/draft/2020-12",
    _COMMON,
    _LATER,
    {"items": _SCHEMA, "prefixItems": _LIST},
)
DIFFERING = frozenset({*_LATER, "additionalItems", "prefixItems", "$id", "$ref"})
"""The keywords that not every dialect has, and those that may lead to a dialect's own schema."""
_ONE = ("items", "additionalProperties", "contains", "not", "propertyNames")
_LISTED = ("anyOf", "oneOf", "allOf", "items", "prefixItems")
_NAMED = ("properties", "patternProperties", "dependencies", "dependentSchemas")
_UNEVALUATED = ("unevaluatedProperties", "unevaluatedItems")
_ANCHOR = re.compile(r"[a-z_][-a-z0-9._]*", re.IGNORECASE | re.ASCII)


def is_anchor(name: str) -> bool:
    """Return whether ajv takes a name as an anchor."""
    return bool(_ANCHOR.fullmatch(name))


def has_rules(schema: object, dialect: Dialect) -> bool:
    """Return whether ajv compiles anything of a schema that is an object."""
    return isinstance(schema, dict) and not dialect.rules.isdisjoint(schema)


def find_faults(schema: Mapping[str, Any], dialect: Dialect) -> Iterator[tuple[str, str]]:
    """Yield the keywords of one schema object that ajv throws at, with what to do."""
    if "id" in schema:
        yield "id", "write $id instead of id"
    for keyword, value in schema.items():
        wanted = dialect.types.get(keyword)
        if wanted and not _is_of(value, wanted[0]):
            yield keyword, f"make {keyword} {wanted[1]}"
    if fault := _check_type(schema):
        yield fault
    if schema.get("enum") == []:
        yield "enum", "give enum a member, or leave it out"
    needed = schema.get("dependentRequired") if "dependentRequired" in dialect.types else None
    if isinstance(needed, dict) and not all(
        isinstance(one, list) or one == "" for one in needed.values()
    ):
        yield "dependentRequired", "list the names that each property requires"
    for keyword in ("$dynamicRef", "$recursiveRef"):
        reference = schema.get(keyword) if keyword in dialect.types else None
        if isinstance(reference, str) and not reference.startswith("#"):
            yield keyword, f"begin {keyword} with #"
    yield from _find_bad_patterns(schema, dialect)


def _find_bad_patterns(schema: Mapping[str, Any], dialect: Dialect) -> Iterator[tuple[str, str]]:
    advice = "write a pattern that JavaScript compiles:"
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and (why := read_pattern(pattern, "javascript").fault):
        yield "pattern", f"{advice} this one {why}"
    named = schema.get("patternProperties")
    if not isinstance(named, dict):
        return
    more = schema.get("additionalProperties")
    members = (*named.values(), more)
    if any(member is False or has_rules(member, dialect) for member in members):
        for key in named:
            if why := read_pattern(key, "javascript").fault:
                yield "patternProperties", f"{advice} '{key[:40]}' {why}"


def _is_of(value: object, wanted: tuple[type, ...]) -> bool:
    return isinstance(value, wanted) and (bool in wanted or not isinstance(value, bool))


def _check_type(schema: Mapping[str, Any]) -> tuple[str, str] | None:
    given = schema.get("type")
    kinds = given if isinstance(given, list) else [given] if given else []
    if not all(isinstance(kind, str) and kind in json_schema.TYPES for kind in kinds):
        return "type", f"name one of {', '.join(sorted(json_schema.TYPES))}"
    if "nullable" in schema:
        if "null" in kinds and schema["nullable"] is False:
            return "nullable", "take nullable: false away, or null from the type"
        if not kinds:
            return "nullable", "give the schema a type, or take nullable away"
    return None


def walk_held(
    schema: Mapping[str, Any], trail: Trail, dialect: Dialect
) -> Iterator[tuple[Any, Trail]]:
    """Yield the schemas that ajv compiles with this one, in order."""
    for keyword in _list_single(schema, dialect):
        if keyword in schema and not isinstance(schema[keyword], list):
            yield schema[keyword], (trail, keyword)
    for keyword in _LISTED:
        value = schema.get(keyword)
        if isinstance(value, list) and keyword in dialect.types:
            yield from ((member, ((trail, keyword), i)) for i, member in enumerate(value))
    for keyword in _NAMED:
        value = schema.get(keyword) if keyword in dialect.types else None
        for key, member in value.items() if isinstance(value, dict) else ():
            # A key of this name sets the prototype of an object in JavaScript, and is lost.
            if not (keyword == "dependencies" and isinstance(member, list)) and key != "__proto__":
                yield member, ((trail, keyword), key)


def _list_single(schema: Mapping[str, Any], dialect: Dialect) -> Iterator[str]:
    yield from _ONE
    branches = [branch for branch in ("then", "else") if branch in schema]
    if "if" in schema and branches:
        yield from branches
        if any(schema[one] is False or has_rules(schema[one], dialect) for one in branches):
            yield "if"
    if isinstance(schema.get("items"), list):
        yield "additionalItems"
    if "unevaluatedItems" in dialect.types:
        yield from _UNEVALUATED
