"""The GitLab job of docs/ci.md: its script runs here, and its reports are where it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

yaml = pytest.importorskip("yaml")

PAGE = Path(__file__).parent.parent.parent / "docs" / "ci.md"


@pytest.fixture(scope="module")
def job() -> dict[str, Any]:
    found = re.search(r"```yaml\n(# \.gitlab-ci\.yml\n.*?)```", PAGE.read_text(), re.DOTALL)
    assert found, "docs/ci.md has a GitLab job"
    return dict(yaml.safe_load(found[1])["toolgrade"])


@pytest.mark.parametrize("good", [True, False])
def test_the_job_runs_and_leaves_its_reports(
    job: dict[str, Any],
    repository: Callable[..., Path],
    good_tools: str,
    bad_tools: str,
    good: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    folder = repository(**{"tools.json": good_tools if good else bad_tools})
    install, *script = job["script"]
    assert install == "pip install toolgrade"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-ec", "\n".join(script)],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (0 if good else 1), done.stderr
    assert job["artifacts"]["when"] == "always"
    reports = job["artifacts"]["reports"]
    found = json.loads((folder / reports["codequality"]).read_text())
    assert any(f["severity"] in {"major", "critical"} for f in found) is not good
    assert (folder / reports["junit"]).read_text().startswith("<?xml")
