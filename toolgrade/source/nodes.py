"""The values in source code, as far as reading alone can tell, with their places.

The vocabulary is the same for every language. A value is a text, a plain scalar, a list, a table,
or unknown, with the reason; nothing is ever guessed. A text is a rope: whatever only cuts and glues
(concatenation, dedent, strip, a format) keeps the place of each character.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from toolgrade.model import Place
from toolgrade.model.pointers import key_of
from toolgrade.model.pointers import make_pointer as pointer_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.model import Pointer
    from toolgrade.model.pointers import Trail

MAX_TEXT = 1_000_000
"""Characters of the longest text that is put together; a longer one is unknown."""

MAX_ITEMS = 20_000
"""Members of the largest list or table that is put together."""


_CONTINUING = range(0x80, 0xC0)
"""The bytes in UTF-8 that go on with a character."""


class File:
    """A source file: `label` as it may be shown, and its text."""

    __match_args__ = ("label", "text")

    def __init__(self, label: str, text: str) -> None:
        self.label = label
        self.text = text

    @cached_property
    def lines(self) -> list[int]:
        """The offset at which each line begins."""
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    @cached_property
    def _wide(self) -> dict[int, list[int]]:
        """By line, the bytes of it in UTF-8 that go on with a character; filled when asked."""
        return {}

    def offset(self, line: int, byte: int) -> int:
        """Return the offset of a byte, in UTF-8, of a line."""
        wide = self._wide.get(line)
        if wide is None:
            end = self.lines[line] if line < len(self.lines) else len(self.text)
            text = self.text[self.lines[line - 1] : end]
            encoded = b"" if text.isascii() else text.encode("utf-8", "surrogatepass")
            wide = [i for i, one in enumerate(encoded) if one in _CONTINUING]
            self._wide[line] = wide
        return self.lines[line - 1] + byte - bisect_left(wide, byte)

    def place(self, offset: int) -> Place:
        """Return the line and column of the character at `offset`."""
        line = bisect_right(self.lines, offset)
        return Place(self.label, line, offset - self.lines[line - 1] + 1)


class Spot(NamedTuple):
    """A character of a file."""

    file: File
    offset: int

    @property
    def place(self) -> Place:
        """Line and column."""
        return self.file.place(self.offset)


class Literal(Protocol):
    """A string literal as it is written, escapes and all."""

    def spot(self, character: int) -> Spot | None:
        """Return the place of a character of its value; None if that is not exactly known."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Characters that are in the source just as they are, from `start` on."""

    start: Spot

    def spot(self, character: int) -> Spot:
        """Return the place of a character."""
        return self.start._replace(offset=self.start.offset + character)


class Run(NamedTuple):
    """Characters `start` to `start + length` of a literal; of none, if they were made."""

    literal: Literal | None
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Text:
    """A string; `runs` says where its characters come from, in order and all of them."""

    value: str
    at: Spot
    runs: tuple[Run, ...] = ()

    def cut(self, start: int, end: int) -> Text:
        """Return characters `start` to `end`; `Cutter` is quicker for many."""
        return Cutter(self).cut(start, end)

    def spot(self, character: int) -> Spot | None:
        """Return the place of a character; None if it was made or is not exactly known."""
        for run in self.runs:
            if character < run.length or (run is self.runs[-1] and character == run.length):
                return run.literal.spot(run.start + character) if run.literal else None
            character -= run.length
        return None


class Cutter:
    """Cuts many parts out of a text."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._starts = [0, *accumulate(run.length for run in text.runs)]

    def cut(self, start: int, end: int) -> Text:
        """Return characters `start` to `end`."""
        text, starts = self._text, self._starts
        runs: list[Run] = []
        index = bisect_right(starts, start) - 1
        while index < len(text.runs) and starts[index] < end:
            run = text.runs[index]
            left = max(start - starts[index], 0)
            right = min(end - starts[index], run.length)
            if left < right:
                runs.append(Run(run.literal, run.start + left, right - left))
            index += 1
        return Text(text.value[start:end], text.at, tuple(runs))


@dataclass(frozen=True, slots=True)
class Scalar:
    """None, a truth value or a number."""

    value: bool | int | float | None
    at: Spot


@dataclass(frozen=True, slots=True)
class Items:
    """A list, in order. Its members may be values that only one language knows."""

    items: tuple[Any, ...]
    at: Spot


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping with string keys, in order; `keys` holds the place of each key that is written."""

    entries: Mapping[str, Any]
    at: Spot
    keys: Mapping[str, Spot] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unknown:
    """What reading alone cannot tell, and why: half a sentence that follows "cannot be known: "."""

    why: str
    at: Spot


