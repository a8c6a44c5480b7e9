"""TOML files that know on which line a key stands, for errors that quote the user's own line.

The standard parser keeps no positions. A key is there from the statement that writes it, so the
first lines of a file that already hold it end with that statement; bisection finds them.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

Key: TypeAlias = "tuple[str | int, ...]"
"""The way to a value: table names, keys, and the index in an array."""

MAX_BYTES = 2**20
_STATEMENT = re.compile(r"[ \t]*\[|(?:[\w. \t-]|\"[^\"]*\"|'[^']*')+=")
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)")


class TomlError(Exception):
    """Why a file cannot be read, and its line (0 if it has none)."""

    def __init__(self, message: str, line: int = 0, quote: str = "") -> None:
        super().__init__(message)
        self.line, self.quote = line, quote


@dataclass(frozen=True)
class TomlFile:
    """A TOML file: its tables (fractions as Decimal), and the lines they were read from."""

    path: Path
    data: dict[str, Any]
    lines: list[str] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> TomlFile:
        """Read a file. Raises TomlError."""
        try:
            content = path.read_bytes()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise TomlError(f"cannot be read: {reason}") from None
        if len(content) > MAX_BYTES:
            raise TomlError("is larger than 1 MB; keep long word lists in files of their own")
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            quote = content.split(b"\n")[line - 1].decode(errors="replace")
            raise TomlError("is not UTF-8 text; save it as UTF-8", line, quote) from None
        lines = text.split("\n")
        try:
            return cls(path, tomllib.loads(text, parse_float=Decimal), lines)
        except RecursionError:
            raise TomlError("nests too deeply") from None
        except InvalidOperation:
            raise TomlError("holds a number that is too large") from None
        except ValueError as error:
            # The parser says "at end of document" where the last line is at fault.
            at = _AT_LINE.search(str(error))
            line = min(int(at[1]) if at else len(text.rstrip().split("\n")), len(lines))
            what = _AT_LINE.sub("", str(error)).replace(" (at end of document)", "")
            raise TomlError(f"is not TOML: {what}", line, lines[line - 1]) from None

    def holds(self, key: Key) -> bool:
        """Whether the file itself writes this key."""
        return _holds(self.data, key)

    def line(self, key: Key, word: str = "") -> int:
        """Return the line, from 1, of the statement that writes `key`; of its several lines the
        first that holds `word`, or else the key. What is not there is looked for one level up.
        """
        while key and not self.holds(key):
            key = key[:-1]
        if not key:
            return 1
        statement = self._statement(key)
        names = (part for part in reversed(key) if isinstance(part, str))
        for text in filter(None, (word, *names)):
            for line in statement:
                if text in self.lines[line]:
                    return line + 1
        return statement[0] + 1

    def _statement(self, key: Key) -> range:
        """Return the lines, from 0, of the statement that writes `key`."""
        starts = [i for i, line in enumerate(self.lines) if _STATEMENT.match(line)]
        ends = [*starts[1:], len(self.lines)]
        low, high = 0, len(ends) - 1
        while low < high:
            middle = at = (low + high) // 2
            # A line that only looks like a statement stands inside an array that is still open.
            while (data := self._read_to(ends[at])) is None:
                at += 1
            if _holds(data, key):
                high = middle
            else:
                low = at + 1
        first = last = low
        while self._read_to(ends[last]) is None:
            last += 1
        while first and self._read_to(starts[first]) is None:
            first -= 1
        return range(starts[first], ends[last])

    def _read_to(self, end: int) -> dict[str, Any] | None:
        try:
            return tomllib.loads("\n".join(self.lines[:end]))
        except ValueError:
            return None


def _holds(data: Any, key: Key) -> bool:  # noqa: ANN401 - whatever TOML holds
    for part in key:
        inside = isinstance(data, dict) and part in data
        if not inside and not (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        ):
            return False
        data = data[part]
    return True
