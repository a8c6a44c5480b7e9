"""Text that knows its place, and word lists to search it with.

Checks find evidence by searching; they never compute a position. A text is split into words once,
and each phrase is looked up by its first word, so no pattern can backtrack, whatever the text.
Words in code spans and URLs are blanked, not removed: offsets stay correct, and "`delete`" in a
code sample is not an action of the tool.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from toolgrade.model import Pointer, Quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
_MASKED = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+", re.DOTALL)
_ENTRY = re.compile(r"\w+(?:['\u2019]\w+)*\*?")
STEM = 3
"""Fewest letters of a stem (`delet*`) before its star; a shorter one matches nothing."""
# Between the words of one entry: white space, or one hyphen, slash or dot.
_SOFT = re.compile(r"\s+|[-\u2010\u2011/.]")
# A sentence ends at a full stop, at a blank line, or where a list item begins.
_BREAK = re.compile(
    r"(?<=[.!?])[\"')\]]*\s+(?=\S)"
    r"|\n\s*\n"
    r"|\n[ \t]*(?=(?:[-*\u2022+]|\d{1,2}[.)])[ \t])"
)
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|vs|cf|approx|no|incl|max|min|resp|etc|ex|fig|st|dr|mr|mrs)\.$", re.IGNORECASE
)


class WordList:
    """Words to look up one by one, in any case; `delet*` matches every word that begins with it.

    >>> "Deleting" in WordList(["delet*"]), "del" in WordList(["delet*"])
    (True, False)
    """

    def __init__(self, entries: Iterable[str], name: str = "") -> None:
        self.name = name
        self.entries = tuple(entries)
        phrases = [tuple(w.lower() for w in _ENTRY.findall(entry)) for entry in self.entries]
        self.phrases = tuple(phrase for phrase in phrases if phrase)
        singles = [phrase[0] for phrase in self.phrases if len(phrase) == 1]
        self.words = frozenset(w for w in singles if not w.endswith("*"))
        self._stems = tuple(w[:-1] for w in singles if w.endswith("*"))

    def __contains__(self, word: str) -> bool:
        """Whether the single word `word` is an entry."""
        word = word.lower()
        return word in self.words or (bool(self._stems) and word.startswith(self._stems))


class Lexicon(WordList):
    """Phrases to search texts for: whole words in any case; the longest match counts.

    >>> [q.text for q in Text("Do not  USE deleted-items").find(Lexicon(["do not use", "delet*"]))]
    ['Do not  USE', 'deleted']
    """

    def __init__(self, entries: Iterable[str], name: str = "") -> None:
        super().__init__(entries, name)
        self.vocabulary = Vocabulary([self])


class _Beginning:
    """Entries that begin with one word: whole ones, and longer ones by their second word."""

    __slots__ = ("alone", "longer", "stems")

    def __init__(self) -> None:
        self.alone: list[Lexicon] = []
        self.longer: dict[str, list[tuple[Lexicon, tuple[str, ...]]]] = {}
        self.stems: list[tuple[Lexicon, tuple[str, ...]]] = []


class Vocabulary:
    """Many lexicons searched together: each word of a text is looked up once for all of them, so
    that the cost depends on the text and not on the number of word lists.
    """

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        self._beginnings: dict[str, _Beginning] = {}
        self._stems: dict[str, list[tuple[str, Lexicon]]] = {}
        for lexicon in lexicons:
            lexicon.vocabulary = self
            for phrase in sorted(lexicon.phrases, key=len, reverse=True):
                self._enter(lexicon, phrase)

    def _enter(self, lexicon: Lexicon, phrase: tuple[str, ...]) -> None:
        first, rest = phrase[0], phrase[1:]
        if not rest and first.endswith("*"):
            self._stems.setdefault(first[:STEM], []).append((first[:-1], lexicon))
            return
        beginning = self._beginnings.setdefault(first, _Beginning())
        if not rest:
            beginning.alone.append(lexicon)
        elif rest[0].endswith("*"):
            beginning.stems.append((lexicon, rest))
        else:
            beginning.longer.setdefault(rest[0], []).append((lexicon, rest))

    def search(self, words: Words) -> dict[Lexicon, list[tuple[int, int]]]:
        """Return for each lexicon the (first, last) words of its matches, in order and without
        overlaps.
        """
        found: dict[Lexicon, list[tuple[int, int]]] = {}
        for at, word in enumerate(words.lower):
            beginning = self._beginnings.get(word)
            stems = self._stems.get(word[:STEM])
            if beginning is not None:
                following = words.lower[at + 1] if at + 1 < len(words.lower) else ""
                for lexicon, rest in (*beginning.longer.get(following, ()), *beginning.stems):
                    last = words.match(at, rest)
                    if last is not None:
                        _keep(found, lexicon, at, last)
                for lexicon in beginning.alone:
                    _keep(found, lexicon, at, at)
            for stem, lexicon in stems or ():
                if word.startswith(stem):
                    _keep(found, lexicon, at, at)
        return found


def _keep(
    found: dict[Lexicon, list[tuple[int, int]]], lexicon: Lexicon, at: int, last: int
) -> None:
    spans = found.setdefault(lexicon, [])
    if not spans or spans[-1][1] < at:
        spans.append((at, last))


class Words:
    """A string split into lower-case words, with their positions.

    Positions are computed only when a search needs them: most texts match few word lists.
    """

    def __init__(self, string: str) -> None:
        if "`" in string or "http" in string:
            string = _MASKED.sub(lambda m: "\0" * len(m[0]), string)
        self._string = string
        self.lower = [w.lower().replace("\u2019", "'") for w in _WORD.findall(string)]

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """The (start, end) characters of each word."""
        return [m.span() for m in _WORD.finditer(self._string)]

    def match(self, at: int, rest: tuple[str, ...]) -> int | None:
        """Return the index of the last word if `rest` follows word `at` directly, else None."""
        last = at + len(rest)
        if last >= len(self.lower):
            return None
        for offset, wanted in enumerate(rest, start=1):
            word = self.lower[at + offset]
            if word != wanted and not (wanted.endswith("*") and word.startswith(wanted[:-1])):
                return None
        for before in range(at, last):
            gap = self.spans[before][1], self.spans[before + 1][0]
            if _SOFT.fullmatch(self._string, *gap) is None:
                return None
        return last


class Text:
    """A string and its place: it begins at character `offset` of the string at `pointer`."""

    def __init__(self, string: str, pointer: Pointer = "", offset: int = 0) -> None:
        self.string = string
        self.pointer = pointer
        self.offset = offset
        self._searched: Vocabulary | None = None
        self._found: dict[Lexicon, list[tuple[int, int]]] = {}

    def __bool__(self) -> bool:
        """Whether the text has anything but white space."""
        return bool(self.string) and not self.string.isspace()

    @cached_property
    def words(self) -> Words:
        """The text's words, without those in code spans and URLs."""
        return Words(self.string)

    def quote(self, start: int = 0, end: int | None = None) -> Quote:
        """Return characters `start` to `end` as evidence. Raises ValueError if there are none."""
        end = len(self.string) if end is None else end
        if not 0 <= start < end <= len(self.string):
            raise ValueError(f"no characters {start} to {end}")
        return Quote(self.pointer, self.offset + start, self.offset + end, self.string[start:end])

    def part(self, start: int, end: int) -> Text:
        """Return characters `start` to `end`, trimmed, as a text with its place."""
        raw = self.string[start:end]
        left = len(raw) - len(raw.lstrip())
        return Text(raw.strip(), self.pointer, self.offset + start + left)

    def quote_words(self, first: int, last: int) -> Quote:
        """Return words `first` to `last`, both included, as evidence."""
        return self.quote(self.words.spans[first][0], self.words.spans[last][1])

    def spans(self, lexicon: Lexicon) -> Sequence[tuple[int, int]]:
        """Return the (first, last) words of every match, in order and without overlaps."""
        return self.find_spans(lexicon.vocabulary).get(lexicon, ())

    def find_spans(self, vocabulary: Vocabulary) -> Mapping[Lexicon, Sequence[tuple[int, int]]]:
        """Return the spans of each lexicon of a vocabulary with a match here."""
        if self._searched is not vocabulary:
            self._found = vocabulary.search(self.words)
            self._searched = vocabulary
        return self._found

    def phrase(self, words: tuple[str, ...]) -> Quote | None:
        """Return the first place where these words follow each other directly, None without one."""
        for at, word in enumerate(self.words.lower):
            if word == words[0] and (last := self.words.match(at, words[1:])) is not None:
                return self.quote_words(at, last)
        return None

    def find(self, lexicon: Lexicon) -> tuple[Quote, ...]:
        """Return every match of the word list, in order."""
        return tuple(self.quote_words(first, last) for first, last in self.spans(lexicon))

    def has(self, lexicon: Lexicon) -> bool:
        """Whether the text has a match of the word list."""
        return bool(self.spans(lexicon))

    @cached_property
    def plain(self) -> str:
        """The text's lower-case words, joined by single spaces."""
        return plain(self.string)

    @cached_property
    def sentences(self) -> tuple[Text, ...]:
        """The sentences and list items, trimmed, without blank ones."""
        pieces: list[Text] = []
        start = 0
        for gap in _BREAK.finditer(self.string):
            if _ABBREVIATION.search(self.string, max(start, gap.start() - 8), gap.start()):
                continue
            pieces += self._piece(start, gap.start())
            start = gap.end()
        return (*pieces, *self._piece(start, len(self.string)))

    def _piece(self, start: int, end: int) -> list[Text]:
        part = self.part(start, end)
        return [part] if part else []


def group_by_lexicon(texts: Sequence[Text], lists: Iterable[WordList]) -> dict[Lexicon, list[Text]]:
    """Return for each lexicon the texts with a match of it; lexicons share a vocabulary."""
    vocabularies = {words.vocabulary for words in lists if isinstance(words, Lexicon)}
    found: dict[Lexicon, list[Text]] = {}
    for vocabulary in vocabularies:
        for text in texts:
            for lexicon in text.find_spans(vocabulary):
                found.setdefault(lexicon, []).append(text)
    return found


_PLAIN = re.compile(r"[^\W_]+")


def plain(string: str) -> str:
    """Return the lower-case words of a string, without punctuation, joined by single spaces.

    >>> plain("  Get_user-By ID!")
    'get user by id'
    """
    return " ".join(_PLAIN.findall(string.lower()))


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of an identifier in lower case.

    >>> name_words("getHTTPResponse_v2"), name_words("list-open.issues")
    (('get', 'http', 'response', 'v2'), ('list', 'open', 'issues'))
    """
    return tuple(plain(_HUMP.sub(" ", name)).split())


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
