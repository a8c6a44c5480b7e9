"""Text in a terminal's columns: wide characters take two, combining ones none."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

from toolgrade.wording.ci_commands import defuse_commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NARROWEST_NAME = 10
_OWN_HEADS = {
    ("purpose", 5): "Purp.",
    ("conciseness", 5): "Conc.",
    ("conciseness", 2): "Cn",
    ("completeness", 2): "Cp",
}
"""Heads that would read badly or alike if they were only cut."""

_ELLIPSIS = "…"
_PICTURE_SELECTOR = "\ufe0f"


def columns(text: str) -> int:
    """Return how many columns a line takes, at most: terminals differ on a few pictures."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if east_asian_width(character) in "WF" or character == _PICTURE_SELECTOR:
        return 2 if character != _PICTURE_SELECTOR else 1
    return 0 if category(character) in {"Mn", "Me", "Cf"} else 1


def cut_line(text: str, width: int) -> str:
    """Cut a line that is wider than `width`, from 1, and say so with an ellipsis."""
    if columns(text) <= width:
        return text
    return _head(text, width - 1) + _ELLIPSIS


def cut_line_front(text: str, width: int) -> str:
    """Cut a line at its front instead: of a place, the file, line and column are what one needs."""
    if columns(text) <= width:
        return text
    kept = len(_head(text[::-1], width - 1))
    return _ELLIPSIS + text[len(text) - kept :]


def pad(text: str, width: int) -> str:
    """Fill a line with blanks up to `width`, having cut what is wider."""
    kept = cut_line(text, width)
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
            line, word = rest, defuse_commands(word[len(head) :])  # noqa: PLW2901 - what is left of it
        line, empty = line + word, False
    yield line


def _head(text: str, width: int) -> str:
    taken = 0
    for place, character in enumerate(text):
        taken += _columns(character)
        if taken > width:
            return text[:place]
    return text


def heads_of(keys: Sequence[str], width: int, space: int) -> dict[str, str]:
    """Return a head for each dimension's column, as long as a page of `width` can bear and `space`
    holds next to names; no columns where even two letters each leave no name.
    """
    for least, letters in ((100, 99), (72, 5), (0, 2)):
        heads = {key: _cut_head(key, letters) for key in keys}
        if width >= least and space - sum(len(h) + 1 for h in heads.values()) >= _NARROWEST_NAME:
            return heads
    return {}


def _cut_head(key: str, letters: int) -> str:
    if letters == 2:  # noqa: PLR2004 - no room for a full stop
        return _OWN_HEADS.get((key, letters), key[:2].capitalize())
    cut = key if len(key) <= letters + 1 else f"{key[:letters]}."
    return _OWN_HEADS.get((key, letters), cut.capitalize())
