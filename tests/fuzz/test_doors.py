"""Whatever bytes come in through a door: a result or one line, soon, and never a traceback."""

from __future__ import annotations

import json
import time
from random import Random

import pytest
from doors import DOORS, enter, seeds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutate import mutate_bytes, mutate_json

UNHURRIED = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
MOST_SECONDS = 5.0
"""Of processor time, for one mutant of a small file: far more than any needs."""
JSON_DOORS = ("listing", "report", "client-config")

every_door = pytest.mark.parametrize("door", DOORS)


def is_open(message: str) -> bool:
    """Whether a door let a file in; a client's config is answered by how to start its servers."""
    return not message or "--launch" in message


@every_door
def test_the_doors_open_for_good_files(door: str) -> None:
    # Without this, a door that refuses everything would pass the tests below.
    assert any(is_open(enter(door, content)) for content in seeds(door))


@every_door
@UNHURRIED
@given(seed=st.integers(0, 2**32), content=st.binary(max_size=300))
def test_no_bytes_get_past_a_door_with_a_traceback(door: str, seed: int, content: bytes) -> None:
    random = Random(seed)
    started = time.process_time()
    for one in (content, mutate_bytes(random.choice(seeds(door)), random)):
        assert "\n" not in enter(door, one).partition("\n    ")[0]
    assert time.process_time() - started < 2 * MOST_SECONDS


@pytest.mark.parametrize("door", JSON_DOORS)
@UNHURRIED
@given(seed=st.integers(0, 2**32))
def test_no_json_gets_past_a_door_with_a_traceback(door: str, seed: int) -> None:
    random = Random(seed)
    data = json.loads(random.choice(seeds(door)))
    enter(door, json.dumps(mutate_json(data, random)).encode())
