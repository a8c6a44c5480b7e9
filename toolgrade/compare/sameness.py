"""Whether two schemas refuse the same values, however they are written down.

Left out of account are the order of keys, of listed values and of alternatives, words that only an
agent reads, and what refuses nothing. A reference counts by what it leads to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.compare.references import as_json, find_target, is_local
from toolgrade.compare.vocabulary import (
    ANYTHING_GOES,
    LEAST_COUNTS,
    LISTS,
    MAPS,
    REFERENCES,
    REFUSING,
    SCHEMAS,
    UNLESS_UNEVALUATED,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_DEEP = 100
_MOST_REFERENCES = 500
_DEFINITIONS = ("$defs", "definitions")
_BASES = frozenset({"$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"})
_KEPT = REFUSING | _BASES


class Sameness:
    """Judges parts of two schemas, whose local references lead into `old` and `new`."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        self._old = old
        self._new = new
        # Whether a property was looked at by another keyword then decides what is refused.
        told_apart = "unevaluated" in as_json(old) + as_json(new)
        self._idle = ANYTHING_GOES if told_apart else ANYTHING_GOES | UNLESS_UNEVALUATED
        self._proved: set[tuple[str, bool]] = set()
        self._refuted: set[tuple[str, bool]] = set()

    def is_unchanged(self, old: object, new: object) -> bool:
        """Whether two schemas say the same, words included."""
        return as_json(old) == as_json(new) and self._lead_to_the_same(new, exact=True)

    def refuses_the_same(self, old: object, new: object) -> bool:
        """Whether two schemas refuse the same values, as far as that can be seen."""
        ours, theirs = self._normalize(old), self._normalize(new)
        return ours == theirs and self._lead_to_the_same(new, exact=False)

    def _lead_to_the_same(self, schema: object, *, exact: bool) -> bool:
        """Whether what two schemas, which are alike themselves, refer to is the same."""
        waiting = list(_find_references(schema))
        met: set[tuple[str, bool]] = set()
        while waiting:
            reference = waiting.pop()
            asked = (reference, exact)
            if asked in self._refuted or len(met) > _MOST_REFERENCES:
                return False
            if asked in met or asked in self._proved:
                continue
            met.add(asked)
            found = self._find_same_target(reference, exact=exact)
            if found is None:
                self._refuted.add(asked)
                return False
            waiting += found
        self._proved |= met
        return True

    def _find_same_target(self, reference: str, *, exact: bool) -> list[str] | None:
        """Return the references in what a reference leads to; None if that is not the same."""
        spell = as_json if exact else self._normalize
        if not is_local(reference):
            # It may lead to a name that any definition gives itself.
            sides = (
                {key: side.get(key) for key in _DEFINITIONS} for side in (self._old, self._new)
            )
            before, after = sides
            return [] if as_json(before) == as_json(after) else None
        old, new = find_target(reference, self._old), find_target(reference, self._new)
        return list(_find_references(new)) if spell(old) == spell(new) else None

    def _normalize(self, schema: object) -> str:
        return as_json(_simplify(schema, self._idle, 0))


def _simplify(schema: object, idle: frozenset[str], depth: int) -> object:
    """Return a schema without what refuses nothing, its lists in one order."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    if not isinstance(schema, dict) or depth > _MOST_DEEP:
        return schema
    found = {}
    for keyword in sorted(_KEPT & schema.keys()):
        value = _simplify_value(keyword, schema[keyword], idle, depth + 1)
        if not (keyword in idle and value == {}) and not _says_nothing(keyword, value):
            found[keyword] = value
    return found


def _simplify_value(keyword: str, value: object, idle: frozenset[str], depth: int) -> object:
    if keyword in LISTS and isinstance(value, list):
        listed = [_simplify(one, idle, depth) for one in value]
        return listed if keyword in {"prefixItems", "items"} else sorted(listed, key=as_json)
    if keyword in SCHEMAS:
        return _simplify(value, idle, depth)
    if keyword in MAPS and isinstance(value, dict):
        return {
            name: sorted(one, key=as_json) if isinstance(one, list) else _simplify(one, idle, depth)
            for name, one in value.items()
        }
    if keyword == "dependentRequired" and isinstance(value, dict):
        return {
            name: sorted(one, key=as_json) if isinstance(one, list) else one
            for name, one in value.items()
        }
    if keyword in {"enum", "required", "type"} and isinstance(value, list):
        # A set is a list of what differs, in one order.
        listed = [one for _, one in sorted({as_json(one): one for one in value}.items())]
        return listed[0] if keyword == "type" and len(listed) == 1 else listed
    return value


def _says_nothing(keyword: str, value: object) -> bool:
    if keyword == "uniqueItems":
        return value is False
    if keyword in LEAST_COUNTS:
        return value == 0 and not isinstance(value, bool)
    return keyword in {"required", "allOf"} and value == []


def _find_references(schema: object, depth: int = 0) -> Iterator[str]:
    """Yield what a schema refers to. A text that looks like a reference, and a parameter of that
    name, is none.
    """
    if not isinstance(schema, dict) or depth > _MOST_DEEP:
        return
    for keyword in REFERENCES:
        if isinstance(schema.get(keyword), str):
            yield schema[keyword]
    for keyword in SCHEMAS & schema.keys():
        yield from _find_references(schema[keyword], depth + 1)
    for keyword in MAPS & schema.keys():
        inner = schema[keyword]
        for one in inner.values() if isinstance(inner, dict) else ():
            yield from _find_references(one, depth + 1)
    for keyword in LISTS & schema.keys():
        inner = schema[keyword]
        for one in inner if isinstance(inner, list) else ():
            yield from _find_references(one, depth + 1)
