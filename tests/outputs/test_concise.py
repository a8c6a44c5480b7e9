"""A finding a line, read by the editors and tools that lines like these are for."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reports import a_finding, one_server_report, with_findings
from toolgrade.grading.grade import grade
from toolgrade.inputs import read
from toolgrade.model import LEVELS
from toolgrade.outputs.concise import render
from toolgrade.outputs.results import results
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from toolgrade.model import Report

ROOT = Path(__file__).parents[2]
SERVERS = ROOT / "tests" / "servers"
LINE = re.compile(r"(.+?):(\d+):(\d+): (error|warning|note) ([\w.-]+) (.+?): (.+)\n")
FORMAT = re.search(r"errorformat=([^`]+)`", (ROOT / "docs" / "reports.md").read_text("utf-8"))
"""What users of vim are to write, by the documentation."""


def example() -> Report:
    return grade(read(str(SERVERS / "example.json")), Rubric.load("tdqs"))


def test_a_line_is_file_line_column_level_check_tool_and_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(SERVERS)
    report = example()
    lines = [*render(report, "note")]
    assert len(lines) == len(results(report))
    found = [LINE.fullmatch(line) for line in lines]
    assert {match[1] for match in found if match} == {"example.json"}
    assert [int(m[2]) for m in found if m] == sorted(int(m[2]) for m in found if m)
    assert len([m for m in found if m]) == len(lines)


def test_notes_are_left_out_unless_asked_for() -> None:
    report = example()
    by_level = {level: [*render(report, level)] for level in LEVELS}
    assert [*render(report)] == by_level["warning"]
    assert len(by_level["error"]) < len(by_level["warning"]) < len(by_level["note"])


def test_only_the_tools_that_were_asked_for() -> None:
    lines = [*render(example(), "note", lambda tool: tool.tool.name == "water_bed")]
    assert lines
    assert all(" water_bed: " in line for line in lines)


def test_a_file_elsewhere_is_named_so_that_it_can_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(SERVERS / "notes.json", tmp_path)
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    report = grade(read("../notes.json"), Rubric.load("tdqs"))
    assert {line.partition(":")[0] for line in render(report, "note")} == {"../notes.json"}


@pytest.mark.parametrize(
    "words", ["a\nb", "::error::x", "##[error]x", "\x1b[2J", "\u202e", "a: b:1:1: error c"]
)
def test_no_text_ends_a_line_or_acts(words: str) -> None:
    for line in render(with_findings(a_finding()._replace(note=words)), "note"):
        assert line.count("\n") == 1
        assert line[:-1].isprintable()
        assert not re.search(r"^\s*::|##\[", line)


def test_a_finding_in_no_file_has_no_line() -> None:
    [server] = one_server_report().servers
    assert server.server.source.kind in {"live", "file", "code", "stdin"}
    report = grade(read(str(SERVERS / "notes.json")), Rubric.load("tdqs"))
    assert "".join(render(report, "note")) == "".join(render(report, "note"))


@pytest.mark.skipif(not shutil.which("vim"), reason="vim is not installed")
def test_vim_jumps_to_every_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert FORMAT
    shutil.copy(SERVERS / "example.json", tmp_path)
    monkeypatch.chdir(tmp_path)
    lines = [*render(grade(read("example.json"), Rubric.load("tdqs")), "note")]
    Path("found.txt").write_text("".join(lines), encoding="utf-8")
    script = (
        f"set errorformat={FORMAT[1]}",
        "let jumped = []",
        "silent cfile found.txt",
        "for number in range(1, len(getqflist()))",
        "  execute 'silent cc' number",
        "  call add(jumped, expand('%:t') . ':' . line('.') . ':' . col('.'))",
        "endfor",
        "call writefile(jumped, 'jumped.txt')",
        "call writefile(map(getqflist(), 'v:val.type . v:val.text'), 'read.txt')",
        "qall!",
    )
    Path("jump.vim").write_text("\n".join(script), encoding="utf-8")
    command = ["vim", "-N", "-u", "NONE", "-i", "NONE", "-n", "-es", "-S", "jump.vim"]
    subprocess.run(command, check=False, timeout=60, stdin=subprocess.DEVNULL)
    assert Path("jumped.txt").read_text("utf-8").splitlines() == [
        ":".join(line.split(":")[:3]) for line in lines
    ]
    read_back = Path("read.txt").read_text("utf-8").splitlines()
    shown = [re.sub(r"^\S+ (.)\w* ", r"\1", line.rstrip("\n")) for line in lines]
    assert read_back == shown
