"""A site that `toolgrade catalog` builds: its pages, its API, and what a second run does."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from sites import (
    DATE,
    LATER,
    MEMOS,
    NOTES,
    Page,
    api,
    make,
    read_all,
    server,
    tool,
    wrap,
)

from toolgrade.catalog import feeds
from toolgrade.catalog.build import Settings, build
from toolgrade.catalog.overview import ASSETS
from toolgrade.catalog.site import Site
from toolgrade.inputs import read
from toolgrade.model import InputError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "tests" / "schemas"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site of two servers in files, and one in Python."""
    folder = tmp_path_factory.mktemp("catalog")
    code = folder / "weather.py"
    code.write_text(
        "from mcp.server.fastmcp import FastMCP\n\n"
        'mcp = FastMCP("weather")\n\n\n'
        "@mcp.tool()\ndef get_forecast(city: str) -> str:\n"
        '    """Get the forecast of a city."""\n    return city\n\n\n'
        "@mcp.tool(description=open('text').read())\ndef hidden() -> None: ...\n"
    )
    made = make(folder / "site", NOTES, MEMOS, *read(str(code)), url="https://example.com/t/")
    assert (made.servers, made.tools, made.built, made.errors) == (3, 6, 3, ())
    return folder / "site"


def pages(folder: Path) -> Iterator[tuple[Path, Page]]:
    for path in sorted(folder.rglob("*.html")):
        yield path, Page(path.read_text(encoding="utf-8"))


def test_each_server_and_tool_has_a_page_and_every_link_leads_somewhere(site: Path) -> None:
    found = dict(pages(site))
    names = {path.relative_to(site).as_posix() for path in found}
    assert {
        "index.html",
        "search.html",
        "servers/notes/index.html",
        "servers/notes/delete_note.html",
        "servers/memos/list_tags.html",
        "servers/weather/get_forecast.html",
        "servers/weather/hidden.html",
    } <= names
    assert_links_lead_somewhere(site)


def assert_links_lead_somewhere(site: Path) -> None:
    found = dict(pages(site))
    for path, page in found.items():
        for link in page.links:
            if link.startswith(("https://", "http://")):
                continue
            file, _, fragment = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            assert target.is_file(), f"{path}: {link}"
            if fragment and target.suffix == ".html" and target.name != "search.html":
                assert fragment in found[target].ids, f"{path}: {link}"


def test_no_page_runs_a_script_but_the_search(site: Path) -> None:
    scripts = {
        path.name: [attrs.get("src") for tag, attrs in page.elements if tag == "script"]
        for path, page in pages(site)
    }
    assets = ["assets/minisearch.js", "assets/tools.js", "assets/search.js"]
    assert scripts.pop("search.html") == assets
    assert not any(scripts.values())


def test_a_tool_page_has_what_is_asked_of_a_tool(site: Path) -> None:
    text = " ".join(Page((site / "servers/weather/get_forecast.html").read_text()).texts)
    for words in (
        "weather.py:7",  # where it is defined, and carried out
        "Get the forecast of a city.",
        "Input schema as JSON",
        "What it can do",
        "For Claude Code",
        "Questions",
        "What must a call give?",
        "Scores, check by check",
        "No tool of another server",
    ):
        assert words in text, words


def test_related_tools_say_which_is_best_described_and_by_what_words(site: Path) -> None:
    memo, note = (
        next(t for t in api(site, f"servers/{slug}.json")["tools"] if t["name"] == "create_note")
        for slug in ("memos", "notes")
    )
    assert note["tdqs"] > memo["tdqs"]
    assert [row["server"] for row in memo["related"]["rows"]] == ["notes"]
    assert memo["related"]["best"]["href"] == "../notes/create_note.html"
    assert note["related"] == {**note["related"], "best": None, "leads": True, "why": []}
    page = (site / "servers/memos/create_note.html").read_text()
    for reason in memo["related"]["why"]:
        assert reason["words"] in NOTES.tools[0].description
        assert reason["words"] in page
    assert memo["related"]["why"]


