"""Every format for one server, as a reader of the repository sees them, to the byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from consumers import CONSUMERS, endpoint

from toolgrade.outputs import REPORTERS, compared

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "reports" / "example"
FILES = {
    "terminal.txt": "terminal",
    "concise.txt": "concise",
    "report.json": "json",
    "scorecard.html": "html",
    "summary.md": "markdown",
    "tdqs.json": "tdqs",
    "report.sarif": "sarif",
    "junit.xml": "junit",
    "annotations.txt": "github",
    "gl-code-quality-report.json": "gitlab",
    "badge.svg": "badge",
    "badge.json": "badge",
}
COMPARED = {"compare.txt": "terminal", "compare.json": "json", "compare.md": "markdown"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of one run that wrote every format."""
    folder = tmp_path_factory.mktemp("example")
    source = "tests/servers/example.json"
    settings = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    for words, files in (
        (["grade", source], FILES),
        (["compare", "tests/servers/example-before.json", source], COMPARED),
    ):
        outputs = [word for name, f in files.items() for word in ("-o", f"{f}:{folder / name}")]
        command = [sys.executable, "-c", "from toolgrade.cli import main; main()", *words]
        subprocess.run([*command, *outputs], cwd=ROOT, check=True, env=settings)
    return folder


@pytest.mark.parametrize("name", [*FILES, *COMPARED])
def test_the_sample_is_what_is_written_today(
    written: Path, name: str, current: Callable[[Path, str], None]
) -> None:
    current(EXAMPLE / name, (written / name).read_bytes().decode())


@pytest.mark.parametrize("name", [name for name, f in FILES.items() if f in CONSUMERS])
def test_the_sample_is_taken_by_what_it_is_for(name: str) -> None:
    text = (EXAMPLE / name).read_text("utf-8")
    read = endpoint if name == "badge.json" else CONSUMERS[FILES[name]]
    assert list(read(text))


def test_every_format_has_a_sample() -> None:
    assert set(FILES.values()) == set(REPORTERS)
    assert set(COMPARED.values()) == set(compared.REPORTERS)
    kept = {f.name for f in EXAMPLE.iterdir()}
    assert kept == {*FILES, *COMPARED, "scorecard.png"}
