"""Which parts of a text say something about its subject.

Rules that look for phrases are easy to game: with the phrases alone, with one good sentence many
times, with fluent prose about something else. So a sentence counts only if it is a *statement*:

* it says something: three meaningful words, where a phrase of a word list counts as one, and so
  does a word that refers to the subject ("it", "this"); the first sentence needs two;
* it is new: no earlier sentence has all its words, and it does more than name parameters;
* it has a word that does not fit every tool ("Returns an error if it fails" has none), and one that
  says when to choose the tool has three, or one of the tool's or of its siblings';
* it is about the subject: it shares a word with the name, the schema or an earlier statement,
  refers to the subject, names another tool, or omits the subject: it opens with a phrase of a word
  list ("Returns ...", "Use when ...") or with a predicate ("Does not ...").

A short fact ("Read-only.", "Cannot be undone.") says enough alone, unless the text strings such
phrases together. A heading or label that only asks ("When to use:") is read with the list item or
paragraph below it, and each row of a table is a sentence.

A run of such phrases with hardly a word between them is left out of its sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from toolgrade.text import Lexicon, Text, Vocabulary

_STEM = 4
_SHORTEST = 3
_DIGITS = "0123456789"
_LONG = 7
_FEWEST_WORDS = 3
_FEWEST_AT_FIRST = 2
_STRUNG = 5
_PARTING = 2
_COMPARED = 60
_ENOUGH = 4
"""Words of meaning after which a list below a label need not go on."""
_MOST_STRAYS = 1
_MOST_TERSE = 2
_LABEL_WORDS = 8
_LONGEST_LABEL = 80
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]")
_NUMBER = re.compile(r"\d{1,3}[.)]")
_COLON = re.compile(r":[*_ \t]*\Z")
_BOLD = re.compile(r"\s*(?:\*\*|__)[^*_\n]+(?:\*\*|__)\s*\Z")
_NAMED = re.compile(r"\W{0,4}\w+(?:[ -]\w+){0,2}\W{0,3}[:|>]")
"""What names a short fact: "Safety: read-only", "| Undo | Cannot be undone |"."""
_UNSTOPPED = re.compile(
    r"\s(?=(?:Use|Call|Do|Never|Prefer|Returns?|Requires?|This|It|When|Only|Fails|Throws|Supports|"
    r"Cannot|The|Runs|May|Results)\b)"
)
"""Where a sentence may begin without a full stop before it."""
_CAPITALIZED = re.compile(r"[A-Z][a-z]+ [a-z]")
_NONE: frozenset[str] = frozenset()
_POINTING = frozenset(("it", "its", "this"))
_OF_THE_CALL = frozenset(
    ("tool", "call", "calls", "result", "results", "output", "response", "returned")
)
_LIST_ITEM = re.compile(r"(?:[-*+\u2022]|\d{1,3}[.)])[ \t]")
_RULER = "-=~"
_SENTENCE_ENDS = ".!?,;"
_PREDICATES = frozenset(
    ("can", "cannot", "do", "does", "may", "must", "never", "no", "not", "will")
)


def stems(words: Iterable[str]) -> set[str]:
    """Return the first four letters of words of three letters or more, without a plural "s", digits
    at the end and the "un" of a long word: "log" and "logs", "staged" and "unstaged" have one stem.
    """
    found = set(map(_stem, words))
    found.discard("")
    return found


@lru_cache(4096)
def _stem(word: str) -> str:
    if len(word) < _SHORTEST:
        return ""  # "id", "to"
    if len(word) >= _LONG and word.startswith("un"):
        word = word[2:]
    word = word.rstrip(_DIGITS) or word
    return word.removesuffix("s")[:_STEM]


def group_by_stem(words: Iterable[str]) -> dict[str, set[str]]:
    """Return words by the stem that `stems` gives them."""
    found: dict[str, set[str]] = {}
    for word in words:
        if stem := _stem(word):
            found.setdefault(stem, set()).add(word)
    return found


class Piece(NamedTuple):
    """A sentence or a part of one: how many `phrases` it has, the `words` outside of them, whether
    it `opens` with a phrase or a predicate, whether it is a short `fact`, and whether it says when
    to choose the tool (`chooses`).
    """

    text: Text
    phrases: int
    words: frozenset[str]
    opens: bool
    fact: bool = False
    chooses: bool = False


class Statement(NamedTuple):
    """A piece that says something; `tied` if it shares a word with the rest of the text."""

    text: Text
    tied: bool


class Subject(NamedTuple):
    """The words by which a text is about a tool: `own` are its own, `named` those that only name
    its parts, and `empty` those without meaning; `around` are the stems of names beside it, and
    `generic` is what fits any tool: words by their stem.
    """

    own: frozenset[str]
    named: frozenset[str]
    around: AbstractSet[str]
    generic: Mapping[str, AbstractSet[str]]
    empty: frozenset[str]


def statements(
    pieces: Iterable[Piece], subject: Subject, refers: Callable[[Text], bool]
) -> Iterator[Statement]:
    """Yield the pieces that are statements; `refers` says whether a text is about the subject
    although it shares no word with it.
    """
    pieces, empty = tuple(pieces), subject.empty
    strays = sum(1 for piece in pieces[1:] if _is_stray(piece, empty))
    thread = stems(subject.own - empty)
    # A generic word does not count where it is the tool's own.
    own = {s for s in stems(subject.own) if subject.generic.get(s, _NONE) <= subject.own}
    any_tool = subject.generic.keys() - own
    before: list[frozenset[str]] = []
    earlier: set[frozenset[str]] = set()
    for piece in pieces:
        said = piece.text.said
        meant = said - empty
        near = stems(meant)
        points = not said.isdisjoint(_POINTING)
        fits = points or piece.opens or not said.isdisjoint(_OF_THE_CALL)
        special = near - any_tool
        strength = max(len(meant), piece.phrases + len(piece.words - empty)) + points
        tied = not before or not near.isdisjoint(thread)
        if before and piece.chooses and len(stems(piece.words - empty) - any_tool) < _FEWEST_WORDS:
            tied = not special.isdisjoint(thread)  # not "Use when bananas are ripe"
            fits = tied or not special.isdisjoint(subject.around)
        wanted = _FEWEST_WORDS if before else _FEWEST_AT_FIRST
        within = said in earlier or any(map(said.issubset, before[:_COMPARED]))
        new = not before or not (within or meant <= subject.named)
        before.append(said)
        earlier.add(said)
        counts = piece.opens and any(map(str.isdecimal, piece.words))  # "At most 50."
        own_words = bool(special) or not before or counts
        enough = (strength >= wanted and own_words) or (piece.fact and strays <= _MOST_STRAYS)
        # "Requires login.", "Overwrites the label.": complete, but not a string of such.
        short = piece.opens or (piece.phrases > 0 and not said.isdisjoint(_OF_THE_CALL))
        terse = short and strength >= _FEWEST_AT_FIRST and own_words
        enough = enough or (terse and strays <= _MOST_TERSE)
        if new and enough and (tied or fits or piece.fact or refers(piece.text)):
            thread |= near if tied else set()
            yield Statement(piece.text, tied)


def _is_stray(piece: Piece, empty: frozenset[str]) -> bool:
    """Whether a piece is a phrase and hardly more, and not a fact: "Instead.", "Errors: fails."."""
    strength = piece.phrases + len(piece.words - empty)
    return piece.phrases > 0 and strength < _FEWEST_WORDS and not piece.fact


def pieces(  # noqa: PLR0913, PLR0917 - what to look for, and in what
    text: Text,
    cues: AbstractSet[Lexicon],
    choices: Iterable[Lexicon],
    vocabularies: Iterable[Vocabulary],
    facts: Lexicon,
    empty: frozenset[str],
) -> Iterator[Piece]:
    """Yield the sentences of a text; those of `facts` alone are facts. They are cut where `cues`,
    lexicons of the `vocabularies`, are strung together: five or more phrases with fewer other words
    between them than phrases, and at most one meaningful word between two of them, or two between
    longer phrases.
    """
    told = text.spans(facts)
    found = _found(text, cues, vocabularies, empty)
    chosen = sorted(first for words in choices for first, _ in text.spans(words))
    phrases = _phrases(found)
    starts, ends = text.words.starts, text.words.ends
    heads = [first for first, _ in phrases]
    sentences = {(s.offset, s.offset + len(s.string)): s for s in text.sentences}
    places = _Places(found, frozenset((a, b + 1) for a, b in told), starts)
    for unit in _find_units(text, places, empty):
        begin, end = unit
        first, last = text.words.range_of(begin, end)
        inside = phrases[bisect_left(heads, first) : bisect_left(heads, last)]
        for run in _runs(inside, text.words.lower, found, empty):
            until, at = starts[run[0][0]], inside.index(run[0])
            part = text.part(begin, until)
            yield from _piece(part, text, (first, run[0][0]), inside[:at], told, empty, chosen)
            first, begin = run[-1][1], ends[run[-1][1] - 1]
            inside = inside[at + len(run) :]
        while inside and _is_hollow(text, inside[-1][0], last, empty):
            end, last = starts[inside[-1][0]], inside.pop()[0]
        part = sentences.get((begin, end)) or text.part(begin, end)
        yield from _piece(part, text, (first, last), inside, told, empty, chosen)


class _Places(NamedTuple):
    """Where a text has phrases and facts, by words, and at which character each word starts."""

    found: list[tuple[int, int]]
    facts: frozenset[tuple[int, int]]
    starts: list[int]

    def phrases_in(self, first: int, last: int) -> list[tuple[int, int]]:
        """Return the phrases that begin from word `first` on and before word `last`."""
        return self.found[bisect_left(self.found, (first, 0)) : bisect_left(self.found, (last, 0))]

    def words_in(self, unit: tuple[int, int]) -> tuple[int, int]:
        """Return the first word of a unit of characters, and the first one after it."""
        return bisect_left(self.starts, unit[0]), bisect_left(self.starts, unit[1])


def _find_units(text: Text, places: _Places, empty: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) characters of each sentence and row of a table; a label that only asks
    comes with what is below it.
    """
    units = [
        unit
        for sentence in text.sentences
        for row in _split_rows(sentence)
        for unit in _split_unstopped(text, row, places)
    ]
    asked: int | None = None
    held: list[tuple[int, int]] = []  # short items below a label: each says too little alone
    for first, end in units:
        start = first
        label = _find_label(text, (first, end), places, empty)
        if asked is not None and _NUMBER.fullmatch(text.string, first, end):
            continue  # the number of a list item
        if asked is not None and label is None and _LIST_ITEM.match(text.string, first):
            held.append((first, end))
            if _count_answer(text, (asked, held[0][0], end), places, empty) < _ENOUGH:
                continue
            start, asked, held = asked, None, []
        elif asked is not None and label != first and not held:
            said = _count_answer(text, (asked, first, end), places, empty)
            start, asked = asked if said >= _FEWEST_AT_FIRST else first, None
        if held:
            yield from _join_held(text, asked, held, places, empty)
            asked, held = None, []
        if label is None:
            yield start, end
            continue
        asked, before = label, _find_label(text, (start, label), places, empty)
        while before is not None:  # a heading without anything below it
            label, before = before, _find_label(text, (start, before), places, empty)
        if label > start:
            yield start, label
    yield from _join_held(text, asked, held, places, empty)


