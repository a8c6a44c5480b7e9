"""Near misses: texts that must not deceive a check, one table each in `cases/`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from tools import questions, verdict

FILES = sorted(
    path
    for path in (Path(__file__).parents[1] / "cases").glob("*.toml")
    if path.stem not in {"accusations", "clients", "seeded"}
)
CASES = [
    pytest.param(case, id=f"{case['check']}: {case['why']}")
    for file in FILES
    for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
]


@pytest.mark.parametrize("case", CASES)
def test_a_near_miss_is_recognized(case: dict[str, Any]) -> None:
    assert set(case) - {"link", "met"} == {"check", "why", "tool"}
    answer = verdict(case["check"], case["tool"])
    if "met" not in case:  # the check is not to apply
        assert answer.share is None, (answer.note, [q.text for q in answer.quotes])
        return
    assert answer.share is not None, "the check does not apply"
    assert (answer.share == 1) is case["met"], (answer.note, [q.text for q in answer.quotes])


def test_a_case_is_in_the_file_of_its_dimension() -> None:
    for file in FILES:
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            assert case["check"] in questions()
            assert case["check"].split(".")[0] == file.stem
