"""What a file does to a name after it is declared: assignments, members given, items pushed."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from toolgrade.source.javascript.scopes import FUNCTIONS, Binding, Key, Scopes
from toolgrade.source.javascript.syntax import Node, arguments, strip_wrappers

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_MENTIONS = 3_000
"""Places that are looked at for one name; a minified one has more."""

_CHANGING = "push|unshift|splice|pop|shift|sort|reverse|fill|set|delete|clear|add"
_WRITE = re.compile(
    r"(?<![\w$.#])([A-Za-z_$][\w$]*)"
    r"(?:(?:\??\.[\w$]+|\[[^\]\n]{0,120}\])*\s*"
    r"(?:=(?![=>])|(?:[-+*/%&|^]|\?\?|\|\||&&|<<|>>>?|\*\*)=|\+\+|--)"
    rf"|\.(?:{_CHANGING})\()"
)
_GIVEN = re.compile(r"(?:Object\.assign|\w*export\w*|[\w$]{1,3})\(\s*([A-Za-z_$][\w$]*)\s*,\s*\{")
_LOOPED = re.compile(
    r"(?:\bof\s+|\bdelete\s+)([A-Za-z_$][\w$]*)|(?<![\w$.])([A-Za-z_$][\w$]*)\.forEach\("
)
_MARKING = frozenset({"each", "export", "none"})
_ASSIGNING = frozenset({"assignment_expression", "augmented_assignment_expression"})


@dataclass(frozen=True, slots=True)
class Write:
    """`how` is = (the name itself), . (a member, `key` or None), each (its items, in the loop or
    callback `right`), push, export or other; else `right` is the value, or the call.
    """

    how: str
    node: Node
    right: Node | None = None
    key: str | None = None


class Writes:
    """What one file does to its names after they are declared."""

    def __init__(self, text: str, root: Node, scopes: Scopes) -> None:
        self._text = text
        self._root = root
        self._scopes = scopes
        self._of: dict[Key, list[Write]] = {}
        self._changing: dict[int, Node | None] = {}

    def of(self, binding: Binding) -> list[Write]:
        """Return what is done to a name in its file, in the order of the text."""
        if binding.key not in self._of:
            self._of[binding.key] = self._find_writes(binding)
        return self._of[binding.key]

    def find_changing_names(self, start: int, end: int) -> Iterator[Node]:
        """Yield the names between two offsets of the file through which something is changed, and
        the places that are nested too deeply to tell.
        """
        offsets = self._all_offsets
        for index in range(bisect_left(offsets, start), bisect_left(offsets, end)):
            offset = offsets[index]
            if offset not in self._changing:
                node = self._root.deepest(offset)
                is_name = node.start == offset and node.kind == "identifier"
                write = _read_write(node) if is_name else None
                is_change = write is not None and write.how not in _MARKING
                self._changing[offset] = node if is_change or node.is_cut else None
            if found := self._changing[offset]:
                yield found

    def _find_writes(self, binding: Binding) -> list[Write]:
        offsets = self._offsets_by_name.get(binding.name.text, [])
        first = bisect_left(offsets, binding.scope.start)
        last = bisect_right(offsets, binding.scope.end)
        if last - first > MAX_MENTIONS:
            return [Write("other", binding.name)]
        found: list[Write] = []
        for offset in offsets[first:last]:
            if offset == binding.name.start:
                continue
            node = self._root.deepest(offset)
            if node.is_cut:
                return [Write("other", binding.name)]
            if node.start != offset or node.kind != "identifier":
                continue
            write = _read_write(node)
            if write and self._scopes.find(node) is binding:
                found.append(write)
        return found

    @cached_property
    def _offsets_by_name(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for pattern in (_WRITE, _GIVEN, _LOOPED):
            for match in pattern.finditer(self._text):
                group = match.lastindex or 1
                found.setdefault(match[group], []).append(match.start(group))
        return {name: sorted(set(offsets)) for name, offsets in found.items()}

    @cached_property
    def _all_offsets(self) -> list[int]:
        return sorted({offset for some in self._offsets_by_name.values() for offset in some})


def _read_write(name: Node) -> Write | None:
    parent = name.parent
    if parent is None:
        return None
    if parent.kind == "arguments":
        return _read_argument_write(name, parent)
    top = name
    steps: list[Node] = []
    while parent and parent.kind in {"member_expression", "subscript_expression"}:
        if (object_ := parent.get_field("object")) is None or object_.start != top.start:
            return None
        steps.append(parent)
        top, parent = parent, parent.parent
    while parent and parent.kind in {"parenthesized_expression", "as_expression"}:
        top, parent = parent, parent.parent
    if parent is None:
        return None
    if parent.kind in _ASSIGNING and (left := parent.get_field("left")) and left.start == top.start:
        right = parent.get_field("right") if parent.kind == "assignment_expression" else None
        return _member(steps, parent, right) if steps else Write("=", parent, right)
    if parent.kind == "for_in_statement" and parent.get_field("right") is top and not steps:
        return Write("each", parent, parent)
    if parent.kind == "unary_expression" and parent.word("operator") == "delete":
        return _member(steps, parent, None) if steps else None
    if parent.kind == "update_expression":
        return Write("." if steps else "=", parent)
    if (
        parent.kind == "call_expression"
        and len(steps) == 1
        and (property_ := steps[0].get_field("property"))
    ):
        method = property_.text
        given = arguments(parent)
        if method == "forEach" and given and given[0].kind in FUNCTIONS:
            return Write("each", parent, given[0])
        return read_method_write(method, parent)
    return None


def read_method_write(method: str, call: Node) -> Write | None:
    """Return what a method of a list or map does to it; None for one that changes nothing."""
    if method in {"push", "set", "add"}:
        return Write("push", call, call)
    changes = method in {"unshift", "splice", "pop", "shift", "sort", "reverse", "fill", "clear"}
    return Write("other", call) if changes else None


def _member(steps: list[Node], node: Node, right: Node | None) -> Write:
    first = steps[0]
    key = first.get_field("property")
    name = key.text if key else None
    if key is None and (index := first.get_field("index")) and index.kind == "string":
        name = index.text[1:-1]
    if name == "prototype":
        return Write("none", node)
    return Write(".", node, right if len(steps) == 1 else None, name)


def _read_argument_write(name: Node, listed: Node) -> Write | None:
    call = listed.parent
    function = call.get_field("function") if call else None
    if call is None or function is None or listed.children[0].start != name.start:
        return None
    given = arguments(call)
    if function.text == "Object.assign":
        return Write("other", call)
    table = strip_wrappers(given[1]) if len(given) == 2 else None  # noqa: PLR2004 - a name and its table
    if table and table.kind == "object" and table.children and all(map(_is_getter, table.children)):
        return Write("export", call, table)
    return None


def _is_getter(pair: Node) -> bool:
    value = pair.get_field("value") if pair.kind == "pair" else None
    if value is None or value.kind != "arrow_function":
        return False
    body = value.get_field("body")
    return body is not None and body.kind != "statement_block"
