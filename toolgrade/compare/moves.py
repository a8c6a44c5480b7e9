"""Which findings are new, worse, better or gone between two reports on one tool or server."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from toolgrade.model import LEVELS
from toolgrade.model.comparison import Move

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolgrade.model import Finding
    from toolgrade.model.comparison import Moved

_NOTHING = Decimal(0)
_Key = tuple[str, int]


def moves(old: Iterable[Finding], new: Iterable[Finding]) -> tuple[Move, ...]:
    """Return what moved from the open findings of one side to those of the other, the greatest loss
    first, the greatest gain last.

    An open finding is worse or better by its check's answer alone (an unpriced one by its level):
    what it is worth may move because another one did.
    """
    ours, theirs = _index_findings(old), _index_findings(new)
    found = [_move(ours.get(key), theirs.get(key)) for key in dict.fromkeys((*theirs, *ours))]
    return tuple(sorted((move for move in found if move), key=_rank_move))


def _rank_move(move: Move) -> tuple[Decimal, bool, int, str]:
    """Return what sorts moves: most lost first, of equals losses and higher levels first."""
    return move.gain, not move.lost, LEVELS.index(move.level), move.check


def _index_findings(findings: Iterable[Finding]) -> Mapping[_Key, Finding]:
    """Return the findings by check and how many of it came before."""
    seen: Counter[str] = Counter()
    keyed = {}
    for finding in findings:
        keyed[finding.check, seen[finding.check]] = finding
        seen[finding.check] += 1
    return keyed


def _move(old: Finding | None, new: Finding | None) -> Move | None:
    if new is None or new.level is None:
        return old and _as_move("gone", old, old.gain, _NOTHING)
    if old is None or old.level is None:
        return _as_move("new", new, _NOTHING, new.gain)
    before, after = _answer(old), _answer(new)
    if before == after:
        return None
    return _as_move("worse" if after < before else "better", new, old.gain, new.gain)


def _answer(finding: Finding) -> tuple[Decimal, int]:
    """Return what may move of a finding: its share; of an unpriced one, its level."""
    priced = finding.gain or finding.delta
    level = LEVELS.index("note" if priced else finding.level or "note")
    return finding.share if finding.share is not None else _NOTHING, level


def _as_move(state: Moved, finding: Finding, before: Decimal, after: Decimal) -> Move | None:
    if finding.level is None:
        return None
    return Move(state, finding.check, finding.title, finding.level, finding.note, before, after)
