"""Whether ajv 8 compiles a schema, in the mode the TypeScript SDKs use (not strict, and without
checking the schema itself).

`listTools` of 1.x compiles each output schema as draft-07, and a schema that does not compile loses
the whole list. 2.x compiles it when the tool is called, as the dialect that it declares.
ajv reads the keywords of that dialect, checks the type of each one's value, and follows a `$ref`
when it meets one; definitions that nothing refers to are not compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.clients.ajv.addresses import join, normalize
from toolgrade.clients.ajv.keywords import (
    DIFFERING,
    DRAFT_07,
    DRAFT_2019,
    DRAFT_2020,
    Dialect,
    find_faults,
    has_rules,
    walk_held,
)
from toolgrade.clients.ajv.references import References, UnresolvedError
from toolgrade.schema import MOST_SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.model.pointers import Trail

__all__ = ("DIFFERING", "DRAFT_07", "DRAFT_2019", "DRAFT_2020", "Dialect", "find_fault")

Found = tuple["Trail", str]


class _Work(NamedTuple):
    schema: Any
    trail: Trail
    base: str


def find_fault(
    root: Mapping[str, Any], start: Trail, dialect: Dialect, *, follows: bool
) -> Found | None:
    """Return the first place that keeps ajv from compiling `root`, and what to do there. Without
    `follows`, a `$ref` may lead nowhere.
    """
    try:
        references = References(root, dialect)
    except UnresolvedError as error:
        return start, str(error)
    if references.is_known:
        return None
    work = [_Work(root, start, references.base)]
    followed: set[tuple[int, str]] = set()
    left = MOST_SCHEMAS
    while work and left > 0:
        left -= 1
        schema, trail, base = work.pop()
        if schema is None:
            return trail, "write a schema instead of null"
        if not isinstance(schema, dict) or not has_rules(schema, dialect):
            continue
        for keyword, advice in find_faults(schema, dialect):
            return (trail, keyword), advice
        try:
            own = normalize(schema.get("$id"))
            base = join(base, own) if own else base
            work += _follow(references, schema, _Work(None, start, base), followed)
        except UnresolvedError as error:
            if follows:
                return (trail, "$ref" if "$ref" in schema else "$id"), str(error)
        held = [_Work(member, at, base) for member, at in walk_held(schema, trail, dialect)]
        work += reversed(held)
    return None


def _follow(
    references: References, schema: Mapping[str, Any], at: _Work, followed: set[tuple[int, str]]
) -> Iterator[_Work]:
    """Yield what the schema's `$ref` names, unless that was followed already."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        target = references.resolve(at.base, reference)
        if (id(target), at.base) not in followed:
            followed.add((id(target), at.base))
            yield at._replace(schema=target)
