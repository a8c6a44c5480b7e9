"""Drop the titles that FastMCP drops from the schemas that pydantic makes.

It looks for keywords beside a title to tell whether that is one. So some generated titles stay, and
older versions drop parameters called `title`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.source.nodes import Items, Table, Text, Unknown

if TYPE_CHECKING:
    from toolgrade.source.nodes import Node
    from toolgrade.source.python.sdk import Sdk

_KEYWORDS = frozenset(
    {"type", "properties", "$ref", "items", "allOf", "oneOf", "anyOf", "required"}
)
_METADATA = frozenset({"title", "description", "deprecated", "readOnly", "writeOnly"})
_LITERAL = frozenset({"default", "const", "examples", "example", "enum"})
_MAPS = frozenset(
    {
        "properties",
        "patternProperties",
        "$defs",
        "definitions",
        "dependentSchemas",
        "dependencies",
    }
)
_SCHEMAS = frozenset(
    {
        "items",
        "additionalItems",
        "additionalProperties",
        "contains",
        "contentSchema",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
        "if",
        "then",
        "else",
        "not",
        "allOf",
        "anyOf",
        "oneOf",
        "prefixItems",
    }
)


def make_title(name: str) -> str:
    """Return the title that pydantic makes from a field's name."""
    return name.title().replace("_", " ").strip()


def prune_titles(schema: Table, sdk: Sdk) -> Table:
    """Return a schema of pydantic's without the titles that a version of FastMCP drops."""
    made = _prune(schema, sdk, in_schema=True)
    return made if isinstance(made, Table) else schema


def _prune(node: Node, sdk: Sdk, *, in_schema: bool) -> Node:
    if isinstance(node, Items):
        return Items(tuple(_prune(one, sdk, in_schema=in_schema) for one in node.items), node.at)
    if not isinstance(node, Table):
        return node
    entries = dict(node.entries)
    if in_schema and "title" in entries and _is_dropped(entries, sdk):
        kind = entries.get("type")
        if isinstance(kind, Unknown):
            # There may be no keyword on the wire.
            entries["title"] = kind
        else:
            del entries["title"]
    for key, value in entries.items():
        if not (sdk.tells_schemas and key in _LITERAL):
            entries[key] = _prune_member(key, value, sdk, in_schema=in_schema)
    return Table(entries, node.at, node.keys)


def _prune_member(key: str, value: Node, sdk: Sdk, *, in_schema: bool) -> Node:
    if not sdk.tells_schemas:
        return _prune(value, sdk, in_schema=True)
    if in_schema and key in _MAPS and isinstance(value, Table):
        each = {name: _prune(one, sdk, in_schema=True) for name, one in value.entries.items()}
        return Table(each, value.at, value.keys)
    return _prune(value, sdk, in_schema=in_schema and key in _SCHEMAS)


def _is_dropped(entries: dict[str, Node], sdk: Sdk) -> bool:
    if sdk.spares_title_parameters and not isinstance(entries["title"], Text | Unknown):
        return False
    if _KEYWORDS & entries.keys():
        return True
    return sdk.tells_schemas and entries.keys() <= _METADATA
