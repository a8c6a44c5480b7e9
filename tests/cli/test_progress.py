"""What is said while something takes long: on stderr alone, and erased from a terminal."""

from __future__ import annotations

import io
import signal
import sys
import time
from typing import TYPE_CHECKING

from toolgrade.cli import progress
from toolgrade.cli.progress import waiting

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def _wait(seconds: float) -> None:
    """Sleep in small pieces: a timer ends one of them."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.01)


class _Terminal(io.FileIO):
    """A file that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_line_is_kept_up_to_date_and_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_ON_A_TERMINAL", 0.01)
    file = tmp_path / "said"
    before = signal.getsignal(signal.SIGALRM)
    with _Terminal(file, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        with waiting("reading \x1b[2Ja/"):
            _wait(0.3)
        monkeypatch.undo()
    said = file.read_bytes().decode()
    assert said.count("toolgrade: reading ") > 1
    assert "\x1b[2J" not in said
    assert said.endswith("\r\x1b[K")
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_elsewhere_it_is_said_once(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_ELSEWHERE", 0.01)
    with waiting("reading a/"):
        _wait(0.1)
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "toolgrade: reading a/ takes longer than 0 s\n")


def test_what_is_quick_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with waiting("reading a/"):
        pass
    assert capfd.readouterr() == ("", "")
