from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reports import empty_report, one_server_report, sample_report
from toolgrade.clients import check_compatibility, select_clients
from toolgrade.gates.profiles import review_servers
from toolgrade.gates.tokens import count_tokens
from toolgrade.outputs.html import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from toolgrade.model import Report

    Show = Callable[..., Page]

pytestmark = pytest.mark.browser


def beside_report() -> Report:
    """Return a report with all that stands beside the scores: clients, a review, tokens."""
    report = check_compatibility(one_server_report(), select_clients(["all"]))
    return count_tokens(review_servers(report, ["anthropic-directory", "glama"]))


REPORTS = {
    "one": one_server_report,
    "several": sample_report,
    "none": empty_report,
    "beside": beside_report,
}
NARROW, WIDE = 320, 1280
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Return a function that opens a report's page; each page keeps what it asked for and said."""
    contexts = []

    def open_page(report: str, *, width: int = WIDE, scheme: str = "light") -> Page:
        file = tmp_path / "report.html"
        file.write_text("".join(render(REPORTS[report]())), encoding="utf-8")
        size = {"width": width, "height": 900}
        context: Any = browser.new_context(
            viewport=size, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        page: Page = context.new_page()
        page.requests, page.complaints = [], []  # type: ignore[attr-defined]
        page.on("request", lambda request: page.requests.append(request.url))  # type: ignore[attr-defined]
        page.on("console", lambda message: page.complaints.append(message.text))  # type: ignore[attr-defined]
        page.on("dialog", lambda dialog: page.complaints.append(dialog.message))  # type: ignore[attr-defined]
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_axe_finds_no_fault(show: Show, axe: str, report: str, scheme: str, width: int) -> None:
    page = show(report, width=width, scheme=scheme)
    page.evaluate(OPEN_ALL)
    page.evaluate(axe)
    violations = page.evaluate("axe.run().then(result => result.violations)")
    faults = [(v["id"], v["impact"], v["nodes"][0]["html"]) for v in violations]
    assert faults == []


@pytest.mark.parametrize("report", REPORTS)
def test_nothing_is_wider_than_a_narrow_screen(show: Show, report: str) -> None:
    page = show(report, width=NARROW)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW


@pytest.mark.parametrize("report", REPORTS)
def test_the_page_asks_for_nothing_and_runs_nothing(show: Show, report: str) -> None:
    page = show(report)
    page.evaluate(OPEN_ALL)
    page.wait_for_load_state("networkidle")
    assert page.requests == [page.url]  # type: ignore[attr-defined]
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_keyboard_reaches_and_opens_everything(show: Show) -> None:
    page = show("one")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the result"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    opened = page.locator("details.tool[open]").count()
    for _ in range(100):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('details.tool:not([open]) > summary')"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.keyboard.press("Enter")
    assert page.locator("details.tool[open]").count() == opened + 1
    assert outline == "solid"


def test_a_link_opens_the_folded_tool_it_leads_to(show: Show) -> None:
    page = show("several")
    tool = page.locator("details.tool", has=page.locator("#s1-t1"))
    assert tool.get_attribute("open") is None
    page.locator("table.tools a[href='#s1-t1']").press("Enter")
    assert tool.get_attribute("open") is not None
    assert page.locator("#s1-t1").is_visible()


def test_a_level_of_risk_leaves_only_its_tools(show: Show) -> None:
    page = show("one")
    rows = page.locator("tr[data-risk]")
    levels = [row.get_attribute("data-risk") for row in rows.all()]
    page.locator("input[name='s1-risk'][value='High']").check()
    assert rows.locator("visible=true").count() == levels.count("High") < len(levels)
    page.locator("input[name='s1-risk'][value='all']").check()
    assert rows.locator("visible=true").count() == len(levels)


def test_paper_is_white_and_shows_what_is_folded(show: Show) -> None:
    page = show("one", scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
    assert page.locator("#s1-t2").evaluate("element => element.checkVisibility()")
