"""Places in a JSON text: a pointer and a character of the string there to line and column.

The standard parser knows offsets and discards them. They are found again when asked for, container
by container from the root down: keys and skipped values cost one call of the C scanner each.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from toolgrade.listing.lenient import parse
from toolgrade.model import Malformed, Place
from toolgrade.model.pointers import key_of

if TYPE_CHECKING:
    from toolgrade.model import Origin, Pointer

_GAP = re.compile(r"[ \t\n\r]*+")
# A name and, unless it is a container, the value with what follows it: in one match, since this
# runs for every member of every definition that has a finding.
_MEMBER = re.compile(
    r"""(?s:[ \t\n\r]*+"([^"\\]*+(?:\\.[^"\\]*+)*+)"[ \t\n\r]*+:[ \t\n\r]*+"""
    r"""(?:("[^"\\]*+(?:\\.[^"\\]*+)*+"|[^ \t\n\r"\[{,}]++)[ \t\n\r]*+([,}]))?)"""
)
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|.)")
_BLOCK = 2**14
"""Characters in which newlines are counted anew for each place."""
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
# Numbers stay text: they are only skipped, and a huge one could not be converted.
_SKIPPER = json.JSONDecoder(parse_int=str, parse_float=str)


class Document:
    """A JSON text: its data, lenient as `lenient.parse` has it, and the place of every character.

    `file` is its name as it may be shown, `is_whole` whether all of the text was read: it nests no
    deeper than is read. Raises InputError unless it is JSON.
    """

    def __init__(self, text: str, file: str) -> None:
        parsed = parse(text, file)
        self.file = file
        self.data: Any = parsed.data
        self.text = text
        self._scanned = parsed.text
        self.is_whole = parsed.text is text
        self._repaired = parsed.repaired
        self._repaired_at = [malformed.pointer for malformed in parsed.repaired]
        # Bounded: a report asks tool by tool, so only the latest are asked for again.
        self._members = lru_cache(maxsize=1024)(self._scan)
        self._offset = lru_cache(maxsize=1024)(self._find)
        self._escapes = lru_cache(maxsize=8)(self._find_escapes)

    def origin(self, pointer: Pointer) -> Origin:
        """Return the origin of the definition at `pointer`."""
        return Inside(self, pointer)

    def find_malformed(self, pointer: Pointer) -> tuple[Malformed, ...]:
        """Return what was repaired at or below `pointer`, with pointers that start there."""
        first = bisect_left(self._repaired_at, pointer)
        # "0" follows "/": all that lies below `pointer` sorts before it.
        last = bisect_left(self._repaired_at, f"{pointer}0")
        return tuple(
            Malformed(found.kind, found.pointer[len(pointer) :], found.note)
            for found in self._repaired[first:last]
            if found.pointer[len(pointer) :][:1] in {"", "/"}
        )

    def place(self, pointer: Pointer, start: int = 0) -> Place | None:
        """Return the line and column of character `start` of the value at `pointer`.

        None if there is no such value or character; where keys repeat, the last one counts. Only
        strings have characters beyond the first; the closing quote counts as one more.
        """
        at = self._offset(pointer)
        if at is not None and self.text[at] == '"':
            at = self._character(at, start)
        elif start:
            at = None
        return None if at is None else self.place_at(at)

    def place_at(self, at: int) -> Place:
        """Return the line and column of the character at an offset of the text, or of its end."""
        text, block = self.text, at // _BLOCK
        lines, last = self._newlines[block]
        begun = block * _BLOCK
        before = text.rfind("\n", begun, at)
        return Place(
            self.file,
            1 + lines + text.count("\n", begun, at),
            at - (last if before < 0 else before),
        )

    def find_offset(self, pointer: Pointer) -> int | None:
        """Return the offset of the value at `pointer` in the text; None if there is none."""
        return self._offset(pointer)

    def _find(self, pointer: Pointer) -> int | None:
        """Return the offset of the value at `pointer`, found in its parent."""
        if not pointer:
            return _past_gap(self._scanned, 0)
        parent, _, token = pointer.rpartition("/")
        at = self._offset(parent)
        if at is None:
            return None
        members = self._members(at)
        if isinstance(members, dict):
            return members.get(key_of(token))
        is_index = _INDEX.fullmatch(token) and int(token) < len(members)
        return members[int(token)] if is_index else None

    def _scan(self, at: int) -> dict[str, int] | list[int]:
        """Return the offsets of the members of the container at `at`; [] for any other value."""
        if self._scanned[at] == "{":
            return _object(self._scanned, at)
        return _array(self._scanned, at) if self._scanned[at] == "[" else []

    def _character(self, quote: int, start: int) -> int | None:
        """Return the offset of character `start` of the string that opens at `quote`."""
        first = quote + 1
        end = first + start
        if self.text.find('"', first, end) < 0 and self.text.find("\\", first, end) < 0:
            return end
        after, offsets, length = self._escapes(quote)
        if start > length:
            return None
        passed = bisect_right(after, start)
        return offsets[passed - 1] + start - after[passed - 1] if passed else end

    def _find_escapes(self, quote: int) -> tuple[list[int], list[int], int]:
        """Return, for each escape in a string, which character follows it and at what offset, and
        the string's length in characters.
        """
        value, end = _SKIPPER.raw_decode(self.text, quote)
        after: list[int] = []
        offsets: list[int] = []
        hidden = quote + 1
        for escape in _ESCAPE.finditer(self.text, quote + 1, end - 1):
            hidden += len(escape[0]) - 1
            after.append(escape.end() - hidden)
            offsets.append(escape.end())
        return after, offsets, len(value)

    @cached_property
    def _newlines(self) -> list[tuple[int, int]]:
        """How many newlines are before each block of the text, and where the last one is."""
        text, lines, last = self.text, 0, -1
        found = []
        for begun in range(0, len(text) + 1, _BLOCK):
            found.append((lines, last))
            lines += text.count("\n", begun, begun + _BLOCK)
            last = max(last, text.rfind("\n", begun, begun + _BLOCK))
        return found


@dataclass(frozen=True, slots=True)
class Inside:
    """The origin of the definition at `base` of a document."""

    document: Document
    base: Pointer

    def place(self, pointer: Pointer, start: int = 0) -> Place | None:
        """Return the place of a character, as an Origin does."""
        return self.document.place(self.base + pointer, start)


def _object(text: str, at: int) -> dict[str, int]:
    members: dict[str, int] = {}
    at += 1
    more = True
    while more and (member := _MEMBER.match(text, at)):
        key, simple, comma = member.groups()
        at = member.end()
        if "\\" in key:
            key, _ = _SKIPPER.raw_decode(text, member.start(1) - 1)
        if simple:
            members[key] = member.start(2)
            more = comma == ","
        else:
            members[key] = at
            at, more = _past_value(text, at)
    return members


def _array(text: str, at: int) -> list[int]:
    items: list[int] = []
    at = _past_gap(text, at + 1)
    more = text[at] != "]"
    while more:
        items.append(at)
        at, more = _past_value(text, at)
    return items


def _past_value(text: str, at: int) -> tuple[int, bool]:
    """Return where the member after the one at `at` begins, and whether there is one."""
    _, end = _SKIPPER.raw_decode(text, at)
    end = _past_gap(text, end)
    more = text[end] == ","
    return (_past_gap(text, end + 1) if more else end), more


def _past_gap(text: str, at: int) -> int:
    gap = _GAP.match(text, at)
    return gap.end() if gap else at
