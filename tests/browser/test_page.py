from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reports import empty_report, many_tools, one_server_report, sample_report
from toolgrade.clients import check_compatibility, select_clients
from toolgrade.gates.profiles import review_servers
from toolgrade.gates.tokens import count_tokens
from toolgrade.outputs.html import MOST_DETAILED, render

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


MANY = 72


def huge_report() -> Report:
    """Return a report on more tools than the page shows, one of which has a very long name."""
    report = many_tools(30)
    (server,) = report.servers
    tools = [
        replace(one, tool=replace(one.tool, index=number, name=f"{one.tool.name}_{number}"))
        for number in range(MOST_DETAILED + 10)
        for one in (server.tools[number % len(server.tools)],)
    ]
    first = tools[0]
    tools[0] = replace(first, tool=replace(first.tool, name="x" * 10_000))
    return replace(report, servers=(replace(server, tools=tuple(tools)),))


REPORTS = {
    "one": one_server_report,
    "several": sample_report,
    "none": empty_report,
    "beside": beside_report,
}
SIZED = {"four": lambda: many_tools(4), "many": lambda: many_tools(MANY), "huge": huge_report}
NARROW, WIDE = 320, 1280
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Return a function that opens a report's page; each page keeps what it asked for and said."""
    contexts = []

    def open_page(report: str, *, width: int = WIDE, scheme: str = "light") -> Page:
        file = tmp_path / "report.html"
        file.write_text("".join(render((REPORTS | SIZED)[report]())), encoding="utf-8")
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


def test_search_filter_and_sort_leave_and_order_the_tools(show: Show) -> None:
    page = show("many")
    rows = page.locator("tr[data-tool]")
    seen = "rows => rows.filter(row => row.checkVisibility()).map(row => row.dataset.tool)"
    every = rows.evaluate_all(seen)
    assert len(every) == MANY
    page.locator("input[name=search]").fill("WATER_bed")
    found = rows.evaluate_all(seen)
    assert found == [name for name in every if name.startswith("water_bed")]
    assert page.locator("details.tool:visible").count() == len(found)
    assert page.locator("[role=status]").inner_text() == f"{len(found)} of {MANY} tools"
    page.locator("input[name=search]").fill("")
    for name, value in (("tier", "A"), ("risk", "Low")):
        page.locator(f"select[name={name}]").select_option(value)
    tiers = rows.evaluate_all(
        "rows => rows.filter(r => r.checkVisibility()).map(r => r.dataset.tier + r.dataset.risk)"
    )
    assert set(tiers) == {"ALow"}
    for name in ("tier", "risk"):
        page.locator(f"select[name={name}]").select_option("")
    page.locator("select[name=check]").select_option(label="purpose.described")
    assert {name.rpartition("_")[0] for name in rows.evaluate_all(seen)} == {"export_log"}
    page.locator("select[name=check]").select_option("")
    page.locator("select[name=sort]").select_option("name")
    assert rows.evaluate_all(seen) == sorted(every)
    page.locator("button.open").click()
    assert page.locator("details.tool:not([open])").count() == 0
    page.locator("button.close").click()
    assert page.locator("details.tool[open]").count() == 0


def test_a_finding_and_a_suggestion_can_be_copied(show: Show) -> None:
    page = show("many")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("pre.copied").first.evaluate("pre => pre.querySelector('button').click()")
    page.locator("button.copy", has_text="Copied").first.wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text
    assert text in page.locator("pre.copied").first.inner_text()
    card = page.locator("details.tool").first
    card.locator("summary").first.click()
    card.locator(".finding button").first.click()
    card.locator("button.copy", has_text="Copied").first.wait_for()
    assert "purpose.described tests" in page.evaluate("navigator.clipboard.readText()").replace(
        "servers/", "tests/servers/"
    ).replace("tests/tests/", "tests/")


def test_without_script_everything_can_be_read_in_the_order_given(
    browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    file.write_text("".join(render(SIZED["many"]())), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator(".controls").is_hidden()
    assert page.locator("tr[data-tool]").count() == MANY
    card = page.locator("details.tool").first
    card.locator("summary").first.click()
    assert card.locator(".finding").first.is_visible()
    context.close()


def test_the_sizes_of_the_page(show: Show, capsys: pytest.CaptureFixture[str]) -> None:
    page = show("four")
    screens = page.evaluate("document.documentElement.scrollHeight") / 800
    sheets = {}
    for name in ("four", "many"):
        page = show(name)
        sheets[name] = len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4")))
    with capsys.disabled():
        print(f"\n4 tools: {screens:.1f} screens; printed pages: {sheets}")  # noqa: T201 - asked for
    assert screens <= 3
    assert sheets["four"] <= 2
    assert sheets["many"] <= 12


def test_a_report_of_very_many_tools_with_long_names_is_searched(show: Show) -> None:
    page = show("huge")
    assert page.locator("tr[data-tool]").count() == MOST_DETAILED
    page.locator("input[name=search]").fill("water_bed_7")
    assert 0 < page.locator("tr[data-tool]:visible").count() < MOST_DETAILED
    assert page.evaluate("document.documentElement.scrollWidth") == WIDE


def test_paper_is_white_and_shows_a_summary_or_all(show: Show) -> None:
    page = show("one", scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
    # Of each tool only its line in the table, unless all was asked for.
    assert page.locator("tr[data-tool]").first.is_visible()
    assert not page.locator("#s1-t2").evaluate("element => element.checkVisibility()")
    page.evaluate("document.body.className = 'full'")
    assert page.locator("#s1-t2").evaluate("element => element.checkVisibility()")
