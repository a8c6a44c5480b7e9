"""Many files, each small enough: their sum is bounded, and what is left out is said."""

from __future__ import annotations

import json
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from toolgrade.grading import budget
from toolgrade.source import allowance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Done

FILLING = "x = [1, 2, 3];\n" * 200
SERVERS = {
    "py": "from fastmcp import FastMCP\nmcp = FastMCP('s')\n@mcp.tool\ndef NAME(): 'Get a page.'\n",
    "ts": 'import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";\n'
    'const server = new McpServer({ name: "a", version: "1" });\n'
    'server.registerTool("NAME", { description: "Get a page." }, async () => ({}));\n',
    "go": 'package main\nimport "github.com/mark3labs/mcp-go/mcp"\n'
    'var NAME = mcp.NewTool("NAME", mcp.WithDescription("Get a page."))\n'
    "func add() { s.AddTool(NAME, run) }\n",
}
FILLINGS = {"py": FILLING, "ts": FILLING, "go": "var _ = []int{1, 2, 3}\n" * 200}


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOOLGRADE_CACHE", str(tmp_path / "cache"))


def write(folder: Path, kind: str, files: int) -> None:
    folder.mkdir(parents=True)
    for number in range(files):
        text = SERVERS[kind].replace("NAME", f"tool_{number}") + FILLINGS[kind]
        (folder / f"s{number}.{kind}").write_text(text)


def grade(run: Callable[..., Done], *words: str) -> tuple[list[str], list[str], Any]:
    """Return the names of the tools, what is said of files, and the whole report."""
    report = json.loads(run("grade", *words, "-o", "json").out)
    names = [tool["name"] for server in report["servers"] for tool in server["tools"]]
    said = [
        finding["note"]
        for server in report["servers"]
        for finding in server["findings"]
        if finding["check"] == "malformed.unread-file"
    ]
    return names, said, report


@pytest.mark.parametrize("kind", SERVERS)
def test_the_code_that_is_parsed_is_bounded_as_a_sum(
    home: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    write(home / "code", kind, 6)
    marks = allowance.count_marks((home / f"code/s0.{kind}").read_text())
    assert len(grade(run, "code")[0]) == 6
    for most in ("MAX_MARKS", "MAX_ALL_MARKS"):
        with monkeypatch.context() as bounded:
            bounded.setattr(allowance, most, int(marks * 2.5) * (2 if kind == "py" else 1))
            # The same with what was kept, and without.
            for _ in range(2):
                names, said, report = grade(run, "code")
                assert names == ["tool_0", "tool_1"]
                assert " ".join(said) == (
                    f"fix code/s2.{kind}: it was not read to its end, with 3 other files: "
                    "the source is too large to read in one go; name a smaller folder"
                )
                assert not report["servers"][0]["dimensions"]


def test_each_package_has_its_own_bound(
    home: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        write(home / f"code/p{number}", "ts", 2)
        (home / f"code/p{number}/package.json").write_text("{}")
    marks = allowance.count_marks((home / "code/p0/s0.ts").read_text())
    monkeypatch.setattr(allowance, "MAX_MARKS", marks * 2 + 2)
    names, said, _ = grade(run, "code")
    assert (len(names), said) == (6, [])


def test_the_bytes_that_are_held_are_bounded_as_a_sum(
    home: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / "code", "py", 6)
    size = (home / "code/s0.py").stat().st_size
    monkeypatch.setattr(allowance, "MAX_HELD", size * 2)
    names, said, _ = grade(run, "code")
    assert names == ["tool_0", "tool_1"]
    assert [note.partition(":")[0] for note in said] == ["fix code/s2.py"]
    assert "with 3 other files" in said[0]


def make_clock(ticks: int) -> SimpleNamespace:
    """Return a clock that stops at 0 for some looks, and then shows the next year."""
    looks = count()
    return SimpleNamespace(monotonic=lambda: 0.0 if next(looks) < ticks else 3e7)


@pytest.mark.parametrize("kind", SERVERS)
def test_the_timeout_bounds_reading_too(
    home: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    write(home / "code", kind, 3)
    seen = set()
    for ticks in range(1, 60, 2):
        monkeypatch.setattr(allowance, "time", make_clock(ticks))
        for module in ("toolgrade.inputs.time", "toolgrade.source.trial.time"):
            monkeypatch.setattr(module, SimpleNamespace(monotonic=lambda: 0.0))
        names, said, report = grade(run, "code")
        seen.add(len(names))
        errors = [error["message"] for error in report["errors"]]
        if len(names) < 3:
            assert any("raise --timeout" in error for error in errors), (ticks, names, errors, said)
            assert not names or any("the time for this source was over" in one for one in said)
    assert {0, 3} <= seen
    assert len(seen) > 2, seen


def test_the_timeout_bounds_what_readers_make_of_it(
    home: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = [
        {"name": f"get_{n}", "description": "Get a page of the wiki by its id."} for n in range(9)
    ]
    (home / "many.json").write_text(json.dumps({"tools": tools}))
    asked = ("--clients", "all", "--profile", "glama", "--tokens")
    words = ("grade", "many.json", *asked, "--timeout", "90", "-o")
    seen: set[int] = set()
    for ticks in range(2, 60):
        monkeypatch.setattr(budget, "time", make_clock(ticks))
        done = run(*words, "json")
        report = json.loads(done.out)
        [server] = report["servers"]
        checked = [tool["clients"] is not None for tool in server["tools"]]
        assert checked == sorted(checked, reverse=True)
        counted = [tool["tokens"] is not None for tool in server["tools"]]
        seen.add(sum(checked) + sum(counted))
        errors = [error["message"] for error in report["errors"]]
        is_all = all((*checked, *counted))
        assert done.status == (2 if errors else 0)
        assert is_all or errors == [
            "many: its clients, directories or tokens were not all checked in time; raise --timeout"
        ]
    assert {0, 18} <= seen
    assert len(seen) > 10
    for format_ in ("terminal", "html", "markdown", "github", "junit", "sarif"):
        monkeypatch.setattr(budget, "time", make_clock(16))
        assert run(*words, format_).status == 2