Node: TypeAlias = "Text | Scalar | Items | Table | Unknown"


def concatenate(parts: list[Text], at: Spot) -> Text | Unknown:
    """Return the texts in one; unknown if it is longer than MAX_TEXT."""
    if sum(len(part.value) for part in parts) > MAX_TEXT:
        return Unknown("it is too long", at)
    value = "".join(part.value for part in parts)
    runs = tuple(run for part in parts for run in (part.runs or _made(part)))
    if len(runs) > MAX_ITEMS:
        return Unknown("it has too many parts", at)
    return Text(value, parts[0].at if parts else at, runs)


def _made(text: Text) -> tuple[Run, ...]:
    return (Run(None, 0, len(text.value)),) if text.value else ()


def convert_to_data(node: Node) -> tuple[Any, frozenset[Pointer]]:
    """Return a value as JSON data and the pointers of what in it is unknown.

    An unknown member of a table is left out; a list with one is unknown as a whole, for what
    follows it would be at another place. What is unknown from the top on is None.
    """
    unknown: list[Pointer] = []
    data = _plain(node, None, unknown)
    return data, frozenset(unknown)


_LEFT_OUT: Any = object()


def _plain(node: Node, trail: Trail, unknown: list[Pointer]) -> Any:  # noqa: ANN401 - JSON
    match node:
        case Text(value) | Scalar(value):
            return value
        case Table(entries):
            found = {k: _plain(v, (trail, k), unknown) for k, v in entries.items()}
            return {k: v for k, v in found.items() if v is not _LEFT_OUT}
        case Items(items):
            inside: list[Pointer] = []
            data = [_plain(item, (trail, i), inside) for i, item in enumerate(items)]
            if not any(item is _LEFT_OUT for item in data):
                unknown += inside
                return data
    unknown.append(pointer_of(trail))
    return _LEFT_OUT if trail else None


def convert_from_data(value: Any, at: Spot) -> Any:  # noqa: ANN401 - JSON
    """Return JSON data as standing at a place; of the text "?" nothing is known."""
    match value:
        case "?":
            return Unknown("the SDK's versions differ on it", at)
        case str():
            return Text(value, at)
        case list():
            return Items(tuple(convert_from_data(one, at) for one in value), at)
        case dict():
            return Table({k: convert_from_data(one, at) for k, one in value.items()}, at)
    return Scalar(value, at)


def parse_json_text(text: Text) -> Any:  # noqa: ANN401 - as native
    """Return the JSON that a text is; unknown if it is none."""
    try:
        return convert_from_data(json.loads(text.value), text.at)
    except (ValueError, RecursionError):
        return Unknown("it is not JSON", text.at)


def unknowns(node: Node) -> Iterator[Unknown]:
    """Yield what in a value is unknown, in order."""
    match node:
        case Unknown():
            yield node
        case Table(entries):
            for value in entries.values():
                yield from unknowns(value)
        case Items(items):
            for value in items:
                yield from unknowns(value)


@dataclass(frozen=True, slots=True)
class Written:
    """The origin of a definition in code: the value itself knows its places."""

    node: Node

    def place(self, pointer: Pointer, start: int = 0) -> Place | None:
        """Return the place of character `start` of the value at `pointer`; None if unknown."""
        node = self.find(pointer)
        if node is None:
            return None
        spot = node.spot(start) if isinstance(node, Text) else None
        if spot is None and start == 0:
            spot = node.at
        return spot.place if spot else None

    def find(self, pointer: Pointer) -> Node | None:
        """Return the value at `pointer`, None where there is none."""
        node: Any = self.node
        for token in pointer.split("/")[1:]:
            key = key_of(token)
            if isinstance(node, Table):
                node = node.entries.get(key)
            elif isinstance(node, Items) and key.isdecimal() and int(key) < len(node.items):
                node = node.items[int(key)]
            else:
                return None
        found: Node | None = node
        return found
