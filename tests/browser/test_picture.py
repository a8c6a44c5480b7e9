"""README.md's picture: the top of the sample page, taken anew by `pytest --update`."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

EXAMPLE = Path(__file__).parent.parent.parent / "reports" / "example"
SIZE = {"width": 960, "height": 820}


def test_the_picture(browser: Browser, pytestconfig: pytest.Config) -> None:
    picture = EXAMPLE / "scorecard.png"
    if pytestconfig.getoption("--update"):
        context = browser.new_context(viewport=SIZE, color_scheme="light")  # type: ignore[arg-type]
        page = context.new_page()
        page.goto((EXAMPLE / "scorecard.html").as_uri())
        page.screenshot(path=picture)
        context.close()
    content = picture.read_bytes()
    assert struct.unpack(">II", content[16:24]) == tuple(SIZE.values())
    assert len(content) < 200_000
