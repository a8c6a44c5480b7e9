"""A file of source code, as its reader sees it and as it is written."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

from toolgrade.fixes.json_text import TextEdit, apply_text_edits

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD_LINES = 30
_LONGEST_LINE = 300
_COMMENT = re.compile(r'[ \t]*(?:#|//|/\*|\*|"""|<!--|--)')
_MARK = re.compile(
    r"@generated\b|\bcode generated\b|\bdo not (?:edit|modify|change)\b|\bauto-?generated\b"
    r"|\bautomatically generated\b|\bfile (?:was|is) generated\b|[#/*\"] *generated (?:by|with)\b",
    re.IGNORECASE,
)
_GENERATOR = re.compile(
    r"\bgenerated\b[^\n]{0,40}?\b(?:by|with|using)\b[ \t:]{1,3}(?:the[ \t])?([\w@][\w@./-]{0,60})",
    re.IGNORECASE,
)


class UnfitFileError(Exception):
    """Why a file is not changed."""


class CodeFile:
    """One file: `label` as it may be shown, its bytes, and `text`, in which its reader counts."""

    def __init__(self, label: str, content: bytes) -> None:
        self.label = label
        self.content = content

    @property
    def is_python(self) -> bool:
        """Whether its reader is Python's, which reads every line end as one character."""
        return self.label.endswith((".py", ".pyi"))

    @cached_property
    def _encoding(self) -> str:
        if self.is_python:
            return tokenize.detect_encoding(io.BytesIO(self.content).readline)[0]
        return "utf-8-sig" if self.content.startswith(codecs.BOM_UTF8) else "utf-8"

    @cached_property
    def _written(self) -> str:
        """Its text with the line ends that it has. Raises UnfitFileError."""
        try:
            written = self.content.decode(self._encoding)
            is_same = written.encode(self._encoding) == self.content
        except (SyntaxError, LookupError, UnicodeError):
            is_same = False
        if not is_same:
            raise UnfitFileError("its encoding would not be kept")
        if self.is_python and "\r" in written.replace("\r\n", ""):
            raise UnfitFileError("it has line ends that are carriage returns alone")
        return written

    @cached_property
    def text(self) -> str:
        """Its text as its reader sees it. Raises UnfitFileError."""
        return self._written.replace("\r\n", "\n") if self.is_python else self._written

    @cached_property
    def newline(self) -> str:
        """The line end that new lines get, as its reader sees it."""
        return "\r\n" if not self.is_python and "\r\n" in self._written else "\n"

    @cached_property
    def _returns(self) -> list[int]:
        """Where a carriage return is left out, in the reader's text."""
        if not self.is_python:
            return []
        found = (match.start() for match in re.finditer("\r\n", self._written))
        return [at - before for before, at in enumerate(found)]

    def apply(self, edits: Sequence[TextEdit]) -> str:
        """Return its text, with its line ends, after edits of `text` that are in order."""
        moved = [
            TextEdit(
                one.start + bisect_left(self._returns, one.start),
                one.end + bisect_left(self._returns, one.end),
                one.new.replace("\n", "\r\n") if self._returns else one.new,
            )
            for one in edits
        ]
        return apply_text_edits(self._written, moved)

    def encode(self, text: str) -> bytes:
        """Return a text in its encoding. Raises UnfitFileError."""
        try:
            return text.encode(self._encoding)
        except UnicodeError as error:
            raise UnfitFileError("its encoding has no sign for what would be written") from error

    def find_generator(self) -> str | None:
        """Return what the comment at its head says has generated it ("" where it does not say by
        what), None if it was written by hand.
        """
        head = [line[:_LONGEST_LINE] for line in self.text[:8000].split("\n")[:_HEAD_LINES]]
        said = "\n".join(line for line in head if _COMMENT.match(line))
        if not _MARK.search(said):
            return None
        named = _GENERATOR.search(said)
        return named[1].rstrip(".,;:") if named else ""
