"""Which parts of a text say something about its subject.

Rules that look for phrases are easy to game: with the phrases alone, with one good sentence many
times, with fluent prose about something else. So a sentence counts only if it is a *statement*:

* it says something: three meaningful words, where a phrase of a word list counts as one, and so
  does a word that refers to the subject ("it", "this"); the first sentence needs two;
* it is new: no earlier sentence has all its words, and it does more than name parameters;
* it is about the subject: it shares a word with the name, the schema or an earlier statement,
  refers to the subject, names another tool, or omits the subject: it opens with a phrase of a word
  list ("Returns ...", "Use when ...") or with a predicate ("Does not ...").

A run of such phrases with hardly a word between them is left out of its sentence.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from toolgrade.text import Lexicon, Text

_STEM = 4
_LONG = 7
_FEWEST_WORDS = 3
_FEWEST_AT_FIRST = 2
_STRUNG = 5
_PARTING = 2
_COMPARED = 60
_POINTING = frozenset(("it", "its", "this"))
_OF_THE_CALL = frozenset(("tool", "call", "calls", "result", "results", "output", "response"))
_PREDICATES = frozenset(
    ("can", "cannot", "do", "does", "may", "must", "never", "no", "not", "will")
)


def stems(words: Iterable[str]) -> set[str]:
    """Return the first four letters of words of three letters or more, without a plural "s" and
    without the "un" of a long word: "log" and "logs", "staged" and "unstaged" have one stem.
    """
    return {_stem(word) for word in words if len(word) > 2}  # noqa: PLR2004 - "id", "to"


def _stem(word: str) -> str:
    if len(word) >= _LONG and word.startswith("un"):
        word = word[2:]
    return word.removesuffix("s")[:_STEM]


class Piece(NamedTuple):
    """A sentence or a part of one: how many `phrases` it has, the `words` outside of them, and
    whether it `opens` with a phrase or a predicate.
    """

    text: Text
    phrases: int
    words: frozenset[str]
    opens: bool


class Statement(NamedTuple):
    """A piece that says something; `tied` if it shares a word with the rest of the text."""

    text: Text
    tied: bool


def statements(
    pieces: Iterable[Piece],
    own: frozenset[str],
    named: frozenset[str],
    empty: frozenset[str],
    refers: Callable[[Text], bool],
) -> Iterator[Statement]:
    """Yield the pieces that are statements. `own` are the words of the subject, `named` those that
    only name its parts, `empty` those without meaning; `refers` says whether a text is about the
    subject in another way.
    """
    thread = stems(own - empty)
    before: list[frozenset[str]] = []
    earlier: set[frozenset[str]] = set()
    for piece in pieces:
        said = frozenset(piece.text.plain.split())
        meant = said - empty
        near = stems(meant)
        points = not said.isdisjoint(_POINTING)
        fits = points or piece.opens or not said.isdisjoint(_OF_THE_CALL)
        strength = max(len(meant), piece.phrases + len(piece.words - empty)) + points
        tied = not before or not near.isdisjoint(thread)
        wanted = _FEWEST_WORDS if before else _FEWEST_AT_FIRST
        within = said in earlier or any(said <= other for other in before[:_COMPARED])
        new = not before or not (within or meant <= named)
        before.append(said)
        earlier.add(said)
        if new and strength >= wanted and (tied or fits or refers(piece.text)):
            thread |= near if tied else set()
            yield Statement(piece.text, tied)


def pieces(text: Text, cues: Iterable[Lexicon], empty: frozenset[str]) -> Iterator[Piece]:
    """Yield the sentences of a text, cut where `cues` are strung together: five or more phrases
    with fewer other words between them than phrases, and at most one meaningful word between two of
    them, or two between longer phrases.
    """
    found = _found(text, cues, empty)
    phrases = _phrases(found)
    # Of overlapping phrases one counts; words of the others do not separate it from the next.
    silent = empty | {text.words.lower[at] for first, end in found for at in range(first, end)}
    spans = text.words.spans
    starts = [start for start, _ in spans]
    heads = [first for first, _ in phrases]
    for sentence in text.sentences:
        begin, end = sentence.offset, sentence.offset + len(sentence.string)
        first, last = bisect_left(starts, begin), bisect_left(starts, end)
        inside = phrases[bisect_left(heads, first) : bisect_left(heads, last)]
        for run in _runs(inside, text.words.lower, silent):
            until, at = spans[run[0][0]][0], inside.index(run[0])
            yield from _piece(text, (begin, until), (first, run[0][0]), inside[:at])
            first, begin = run[-1][1], spans[run[-1][1] - 1][1]
            inside = inside[at + len(run) :]
        while inside and _hollow(text, inside[-1][0], last, empty):
            end, last = spans[inside[-1][0]][0], inside.pop()[0]
        yield from _piece(text, (begin, end), (first, last), inside)


def _piece(
    text: Text, chars: tuple[int, int], words: tuple[int, int], phrases: list[tuple[int, int]]
) -> Iterator[Piece]:
    part = text.part(*chars)
    if part:
        covered = {at for first, end in phrases for at in range(first, end)}
        free = frozenset(text.words.lower[at] for at in range(*words) if at not in covered)
        first = text.words.lower[words[0]] if words[0] < words[1] else ""
        opens = first in _PREDICATES or (bool(phrases) and phrases[0][0] == words[0])
        yield Piece(part, len(phrases), free, opens)


def _hollow(text: Text, first: int, last: int, empty: frozenset[str]) -> bool:
    """Whether the end of a sentence says nothing without a continuation: "use when", "not for"."""
    return empty.issuperset(text.words.lower[first:last])


def _found(text: Text, cues: Iterable[Lexicon], empty: frozenset[str]) -> list[tuple[int, int]]:
    """Return the (first, end) words of phrases; of those that begin together, the longest first."""
    words = text.words.lower
    found = (
        (first, last + 1)
        for lexicon in cues
        for first, last in text.spans(lexicon)
        if first < last or words[first] not in empty
    )
    return sorted(found, key=lambda span: (span[0], -span[1]))


def _phrases(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the phrases that do not overlap an earlier one."""
    apart: list[tuple[int, int]] = []
    for first, end in found:
        if not apart or first >= apart[-1][1]:
            apart.append((first, end))
    return apart


def _width(phrase: tuple[int, int]) -> int:
    return phrase[1] - phrase[0]


def _runs(
    phrases: list[tuple[int, int]], words: list[str], empty: frozenset[str]
) -> Iterator[list[tuple[int, int]]]:
    """Yield each run of strung-together phrases."""
    runs: list[list[tuple[int, int]]] = []
    for phrase in phrases:
        last = runs[-1][-1] if runs else (0, 0)
        parting = set(words[last[1] : phrase[0]]) - empty
        if runs and len(parting) <= (_PARTING if min(map(_width, (last, phrase))) > 1 else 1):
            runs[-1].append(phrase)
        else:
            runs.append([phrase])
    for run in runs:
        between = run[-1][1] - run[0][0] - sum(end - first for first, end in run)
        if len(run) >= _STRUNG and between < len(run):
            yield run
