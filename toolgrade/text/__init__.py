"""Text that knows its place, and word lists to search it with.

Checks find evidence by searching; they never compute a position. A text is split into words once,
and each phrase is looked up by its first word, so no pattern can backtrack, whatever the text.
Words in code spans and URLs are blanked, not removed: offsets stay correct, and "`delete`" in a
code sample is not an action of the tool.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from toolgrade.model import Pointer, Quote
from toolgrade.model.lazy import lazy
from toolgrade.text.words import STEM, Lexicon, Vocabulary, WordList, Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "STEM",
    "Lexicon",
    "Text",
    "Vocabulary",
    "WordList",
    "Words",
    "base_forms",
    "name_spans",
    "name_words",
    "plain",
]

# A sentence ends at a full stop, at a blank line, or where a list item begins.
_BREAK = re.compile(
    r"[.!?][\"')\]]*\s+(?=\S)"
    r"|\n\s*\n"
    r"|\n[ \t]*(?=(?:[-*\u2022+]|\d{1,2}[.)])[ \t])"
)
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|vs|cf|approx|no|incl|max|min|resp|etc|ex|fig|st|dr|mr|mrs)\.$", re.IGNORECASE
)


class Text:
    """A string and its place: it begins at character `offset` of the string at `pointer`."""

    def __init__(self, string: str, pointer: Pointer = "", offset: int = 0) -> None:
        self.string = string
        self.pointer = pointer
        self.offset = offset
        self._whole: Words | None = None
        self._start = 0

    def __bool__(self) -> bool:
        """Whether the text has anything but white space."""
        return bool(self.string) and not self.string.isspace()

    @lazy
    def words(self) -> Words:
        """The text's words, without those in code spans and URLs."""
        if self._whole is None:
            string = self.string
            return _known_words(string) if len(string) <= _SHORT else Words(string)
        return self._whole.cut(self._start, self._start + len(self.string))

    def quote(self, start: int = 0, end: int | None = None) -> Quote:
        """Return characters `start` to `end` as evidence. Raises ValueError if there are none."""
        end = len(self.string) if end is None else end
        if not 0 <= start < end <= len(self.string):
            raise ValueError(f"no characters {start} to {end}")
        offset = self.offset
        return Quote(self.pointer, offset + start, offset + end, self.string[start:end])

    def part(self, start: int, end: int) -> Text:
        """Return characters `start` to `end`, trimmed, as a text with its place."""
        string = self.string
        raw = string[start:end]
        trimmed = raw.lstrip()
        start += len(raw) - len(trimmed)
        trimmed = trimmed.rstrip()
        end = start + len(trimmed)
        part = Text(trimmed, self.pointer, self.offset + start)
        # Where white space is before it and after it, no word, URL or code span is cut.
        if (
            (not start or string[start - 1].isspace())
            and (end == len(string) or string[end].isspace())
            and not self._has_code
        ):
            part._whole, part._start = self.words, start
        return part

    @lazy
    def _has_code(self) -> bool:
        return "`" in self.string

    def quote_words(self, first: int, last: int) -> Quote:
        """Return words `first` to `last`, both included, as evidence."""
        words = self.words
        return self.quote(words.starts[first], words.ends[last])

    def spans(self, lexicon: Lexicon) -> Sequence[tuple[int, int]]:
        """Return the (first, last) words of every match, in order and without overlaps."""
        return self.words.find(lexicon)

    def find_spans(self, vocabulary: Vocabulary) -> Mapping[Lexicon, Sequence[tuple[int, int]]]:
        """Return the spans of each lexicon of a vocabulary with a match here."""
        return self.words.search(vocabulary)

    def phrase(self, words: tuple[str, ...]) -> Quote | None:
        """Return the first place where these words follow each other directly, None without one."""
        lower = self.words.lower
        if words[0] not in lower:
            return None
        for at, word in enumerate(lower):
            if word == words[0] and (last := self.words.match(at, words[1:])) is not None:
                return self.quote_words(at, last)
        return None

    def find(self, lexicon: Lexicon) -> tuple[Quote, ...]:
        """Return every match of the word list, in order."""
        spans = self.words.find(lexicon)
        return tuple([self.quote_words(first, last) for first, last in spans]) if spans else ()

    def has(self, lexicon: Lexicon) -> bool:
        """Whether the text has a match of the word list."""
        return bool(self.spans(lexicon))

    @lazy
    def plain(self) -> str:
        """The text's lower-case words, joined by single spaces."""
        return " ".join(self._plain_words)

    @lazy
    def said(self) -> frozenset[str]:
        """The different words of `plain`."""
        return frozenset(self._plain_words)

    @lazy
    def _plain_words(self) -> list[str]:
        return _PLAIN.findall(self.string.lower())

    @lazy
    def sentences(self) -> tuple[Text, ...]:
        """The sentences and list items, trimmed, without blank ones."""
        pieces: list[Text] = []
        start = 0
        for gap in _BREAK.finditer(self.string):
            end = gap.start()
            if self.string[end] != "\n":
                end += 1
                if _ABBREVIATION.search(self.string, max(start, end - 8), end):
                    continue
            pieces.append(self.part(start, end))
            start = gap.end()
        pieces.append(self.part(start, len(self.string)))
        return tuple([piece for piece in pieces if piece.string])


_PLAIN = re.compile(r"[^\W_]+")


def plain(string: str) -> str:
    """Return the lower-case words of a string, without punctuation, joined by single spaces.

    >>> plain("  Get_user-By ID!")
    'get user by id'
    """
    return " ".join(_PLAIN.findall(string.lower()))


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@lru_cache(4096)
def name_words(name: str) -> tuple[str, ...]:
    """Return the words of an identifier in lower case.

    >>> name_words("getHTTPResponse_v2"), name_words("list-open.issues")
    (('get', 'http', 'response', 'v2'), ('list', 'open', 'issues'))
    """
    return tuple(_PLAIN.findall(_HUMP.sub(" ", name).lower()))


@lru_cache(4096)
def base_forms(word: str) -> tuple[str, ...]:
    """Return the base forms that an English verb or noun may have, the word itself first.

    >>> base_forms("creates"), base_forms("running")
    (('creates', 'create', 'creat'), ('running', 'runn', 'runne', 'run'))
    >>> base_forms("copies")
    ('copies', 'copie', 'copi', 'copy')
    """
    forms = [word]
    if word.endswith("s") and not word.endswith("ss"):
        forms.append(word[:-1])
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 1:
            forms += [stem, stem + "e"]
            if stem[-1] == stem[-2]:
                forms.append(stem[:-1])
            if ending == "ed" and stem.endswith("i"):
                forms.append(stem[:-1] + "y")
    return tuple(forms)


@lru_cache(4096)
def name_spans(name: str) -> tuple[tuple[str, int, int], ...]:
    """Return the words of an identifier in lower case, each with its start and end.

    >>> name_spans("getHTTPPage")
    (('get', 0, 3), ('http', 3, 7), ('page', 7, 11))
    """
    humps = [gap.start() for gap in _HUMP.finditer(name)]
    found = []
    for run in re.finditer(r"[^\W_]+", name):
        cuts = [run.start(), *(at for at in humps if run.start() < at < run.end()), run.end()]
        found += [(name[a:b].lower(), a, b) for a, b in pairwise(cuts)]
    return tuple(found)


_SHORT = 64
_known_words = lru_cache(2048)(Words)  # descriptions of parameters, again and again
