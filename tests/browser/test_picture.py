"""README.md's picture: the top of the sample page, taken anew by `pytest --update`."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from toolgrade.grading.grade import grade
from toolgrade.inputs import read
from toolgrade.outputs.html import render
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent.parent
PICTURE = ROOT / "reports" / "example" / "scorecard.png"
SIZE = {"width": 960, "height": 820}


def test_the_picture(
    browser: Browser, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Graded here: the sample itself may be rewritten only after this.
    monkeypatch.chdir(ROOT)
    page = tmp_path / "page.html"
    report = grade(read("tests/servers/example.json"), Rubric.load("tdqs"))
    page.write_text("".join(render(report)), encoding="utf-8")
    context = browser.new_context(viewport=SIZE, color_scheme="light")  # type: ignore[arg-type]
    window = context.new_page()
    window.goto(page.as_uri())
    assert window.title()
    if pytestconfig.getoption("--update"):
        window.screenshot(path=PICTURE)
    context.close()
    content = PICTURE.read_bytes()
    assert struct.unpack(">II", content[16:24]) == tuple(SIZE.values())
    assert len(content) < 200_000
