"""How near any prices could come. To measure again, from the top of a checkout:
`python tests/benchmarks/ceiling.py > reports/agreement/ceiling.md`.

A ridge regression over every answer of every check, and then over counts of words, sentences and
fields as well, predicts the labels of servers that it was not fitted to. It may price every
question in every dimension, up or down, in any digits: what it cannot tell, no prices can.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from toolgrade.agreement.labels import SUBJECTS, TDQS, read, weights
from toolgrade.agreement.split import folds, is_held_out
from toolgrade.grading.grade import judge
from toolgrade.grading.sums import ask
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from toolgrade.agreement.labels import Labelled

    Floats = NDArray[np.float64]

ROOT = Path(__file__).parent.parent.parent
LABELS = "reports/agreement/labels.jsonl"
FOLDS = 5
PENALTY = 200.0
"""On columns of unit spread; 50 and 800 come out within 0.02."""


def table() -> Iterator[str]:
    """Yield the lines of a Markdown table: a row a way of predicting, all servers, then unread."""
    rubric = Rubric.load()
    rows = read(ROOT / LABELS)
    answers = np.array([_answers(row, rubric) for row in rows])
    counts = np.array([_counts(row) for row in rows])
    predicted = {"toolgrade": _ours(rows, rubric)}
    for name, columns in (
        (f"ridge over all {len(answers[0]) // 2} questions", answers),
        (f"ridge over these and {len(counts[0])} counts", np.hstack([answers, counts])),
    ):
        predicted[name] = {subject: _left_out(rows, subject, columns) for subject in SUBJECTS}
    yield f"Mean absolute error on servers left out, before rounding; {LABELS}.\n"
    yield f"|  | {' | '.join(SUBJECTS)} |"
    yield f"| --- |{' ---: |' * len(SUBJECTS)}"
    for part, kept in (
        ("", [True] * len(rows)),
        (", unread servers", [is_held_out(r.group) for r in rows]),
    ):
        for name, guesses in predicted.items():
            cells = [_error(rows, subject, guesses[subject], kept) for subject in SUBJECTS]
            yield f"| {name}{part} | {' | '.join(cells)} |"


def _ours(rows: Sequence[Labelled], rubric: Rubric) -> dict[str, Floats]:
    scores = [judge(row.view(rubric), rubric) for row in rows]
    by_dimension = zip(*(score.dimensions for score in scores), strict=True)
    ours = {sums[0].key: np.array([float(d.expected) for d in sums]) for sums in by_dimension}
    return {**ours, TDQS: np.array([float(score.expected) for score in scores])}


def _answers(row: Labelled, rubric: Rubric) -> list[float]:
    view = row.view(rubric)
    shares = [ask(q, view).share for rules in rubric.dimensions for q in rules.questions]
    return [float(x) for share in shares for x in (share or 0, share is None)]


def _counts(row: Labelled) -> list[float]:
    text = row.tool.description or ""
    words = re.findall(r"\w+", text.lower())
    properties = (row.tool.input_schema or {}).get("properties")
    parameters = properties if isinstance(properties, dict) else {}
    described = sum(isinstance(p, dict) and "description" in p for p in parameters.values())
    found = Counter(text)
    return [
        *(math.log1p(n) for n in (len(words), len(set(words)), len(text), len(parameters))),
        *(found[character] for character in ",.(`\n"),
        len(re.findall(r"[.!?](?:\s|$)", text)),
        described / max(1, len(parameters)),
        bool(row.tool.annotations),
        row.tool.output_schema is not None,
    ]


def _left_out(rows: Sequence[Labelled], subject: str, columns: Floats) -> Floats:
    fold = folds((row.group for row in rows), FOLDS)
    at = np.array([fold[row.group] for row in rows])
    judged = np.array([bool(row.values(subject)) for row in rows])
    label = np.array([np.mean(row.values(subject) or [0]) for row in rows])
    weight = np.array(weights(rows, subject))
    predicted = np.zeros(len(rows))
    for number in range(FOLDS):
        known = judged & (at != number)
        predicted[at == number] = _ridge(columns, label, weight * known)[at == number]
    return predicted


def _ridge(columns: Floats, label: Floats, weight: Floats) -> Floats:
    """Return every row's prediction by the rows of positive weight."""
    middle = np.average(columns, axis=0, weights=weight)
    spread = np.sqrt(np.average((columns - middle) ** 2, axis=0, weights=weight))
    scaled = np.divide(columns - middle, spread, out=np.zeros_like(columns), where=spread > 0)
    mean = np.average(label, weights=weight)
    weighted = scaled.T * weight
    solved = np.linalg.solve(
        weighted @ scaled + PENALTY * np.eye(len(middle)), weighted @ (label - mean)
    )
    return np.clip(scaled @ solved + mean, 1, 5)


def _error(rows: Sequence[Labelled], subject: str, predicted: Floats, kept: Sequence[bool]) -> str:
    off, weight = zip(
        *(
            (abs(guess - np.mean(row.values(subject))), weight)
            for row, guess, weight, keep in zip(
                rows, predicted, weights(rows, subject), kept, strict=True
            )
            if keep and row.values(subject)
        ),
        strict=True,
    )
    return f"{np.average(off, weights=weight):.2f}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in table())
