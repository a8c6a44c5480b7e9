"""What C#'s XML comments say of a partial method: the SDK's generator makes descriptions of it."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Run, Spot, Text, Unknown, Verbatim, concatenate

if TYPE_CHECKING:
    from toolgrade.source.tree import Node

_MARK = "///"
_LONGEST = 20_000
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


def read_documentation(node: Node, source: str) -> Text | Unknown | None:
    """Return the description of a partial method (`summary`) or of its parameter (`param`) at a
    node; None if its comment has none, or is not used.
    """
    method = node
    if source == "param":
        holder = node.parent
        method = holder.parent if holder and holder.parent else node
    modifiers = {one.text for one in method.children if one.kind == "modifier"}
    if method.kind != "method_declaration" or "partial" not in modifiers:
        return None
    comment = _find_comment(method)
    if source == "param":
        name = node.get_field("name")
        own = name.text.removeprefix("@") if name else ""
        return _join([comment.find(rf'param\s+name\s*=\s*"{re.escape(own)}"')], node)
    return _join([comment.find("summary"), comment.find("remarks")], method)


class _Comment:
    """The comment lines in front of a node, without their marks."""

    def __init__(self, lines: list[tuple[int, str]]) -> None:
        self._lines = lines
        self._text = "\n".join(line for _, line in lines)
        self._starts = [0, *accumulate(len(line) + 1 for _, line in lines)]

    def find(self, tag: str) -> list[tuple[int, str]]:
        """Return the lines of the first element that begins with `tag`, each with its offset in the
        file, without blanks around them.
        """
        found = re.search(rf"<{tag}\s*>", self._text)
        end = self._text.find(f"</{tag.partition(chr(92))[0]}>", found.end()) if found else -1
        if not found or end < 0:
            return []
        pieces = []
        for (offset, line), start in zip(self._lines, self._starts, strict=False):
            left, right = max(found.end() - start, 0), min(end - start, len(line))
            piece = line[left:right] if left < right else ""
            if piece.strip():
                blank = len(piece) - len(piece.lstrip())
                pieces.append((offset + left + blank, piece.strip()))
        return pieces


def _find_comment(node: Node) -> _Comment:
    """Return the comment lines in front of a node."""
    text = node.file.text
    lines: list[tuple[int, str]] = []
    end = text.rfind("\n", 0, node.start)
    while end > 0 and sum(len(line) for _, line in lines) < _LONGEST:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end]
        if not line.lstrip().startswith(_MARK):
            break
        begin = line.index(_MARK) + len(_MARK)
        lines.append((start + begin, line[begin:]))
        end = start - 1
    return _Comment(lines[::-1])


def _join(parts: list[list[tuple[int, str]]], at: Node) -> Text | Unknown | None:
    """Return parts as the generator joins them: their lines with blanks, and they with newlines."""
    made: list[Text] = []
    for part in filter(None, parts):
        for index, (offset, line) in enumerate(part):
            if "<" in line:
                return Unknown("its comment has elements in it", at.spot)
            if made:
                made.append(Text(" " if index else "\n", at.spot))
            spot = Spot(at.file, offset)
            runs = () if "&" in line else (Run(Verbatim(spot), 0, len(line)),)
            made.append(Text(_unescape(line), spot, runs))
    return concatenate(made, at.spot) if made else None


def _unescape(text: str) -> str:
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    return text
