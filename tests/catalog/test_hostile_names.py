"""What a stranger wrote is inert on every page, in the feed, and as the name of a file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from sites import LATER, Page, api, make, read_all, server, tool

from toolgrade.catalog.pages import fill
from toolgrade.catalog.related import Purpose, list_words, relate
from toolgrade.catalog.slugs import is_slug, make_slug
from toolgrade.outputs.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

WORDS = (
    "<script>alert(1)</script><img src=http://evil.test/x onerror=alert(2)>",
    '" onload="alert(1)',
    "--><!--/related-->\n<!--related-->\n]]></title></style>",
    "</script><!-- {{ 7 * 7 }} {% raw %}",
    "\u202egnp.exe\u202c\u200b\x00\x1b[31m\x7f\ufffe\ud800",
    "javascript:alert(1)",
)
NAMES = (
    "../../etc/passwd",
    "/",
    "..",
    "CON",
    "con.json",
    "index",
    "LPT1",
    "a" * 300,
    "Notes",
    "notes",
    "NOTES ",
    "天气",
    "\ud800",
    " ",
    "a\x00b",
    "a?b#c%2e%2e",
)
LINKS = ("https://", "http://", "../", "servers/", "assets/", "api/", "#")
OWN = re.compile(r"[\w.-]+\.(html|xml|svg|png|json|toml|yaml)(#.*)?")


def hostile(words: str) -> Any:
    schema = {
        "type": "object",
        "properties": {words: {"type": "string", "description": words, "enum": [words]}},
        "required": [words],
    }
    return server(
        words,
        tool(words, words, title=words, annotations={"title": words, words: words}),
        {**tool(f"{words} get", f"Get a note. {words}"), "inputSchema": schema},
        {"description": words},
        file="hostile.json",
        instructions=words,
    )


def elements(folder: Path) -> dict[str, list[str]]:
    """Return the elements of each page at the top that can act or load."""
    acting = ("script", "img", "iframe", "object", "form", "style", "base", "link")
    return {
        path.name: [tag for tag, _ in Page(path.read_text()).elements if tag in acting]
        for path in sorted(folder.glob("*.html"))
    }


@pytest.mark.parametrize("words", WORDS, ids=range(len(WORDS)))
def test_hostile_words_are_harmless(tmp_path: Path, words: str) -> None:
    other = server("plain", tool(f"{words} get", f"Get a note. {words}"), file="plain.json")
    make(tmp_path / "site", hostile(words), other)
    make(tmp_path / "tame", hostile("words"), other)
    later = hostile(words + " more")
    make(tmp_path / "site", later, other, date=LATER)
    assert elements(tmp_path / "site") == elements(tmp_path / "tame")
    for path in (tmp_path / "site").rglob("*.html"):
        page = Page(path.read_text(encoding="utf-8"))
        for tag, attrs in page.elements:
            assert not any(name.startswith("on") for name in attrs), (path, tag, attrs)
        for link in page.links:
            assert link.startswith(LINKS) or OWN.fullmatch(link), (path, link)
            assert "evil.test" not in link
        assert all(visible(text) == text for text in page.texts), path
        for mark in ("<!--related-->", "<!--/related-->"):
            assert path.read_text().count(mark) in {0, 1}
    feed = ET.parse(tmp_path / "site/feed.xml")
    assert all(visible(text) == text for text in feed.getroot().itertext())
    script = (tmp_path / "site/assets/tools.js").read_text("ascii")
    assert "<" not in script
    rows = json.loads(script.removeprefix("window.toolgradeTools = ").rstrip(";\n"))["rows"]
    assert all(visible(text) == text for row in rows for text in (row[0], row[6]))


def test_names_that_are_no_file_names(tmp_path: Path) -> None:
    found = [server(name, tool("get", "Get it."), file=f"{n}.json") for n, name in enumerate(NAMES)]
    tools = server("tools", *(tool(name, "Get it.") for name in NAMES), *[tool("get")] * 3)
    make(tmp_path / "site", *found, tools)
    assert {path.name for path in tmp_path.iterdir()} == {"site"}
    listed = api(tmp_path / "site", "index.json")["servers"]
    slugs = [s["slug"] for s in listed]
    assert len(set(slugs)) == len(slugs) == len(NAMES) + 1
    assert all(map(is_slug, slugs))
    pages = [t["slug"] for t in api(tmp_path / "site", "servers/tools.json")["tools"]]
    assert len(set(pages)) == len(pages) == len(NAMES) + 3
    assert not {"con", "lpt1", "index"} & {*slugs, *pages}
    assert max(map(len, read_all(tmp_path / "site"))) < 250


def test_ten_thousand_tools_of_one_name_have_a_slug_each() -> None:
    taken: set[str] = set()
    for number in range(10_000):
        taken.add(make_slug("get", taken, number + 1))
    assert len(taken) == 10_000


def test_what_is_filled_in_replaces_what_was_there() -> None:
    page = b"a<!--related-->\nold<!--/related-->\nb"
    assert fill(page, "new\n") == b"a<!--related-->\nnew\n<!--/related-->\nb"
    assert fill(fill(page, "1\n"), "2\n") == fill(page, "2\n")


def test_relatives_do_not_depend_on_the_order_of_servers() -> None:
    empty = {"a", "the", "of"}
    said = (
        ("get_weather", "Get the weather of a city."),
        ("weather_get", "Get the weather of a place."),
        ("get_city_weather", "Get the weather of a city."),
        ("send_mail", "Send a mail."),
    )
    purposes = [
        Purpose((f"s{n}", "t"), f"s{n}", list_words(name, text, empty))
        for n, (name, text) in enumerate(said)
    ]
    found = dict(relate(purposes))
    assert found == dict(relate(purposes[::-1]))
    assert {key for key, _ in found["s0", "t"]} == {("s1", "t"), ("s2", "t")}
    assert found["s3", "t"] == []
    one_server = [purpose._replace(server="s") for purpose in purposes]
    assert not any(dict(relate(one_server)).values())
