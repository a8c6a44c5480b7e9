"""Series of predictions: the rubric's own, and the two baselines any rubric has to beat."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from math import log
from typing import TYPE_CHECKING

from toolgrade.agreement.figures import Prediction
from toolgrade.agreement.labels import IN_TENTHS, weights
from toolgrade.agreement.split import folds
from toolgrade.agreement.statistics import line, median
from toolgrade.model import ToolScore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from toolgrade.agreement.labels import Labelled
    from toolgrade.model import CoherenceScore

Series = dict[str, list[Prediction]]
"""For each subject, a prediction for every definition that has a label on it."""

_LOWEST, _HIGHEST = 1.0, 5.0
_POINT, _TENTH = Decimal(1), Decimal("0.1")
_BANDS = (2, 15, 25, 49)


def predict_with_rubric(
    rows: Sequence[Labelled], scores: Sequence[ToolScore | CoherenceScore]
) -> Series:
    """Return a rubric's scores with the labels."""
    series: Series = {}
    for subject in rows[0].subjects:
        triples = zip(rows, scores, weights(rows, subject), strict=True)
        series[subject] = [
            Prediction(row.values(subject), *predicted, weight, row.group, predicted[0])
            for row, score, weight in triples
            if weight and (predicted := get_prediction(score, subject))
        ]
    return series


def get_prediction(score: ToolScore | CoherenceScore, subject: str) -> tuple[float, float] | None:
    """Return (expected, whole) of a subject; None where the rubric has no such dimension."""
    if subject in IN_TENTHS:
        total = score.tdqs if isinstance(score, ToolScore) else score.score
        return float(score.expected), float(total)
    found = (d for d in score.dimensions if d.key == subject)
    return next(((float(d.expected), float(d.score)) for d in found), None)


def predict_from_medians(rows: Sequence[Labelled], count: int) -> Series:
    """Return for each definition the median label of the other folds' servers."""
    series = _baseline(rows, count, _median)
    return {s: [replace(p, order=p.expected) for p in row] for s, row in series.items()}


def predict_from_lengths(rows: Sequence[Labelled], count: int) -> Series:
    """Return what the length of the description alone predicts: a straight line on its logarithm,
    fitted on the other folds' servers. It is ranked by the length itself.
    """
    return _baseline(rows, count, _line)


def predict_from_counts(rows: Sequence[Labelled], count: int) -> Series:
    """Return what the number of tools alone predicts: the median label of the other folds' servers
    whose number lies in the same of the bands that the judge's rubric names.
    """
    return _baseline(rows, count, _bands)


Training = list[tuple[float, float, float]]
"""(length or count, label, weight) of each judgement of the other folds."""


def _median(training: Training) -> Callable[[float], float]:
    middle = median([label for _, label, _ in training], [w for _, _, w in training]) or _LOWEST
    return lambda _: middle


def _bands(training: Training) -> Callable[[float], float]:
    whole = _median(training)(0)
    by_band: dict[int, Training] = {}
    for each in training:
        by_band.setdefault(bisect_left(_BANDS, each[0]), []).append(each)
    middle = {band: _median(held)(0) for band, held in by_band.items()}
    return lambda tools: middle.get(bisect_left(_BANDS, tools), whole)


def _line(training: Training) -> Callable[[float], float]:
    lengths = [log(1 + length) for length, _, _ in training]
    start, slope = line(lengths, [y for _, y, _ in training], [w for _, _, w in training])
    return lambda length: start + slope * log(1 + length)


def _baseline(
    rows: Sequence[Labelled], count: int, learn: Callable[[Training], Callable[[float], float]]
) -> Series:
    fold = folds((row.group for row in rows), count)
    series: Series = {}
    for subject in rows[0].subjects:
        labelled = [
            (fold[row.group], _prediction(row, subject, weight))
            for row, weight in zip(rows, weights(rows, subject), strict=True)
            if weight
        ]
        rules = {
            left_out: learn(
                [
                    (p.order, label, p.weight / len(p.labels))
                    for at, p in labelled
                    if at != left_out
                    for label in p.labels
                ]
            )
            for left_out in sorted({at for at, _ in labelled})
        }
        series[subject] = [_with(p, rules[at](p.order), subject) for at, p in labelled]
    return series


def _prediction(row: Labelled, subject: str, weight: float) -> Prediction:
    size = len(row.server.tools) if row.whole else len(row.tool.description or "")
    return Prediction(row.values(subject), 0.0, 0.0, weight, row.group, float(size))


def _with(prediction: Prediction, value: float, subject: str) -> Prediction:
    kept = max(_LOWEST, min(_HIGHEST, value))
    step = _TENTH if subject in IN_TENTHS else _POINT
    whole = float(Decimal(kept).quantize(step, ROUND_HALF_UP))
    return replace(prediction, expected=kept, whole=whole)


def filter_groups(
    series: Mapping[str, list[Prediction]], keep: Callable[[str], bool]
) -> dict[str, list[Prediction]]:
    """Return a series without the servers that `keep` refuses."""
    return {subject: [p for p in row if keep(p.group)] for subject, row in series.items()}
