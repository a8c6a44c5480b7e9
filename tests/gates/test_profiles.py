"""Directories' reviews: ready or not, what is missing, and what nobody can know offline."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from tools import remarks, rubric, server

from toolgrade.checks import checks
from toolgrade.clients import MEASURES
from toolgrade.gates.profiles import PROFILES, load, review_servers
from toolgrade.grading.grade import grade
from toolgrade.inputs import read
from toolgrade.model import MALFORMED, InputError, Profile
from toolgrade.outputs import REPORTERS

if TYPE_CHECKING:
    from pathlib import Path

READY = {
    "name": "find_pages",
    "title": "Find pages",
    "description": "Find pages of the wiki by a word in their title.",
    "inputSchema": {"type": "object", "properties": {}},
    "outputSchema": {"type": "object", "properties": {}},
    "annotations": {
        "title": "Find pages",
        "readOnlyHint": True,
        "destructiveHint": False,
        "openWorldHint": False,
    },
}


def review(tool: dict[str, object], name: str) -> Profile:
    return review_servers(grade([server([tool])], rubric()), [name]).servers[0].profiles[0]


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_asks_what_there_is(name: str) -> None:
    table = load(name)
    assert set(table) == {"title", "source", "verified", "requirements"}
    assert urlsplit(table["source"]).scheme == "https"
    for line in table["requirements"]:
        kinds = {"check", "measure", "file", "unknown"} & set(line)
        assert len(kinds) == 1
        assert set(line) - {"advice", "reads"} == {"title", *kinds} | (
            {"is"} if "measure" in line else set()
        )
        known = {*checks(), *remarks(), *(f"malformed.{kind}" for kind in MALFORMED)}
        assert line.get("check", "purpose.described") in known
        assert line.get("measure", "name-length") in MEASURES


@pytest.mark.parametrize("name", PROFILES)
def test_a_careful_server_is_ready_where_anything_was_checked(name: str) -> None:
    found = review(READY, name)
    assert [r for r in found.requirements if r.met is False] == []
    assert found.ready is (name != "mcp-registry")
    assert found.checked == sum(r.met is True for r in found.requirements)


@pytest.mark.parametrize("format_", ["terminal", "html", "markdown"])
def test_a_review_that_checked_nothing_says_so(format_: str) -> None:
    report = review_servers(grade([server([READY])], rubric()), ["mcp-registry"])
    shown = "".join(REPORTERS[format_](report))
    assert "MCP registry: not checked" in shown
    assert "ready" not in shown.split("MCP registry:")[1].split("server.json")[0]


def test_json_says_how_many_requirements_were_checked() -> None:
    report = review_servers(grade([server([READY])], rubric()), ["mcp-registry", "glama"])
    found = json.loads("".join(REPORTERS["json"](report)))["servers"][0]["profiles"]
    assert [(p["ready"], p["checked"]) for p in found] == [(False, 0), (True, 4)]


@pytest.mark.parametrize("name", PROFILES)
def test_a_server_without_tools_meets_nothing(name: str) -> None:
    found = review_servers(grade([server([])], rubric()), [name]).servers[0].profiles[0]
    assert not found.ready
    assert found.checked == 0


def test_a_directory_that_has_a_page_is_quoted_by_it() -> None:
    hosts = {name: urlsplit(load(name)["source"]).netloc for name in PROFILES}
    assert hosts == {
        "anthropic-directory": "claude.com",
        "openai-apps": "developers.openai.com",
        "glama": "glama.ai",
        "mcp-registry": "github.com",  # the registry's own repository
    }


@pytest.mark.parametrize("name", PROFILES)
def test_what_cannot_be_known_is_said_to_be_so(name: str) -> None:
    unknown = [r for r in review(READY, name).requirements if r.met is None]
    assert unknown
    assert all(r.unknown and not r.missing for r in unknown)


@pytest.mark.parametrize(
    ("name", "spoilt", "title", "note"),
    [
        (
            "anthropic-directory",
            {"annotations": {"readOnlyHint": True}},
            "Every tool has a title in its annotations",
            "declare annotations.title",
        ),
        (
            "anthropic-directory",
            {"annotations": {"title": "Find pages"}},
            "Every tool declares whether it is read-only or destructive",
            "declare readOnlyHint or destructiveHint",
        ),
        (
            "anthropic-directory",
            {
                "inputSchema": {
                    "type": "object",
                    "properties": {"method": {"type": "string", "enum": ["GET", "DELETE"]}},
                }
            },
            "Reads and writes are separate tools",
            "make a tool of each value of 'method'",
        ),
        (
            "openai-apps",
            {"annotations": {"readOnlyHint": True}},
            "readOnlyHint, destructiveHint and openWorldHint are all explicit",
            "declare destructiveHint, openWorldHint",
        ),
        (
            "glama",
            {"description": None},
            "Every tool is described",
            "write a description",
        ),
    ],
)
def test_what_is_missing_is_named(
    name: str, spoilt: dict[str, object], title: str, note: str
) -> None:
    found = review({**READY, **spoilt}, name)
    assert not found.ready
    lacking = {r.title: r.missing for r in found.requirements if r.met is False}
    assert lacking[title][0].tool == "find_pages"
    assert lacking[title][0].note.startswith(note[:20])


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        ("README.md LICENSE.txt glama.json", []),
        ("Readme.rst COPYING glama.json", []),
        ("README.md glama.yaml", ["A licence in the repository", "glama.json in the repository"]),
    ],
)
def test_a_repository_is_asked_for_its_files(
    tmp_path: Path, files: str, missing: list[str]
) -> None:
    code = "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n@mcp.tool()\n"
    (tmp_path / "server.py").write_text(code + 'def get_page(id: str):\n    """Get a page."""\n')
    for name in files.split():
        (tmp_path / name).touch()
    report = review_servers(grade(read(str(tmp_path)), rubric()), ["glama"])
    asked = [r for r in report.servers[0].profiles[0].requirements if "repository" in r.title]
    assert [r.title for r in asked if r.met is False] == missing
    assert None not in [r.met for r in asked]


def test_what_is_only_advised_is_no_obstacle() -> None:
    found = review({**READY, "outputSchema": None}, "openai-apps")
    assert [r.title for r in found.requirements if r.met is False] == [
        "Every tool declares an output schema (recommended)"
    ]
    assert found.ready


def test_an_unknown_profile_is_told_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'anthropic-directory'"):
        review_servers(grade([server([READY])], rubric()), ["anthropic"])


@pytest.mark.parametrize("format_", ["terminal", "html", "markdown", "json"])
def test_every_format_shows_the_review(format_: str) -> None:
    report = review_servers(grade([server([READY])], rubric()), ["glama"])
    assert "Claimed by its author" in "".join(REPORTERS[format_](report))
