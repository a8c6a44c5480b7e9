"""The hooks, as the real pre-commit installs and runs them from a clone of this repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

manifest = pytest.importorskip("pre_commit.clientlib")

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "ci.md"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def run(
    clone: tuple[Path, str], repository: Callable[..., Path], store: Path
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a runner of the hook in docs/ci.md, with changes, over a repository's files."""
    block = r"```yaml\n(# \.pre-commit-config\.yaml\n.*?)```"
    entry = re.search(block, PAGE.read_text(), re.DOTALL)
    assert entry, "docs/ci.md has a pre-commit entry"
    here = re.sub(r"repo: \S+", f"repo: {clone[0]}", entry[1])
    here = re.sub(r"rev: \S+", f"rev: {clone[1]}", here)

    def runner(*changes: tuple[str, str], **files: str) -> subprocess.CompletedProcess[str]:
        text = here
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        folder = repository(**files, **{".pre-commit-config.yaml": text})
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never"],
            cwd=folder,
            env={**os.environ, "PRE_COMMIT_HOME": str(store), "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    return runner


def test_a_good_list_passes(
    run: Callable[..., subprocess.CompletedProcess[str]], good_tools: str
) -> None:
    done = run(**{"tools.json": good_tools, "package.json": '{"name": "not-a-tool-list"}'})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_a_bad_list_fails_and_says_why(
    run: Callable[..., subprocess.CompletedProcess[str]], bad_tools: str
) -> None:
    done = run(**{"tools.json": bad_tools})
    assert done.returncode == 1
    assert "Failed" in done.stdout
    assert "process" in done.stdout


def test_no_list_is_no_work(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = run(**{"package.json": "{}"})
    assert done.returncode == 0
    assert "no files to check" in done.stdout


def test_a_whole_repository_is_graded_by_its_config(
    run: Callable[..., subprocess.CompletedProcess[str]], bad_tools: str, good_tools: str
) -> None:
    config = 'sources = ["good.json"]\nfail-under = "B"\n'
    whole = ("id: toolgrade", "id: toolgrade-repository"), ("args:", "# args:")
    files = {"toolgrade.toml": config, "good.json": good_tools, "tools.json": bad_tools}
    done = run(*whole, **files)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


SERVER = """\
import missing_library  # nothing is imported
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("issues")
open("started", "w")  # nothing is run


@mcp.tool()
def {name}(number: int) -> str:
    {said}
    raise RuntimeError
"""
BAD = SERVER.format(name="process", said="")
GOOD = SERVER.format(
    name="get_issue",
    said="""'''Get one issue of a repository by its number, with title, state and labels.

    Use when the number is known; do not use it to search. Read-only. Returns the issue as JSON;
    an unknown number is an error. Needs read access to the repository.

    Args:
        number: Number of the issue, such as 42.
    '''""",
)


@pytest.mark.parametrize(("source", "status"), [(GOOD, 0), (BAD, 1)], ids=["good", "bad"])
def test_a_repository_is_graded_from_its_source_alone(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, source: str, status: int
) -> None:
    whole = (
        ("id: toolgrade", "id: toolgrade-repository"),
        ("[--fail-under, B]", "[., --fail-under, B]"),
    )
    done = run(*whole, **{"server.py": source})
    assert done.returncode == status, done.stdout + done.stderr
    assert ("server.py:9:5" in done.stdout) is bool(status)
    assert not (tmp_path / "server" / "started").exists()


@pytest.mark.parametrize(
    ("file", "taken"),
    [
        ("tools.json", True),
        ("a/tools-list.json", True),
        ("mcp-tools.json", True),
        ("mcp_github.json", True),
        ("mcp.json", False),
        (".vscode/mcp.json", False),
        ("tools.schema.json", False),
        ("mcp-tools.schema.json", False),
        ("mytools.json", False),
    ],
)
def test_the_hook_takes_saved_lists_and_no_clients_config(file: str, *, taken: bool) -> None:
    hook = manifest.load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))[0]
    found = re.search(hook["files"], file) and not re.search(hook["exclude"], file)
    assert bool(found) is taken
