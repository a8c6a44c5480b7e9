"""What reading one source tree may cost: time, bytes that are held, and code that is parsed.

Each file and each registration is bounded by itself; this bounds their sum. What is left out for it
is a failure, so that a report says so.
"""

from __future__ import annotations

import math
import string
import time
from dataclasses import dataclass, field

from toolgrade.source.found import Failure
from toolgrade.source.trial import Trial
from toolgrade.wording.counts import format_count

MAX_HELD = 128 * 2**20
"""Bytes of the source files of one tree that are read."""

MAX_MARKS = 1_400_000
"""Marks (see `count_marks`) of the files that are parsed for one package, whose syntax trees are in
memory together: about 8 MB of ordinary JavaScript, and at most 2.5 GB of memory.
"""

MAX_ALL_MARKS = 16_000_000
"""Marks of the files that are parsed in one tree."""

LATE = "the time for this source was over; raise --timeout"
TOO_MUCH = "the source is too large to read in one go; name a smaller folder"

_PLAIN = (string.ascii_letters + string.digits + "_ ").encode() + bytes(range(0x80, 0x100))


@dataclass(slots=True)
class Allowance:
    """Counts what was spent on a source tree. After `end`, on the clock of `time.monotonic`, no
    more of it is read. Each method that spends returns whether, or why not, that may be done.
    """

    end: float = math.inf
    held: int = 0
    marks: int = 0
    late: int = 0
    """Files and registrations that were left out for the time."""

    _before: int = 0
    _left_out: dict[str, dict[str, None]] = field(default_factory=dict)
    _trial: Trial = field(default_factory=Trial)

    def is_late(self) -> bool:
        """Return whether the time is over."""
        return time.monotonic() >= self.end

    def hold(self, size: int) -> str:
        """Spend the bytes of a file that is going to be read; return why it cannot be, "" if it
        can.
        """
        if self.is_late():
            return LATE
        if self.held + size > MAX_HELD:
            return TOO_MUCH
        self.held += size
        return ""

    def parse(self, label: str, text: str, weight: int = 1) -> bool:
        """Spend the marks of a text that is going to be parsed, each counted `weight` times."""
        if self.is_late():
            return self.leave_out(label, LATE)
        marks = weight * count_marks(text)
        if not self.can_parse(marks):
            return self.leave_out(label, TOO_MUCH)
        self.marks += marks
        return True

    def parse_with(self, grammar: str, label: str, text: str) -> bool:
        """Spend the marks of a text that is going to be parsed by a grammar of the parser's, if
        that returns for it.
        """
        if not self.parse(label, text):
            return False
        why = self._trial.explain_failure(text, grammar, self.end)
        return not why or self.leave_out(label, LATE if self.is_late() else why)

    def end_trial(self) -> None:
        """End the process in which it is tried whether the parser returns."""
        self._trial.end()

    def can_parse(self, marks: int) -> bool:
        """Return whether so many marks are left for the package at hand."""
        return self.spent + marks <= MAX_MARKS and self.marks + marks <= MAX_ALL_MARKS

    def leave_out(self, label: str, why: str) -> bool:
        """Leave a file out, or a registration in it; return False."""
        self.late += why == LATE
        self._left_out.setdefault(why, {})[label] = None
        return False

    def start_package(self) -> None:
        """Start to read another package."""
        self._before = self.marks

    @property
    def spent(self) -> int:
        """The marks that were spent on the package at hand."""
        return self.marks - self._before

    @property
    def has_left_out(self) -> bool:
        """Whether something was left out since `take_failures`."""
        return bool(self._left_out)

    def take_failures(self) -> list[Failure]:
        """Return what was left out since the last call: a failure for each reason."""
        found = self._left_out
        self._left_out = {}
        return [_make_failure([*labels], why) for why, labels in found.items()]


def _make_failure(labels: list[str], why: str) -> Failure:
    more = f", with {format_count(len(labels) - 1, 'other file')}" if labels[1:] else ""
    return Failure(labels[0], f"was not read to its end{more}: {why}")


def count_marks(text: str) -> int:
    """Return how many characters of a text are not of a word, a space or outside ASCII: what its
    syntax tree grows with.
    """
    return len(text.encode("utf-8", "replace").translate(None, _PLAIN))
