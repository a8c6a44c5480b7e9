"""Where each character of a Python string is in its source.

The parser reports where a string begins and ends, but not where its characters are: escapes,
joined literals and fields shift them. The literal is scanned again on demand, and the places are
used only if the characters found there spell the same string.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Run, Spot, Text

if TYPE_CHECKING:
    from toolgrade.source.nodes import File

_OPENING = re.compile(r"""([A-Za-z]{0,3})('''|\"\"\"|'|\")""")
_BETWEEN = re.compile(r"(?:\s|\\\n|#[^\n]*)*+")
_ESCAPE = re.compile(
    r"\\(?:(?P<none>\n)|(?P<one>[\\'\"abfnrtv]|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}"
    r"|U[0-9a-fA-F]{8}|N\{[^}\n]*\}))"
)
_NESTED_STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")


def spot(file: File, node: ast.AST) -> Spot:
    """Return where a node begins."""
    return Spot(file, file.offset(node.lineno, node.col_offset))  # type: ignore[attr-defined]


def text(file: File, node: ast.Constant) -> Text:
    """Return a string constant that can locate each of its characters."""
    value = str(node.value)
    return Text(value, spot(file, node), (Run(_literal(file, node, 0, value), 0, len(value)),))


def split_fstring(file: File, node: ast.JoinedStr) -> list[Text | ast.expr]:
    """Return the parts of an f-string in order: texts, and the expressions of its plain fields.

    A field with a conversion or a format stays a FormattedValue.
    """
    parts: list[Text | ast.expr] = []
    segment = 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            value = str(part.value)
            run = Run(_literal(file, node, segment, value), 0, len(value))
            parts.append(Text(value, spot(file, node), (run,)))
        else:
            segment += 1
            plain = isinstance(part, ast.FormattedValue) and part.conversion in {-1, 115}
            bare = plain and part.format_spec is None  # type: ignore[attr-defined]
            parts.append(part.value if bare else part)  # type: ignore[attr-defined]
    return parts


def _literal(file: File, node: ast.expr, segment: int, value: str) -> Quoted:
    end = file.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    return Quoted(file, file.offset(node.lineno, node.col_offset), end, segment, value)


@dataclass(frozen=True)
class Quoted:
    """Locates the characters between two fields of the strings written from `start` to `end`."""

    file: File
    start: int
    end: int
    segment: int
    value: str

    def spot(self, character: int) -> Spot | None:
        """Return where a character is; None if that is not known exactly."""
        segments = _segments(self.file.text, self.start, self.end)
        offsets = segments[self.segment] if self.segment < len(segments) else []
        if not self._spells(offsets) or character > len(self.value):
            return None
        if character == len(self.value):
            return Spot(self.file, offsets[-1] + 1) if offsets else None
        return Spot(self.file, offsets[character])

    def _spells(self, offsets: list[int]) -> bool:
        if len(offsets) != len(self.value):
            return False
        source = self.file.text
        return all(source[at] in {char, "\\"} for at, char in zip(offsets, self.value, strict=True))


@lru_cache(maxsize=64)
def _segments(source: str, start: int, end: int) -> list[list[int]]:
    """Return the offsets of the characters, in one list for each part between f-string fields."""
    segments: list[list[int]] = [[]]
    at = start
    while at < end:
        opening = _OPENING.match(source, at)
        if not opening:
            return []
        at = _body(source, opening, end, segments)
        at = _BETWEEN.match(source, at).end()  # type: ignore[union-attr] # it may be empty
    return segments


def _body(source: str, opening: re.Match[str], end: int, segments: list[list[int]]) -> int:
    """Add the characters of one literal; return the offset after its closing quote."""
    prefix, quote = opening[1].lower(), opening[2]
    at = opening.end()
    while at < end and not source.startswith(quote, at):
        char = source[at]
        if char == "\\" and "r" not in prefix and (escape := _ESCAPE.match(source, at)):
            if escape["one"]:
                segments[-1].append(at)
            at = escape.end()
        elif char == "\\" and "r" in prefix:
            # A raw string keeps the backslash, and the next character does not close it.
            segments[-1] += [at, at + 1]
            at += 2
        elif "f" in prefix and char in "{}" and source[at + 1 : at + 2] == char:
            segments[-1].append(at)
            at += 2
        elif "f" in prefix and char == "{":
            at = _past_field(source, at, end)
            segments.append([])
        else:
            segments[-1].append(at)
            at += 1
    return at + len(quote)


def _past_field(source: str, at: int, end: int) -> int:
    depth = 0
    while at < end:
        char = source[at]
        if char in "'\"" and (nested := _NESTED_STRING.match(source, at)):
            at = nested.end()
            continue
        depth += (char in "{[(") - (char in "}])")
        at += 1
        if depth == 0:
            return at
    return end
