"""The part of an input schema that an agent must construct for a minimal call.

TDQS follows every path through the definitions of a schema; there may be billions. Here a
definition is measured once if its place does not matter, and `_PATIENCE` limits the rest: the
numbers equal those of TDQS for every schema that TDQS itself measures in about a second.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

_DEEPEST = 10
"""Object levels that TDQS descends."""

_PATIENCE = 20_000
"""Visits below recursive definitions, after which what is left there counts as opaque."""

_ELSEWHERE = frozenset({"$ref", "not", "oneOf", "anyOf"})
_STRUCTURE = _ELSEWHERE | {"properties", "items", "allOf"}


class Subtree(NamedTuple):
    """What an agent must construct for a minimal call: fields, object levels, choices in unions."""

    fields: int
    depth: int
    unions: int

    def plus(self, part: Subtree) -> Subtree:
        """Return the sum with a part: fields and unions add up, the greater depth counts."""
        return Subtree(
            self.fields + part.fields, max(self.depth, part.depth), self.unions + part.unions
        )


_Visit: TypeAlias = "Generator[_Visit, Subtree, Subtree]"
"""A visit yields the visits below it and gets their results."""


def required_subtree(schema: Mapping[str, Any]) -> Subtree:
    """Return the size of the part of a schema that is reached through required properties."""
    if not _properties(schema):
        return Subtree(0, 0, 0)
    own, parts = _measure_level(schema, 0)
    if not parts and _ELSEWHERE.isdisjoint(schema):
        return own  # as with most: flat
    return _run(_Traversal(schema).visit(schema, 0, 0))


def _run(first: _Visit) -> Subtree:
    """Run a visit and those below it without recursion: a chain of $ref may be very long."""
    stack = [first]
    step = first.__next__
    while True:
        try:
            stack.append(step())
            step = stack[-1].__next__
        except StopIteration as done:
            found: Subtree = done.value
            stack.pop()
            if not stack:
                return found
            step = partial(stack[-1].send, found)


class _Traversal:
    """One walk over a schema. A path is a bit set: the recursive references being followed."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._patience = _PATIENCE
        self._known: dict[tuple[str, int, int], Subtree] = {}
        self._places: dict[str, int] = {}

    def visit(self, schema: object, parent: int, path: int) -> _Visit:
        """Return the size of a schema under `parent` object levels."""
        self._patience -= path > 0
        if not _is_structured(schema) or self._patience < 0 < path:
            return Subtree(0, parent, 0)
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return (yield from self._expand(schema, parent, path))
        target = self._targets.get(reference)
        if target is None:
            return Subtree(0, parent, 0)
        definition, recursive = target
        bit = self._bit(reference) if recursive else 0
        if path & bit:
            return Subtree(0, parent, 0)
        # A definition outside of a recursion has the same size everywhere.
        key = (reference, parent, path if bit else 0)
        if key not in self._known:
            self._known[key] = yield from self._expand(definition, parent, path | bit)
        return self._known[key]

    @cached_property
    def _targets(self) -> dict[str, tuple[dict[str, Any], bool]]:
        return _targets(self._root)

    def _bit(self, reference: str) -> int:
        # Numbered as they are followed, so a path has at most `_PATIENCE` bits.
        return 1 << self._places.setdefault(reference, len(self._places))

    def _expand(self, schema: Mapping[str, Any], parent: int, path: int) -> _Visit:
        """Return the size of a schema whose own $ref was followed already."""
        total, parts = _measure_level(schema, parent)
        for part, level in parts:
            total = total.plus((yield self.visit(part, level, path)))
        if negated := schema.get("not"):
            # A negated schema has a depth but no fields.
            seen = yield self.visit(negated, parent, path)
            total = total.plus(Subtree(0, seen.depth, 0))
        for keyword in ("oneOf", "anyOf"):
            if choices := _choices(schema.get(keyword)):
                found = []
                for choice in choices:
                    found.append((yield self.visit(choice, parent, path)))  # noqa: PERF401 - a comprehension cannot yield
                total = total.plus(_widest(found))
        return total


def _measure_level(schema: Mapping[str, Any], parent: int) -> tuple[Subtree, list[tuple[Any, int]]]:
    """Return the size of a schema's own level, and the parts below it with the levels above
    each.
    """
    parts = [(part, parent) for part in (schema.get("items"), *_list(schema.get("allOf"))) if part]
    properties = _properties(schema)
    if not properties or parent >= _DEEPEST:
        return Subtree(0, parent, 0), parts
    names = [name for name in _list(schema.get("required")) if isinstance(name, str)]
    children = [properties[name] for name in names if name in properties]
    parts += [(child, parent + 1) for child in children if _is_structured(child)]
    return Subtree(len(names), parent + 1, 0), parts


def _widest(found: list[Subtree]) -> Subtree:
    """Return the size of a union: the most fields, the deepest level, the number of choices."""
    widest = max(found, key=lambda choice: choice.fields)
    deepest = max(choice.depth for choice in found)
    return Subtree(widest.fields, deepest, widest.unions + len(found) - 1)


def _choices(union: object) -> list[Any]:
    """Return the choices of a union without null, which only makes a value optional."""
    return [choice for choice in _list(union) if not _is_null(choice)]


def _is_null(schema: object) -> bool:
    return isinstance(schema, dict) and schema.get("type") in ("null", ["null"])


def _is_structured(schema: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(schema, dict) and not _STRUCTURE.isdisjoint(schema)


def _properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    value = schema.get("properties")
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _resolve(root: Mapping[str, Any], reference: str) -> dict[str, Any] | None:
    """Return the root's definition that a reference names; None for any other target."""
    from urllib.parse import unquote  # noqa: PLC0415 - most files have no reference

    fragment, _, path = reference.partition("/")
    folder, _, name = path.partition("/")
    if fragment != "#" or folder not in ("$defs", "definitions") or not name or "/" in name:
        return None
    definitions = root.get(folder)
    definition = definitions.get(unquote(name)) if isinstance(definitions, dict) else None
    return definition if isinstance(definition, dict) else None


def _targets(root: Mapping[str, Any]) -> dict[str, tuple[dict[str, Any], bool]]:
    """Return what each reference in `root` names, and whether that leads to a cycle of references.

    References that name nothing are left out.
    """
    from graphlib import CycleError, TopologicalSorter  # noqa: PLC0415 - as in _resolve

    named = {name: found for name in _references(root) if (found := _resolve(root, name))}
    graph: dict[int, set[int]] = {}
    for definition in named.values():
        if id(definition) not in graph:
            inside = _references(definition)
            graph[id(definition)] = {id(named[name]) for name in inside if name in named}
    order = TopologicalSorter(graph)
    with suppress(CycleError):  # the sorter still hands out all that no cycle holds back
        order.prepare()
    settled: set[int] = set()
    while ready := order.get_ready():
        settled.update(ready)
        order.done(*ready)
    return {name: (found, id(found) not in settled) for name, found in named.items()}


def _references(schema: Mapping[str, Any]) -> set[str]:
    """Return every $ref anywhere in a schema."""
    found: set[str] = set()
    todo: list[Any] = [schema]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            todo.extend(value.values())
            if isinstance(reference := value.get("$ref"), str):
                found.add(reference)
        elif isinstance(value, list):
            todo.extend(value)
    return found
