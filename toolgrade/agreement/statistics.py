"""Weighted statistics of agreement: small, exact, and without a numerical library.

Weights need not sum to one. A figure that a sample cannot have (no spread, no pair) is None.
"""

from __future__ import annotations

from math import fsum, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_FLAT = 1e-12


def mean(values: Sequence[float], weights: Sequence[float]) -> float | None:
    """Return the weighted mean."""
    total = fsum(weights)
    if not total:
        return None
    return fsum(v * w for v, w in zip(values, weights, strict=True)) / total


def median(values: Sequence[float], weights: Sequence[float]) -> float | None:
    """Return the lowest value that at least half the weight does not exceed."""
    half = fsum(weights) / 2
    reached = 0.0
    for value, weight in sorted(zip(values, weights, strict=True)):
        reached += weight
        if reached >= half and weight:
            return value
    return None


def kappa(xs: Sequence[float], ys: Sequence[float], weights: Sequence[float]) -> float | None:
    """Return Cohen's kappa with quadratic weights: 1 less the mean squared difference over the one
    that chance would give, two ratings drawn apart. It needs no table, so it serves tenths too.
    """
    x, y = mean(xs, weights), mean(ys, weights)
    if x is None or y is None:
        return None
    chance = _covariance(xs, xs, weights) + _covariance(ys, ys, weights) + (x - y) ** 2
    if chance < _FLAT:
        return None
    seen = mean([(a - b) ** 2 for a, b in zip(xs, ys, strict=True)], weights)
    return None if seen is None else 1 - seen / chance


def _covariance(xs: Sequence[float], ys: Sequence[float], weights: Sequence[float]) -> float:
    x, y = mean(xs, weights) or 0.0, mean(ys, weights) or 0.0
    pairs = zip(xs, ys, strict=True)
    return mean([(a - x) * (b - y) for a, b in pairs], weights) or 0.0


def pearson(xs: Sequence[float], ys: Sequence[float], weights: Sequence[float]) -> float | None:
    """Return the weighted linear correlation."""
    spread = _covariance(xs, xs, weights) * _covariance(ys, ys, weights)
    return None if spread < _FLAT else _covariance(xs, ys, weights) / sqrt(spread)


def ranks(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return for each value the weight below it and half of the weight at it."""
    at: dict[float, float] = {}
    for value, weight in zip(values, weights, strict=True):
        at[value] = at.get(value, 0.0) + weight
    below, reached = {}, 0.0
    for value in sorted(at):
        below[value] = reached + at[value] / 2
        reached += at[value]
    return [below[value] for value in values]


def spearman(xs: Sequence[float], ys: Sequence[float], weights: Sequence[float]) -> float | None:
    """Return the weighted rank correlation, ties at their middle rank."""
    return pearson(ranks(xs, weights), ranks(ys, weights), weights)


def line(xs: Sequence[float], ys: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    """Return (intercept, slope) of the weighted least squares line; slope 0 where x is flat."""
    spread = _covariance(xs, xs, weights)
    slope = _covariance(xs, ys, weights) / spread if spread > _FLAT else 0.0
    return (mean(ys, weights) or 0.0) - slope * (mean(xs, weights) or 0.0), slope
