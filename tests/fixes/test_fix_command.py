"""`toolgrade grade --diff` and `--fix`, as they are typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from toolgrade.cli import cli
from toolgrade.fixes import plan as plans

if TYPE_CHECKING:
    from pathlib import Path

TOOL = {
    "name": "search_pages",
    "title": None,
    "description": "Search the pages of the wiki by word.  Drafts are left out.",
    "inputSchema": {"properties": {"query": {"title": "Query", "type": "string"}}},
    "annotations": {"readonlyHint": True},
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, *tools: Any, **style: Any) -> bytes:
    path.write_text(json.dumps({"tools": tools or [TOOL]}, indent=2, **style), encoding="utf-8")
    return path.read_bytes()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["grade", *arguments])


def refuse(*arguments: str) -> str:
    """Return the last line of what a run that changes nothing says."""
    done = run(*arguments)
    assert done.exit_code == 2 or done.exception
    return (str(done.exception) if not done.output else done.output).strip().splitlines()[-1]


def test_the_diff_shows_what_fix_writes(here: Path) -> None:
    before = write(here / "tools.json")
    done = run("tools.json", "--diff")
    assert done.exit_code == 0
    assert done.stdout.startswith("--- a/tools.json\n+++ b/tools.json\n@@ ")
    assert '-      "title": null,\n' in done.stdout
    assert '+        "readOnlyHint": true\n' in done.stdout
    assert "--fix writes 5 fixes in 1 tool" in done.stderr
    assert (here / "tools.json").read_bytes() == before
    fixed = run("tools.json", "--fix", "-o", "json")
    assert fixed.exit_code == 0
    lines = (here / "tools.json").read_text().splitlines()
    added = [line[1:] for line in done.stdout.splitlines()[2:] if line.startswith("+")]
    gone = [line[1:] for line in done.stdout.splitlines()[2:] if line.startswith("-")]
    old = before.decode().splitlines()
    assert sorted(lines) == sorted([*(line for line in old if line not in gone), *added])
    (tool,) = json.loads(fixed.stdout)["servers"][0]["tools"]
    assert not [
        f["check"] for f in tool["findings"] if f["check"] in {"hints.known", "schema.root"}
    ]
    assert run("tools.json", "--diff").stdout == ""


def test_only_what_is_selected_is_fixed(here: Path) -> None:
    write(here / "tools.json")
    run("tools.json", "--fix", "--select", "hints.known")
    after = json.loads((here / "tools.json").read_text())
    assert after == {"tools": [{**TOOL, "annotations": {"readOnlyHint": True}}]}


def test_an_ignored_finding_is_left(here: Path) -> None:
    before = write(here / "tools.json", {**TOOL, "description": "Search the pages.", "title": "S"})
    run("tools.json", "--fix", "--ignore", "hints.known,schema.root", "-o", "json:out.json")
    after = json.loads((here / "tools.json").read_text())
    assert after["tools"][0]["annotations"] == {"readonlyHint": True}
    assert "type" not in after["tools"][0]["inputSchema"]
    assert (here / "tools.json").read_bytes() != before


def test_line_ends_tabs_and_the_mark_are_kept(here: Path) -> None:
    text = json.dumps({"tools": [TOOL]}, indent="\t").replace("\n", "\r\n")
    (here / "tools.json").write_bytes(b"\xef\xbb\xbf" + text.encode())
    run("tools.json", "--fix")
    after = (here / "tools.json").read_bytes()
    assert after.startswith(b"\xef\xbb\xbf{\r\n\t")
    assert b"\n" not in after.replace(b"\r\n", b"")
    assert b'\t\t\t\t"readOnlyHint": true\r\n' in after


def test_snake_case_keys_stay(here: Path) -> None:
    tool = {"name": "a_page", "input_schema": {"type": "object", "required": None}}
    write(here / "tools.json", tool)
    run("tools.json", "--fix")
    (after,) = json.loads((here / "tools.json").read_text())["tools"]
    assert after == {"name": "a_page", "input_schema": {"type": "object", "properties": {}}}


def test_a_server_of_several_in_a_file(here: Path) -> None:
    held = [{"name": "one", "tools": [TOOL]}, {"name": "two", "tools": [{**TOOL, "name": "b_c"}]}]
    (here / "tools.json").write_text(json.dumps(held))
    run("tools.json", "--fix")
    after = json.loads((here / "tools.json").read_text())
    assert [t["annotations"] for s in after for t in s["tools"]] == [{"readOnlyHint": True}] * 2


def test_a_fix_that_would_raise_another_finding_is_taken_back(here: Path) -> None:
    said = "This tool can be used to search pages by word."
    write(here / "tools.json", {"name": "search_pages", "title": None, "description": said})
    done = run("tools.json", "--fix")
    assert (
        "took back 1 fix: search_pages: leave out words that say nothing (it would" in done.stderr
    )
    (after,) = json.loads((here / "tools.json").read_text())["tools"]
    assert after == {"name": "search_pages", "description": said}


def test_a_file_that_changes_meanwhile_is_left(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here / "tools.json")
    make_plans = plans.make_plans

    def change_meanwhile(*arguments: Any) -> Any:
        (here / "tools.json").write_text('{"tools": [{"name": "other"}]}')
        return make_plans(*arguments)

    monkeypatch.setattr("toolgrade.fixes.proved.make_plans", change_meanwhile)
    assert "was changed while it was graded, so nothing is written" in refuse("tools.json", "--fix")
    assert (here / "tools.json").read_text() == '{"tools": [{"name": "other"}]}'


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["https://example.com/mcp", "--fix"], "not for a URL: save its tools"),
        (["--fix", "--", "server"], "not for a live server"),
        (["--launch", "mcp.json", "--fix"], "not for the servers that a config starts"),
        (["mcp.json", "--fix"], "1 server, none running"),
        (["-", "--diff"], "--diff is for files"),
        (["git:HEAD:tools.json", "--fix"], "--fix is for files"),
        (["server.py", "--fix"], "no such file"),
        (["tools.json", "--fix", "--diff"], "give one of them"),
        (["tools.json", "--unsafe-fixes"], "goes with --diff or --fix"),
    ],
)
def test_what_cannot_be_changed_is_refused(here: Path, arguments: list[str], words: str) -> None:
    before = write(here / "tools.json")
    (here / "mcp.json").write_text('{"mcpServers": {"a": {"command": "a"}}}')
    assert words in refuse(*arguments)
    assert (here / "tools.json").read_bytes() == before


def test_what_nests_too_deep_is_left(here: Path) -> None:
    deep = "[" * 200 + "]" * 200
    text = f'{{"tools": [{{"name": "a_b", "title": null, "_meta": {{"x/y": {deep}}}}}]}}'
    (here / "tools.json").write_text(text)
    done = run("tools.json", "--fix")
    assert "nests too deep to be changed" in done.stderr
    assert (here / "tools.json").read_text() == text


def test_two_files_of_one_name_elsewhere_are_refused(here: Path) -> None:
    for folder in ("a", "b"):
        (here / folder).mkdir()
        write(here / folder / "tools.json")
    (here / "work").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here / "work")
        said = refuse("../a/tools.json", "../b/tools.json", "--fix")
    assert "two of the files have this name" in said
