"""The lines of a dimension's sum, kept so that tools which answer the same share them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from toolgrade.model.finding import Fault, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from toolgrade.model.finding import Level, Verdict
    from toolgrade.model.tool import Origin, Place, Pointer


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """An answer that applies: its share, what it adds, and what it would add if met. While it is
    unmet, `cap` binds its dimension, `gate` all of them, and the tool has the `flag`. `level` is
    that of its finding; None: by its gain. Every tool with this answer has this very object.
    """

    id: str
    share: Decimal
    points: Decimal
    met: Decimal
    cap: Decimal | None = None
    gate: Decimal | None = None
    title: str = ""
    level: Level | None = None
    flag: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """A line with what meeting its check would gain, and the level of that."""

    line: Line
    gain: Decimal
    level: Level | None


class Places:
    """Where the words of a definition are, each place asked for once."""

    __slots__ = ("_known", "_origin")

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._known: dict[tuple[Pointer, int], Place | None] = {}

    def find(self, pointer: Pointer, start: int = 0) -> Place | None:
        """Return the place of a character of the value at `pointer`, None if unknown."""
        at = pointer, start
        if at not in self._known:
            self._known[at] = self._origin.place(pointer, start)
        return self._known[at]

    def of(self, verdict: Verdict) -> Place | None:
        """Return where the words of a verdict are; without any, the description, or the tool."""
        if verdict.quotes:
            return self.find(verdict.quotes[0].pointer, verdict.quotes[0].start)
        return self.default

    @property
    def default(self) -> Place | None:
        """The description's place, or else the tool's."""
        return self.find("/description") or self.find("")


class Answers(Sequence[Finding]):
    """The findings of a dimension, made when they are read: the priced lines, and beside each
    the verdict with its words.
    """

    __slots__ = ("_made", "places", "priced", "verdicts")

    def __init__(
        self, priced: Sequence[Priced], verdicts: Sequence[Verdict], places: Places
    ) -> None:
        self.priced = priced
        self.verdicts = verdicts
        self.places = places
        self._made: tuple[Finding, ...] | None = None

    def _findings(self) -> tuple[Finding, ...]:
        if self._made is None:
            pairs = zip(self.priced, self.verdicts, strict=True)
            self._made = tuple([self._finding(*pair) for pair in pairs])
        return self._made

    def _finding(self, priced: Priced, verdict: Verdict) -> Finding:
        line = priced.line
        return Finding(
            check=line.id,
            title=line.title,
            share=line.share,
            delta=line.points,
            gain=priced.gain,
            level=priced.level,
            note=verdict.note,
            quotes=verdict.quotes,
            place=self.place_of(priced, verdict),
        )

    def place_of(self, priced: Priced, verdict: Verdict) -> Place | None:
        """Return the place of a finding: none for a check that is met and quotes nothing."""
        return self.places.of(verdict) if verdict.quotes or priced.line.share != 1 else None

    def walk_faults(self) -> Iterator[Fault]:
        """Walk what has a level, without making a finding of it."""
        for priced in self.priced:
            if priced.level is not None:
                yield Fault(priced.line.id, priced.line.share, priced.gain, priced.level, None)

    def __len__(self) -> int:
        return len(self.priced)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings())

    @overload
    def __getitem__(self, at: int) -> Finding: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Finding, ...]: ...

    def __getitem__(self, at: int | slice) -> Finding | tuple[Finding, ...]:
        return self._findings()[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._findings() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._findings())
