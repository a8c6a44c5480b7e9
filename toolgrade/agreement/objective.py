"""What a fit makes small: errors of the sums, the errors of TDQS, and distance from the file.

An error counts squared near 0 and plainly beyond (Huber's loss): a judge off by two should not pull
twice as hard as one off by one. A sum beyond the end of the scale is not an error where the label
is that end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from toolgrade.agreement.design import Block, Design

    Floats = NDArray[np.float64]

_PLAIN_FROM = 0.2
_TDQS_COUNTS = 0.5
"""The weight of a TDQS label next to one dimension's. It is all that most definitions say about
purpose and usage.
"""
_LOWEST, _HIGHEST = 1.0, 5.0


@dataclass(frozen=True, eq=False, slots=True)
class Objective:
    """The loss of all of a rubric's numbers at once, with its gradient.

    `strength` says for each number how hard `centre` pulls it: its squared distance counts so much.
    """

    design: Design
    centre: Floats
    strength: Floats

    def __call__(self, numbers: Floats) -> tuple[float, Floats]:
        """Return the loss and its gradient."""
        away = numbers - self.centre
        loss = float(self.strength @ away**2)
        slope = 2 * self.strength * away
        tdqs = np.zeros(len(self.design.groups))
        open_ = []
        for block in self.design.blocks:
            sums = block.terms @ numbers[block.columns]
            part, pull = _dimension(block, sums)
            kept = np.clip(np.minimum(sums, block.cap), _LOWEST, _HIGHEST)
            tdqs += block.weight * kept
            open_.append(kept == sums)
            loss += part
            slope[block.columns] += block.terms.T @ pull
        part, pull = self._tdqs(tdqs)
        for block, moves in zip(self.design.blocks, open_, strict=True):
            slope[block.columns] += block.terms.T @ (pull * moves * block.weight)
        return loss + part, slope

    def _tdqs(self, tdqs: Floats) -> tuple[float, Floats]:
        judged = self.design.tdqs
        loss, slope = _huber(tdqs[judged.row] - judged.label)
        weight = _TDQS_COUNTS * judged.weight
        pull: Floats = np.bincount(judged.row, slope * weight, len(tdqs)).astype(np.float64)
        return float(loss @ weight), pull


def _dimension(block: Block, sums: Floats) -> tuple[float, Floats]:
    judged = block.judgements
    off = sums[judged.row] - judged.label
    beyond = ((judged.label == _HIGHEST) & (off > 0)) | ((judged.label == _LOWEST) & (off < 0))
    loss, slope = _huber(np.where(beyond, 0.0, off))
    pull: Floats = np.bincount(judged.row, slope * judged.weight, len(sums)).astype(np.float64)
    return float(loss @ judged.weight), pull


def errors(design: Design, numbers: Floats) -> Floats:
    """Return each dimension's summed absolute error, under caps and clamped to the scale."""
    found = []
    for block in design.blocks:
        sums = np.minimum(block.terms @ numbers[block.columns], block.cap)
        judged = block.judgements
        off = np.clip(sums, _LOWEST, _HIGHEST)[judged.row] - judged.label
        found.append(float(np.abs(off) @ judged.weight))
    return np.array(found)


def _huber(off: Floats) -> tuple[Floats, Floats]:
    near = np.abs(off) <= _PLAIN_FROM
    loss = np.where(near, off**2 / (2 * _PLAIN_FROM), np.abs(off) - _PLAIN_FROM / 2)
    return loss, np.where(near, off / _PLAIN_FROM, np.sign(off))
