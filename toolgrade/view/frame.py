"""What a judge sees of a definition: all of it, or the description alone.

A judge that reads only the description must not credit what is in the schema. So the rest is
removed before the view is made, as if it had never been written. That is not the same as unknown: a
parameter explained only in the schema is unexplained here, and checks say so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.model import Pointer, Server, Tool

_WORDS = frozenset(("title", "description", "examples"))
_BY_NAME = frozenset(("properties", "patternProperties", "$defs", "definitions"))
_INSIDE = frozenset(
    ("items", "prefixItems", "anyOf", "oneOf", "allOf", "not", "additionalProperties")
)


def description_alone(server: Server) -> Server:
    """Return a server whose tools keep only their name, their description, and the names, types and
    values of their parameters.
    """
    return replace(server, tools=tuple(map(_strip_tool, server.tools)))


def _strip_tool(tool: Tool) -> Tool:
    return replace(
        tool,
        title=None,
        input_schema=None if tool.input_schema is None else _strip_words(tool.input_schema),
        output_schema=None,
        annotations=None,
        unknown=frozenset(filter(_is_kept, tool.unknown)),
    )


def _is_kept(pointer: Pointer) -> bool:
    if pointer.startswith("/inputSchema"):
        return pointer.rpartition("/")[2] not in _WORDS
    return pointer == "/description"


def _strip_words(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: _member(key, value) for key, value in schema.items() if key not in _WORDS}


def _member(key: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    if key in _BY_NAME and isinstance(value, dict):
        return {name: _schema(member) for name, member in value.items()}
    if key not in _INSIDE:
        return value
    return [_schema(member) for member in value] if isinstance(value, list) else _schema(value)


def _schema(value: Any) -> Any:  # noqa: ANN401 - any JSON
    return _strip_words(value) if isinstance(value, dict) else value
