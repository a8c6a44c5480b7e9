"""The nouns of a comparison: what moved between two reports. Frozen, as those of `model`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.model import Level, Pointer, RubricStamp, ServerReport, ToolReport


_NOTHING = Decimal(0)

RISEN = "tool.can-do-more"
"""The kind of change that is listed before all others: a tool can do worse than it could."""

Moved = Literal["new", "worse", "better", "gone"]
"""What became of a finding."""


class Kind(NamedTuple):
    """A kind of definition change: its id, its title, and whether (and why) it breaks a caller."""

    id: str
    title: str
    breaking: bool
    why: str


class Change(NamedTuple):
    """One change of a definition. `pointer` is its place in the new definition, or in the old one
    where it is gone; `subject` the parameter by its dotted path, "" for the tool itself; `before`
    and `after` are spelled and short, "" where there is nothing to show.
    """

    kind: Kind
    pointer: Pointer
    subject: str
    before: str
    after: str


class Move(NamedTuple):
    """A finding that is open on one side or both. `before` and `after` are what fixing it would
    lift its tool by on either side, 0 where it is not open; `level` and `note` are the newer side's
    that has it.
    """

    state: Moved
    check: str
    title: str
    level: Level
    note: str
    before: Decimal
    after: Decimal

    @property
    def lost(self) -> bool:
        """Whether it is a loss: a finding that is new or worse."""
        return self.state in {"new", "worse"}

    @property
    def gain(self) -> Decimal:
        """What the tool gained by it: 0 or less for a loss, else 0 or more. It may be 0 though the
        answer changed, where another finding holds the score.
        """
        gained = self.before - self.after
        return min(gained, _NOTHING) if self.lost else max(gained, _NOTHING)


@dataclass(frozen=True, slots=True)
class ToolPair:
    """A tool on both sides, or on one: None where it is not. `unknown` points to the fields that
    a side does not know (a saved report holds no definition): their changes are not listed.
    """

    before: ToolReport | None
    after: ToolReport | None
    unknown: tuple[Pointer, ...]
    changes: tuple[Change, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class ServerPair:
    """A server on both sides, or on one, with its tools in the new order, the removed ones last.

    `tokens` estimates what an agent pays to read its definitions, before and after: their bytes as
    JSON, divided by four.
    """

    name: str
    before: ServerReport | None
    after: ServerReport | None
    tools: tuple[ToolPair, ...]
    moves: tuple[Move, ...]
    tokens: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything a reporter may show of what moved from one report to another of the same rubric.

    `old` and `new` are the sides as the user may see them spelled. `missed` says in a line each
    what got worse at the level `fail_on` or above.
    """

    version: str
    rubric: RubricStamp
    old: str
    new: str
    servers: tuple[ServerPair, ...]
    fail_on: Level | None = None
    missed: tuple[str, ...] = ()

    def changes(self) -> Iterator[tuple[ToolPair, Change]]:
        """Walk every definition change, in the order of servers and tools."""
        for server in self.servers:
            for tool in server.tools:
                for change in tool.changes:
                    yield tool, change

    def moves(self) -> Iterator[tuple[ServerPair, ToolPair | None, Move]]:
        """Walk every finding that moved: a server's own first, then its tools'."""
        for server in self.servers:
            for move in server.moves:
                yield server, None, move
            for tool in server.tools:
                for move in tool.moves:
                    yield server, tool, move
