"""What a tool can do, and what there is to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from toolgrade.model.finding import Quote


CATEGORIES = ("Read", "Write", "Execute", "Destructive", "Financial")
"""What a tool can do, weakest first."""

UNCLEAR = "Unclear"
"""The category of a tool whose definition does not say what it can do."""

Severity = Literal["Low", "Medium", "High", "Critical"]

SEVERITIES: tuple[Severity, ...] = ("Low", "Medium", "High", "Critical")

Confidence = Literal["low", "medium", "high"]


def reaches(level: Severity | None, least: Severity) -> bool:
    """Return whether a level is `least` or worse; None, which is unclear, never is."""
    return level is not None and SEVERITIES.index(level) >= SEVERITIES.index(least)


class Reason(NamedTuple):
    """A line of a category's sum: what spoke, what it is worth, and its exact words."""

    category: str
    points: Decimal
    why: str
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """What a tool can do: the strongest capability found decides the category, and that the level,
    unless `argued` says why it is another. `found` lists all, strongest first; a category's sum is
    that of its `reasons`. UNCLEAR has no level and nothing found. `contradictions` say which
    annotation speaks against which words: of the name, of the description.
    """

    category: str
    level: Severity | None
    confidence: Confidence
    found: tuple[str, ...]
    reasons: tuple[Reason, ...]
    argued: tuple[str, Quote] | None = None
    contradictions: tuple[tuple[str, Quote], ...] = ()

    def sum_of(self, category: str) -> Decimal:
        """Return the evidence for a category, in points."""
        return sum((r.points for r in self.reasons if r.category == category), Decimal(0))


@dataclass(frozen=True, slots=True)
class Capability:
    """How a category of risk is worded: what such a tool does, why that matters, the rule that is
    recommended, and whether it can be limited or blocked. `level` is None for UNCLEAR.
    """

    key: str
    level: Severity | None
    does: str
    matters: str
    rule: str
    limited: str
    blocked: str


@dataclass(frozen=True, slots=True)
class Attack:
    """A documented attack: what it abuses, in which categories, what limits it, and an account."""

    id: str
    name: str
    abuses: str
    categories: tuple[str, ...]
    limits: str
    source: str


@dataclass(frozen=True, slots=True)
class RiskGuide:
    """What there is to know of each category, weakest first, and the attacks worth reading of."""

    capabilities: tuple[Capability, ...]
    attacks: tuple[Attack, ...]

    def capability(self, category: str) -> Capability:
        """Return how a category is worded. Raises StopIteration for an unknown one."""
        return next(c for c in self.capabilities if c.key == category)

    def reading(self, category: str) -> tuple[Attack, ...]:
        """Return the attacks documented for a category."""
        return tuple(attack for attack in self.attacks if category in attack.categories)


NO_GUIDE = RiskGuide((), ())
