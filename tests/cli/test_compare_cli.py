"""`toolgrade compare`: which sides it takes, its exit status, and what goes where."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

TESTS = Path(__file__).parents[1]
MODULE = (sys.executable, "-c", "from toolgrade.cli import main; main()")
live = pytest.mark.skipif(find_spec("mcp") is None, reason="the extra `live` is not installed")


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that holds two releases of one server, and another server."""
    for name in ("example.json", "example-before.json", "notes.json"):
        shutil.copy(TESTS / "servers" / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


def compare(*words: str, stdin: str = "") -> Done:
    done = subprocess.run(
        [*MODULE, "compare", *words],
        input=stdin,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert "Traceback" not in done.stderr
    return Done(done.returncode, done.stdout, done.stderr)


def graded(source: str, file: str) -> None:
    subprocess.run([*MODULE, "grade", source, "-o", f"json:{file}"], check=True)


BEFORE, AFTER = "example-before.json", "example.json"


def test_two_dumps_are_compared_and_without_a_bar_that_is_status_0() -> None:
    done = compare(BEFORE, AFTER)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("5 breaking changes; quality 3.4 B → 2.4 C (-1.0); ")


@pytest.mark.parametrize("bar", ["error", "warning", "note"])
def test_what_got_worse_under_the_bar_is_status_1_and_the_report_is_written(bar: str) -> None:
    done = compare(
        BEFORE, AFTER, "--fail-on", bar, "-o", "markdown:comment.md", "-o", "json:c.json"
    )
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith(f"toolgrade: fails --fail-on {bar}: 5 breaking changes; ")
    assert len(done.err.splitlines()) == 1
    assert Path("comment.md").read_text().startswith("**5 breaking changes**")
    assert json.loads(Path("c.json").read_text())["failOn"] == bar


def test_what_stayed_the_same_passes_the_strictest_bar() -> None:
    done = compare(AFTER, AFTER, "--fail-on", "note")
    assert (done.status, done.out.splitlines()[0]) == (0, "Nothing moved")


def test_a_saved_report_is_a_side_and_knows_the_same_scores() -> None:
    graded(BEFORE, "old.json")
    saved, dumps = (
        json.loads(compare(old, AFTER, "-o", "json").out) for old in ("old.json", BEFORE)
    )
    for one, other in zip(saved["servers"], dumps["servers"], strict=True):
        assert (one["before"], one["after"], one["tokens"]) == (
            other["before"],
            other["after"],
            other["tokens"],
        )
    assert "are unknown" in compare("old.json", AFTER).out.replace("\n", " ")


def test_two_saved_reports_are_compared() -> None:
    graded(BEFORE, "old.json")
    graded(AFTER, "new.json")
    done = compare("old.json", "new.json")
    assert (done.status, done.out.splitlines()[0][:16]) == (0, "2 breaking chang")


def test_a_report_by_another_rubric_is_refused_with_what_mends_it() -> None:
    subprocess.run(
        [*MODULE, "grade", BEFORE, "--rubric", "text-only", "-o", "json:old.json"], check=True
    )
    done = compare("old.json", AFTER)
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    mend = done.err.rpartition("grade it again: ")[2].split()
    assert mend[:3] == ["toolgrade", "grade", BEFORE]
    subprocess.run([*MODULE, *mend[1:]], check=True)
    assert compare("old.json", AFTER).status == 0


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
@pytest.mark.parametrize("path", [".", "server.py", "./server.py"])
def test_code_is_compared_with_what_it_was(path: str) -> None:
    file = Path("server.py")
    code = (
        "from fastmcp import FastMCP\nmcp = FastMCP('a')\n@mcp.tool()\ndef find(x: int) -> str:\n"
    )
    file.write_text(f'{code}    """Find an apple."""\n')
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "one")):
        subprocess.run(["git", *identity, *words], check=True, capture_output=True)
    for name in ("example.json", "example-before.json", "notes.json"):
        Path(name).unlink()
    assert compare(f"git:HEAD:{path}", path).out.startswith("Nothing moved\n")
    file.write_text(file.read_text().replace("x: int", "x: int, y: str"))
    done = compare(f"git:HEAD:{path}", path, "--fail-on", "error")
    assert (done.status, done.err) == (1, "")
    assert done.out.startswith("1 breaking change; ")
    assert "required parameter added (a call without it is refused): find y (string)" in done.out


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_a_revision_is_a_side(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    shutil.copy(BEFORE, "tools.json")
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run(["git", *identity, *words], check=True, capture_output=True)
    shutil.copy(AFTER, "tools.json")
    done = compare("git:HEAD:tools.json", "tools.json")
    assert done.status == 0
    assert "git:HEAD:tools.json → tools.json" in done.out
    assert done.out.startswith("5 breaking changes")


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_the_line_of_the_page_works_in_a_shallow_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (TESTS.parent / "docs" / "comparing.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^git fetch .* toolgrade compare .*$", page, re.MULTILINE)
    program = tmp_path / "bin" / "toolgrade"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom toolgrade.cli import main\nmain()\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    script = f"""set -e
    git init -q -b main origin; cp {BEFORE} origin/tools.json
    git -C origin add .
    git -C origin -c user.name=a -c user.email=a@example.com commit -q -m one
    git clone -q --depth 1 "file://$PWD/origin" clone; cp {AFTER} clone/tools.json
    cd clone; {line}"""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, env=clean)  # noqa: PLW1510 - 1 is what it should be
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("toolgrade: fails --fail-on error: 5 breaking changes; ")
    assert Path("clone/comment.md").read_text().startswith("**5 breaking changes**")


