"""A string cut into words, once: their lower-case forms, their places, and what is between them."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolgrade.text.lexicons import Lexicon, Vocabulary

_WORD = re.compile(r"(\w+(?:['\u2019]\w+)*)")
_MASKED = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+", re.DOTALL)
# Between the words of one entry: white space, or one of these.
_JOINTS = frozenset("-\u2010\u2011/.")


class Words:
    """The words of a string outside of code spans and URLs: `lower` as word lists spell them,
    `starts` and `ends` their characters; `gaps` are the characters before each, and after the last.
    What a vocabulary has in them is searched once, also for the parts that are cut from them.
    """

    __slots__ = ("_found", "ends", "gaps", "lower", "starts")

    def __init__(self, string: str) -> None:
        if "`" in string or "http" in string:
            # Blanked, not removed, so that places stay true.
            string = _MASKED.sub(lambda m: "\0" * len(m[0]), string)
        if string.isascii():
            parts = _WORD.split(string.lower())
            self.lower = parts[1::2]
        else:
            parts = _WORD.split(string)
            self.lower = [word.lower().replace("\u2019", "'") for word in parts[1::2]]
        self.gaps = parts[0::2]
        bounds = [*accumulate(map(len, parts))]
        self.starts, self.ends = bounds[:-1:2], bounds[1::2]
        self._found: dict[Vocabulary, Mapping[Lexicon, Sequence[tuple[int, int]]]] = {}

    def cut(self, start: int, end: int) -> Words:
        """Return the words of characters `start` to `end`, which cut no word and no URL."""
        return _Part(self, start, end)

    def range_of(self, start: int, end: int) -> tuple[int, int]:
        """Return the first word of characters `start` to `end`, and the first one after them."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)

    def match(self, at: int, rest: tuple[str, ...]) -> int | None:
        """Return the index of the last word if `rest` follows word `at` directly, else None."""
        last = at + len(rest)
        if last >= len(self.lower):
            return None
        for wanted in rest:
            at += 1
            word, gap = self.lower[at], self.gaps[at]
            if word != wanted and not (wanted[-1] == "*" and word.startswith(wanted[:-1])):
                return None
            if gap not in _JOINTS and not gap.isspace():
                return None
        return last

    def search(self, vocabulary: Vocabulary) -> Mapping[Lexicon, Sequence[tuple[int, int]]]:
        """Return the (first, last) words of each match, by lexicon; of those with a match here."""
        found = self._found.get(vocabulary)
        if found is None:
            found = self._found[vocabulary] = vocabulary.search(self)
        return found

    def find(self, lexicon: Lexicon) -> Sequence[tuple[int, int]]:
        """Return the (first, last) words of every match, in order and without overlaps."""
        found = self._found.get(lexicon.vocabulary) or self.search(lexicon.vocabulary)
        return found.get(lexicon, ())


class _Part(Words):
    """Some of the words of a string, with what was found there."""

    __slots__ = ("_first", "_whole")

    def __init__(self, whole: Words, start: int, end: int) -> None:
        first, after = whole.range_of(start, end)
        self.lower = whole.lower[first:after]
        self.gaps = whole.gaps[first : after + 1]
        self.starts = [at - start for at in whole.starts[first:after]]
        self.ends = [at - start for at in whole.ends[first:after]]
        self._found = {}
        self._whole, self._first = whole, first

    def find(self, lexicon: Lexicon) -> Sequence[tuple[int, int]]:
        spans = self._whole.find(lexicon)
        if not spans:
            return ()
        first = self._first
        after = first + len(self.lower)
        if any(a < first <= b or a < after <= b for a, b in spans):
            # What crosses a border there may hide a match here.
            return super().find(lexicon)
        return [(a - first, b - first) for a, b in spans if first <= a < after]
