"""TOML files that know on which line a key is, for errors that quote the user's own line.

The standard parser keeps no positions. A second look at a file that it accepts, at strings,
brackets and ends of lines only, finds where each statement begins and which key it writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from toolgrade.files.opening import read_file
from toolgrade.toml.bounded import MAX_CHARS, check_bounds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Key: TypeAlias = "tuple[str | int, ...]"
"""The way to a value: table names, keys, and the index in an array."""

MAX_BYTES = MAX_CHARS
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)")
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*+"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*+'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*+"'
    r"|'[^'\n]*+'"
    r"|#[^\n]*+"
    r"|[][{}\n=]",
    re.DOTALL,
)


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
    def read(cls, path: Path, *, links: bool = True) -> TomlFile:
        """Read a file; with `links` False no link. Raises TomlError."""
        import tomllib  # noqa: PLC0415 - start-up time

        try:
            content = read_file(path, MAX_BYTES, links=links)
        except OSError as error:
            raise TomlError(f"cannot be read: {error.strerror}") from None
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            quote = content.split(b"\n")[line - 1].decode(errors="replace")
            raise TomlError("is not UTF-8 text; save it as UTF-8", line, quote) from None
        lines = text.split("\n")
        try:
            check_bounds(text)
            return cls(path, tomllib.loads(text, parse_float=Decimal), lines)
        except RecursionError:
            raise TomlError("nests too deeply; remove some of the brackets") from None
        except InvalidOperation:
            raise TomlError("holds a number that is too large; shorten it") from None
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
        at = key
        while at not in self._statements:
            at = at[:-1]
        statement = self._statements[at]
        names = (part for part in reversed(key) if isinstance(part, str))
        for text in filter(None, (word, *names)):
            for line in statement:
                if text in self.lines[line]:
                    return line + 1
        return statement[0] + 1

    @cached_property
    def _statements(self) -> dict[Key, range]:
        """The lines, from 0, of the first statement that writes a key or a part of it."""
        found: dict[Key, range] = {(): range(1)}
        counts: dict[Key, int] = {}
        table: Key = ()
        for first, last, text in _split_statements("\n".join(self.lines)):
            if text.startswith("["):
                repeated = text.startswith("[[")
                table = _resolve(_parse_key(text.strip("[] \t")), counts, repeated=repeated)
                key = table
            else:
                key = (*table, *_parse_key(text))
            for length in range(1, len(key) + 1):
                found.setdefault(key[:length], range(first, last + 1))
        return found


def _split_statements(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the first and the last line of each statement, from 0, with its header or its key."""
    line = first = depth = 0
    start, end, closed = 0, -1, 0
    for token in _TOKEN.finditer(text + "\n"):
        sign = token[0]
        if sign == "=" and end < 0:
            end = token.start()
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
            closed = token.end()
        elif sign == "\n":
            line += 1
            if depth > 0:
                continue
            # A statement without a sign of equality is a table's header, or only a comment.
            if said := text[start : end if end >= 0 else max(closed, start)].strip():
                yield first, line - 1, said
            start, end, first = token.end(), -1, line
        else:
            line += sign.count("\n")


def _parse_key(text: str) -> tuple[str, ...]:
    """Return the parts of a key as it is written, quotes and dots included."""
    import tomllib  # noqa: PLC0415 - as above

    data: Any = tomllib.loads(f"{text} = 0")
    parts = []
    while isinstance(data, dict):
        ((part, data),) = data.items()
        parts.append(part)
    return tuple(parts)


def _resolve(parts: tuple[str, ...], counts: dict[Key, int], *, repeated: bool) -> Key:
    """Return the way to the table that a header opens, with the index in each array of tables."""
    key: Key = ()
    for number, part in enumerate(parts, start=1):
        key = (*key, part)
        if number == len(parts) and repeated:
            counts[key] = counts.get(key, 0) + 1
        if key in counts:
            key = (*key, counts[key] - 1)
    return key


def _holds(data: Any, key: Key) -> bool:  # noqa: ANN401 - whatever TOML holds
    for part in key:
        inside = isinstance(data, dict) and part in data
        if not inside and not (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        ):
            return False
        data = data[part]
    return True
