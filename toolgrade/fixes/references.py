"""Writes out what `$ref` names, where nothing is lost by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.schema import resolve, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SAID = frozenset(
    {"title", "description", "default", "examples", "example", "deprecated", "readOnly"}
    | {"writeOnly", "$comment"}
)
"""Keywords next to `$ref` that allow and forbid nothing: they may replace those of the target."""
_SCOPED = frozenset(
    {"$id", "id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef", "$recursiveAnchor"}
    | {"unevaluatedProperties", "unevaluatedItems"}
)
"""Keywords that make a schema mean something else where it is written elsewhere."""
_DEFINITIONS = ("$defs", "definitions")
_MOST_SCHEMAS = 2000
_DEEPEST = 40


class CannotInlineError(Exception):
    """Why a reference stays as it is."""


def list_references(schema: object) -> Iterator[str]:
    """Yield each reference inside of a schema."""
    for node in walk(schema):
        if isinstance(node.schema, dict) and isinstance(ref := node.schema.get("$ref"), str):
            yield ref


def is_scoped(root: Mapping[str, Any]) -> bool:
    """Whether a schema holds a keyword that ties parts of it to where they are written."""
    return any(
        isinstance(node.schema, dict) and not _SCOPED.isdisjoint(node.schema) for node in walk(root)
    )


def inline_references(root: Mapping[str, Any], cut: int = 0) -> dict[str, Any]:
    """Return a schema in which every reference to one of its own schemas is written out, and the
    definitions are left out. Raises CannotInlineError.

    With `cut`, what leads back to itself is written out that many times, and then takes anything.
    """
    if is_scoped(root):
        raise CannotInlineError("it names its schemas by $id or $anchor")
    is_old = "draft-0" in str(root.get("$schema", ""))
    writer = _Writer(root, cut, is_old=is_old)
    inlined = writer.write(root, ())
    return {key: value for key, value in inlined.items() if key not in _DEFINITIONS}


class _Writer:
    def __init__(self, root: Mapping[str, Any], cut: int, *, is_old: bool) -> None:
        self._root = root
        self._cut = cut
        self._is_old = is_old
        self._left = _MOST_SCHEMAS
        self.was_cut = False

    def write(self, schema: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - any JSON
        if not isinstance(schema, dict):
            return schema
        self._left -= 1
        if self._left < 0 or len(path) > _DEEPEST:
            raise CannotInlineError("it would become too large")
        reference = schema.get("$ref")
        if reference is None:
            return self._write_members(schema, path)
        if not isinstance(reference, str):
            raise CannotInlineError("a $ref is not a text")
        target = resolve(self._root, reference)
        if target is None:
            raise CannotInlineError(f"{reference[:60]} names nothing in it")
        if path.count(reference) > self._cut or (reference in path and not self._cut):
            if self._cut:
                self.was_cut = True
                return {k: v for k, v in schema.items() if k in _SAID}
            raise CannotInlineError(f"{reference[:60]} leads back to itself")
        held = self.write(target, (*path, reference))
        beside = {k: v for k, v in schema.items() if k != "$ref"}
        return self._join(held, beside, path)

    def _join(self, held: Any, beside: dict[str, Any], path: tuple[str, ...]) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(held, bool):
            held = {} if held else {"not": {}}
        rules = beside.keys() - _SAID - {*_DEFINITIONS, "$schema"}
        if self._is_old or not rules:
            # Before 2019-09 nothing next to $ref counts, and what only says something never does.
            said = {k: v for k, v in beside.items() if k in _SAID or k == "$schema"}
            return {**{k: v for k, v in held.items() if k not in _DEFINITIONS}, **said}
        return {"allOf": [held], **self._write_members(beside, path)}

    def _write_members(self, schema: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
        """Return a schema with the schemas inside of it written out; its definitions stay."""
        written: dict[str, Any] = {}
        for keyword, value in schema.items():
            if keyword in _DEFINITIONS:
                written[keyword] = value
            elif isinstance(value, dict) and keyword in _NAMED:
                written[keyword] = {k: self.write(v, path) for k, v in value.items()}
            elif isinstance(value, dict) and keyword in _ONE:
                written[keyword] = self.write(value, path)
            elif isinstance(value, list) and keyword in _LISTED:
                written[keyword] = [self.write(member, path) for member in value]
            else:
                written[keyword] = value
        return written


_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "dependencies"})
_LISTED = frozenset({"anyOf", "oneOf", "allOf", "prefixItems", "items"})
_ONE = frozenset(
    {"items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"}
    | {"additionalItems", "contentSchema"}
)
