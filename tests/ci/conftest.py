"""This repository as other people's CI gets it, and repositories of theirs to use it in."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent.parent
SHIPPED = (
    "toolgrade rubrics .github .pre-commit-hooks.yaml action.yml pyproject.toml hatch_build.py"
    " README.md LICENSE"
)
NAME = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com")


def git(folder: Path, *words: str) -> str:
    argv = ["git", "-C", str(folder), *NAME, *words]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()


def committed(folder: Path) -> str:
    """Commit all that is in a folder; return the commit."""
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--no-verify", "-m", "All of it.")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return a clone of this repository as its files are now, and its commit."""
    folder = tmp_path_factory.mktemp("clone") / "toolgrade"
    folder.mkdir()
    junk = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in SHIPPED.split():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=junk)
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder, committed(folder)


@pytest.fixture
def repository(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of a server's repository: paths and texts in, a committed folder out."""

    def make(**files: str) -> Path:
        folder = tmp_path / "server"
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        committed(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def good_tools() -> str:
    """Return a saved list whose only tool is A."""
    return (
        '{"tools": [{"name": "get_issue", "description": "Get one issue of a repository by its '
        "number, with title, state, labels and comments. Use when the number is known; use "
        "search_issues instead when it is not. Read-only. Returns the issue as JSON; an unknown "
        'number is an error. Needs read access to the repository.", "annotations": '
        '{"readOnlyHint": true}, "inputSchema": {"type": "object", "properties": {"number": '
        '{"type": "integer", "minimum": 1, "description": "Number of the issue, such as 42."}}, '
        '"required": ["number"]}}, {"name": "search_issues", "description": "Search the issues of '
        "a repository by words in title and body. Use when the number of an issue is not known; "
        "use get_issue instead when it is. Read-only. Returns up to 50 matches, newest first, as "
        'JSON; an empty list when nothing matches.", "annotations": {"readOnlyHint": true}, '
        '"inputSchema": {"type": "object", "properties": {"query": {"type": "string", '
        '"description": "Words to look for, such as `crash`."}}, "required": ["query"]}}]}'
    )


@pytest.fixture(scope="session")
def bad_tools() -> str:
    """Return a saved list whose only tool is D."""
    return '{"tools": [{"name": "process", "inputSchema": {"type": "object", "properties": {}}}]}'
