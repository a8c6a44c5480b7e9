"""Files that are generated and kept: compared to the byte, rewritten by `pytest --update`."""

from __future__ import annotations

import importlib.util
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


# Under nohup, or in the background of a script, these signals are ignored, and so they would be in
# every program that a test starts.
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What an example takes says nothing on a machine that does something else too. The tests of live
# servers also run where Hypothesis is not installed.
if importlib.util.find_spec("hypothesis"):
    from hypothesis import settings

    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the generated files")


@pytest.fixture
def current(pytestconfig: pytest.Config) -> Callable[[Path, str], None]:
    """Assert that a file holds exactly a text, or write it there with --update."""

    def check(path: Path, text: str) -> None:
        if pytestconfig.getoption("--update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        kept = path.read_bytes().decode() if path.exists() else ""
        assert kept == text, f"{path.name} is out of date: `pytest --update` rewrites it"

    return check


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what is read of source in a folder of the tests' own, as a user's is kept in theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOOLGRADE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
