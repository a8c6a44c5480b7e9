"""Changes of a text in place: characters are taken out of its literals, plain ones put in."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from toolgrade.fixes.json_text import TextEdit
from toolgrade.source import javascript

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.nodes import File, Text

_LONGEST = 50_000
MOST_STEPS = 50_000_000
"""Of comparing texts, for all the fixes of a source: some ten seconds."""
_MOST_OF_ONE = MOST_STEPS // 20
_PIECE = re.compile(r"[^\S\n]+|\n|\S+")
_PLAIN = re.compile(r"[A-Za-z0-9 .,;:()_/-]*")
_ESCAPES = {"\n": "n", "\t": "t", "\r": "r", '"': '"', "'": "'", "`": "`"}
_LINE_ENDS = "\r\n"


_Difference: TypeAlias = tuple[int, int, str]


class CannotPlaceError(Exception):
    """Why an edit of a definition cannot be made in the source."""


class Cut(NamedTuple):
    """An edit of the text of a source file."""

    file: File
    edit: TextEdit


def keep_line_ends(text: Text, new: str) -> str:
    """Return what becomes of a text if the lines at its ends that are written as lines stay: the
    closing quotes of a docstring keep their line.
    """
    old = text.value
    head = old[: len(old) - len(old.lstrip())]
    tail = old[len(old.rstrip()) :]
    is_laid_out = [
        any(char == "\n" and _is_line_end(text, first + at) for at, char in enumerate(part))
        for part, first in ((head, 0), (tail, len(old) - len(tail)))
    ]
    return f"{head if is_laid_out[0] else ''}{new.strip()}{tail if is_laid_out[1] else ''}"


def _is_line_end(text: Text, at: int) -> bool:
    spot = text.spot(at)
    return spot is not None and spot.file.text[spot.offset : spot.offset + 1] in _LINE_ENDS


class Comparer:
    """Compares texts, each pair once. A text that repeats its words takes time squared."""

    def __init__(self) -> None:
        self._left = MOST_STEPS
        self._found: dict[tuple[str, str], tuple[_Difference, ...] | None] = {}

    def compare(self, old: str, new: str) -> tuple[_Difference, ...]:
        """Return the characters of `old` that are replaced, from and to where, and by what. Raises
        CannotPlaceError where that would take too long.
        """
        if (old, new) not in self._found:
            self._found[old, new] = self._compare(old, new)
        found = self._found[old, new]
        if found is None:
            raise CannotPlaceError("the text is too long to compare")
        return found

    def _compare(self, old: str, new: str) -> tuple[_Difference, ...] | None:
        if max(len(old), len(new)) > _LONGEST:
            return None
        before, after = _PIECE.findall(old), _PIECE.findall(new)
        counts = Counter(before)
        steps = len(before) + sum(1 + counts[piece] for piece in after)
        if steps > min(self._left, _MOST_OF_ONE):
            return None
        self._left -= steps
        return tuple(_find_differences(before, after))


def change_text(text: Text, new: str, comparer: Comparer) -> list[Cut]:
    """Return the edits that make a text another. Raises CannotPlaceError."""
    if not text.value or not text.runs or all(run.literal is None for run in text.runs):
        raise CannotPlaceError("the SDK makes the text, no literal")
    # In the comments of C# they would begin a tag.
    is_free = text.at.file.label.endswith((".py", *javascript.SUFFIXES))
    cuts: list[Cut] = []
    for start, end, put in comparer.compare(text.value, new):
        if not _PLAIN.fullmatch(put.replace("<", "").replace(">", "") if is_free else put):
            raise CannotPlaceError("what is new needs escapes")
        if start < end:
            cuts += _cut([_find_extent(text, at) for at in range(start, end)], put)
        elif start:
            file, _, at = _find_extent(text, start - 1)
            cuts.append(Cut(file, TextEdit(at, at, put)))
        else:
            file, at, _ = _find_extent(text, 0)
            cuts.append(Cut(file, TextEdit(at, at, put)))
    return cuts


def _find_differences(before: list[str], after: list[str]) -> Iterator[_Difference]:
    old = "".join(before)
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    starts = [0, *accumulate(map(len, before))]
    for kind, first, last, low, high in matcher.get_opcodes():
        if kind == "equal":
            continue
        start, end, put = starts[first], starts[last], "".join(after[low:high])
        while start < end and put and old[start] == put[0]:
            start, put = start + 1, put[1:]
        while start < end and put and old[end - 1] == put[-1]:
            end, put = end - 1, put[:-1]
        yield start, end, put


def _find_extent(text: Text, at: int) -> tuple[File, int, int]:
    """Return the file and from where to where in it a character of a text is written."""
    spot, char = text.spot(at), text.value[at]
    if spot is None:
        raise CannotPlaceError("the place of the words is not exactly known")
    source, start = spot.file.text, spot.offset
    if source.startswith("\\", start) and char != "\\":
        if source[start + 1 : start + 2] == _ESCAPES.get(char):
            return spot.file, start, start + 2
    elif source[start : start + 1] == char and char not in "\\\n":
        return spot.file, start, start + 1
    raise CannotPlaceError("the words are written with escapes, or over several lines")


def _cut(extents: list[tuple[File, int, int]], put: str) -> Iterator[Cut]:
    """Yield the edits that take characters out, one for each stretch without a gap."""
    file, start, end = extents[0]
    for next_file, low, high in extents[1:]:
        if next_file is file and low == end:
            end = high
            continue
        yield Cut(file, TextEdit(start, end, put))
        put = ""
        file, start, end = next_file, low, high
    yield Cut(file, TextEdit(start, end, put))
