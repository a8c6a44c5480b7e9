"""What reading one package may cost: past any of these limits, a value is unknown."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOO_LARGE = "it is too large to read"
TOO_DEEP = "it is nested too deeply to read"

MIN_STEPS, MAX_STEPS = 100_000, 300_000
"""Expressions that are evaluated for one registration: more for more source, in these limits."""

MIN_ALL_STEPS, MAX_ALL_STEPS = 250_000, 1_500_000
"""Expressions that are evaluated in one package: more for more source, in these limits."""

_BYTES_A_STEP, _BYTES_OF_ALL_A_STEP = 8, 3

MAX_CONTEXTS, MAX_ALL_CONTEXTS = 5_000, 25_000
"""Contexts that are evaluated for one registration, and in one package."""

MAX_NODES = 1_000_000
"""Members of all lists and objects that are built."""

MAX_CHARACTERS = 32_000_000
"""Characters of all texts that are built."""

MAX_DEFINITION = 10_000
"""Lists and objects that are written as JSON for one definition."""

MAX_WRITTEN = 200_000
"""Lists and objects that are written as JSON in one package."""

MAX_DEPTH = 70
"""Expressions within expressions, names and calls followed."""

MAX_NESTING = 150
"""Statements within statements, calls followed; also values within values that are written."""


class LimitError(Exception):
    """A limit was reached, so that nothing is known of what was being worked out."""


@dataclass
class Budget:
    """Counts what was spent on one package, whose source has `size` characters. Each method that
    spends returns whether any is left. `limit` is how many steps there may be by now. When
    `is_late`, none is left.
    """

    is_late: Callable[[], bool]
    size: int = 0
    steps: int = 0
    nodes: int = 0
    characters: int = 0
    written: int = 0
    contexts: int = 0
    depth: int = 0
    nesting: int = 0
    limit: int = MAX_ALL_STEPS
    _context_limit: int = MAX_CONTEXTS
    _write_limit: int = MAX_DEFINITION

    def start_registration(self) -> bool:
        """Start another registration: it may spend as many steps as the ones before it."""
        most = min(MIN_STEPS + self.size // _BYTES_A_STEP, MAX_STEPS)
        all_ = min(MIN_ALL_STEPS + self.size // _BYTES_OF_ALL_A_STEP, MAX_ALL_STEPS)
        self.limit = -1 if self.is_late() else min(self.steps + most, all_)
        self._context_limit = min(self.contexts + MAX_CONTEXTS, MAX_ALL_CONTEXTS)
        return self.build(0)

    def start_definition(self) -> None:
        """Start to write another definition as JSON."""
        self._write_limit = min(self.written + MAX_DEFINITION, MAX_WRITTEN)

    def is_left(self) -> bool:
        """Return whether another expression may be evaluated."""
        return self.steps <= self.limit

    def spend(self, steps: int) -> bool:
        """Spend steps."""
        self.steps += steps
        return self.steps <= self.limit

    def expand(self) -> bool:
        """Spend a context."""
        self.contexts += 1
        return self.contexts <= self._context_limit and self.is_left()

    def require(self, steps: int = 0) -> None:
        """Spend steps. Raises LimitError when none is left."""
        if not self.spend(steps):
            raise LimitError(TOO_LARGE)

    def build(self, nodes: int, characters: int = 0) -> bool:
        """Spend the members and characters of a value that is built."""
        self.nodes += nodes
        self.characters += characters
        if self.nodes > MAX_NODES or self.characters > MAX_CHARACTERS:
            self.limit = -1
        return self.is_left()

    def write(self) -> bool:
        """Spend a list or object that is written as JSON."""
        self.written += 1
        return self.can_write()

    def can_write(self) -> bool:
        """Return whether the definition at hand is small enough so far."""
        return self.written <= self._write_limit

    def enter_statement(self) -> None:
        """Enter a statement within another. Raises LimitError where it is too deep; leave it then
        too.
        """
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise LimitError(TOO_DEEP)

    def leave_statement(self) -> None:
        """Leave a statement that was entered."""
        self.nesting -= 1

    @contextmanager
    def nest(self) -> Iterator[bool]:
        """Enter a value within another; yield whether it may be that deep."""
        self.nesting += 1
        try:
            yield self.nesting <= MAX_NESTING
        finally:
            self.nesting -= 1
