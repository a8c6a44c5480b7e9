"""Labels and a rubric to an `Agreement`: every figure that the reports show."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from toolgrade.agreement.figures import figures, noise
from toolgrade.agreement.series import (
    Series,
    filter_groups,
    get_prediction,
    predict_from_counts,
    predict_from_lengths,
    predict_from_medians,
    predict_with_rubric,
)
from toolgrade.agreement.split import is_held_out
from toolgrade.agreement.targets import Target, targets
from toolgrade.grading.arithmetic import tier

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from toolgrade.agreement.figures import Figures, Noise
    from toolgrade.agreement.labels import Labelled
    from toolgrade.model import CoherenceScore, RubricStamp, ToolScore
    from toolgrade.rubric import Rubric

FOLDS = 5
"""Groups of servers, each predicted by what was learnt from the others."""

UNREAD = "unread"
OURS, MEDIAN, LENGTH, COUNT = "toolgrade", "median", "length", "tool count"
"""The names of series; those that begin with the first must reach the targets."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A definition and how far its score is from its labels; `score` holds the sums."""

    subject: str
    row: Labelled
    score: ToolScore | CoherenceScore
    labels: tuple[float, ...]
    expected: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """A rubric measured against labels. `series` maps a series ("toolgrade", "median", ...) to its
    figures by subject, `targets` ours with their thresholds; `misses` are the worst first, by
    subject. `definitions` counts what is labelled, definitions or servers.
    """

    rubric: RubricStamp
    subjects: tuple[str, ...]
    definitions: int
    servers: int
    series: Mapping[str, Mapping[str, Figures]]
    targets: Mapping[str, tuple[Target, ...]]
    noise: Mapping[str, Noise]
    misses: Mapping[str, tuple[Miss, ...]]


def score(rows: Sequence[Labelled], rubric: Rubric) -> tuple[ToolScore | CoherenceScore, ...]:
    """Return a rubric's score of every labelled definition or server."""
    return tuple(row.score_with(rubric) for row in rows)


def agree(
    rubric: Rubric,
    rows: Sequence[Labelled],
    *,
    others: Mapping[str, Series] | None = None,
    held: bool = False,
    most_misses: int = 5,
) -> Agreement:
    """Measure a rubric, and the `others`' predictions for comparison; with `held`
    figures are also given apart for the read servers and for the unread third, whose definitions
    are then never among the misses.
    """
    scores = score(rows, rubric)
    own = predict_with_rubric(rows, scores)
    series = {OURS: own, **(others or {})}
    series[MEDIAN] = predict_from_medians(rows, FOLDS)
    series |= (
        {COUNT: predict_from_counts(rows, FOLDS)}
        if rows[0].whole
        else {LENGTH: predict_from_lengths(rows, FOLDS)}
    )
    if held:
        series |= _halves(series)
    tiers = rubric.tiers

    def find_tier(value: float) -> str:
        return tier(Decimal(str(value)), tiers)

    measured = {name: _compute_figures(one, find_tier) for name, one in series.items()}
    return Agreement(
        rubric=rubric.stamp,
        subjects=rows[0].subjects,
        definitions=len(rows),
        servers=len({row.group for row in rows}),
        series=measured,
        targets={n: tuple(targets(f)) for n, f in measured.items() if n.startswith(OURS)},
        noise={subject: noise(row) for subject, row in own.items() if row},
        misses=_misses(rows, scores, most_misses, held=held),
    )


def _halves(series: Mapping[str, Series]) -> dict[str, Series]:
    halves = {"read": lambda group: not is_held_out(group), UNREAD: is_held_out}
    return {
        f"{name}, {half}": filter_groups(one, keep)
        for half, keep in halves.items()
        for name, one in series.items()
    }


def _compute_figures(series: Series, named: Callable[[float], str]) -> dict[str, Figures]:
    return {subject: figures(subject, row, named) for subject, row in series.items() if row}


def _misses(
    rows: Sequence[Labelled],
    scores: Sequence[ToolScore | CoherenceScore],
    most: int,
    *,
    held: bool,
) -> dict[str, tuple[Miss, ...]]:
    found = {}
    for subject in rows[0].subjects:
        all_ = [
            Miss(subject, row, score, labels, predicted[0])
            for row, score in zip(rows, scores, strict=True)
            if (labels := row.values(subject)) and (predicted := get_prediction(score, subject))
            if not (held and is_held_out(row.group))
        ]
        found[subject] = tuple(sorted(all_, key=_off, reverse=True)[:most])
    return found


def _off(miss: Miss) -> float:
    return abs(sum(miss.labels) / len(miss.labels) - miss.expected)