def _join_held(
    text: Text,
    label: int | None,
    held: list[tuple[int, int]],
    places: _Places,
    empty: frozenset[str],
) -> Iterator[tuple[int, int]]:
    """Yield a label with the short list items below it as one unit, or the items if all of them
    say too little.
    """
    if not held or label is None:
        return
    start, end = held[0][0], held[-1][1]
    if _count_answer(text, (label, start, end), places, empty) >= _FEWEST_AT_FIRST:
        yield label, end
    else:
        yield from held


def _count_answer(
    text: Text, asked: tuple[int, int, int], places: _Places, empty: frozenset[str]
) -> int:
    """Return how many words of meaning are below a label; enough if they are a fact together with
    it. `asked` are where the label begins, where its answer does, and where that ends.
    """
    label, start, end = asked
    (first, answer), (_, last) = places.words_in((label, start)), places.words_in((start, end))
    if any(first <= a < answer < b <= last for a, b in places.facts):
        return _ENOUGH
    return len(_free_words(text, (start, end), places) - empty)


def _split_rows(sentence: Text) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) characters of the rows of a table in a sentence, and of the rest."""
    start = end = sentence.offset
    if "|" not in sentence.string:
        yield start, start + len(sentence.string)
        return
    table = False
    for line in sentence.string.splitlines(keepends=True):
        row = line.lstrip().startswith("|")
        if end > start and (row or table):
            yield start, end
            start = end
        table, end = row, end + len(line)
    yield start, end


def _split_unstopped(
    text: Text, unit: tuple[int, int], places: _Places
) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) characters of the sentences of a unit that no full stop parts: "Get a
    page Use when ..." are two.
    """
    start, end = unit
    ahead = {places.starts[first] for first, _ in places.phrases_in(*places.words_in(unit))}
    ahead |= {match.end() for match in _UNSTOPPED.finditer(text.string, start, end)}
    for at in sorted(ahead):
        before = text.string[start:at].rstrip()[-1:]
        parted = text.string[at - 1 : at].isspace() and before.isalnum()
        if start < at and parted and _CAPITALIZED.match(text.string, at, end):
            yield start, at
            start = at
    yield start, end


