"""String and template literals: their values, and where in the file each character stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolgrade.inputs.code.nodes import Run, Spot, Text

if TYPE_CHECKING:
    from toolgrade.inputs.code.javascript.syntax import Node
    from toolgrade.inputs.code.nodes import File

_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,8})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[0-7]{1,3}|.))"
    r"|(\r\n?)",
    re.DOTALL,
)
_ENTITY = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_GONE = {"\n", "\r", "\r\n", "\u2028", "\u2029"}
_LARGEST = 0x10FFFF


@dataclass(frozen=True, slots=True, eq=False)
class Spelled:
    """A literal whose characters stand at `offsets` (one more for its end) of a file."""

    file: File
    offsets: tuple[int, ...] | range

    def spot(self, character: int) -> Spot | None:
        """Return where a character stands; None if that cannot be told exactly."""
        known = 0 <= character < len(self.offsets)
        return Spot(self.file, self.offsets[character]) if known else None


def written(node: Node, start: int, end: int) -> Text:
    """Return the text that characters `start` to `end` of the file spell in a literal."""
    source = node.file.text[start:end]
    value, offsets = source, None
    if "\\" in source or "\r" in source:
        value, offsets = _decoded(source, start)
    literal = Spelled(node.file, offsets or range(start, end + 1))
    return Text(value, Spot(node.file, node.start), (Run(literal, 0, len(value)),))


def _decoded(source: str, start: int) -> tuple[str, tuple[int, ...]]:
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
    return _joined("".join(pieces), offsets)


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


def _joined(value: str, offsets: list[int]) -> tuple[str, tuple[int, ...]]:
    r"""Return the value with what was written as two halves, \ud83d\ude00, as one character."""
    whole: list[str] = []
    kept: list[int] = []
    for char, offset in zip(value, offsets, strict=False):
        if "\udc00" <= char <= "\udfff" and whole and "\ud800" <= whole[-1] <= "\udbff":
            high, low = ord(whole[-1]) - 0xD800, ord(char) - 0xDC00
            whole[-1] = chr(0x10000 + (high << 10) + low)
        else:
            whole.append(char)
            kept.append(offset)
    return "".join(whole), (*kept, offsets[-1])
