"""JSON Lines: a registry with a server, or what a server lists, in each line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolgrade.listing.lenient import decode
from toolgrade.listing.parse import Reading, servers
from toolgrade.listing.positions import Document
from toolgrade.model import InputError, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.inputs.named import Given
    from toolgrade.model import Origin, Pointer, Server

LINES = frozenset({".jsonl", ".ndjson"})
"""The endings of such files."""

_NAMES = ("qualifiedName", "name", "displayName", "title", "slug")
"""Where directories write a server's name, if it is not where servers have it."""


@dataclass(frozen=True, slots=True)
class _OnLine:
    """An origin in the text of one line, as a place in its file."""

    origin: Origin
    file: str
    line: int

    def place(self, pointer: Pointer, start: int = 0) -> Place | None:
        found = self.origin.place(pointer, start)
        return found and Place(self.file, self.line, found.column)


def read_lines(given: Given) -> Iterator[tuple[bytes, tuple[Server, ...] | InputError]]:
    """Yield the servers of each line with its bytes and number, or why the line has none; blank
    lines have none. Raises InputError where all are blank.
    """
    is_blank = True
    for number, line in enumerate(given.content.split(b"\n"), 1):
        if line.strip():
            is_blank = False
            try:
                yield b"%d %s" % (number, line), _read_line(line, number, given)
            except InputError as error:
                yield b"", error
    if is_blank:
        raise InputError(f"{given.label}: holds no line; expected a server, as JSON, in each")


def _read_line(line: bytes, number: int, given: Given) -> tuple[Server, ...]:
    label = f"{given.label}: line {number}"
    try:
        document = Document(decode(line, given.label), given.label)
    except InputError as error:
        # The parser sees a text of one line.
        said = str(error).replace(f"{given.label}:1:", f"{given.label}:{number}:", 1)
        raise InputError(said) from None
    return servers(
        document.data,
        Reading(
            given.source,
            label,
            _name(document.data) or f"{given.stem}, line {number}",
            lambda pointer: _OnLine(document.origin(pointer), given.label, number),
            document.find_malformed,
        ),
    )


def _name(data: Any) -> str:  # noqa: ANN401 - any JSON
    if not isinstance(data, dict) or not isinstance(data.get("tools"), list):
        return ""
    given = (data.get(key) for key in _NAMES)
    return next((name for name in given if isinstance(name, str) and name.strip()), "")
