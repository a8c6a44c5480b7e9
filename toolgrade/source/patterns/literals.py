"""String literals: their values, and where in the file each character is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Run, Text
from toolgrade.source.spelled import Spelled, join_surrogates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.source.tree import Node

_NEWLINE = re.compile(r"\r\n?")
_ESCAPE = re.compile(
    r"\r\n?|\\(?:u\{([0-9a-fA-F]{1,8})\}|u+([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{1,4})"
    r"|([0-7]{1,3})|(\r?\n\s*)|(.))",
    re.DOTALL,
)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "s": " "}
_LARGEST = 0x10FFFF


def read_literal(
    node: Node, ranges: Sequence[tuple[int, int]], *, escapes: bool = True, doubled: str = ""
) -> Text:
    """Return the text of a literal, joined from ranges of the file.

    `doubled` is a character that is escaped by doubling, as in the verbatim strings of C#.
    """
    value: list[str] = []
    offsets: list[int] = []
    source = node.file.text
    pattern = _ESCAPE if escapes else _NEWLINE
    if doubled:
        pattern = re.compile(rf"\r\n?|{re.escape(doubled * 2)}")
    for start, end in ranges:
        at = start
        for found in pattern.finditer(source, start, end):
            value.append(source[at : found.start()])
            offsets += range(at, found.start())
            char = doubled if doubled and found[0][0] == doubled else _character(found)
            value.append(char)
            offsets += [found.start()] * len(char)
            at = found.end()
        value.append(source[at:end])
        offsets += range(at, end)
    end = ranges[-1][1] if ranges else node.end
    whole, kept = join_surrogates("".join(value), [*offsets, end])
    return Text(whole, node.spot, (Run(Spelled(node.file, kept), 0, len(whole)),))


def _character(found: re.Match[str]) -> str:
    if found[0][0] == "\r":
        return "\n"  # these languages normalize line ends
    code = found[1] or found[2] or found[3] or found[4]
    if code:
        return chr(min(int(code, 16), _LARGEST))
    if found[5]:
        return chr(int(found[5], 8))
    return "" if found[6] else _NAMED.get(found[7], found[7])


def dedent_ranges(node: Node, start: int, end: int, *, closing: bool) -> list[tuple[int, int]]:
    """Return the ranges of a block of lines without their common indentation.

    With `closing`, the line of the closing quotes counts too.
    """
    lines: list[tuple[int, int]] = []
    at = start
    source = node.file.text
    while at <= end:
        newline = source.find("\n", at, end)
        stop = newline + 1 if newline >= 0 else end
        lines.append((at, stop))
        if newline < 0:
            break
        at = stop
    counted = [
        _indent(source[a:b])
        for i, (a, b) in enumerate(lines)
        if source[a:b].strip() or (closing and i == len(lines) - 1)
    ]
    cut = min(counted, default=0)
    return [(min(a + cut, _blank_end(source, a, b)), b) for a, b in lines]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _blank_end(source: str, start: int, end: int) -> int:
    """Return the end of a line's indentation."""
    return start + _indent(source[start:end])


def trimmed_lines(node: Node, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges of lines without trailing white space."""
    source = node.file.text
    found: list[tuple[int, int]] = []
    for start, end in ranges:
        stop = end - 1 if end > start and source[end - 1] == "\n" else end
        line = source[start:stop].rstrip()
        kept = start + len(line)
        escaped = (len(line) - len(line.rstrip("\\"))) % 2
        found += [(start, end)] if escaped else [(start, kept), (stop, end)]
    return found
