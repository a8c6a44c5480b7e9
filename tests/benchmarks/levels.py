"""How many definitions that a judge puts in tier A pass `--fail-on error`, and what fails the rest.
To measure again, from the top of a checkout: `python tests/benchmarks/levels.py LABELS`, where
LABELS is a file of labelled definitions, such as reports/agreement/labels.jsonl.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from toolgrade.agreement.labels import TDQS, read
from toolgrade.grading.grade import grade
from toolgrade.outputs.markup import code
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.agreement.labels import Labelled
    from toolgrade.model import Finding

WANTED = 0.8
"""The share that must pass."""


def list_tier(rows: tuple[Labelled, ...], rubric: Rubric) -> list[Labelled]:
    """Return the definitions whose mean label is in the rubric's best tier."""
    least = float(next(iter(rubric.tiers.values())))
    scored = [(row, row.values(TDQS)) for row in rows]
    return [row for row, labels in scored if labels and sum(labels) / len(labels) >= least]


def find_errors(row: Labelled, rubric: Rubric) -> list[Finding]:
    """Return what `--fail-on error` fails a definition for."""
    (server,) = grade([row.server], rubric).servers
    return [finding for finding in server.tools[0].walk_findings() if finding.level == "error"]


def report(labels: Path) -> Iterator[str]:
    """Yield the lines of the report."""
    rubric = Rubric.load()
    best = list_tier(read(labels), rubric)
    failing = [(row, errors) for row in best if (errors := find_errors(row, rubric))]
    passed = len(best) - len(failing)
    share = passed / len(best) if best else 1.0
    yield f"{passed} of {len(best)} in tier A pass ({share:.1%}; wanted {WANTED:.0%})"
    counts = Counter(check for _, errors in failing for check in {e.check for e in errors})
    yield from (f"  {number:4} {check}" for check, number in counts.most_common())
    for row, errors in failing:
        yield from (f"{row.id} {code(row.tool.name or '')}: {e.check}: {e.note}" for e in errors)


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in report(Path(sys.argv[1])))
