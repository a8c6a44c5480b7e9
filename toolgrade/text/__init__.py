"""Text that remembers its place, and word lists that search it.

Checks get evidence by searching; they never compute a position. A text is cut into words once, and
a word list is looked up by its first word, so a search costs as much as there is to find and no
pattern can backtrack, whatever the text. Words inside code spans and URLs are blanked, not removed:
offsets stay true and "`delete`" in a code sample is not an action of the tool.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from toolgrade.model import Pointer, Quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
_MASKED = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+", re.DOTALL)
# Words of one entry may be parted by white space, or by one hyphen, slash or dot without any.
_SOFT = re.compile(r"\s+|[-\u2010\u2011/.]")
# A sentence ends at a full stop before a capital, at a blank line, or where a list item begins.
_BREAK = re.compile(
    r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[`*A-Z0-9])"
    r"|\n\s*\n"
    r"|\n[ \t]*(?=(?:[-*\u2022+]|\d{1,2}[.)])[ \t])"
)
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|vs|cf|approx|no|incl|max|min|resp)\.$", re.IGNORECASE)


class Lexicon:
    """A word list. Entries are phrases, matched as whole words in any case, longest first; a last
    word that ends in `*` stands for every word that begins so. Blank entries are dropped.

    >>> [q.text for q in Text("Do not  USE deleted-items").find(Lexicon(["do not use", "delet*"]))]
    ['Do not  USE', 'deleted']
    """

    __slots__ = ("_exact", "_prefixes", "entries", "name")

    def __init__(self, entries: Iterable[str], name: str = "") -> None:
        self.name = name
        self.entries = tuple(entries)
        self._exact: dict[str, list[tuple[str, ...]]] = {}
        self._prefixes: list[str] = []
        for entry in self.entries:
            words = tuple(w.lower() for w in re.findall(r"\w+(?:['\u2019]\w+)*\*?", entry))
            if not words:
                continue
            if len(words) == 1 and words[0].endswith("*"):
                self._prefixes.append(words[0][:-1])
            else:
                self._exact.setdefault(words[0], []).append(words[1:])
        for tails in self._exact.values():
            tails.sort(key=len, reverse=True)

    def starts(self, words: Words) -> Iterator[tuple[int, tuple[tuple[str, ...], ...]]]:
        """Yield every place in `words` where an entry may begin, with the tails to try there."""
        for word in words.index.keys() & self._exact.keys():
            tails = tuple(self._exact[word])
            for at in words.index[word]:
                yield at, tails
        if self._prefixes:
            prefixes = tuple(self._prefixes)
            for word, places in words.index.items():
                if word.startswith(prefixes) and word not in self._exact:
                    for at in places:
                        yield at, ((),)

    def __contains__(self, word: str) -> bool:
        """Whether the single word `word` is an entry."""
        word = word.lower()
        return () in self._exact.get(word, ()) or word.startswith(tuple(self._prefixes))


class Words:
    """A string cut into lower-case words: what they are, where they stand, which follow closely."""

    __slots__ = ("ends", "index", "lower", "soft", "starts")

    def __init__(self, string: str) -> None:
        if "`" in string or "http" in string:
            string = _MASKED.sub(lambda m: "\0" * len(m[0]), string)
        found = list(_WORD.finditer(string))
        self.lower = [m[0].lower().replace("\u2019", "'") for m in found]
        self.starts = [m.start() for m in found]
        self.ends = [m.end() for m in found]
        self.index: dict[str, list[int]] = {}
        for at, word in enumerate(self.lower):
            self.index.setdefault(word, []).append(at)
        self.soft = [False] * len(found)
        for at in range(1, len(found)):
            gap_start, gap_end = self.ends[at - 1], self.starts[at]
            self.soft[at] = (
                gap_end - gap_start == 1 and string[gap_start] in " -/.\n"
            ) or _SOFT.fullmatch(string, gap_start, gap_end) is not None

    def match(self, at: int, tail: tuple[str, ...]) -> int | None:
        """Return the index of the last word if `tail` follows word `at` closely, else None."""
        last = at + len(tail)
        if last >= len(self.lower):
            return None
        for offset, wanted in enumerate(tail, start=1):
            word = self.lower[at + offset]
            if not self.soft[at + offset]:
                return None
            if word != wanted and not (wanted.endswith("*") and word.startswith(wanted[:-1])):
                return None
        return last


class Text:
    """A string and where it stands: characters `offset` and on of the string at `pointer`."""

    def __init__(self, string: str, pointer: Pointer = "", offset: int = 0) -> None:
        self.string = string
        self.pointer = pointer
        self.offset = offset

    def __bool__(self) -> bool:
        """Whether anything but white space is there."""
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

    def quote_words(self, first: int, last: int) -> Quote:
        """Return words `first` to `last`, both included, as evidence."""
        return self.quote(self.words.starts[first], self.words.ends[last])

    def spans(self, lexicon: Lexicon) -> list[tuple[int, int]]:
        """Return (first, last) word of every entry found, in order, none overlapping another."""
        words = self.words
        found: list[tuple[int, int]] = []
        for at, tails in lexicon.starts(words):
            for tail in tails:
                last = words.match(at, tail)
                if last is not None:
                    found.append((at, last))
                    break
        found.sort()
        kept: list[tuple[int, int]] = []
        for span in found:
            if not kept or span[0] > kept[-1][1]:
                kept.append(span)
        return kept

    def find(self, lexicon: Lexicon) -> tuple[Quote, ...]:
        """Return every entry of the word list found here, in order."""
        return tuple(self.quote_words(first, last) for first, last in self.spans(lexicon))

    def has(self, lexicon: Lexicon) -> bool:
        """Whether any entry of the word list is here."""
        return bool(self.spans(lexicon))

    @cached_property
    def sentences(self) -> tuple[Text, ...]:
        """The sentences and list items, trimmed, blank ones dropped."""
        pieces: list[Text] = []
        start = 0
        for gap in _BREAK.finditer(self.string):
            if _ABBREVIATION.search(self.string, max(start, gap.start() - 8), gap.start()):
                continue
            pieces += self._piece(start, gap.start())
            start = gap.end()
        return (*pieces, *self._piece(start, len(self.string)))

    def _piece(self, start: int, end: int) -> list[Text]:
        raw = self.string[start:end]
        left = len(raw) - len(raw.lstrip())
        raw = raw.strip()
        return [Text(raw, self.pointer, self.offset + start + left)] if raw else []


def plain(string: str) -> str:
    """Return lower-case words joined by single spaces: what is left when case and marks go.

    >>> plain("  Get_user-By ID!")
    'get user by id'
    """
    return " ".join(re.findall(r"[^\W_]+", string.lower()))


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def name_words(name: str) -> tuple[str, ...]:
    """Return the words an identifier is made of, lower-case.

    >>> name_words("getHTTPResponse_v2"), name_words("list-open.issues")
    (('get', 'http', 'response', 'v2'), ('list', 'open', 'issues'))
    """
    return tuple(plain(_HUMP.sub(" ", name)).split())


def base_forms(word: str) -> tuple[str, ...]:
    """Return the plain forms an English verb or noun in `word` may have, the word itself first.

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
