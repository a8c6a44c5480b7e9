"""What a measure is asked of: a tool or a server, with its schemas walked once.

All clients together ask some hundred questions of each tool. So each schema is walked once, and its
parts are kept by the keywords they hold: a question about `pattern` looks at those that have one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.model.pointers import make_pointer
from toolgrade.schema import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolgrade.model import Pointer, Server, Tool
    from toolgrade.model.pointers import Trail
    from toolgrade.schema import Node

Fault = tuple["Pointer | Trail", str]
"""Where a limit is exceeded, from the tool or the server, and what to do there. A trail is written
as a pointer only where the place is shown: see `locate`.
"""
Located = tuple["Pointer", str]

OUTPUT = ">"
A_BOOLEAN = "true or false as a schema"
A_NULL = "null in a field"
AN_ODD_PROPERTY = "a property whose schema is not an object"
AN_UNTYPED_PARAMETER = "a parameter without the keyword type"
AN_ARRAY = "a schema for arrays"
"""Marks of a definition that are not names in it."""

_USUAL: dict[str, type | tuple[type, ...]] = {
    "$defs": dict,
    "$ref": str,
    "anyOf": list,
    "description": str,
    "enum": list,
    "items": (dict, list, bool),
    "properties": dict,
    "required": list,
    "type": str,
}
"""The type that the value of a keyword usually has; "!" and the keyword marks another one."""

_COERCED = frozenset({"0", "1", "f", "n", "no", "off", "on", "t", "true", "false", "y", "yes"})
_NO_SCHEMAS: tuple[Held, ...] = ()


class Held(NamedTuple):
    """A schema that is an object, with where it is."""

    node: Node
    schema: Mapping[str, Any]


class Schemas:
    """An input or output schema: all that it holds, in order and by keyword."""

    def __init__(self, key: str, root: Mapping[str, Any] | None) -> None:
        self.key = key
        self.root = root
        self.nodes: Sequence[Node] = tuple(walk(root, (None, key)))
        self.objects: list[Held] = []
        self.odd: set[str] = set()
        self.parameters: list[Held] = []
        self.has_arrays = False
        self._by_keyword: dict[str, list[Held]] = {}
        for node in self.nodes:
            schema = node.schema
            if isinstance(schema, dict):
                held = Held(node, schema)
                self.objects.append(held)
                if node.under == "properties":
                    self.parameters.append(held)
                kind = schema.get("type")
                if kind == "array" or (isinstance(kind, list) and "array" in kind):
                    self.has_arrays = True
                for keyword, value in schema.items():
                    self._by_keyword.setdefault(keyword, []).append(held)
                    usual = _USUAL.get(keyword)
                    if usual and not isinstance(value, usual):
                        self.odd.add(keyword)

    def keywords(self) -> Iterable[str]:
        """Return every keyword that a schema here holds."""
        return self._by_keyword

    def having(self, keyword: str) -> Sequence[Held]:
        """Return the schemas that hold a keyword."""
        return self._by_keyword.get(keyword, _NO_SCHEMAS)

    def having_any(self, keywords: Sequence[str]) -> Iterator[tuple[Held, str]]:
        """Yield the schemas that hold one of the keywords, with that keyword."""
        for keyword in keywords:
            for held in self._by_keyword.get(keyword, _NO_SCHEMAS):
                yield held, keyword

    def under_properties(self) -> Iterator[tuple[Held, str, object]]:
        """Yield each property of each schema, with the schema and the property's name."""
        for held in self.having("properties"):
            properties = held.schema["properties"]
            if isinstance(properties, dict):
                for name, member in properties.items():
                    yield held, name, member


class Part:
    """A tool with its schemas, and the characters that a client puts around its name.

    `memory` is for what several limits of one measure ask, whatever their values.
    """

    def __init__(self, tool: Tool, around: int = 0) -> None:
        self.tool = tool
        self.around = around
        self.memory: dict[str, Any] = {}
        self.input = Schemas("inputSchema", tool.input_schema)
        self.output = Schemas("outputSchema", tool.output_schema)
        self.marks = frozenset(self._list_marks())

    def _list_marks(self) -> Iterator[str]:
        """Yield what `needs.py` asks for."""
        yield from self.input.keywords()
        yield from (f"!{keyword}" for keyword in self.input.odd)
        if self.output.root is not None:
            yield OUTPUT
            yield from (f">{keyword}" for keyword in self.output.keywords())
        for _, name, member in self.input.under_properties():
            yield f".{name}"
            if not isinstance(member, dict):
                yield AN_ODD_PROPERTY
        if len(self.input.objects) < len(self.input.nodes):
            yield A_BOOLEAN
        if self.input.has_arrays:
            yield AN_ARRAY
        if any("type" not in held.schema for held in self.input.parameters):
            yield AN_UNTYPED_PARAMETER
        raw = self.tool.raw or {}
        yield from (f"/{field}" for field in raw)
        parts = (raw, self.tool.annotations, self.input.root, self.output.root)
        if any(None in part.values() for part in parts if part):
            yield A_NULL

    @property
    def name(self) -> str | None:
        """The name as the client gets it, empty ones included; None if it is not a text."""
        given = self.tool.raw.get("name") if self.tool.raw else None
        return given if isinstance(given, str) else self.tool.name

    @property
    def both(self) -> tuple[Schemas, Schemas]:
        """The input schema and the output schema."""
        return self.input, self.output

    @property
    def schemas(self) -> tuple[Node, ...]:
        """Every schema of the tool, those of the input first."""
        return (*self.input.nodes, *self.output.nodes)


class Whole(NamedTuple):
    """A server with the size of its tools' definitions in bytes."""

    server: Server
    definition_bytes: int


def is_coerced(value: object) -> bool:
    """Return whether pydantic reads a value as true or false."""
    if isinstance(value, str):
        return value.lower() in _COERCED
    return isinstance(value, int | float) and value in (0, 1)


def locate(fault: Fault) -> Located:
    """Return a fault with its place as a pointer."""
    place, note = fault
    return (place if isinstance(place, str) else make_pointer(place)), note


def point_at(held: Held, *keys: str | int) -> Trail:
    """Return the way to a place in a schema."""
    trail = held.node.trail
    for key in keys:
        trail = (trail, key)
    return trail
