"""Whether a schema is valid under the dialect that it declares.

Nearly every schema is valid, and to validate it fully costs more than everything else about a tool.
So a cheap test comes first that no invalid schema passes. Only an object that fails it is given to
`jsonschema`, without the schemas inside it, so that depth and breadth cost nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEFAULT = "https://json-schema.org/draft/2020-12/schema"
"""The dialect of a schema that declares none (since MCP 2025-11-25)."""

KNOWN = {
    "json-schema.org/draft/2020-12/schema": "Draft202012Validator",
    "json-schema.org/draft/2019-09/schema": "Draft201909Validator",
    "json-schema.org/draft-07/schema": "Draft7Validator",
    "json-schema.org/draft-06/schema": "Draft6Validator",
    "json-schema.org/draft-04/schema": "Draft4Validator",
    "json-schema.org/schema": "Draft202012Validator",
}
"""The class of `jsonschema` for each dialect, by its address without scheme and fragment."""

TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_PICKY = frozenset({"json-schema.org/draft-04/schema", "json-schema.org/draft-06/schema"})
_FEW = 50


def _string(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _above_zero(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return _number(value) and value > 0


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _type(value: object) -> bool:
    if isinstance(value, str):
        return value in TYPES
    return isinstance(value, list) and bool(value) and _names(value) and set(value) <= TYPES


def _names(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return (
        isinstance(value, list)
        and all(isinstance(v, str) for v in value)
        and len(set(value)) == len(value)
    )


def _list(value: object) -> bool:
    return isinstance(value, list)


def _schema(value: object) -> bool:
    return isinstance(value, dict | bool)


def _schemas(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_schema, value))


def _is_map_of_schemas(value: object) -> bool:
    return isinstance(value, dict) and all(map(_schema, value.values()))


def _never(value: object) -> bool:  # noqa: ARG001 - as its siblings
    return False


_HEALTHY: dict[str, Callable[[object], bool]] = {
    "type": _type,
    "enum": _list,
    "examples": _list,
    "required": _names,
    **dict.fromkeys(("$comment", "$ref", "description", "format", "pattern", "title"), _string),
    **dict.fromkeys(("contentEncoding", "contentMediaType"), _string),
    **dict.fromkeys(("deprecated", "readOnly", "uniqueItems", "writeOnly"), _flag),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _number),
    "multipleOf": _above_zero,
    **dict.fromkeys(("minItems", "maxItems", "minLength", "maxLength"), _count),
    **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), _count),
    **dict.fromkeys(("additionalProperties", "contains", "else", "if", "items", "not"), _schema),
    **dict.fromkeys(("propertyNames", "then"), _schema),
    **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties"), _schema),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _schemas),
    **dict.fromkeys(("$defs", "definitions", "dependentSchemas", "properties"), _is_map_of_schemas),
    "patternProperties": _is_map_of_schemas,
    # Rare, and different in each dialect: left to the library.
    **dict.fromkeys(("$anchor", "$dynamicAnchor", "$dynamicRef", "$id"), _never),
    **dict.fromkeys(("$recursiveAnchor", "$recursiveRef", "$vocabulary"), _never),
    **dict.fromkeys(("additionalItems", "contentSchema", "dependencies"), _never),
    "dependentRequired": _never,
}
"""For each keyword a test that its value is valid in every dialect except the two strict ones; any
other keyword takes any value.
"""


def is_sound(schema: Mapping[str, Any], dialect: str = DEFAULT) -> bool:
    """Return whether a schema object is certainly valid, apart from the schemas inside it.

    >>> is_sound({"type": "string", "x-own": 1}), is_sound({"type": "str"})
    (True, False)
    """
    if dialect is not DEFAULT and name(dialect) in _PICKY:
        return False
    for keyword, value in schema.items():
        test = _HEALTHY.get(keyword)
        if test is not None and not test(value):
            return False
    return True


def name(address: str) -> str:
    """Return a dialect's address without scheme, fragment and last slash.

    >>> name("http://json-schema.org/draft-07/schema#")
    'json-schema.org/draft-07/schema'
    """
    return address.partition("://")[2].partition("#")[0].rstrip("/")


def fault(schema: Mapping[str, Any], dialect: str) -> tuple[tuple[str | int, ...], str] | None:
    """Return where and why a schema object is invalid under `dialect`, apart from the schemas
    inside it; None if it is valid or the dialect is unknown.
    """
    known = KNOWN.get(name(dialect))
    if known is None:
        return None
    import jsonschema  # noqa: PLC0415 - slow, and few schemas need it
    from jsonschema.exceptions import best_match  # noqa: PLC0415 - as above

    kind = getattr(jsonschema, known)
    found = kind(kind.META_SCHEMA).iter_errors(_cut_inner_schemas(schema))
    error = best_match(found)
    return None if error is None else (tuple(error.absolute_path), _describe_error(error))


def _describe_error(error: Any) -> str:  # noqa: ANN401 - jsonschema ships no types for it
    """Return what is wrong in few words; the library's message quotes the whole value."""
    wanted = error.validator_value
    if error.validator == "type":
        kinds = " or ".join([wanted] if isinstance(wanted, str) else wanted)
        return f"must be of type {kinds}"
    if error.validator == "enum":
        return f"must be one of {', '.join(map(str, wanted))}"
    return {
        "anyOf": f"must be one of {', '.join(sorted(TYPES))}",
        "uniqueItems": "must not repeat a value",
        "minItems": "must not be empty",
        "minimum": "must not be negative",
        "exclusiveMinimum": "must be above 0",
    }.get(error.validator, "has a value that this keyword does not allow")


_BY_KEY = frozenset(
    {"$defs", "definitions", "dependencies", "dependentRequired", "dependentSchemas"}
    | {"patternProperties", "properties"}
)
_ANYTHING = frozenset({"default", "const"})


def _cut_inner_schemas(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with every schema inside it empty, and long lists cut."""
    kept = {key: value for key, value in schema.items() if key not in _ANYTHING}
    return {key: _empty_schemas(value, inside=key in _BY_KEY) for key, value in kept.items()}


def _empty_schemas(value: Any, *, inside: bool) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        few = list(value.items())[:_FEW] if inside else []
        return {key: _empty_schemas(member, inside=False) for key, member in few}
    if isinstance(value, list):
        return [{} if isinstance(member, dict) else member for member in value[:_FEW]]
    return value
