"""A schema without what one side does not know: only what both know is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.model.pointers import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from toolgrade.model import Pointer

_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions"})
_WORDS = frozenset({"title", "description", "default", "examples"})
_SHAPES = frozenset({"$ref", "allOf", "anyOf", "const", "enum", "items", "oneOf", "type"})
"""Where one of these is unknown, so is which values the whole schema takes."""


def drop_hidden(
    schema: Mapping[str, Any], start: str, hidden: Iterable[Pointer]
) -> Mapping[str, Any]:
    """Return the schema at the tool's key `start` without what is hidden: pointers from the tool
    to what a side does not know.
    """
    for pointer in sorted(hidden):
        if pointer.startswith(f"/{start}/"):
            schema = _drop_at(schema, [key_of(token) for token in pointer.split("/")[2:]])
    return schema


def _drop_at(schema: Any, trail: Sequence[str], *, named: bool = False) -> Any:  # noqa: ANN401 - JSON
    """Return JSON without what `trail` leads to; `named` if its keys are names, no keywords."""
    key, *rest = trail
    if isinstance(schema, list) and rest and key.isdecimal():
        return [_drop_at(s, rest) if i == int(key) else s for i, s in enumerate(schema)]
    if not isinstance(schema, dict):
        return schema
    if rest:
        inner = schema.get(key)
        left = _drop_at(inner, rest, named=not named and key in _NAMED)
        return {**schema, key: left} if key in schema else schema
    if key in _SHAPES and not named:
        return {k: v for k, v in schema.items() if k in _WORDS}
    return {k: v for k, v in schema.items() if k != key}