def _find_label(
    text: Text,
    unit: tuple[int, int],
    places: _Places,
    empty: frozenset[str],
) -> int | None:
    """Return where the label begins that ends a unit: a last line with a colon, in bold, marked
    as a heading or alone above others, that holds a phrase and no other word of meaning. None
    without one.
    """
    string, end = text.string, unit[1]
    while end > unit[0] and (string[end - 1].isspace() or string[end - 1] in _RULER):
        end -= 1
    ends_line = string[end - 1] not in _SENTENCE_ENDS and _ends_line(string, end)
    if not ends_line and string[end - 1] not in ":*_" and string.find("#", unit[0], end) < 0:
        return None  # nothing that the patterns below would find
    start = max(unit[0], string.rfind("\n", unit[0], end) + 1)
    if end - start > _LONGEST_LABEL:
        return None
    line = string[start:end]
    alone = ends_line and not _LIST_ITEM.match(line.lstrip())
    alone = alone and (not start or "\n" in string[max(0, start - 3) : start])
    if not (alone or _HEADING.match(line) or _COLON.search(line) or _BOLD.match(line)):
        return None
    first, last = places.words_in((start, unit[1]))
    inside = places.phrases_in(first, last)
    if not inside or last - first > _LABEL_WORDS:
        return None
    spans = ((a, b) for a in range(first, last) for b in range(a + 1, last + 1))
    if not places.facts.isdisjoint(spans):
        return None  # "**Can be undone**" says something
    free = _free_words(text, (start, unit[1]), places)
    return start if free <= empty | _OF_THE_CALL else None  # "When to use this tool:"


