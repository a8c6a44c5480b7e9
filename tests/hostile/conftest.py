"""A folder of a stranger's, in which the command line runs."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from toolgrade import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LISTING = '{"tools": [{"name": "get_page", "description": "Get a page of the wiki by its id."}]}'


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with tools.json; what is next to it is not the stranger's."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "tools.json").write_text(LISTING)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Run the command line here, without a traceback."""
    del home

    def toolgrade(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["toolgrade", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        done = Done(int(ended.value.code or 0), *capfd.readouterr())
        assert "Traceback" not in done.err
        return done

    return toolgrade


@pytest.fixture
def run_apart(home: Path) -> Callable[..., Done]:
    """Run the command line in a process that may not take longer than 30 seconds."""
    del home

    def toolgrade(*words: str) -> Done:
        code = "from toolgrade.cli import main; main()"
        argv = [sys.executable, "-c", code, *words]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
        assert "Traceback" not in done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    return toolgrade
