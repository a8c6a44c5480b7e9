"""A rubric file and labels to the file's text with fitted prices, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolgrade.agreement.fit import Fitting
from toolgrade.agreement.measure import OURS, Agreement, agree, score
from toolgrade.agreement.series import Series, predict_with_rubric
from toolgrade.agreement.writing import rewrite_numbers
from toolgrade.files.opening import is_file, read_file
from toolgrade.files.shipped import FOLDER
from toolgrade.rubric.files import read
from toolgrade.toml.located import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolgrade.agreement.fit import Fitted
    from toolgrade.agreement.labels import Labelled
    from toolgrade.rubric import Rubric

LEFT_OUT = f"{OURS}, refitted"
FROM_NOTHING = f"{OURS}, refitted from nothing"
FITTED = f"{OURS}, fitted, on its own labels"


@dataclass(frozen=True, slots=True)
class Refit:
    """The file's new text, a line for each number that changed, and the figures: as it was, on
    servers left out of the fit, and (too good to be true) on the labels it was fitted to.
    """

    text: str
    changes: tuple[str, ...]
    agreement: Agreement


def refit(rubric: Rubric, file: Path, rows: Sequence[Labelled]) -> Refit:
    """Fit the numbers that the rubric's own file writes."""
    fitting = Fitting.from_labels(rubric, read(file), rows)
    fitted = fitting.fit_all()
    others = {
        LEFT_OUT: fitting.cross_validate(),
        FITTED: predict_with_rubric(rows, score(rows, fitted.apply_to(rubric))),
    }
    return Refit(
        text=rewrite_numbers(read_file(file, MAX_BYTES).decode(), fitted),
        changes=tuple(_changes(fitting, fitted)),
        agreement=agree(rubric, rows, others=others, most_misses=0),
    )


def predict_left_out(
    rubric: Rubric, name: str, rows: Sequence[Labelled], count: int
) -> Mapping[str, Series]:
    """Return predictions of each of `count` groups of servers by numbers fitted to the others:
    drawn to those of the file, and drawn to nothing, so that they cannot have known the labels.

    `name` is the rubric's, or its file, as `Rubric.load` takes it.
    """
    shipped = FOLDER / f"{name}.toml"
    file = shipped if is_file(shipped) else Path(name)
    fitting = Fitting.from_labels(rubric, read(file), rows)
    return {
        LEFT_OUT: fitting.cross_validate(count),
        FROM_NOTHING: fitting.restart().cross_validate(count),
    }


def _changes(fitting: Fitting, fitted: Fitted) -> Iterator[str]:
    for slot in fitting.design.slots:
        value = fitted.values.get(slot.path, slot.value)
        if value != slot.value:
            yield f"{slot}: {slot.value} -> {value}"
    for rules in fitting.design.rules:
        cuts = fitted.cuts.get(rules.words.key, rules.cuts)
        if cuts != rules.cuts:
            before, after = (", ".join(map(str, c)) for c in (rules.cuts, cuts))
            yield f"{rules.words.key}.cuts: {before} -> {after}"
