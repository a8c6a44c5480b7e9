"""Every test here ends with as many processes as it began with."""

import sys
from collections.abc import Callable, Iterator

import pytest
from processes import SERVERS, fixtures_running


@pytest.fixture
def command() -> Callable[..., list[str]]:
    """The argv of a fixture server."""
    return lambda name, *args: [sys.executable, str(SERVERS / f"{name}.py"), *map(str, args)]


@pytest.fixture(autouse=True)
def no_stray_process() -> Iterator[None]:
    before = fixtures_running()
    yield
    assert fixtures_running() <= before
