"""Text in a terminal's columns: wide characters take two, combining ones none."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ELLIPSIS = "…"
_PICTURE_SELECTOR = "\ufe0f"


def columns(text: str) -> int:
    """Return how many columns a line takes, at most: terminals differ on a few pictures."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if east_asian_width(character) in "WF" or character == _PICTURE_SELECTOR:
        return 2 if character != _PICTURE_SELECTOR else 1
    return 0 if category(character) in {"Mn", "Me", "Cf"} else 1


def shorten(text: str, width: int) -> str:
    """Cut a line that is wider than `width`, from 1, and say so with an ellipsis."""
    if columns(text) <= width:
        return text
    return _head(text, width - 1) + _ELLIPSIS


def pad(text: str, width: int) -> str:
    """Fill a line with blanks up to `width`, having cut what is wider."""
    kept = shorten(text, width)
    return kept + " " * (width - columns(kept))


def wrap(text: str, width: int, *, first: str = "", rest: str = "") -> Iterator[str]:
    """Break text at blanks into lines of at most `width` that begin with `first`, then `rest`."""
    return fill(text.split(), width, first=first, rest=rest)


def fill(words: Iterable[str], width: int, *, first: str = "", rest: str = "") -> Iterator[str]:
    """Set words, which may hold blanks, in lines as `wrap` does; what is wider than one is cut."""
    line, empty = first, True
    for word in words:
        gap = "" if empty else " "
        if columns(line) + len(gap) + columns(word) <= width:
            line, empty = line + gap + word, False
            continue
        if not empty:
            yield line
            line = rest
        while columns(line) + columns(word) > width:
            head = _head(word, max(2, width - columns(line)))
            yield line + head
            line, word = rest, word[len(head) :]  # noqa: PLW2901 - what is left of it
        line, empty = line + word, False
    yield line


def _head(text: str, width: int) -> str:
    taken = 0
    for place, character in enumerate(text):
        taken += _columns(character)
        if taken > width:
            return text[:place]
    return text
