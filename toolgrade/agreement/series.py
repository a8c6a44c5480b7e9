"""Series of predictions: the rubric's own, and the two baselines any rubric has to beat."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from math import log
from typing import TYPE_CHECKING

from toolgrade.agreement.figures import Prediction
from toolgrade.agreement.labels import SUBJECTS, TDQS, weights
from toolgrade.agreement.split import folds
from toolgrade.agreement.statistics import line, median

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from toolgrade.agreement.labels import Labelled
    from toolgrade.model import ToolScore

Series = dict[str, list[Prediction]]
"""For each subject, a prediction for every definition that has a label on it."""

_LOWEST, _HIGHEST = 1.0, 5.0
_POINT, _TENTH = Decimal(1), Decimal("0.1")


def ours(rows: Sequence[Labelled], scores: Sequence[ToolScore]) -> Series:
    """Return a rubric's scores beside the labels."""
    series: Series = {}
    for subject in SUBJECTS:
        triples = zip(rows, scores, weights(rows, subject), strict=True)
        series[subject] = [
            Prediction(row.values(subject), *predicted, weight, row.group, predicted[0])
            for row, score, weight in triples
            if weight and (predicted := predicted_by(score, subject))
        ]
    return series


def predicted_by(score: ToolScore, subject: str) -> tuple[float, float] | None:
    """Return (expected, whole) of a subject; None where the rubric has no such dimension."""
    if subject == TDQS:
        return float(score.expected), float(score.tdqs)
    found = (d for d in score.dimensions if d.key == subject)
    return next(((float(d.expected), float(d.score)) for d in found), None)


def medians(rows: Sequence[Labelled], count: int) -> Series:
    """Return for each definition the median label of the other folds' servers."""
    series = _baseline(rows, count, _median)
    return {s: [replace(p, order=p.expected) for p in row] for s, row in series.items()}


def lengths(rows: Sequence[Labelled], count: int) -> Series:
    """Return what the length of the description alone predicts: a straight line on its logarithm,
    fitted on the other folds' servers. It is ranked by the length itself.
    """
    return _baseline(rows, count, _line)


Training = list[tuple[float, float, float]]
"""(length, label, weight) of each judgement of the other folds."""


def _median(training: Training) -> Callable[[float], float]:
    middle = median([label for _, label, _ in training], [w for _, _, w in training]) or _LOWEST
    return lambda _: middle


def _line(training: Training) -> Callable[[float], float]:
    lengths = [log(1 + length) for length, _, _ in training]
    start, slope = line(lengths, [y for _, y, _ in training], [w for _, _, w in training])
    return lambda length: start + slope * log(1 + length)


def _baseline(
    rows: Sequence[Labelled], count: int, learn: Callable[[Training], Callable[[float], float]]
) -> Series:
    fold = folds((row.group for row in rows), count)
    series: Series = {}
    for subject in SUBJECTS:
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
    length = float(len(row.tool.description or ""))
    return Prediction(row.values(subject), 0.0, 0.0, weight, row.group, length)


def _with(prediction: Prediction, value: float, subject: str) -> Prediction:
    kept = max(_LOWEST, min(_HIGHEST, value))
    step = _TENTH if subject == TDQS else _POINT
    whole = float(Decimal(kept).quantize(step, ROUND_HALF_UP))
    return replace(prediction, expected=kept, whole=whole)


def only(
    series: Mapping[str, list[Prediction]], keep: Callable[[str], bool]
) -> dict[str, list[Prediction]]:
    """Return a series without the servers that `keep` refuses."""
    return {subject: [p for p in row if keep(p.group)] for subject, row in series.items()}
