"""The numbers of a rubric that may be fitted: where each is in its file, and its bounds.

A number is fitted only where the file itself has it: a missing `unmet` means 0, and
prices taken over from an extended rubric stay that rubric's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from toolgrade.grading.arithmetic import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    from toolgrade.rubric import Rubric
    from toolgrade.rubric.rules import DimensionRules, Price, Question

Path = tuple[str | int, ...]
"""Keys and indices from the root of a rubric file to one number."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One number; doing better may never score worse, so `met` is 0 or more, `unmet` 0 or less."""

    path: Path
    value: Decimal
    low: Decimal
    high: Decimal

    @property
    def dimension(self) -> str:
        """The short name of the dimension it belongs to."""
        return str(self.path[1])

    @property
    def is_rung(self) -> bool:
        """Whether it is a baseline, not a price."""
        return self.path[-1] == "score"

    def __str__(self) -> str:
        return ".".join(map(str, self.path[1:]))


def slots(asked: Iterable[DimensionRules], scale: tuple[Decimal, Decimal]) -> tuple[Slot, ...]:
    """Return every rung and price of some dimensions, written or not, in order."""
    return tuple(slot for rules in asked for slot in _slots(rules, scale))


def _slots(rules: DimensionRules, scale: tuple[Decimal, Decimal]) -> Iterator[Slot]:
    root = (rules.table, rules.words.key)
    for index, rung in enumerate(rules.baseline):
        yield Slot((*root, "baseline", index, "score"), rung.score, *scale)
    span = scale[1] - scale[0]
    for question in rules.questions:
        price = question.price
        at = check_path(rules, question)
        pairs = [(at, price.met, price.unmet)]
        pairs += [((*at, "cases", i), m, u) for i, (_, m, u) in enumerate(price.cases)]
        for path, met, unmet in pairs:
            yield Slot((*path, "met"), met, ZERO, span)
            yield Slot((*path, "unmet"), unmet, -span, ZERO)


def check_path(rules: DimensionRules, question: Question) -> Path:
    """Return where a check's table is: by its name, or by its id in another's dimension."""
    key = rules.words.key
    return (rules.table, key, "checks", question.check.id.removeprefix(f"{key}."))


def has_value(data: Mapping[str, Any], path: Path) -> bool:
    """Whether a rubric file's own tables hold a value at `path`."""
    value: Any = data
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def replace_prices(
    rubric: Rubric, values: Mapping[Path, Decimal], cuts: Mapping[str, tuple[Decimal, ...]]
) -> Rubric:
    """Return the rubric with other numbers; its stamp still names the file it was read from."""
    every = [
        replace(
            rules,
            baseline=tuple(
                replace(r, score=values.get(_build_rung_path(rules, i), r.score))
                for i, r in enumerate(rules.baseline)
            ),
            questions=tuple(
                replace(q, price=_price(q.price, check_path(rules, q), values))
                for q in rules.questions
            ),
            cuts=cuts.get(rules.words.key, rules.cuts),
        )
        for rules in rubric.every_dimension
    ]
    at = len(rubric.dimensions)
    return replace(rubric, dimensions=tuple(every[:at]), coherence=tuple(every[at:]))


def _build_rung_path(rules: DimensionRules, index: int) -> Path:
    return (rules.table, rules.words.key, "baseline", index, "score")


def _price(price: Price, at: Path, values: Mapping[Path, Decimal]) -> Price:
    return replace(
        price,
        met=values.get((*at, "met"), price.met),
        unmet=values.get((*at, "unmet"), price.unmet),
        cases=tuple(
            (
                condition,
                values.get((*at, "cases", i, "met"), met),
                values.get((*at, "cases", i, "unmet"), unmet),
            )
            for i, (condition, met, unmet) in enumerate(price.cases)
        ),
    )
