"""A file's syntax tree, walked only as far as needed, whatever the language."""

from __future__ import annotations

from bisect import bisect_right
from sys import maxsize
from typing import TYPE_CHECKING

from toolgrade.source.nodes import File, Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ast_grep_py import SgNode


_OPERANDS = range(2, 4)
"""Children of a node that is likely a link of a chain: a sum, a member, a call."""
_LONG = 2000


class Node:
    """A named node: its kind, the offsets of its text, its parent and its named children."""

    __slots__ = (
        "_children",
        "_fields",
        "_last",
        "_levels",
        "_raw",
        "end",
        "file",
        "kind",
        "parent",
        "start",
    )

    def __init__(self, raw: SgNode, parent: Node | None, file: File, start: int, end: int) -> None:
        self._raw = raw
        self._children: list[Node] | None = None
        self._fields: dict[str, Node | None] | None = None
        self._levels: int = parent._levels - 1 if parent else maxsize  # noqa: SLF001 - its own
        self._last: Node | None = None
        self.parent = parent
        self.file = file
        self.kind = raw.kind()
        self.start = start
        self.end = end

    @property
    def children(self) -> list[Node]:
        """Its named children in order, except comments."""
        if self._children is None:
            self._children = []
            raws = [] if self.is_cut else self._raw.children()
            at = self.start
            if len(raws) in _OPERANDS and self.end - at > _LONG:
                at = self._skip_first(raws)
                raws = raws[1:]
            # The parser's own positions cost a walk along the line, and a minified file is one.
            # Between a node's children is nothing but white space.
            for raw in raws:
                text = raw.text()
                at = max(self.file.text.find(text, at), at)
                if raw.is_named() and not raw.kind().endswith("comment"):
                    self._children.append(Node(raw, self, self.file, at, at + len(text)))
                at += len(text)
        return self._children

    def _skip_first(self, raws: list[SgNode]) -> int:
        """Add the first child, found by those behind it: to ask each operator in a long chain for
        the text of its left side would take the square of the chain's length.
        """
        source, end = self.file.text, self.end
        for raw in reversed(raws[1:]):
            end = source.rfind(raw.text(), self.start, end)
        while end > self.start and source[end - 1].isspace():
            end -= 1
        first = raws[0]
        if first.is_named() and not first.kind().endswith("comment"):
            self.children.append(Node(first, self, self.file, self.start, end))
        return end

    @property
    def is_cut(self) -> bool:
        """Whether it is nested too deeply to look into."""
        return self._levels <= 0

    @property
    def text(self) -> str:
        """Its text as written."""
        return self.file.text[self.start : self.end]

    @property
    def spot(self) -> Spot:
        """Where it begins."""
        return Spot(self.file, self.start)

    def get_field(self, name: str) -> Node | None:
        """Return its child in the role `name`; None if there is none."""
        if self._fields is None:
            self._fields = {}
        if name not in self._fields:
            raw = self._raw.field(name)
            found = (c for c in self.children if c._raw == raw)  # noqa: SLF001 - its own
            self._fields[name] = next(found, None) if raw else None
        return self._fields[name]

    def word(self, name: str) -> str:
        """Return the text in the role `name`, such as an operator; "" if there is none."""
        raw = self._raw.field(name)
        return raw.text() if raw else ""

    def has(self, word: str) -> bool:
        """Return whether a keyword is directly in it, such as static."""
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
        # The next place that is asked for is mostly near the last one.
        node = self._last or self
        while node is not self and node.parent and not node.start <= offset < node.end:
            node = node.parent
        while True:
            children = node.children
            index = bisect_right(children, offset, key=lambda child: child.start) - 1
            if index < 0 or offset >= children[index].end:
                self._last = node
                return node
            node = children[index]


def parse(file: File, grammar: str, levels: int = maxsize) -> Node:
    """Return the tree of a file; what the grammar cannot read is ERROR in it, and
    below `levels` nodes within nodes none is looked into.
    """
    from ast_grep_py import SgRoot  # noqa: PLC0415 - only files that hold a registration need it

    root = SgRoot(file.text, grammar).root()
    node = Node(root, None, file, 0, len(file.text))
    node._levels = levels  # noqa: SLF001 - its own
    return node
