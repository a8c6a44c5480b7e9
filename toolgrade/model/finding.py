"""What a check answers, and what a report makes of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

    from toolgrade.model.tool import Place, Pointer


Level = Literal["error", "warning", "note"]

LEVELS: tuple[Level, ...] = ("error", "warning", "note")
"""How severe a finding is, worst first."""

State = Literal["new", "worse", "known"]
"""How a finding, or a tool by its TDQS, compares with a baseline."""

SHADOWED = "shadowed"
"""The remark on a tool in a cheaper one's shadow, and the name of its words in a rubric."""


class Quote(NamedTuple):
    """Exact words of a definition: characters `start` to `end` (code points, end exclusive) of the
    string at `pointer`. Never empty.
    """

    pointer: Pointer
    start: int
    end: int
    text: str


class Verdict(NamedTuple):
    """A check's answer. `share` is 1 for met, 0 for unmet, between for partly, and None where the
    check does not apply. `note` says what to do, in the imperative; `at` where, if no words can be
    quoted.
    """

    share: Decimal | None
    quotes: tuple[Quote, ...] = ()
    note: str = ""
    at: Pointer | None = None


class Fault(NamedTuple):
    """What most who look for faults ask of a finding with a level."""

    check: str
    share: Decimal | None
    gain: Decimal
    level: Level
    ignored: str | None


class Finding(NamedTuple):
    """One line of a dimension's sum, or (unpriced) one remark outside it.

    `delta` is what it adds to its dimension, `gain` what the tool's unrounded TDQS (of a server's
    finding: its unrounded coherence) would rise by if only this check were met. `level` is None
    where there is nothing to fix, `ignored` the reason given for leaving it so, `state`
    None where there is no baseline; `inline` is whether the reason is in the source itself.
    """

    check: str
    title: str
    share: Decimal | None
    delta: Decimal
    gain: Decimal
    level: Level | None
    note: str
    quotes: tuple[Quote, ...]
    place: Place | None
    ignored: str | None = None
    state: State | None = None
    inline: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it asks for a fix: it has a level, is not ignored, and has a note (it has none
        where another finding's note says how to fix the same words).
        """
        return bool(self.level and self.note and not self.ignored)
