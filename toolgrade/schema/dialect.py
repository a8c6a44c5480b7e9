"""Whether a schema is one at all, under the dialect it declares.

Nearly every schema is healthy, and a full validation costs more than all else about a tool. So a
cheap test comes first that no broken schema passes; only the one object that fails it is shown to
`jsonschema`, without what it holds, so that depth and breadth cost nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEFAULT = "https://json-schema.org/draft/2020-12/schema"
"""What a schema follows that declares no dialect (MCP 2025-11-25 on)."""

KNOWN = {
    "json-schema.org/draft/2020-12/schema": "Draft202012Validator",
    "json-schema.org/draft/2019-09/schema": "Draft201909Validator",
    "json-schema.org/draft-07/schema": "Draft7Validator",
    "json-schema.org/draft-06/schema": "Draft6Validator",
    "json-schema.org/draft-04/schema": "Draft4Validator",
    "json-schema.org/schema": "Draft202012Validator",
}
"""A dialect's address without scheme and fragment, to the class of `jsonschema` that knows it."""

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
    # Rare, and not the same in every dialect: the library knows.
    **dict.fromkeys(("$anchor", "$dynamicAnchor", "$dynamicRef", "$id"), _never),
    **dict.fromkeys(("$recursiveAnchor", "$recursiveRef", "$vocabulary"), _never),
    **dict.fromkeys(("additionalItems", "contentSchema", "dependencies"), _never),
    "dependentRequired": _never,
}
"""Keywords to what makes their value right in every dialect but the picky two; a keyword that is
not here takes anything.
"""


def is_sound(schema: Mapping[str, Any], dialect: str = DEFAULT) -> bool:
    """Return whether a schema object is surely right, what it holds aside; False means perhaps not.

    >>> sound({"type": "string", "x-own": 1}), sound({"type": "str"})
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
    """Return where in a schema object and why it is none under `dialect`, what it holds aside; None
    if it is one, or if nobody knows the dialect.
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
    """Return what is wrong in our words: the library's quote the whole value, however long."""
    wanted = error.validator_value
    if error.validator == "type":
        kinds = " or ".join([wanted] if isinstance(wanted, str) else wanted)
        return f"must be of type {kinds}"
    if error.validator == "enum":
        return f"must be one of {', '.join(map(str, wanted))}"
    return {
        "anyOf": f"must be one of {', '.join(sorted(TYPES))}",
        "uniqueItems": "must not repeat itself",
        "minItems": "must not be empty",
        "minimum": "must not be negative",
        "exclusiveMinimum": "must be above 0",
    }.get(error.validator, "is not what this keyword takes")


_BY_KEY = frozenset(
    {"$defs", "definitions", "dependencies", "dependentRequired", "dependentSchemas"}
    | {"patternProperties", "properties"}
)
_ANYTHING = frozenset({"default", "const"})


def _cut_inner_schemas(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with every schema in it empty, and what is long cut."""
    kept = {key: value for key, value in schema.items() if key not in _ANYTHING}
    return {key: _empty_schemas(value, inside=key in _BY_KEY) for key, value in kept.items()}


def _empty_schemas(value: Any, *, inside: bool) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        few = list(value.items())[:_FEW] if inside else []
        return {key: _empty_schemas(member, inside=False) for key, member in few}
    if isinstance(value, list):
        return [{} if isinstance(member, dict) else member for member in value[:_FEW]]
    return value
