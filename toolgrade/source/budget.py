"""What reading one package may cost: once that is spent, values are unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TOO_LARGE = "it is too large to read"
TOO_DEEP = "it is nested too deep to read"
NOT_TO_ITS_END = "is too large to be read to its end"
"""What a file is in which the budget was spent."""

MAX_CELLS = 8_000_000
"""Members of the lists, tables and texts that are built in one package, copies counted."""

MAX_CHARACTERS = 32_000_000
"""Characters of the texts that are built in one package, copies counted."""

MAX_DEFINITION = 10_000
"""Schemas, lists and tables of one tool's definition, those that are repeated counted each time."""

_SHARE = 8
"""One tool may take an eighth of a package's steps."""

_WRITTEN_STEPS, _WRITTEN_CELLS = 8, 40
"""What a schema, list or table of a definition takes, as it is kept and judged as well as read."""

_SMALL = 50
"""Cells and characters of a value that may be built even when nothing is left."""


def _never() -> bool:
    return False


@dataclass(slots=True)
class Budget:
    """Counts what was spent on a package. Steps are expressions and statements that are evaluated;
    depth is how far expressions, calls and names lead into one another. When `is_late`, all is
    spent.
    """

    max_steps: int
    max_depth: int
    is_late: Callable[[], bool] = _never
    steps: int = 0
    cells: int = 0
    characters: int = 0
    depth: int = 0
    _written: int = 0
    _step_limit: int = 0

    def __post_init__(self) -> None:
        """Start with all steps."""
        self._step_limit = self.max_steps

    def start_definition(self) -> None:
        """Start to read another tool, with a share of the steps that are left."""
        self._written = 0
        if self.is_late():
            self.steps = self.max_steps + 1
        self._step_limit = min(self.steps + self.max_steps // _SHARE, self.max_steps)

    def is_left(self) -> bool:
        """Return whether more may be evaluated."""
        return (
            self.steps <= self._step_limit
            and self.cells <= MAX_CELLS
            and self.characters <= MAX_CHARACTERS
        )

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left for the rest of the package."""
        return (
            self.steps > self.max_steps
            or self.cells > MAX_CELLS
            or self.characters > MAX_CHARACTERS
        )

    def step(self, count: int = 1) -> bool:
        """Spend steps; return whether anything is left."""
        self.steps += count
        return self.is_left()

    def build(self, cells: int, characters: int = 0) -> bool:
        """Spend the members and characters of a value; return whether it may be built."""
        self.cells += cells
        self.characters += characters
        return cells + characters <= _SMALL or (
            self.cells <= MAX_CELLS and self.characters <= MAX_CHARACTERS
        )

    def write(self) -> bool:
        """Spend a schema, list or table of a definition; return whether it may be written."""
        self._written += 1
        self.steps += _WRITTEN_STEPS
        self.cells += _WRITTEN_CELLS
        return self._written <= MAX_DEFINITION and self.is_left()

    def enter(self) -> bool:
        """Go one level deeper, to `leave` it in any case; return whether it may be evaluated."""
        self.depth += 1
        self.steps += 1
        return self.depth <= self.max_depth and self.is_left()

    def leave(self) -> None:
        """Come back from a level."""
        self.depth -= 1

    @property
    def why(self) -> str:
        """Why `enter` says that a value may not be evaluated."""
        return TOO_DEEP if self.depth > self.max_depth else TOO_LARGE