def test_standard_input_is_a_side() -> None:
    done = compare(BEFORE, "-", stdin=Path(AFTER).read_text())
    assert done.out.startswith("5 breaking changes")


@live
def test_a_server_after_two_dashes_is_the_new_side() -> None:
    good = TESTS / "live" / "servers" / "good.py"
    argv = [sys.executable, str(good)]
    subprocess.run([*MODULE, "fetch", "-o", "tools.json", "--", *argv], check=True)
    done = compare("tools.json", "--fail-on", "note", "--", *argv)
    assert (done.status, done.out.splitlines()[0]) == (0, "Nothing moved")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "OLD"),
        ([BEFORE], "give NEW"),
        ([BEFORE, AFTER, "--", "server"], "give NEW"),
        (["-", "-"], "only one side can be standard input"),
        ([BEFORE, AFTER, "-o", "html"], "choose from terminal, json, markdown"),
        ([BEFORE, AFTER, "--fail-on", "fatal"], "fatal"),
        ([BEFORE, AFTER, "--rubric", "nope"], "nope"),
        (["missing.json", AFTER], "missing.json: no such file"),
        ([BEFORE, "missing.json"], "missing.json: no such file"),
        (["git:-x:a", AFTER], "expected git:REV:PATH"),
        ([AFTER, "notes.json"], "example.json and notes.json have no tool in common: probably two"),
        ([AFTER, "future.json"], 'schema "toolgrade-report/2" is not known'),
        ([AFTER, "half.json"], "half.json: is not a whole report"),
        ([AFTER, "empty.json"], "empty.json: b lists no tools: it cannot be compared"),
        ([BEFORE, AFTER, "-o", f"json:{AFTER}"], f"{AFTER}: is read by this run"),
        ([BEFORE, AFTER, "-o", "json:/nowhere/no.json"], "/nowhere/no.json: cannot be written"),
    ],
)
def test_what_cannot_be_compared_is_one_plain_line_and_status_2(
    words: list[str], says: str
) -> None:
    Path("future.json").write_text('{"schema": "toolgrade-report/2"}')
    Path("half.json").write_text('{"schema": "toolgrade-report/1", "servers": []}')
    Path("empty.json").write_text(
        '[{"tools": [{"name": "list_beds"}]}, {"server": "b", "tools": []}]'
    )
    done = compare(*words)
    assert (done.status, done.out) == (2, "")
    assert says in done.err.splitlines()[-1]


IGNORED = """
sources = ["example.json"]
[[ignore]]
check = "usage"
reason = "said in the instructions"
"""


def test_what_the_config_ignores_is_no_loss_on_either_side() -> None:
    told = json.loads(compare(BEFORE, AFTER, "-o", "json").out)
    Path("toolgrade.toml").write_text(IGNORED)
    quiet = json.loads(compare(BEFORE, AFTER, "-o", "json").out)
    lost = [
        re.findall(r'"check": ?"(usage[.a-z-]*)"', json.dumps(found)) for found in (told, quiet)
    ]
    assert (bool(lost[0]), lost[1]) == (True, [])
    graded(BEFORE, "old.json")
    graded(AFTER, "new.json")
    saved = json.loads(compare("old.json", "new.json", "-o", "json").out)
    assert "usage." not in json.dumps([server["tools"] for server in saved["servers"]])


def test_without_new_the_one_source_of_the_config_is_compared(tmp_path: Path) -> None:
    (tmp_path / "by").mkdir()
    config = Path("by") / "toolgrade.toml"
    config.write_text(IGNORED.replace("example.json", "../example.json"))
    done = compare(BEFORE, "--config", str(config))
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("5 breaking changes")
    config.write_text('sources = ["../example.json", "../notes.json"]')
    done = compare(BEFORE, "--config", str(config))
    assert done.status == 2
    assert "the config names 2 sources" in done.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('rubric = "tqds"', "toolgrade: toolgrade.toml:1: rubric: tqds: no such rubric"),
        ('[[ignore]]\ncheck = "usge"\nreason = "x"', "toolgrade: toolgrade.toml:2: ignore: there"),
    ],
)
def test_a_fault_of_the_config_is_one_line_with_its_place(text: str, says: str) -> None:
    Path("toolgrade.toml").write_text(text)
    done = compare(BEFORE, AFTER)
    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert done.err.startswith(says)


def test_the_rubric_of_the_config_judges_unless_another_is_given() -> None:
    Path("toolgrade.toml").write_text('rubric = "text-only"')
    for words, rubric in (((), "text-only"), (("--rubric", "tdqs"), "tdqs")):
        assert json.loads(compare(BEFORE, AFTER, "-o", "json", *words).out)["rubric"]["name"] == (
            rubric
        )