def test_the_api_is_as_its_schema_says(site: Path) -> None:
    schema = api(site, "schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    for name, part in (
        ("index.json", "index"),
        ("changes.json", "changes"),
        ("servers/notes.json", "server"),
        ("servers/weather.json", "server"),
    ):
        here = {"$defs": schema["$defs"], **seal(schema["$defs"][part])}
        jsonschema.Draft202012Validator(here).validate(api(site, name))
    badge = json.loads((SCHEMAS / "shields-endpoint.json").read_bytes())
    jsonschema.validate(api(site, "badges/notes.json"), badge)
    weather = api(site, "servers/weather.json")
    assert weather["language"] == "Python"
    assert [tool["english"] for tool in weather["tools"]] == [True, None]
    assert weather["tools"][1]["tdqs"] is None


def seal(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that refuses members it does not describe, so that none is forgotten."""
    return {**schema, "additionalProperties": False}


def test_robots_find_every_page_and_a_picture(site: Path) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = ET.parse(site / "sitemap.xml").iter(f"{space}loc")
    listed = {(each.text or "").removeprefix("https://example.com/t/") for each in found}
    assert listed == {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    head = Page((site / "servers/notes/index.html").read_text()).elements
    shared = {a["property"]: a["content"] for tag, a in head if tag == "meta" and "property" in a}
    assert shared["og:image"] == "https://example.com/t/servers/notes/preview.png"
    picture = (site / "servers/notes/preview.png").read_bytes()
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)


def test_a_long_sitemap_is_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "_MOST_ADDRESSES", 2)
    found = dict(feeds.write_sitemap(["a", "b", "c"], "https://example.com/"))
    assert set(found) == {"sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"}
    assert "https://example.com/sitemap-2.xml" in found["sitemap.xml"]
    assert all(ET.fromstring(text).tag.startswith("{") for text in found.values())


DYING = """
import os, sys
from pathlib import Path
from sites import MEMOS, NOTES, make
from toolgrade.catalog import build

folder, dies, parent, render = Path(sys.argv[1]), sys.argv[2], os.getpid(), build.render_server

def render_or_die(report, entry, url):
    if entry["name"] == dies and os.getpid() != parent:
        os._exit(1)
    return render(report, entry, url)

build.render_server = render_or_die
print([error.source for error in make(folder, NOTES, MEMOS, jobs=2).errors])
"""
"""Builds a site in two processes; the one that builds the server of a name dies of it. A process of
its own, as one with threads, such as pytest's may be, is not forked.
"""


def build_in_two(folder: Path, dies: str = "") -> str:
    words = [sys.executable, "-c", DYING, str(folder), dies]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    return subprocess.run(words, env=env, check=True, capture_output=True, text=True).stdout


def test_two_processes_write_the_same_bytes_as_one(tmp_path: Path) -> None:
    assert build_in_two(tmp_path / "two") == "[]\n"
    make(tmp_path / "one", NOTES, MEMOS)
    assert read_all(tmp_path / "two") == read_all(tmp_path / "one")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked here")
def test_a_process_that_dies_loses_only_its_server(tmp_path: Path) -> None:
    assert build_in_two(tmp_path, "notes") == "['notes.json']\n"
    assert [s["name"] for s in api(tmp_path, "index.json")["servers"]] == ["memos"]
    assert make(tmp_path, NOTES, MEMOS).built == 1


def test_an_unchanged_server_is_not_built_again(tmp_path: Path) -> None:
    make(tmp_path, NOTES, MEMOS)
    before = read_all(tmp_path)
    assert make(tmp_path, NOTES, MEMOS).built == 0
    assert read_all(tmp_path) == before
    (tmp_path / "servers/notes/delete_note.html").unlink()
    assert make(tmp_path, NOTES, MEMOS).built == 1
    assert read_all(tmp_path) == before


def test_other_rules_build_all_again_and_are_no_change(tmp_path: Path) -> None:
    make(tmp_path, NOTES, MEMOS)
    assert make(tmp_path, NOTES, MEMOS, date=LATER, build_digest="other").built == 2
    assert api(tmp_path, "changes.json")["changes"] == []


def test_a_change_is_on_the_page_in_the_feed_and_in_the_api(tmp_path: Path) -> None:
    make(tmp_path, NOTES, MEMOS)
    before = read_all(tmp_path)
    edited = server(
        "notes",
        tool("create_note", "Create a note with a title and a text."),
        tool("archive_note", "Archive a note."),
        file="notes.json",
    )
    assert make(tmp_path, edited, MEMOS, date=LATER).built == 1
    (change,) = api(tmp_path, "changes.json")["changes"]
    assert (change["server"], change["kind"], change["date"]) == ("notes", "changed", LATER)
    assert change["summary"].startswith("3 changes, 1 breaks callers; score ")
    (run,) = api(tmp_path, "servers/notes.json")["changes"]
    kinds = [(row["tool"], row["kind"], row["breaking"]) for row in run["changes"]]
    assert kinds == [
        ("delete_note", "tool.removed", True),
        ("create_note", "tool.description-changed", False),
        ("archive_note", "tool.added", False),
    ]
    assert "tool removed" in (tmp_path / "servers/notes/index.html").read_text()
    assert not (tmp_path / "servers/notes/delete_note.html").exists()
    (entry,) = ET.parse(tmp_path / "feed.xml").iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}updated") == LATER
    assert change["summary"] == entry.findtext(f"{ATOM}summary")
    after = read_all(tmp_path)
    assert after["servers/memos/list_tags.html"] == before["servers/memos/list_tags.html"]


def test_servers_come_and_go(tmp_path: Path) -> None:
    make(tmp_path, NOTES)
    make(tmp_path, MEMOS, date=LATER)
    rows = api(tmp_path, "changes.json")["changes"]
    assert [(r["server"], r["slug"], r["kind"]) for r in rows] == [
        ("memos", "memos", "added"),
        ("notes", "", "removed"),
    ]
    assert not (tmp_path / "servers/notes").exists()
    assert not (tmp_path / "api/servers/notes.json").exists()
    # What was added once and is gone has no page to lead to.
    make(tmp_path, NOTES, date="2026-03-04T05:06:07Z")
    assert_links_lead_somewhere(tmp_path)
    entries = ET.parse(tmp_path / "feed.xml").iter(f"{ATOM}entry")
    links = [entry.find(f"{ATOM}link") for entry in entries]
    found = [link.get("href") for link in links if link is not None]
    assert found == ["servers/notes/index.html", *["changes.html"] * 3]


def test_a_server_whose_source_failed_keeps_its_pages(tmp_path: Path) -> None:
    make(tmp_path, NOTES, MEMOS)
    made = make(tmp_path, SourceError("notes.json", "did not answer"), MEMOS, date=LATER)
    assert (made.servers, len(made.errors)) == (2, 1)
    assert (tmp_path / "servers/notes/delete_note.html").exists()
    assert "did not answer" in (tmp_path / "index.html").read_text()
    assert api(tmp_path, "changes.json")["changes"] == []


@pytest.mark.parametrize(
    ("said", "left"), [("2 servers read", 2), ("1 of 2 servers built", 1), ("relating tools", 0)]
)
def test_a_run_that_was_ended_goes_on_where_it_was(tmp_path: Path, said: str, left: int) -> None:
    class EndedError(Exception):
        pass

    def end(text: str) -> None:
        if text == said:
            raise EndedError

    settings = Settings(Site(tmp_path), "tdqs", 60, DATE, "rules")
    with pytest.raises(EndedError):
        build(wrap([NOTES, MEMOS]), settings, 1, end)
    assert make(tmp_path, NOTES, MEMOS, build_digest="rules").built == left
    make(whole := tmp_path.parent / f"{tmp_path.name}-whole", NOTES, MEMOS, build_digest="rules")
    assert read_all(tmp_path) == read_all(whole)


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else than a catalogue"):
        make(tmp_path, NOTES)
    assert read_all(tmp_path) == {"thesis.txt": b"mine"}
    with pytest.raises(InputError, match="is not a folder"):
        make(tmp_path / "thesis.txt", NOTES)


@pytest.mark.parametrize(
    "index",
    [
        {"schema": "toolgrade-catalog/1", "servers": [{"name": "a", "slug": "../../victim"}]},
        {"schema": "toolgrade-catalog/1", "servers": "none"},
        {"schema": "toolgrade-catalog/1", "servers": [], "complete": True},
        {"schema": "other"},
        [],
    ],
)
def test_an_index_that_someone_else_wrote_leads_nowhere(tmp_path: Path, index: Any) -> None:
    folder = tmp_path / "site"
    (folder / "api").mkdir(parents=True)
    (folder / "api/index.json").write_text(json.dumps(index))
    with pytest.raises(InputError, match="holds something else"):
        make(folder, NOTES)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_no_link_in_the_site_is_followed_out_of_it(tmp_path: Path) -> None:
    make(tmp_path / "site", NOTES)
    victim = tmp_path / "victim.html"
    victim.write_text("mine")
    page = tmp_path / "site/servers/notes/index.html"
    page.unlink()
    page.symlink_to(victim)
    with pytest.raises(InputError, match="a link leads out of the site"):
        make(tmp_path / "site", NOTES, build_digest="other")
    assert victim.read_text() == "mine"


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: '{"schema": "toolgrade-cat',
        lambda entry: json.dumps({**entry, "build": None}),
        lambda entry: json.dumps({**entry, "build": {}, "tools": [{"slug": "../x"}]}),
        lambda entry: json.dumps({**entry, "build": {}, "tools": [{"slug": "x"}]}),
    ],
)
def test_a_damaged_file_of_the_api_is_built_anew(
    tmp_path: Path, damage: Callable[[Any], str]
) -> None:
    make(tmp_path, NOTES, MEMOS)
    before = read_all(tmp_path)
    entry = api(tmp_path, "servers/notes.json")
    (tmp_path / "api/servers/notes.json").write_text(damage(entry))
    assert make(tmp_path, NOTES, MEMOS).built == 1
    assert read_all(tmp_path) == before


def test_changes_that_someone_else_wrote_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, NOTES)
    real = {"date": DATE, "server": "a", "slug": "a", "kind": "added", "summary": "added"}
    listed = [real, {**real, "summary": None}, "none"]
    (tmp_path / "api/changes.json").write_text(json.dumps({"changes": listed}))
    make(tmp_path, NOTES)
    assert api(tmp_path, "changes.json")["changes"] == [real]


def test_without_a_server_there_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.json: no such file"):
        make(tmp_path, SourceError("a.json", "no such file"))


def test_two_servers_of_one_name_have_two_pages(tmp_path: Path) -> None:
    twin = replace(MEMOS, name="notes")
    make(tmp_path, NOTES, twin)
    first, second = api(tmp_path, "index.json")["servers"]
    assert first["name"] == second["name"] == "notes"
    assert first["slug"] != second["slug"]
    assert make(tmp_path, NOTES, twin).built == 0
    # The first server keeps its address when another comes before it by name.
    make(tmp_path, MEMOS, NOTES, twin)
    assert [s["slug"] for s in api(tmp_path, "index.json")["servers"]][1:] == [
        first["slug"],
        second["slug"],
    ]


def test_the_search_library_is_the_one_that_was_published() -> None:
    # npm pack minisearch@7.2.0: package/dist/umd/index.js
    found = hashlib.sha256((ASSETS / "minisearch.js").read_bytes()).hexdigest()
    assert found == "03c27931eb603af1d3358579e9885eafdb6a2f5fa9929557b3e77d7e99d06d03"
    licences = (ASSETS / "licenses.txt").read_text()
    assert "MiniSearch 7.2.0" in licences
    assert "Luca Ongaro" in licences
