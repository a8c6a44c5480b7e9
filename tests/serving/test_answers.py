"""What toolgrade answers as an MCP server, asked without the protocol."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tools import rubric, server

from toolgrade.clients import select_clients
from toolgrade.fixes.adapt import HARD
from toolgrade.fixes.patch import apply_edits
from toolgrade.gates.pipeline import Request, run
from toolgrade.model import Edit
from toolgrade.serving import answer, answers, read_definitions
from toolgrade.serving.answers import Desk

TOOLS = {tool["name"]: tool for tool in read_definitions()["tools"]}
BEFORE = {
    "tools": [
        {
            "name": "search_pages",
            "title": None,
            "description": "Search the pages of the wiki by word.",
            "inputSchema": {"properties": {"query": {"type": "string", "title": "Query"}}},
        },
        {"name": "delete_page", "description": "Delete a page of the wiki for good."},
    ]
}
TEXT = json.dumps(BEFORE)
SERVER = """
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("wiki")


@mcp.tool()
def get_page(page: int) -> str:
    '''Get a page of the wiki.'''
"""


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(None)


def ask(desk: Desk, name: str, **arguments: Any) -> dict[str, Any]:
    """Return an answer, which is as its output schema says."""
    found, is_error = answer(desk, name, arguments)
    assert not is_error, found
    Draft202012Validator(TOOLS[name]["inputSchema"]).validate(arguments)
    Draft202012Validator(TOOLS[name]["outputSchema"]).validate(json.loads(json.dumps(found)))
    return found


def test_its_own_definitions_are_of_tier_a_and_every_client_takes_them() -> None:
    names = ("all", "frameworks")
    report = run([server(TOOLS.values())], rubric(), Request(clients=names)).report.servers[0]
    assert report.score.overall_tier == "A"
    assert [tool.score.tier for tool in report.tools if tool.score] == ["A"] * len(TOOLS)
    assert report.clients is not None
    assert len(report.clients.clients) == len(select_clients(names))
    every = [*report.clients.obstacles, *(o for t in report.tools for o in t.clients or ())]
    lost = [o for o in every if o.effect in HARD and o.level != "note"]
    assert not lost
    assert not [f for t in report.tools for f in t.findings if f.is_open and f.level == "error"]


def test_each_definition_has_an_answer_and_schemas_that_are_sound(desk: Desk) -> None:
    assert set(TOOLS) == set(desk.tools)
    for tool in TOOLS.values():
        for key in ("inputSchema", "outputSchema"):
            Draft202012Validator.check_schema(tool[key])
        assert tool["annotations"]["readOnlyHint"] is True


def test_it_grades_a_text(desk: Desk) -> None:
    (found,) = ask(desk, "grade_definitions", definitions=TEXT, max_findings=2)["servers"]
    scores = [tool["score"] for tool in found["tools"]]
    assert scores == sorted(scores)
    assert all(len(tool["findings"]) == 2 and tool["moreFindings"] for tool in found["tools"])
    with_clients = ask(desk, "grade_definitions", definitions=TEXT, clients=["cursor"])
    every = [o for t in with_clients["servers"][0]["tools"] for o in t["clients"]]
    assert {o["client"] for o in every} == {"cursor"}


def test_it_explains_a_check(desk: Desk) -> None:
    assert "Says when to use it" in ask(desk, "explain_check", check="usage.when")["page"]


def test_its_fixes_apply(desk: Desk) -> None:
    found = ask(desk, "suggest_fixes", definitions=TEXT, tool="search_pages", include_unsafe=False)
    (tool,) = found["tools"]
    assert all(fix["safe"] and not fix["slots"] for fix in tool["fixes"])
    after: Any = BEFORE["tools"][0]
    for fix in tool["fixes"]:
        for op in fix["patch"]:
            edit = Edit(op["op"], op["path"], op.get("value"), op.get("from", ""))
            after = apply_edits(after, [edit])
    assert after == {
        "name": "search_pages",
        "description": "Search the pages of the wiki by word.",
        "inputSchema": {"properties": {"query": {"type": "string"}}, "type": "object"},
    }


def test_its_skeletons_have_slots_and_evidence(desk: Desk) -> None:
    found = ask(desk, "suggest_fixes", definitions=TEXT, tool="delete_page")
    fixes = {fix["kind"]: fix for fix in found["tools"][0]["fixes"]}
    assert not fixes["sentence"]["safe"]
    assert fixes["sentence"]["slots"][0].startswith("<")
    assert fixes["sentence"]["slots"][0] in json.dumps(fixes["sentence"]["patch"])
    hints = fixes["annotations"]
    assert hints["patch"][0]["value"] == {"readOnlyHint": False, "destructiveHint": True}
    assert '"delete"' in hints["reason"].lower()


def test_it_compares(desk: Desk) -> None:
    new = json.loads(TEXT)
    new["tools"][0]["inputSchema"]["required"] = ["query"]
    found = ask(desk, "compare_definitions", old_definitions=TEXT, new_definitions=json.dumps(new))
    assert found["breaking"] == 1
    (tool,) = found["tools"]
    assert tool["changes"][0]["parameter"] == "query"


def test_it_reads_only_below_its_root(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "tools.json").write_text(TEXT)
    (tmp_path / "other.json").write_text(TEXT)
    (tmp_path / "root" / "link.json").symlink_to(tmp_path / "other.json")
    desk = Desk(tmp_path / "root")
    assert ask(desk, "grade_definitions", path="tools.json")["servers"]
    for path in ("../other.json", "link.json", str(tmp_path / "other.json"), "a\0b", ""):
        found, is_error = answer(desk, "grade_definitions", {"path": path})
        assert is_error
        assert "leads out" in found["error"] or "give either" in found["error"]
    assert "--root" in answer(Desk(None), "grade_definitions", {"path": "tools.json"})[0]["error"]


def test_its_root_itself_is_named_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below the root ".", a name such as - is not that of stdin."""
    for name in ("-", "git:HEAD:a.json"):
        (tmp_path / name).write_text(TEXT)
    (tmp_path / "server.py").write_text(SERVER)
    monkeypatch.chdir(tmp_path)
    for root in (Path(), tmp_path):
        for path in ("-", "git:HEAD:a.json", ".", str(tmp_path), "server.py"):
            assert ask(Desk(root), "grade_definitions", path=path)["servers"], path


