"""The words of a text, word lists, and the one table by which words are looked up in all lists.

A string is cut into words once. What a vocabulary has in them is searched once, also for the parts
that are cut from them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_WORD = re.compile(r"(\w+(?:['\u2019]\w+)*)")
_MASKED = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+", re.DOTALL)
# Marks of headings that would be taken for letters of their words, and closing tags.
_UNDERLINED = re.compile(r"(?<!\w)__(?=[A-Z])[^_\n]{1,80}__(?!\w)")
_TAG = re.compile(r"</[A-Za-z][\w-]{0,60}>|<[A-Za-z]+(?:_[A-Za-z]+){1,6}>")
# Between the words of one entry: white space, or one of these.
_JOINTS = frozenset("-\u2010\u2011/.")
_ENTRY = re.compile(r"\w+(?:['\u2019]\w+)*\*?:?")
_BEFORE_LABEL = frozenset("\n.!?;:|>\u2022\u2705\u274c")
_AFTER_LABEL = frozenset("\n:|>\u2013\u2014")
STEM = 3
"""Fewest letters of a stem (`delet*`) before its star; a shorter one matches nothing."""
_MOST_KNOWN = 20_000
_LONGEST_KNOWN = 40


class WordList:
    """Words to look up one by one, in any case; `delet*` matches every word that begins with it.
    What has a colon ("output:") is a label and only for lexicons.

    >>> "Deleting" in WordList(["delet*"]), "del" in WordList(["delet*"])
    (True, False)
    """

    def __init__(self, entries: Iterable[str], name: str = "") -> None:
        self.name = name
        self.entries = tuple(entries)
        phrases = [tuple(w.lower() for w in _ENTRY.findall(entry)) for entry in self.entries]
        self.phrases = tuple(phrase for phrase in phrases if phrase)
        singles = [p[0] for p in self.phrases if len(p) == 1 and not p[0].endswith(":")]
        self.words = frozenset(w for w in singles if not w.endswith("*"))
        self._stems = tuple(w[:-1] for w in singles if w.endswith("*"))

    def __contains__(self, word: str) -> bool:
        """Whether the single word `word` is an entry."""
        word = word.lower()
        return word in self.words or (bool(self._stems) and word.startswith(self._stems))

    def has_any(self, words: Iterable[str]) -> bool:
        """Whether any of these lower-case words is an entry."""
        words = [*words]
        return not self.words.isdisjoint(words) or (
            bool(self._stems) and any(word.startswith(self._stems) for word in words)
        )


class Lexicon(WordList):
    """Phrases to search texts for: whole words in any case; the longest match counts. A word with
    a colon is the end of a label or heading ("cost: free"), and of one that opens a line or a
    sentence if it ends the entry ("output:").

    >>> [q.text for q in Text("Do not  USE deleted-items").find(Lexicon(["do not use", "delet*"]))]
    ['Do not  USE', 'deleted']
    """

    def __init__(self, entries: Iterable[str], name: str = "") -> None:
        super().__init__(entries, name)
        self.vocabulary = Vocabulary([self])


class _Cues:
    """What begins with one word: lexicons with the word alone, longer phrases, those whose second
    word is given by that word, and phrases with a label.
    """

    __slots__ = ("alone", "labels", "longer", "stems")

    def __init__(self) -> None:
        self.alone: list[Lexicon] = []
        self.labels: list[tuple[Lexicon, tuple[str, ...]]] = []
        self.longer: dict[str, list[tuple[Lexicon, tuple[str, ...]]]] = {}
        self.stems: list[tuple[Lexicon, tuple[str, ...]]] = []


class Vocabulary:
    """Many lexicons searched together: each word of a text is looked up once for all of them, so
    that the cost depends on the text and not on the number of word lists.
    """

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        self._cues: dict[str, _Cues] = {}
        self._stems: dict[str, list[tuple[str, Lexicon]]] = {}
        self._known: dict[str, _Cues | None] = {}
        for lexicon in lexicons:
            lexicon.vocabulary = self
            for phrase in sorted(lexicon.phrases, key=len, reverse=True):
                self._enter(lexicon, phrase)

    def _enter(self, lexicon: Lexicon, phrase: tuple[str, ...]) -> None:
        first, rest = phrase[0], phrase[1:]
        if not rest and first.endswith("*"):
            self._stems.setdefault(first[:STEM], []).append((first[:-1], lexicon))
            return
        cues = self._cues.setdefault(first.rstrip(":"), _Cues())
        if any(word[-1] == ":" for word in phrase):
            cues.labels.append((lexicon, phrase))
        elif not rest:
            cues.alone.append(lexicon)
        elif rest[0].endswith("*"):
            cues.stems.append((lexicon, rest))
        else:
            cues.longer.setdefault(rest[0], []).append((lexicon, rest))

    def _look_up(self, word: str) -> _Cues | None:
        """Return what begins with a word, stems included; most words are asked for again."""
        cues = self._cues.get(word)
        stemmed = [x for stem, x in self._stems.get(word[:STEM], ()) if word.startswith(stem)]
        if stemmed:
            whole, cues = cues or _Cues(), _Cues()
            cues.longer, cues.stems, cues.labels = whole.longer, whole.stems, whole.labels
            cues.alone = [*whole.alone, *stemmed]
        if len(word) < _LONGEST_KNOWN and len(self._known) < _MOST_KNOWN:
            self._known[word] = cues
        return cues

    def search(self, words: Words) -> Mapping[Lexicon, Sequence[tuple[int, int]]]:
        """Return for each lexicon the (first, last) words of its matches, in order and without
        overlaps; lexicons without one are left out.
        """
        found: dict[Lexicon, list[tuple[int, int]]] = {}
        known, lower = self._known, words.lower
        for at, word in enumerate(lower):
            cues = known[word] if word in known else self._look_up(word)
            if cues is None:
                continue
            if cues.longer and at + 1 < len(lower):
                for lexicon, rest in cues.longer.get(lower[at + 1], ()):
                    last = words.match(at, rest)
                    if last is not None:
                        _keep(found, lexicon, at, last)
            if cues.labels:
                _keep_labels(found, words, at, cues)
            for lexicon, rest in cues.stems:
                last = words.match(at, rest)
                if last is not None:
                    _keep(found, lexicon, at, last)
            for lexicon in cues.alone:
                _keep(found, lexicon, at, at)
        return found


def _keep_labels(
    found: dict[Lexicon, list[tuple[int, int]]], words: Words, at: int, cues: _Cues
) -> None:
    for lexicon, phrase in cues.labels:
        last = words.match_label(at, phrase)
        if last is not None:
            _keep(found, lexicon, at, last)


def _keep(
    found: dict[Lexicon, list[tuple[int, int]]], lexicon: Lexicon, at: int, last: int
) -> None:
    spans = found.get(lexicon)
    if spans is None:
        found[lexicon] = [(at, last)]
    elif spans[-1][1] < at:
        spans.append((at, last))


class Words:
    """The words of a string outside of code spans and URLs: `lower` as word lists spell them,
    `starts` and `ends` their characters; `gaps` are the characters before each, and after the last.
    """

    __slots__ = ("_found", "_string", "ends", "gaps", "lower", "starts")
    lower: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[str]

    def __init__(self, string: str) -> None:
        self._string = string
        self._found: dict[Vocabulary, Mapping[Lexicon, Sequence[tuple[int, int]]]] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - one of the slots
        # Asked for what is not there yet: many texts are never searched.
        if name not in Words.__slots__:
            raise AttributeError(name)
        self._split()
        return getattr(self, name)

    def _split(self) -> None:
        string = self._string
        if "`" in string or "http" in string:
            # Blanked, not removed, so that places stay true.
            string = _MASKED.sub(lambda m: "\0" * len(m[0]), string)
        if "__" in string:
            string = _UNDERLINED.sub(lambda m: m[0].replace("_", " "), string)
        if "</" in string:
            string = _TAG.sub(_open_tag, string)
        if string.isascii():
            parts = _WORD.split(string.lower())
            self.lower = parts[1::2]
        else:
            parts = _WORD.split(string)
            self.lower = [word.lower().replace("\u2019", "'") for word in parts[1::2]]
        self.gaps = parts[0::2]
        bounds = [*accumulate(map(len, parts))]
        self.starts, self.ends = bounds[:-1:2], bounds[1::2]

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

    def match_label(self, at: int, phrase: tuple[str, ...]) -> int | None:
        """Return the index of the last word if a phrase with a label begins at word `at`."""
        last = at + len(phrase) - 1
        if last >= len(self.lower):
            return None
        for place, wanted in enumerate(phrase, at):
            if self.lower[place] != wanted.rstrip(":"):
                return None
            gap = self.gaps[place + 1]
            joined = gap in _JOINTS or gap.isspace()
            if not (place == last or joined or wanted[-1] == ":"):
                return None
            if wanted[-1] == ":" and _AFTER_LABEL.isdisjoint(gap) and gap.strip(" *") != "-":
                return None
        opens = not at or not _BEFORE_LABEL.isdisjoint(self.gaps[at])
        return last if opens or phrase[-1][-1] != ":" else None

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


def _open_tag(tag: re.Match[str]) -> str:
    """Return a tag whose name is plain words, as long as it was; a closing one is blank."""
    return " " * len(tag[0]) if tag[0][1] == "/" else tag[0].replace("_", " ")


class _Part(Words):
    """Some of the words of a string, with what was found there."""

    __slots__ = ("_end", "_first", "_start", "_whole")

    def __init__(self, whole: Words, start: int, end: int) -> None:
        self._found = {}
        self._whole, self._start, self._end = whole, start, end

    def _split(self) -> None:
        whole, start = self._whole, self._start
        first, after = whole.range_of(start, self._end)
        self._first = first
        self.lower = whole.lower[first:after]
        self.gaps = whole.gaps[first : after + 1]
        self.starts = [at - start for at in whole.starts[first:after]]
        self.ends = [at - start for at in whole.ends[first:after]]

    def find(self, lexicon: Lexicon) -> Sequence[tuple[int, int]]:
        spans = self._whole.find(lexicon)
        if not spans:
            return ()
        after = len(self.lower)
        first = self._first
        after += first
        inside = []
        for a, b in spans:
            if a < first <= b or a < after <= b:
                # What crosses a border there may hide a match here.
                return super().find(lexicon)
            if first <= a < after:
                inside.append((a - first, b - first))
        return inside
