"""Whether ajv 8 compiles a schema, in the mode the TypeScript SDK 1.x uses (draft-07, not strict).

`listTools` compiles each output schema, and a schema that does not compile loses the whole list.
ajv reads only the keywords of draft-07, checks the type of each keyword's value, and follows a
`$ref` when it meets one; definitions that nothing refers to are not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from toolgrade.clients.regexes import read_pattern
from toolgrade.model.pointers import key_of
from toolgrade.schema import MOST_SCHEMAS, anchors, dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.model.pointers import Trail

_NUMBER = (int, float)
_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    **dict.fromkeys(("maximum", "minimum", "exclusiveMaximum"), (_NUMBER, "a number")),
    **dict.fromkeys(("exclusiveMinimum", "multipleOf"), (_NUMBER, "a number")),
    **dict.fromkeys(("maxLength", "minLength", "maxProperties"), (_NUMBER, "a number")),
    **dict.fromkeys(("minProperties", "maxItems", "minItems"), (_NUMBER, "a number")),
    "uniqueItems": ((bool,), "true or false"),
    **dict.fromkeys(("pattern", "$ref"), ((str,), "a text")),
    "format": ((str, *_NUMBER), "a text"),
    **dict.fromkeys(("required", "enum", "anyOf", "oneOf", "allOf"), ((list,), "a list")),
    **dict.fromkeys(("properties", "patternProperties", "dependencies"), ((dict,), "an object")),
    "items": ((dict, list, bool), "a schema"),
    **dict.fromkeys(("additionalItems", "additionalProperties"), ((dict, bool), "a schema")),
    **dict.fromkeys(("contains", "not", "if", "propertyNames"), ((dict, bool), "a schema")),
}
"""The keywords that ajv compiles, with the type that each one's value must have."""
_ONE = ("items", "additionalProperties", "contains", "not", "propertyNames")
_CONDITION = ("if", "then", "else")
_LISTED = ("anyOf", "oneOf", "allOf", "items")
_NAMED = ("properties", "patternProperties", "dependencies")
_KNOWN_REFERENCES = ("http://json-schema.org/draft-07/schema",)

Found = tuple["Trail", str]


def find_fault(
    root: Mapping[str, Any], start: Trail, *, is_old: bool, follows: bool
) -> Found | None:
    """Return the first place that keeps ajv from compiling `root`, and what to do there.

    `is_old`: as draft-07; else as 2020-12, in which `items` may not be a list. Without `follows`, a
    `$ref` may lead nowhere.
    """
    named = anchors(root) if _holds_id(root) else frozenset[str]()
    work: list[tuple[Any, Trail]] = [(root, start)]
    followed: set[str] = set()
    left = MOST_SCHEMAS
    while work and left > 0:
        left -= 1
        schema, trail = work.pop()
        if schema is None:
            return trail, "write a schema instead of null"
        if not isinstance(schema, dict):
            continue
        fault = next(_find_faults_of(schema), None)
        if not is_old and isinstance(schema.get("items"), list):
            fault = fault or ("items", "write one schema as items, and prefixItems for a tuple")
        if fault:
            return (trail, fault[0]), fault[1]
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in followed:
            followed.add(reference)
            target, is_there = _follow(root, reference, named)
            if not is_there and follows:
                return (trail, "$ref"), f"put what $ref names into the schema: {reference[:40]}"
            if is_there:
                work.append((target, start))
        work += reversed(list(_walk_held(schema, trail)))
    return None


def _holds_id(root: Mapping[str, Any]) -> bool:
    return "$id" in root or "$defs" in root or "definitions" in root


def _follow(root: Mapping[str, Any], reference: str, named: frozenset[str]) -> tuple[Any, bool]:
    address, _, fragment = reference.partition("#")
    if reference in named or address in named or address in _KNOWN_REFERENCES:
        return {}, True
    if address or (fragment and not fragment.startswith("/")):
        return None, False
    value: Any = root
    for token in unquote(fragment).split("/")[1:]:
        if isinstance(value, dict) and key_of(token) in value:
            value = value[key_of(token)]
        elif isinstance(value, list) and token.isdecimal() and int(token[:5]) < len(value):
            value = value[int(token[:5])]
        else:
            return None, False
    return value, True


def _find_faults_of(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keywords of one schema object that ajv throws at, with what to do."""
    for keyword, value in schema.items():
        wanted = _TYPES.get(keyword)
        if wanted and not _is_of(value, wanted[0]):
            yield keyword, f"make {keyword} {wanted[1]}"
    if fault := _check_type(schema):
        yield fault
    if schema.get("enum") == []:
        yield "enum", "give enum a member, or leave it out"
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and (why := read_pattern(pattern, "javascript").fault):
        yield "pattern", f"write a pattern that JavaScript compiles: this one {why}"
    named = schema.get("patternProperties")
    if isinstance(named, dict) and any(value not in ({}, True) for value in named.values()):
        for key in named:
            if why := read_pattern(key, "javascript").fault:
                yield (
                    "patternProperties",
                    f"write a pattern that JavaScript compiles: '{key[:40]}' {why}",
                )


def _is_of(value: object, wanted: tuple[type, ...]) -> bool:
    return isinstance(value, wanted) and (bool in wanted or not isinstance(value, bool))


def _check_type(schema: Mapping[str, Any]) -> tuple[str, str] | None:
    given = schema.get("type")
    kinds = given if isinstance(given, list) else [given] if given else []
    if not all(isinstance(kind, str) and kind in dialect.TYPES for kind in kinds):
        return "type", f"name one of {', '.join(sorted(dialect.TYPES))}"
    if "nullable" in schema:
        if "null" in kinds and schema["nullable"] is False:
            return "nullable", "take nullable: false away, or null from the type"
        if not kinds:
            return "nullable", "give the schema a type, or take nullable away"
    return None


def _walk_held(schema: Mapping[str, Any], trail: Trail) -> Iterator[tuple[Any, Trail]]:
    """Yield the schemas that ajv compiles with this one, in order."""
    for keyword in _list_single(schema):
        if keyword in schema and not isinstance(schema[keyword], list):
            yield schema[keyword], (trail, keyword)
    for keyword in _LISTED:
        value = schema.get(keyword)
        if isinstance(value, list):
            yield from ((member, ((trail, keyword), i)) for i, member in enumerate(value))
    for keyword in _NAMED:
        value = schema.get(keyword)
        for key, member in value.items() if isinstance(value, dict) else ():
            if not (keyword == "dependencies" and isinstance(member, list)):
                yield member, ((trail, keyword), key)


def _list_single(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from _ONE
    if "if" in schema and schema.keys() & {"then", "else"}:
        yield from _CONDITION
    if isinstance(schema.get("items"), list):
        yield "additionalItems"
