"""What agreement is good enough: a maintainer's own model run of the same rubric beaten, and the
judge's distance from itself on a re-run nearly reached. For a server's dimensions, where the judge
sees descriptions and the labels show only names, what its distance from itself leaves possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolgrade.agreement.labels import SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.agreement.figures import Figures


@dataclass(frozen=True, slots=True)
class Target:
    """A threshold for one figure of one subject; `reached` is None where there is no figure."""

    figure: str
    subject: str
    threshold: float
    at_most: bool
    value: float | None

    @property
    def reached(self) -> bool | None:
        """Whether the figure is on the right side of the threshold."""
        if self.value is None:
            return None
        return self.value <= self.threshold if self.at_most else self.value >= self.threshold


_ERROR = (0.30, 0.42, 0.45, 0.33, 0.50, 0.50, 0.30)
_KAPPA = (0.45, 0.80, 0.77, 0.70, 0.50, 0.78)
_WITHIN_ONE = (0.98, 0.98, 0.985, 0.985, 0.96, 0.98)
_PEARSON, _TIER = 0.85, 0.75
_SERVER_ERROR = {"disambiguation": 0.60, "naming": 0.42, "count": 0.36, "coverage": 0.75}
_SERVER_WITHIN_ONE = {"naming": 0.95, "count": 0.95}
_ORDER = (0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.92)


def targets(figures: Mapping[str, Figures]) -> Iterator[Target]:
    """Yield every target with what was measured, in the order of figures, then subjects."""
    thresholds = [
        ("error", dict(zip(SUBJECTS, _ERROR, strict=True)), True),
        ("error_whole", _SERVER_ERROR, True),
        ("kappa", dict(zip(SUBJECTS, _KAPPA, strict=False)), False),
        ("within_one", dict(zip(SUBJECTS, _WITHIN_ONE, strict=False)), False),
        ("within_one", _SERVER_WITHIN_ONE, False),
        ("pearson", {"tdqs": _PEARSON}, False),
        ("tier", {"tdqs": _TIER}, False),
        ("order", dict(zip(SUBJECTS, _ORDER, strict=True)), False),
        ("order_within", dict(zip(SUBJECTS, _ORDER, strict=True)), False),
    ]
    for name, by_subject, at_most in thresholds:
        for subject, threshold in by_subject.items():
            if subject in figures:
                yield Target(name, subject, threshold, at_most, _value(figures[subject], name))


def _value(figures: Figures, name: str) -> float | None:
    if name == "order":
        return figures.order.same
    if name == "order_within":
        return figures.order_within.same
    value: float | None = getattr(figures, name)
    return value
