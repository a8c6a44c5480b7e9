"""Attributes and doc comments of Rust."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Scalar, Text, Unknown, concatenate
from toolgrade.source.patterns.grammar import Mark
from toolgrade.source.patterns.grammars.rust_values import tokens
from toolgrade.source.patterns.literals import read_literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.patterns.grammar import Interpreter
    from toolgrade.source.patterns.modules import Module
    from toolgrade.source.tree import Node


_TEST = re.compile(r'#\[\s*cfg\s*\(\s*(?:test\b|all\s*\((?:[^()"]|"[^"]*")*\btest\b)')


_MOST_ATTRIBUTES = 100
"""The most attributes of one declaration that are skipped."""


def marks(node: Node) -> list[Mark]:
    """Return the attributes of a declaration, with each part of one named like serde.rename."""
    found: list[Mark] = []
    for item in _before(node):
        attribute = item.children[0] if item.children else None
        if attribute is None or attribute.kind != "attribute":
            continue
        name = attribute.children[0].text
        given_here = attribute.get_field("arguments")
        inside = tuple(tokens(given_here)) if given_here else ()
        found.append(Mark(name, inside, item))
        for key, value in inside:
            given = (("", value),) if value is not None else ()
            found.append(Mark(f"{name}.{key}", given, item))
    return found


def _before(node: Node) -> list[Node]:
    """Return the attributes before a declaration."""
    siblings = node.parent.children if node.parent else []
    place = bisect_left(siblings, node.start, key=lambda one: one.start)
    found: list[Node] = []
    while place and siblings[place - 1].kind == "attribute_item":
        place -= 1
        found.append(siblings[place])
    return found[::-1]


def find_annotated_functions(module: Module, name: str) -> Iterator[tuple[Mark, Node]]:
    """Yield the functions of a file that have an attribute of this name, except those of tests."""
    for found in re.finditer(rf"#\[\s*(?:\w+::)*{name}\b", module.text):
        node = module.root.deepest(found.end() - 1)
        item = next((a for a in node.above() if a.kind == "attribute_item"), None)
        function = _find_annotated(item) if item else None
        if item and function and function.kind == "function_item":
            mark = next((m for m in marks(function) if m.node.start == item.start), None)
            if mark and not any(_is_test(one) for one in (function, *function.above())):
                yield _whole(mark), function


def _find_annotated(attribute: Node) -> Node | None:
    """Return the declaration that follows an attribute."""
    siblings = attribute.parent.children if attribute.parent else []
    place = bisect_right(siblings, attribute.start, key=lambda one: one.start)
    after = siblings[place : place + _MOST_ATTRIBUTES]
    return next((one for one in after if one.kind != "attribute_item"), None)


def _is_test(node: Node) -> bool:
    """Return whether a declaration is compiled only for tests."""
    return any(_TEST.match(one.text) for one in _before(node))


def _whole(mark: Mark) -> Mark:
    """Return an attribute with only those arguments that have a value."""
    return mark._replace(given=tuple((name, node) for name, node in mark.given if node is not None))


def means(module: Module, written_name: str, path: str) -> bool:
    """Return whether an attribute as written is an SDK's."""
    if written_name == path or module.imports.names.get(written_name) == path:
        return True
    crate, _, name = path.rpartition("::")
    return (
        written_name == name
        and name not in module.imports.names
        and crate in module.imports.packages
    )


def note(ev: Interpreter, node: Node, source: str) -> Any:
    """Return the value of an attribute or its argument, such as "serde.rename"."""
    found = marks(node)
    name, sign, said = source.partition("!")
    for mark in found:
        if mark.name == name:
            if sign:
                return (
                    Unknown("it is made by an attribute", mark.node.spot)
                    if said == "?"
                    else Scalar(said == "true", mark.node.spot)
                )
            value = mark.given[0][1] if mark.given else None
            return ev.value(value) if value is not None else Scalar(True, mark.node.spot)
    return None


def doc(node: Node) -> Text | Unknown | None:
    """Return the comment that documents a declaration, a line for each of its lines."""
    lines = [
        line.cut(1, len(line.value)) if line.value[:1] == " " else line for line in _lines(node)
    ]
    return _join_doc_lines(node, lines)


def tight_doc(node: Node) -> Text | Unknown | None:
    """Return the comment without its empty lines, each line trimmed."""
    lines = [_strip_line(line) for line in _lines(node)]
    return _join_doc_lines(node, [line for line in lines if line.value])


def _strip_line(line: Text) -> Text:
    text = line.value
    return line.cut(len(text) - len(text.lstrip()), len(text.rstrip()))


def _join_doc_lines(node: Node, lines: list[Text]) -> Text | Unknown | None:
    parts: list[Text] = []
    for line in lines:
        parts += [Text("\n", line.at), line] if parts else [line]
    if not parts:
        return None
    whole = concatenate(parts, parts[0].at)
    if isinstance(whole, Unknown) or not _strip_line(whole).value:
        return None
    if whole.value.lstrip().startswith("#"):
        return Unknown("it has a title", node.spot)
    return _strip_line(whole)


def _lines(node: Node) -> list[Text]:
    held = _before(node)
    siblings = node.parent.children if node.parent else []
    first = held[0].start if held else node.start
    place = bisect_left(siblings, first, key=lambda one: one.start)
    begin = siblings[place - 1].end if place else (node.parent.start if node.parent else 0)
    found: list[Text] = []
    for line in re.finditer(r"(?m)^[ \t]*///(?!/)(.*)$", node.file.text[begin : node.start]):
        start, end = begin + line.start(1), begin + line.end(1)
        if not any(one.start <= start < one.end for one in held):
            stop = end - 1 if node.file.text[end - 1 : end] == "\r" else end
            found.append(read_literal(node, [(start, stop)], escapes=False))
    return found
