"""Rounding thresholds: from which sum on a dimension gets two, three, four, five points."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from toolgrade.agreement.prices import has_value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import NDArray

    from toolgrade.agreement.design import Block, Design

    Floats = NDArray[np.float64]

_STEP = Decimal("0.1")
_HALVES = tuple(Decimal(points) + Decimal("0.5") for points in range(1, 5))
_MOST_STEPS = 4
_PULL = 1.0
_SWEEPS = 10


def fitted_cuts(
    data: Mapping[str, Any], sample: Design, numbers: Floats
) -> dict[str, tuple[Decimal, ...]]:
    """Return the thresholds of every dimension whose `cuts` the file itself writes: those that
    make the squared error of whole points least, none further than 0.4 from the half.
    """
    found = {}
    for rules, block in zip(sample.rules, sample.blocks, strict=True):
        if has_value(data, (rules.table, block.key, "cuts")) and rules.cuts:
            sums = np.clip(block.terms @ numbers[block.columns], 1.0, 5.0)
            found[block.key] = best_cuts(block, sums, rules.cuts)
    return found


def best_cuts(block: Block, sums: Floats, own: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """Return the thresholds for one dimension's sums; where labels do not care, its `own`."""
    cuts = list(own)
    for _ in range(_SWEEPS):
        before = tuple(cuts)
        for at, half in enumerate(_HALVES):
            choices = [half + _STEP * n for n in range(-_MOST_STEPS, _MOST_STEPS + 1)]
            cuts[at] = min(
                choices,
                key=lambda cut: _loss(block, sums, (*cuts[:at], cut, *cuts[at + 1 :]), own),
            )
        if tuple(cuts) == before:
            break
    return tuple(cuts)


def _loss(
    block: Block, sums: Floats, cuts: tuple[Decimal, ...], own: tuple[Decimal, ...]
) -> tuple[float, Decimal]:
    judged = block.judgements
    bounds = np.array([float(cut) for cut in cuts]) - 1e-9
    whole = 1 + (sums[judged.row][:, None] >= bounds).sum(axis=1)
    pull = sum((abs(a - b) for a, b in zip(cuts, own, strict=True)), Decimal(0))
    error = float((whole - judged.label) ** 2 @ judged.weight)
    return error + _PULL * float(pull), pull
