"""An untrusted JSON Schema: every schema inside it, and the targets of its references.

Nothing here runs a `pattern`, fetches anything or trusts a type; what is not a schema is skipped.
Every walk is bounded, so cyclic references, huge unions and deep nesting cost no more than a large
schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from toolgrade.model.pointers import key_of, make_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.model import Pointer
    from toolgrade.model.pointers import Trail

MOST_SCHEMAS = 20_000
"""Most schemas visited in one root; real ones contain a few hundred at most."""

_ONE = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_LESS_KNOWN = ("unevaluatedItems", "unevaluatedProperties", "additionalItems", "contentSchema")
_LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
_NAMED = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")
_HOLDERS = {
    **dict.fromkeys((*_ONE, *_LESS_KNOWN), "one"),
    **dict.fromkeys(_LISTED, "listed"),
    **dict.fromkeys(_NAMED, "named"),
    "dependencies": "named",
}
_HOLDING = frozenset(_HOLDERS)


class Node(NamedTuple):
    """A schema inside a root: an object, or true or false. `under` is the keyword that contains it,
    "" for the root; `depth` is the number of schemas above it.
    """

    schema: Mapping[str, Any] | bool
    trail: Trail
    under: str
    depth: int

    @property
    def pointer(self) -> Pointer:
        """Its pointer from the start of the walk."""
        return make_pointer(self.trail)


class ObjectNode(Node):
    """A schema that is an object."""

    schema: Mapping[str, Any]


def walk(root: object, start: Trail = None) -> Iterator[Node]:
    """Yield the root and every schema inside it, parents first and in order; at most MOST_SCHEMAS.
    References are not followed.
    """
    left = MOST_SCHEMAS
    work = [Node(root, start, "", 0)] if isinstance(root, dict | bool) else []
    while work and left > 0:
        left -= 1
        node = work.pop()
        yield node
        if isinstance(node.schema, dict) and not _HOLDING.isdisjoint(node.schema):
            inside = [*_inside(node.schema, node)]
            inside.reverse()
            work += inside[:left]


def _inside(schema: Mapping[str, Any], node: Node) -> Iterator[Node]:
    deeper = node.depth + 1
    for keyword, value in schema.items():
        held = _HOLDERS.get(keyword)
        if held is None:
            continue
        trail = (node.trail, keyword)
        if isinstance(value, list) and (held == "listed" or keyword == "items"):
            members: Any = enumerate(value)
        elif isinstance(value, dict) and held == "named":
            members = value.items()
        else:
            if held == "one" and isinstance(value, dict | bool):
                yield Node(value, trail, keyword, deeper)
            continue
        for key, member in members:
            if isinstance(member, dict | bool):
                yield Node(member, (trail, key), keyword, deeper)


def resolve(root: Mapping[str, Any], reference: str) -> Mapping[str, Any] | bool | None:
    """Return the schema that a local pointer names ("#", "#/$defs/item"), None for a missing one
    and for any other reference.
    """
    if reference != "#" and not reference.startswith("#/"):
        return None
    value: Any = root
    for token in unquote(reference[1:]).split("/")[1:]:
        if isinstance(value, dict):
            value = value.get(key_of(token))
        elif isinstance(value, list) and token.isdecimal() and len(token) < len("10000"):
            value = value[int(token)] if int(token) < len(value) else None
        else:
            return None
    return value if isinstance(value, dict | bool) else None


def anchors(root: Mapping[str, Any]) -> frozenset[str]:
    """Return the references that name an anchor in a schema: "#item" for `$anchor: item`."""
    found: set[str] = set()
    for node in walk(root):
        if isinstance(node.schema, dict):
            keys = (node.schema.get("$anchor"), node.schema.get("$dynamicAnchor"))
            found.update(f"#{name}" for name in keys if isinstance(name, str))
            if isinstance(id_ := node.schema.get("$id"), str):
                found.add(id_)
    return frozenset(found)
