"""Where the members of objects are in a TypeScript or JavaScript file."""

from __future__ import annotations

import posixpath
from functools import cached_property
from typing import TYPE_CHECKING

from toolgrade.fixes.code.objects import Holder, Member, Spelling
from toolgrade.source.javascript.syntax import parse, strip_wrappers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.javascript.syntax import Node
    from toolgrade.source.nodes import File

_PLAIN = frozenset(
    {"array", "object", "pair", "property_identifier", "string", "string_fragment"}
    | {"escape_sequence", "number", "true", "false", "null", "undefined", "template_string"}
    | {"unary_expression"}
)


class JavaScriptSyntax:
    """The syntax of one file."""

    spelling = Spelling({"true": "true", "false": "false", "null": "null"}, bare_keys=True)

    def __init__(self, file: File) -> None:
        self._file = file

    @cached_property
    def _root(self) -> Node:
        return parse(self._file, posixpath.splitext(self._file.label)[1])

    def _climb(self, offset: int) -> Iterator[Node]:
        node = self._root.deepest(offset)
        yield node
        yield from node.above()

    def find_holders(self, offset: int) -> Iterator[Holder]:
        """Yield the objects that begin at an offset."""
        for node in self._climb(offset):
            if node.start == offset and node.kind == "object":
                yield self._read(node)

    def find_around(self, offset: int) -> Holder | None:
        """Return the object that has a key, or the value of one, at an offset."""
        for node in self._climb(offset):
            if node.kind == "pair" and node.parent and node.parent.kind == "object":
                value = node.get_field("value")
                is_here = value and offset in {value.start, strip_wrappers(value).start}
                return self._read(node.parent) if node.start == offset or is_here else None
            if node.kind == "object":
                return None
        return None

    def find_literal(self, offset: int) -> tuple[int, int] | None:
        """Return from where to where the longest literal is that begins at an offset."""
        found: tuple[int, int] | None = None
        for node in self._climb(offset):
            if node.start != offset or not all(one.kind in _PLAIN for one in node.below()):
                break
            found = (node.start, node.end)
        return found

    def _read(self, node: Node) -> Holder:
        return Holder((node.start + 1, node.end - 1), tuple(map(_locate, node.children)))


def _locate(node: Node) -> Member:
    span = (node.start, node.end)
    if node.kind == "shorthand_property_identifier":
        return Member(node.text, span, span, None)
    key, value = node.get_field("key"), node.get_field("value")
    if node.kind != "pair" or key is None or value is None:
        return Member(None, span, (node.start, node.start), None)
    name = key.text if key.kind == "property_identifier" else None
    if key.kind == "string" and "\\" not in key.text:
        name = key.text[1:-1]
    return Member(name, span, (key.start, key.end), (value.start, value.end))
