"""The syntax tree of a TypeScript or JavaScript file, walked only as far as somebody looks."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from toolgrade.inputs.code.nodes import File, Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ast_grep_py import SgNode

GRAMMARS = {
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
    ".jsx": "tsx",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
}

_WRAPPERS = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "type_assertion",
        "await_expression",
    }
)


_CALLEES = frozenset({"parenthesized_expression", "sequence_expression", "call_expression"})


class Node:
    """A named node: its kind, the offsets of its text, its parent and its named children."""

    __slots__ = ("_children", "_raw", "end", "file", "kind", "parent", "start")

    def __init__(self, raw: SgNode, parent: Node | None, file: File, start: int, end: int) -> None:
        self._raw = raw
        self._children: list[Node] | None = None
        self.parent = parent
        self.file = file
        self.kind = raw.kind()
        self.start = start
        self.end = end

    @property
    def children(self) -> list[Node]:
        """Its named children in order, but for comments."""
        if self._children is None:
            self._children = []
            at = self.start
            # The parser's own positions cost a walk along the line, and a minified file is one.
            # Between a node's children is nothing but white space.
            for raw in self._raw.children():
                text = raw.text()
                at = max(self.file.text.find(text, at), at)
                if raw.is_named() and raw.kind() != "comment":
                    self._children.append(Node(raw, self, self.file, at, at + len(text)))
                at += len(text)
        return self._children

    @property
    def text(self) -> str:
        """Its text as written."""
        return self.file.text[self.start : self.end]

    @property
    def spot(self) -> Spot:
        """Where it begins."""
        return Spot(self.file, self.start)

    def field(self, name: str) -> Node | None:
        """Return its child in the role `name`; None if there is none."""
        raw = self._raw.field(name)
        if raw is None:
            return None
        return next((c for c in self.children if c._raw == raw), None)  # noqa: SLF001 - its own

    def word(self, name: str) -> str:
        """Return the text in the role `name`, such as an operator; "" if there is none."""
        raw = self._raw.field(name)
        return raw.text() if raw else ""

    def has(self, word: str) -> bool:
        """Return whether a keyword stands directly in it, such as static."""
        return any(raw.kind() == word for raw in self._raw.children())

    def above(self) -> Iterator[Node]:
        """Yield its parent, that one's parent, and so on."""
        node = self.parent
        while node:
            yield node
            node = node.parent

    def below(self) -> Iterator[Node]:
        """Yield it and all that is in it, in the order of the text."""
        work = [self]
        while work:
            node = work.pop()
            yield node
            work += reversed(node.children)

    def deepest(self, offset: int) -> Node:
        """Return the innermost named node at `offset`."""
        node = self
        while True:
            children = node.children
            index = bisect_right(children, offset, key=lambda child: child.start) - 1
            if index < 0 or offset >= children[index].end:
                return node
            node = children[index]


def parse(file: File, suffix: str) -> Node:
    """Return the tree of a file; what is no JavaScript stands in it as ERROR and is passed over."""
    from ast_grep_py import SgRoot  # noqa: PLC0415 - only files that hold a registration need it

    root = SgRoot(file.text, GRAMMARS[suffix]).root()
    return Node(root, None, file, 0, len(file.text))


def bare(node: Node) -> Node:
    """Return an expression without the parentheses, casts and awaits around it."""
    while node.children:
        if node.kind in _WRAPPERS:
            # `<T>x` has its type first; the others have their expression first.
            node = node.children[-1 if node.kind == "type_assertion" else 0]
        elif _awaits(node) and arguments(node):
            node = arguments(node)[-1]
        else:
            break
    return node


def _awaits(node: Node) -> bool:
    """Return whether a call is `await (0, f)`, which the grammar takes for a call of `await`."""
    function = node.field("function") if node.kind == "call_expression" else None
    return function is not None and function.text == "await"


def called(name: Node) -> tuple[Node, Node] | None:
    """Return the call that the name at a node is the function or method of, and what is called."""
    top, parent = name, name.parent
    while parent:
        if parent.kind == "member_expression":
            if parent.field("property") is not top:
                return None
        elif parent.kind == "arguments":
            if not (parent.parent and _awaits(parent.parent) and parent.children[-1] is top):
                return None
        elif parent.kind == "call_expression" and not _awaits(parent):
            return (parent, top) if parent.field("function") is top else None
        elif parent.kind not in _CALLEES:
            return None
        top, parent = parent, parent.parent
    return None


def arguments(call: Node) -> list[Node]:
    """Return the arguments of a call or a `new`."""
    given = call.field("arguments")
    return given.children if given and given.kind == "arguments" else []
