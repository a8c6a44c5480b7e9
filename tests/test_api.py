"""What a Python program gets is what a person gets."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import toolgrade
from toolgrade import Rubric, grade, read
from toolgrade.cli import cli
from toolgrade.gates.ignores import Ignore
from toolgrade.model import InputError
from toolgrade.outputs import REPORTERS

EXAMPLE = str(Path(__file__).parent / "servers" / "example.json")


def on_command_line(*options: str) -> dict[str, Any]:
    done = CliRunner().invoke(cli, ["grade", EXAMPLE, "-o", "json", *options])
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def as_json(**options: Any) -> dict[str, Any]:
    report: dict[str, Any] = json.loads("".join(REPORTERS["json"](grade(read(EXAMPLE), **options))))
    return report


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, ()),
        (
            {"clients": ["claude", "cursor"], "profiles": ["glama"], "tokens": True},
            ("--clients", "claude,cursor", "--profile", "glama", "--tokens"),
        ),
        ({"spec": "2025-06-18", "max_tokens": 1}, ("--spec", "2025-06-18", "--max-tokens", "1")),
        (
            {"fail_under": "A", "fail_on": "error", "fail_on_risk": "medium"},
            ("--fail-under", "A", "--fail-on", "error", "--fail-on-risk", "medium"),
        ),
        ({"select": ["usage"], "fail_on": "note"}, ("--select", "usage", "--fail-on", "note")),
        ({"rubric": Rubric.load("text-only")}, ("--rubric", "text-only")),
    ],
)
def test_the_report_is_that_of_the_command_line(
    options: dict[str, Any], words: tuple[str, ...]
) -> None:
    assert as_json(**options) == on_command_line(*words)


def test_an_ignore_carries_its_reason(tmp_path: Path) -> None:
    config = tmp_path / "toolgrade.toml"
    config.write_text('[[ignore]]\ncheck = "usage"\ntool = "read_*"\nreason = "known"\n')
    one = Ignore("usage", "known", "read_*")
    assert as_json(ignore=[one]) == on_command_line("--config", str(config))
    assert as_json(ignore={"usage": "known"}) != as_json()


def test_a_baseline_leaves_what_is_new(tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    on_command_line("--baseline", str(baseline), "--update-baseline")
    assert grade(read(EXAMPLE), baseline=baseline).missed == ()
    assert grade(read(EXAMPLE), fail_on="note").missed


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"clients": ["cursr"]}, InputError, "cursr"),
        ({"profiles": ["glamma"]}, InputError, "glamma"),
        ({"ignore": {"usag": "why"}}, InputError, "there is no check 'usag'"),
        ({"select": ["nothing"]}, InputError, "there is no check 'nothing'"),
        ({"fail_under": "9"}, ValueError, "give a score from 1 to 5 or a tier"),
        ({"fail_on": "fatal"}, ValueError, "give one of error, warning, note, not 'fatal'"),
        ({"baseline": "missing.json"}, InputError, "no such baseline"),
    ],
)
def test_a_wrong_argument_says_so(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        grade(read(EXAMPLE), **options)


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys, toolgrade; print([m for m in sys.modules if m.startswith('toolgrade.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['toolgrade.files', 'toolgrade.files.version']\n"


def test_the_package_is_a_program() -> None:
    argv = [sys.executable, "-m", "toolgrade", "--version"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert done.stdout == f"toolgrade {toolgrade.__version__}\n"


def test_a_name_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AttributeError, match="grde"):
        toolgrade.grde  # noqa: B018 - asking is the test
