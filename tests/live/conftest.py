"""Every test here ends with as many processes as it began with."""

import fcntl
import os
import sys
from collections.abc import Callable, Iterator

import pytest
from processes import SERVERS, fixtures_running, still_running


@pytest.fixture
def command() -> Callable[..., list[str]]:
    """The argv of a fixture server."""
    return lambda name, *args: [sys.executable, str(SERVERS / f"{name}.py"), *map(str, args)]


@pytest.fixture(autouse=True)
def no_stray_process(one_at_a_time: None) -> Iterator[None]:  # noqa: ARG001 - taken for its order
    before = fixtures_running()
    yield
    assert still_running(fixtures_running() - before) == set()


@pytest.fixture
def one_at_a_time() -> Iterator[None]:
    """Keep a second worker or test run from starting servers that would be taken for strays."""
    folder = os.open(SERVERS, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    yield
    os.close(folder)
