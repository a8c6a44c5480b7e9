"""Labelled definitions as matrices: which number of the rubric counts how often in which sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from toolgrade.agreement.labels import weights
from toolgrade.agreement.prices import check_path, slots
from toolgrade.grading.arithmetic import limit
from toolgrade.grading.sums import ask
from toolgrade.model import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from toolgrade.agreement.labels import Labelled
    from toolgrade.agreement.prices import Path, Slot
    from toolgrade.model import Verdict
    from toolgrade.rubric import Rubric
    from toolgrade.rubric.rules import DimensionRules, Question
    from toolgrade.view import ServerView, ToolView

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Judgements:
    """The labels on one subject: the definition's row, the label and its weight, side by side."""

    row: NDArray[np.int64]
    label: Floats
    weight: Floats


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """One dimension: `terms` @ numbers is every definition's sum, `cap` what it may be at most.

    A definition under a cap teaches nothing of prices, so `judgements` leave it out.
    """

    key: str
    weight: float
    columns: slice
    terms: Floats
    cap: Floats
    judgements: Judgements


@dataclass(frozen=True, eq=False, slots=True)
class Design:
    """Everything a fit needs of the definitions; those under a gate are in no judgement."""

    rules: tuple[DimensionRules, ...]
    slots: tuple[Slot, ...]
    blocks: tuple[Block, ...]
    tdqs: Judgements
    groups: tuple[str, ...]


def build_design(rubric: Rubric, rows: Sequence[Labelled]) -> Design:
    """Ask every check of every definition, once."""
    asked = rows[0].rules(rubric)
    all_slots = slots(asked, rubric.scale)
    column = {slot.path: at for at, slot in enumerate(all_slots)}
    views = [row.view(rubric) for row in rows]
    gated = np.zeros(len(rows), dtype=bool)
    parts = []
    for rules in asked:
        terms = np.zeros((len(rows), len(column)))
        cap = np.full(len(rows), np.inf)
        for at, view in enumerate(views):
            answers = [(q, ask(q, view)) for q in rules.questions]
            gated[at] |= any(q.price.gate is not None and v.share == 0 for q, v in answers)
            for path, amount in _terms(rules, answers, view):
                terms[at, column[path]] += amount
            cap[at] = _cap(answers)
        parts.append((rules, terms, cap))
    blocks = tuple(
        Block(
            key=(key := rules.words.key),
            weight=rules.words.weight / sum(r.words.weight for r in asked),
            columns=(own := _find_columns(all_slots, key)),
            terms=terms[:, own].copy(),
            cap=cap,
            judgements=_judgements(rows, key, gated | np.isfinite(cap)),
        )
        for rules, terms, cap in parts
    )
    groups = tuple(row.group for row in rows)
    return Design(asked, all_slots, blocks, _judgements(rows, rows[0].subjects[-1], gated), groups)


def _find_columns(all_slots: Sequence[Slot], key: str) -> slice:
    at = [i for i, slot in enumerate(all_slots) if slot.dimension == key]
    return slice(at[0], at[-1] + 1)


def _terms(
    rules: DimensionRules, answers: Iterable[tuple[Question, Verdict]], view: ToolView | ServerView
) -> Iterable[tuple[Path, float]]:
    rung = next(i for i, r in enumerate(rules.baseline) if r.when is None or r.when.holds(view))
    yield (rules.table, rules.words.key, "baseline", rung, "score"), 1.0
    for question, verdict in answers:
        if verdict.share is None:
            continue
        at = check_path(rules, question)
        cases = enumerate(question.price.cases)
        case = next((i for i, (when, _, _) in cases if when.holds(view)), None)
        if case is not None:
            at = (*at, "cases", case)
        yield (*at, "met"), float(verdict.share)
        yield (*at, "unmet"), 1 - float(verdict.share)


def _cap(answers: Iterable[tuple[Question, Verdict]]) -> float:
    priced = ((q.check.id, q.price, v.share) for q, v in answers if v.share is not None)
    lowest = limit(Line(id_, share, p.unmet, p.met, p.cap) for id_, p, share in priced)
    return np.inf if lowest is None else float(lowest[0])


def _judgements(rows: Sequence[Labelled], subject: str, out: NDArray[np.bool_]) -> Judgements:
    found = [
        (at, label, weight / len(row.values(subject)))
        for at, (row, weight) in enumerate(zip(rows, weights(rows, subject), strict=True))
        if not out[at]
        for label in row.values(subject)
    ]
    return Judgements(
        np.array([at for at, _, _ in found], dtype=np.int64),
        np.array([label for _, label, _ in found], dtype=np.float64),
        np.array([weight for _, _, weight in found], dtype=np.float64),
    )


def select_judgements(judgements: Judgements, kept: NDArray[np.bool_]) -> Judgements:
    """Return the judgements of those definitions whose row is kept."""
    at = kept[judgements.row]
    return Judgements(judgements.row[at], judgements.label[at], judgements.weight[at])


def restrict_design(design: Design, kept: Mapping[str, bool]) -> Design:
    """Return the design with the judgements of some servers only."""
    at = np.array([kept[group] for group in design.groups])
    blocks = tuple(
        Block(b.key, b.weight, b.columns, b.terms, b.cap, select_judgements(b.judgements, at))
        for b in design.blocks
    )
    return Design(
        design.rules, design.slots, blocks, select_judgements(design.tdqs, at), design.groups
    )
