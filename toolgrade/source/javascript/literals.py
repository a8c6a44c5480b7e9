"""String and template literals: their values, and the place of each character in the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Run, Spot, Text
from toolgrade.source.spelled import Spelled, join_surrogates

if TYPE_CHECKING:
    from toolgrade.source.javascript.syntax import Node

_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,8})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[0-7]{1,3}|.))"
    r"|(\r\n?)",
    re.DOTALL,
)
_ENTITY = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_GONE = {"\n", "\r", "\r\n", "\u2028", "\u2029"}
_LARGEST = 0x10FFFF


def read_literal(node: Node, start: int, end: int) -> Text:
    """Return the text that characters `start` to `end` of the file spell in a literal."""
    source = node.file.text[start:end]
    value, offsets = source, None
    if "\\" in source or "\r" in source:
        value, offsets = _decode_escapes(source, start)
    literal = Spelled(node.file, offsets or range(start, end + 1))
    return Text(value, Spot(node.file, node.start), (Run(literal, 0, len(value)),))


def _decode_escapes(source: str, start: int) -> tuple[str, tuple[int, ...]]:
    pieces: list[str] = []
    offsets: list[int] = []
    at = 0
    for escape in _ESCAPE.finditer(source):
        pieces.append(source[at : escape.start()])
        offsets += range(start + at, start + escape.start())
        char = _character(escape)
        pieces.append(char)
        offsets += [start + escape.start()] * len(char)
        at = escape.end()
    pieces.append(source[at:])
    offsets += range(start + at, start + len(source) + 1)
    return join_surrogates("".join(pieces), offsets)


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code:
        return chr(min(int(code, 16), _LARGEST))
    if escape[5]:
        return "\n"  # the language reads every line end as this one
    if escape[4] in _GONE:
        return ""
    if escape[4][0] in "01234567":
        return chr(int(escape[4], 8))
    return _ENTITY.get(escape[4], escape[4])
