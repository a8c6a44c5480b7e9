"""What a kind of fix looks at: a tool's definition as it is written, and what was found in it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.model.pointers import make_pointer
from toolgrade.schema import Node, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from toolgrade.fixes.names import Names
    from toolgrade.model import Edit, Fault, Obstacle, Pointer, ToolReport

SCHEMAS = ("inputSchema", "outputSchema")
_REPAIRED = frozenset({"not-a-number", "too-deep", "duplicate-key"})


class Draft(NamedTuple):
    """Edits that a kind of fix proposes, the check whose finding they are for, and what they do.

    `note` replaces the kind's reason where it is another for these edits.
    """

    check: str
    title: str
    edits: tuple[Edit, ...]
    slots: tuple[str, ...] = ()
    note: str = ""


class Kind(NamedTuple):
    """A kind of fix: what it is called, whether and why no caller notices it, and what finds it."""

    name: str
    safe: bool
    reason: str
    find: Callable[[Subject], Iterator[Draft]]


class Subject:
    """A graded tool, as fixes see it."""

    def __init__(self, report: ToolReport, names: Names) -> None:
        self.report = report
        self.names = names
        self.raw: Mapping[str, Any] = report.tool.raw or {}

    @cached_property
    def _faults(self) -> tuple[Fault, ...]:
        return tuple(self.report.walk_faults())

    @cached_property
    def open(self) -> dict[str, Decimal]:
        """The checks whose findings ask for a fix, with what that gains."""
        return {
            f.check: f.gain
            for f in self._faults
            if not f.ignored and f.share is not None and f.share < 1
        }

    @cached_property
    def ignored(self) -> frozenset[str]:
        """The checks whose findings are to be left as they are."""
        return frozenset([f.check for f in self._faults if f.ignored])

    @cached_property
    def answered(self) -> frozenset[str]:
        """The checks that have any finding."""
        return frozenset(f.check for f in self.report.walk_findings())

    @cached_property
    def obstacles(self) -> dict[str, list[Obstacle]]:
        """What the clients that were asked for do not take, by measure."""
        found: dict[str, list[Obstacle]] = {}
        for obstacle in self.report.clients or ():
            found.setdefault(obstacle.measure, []).append(obstacle)
        return found

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every schema of the tool, the input's first."""
        return tuple(
            node
            for key in SCHEMAS
            if isinstance(self.raw.get(key), dict)
            for node in walk(self.raw[key], (None, key))
        )

    @cached_property
    def _repaired(self) -> frozenset[Pointer]:
        return frozenset(m.pointer for m in self.report.tool.malformed if m.kind in _REPAIRED)

    def is_written(self, pointer: Pointer) -> bool:
        """Whether the file holds what the definition shows at a pointer: it was not repaired."""
        return pointer not in self._repaired

    @cached_property
    def objects(self) -> Sequence[tuple[Node, Mapping[str, Any]]]:
        """The schemas that are objects, each with where it is."""
        return [(node, node.schema) for node in self.nodes if isinstance(node.schema, dict)]

    def find_objects(self, *keywords: str) -> Sequence[tuple[Node, Mapping[str, Any]]]:
        """Return those of `objects` that have any of these keywords."""
        if self._keywords.isdisjoint(keywords):
            return ()
        return [pair for pair in self.objects if not pair[1].keys().isdisjoint(keywords)]

    @cached_property
    def _keywords(self) -> frozenset[str]:
        return frozenset().union(*[schema for _, schema in self.objects])


def point_at(node: Node, *keys: str | int) -> Pointer:
    """Return the pointer of what is inside of a schema."""
    trail = node.trail
    for key in keys:
        trail = (trail, key)
    return make_pointer(trail)
