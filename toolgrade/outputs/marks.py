"""Evidence marked in place: a definition's strings cut where quotes begin and end.

Quotes overlap (one check quotes a sentence, another a word in it), which nested elements cannot
express; so a string is cut at every boundary and each piece knows all the quotes that cover it.
Offsets refer to the definition itself: cut first, make visible afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolgrade.model import Finding, Pointer

_MOST_QUOTES = 40

State = Literal["met", "partly", "unmet"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding as its quotes are numbered in the definition, from 1 in reading order."""

    number: int
    finding: Finding
    state: State


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters under the same quotes: `marks` cover it, shortest quote first; `ends` end here."""

    text: str
    marks: tuple[Mark, ...]
    ends: tuple[Mark, ...]

    @property
    def state(self) -> State | None:
        """The state of the closest quote, so that one within another shows; None without any."""
        return self.marks[0].state if self.marks else None


@dataclass(frozen=True, slots=True)
class Marked:
    """The marks of one tool: the legend in reading order, and how each of its strings is cut."""

    legend: tuple[Mark, ...]
    spans: Mapping[Pointer, Sequence[tuple[int, int, Mark]]]

    def cut(self, pointer: Pointer, text: str) -> tuple[Piece, ...]:
        """Return `text`, the string at `pointer` or its beginning, in pieces that join to it."""
        return tuple(_pieces(text, self.spans.get(pointer, ())))


def state(finding: Finding) -> State:
    """Return whether the finding's check was met, as far as it asked for anything."""
    if not finding.share:
        return "unmet"
    return "met" if finding.share == 1 else "partly"


def mark(findings: Iterable[Finding], shown: Mapping[Pointer, str]) -> Marked:
    """Return the findings quoted from `shown` (strings by pointer, in reading order) as marks."""
    order = {pointer: place for place, pointer in enumerate(shown)}
    quoted = []
    for finding in findings:
        spots = sorted(
            (order[q.pointer], q.start, q.end, q.pointer)
            for q in finding.quotes[:_MOST_QUOTES]
            if q.pointer in order and 0 <= q.start < q.end <= len(shown[q.pointer])
        )
        if spots:
            quoted.append((spots, finding))
    quoted.sort(key=lambda pair: pair[0][0])
    spans: defaultdict[Pointer, list[tuple[int, int, Mark]]] = defaultdict(list)
    legend = []
    for number, (spots, finding) in enumerate(quoted, 1):
        one = Mark(number, finding, state(finding))
        legend.append(one)
        for _, start, end, pointer in spots:
            spans[pointer].append((start, end, one))
    return Marked(tuple(legend), spans)


def _pieces(text: str, spans: Sequence[tuple[int, int, Mark]]) -> Iterator[Piece]:
    shortest_first = sorted(spans, key=lambda span: span[1] - span[0])
    bounds = sorted({0, len(text), *(b for start, end, _ in spans for b in (start, end))})
    for start, end in pairwise(bounds):
        covering = [span for span in shortest_first if span[0] <= start and end <= span[1]]
        yield Piece(
            text[start:end],
            _each(m for _, _, m in covering),
            _each(m for _, stop, m in covering if stop == end),
        )


def _each(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    return tuple({mark.number: mark for mark in marks}.values())
