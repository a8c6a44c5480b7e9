"""The figures in reports/agreement are those of the rubric and the labels that are shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolgrade.agreement.labels import read
from toolgrade.agreement.measure import agree
from toolgrade.agreement.show import SHOWN
from toolgrade.rubric import Rubric

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "reports" / "agreement"


def test_the_figures_are_of_today() -> None:
    rubric, rows = Rubric.load(), read(FOLDER / "labels.jsonl")
    figures = (FOLDER / "figures.md").read_text(encoding="utf-8").splitlines()
    today = "".join(SHOWN["markdown"](agree(rubric, rows, held=True, most_misses=0))).splitlines()
    ours = [line for line in today if line.startswith(("Rubric ", "| toolgrade"))]
    assert len(ours) > 20
    assert [line for line in ours if line not in figures] == []


def test_the_page_on_coherence_is_of_today() -> None:
    rubric, rows = Rubric.load(), read(FOLDER / "coherence.jsonl")
    page = (FOLDER / "coherence.md").read_text(encoding="utf-8").splitlines()
    today = "".join(SHOWN["markdown"](agree(rubric, rows, held=True, most_misses=0))).splitlines()
    ours = [line for line in today if line.startswith(("Rubric ", "| toolgrade", "| so ours"))]
    assert len(ours) > 20
    assert [line for line in ours if line not in page] == []


def cells(text: str, row: str, after: str = "") -> list[str]:
    line = next(line for line in text[text.index(after) :].splitlines() if line.startswith(row))
    return [cell.strip() for cell in line.split("|")[2:-1]]


@pytest.mark.parametrize(
    "page", [FOLDER / "README.md", ROOT / "docs" / "trust.md"], ids=["report", "docs"]
)
def test_the_table_people_read_is_that_of_the_figures(page: Path) -> None:
    figures = (FOLDER / "figures.md").read_text(encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    of_whole_points = "### Mean absolute error of whole points"
    assert cells(text, "| toolgrade |", "|  | purpose") == cells(
        figures, "| toolgrade, unread |", of_whole_points
    )


def test_the_baselines_people_read_are_those_of_the_figures() -> None:
    figures = (FOLDER / "figures.md").read_text(encoding="utf-8")
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    of_whole_points = "### Mean absolute error of whole points"
    for row, series in (("| always the median", "median"), ("| the length", "length")):
        assert cells(text, row) == cells(figures, f"| {series}, unread |", of_whole_points)


@pytest.mark.parametrize(
    "page", [FOLDER / "README.md", ROOT / "docs" / "trust.md"], ids=["report", "docs"]
)
def test_length_and_other_linters_are_next_to_ours(page: Path) -> None:
    peers = (FOLDER / "peers.md").read_text(encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    of_whole_points = "## Mean absolute error of whole points"
    named = [line.split("|")[1].strip() for line in peers.splitlines() if ", unread |" in line]
    others = {name.removesuffix(", unread") for name in named} - {"toolgrade", "median", "length"}
    assert len(others) == 3
    for name in others:
        assert cells(text, f"| {name} |") == cells(peers, f"| {name}, unread |", of_whole_points)
    for row, series in (("| the length", "length"), ("| always the median", "median")):
        assert cells(text, row) == cells(peers, f"| {series}, unread |", of_whole_points)
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    ours, length, *rest = (
        cells(peers, f"| {name}, unread |", of_whole_points)[-1]
        for name in ("toolgrade", "length", *others)
    )
    assert f"({ours}; a line fitted to the length of its description {length}," in readme
    assert f"scores {min(rest)} to {max(rest)})" in readme
    # The figures next to the other linters are those of the page of figures.
    figures = (FOLDER / "figures.md").read_text(encoding="utf-8")
    assert cells(peers, "| toolgrade, unread |", of_whole_points) == cells(
        figures, "| toolgrade, unread |", f"#{of_whole_points}"
    )
