"""A file for which the parser does not return is left out, and the rest is graded."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from toolgrade.source import trial
from toolgrade.source.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Done

_TOOL = """import {{ McpServer }} from "@modelcontextprotocol/sdk/server/mcp.js";
const server = new McpServer({{ name: "a", version: "1" }});
server.registerTool("{}", {{ description: "Get a page." }}, async () => ({{ content: [] }}));
"""
_STAND_IN = f"""
import importlib.util, os, sys, time
spec = importlib.util.spec_from_file_location("trial_process", {str(trial.SCRIPT)!r})
process = importlib.util.module_from_spec(spec)
spec.loader.exec_module(process)
parse = process.parse

def stand_in(text, grammar):
    while "SPINS" in text:
        pass
    if "SLEEPS" in text:
        time.sleep(600)
    if "DIES" in text:
        os._exit(3)
    parse(text, grammar)

process.parse = stand_in
process.main()
"""
"""The process in which a text is tried, with a parser that does not return for a marked one."""

MARKS = ("SPINS", "SLEEPS", "DIES")


@pytest.fixture(autouse=True)
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "stand_in.py"
    script.write_text(_STAND_IN)
    monkeypatch.setattr(trial, "SCRIPT", script)
    monkeypatch.setattr(trial, "SECONDS", 0.5)


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("suffix", ["ts", "js", "tsx"])
def test_a_file_that_cannot_be_parsed_is_said_and_the_rest_is_graded(
    home: Path, run: Callable[..., Done], suffix: str, mark: str
) -> None:
    folder = home / "server"
    folder.mkdir()
    (folder / f"a.{suffix}").write_text(_TOOL.format("get_a") + f"// {mark} toolgrade: ignore")
    (folder / "b.ts").write_text(_TOOL.format("get_b"))
    out = run("grade", "server", "-o", "json").out
    assert '"name":"get_b"' in out
    assert '"name":"get_a"' not in out
    assert f"a.{suffix}: it was not read to its end: the parser did not finish it within" in out


def test_only_a_file_that_cannot_be_parsed_is_one_line(
    home: Path, run: Callable[..., Done]
) -> None:
    (home / "a.ts").write_text(_TOOL.format("get_a") + "// DIES")
    done = run("grade", "a.ts")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "a.ts was not read to its end: the parser did not finish it" in done.err


def test_no_more_is_tried_after_some_that_cannot_be_parsed(
    home: Path, run: Callable[..., Done]
) -> None:
    for name in "abcd":
        (home / f"{name}.ts").write_text(_TOOL.format(f"get_{name}") + f"// {name} DIES")
    (home / "main.py").write_text(
        "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('a')\n\n\n@mcp.tool()\n"
        'def get_page(id: str) -> str:\n    """Get a page."""\n'
    )
    out = run("grade", ".", "-o", "json").out
    assert '"name":"get_page"' in out
    assert f"d.ts: it was not read to its end: {trial.STOPPED}" in out


def test_what_could_not_be_parsed_is_not_kept(
    home: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOOLGRADE_CACHE", str(tmp_path / "cache"))
    (home / "a.ts").write_text(_TOOL.format("get_a") + "// DIES")
    assert run("grade", "a.ts").status == 2
    monkeypatch.undo()
    monkeypatch.chdir(home)
    monkeypatch.setenv("TOOLGRADE_CACHE", str(tmp_path / "cache"))
    assert run("grade", "a.ts").status == 0


def test_a_text_is_tried_once_in_one_process() -> None:
    tried = Trial()
    assert [tried.explain_failure(text, "typescript") for text in ("a", "b", "a")] == [""] * 3
    process = tried._process  # noqa: SLF001 - that it is one and that it ends
    assert process
    tried.end()
    assert process.poll() is not None
    assert "within" in tried.explain_failure("DIES", "typescript")
    assert tried._process is None  # noqa: SLF001 - as above
    assert "within" in tried.explain_failure("DIES", "typescript")
    assert tried.explain_failure("c", "typescript") == ""
    tried.end()


def test_the_time_for_the_source_bounds_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "SECONDS", 600)
    tried = Trial()
    assert tried.explain_failure("SLEEPS", "typescript", time.monotonic() + 0.3)


def test_a_process_that_cannot_be_started_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert Trial().explain_failure("a", "typescript").startswith("no process could be started")


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_it_ends_by_itself_after_the_process_that_asked_was_killed() -> None:
    code = (
        "from toolgrade.source import trial\n"
        f"trial.SCRIPT = trial.Path({str(trial.SCRIPT)!r})\n"
        "trial.SECONDS = 0.5\ntried = trial.Trial()\ntried.explain_failure('a', 'typescript')\n"
        "print(tried._process.pid, flush=True)\ntried.explain_failure('SPINS', 'typescript')\n"
    )
    asking = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert asking.stdout
    pid = int(asking.stdout.readline())
    asking.kill()
    asking.communicate()
    for _ in range(300):
        if not _is_running(pid):
            break
        time.sleep(0.1)
    assert not _is_running(pid)


def _is_running(pid: int) -> bool:
    found = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(found.stdout.strip()) and not found.stdout.strip().startswith("Z")