def test_no_package_is_read_above_its_root(tmp_path: Path) -> None:
    root = tmp_path / "package" / "inner"
    root.mkdir(parents=True)
    (tmp_path / "linked").symlink_to(root)
    for folder in (root.parent, root):
        (folder / "__init__.py").touch()
    (root / "server.py").write_text(SERVER)
    for desk in (Desk(root), Desk(tmp_path / "linked")):
        for path in ("server.py", str(root / "server.py"), "../inner/server.py"):
            found, is_error = answer(desk, "grade_definitions", {"path": path})
            assert (is_error, "begins above" in found.get("error", "")) == (True, True), path
    assert ask(Desk(tmp_path), "grade_definitions", path="package/inner/server.py")["servers"]


def test_a_file_has_a_size_that_an_agent_can_wait_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tools.json").write_text(TEXT)
    monkeypatch.setattr(answers, "MOST_BYTES", len(TEXT) - 1)
    found, is_error = answer(Desk(tmp_path), "grade_definitions", {"path": "tools.json"})
    assert is_error
    assert "larger than" in found["error"]


def test_reading_source_code_ends_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("mcp.add_tool(a)\n")
    monkeypatch.setattr(answers, "_SECONDS", -1.0)
    found, is_error = answer(Desk(tmp_path), "grade_definitions", {"path": "a.py"})
    assert is_error
    assert "the time for this source was over" in found["error"]


def test_a_config_is_never_launched(tmp_path: Path) -> None:
    config = {"mcpServers": {"x": {"command": "touch", "args": [str(tmp_path / "ran")]}}}
    (tmp_path / "mcp.json").write_text(json.dumps(config))
    found, is_error = answer(Desk(tmp_path), "grade_definitions", {"path": "mcp.json"})
    assert is_error
    assert "none running" in found["error"]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("grade_definitions", {}, "give either definitions"),
        ("grade_definitions", {"definitions": TEXT, "path": "x"}, "give either definitions"),
        ("grade_definitions", {"definitions": "nope"}, "not JSON"),
        ("grade_definitions", {"definitions": 5}, "definitions is a text"),
        ("grade_definitions", {"definitions": TEXT, "clients": ["nope"]}, "there is no client"),
        ("grade_definitions", {"definitions": TEXT, "clients": "cursor"}, "is a list of names"),
        ("grade_definitions", {"definitions": TEXT, "max_findings": 99}, "is a number"),
        ("explain_check", {}, "give check"),
        ("explain_check", {"check": "usage.wen"}, "usage.when"),
        ("suggest_fixes", {"definitions": TEXT, "tool": "nope"}, "there is no tool"),
        ("compare_definitions", {"old_definitions": TEXT}, "give either new_definitions"),
        ("nope", {}, "there is no tool"),
    ],
)
def test_bad_input_is_one_line(desk: Desk, name: str, arguments: Any, words: str) -> None:
    found, is_error = answer(desk, name, arguments)
    assert is_error
    assert words in found["error"]
    assert "\n" not in found["error"]
