"""A catalogue in a real browser, opened as a folder: no server, no fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sites import MEMOS, NOTES, make, server, tool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
PAGES = (
    "index.html",
    "search.html",
    "servers-1.html",
    "changes.html",
    "about.html",
    "servers/notes/index.html",
    "servers/memos/create_note.html",
)
NARROW, WIDE = 320, 1280
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalog") / "site"
    long = server("a-server-of-a-long-name" * 3, tool("x" * 60, HOSTILE), file="long.json")
    others = server(
        "memos", *(t.raw for t in MEMOS.tools), tool("删除", "删除笔记。"), file="memos.json"
    )
    make(folder, NOTES, MEMOS, long)
    make(folder, NOTES, others, long, date="2026-03-04T05:06:07Z")
    return folder


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce")
    page: Any = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("dialog", lambda dialog: page.complaints.append(dialog.message))
    yield page
    context.close()


def show(window: Page, site: Path, address: str) -> Page:
    # From an empty page, so that an address that differs in its fragment is loaded too.
    window.goto("about:blank")
    window.goto(f"{site.as_uri()}/{address}")
    if address.startswith("search"):
        window.locator("#search").wait_for()
    return window


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_no_fault_and_a_phone_needs_no_sideways_scroll(
    window: Page, site: Path, axe: str, address: str
) -> None:
    show(window, site, address)
    assert window.complaints == []  # type: ignore[attr-defined]
    window.evaluate(OPEN_ALL)
    window.evaluate(axe)
    for scheme, width in (("light", WIDE), ("dark", NARROW)):
        window.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        window.set_viewport_size({"width": width, "height": 900})
        found = window.evaluate("axe.run(document, {preload: false}).then(r => r.violations)")
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
        assert window.evaluate("document.documentElement.scrollWidth") == width


def results(window: Page) -> list[str]:
    return window.locator("#results a").all_inner_texts()


def test_the_search_finds_and_filters(window: Page, site: Path) -> None:
    show(window, site, "search.html")
    assert len(results(window)) == 6
    window.get_by_label("Name or description").fill("creat note")
    assert results(window) == ["create_note", "create_note"]
    assert window.locator("#found").inner_text() == "2 of 6 tools"
    window.get_by_label("Name or description").fill("")
    window.get_by_label("Can do").select_option("Destructive")
    assert results(window) == ["delete_note"]
    assert window.url.endswith("search.html#risk=Destructive")
    window.get_by_label("Can do").select_option("")
    window.get_by_label("Text").select_option("other")
    assert results(window) == ["删除"]
    window.locator("#results a").click()
    assert window.title() == "删除: memos"
    assert window.complaints == []  # type: ignore[attr-defined]


def test_an_address_holds_a_search(window: Page, site: Path) -> None:
    show(window, site, "search.html#q=create&check=usage.when")
    assert window.get_by_label("Name or description").input_value() == "create"
    chosen = window.get_by_label("Does not meet").evaluate("each => each.selectedOptions[0].text")
    assert chosen == "Says when to use it"
    # The other server's tool of that name says when to use it.
    assert results(window) == ["create_note"]
    show(window, site, "search.html#client=no-such-client&tier=Z")
    assert len(results(window)) == 6


def test_markup_in_a_description_is_text(window: Page, site: Path) -> None:
    show(window, site, "search.html#q=onerror")
    assert window.locator("#results p").inner_text() == HOSTILE
    assert window.locator("#results img").count() == 0
    assert window.complaints == []  # type: ignore[attr-defined]


def test_the_overview_leads_to_a_filtered_search(window: Page, site: Path) -> None:
    show(window, site, "index.html")
    window.locator("table.distribution a", has_text="Destructive").click()
    window.locator("#search").wait_for()
    assert results(window) == ["delete_note"]
