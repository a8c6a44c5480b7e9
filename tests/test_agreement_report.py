"""The figures in reports/agreement are those of the rubric and the labels that are shipped."""

from __future__ import annotations

from pathlib import Path

from toolgrade.agreement.labels import read
from toolgrade.agreement.measure import agree
from toolgrade.agreement.show import SHOWN
from toolgrade.rubric import Rubric

FOLDER = Path(__file__).parent.parent / "reports" / "agreement"


def test_the_figures_are_of_today() -> None:
    rubric, rows = Rubric.load(), read(FOLDER / "labels.jsonl")
    figures = (FOLDER / "figures.md").read_text(encoding="utf-8").splitlines()
    today = "".join(SHOWN["markdown"](agree(rubric, rows, held=True, most_misses=0))).splitlines()
    ours = [line for line in today if line.startswith(("Rubric ", "| toolgrade"))]
    assert len(ours) > 20
    assert [line for line in ours if line not in figures] == []
