"""The keywords of JSON Schema by what they do, and the bounds that only a machine has."""

from __future__ import annotations

TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})

LOWER = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
UPPER = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
LEAST_COUNTS = frozenset({"minLength", "minItems", "minProperties"})
MOST_COUNTS = frozenset({"maxLength", "maxItems", "maxProperties"})

GROUPED = frozenset(
    {"patternProperties", "prefixItems", "additionalItems", "contains", "minContains"}
    | {"maxContains", "if", "then", "else"}
)
"""Each of these means something else next to another of its group: to add one may also loosen."""

RULES = frozenset(
    {"not", "oneOf", "pattern", "format", "multipleOf", "uniqueItems", "propertyNames", "$ref"}
    | {"dependentRequired", "dependentSchemas", "dependencies", "unevaluatedProperties"}
    | {"unevaluatedItems", "contentEncoding", "contentMediaType", "contentSchema", "$dynamicRef"}
    | {"$recursiveRef"}
)
"""Keywords of which only this is known: without it, nothing is refused."""

REFUSING = (
    LOWER
    | UPPER
    | GROUPED
    | RULES
    | {"type", "enum", "const", "properties", "required", "additionalProperties", "items"}
    | {"allOf", "anyOf"}
)
"""Keywords that may refuse a value, or decide what another one does. No other keyword may."""

MAPS = frozenset({"properties", "patternProperties", "dependentSchemas", "dependencies"})
"""Keywords whose value is schemas by name."""

SCHEMAS = frozenset(
    {"additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items"}
    | {"not", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"}
)
"""Keywords whose value is a schema."""

LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems", "items"})
"""Keywords whose value is, or may be, a list of schemas."""

ANYTHING_GOES = frozenset(
    {"propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema"}
)
"""Keywords whose schema refuses nothing where it is true."""

UNLESS_UNEVALUATED = frozenset({"additionalItems", "additionalProperties", "items"})
"""The same, unless a schema refuses what no keyword has looked at."""

REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")

_LARGEST_EXACT = 2**53 - 1
_LARGEST_COUNT = 2**31 - 1
_NUMBER_FORMATS = frozenset(
    {"decimal", "double", "float", "int", "int8", "int16", "int32", "int64", "integer", "long"}
    | {"number", "uint", "uint8", "uint16", "uint32", "uint64"}
)


def is_machine_bound(keyword: str, limit: float) -> bool:
    """Whether a bound says only how far a machine counts: no caller goes beyond it.

    >>> is_machine_bound("maximum", 2**53 - 1), is_machine_bound("maximum", 100)
    (True, False)
    """
    if keyword in MOST_COUNTS:
        return limit >= _LARGEST_COUNT
    if keyword in LOWER:
        return limit <= -_LARGEST_EXACT
    return limit >= _LARGEST_EXACT


def is_number_format(value: object) -> bool:
    """Whether a format names how a machine keeps a number, which no validator looks at."""
    return isinstance(value, str) and value in _NUMBER_FORMATS
