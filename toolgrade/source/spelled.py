"""Places each character of a literal in its file, in languages read from a syntax tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Spot

if TYPE_CHECKING:
    from toolgrade.source.nodes import File


@dataclass(frozen=True, slots=True, eq=False)
class Spelled:
    """A literal whose characters are at `offsets` (one more for its end) of a file."""

    file: File
    offsets: tuple[int, ...] | range

    def spot(self, character: int) -> Spot | None:
        """Return the place of a character; None if that is not exactly known."""
        known = 0 <= character < len(self.offsets)
        return Spot(self.file, self.offsets[character]) if known else None


def join_surrogates(value: str, offsets: list[int]) -> tuple[str, tuple[int, ...]]:
    r"""Return the value with what was written as two halves, \ud83d\ude00, as one character."""
    if not any("\ud800" <= char <= "\udfff" for char in value):
        return value, tuple(offsets)
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
