"""Figures of agreement from predictions and labels: how close, how often, in what order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from toolgrade.agreement.labels import IN_TENTHS, TDQS, WHOLE
from toolgrade.agreement.statistics import kappa, mean, pearson, spearman

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_SAME = 0.1 + 1e-9  # TDQS at x.x5 was rounded down before June 2026 and half up since
_ONE = 1 + 1e-9
_APART = {TDQS: 0.5, WHOLE: 0.5}
_DIMENSION_APART = 2.0
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Prediction:
    """One definition: its labels, and what was predicted, unrounded (`expected`) and rounded
    (`whole`; for TDQS to tenths). `order` is what ranks it, usually `expected`.
    """

    labels: tuple[float, ...]
    expected: float
    whole: float
    weight: float
    group: str
    order: float

    @property
    def label(self) -> float:
        """The mean of the labels."""
        return sum(self.labels) / len(self.labels)


@dataclass(frozen=True, slots=True)
class Order:
    """Of `pairs` whose labels are well apart, the weighted share put in the same order; a tie is
    not the same order.
    """

    pairs: int
    same: float | None


@dataclass(frozen=True, slots=True)
class Noise:
    """How the judge agrees with itself, over pairs of judgements of one definition."""

    n: int
    exact: float | None
    within_one: float | None
    error: float | None


@dataclass(frozen=True, slots=True)
class Bias:
    """By how much definitions of one label are over- or underrated, on average."""

    label: float
    n: int
    bias: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Agreement on one dimension or on TDQS.

    `n` counts definitions; the labels of one weigh one together. `error` is the mean absolute
    error of `expected`, `error_whole` that of whole points. `tier` is None for dimensions.
    `confusion` counts definitions: label (for TDQS its tier), ours, rounded weight in tenths.
    """

    n: int
    exact: float | None
    within_one: float | None
    error: float | None
    error_whole: float | None
    kappa: float | None
    pearson: float | None
    spearman: float | None
    tier: float | None
    order: Order
    order_within: Order
    bias: tuple[Bias, ...]
    confusion: Mapping[str, Mapping[str, float]]


def figures(
    subject: str, predictions: Sequence[Prediction], tier: Callable[[float], str]
) -> Figures:
    """Return every figure of one series of predictions on one subject."""
    flat = [(label, p) for p in predictions for label in p.labels]
    labels = [label for label, _ in flat]
    weights = [p.weight / len(p.labels) for _, p in flat]
    expected = [p.expected for _, p in flat]
    whole = [p.whole for _, p in flat]
    off = [abs(a - b) for a, b in zip(labels, whole, strict=True)]
    named: Callable[[float], str] = tier if subject in IN_TENTHS else _format_whole
    table = [(named(a), named(b)) for a, b in zip(labels, whole, strict=True)]
    return Figures(
        n=len(predictions),
        exact=mean([o <= _SAME for o in off], weights),
        within_one=mean([o <= _ONE for o in off], weights),
        error=mean([abs(a - b) for a, b in zip(labels, expected, strict=True)], weights),
        error_whole=mean(off, weights),
        kappa=kappa(labels, whole, weights),
        pearson=pearson(labels, expected, weights),
        spearman=spearman(labels, [p.order for _, p in flat], weights),
        tier=mean([a == b for a, b in table], weights) if subject in IN_TENTHS else None,
        order=_order(subject, combinations(predictions, 2)),
        order_within=_order(subject, _within(predictions)),
        bias=tuple(_biases(predictions)),
        confusion=_confusion(table, weights),
    )


def _format_whole(value: float) -> str:
    return f"{value:.0f}"


def _within(predictions: Iterable[Prediction]) -> Iterable[tuple[Prediction, Prediction]]:
    by_group: dict[str, list[Prediction]] = {}
    for prediction in predictions:
        by_group.setdefault(prediction.group, []).append(prediction)
    return (pair for group in by_group.values() for pair in combinations(group, 2))


def _order(subject: str, pairs: Iterable[tuple[Prediction, Prediction]]) -> Order:
    apart = _APART.get(subject, _DIMENSION_APART) - _CLOSE
    same, weights = [], []
    for one, other in pairs:
        difference = one.label - other.label
        if abs(difference) >= apart:
            same.append((one.order - other.order) * difference > 0)
            weights.append(one.weight * other.weight)
    return Order(len(same), mean(same, weights))


def _biases(predictions: Iterable[Prediction]) -> Iterable[Bias]:
    by_label: dict[float, list[Prediction]] = {}
    for prediction in predictions:
        by_label.setdefault(float(round(prediction.label)), []).append(prediction)
    for label, same in sorted(by_label.items()):
        bias = mean([p.expected - p.label for p in same], [p.weight for p in same])
        if bias is not None:
            yield Bias(label, len(same), bias)


def _confusion(
    table: Iterable[tuple[str, str]], weights: Iterable[float]
) -> Mapping[str, Mapping[str, float]]:
    counts: dict[str, dict[str, float]] = {}
    for (label, ours), weight in sorted(zip(table, weights, strict=True)):
        row = counts.setdefault(label, {})
        row[ours] = row.get(ours, 0.0) + weight
    return {label: {o: round(n, 1) for o, n in row.items()} for label, row in counts.items()}


def noise(predictions: Iterable[Prediction]) -> Noise:
    """Return how far apart the judge's own labels are; what was predicted plays no part."""
    several = [p for p in predictions if len(p.labels) > 1]
    apart, weights = [], []
    for prediction in several:
        pairs = list(combinations(prediction.labels, 2))
        apart += [abs(a - b) for a, b in pairs]
        weights += [prediction.weight / len(pairs)] * len(pairs)
    return Noise(
        n=len(several),
        exact=mean([d <= _SAME for d in apart], weights),
        within_one=mean([d <= _ONE for d in apart], weights),
        error=mean(apart, weights),
    )
