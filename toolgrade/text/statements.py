"""Which parts of a text say something about the thing it is on.

Rules that look for words are easily fed: with the words alone, with one good sentence many times
over, with fluent prose about something else. So a sentence is heard only if it is a *statement*:

* it says something: three words that carry meaning, where a phrase that is looked for counts as
  one and so does a word that points at the subject ("it", "this"); the first sentence needs two;
* it is new: no sentence before it holds all its words, and it does more than name parameters;
* it keeps to the subject: it shares a word with the name, the schema or a statement before it,
  points at the subject, names one of its kind, or leaves the subject out: it opens with a phrase
  that is looked for ("Returns ...", "Use when ...") or with a predicate ("Does not ...").

A run of phrases that are looked for, with hardly a word between them, is left out of its sentence.
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
    """Return the first four letters of words of three or more, without a plural's and without a
    long word's "un": "log" and "logs", "note" and "notebook", "staged" and "unstaged" count as one.
    """
    return {_stem(word) for word in words if len(word) > 2}  # noqa: PLR2004 - "id", "to"


def _stem(word: str) -> str:
    if len(word) >= _LONG and word.startswith("un"):
        word = word[2:]
    return word.removesuffix("s")[:_STEM]


class Piece(NamedTuple):
    """A sentence, or what is left of it: `phrases` of those looked for, `words` outside them."""

    text: Text
    phrases: int
    words: frozenset[str]
    opens: bool


class Statement(NamedTuple):
    """A piece that says something; `tied` to the rest by a word, or else only by pointing at it."""

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
    only name its parts, `empty` those that carry no meaning; `refers` tells of other ways
    in which a text is about the subject.
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
    """Yield the sentences of a text, cut where `cues` are strung together: five or more with
    fewer other words between them and never two that carry meaning, three between longer phrases.
    """
    found = _found(text, cues, empty)
    phrases = _phrases(found)
    # Of phrases that overlap one counts, but no word of the others parts it from the next.
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
    """Whether what ends a sentence says nothing unless something follows: "use when", "not for"."""
    return empty.issuperset(text.words.lower[first:last])


def _found(text: Text, cues: Iterable[Lexicon], empty: frozenset[str]) -> list[tuple[int, int]]:
    """Return where phrases stand, as (first, end) words; of those that begin together the longest
    comes first.
    """
    words = text.words.lower
    found = (
        (first, last + 1)
        for lexicon in cues
        for first, last in text.spans(lexicon)
        if first < last or words[first] not in empty
    )
    return sorted(found, key=lambda span: (span[0], -span[1]))


def _phrases(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the phrases that do not stand within another's reach."""
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
    """Yield the phrases that are strung together, run by run."""
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
