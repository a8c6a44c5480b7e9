"""Prices fitted to labels under the rubric's own constraints, in round numbers.

The file's own numbers pull, in each dimension as hard as predicts left-out servers best. So numbers
that labels say little of stay as they were written, and a file that was fitted stays as it is. It
also means that a file once fitted knows its labels: only numbers fitted `from_nothing` are measured
fairly on left-out servers then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from toolgrade.agreement.cuts import fitted_cuts
from toolgrade.agreement.design import Design, build_design, restrict_design
from toolgrade.agreement.objective import Objective, errors
from toolgrade.agreement.prices import has_value, replace_prices
from toolgrade.agreement.series import Series, predict_with_rubric
from toolgrade.agreement.split import folds
from toolgrade.agreement.statistics import median
from toolgrade.model import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from toolgrade.agreement.labels import Labelled
    from toolgrade.agreement.prices import Path
    from toolgrade.model import CoherenceScore, ToolScore
    from toolgrade.rubric import Rubric

    Floats = NDArray[np.float64]

STEP = Decimal("0.1")
"""Fitted numbers are whole steps, so one worth under half a step becomes 0."""

STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0)
"""How hard the centre pulls: a number one point away from it counts as this many judgements."""

_AS_GOOD = 1.005
_FOLDS = 5
_SWEEPS = 20
_BETTER = 1e-6


@dataclass(frozen=True, slots=True)
class Fitted:
    """Numbers by their place in the rubric file, and rounding thresholds by dimension."""

    values: Mapping[Path, Decimal]
    cuts: Mapping[str, tuple[Decimal, ...]]

    def apply_to(self, rubric: Rubric) -> Rubric:
        """Return the rubric with these numbers."""
        return replace_prices(rubric, self.values, self.cuts)


@dataclass(frozen=True, eq=False)
class Fitting:
    """What a fit starts from: a rubric, the tables its own file holds, and labelled definitions.

    `from_nothing` pulls prices to 0 and rungs to the median label instead of to the file's numbers.
    """

    rubric: Rubric
    data: Mapping[str, Any]
    rows: Sequence[Labelled]
    design: Design
    free: NDArray[np.bool_]
    from_nothing: bool = False

    @classmethod
    def from_labels(
        cls, rubric: Rubric, data: Mapping[str, Any], rows: Sequence[Labelled]
    ) -> Fitting:
        """Ask every check of every definition, once. Raises InputError if there is nothing to fit:
        `data` writes no number itself.
        """
        made = build_design(rubric, rows)
        free = np.array([has_value(data, slot.path) for slot in made.slots])
        if not free.any():
            raise InputError(
                "nothing to fit: the rubric file writes no baseline and no price itself; "
                "write those to fit into it"
            )
        return cls(rubric, data, rows, made, free)

    def restart(self) -> Fitting:
        """Return the same, but from nothing."""
        return replace(self, from_nothing=True)

    def fit_all(self) -> Fitted:
        """Return the numbers that all labels together ask for."""
        return self._fit_sample(self.design)

    def cross_validate(self, count: int = _FOLDS) -> Series:
        """Return predictions of each group of servers by numbers fitted to the others."""
        scores: dict[int, ToolScore | CoherenceScore] = {}
        for rest, left_out in self._split_into_folds(count):
            rubric = self._fit_sample(rest).apply_to(self.rubric)
            for at in left_out:
                scores[at] = self.rows[at].score_with(rubric)
        return predict_with_rubric(self.rows, [scores[at] for at in range(len(self.rows))])

    def _split_into_folds(self, count: int) -> Iterator[tuple[Design, list[int]]]:
        """Yield each fold: the judgements outside it, and the rows inside."""
        fold = folds(self.design.groups, count)
        for number in range(count):
            inside = [at for at, group in enumerate(self.design.groups) if fold[group] == number]
            yield restrict_design(self.design, {g: f != number for g, f in fold.items()}), inside

    @cached_property
    def strength(self) -> Floats:
        """Return for each number how hard its dimension's centre pulls: the hardest that predicts
        left-out servers as well as any, within half a per cent.
        """
        lost = {strength: self._measure_left_out(strength) for strength in STRENGTHS}
        least = np.min(list(lost.values()), axis=0)
        chosen = np.zeros(len(self.design.slots))
        for at, block in enumerate(self.design.blocks):
            good = [s for s, error in lost.items() if error[at] <= least[at] * _AS_GOOD]
            chosen[block.columns] = max(good)
        return chosen

    def _measure_left_out(self, strength: float) -> Floats:
        """Return each dimension's summed error on servers left out."""
        total = np.zeros(len(self.design.blocks))
        everywhere = np.full(len(self.design.slots), strength)
        for rest, left_out in self._split_into_folds(_FOLDS):
            solved = self._minimize_loss(Objective(rest, self._centre(rest), everywhere))
            inside = {self.design.groups[at] for at in left_out}
            kept = {group: group in inside for group in self.design.groups}
            total += errors(restrict_design(self.design, kept), solved)
        return total

    def _fit_sample(self, sample: Design) -> Fitted:
        objective = Objective(sample, self._centre(sample), self.strength)
        numbers = _polish_numbers(objective, self._minimize_loss(objective), self.free)
        values = {
            slot.path: _round_to_step(number)
            for slot, number, free in zip(sample.slots, numbers, self.free, strict=True)
            if free
        }
        return Fitted(values, fitted_cuts(self.data, sample, numbers))

    def _list_slot_values(self) -> Floats:
        return np.array([float(slot.value) for slot in self.design.slots])

    def _centre(self, sample: Design) -> Floats:
        if not self.from_nothing:
            return self._list_slot_values()
        centre = self._list_slot_values()
        for block in sample.blocks:
            judged = block.judgements
            middle = median(judged.label.tolist(), judged.weight.tolist()) or 0.0
            for at in np.arange(len(sample.slots))[block.columns]:
                if self.free[at]:
                    centre[at] = middle if sample.slots[at].is_rung else 0.0
        return centre

    def _minimize_loss(self, objective: Objective) -> Floats:
        numbers = self._list_slot_values()
        slots = [slot for slot, free in zip(self.design.slots, self.free, strict=True) if free]

        def partial(moved: Floats) -> tuple[float, Floats]:
            numbers[self.free] = moved
            loss, slope = objective(numbers)
            return loss, slope[self.free]

        numbers[self.free] = minimize(
            partial,
            numbers[self.free],
            jac=True,
            method="L-BFGS-B",
            bounds=[(float(slot.low), float(slot.high)) for slot in slots],
            options={"ftol": 1e-6},
        ).x
        return numbers


def _round_to_step(number: float) -> Decimal:
    return (Decimal(float(number)) / STEP).quantize(Decimal(1), ROUND_HALF_UP) * STEP


def _polish_numbers(objective: Objective, numbers: Floats, free: NDArray[np.bool_]) -> Floats:
    """Return `numbers` in whole steps, each a step up or down where that makes the loss less:
    rounding one number shifts what the others should be.
    """
    step = float(STEP)
    best = np.where(free, np.round(numbers / step) * step, numbers)
    loss = objective(best)[0]
    for _ in range(_SWEEPS):
        before = loss
        for at in np.flatnonzero(free):
            for trial in _neighbours(objective.design, best, int(at), step):
                then = objective(trial)[0]
                if then < loss - _BETTER:
                    best, loss = trial, then
        if loss > before - _BETTER:
            break
    return best


def _neighbours(sample: Design, numbers: Floats, at: int, step: float) -> Iterator[Floats]:
    slot = sample.slots[at]
    for move in (-step, step):
        moved = round((numbers[at] + move) / step) * step
        if float(slot.low) <= moved <= float(slot.high):
            trial = numbers.copy()
            trial[at] = moved
            yield trial