def _ends_line(string: str, end: int) -> bool:
    """Whether more follows on another line, and nothing on this one but a ruler."""
    rest = string[end : end + 2 * _LONGEST_LABEL].lstrip(" \t=-~*_]>:")
    return rest[:1] == "\n"


def _free_words(text: Text, unit: tuple[int, int], places: _Places) -> set[str]:
    """Return the words of a unit outside of phrases."""
    first, last = places.words_in(unit)
    inside = places.phrases_in(first, last)
    covered = {at for begin, end in inside for at in range(begin, end)}
    return {text.words.lower[at] for at in range(first, last) if at not in covered}


def _piece(  # noqa: PLR0913, PLR0917 - a piece depends on all of them
    part: Text,
    text: Text,
    words: tuple[int, int],
    phrases: list[tuple[int, int]],
    facts: Sequence[tuple[int, int]],
    empty: frozenset[str],
    chosen: Sequence[int],
) -> Iterator[Piece]:
    """Yield a part of a text as a piece, unless it is blank."""
    if not part.string:
        return
    lower = text.words.lower
    covered = {at for first, end in phrases for at in range(first, end)}
    free = frozenset([lower[at] for at in range(*words) if at not in covered])
    first = lower[words[0]] if words[0] < words[1] else ""
    opens = first in _PREDICATES or (bool(phrases) and phrases[0][0] == words[0])
    if phrases and not opens and (head := _NAMED.match(part.string)):
        opens = phrases[0][0] == words[0] + len(plain(head[0]).split())  # "Effect: overwrites"
    fact = bool(facts) and any(words[0] <= a and b < words[1] for a, b in facts)
    if fact:
        named = _NAMED.match(part.string)
        label = frozenset(plain(named[0]).split()) if named else frozenset()
        fact = free <= empty | label
    chooses = bisect_left(chosen, words[0]) < bisect_left(chosen, words[1])
    yield Piece(part, len(phrases), free, opens, fact, chooses)


def _is_hollow(text: Text, first: int, last: int, empty: frozenset[str]) -> bool:
    """Whether the end of a sentence says nothing without a continuation: "use when", "not for"."""
    return empty.issuperset(text.words.lower[first:last])


def _found(
    text: Text,
    cues: AbstractSet[Lexicon],
    vocabularies: Iterable[Vocabulary],
    empty: frozenset[str],
) -> list[tuple[int, int]]:
    """Return the (first, end) words of phrases; of those that begin together, the longest first."""
    words = text.words.lower
    found = [
        (first, last + 1)
        for vocabulary in vocabularies
        for lexicon, spans in text.find_spans(vocabulary).items()
        if lexicon in cues
        for first, last in spans
        if first < last or words[first] not in empty
    ]
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
    phrases: list[tuple[int, int]],
    words: list[str],
    found: Iterable[tuple[int, int]],
    empty: frozenset[str],
) -> Iterator[list[tuple[int, int]]]:
    """Yield each run of strung-together phrases."""
    if len(phrases) < _STRUNG:
        return
    # Of overlapping phrases one counts; words of the others do not separate it from the next.
    silent = empty | {words[at] for first, end in found for at in range(first, end)}
    runs: list[list[tuple[int, int]]] = []
    for phrase in phrases:
        last = runs[-1][-1] if runs else phrase  # not the whole text before the first one
        parting = set(words[last[1] : phrase[0]]) - silent
        if runs and len(parting) <= (_PARTING if min(map(_width, (last, phrase))) > 1 else 1):
            runs[-1].append(phrase)
        else:
            runs.append([phrase])
    for run in runs:
        between = run[-1][1] - run[0][0] - sum(end - first for first, end in run)
        if len(run) >= _STRUNG and between < len(run):
            yield run
