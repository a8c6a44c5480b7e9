"""What a definition must hold for a measure to find anything, so that most questions are not asked.

Each is a mark of `Part.marks`: a keyword of the input schema, "!" and one whose value has an odd
type, ">" and a keyword of the output schema, ">" alone for having one, "/" and a field of the tool,
"." and the name of a parameter, and what `facts.py` names in capitals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.clients.facts import (
    A_BOOLEAN,
    A_NULL,
    AN_ARRAY,
    AN_ODD_PROPERTY,
    AN_UNTYPED_PARAMETER,
    OUTPUT,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_OF_VALUE = frozenset(
    {"bounds", "counts", "empty-lists", "item-unions", "keywords"}
    | {"nested-keywords", "nested-unions", "numeric-bounds", "root-keywords", "text-values"}
)
"""Measures whose value names the keywords of the input schema that they look at."""


def _both(keywords: Iterable[str]) -> tuple[str, ...]:
    return tuple(mark for keyword in keywords for mark in (keyword, f">{keyword}"))


_INTEGERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_FIXED: dict[str, frozenset[str]] = {
    name: frozenset(marks)
    for names, marks in (
        (("pattern-compiles", "pattern-features"), ("pattern",)),
        (("references", "recursive-references", "reference-siblings"), ("$ref",)),
        (("formats", "refused-formats"), ("format",)),
        (("uniform-values", "scalar-values", "empty-values", "enum-beside-type"), ("enum",)),
        (("item-lists",), ("items",)),
        (("union-types",), ("anyOf", "oneOf")),
        (("declared-dialect",), ("$schema", ">$schema")),
        (("output-dialect",), (">$schema",)),
        (("output-root-type", "output-compiles", "output-valid"), (OUTPUT,)),
        (("output-root-keywords", "output-beside-execution"), (OUTPUT,)),
        (("output-property-schemas",), (OUTPUT,)),
        (("exact-integers",), _both((*_INTEGERS, "default", "const"))),
        (("boolean-schemas", "nested-booleans"), (A_BOOLEAN,)),
        (("property-members", "property-schemas"), (AN_ODD_PROPERTY,)),
        (("boolean-additional-properties", "closed-roots"), ("additionalProperties",)),
        (("single-types", "several-types"), ("!type",)),
        (("typed", "typed-strictly"), (AN_UNTYPED_PARAMETER,)),
        (("array-items",), (AN_ARRAY,)),
        (("icons",), ("/icons",)),
        (("task-support",), ("/execution",)),
        (("hint-types",), ("/annotations",)),
        (("null-fields",), (A_NULL,)),
    )
    for name in names
}


def list_needs(measure: str, is_: Any) -> frozenset[str] | None:  # noqa: ANN401 - a limit's value
    """Return the marks of which a tool has one if a measure finds anything; None for any tool."""
    if measure in _OF_VALUE:
        return frozenset(is_)
    if measure == "keyword-types":
        return frozenset(f"!{keyword}" for keyword in is_)
    if measure == "keywords-anywhere":
        return frozenset(_both(is_))
    if measure == "reserved-properties":
        return frozenset(f".{name}" for name in is_)
    return _FIXED.get(measure)
