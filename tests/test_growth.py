"""Twice the input costs at most 2.3 times the work: grading, comparing, every output, a config.

Work is counted in lines of Python run, not in seconds, so that a busy machine proves nothing. What
a reader of source does is counted by its own budget (tests/source).
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from steps import lines_run

from toolgrade.api import grade
from toolgrade.compare import compare
from toolgrade.gates import config
from toolgrade.inputs import read
from toolgrade.outputs import REPORTERS
from toolgrade.outputs.compared import REPORTERS as COMPARED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolgrade.model import Report

TOOLS = 24
MOST = 2.3
THINGS = ("boat", "berth", "owner", "pier", "crane", "ferry", "buoy", "permit")
ASKED = {"clients": ["all"], "profiles": ["glama"], "tokens": True, "fail_on": "note"}


def tools(count: int, changed: str = "") -> list[dict[str, Any]]:
    """Return definitions of which no two are alike."""
    return [
        {
            "name": f"get_{THINGS[at % len(THINGS)]}_{at}",
            "description": f"Get {THINGS[at % len(THINGS)]} number {at} of the harbour{changed}. "
            f"Returns its length, draught {at} and the berth it is moored at.",
            "inputSchema": {
                "type": "object",
                "properties": {f"key{at}": {"type": "string", "description": f"Key {at}{changed}"}},
                "required": [f"key{at}"],
            },
        }
        for at in range(count)
    ]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Report]:
    folder = tmp_path_factory.mktemp("growth")

    @cache
    def made(count: int, changed: str = "") -> Report:
        path = folder / f"{count}{changed.strip()}.json"
        path.write_text(json.dumps({"tools": tools(count, changed)}))
        return grade(read(str(path)), **ASKED)

    return made


def assert_linear(work: Callable[[int], object], count: int = TOOLS) -> None:
    """Assert that twice the count is at most 2.3 times the work."""
    work(count)  # what is done once, such as loading a rubric, is done
    small, large = (lines_run(lambda n=n: work(n)) for n in (count, 2 * count))
    assert large <= MOST * small, f"{small} lines for {count}, {large} for twice as many"


def test_the_count_sees_work_that_is_squared() -> None:
    def squared(count: int) -> int:
        total = 0
        for _ in range(count):
            for _ in range(count):
                total += 1
        return total

    with pytest.raises(AssertionError, match="for twice as many"):
        assert_linear(squared)


@pytest.mark.parametrize("format_", REPORTERS)
def test_an_output_is_linear_in_tools(report: Callable[..., Report], format_: str) -> None:
    render = REPORTERS[format_]
    report(TOOLS)
    report(2 * TOOLS)
    assert_linear(lambda count: "".join(render(report(count))))


@pytest.mark.parametrize("format_", COMPARED)
def test_a_comparison_is_linear_in_tools(report: Callable[..., Report], format_: str) -> None:
    for count in (TOOLS, 2 * TOOLS):
        report(count)
        report(count, " now")
    render = COMPARED[format_]
    assert_linear(
        lambda count: "".join(
            render(compare(report(count), report(count, " now"), names=("a", "b"), fail_on=None))
        )
    )


def test_grading_is_linear_in_tools(tmp_path: Path) -> None:
    for count in (TOOLS, 2 * TOOLS):
        (tmp_path / f"{count}.json").write_text(json.dumps({"tools": tools(count)}))
    assert_linear(lambda count: grade(read(str(tmp_path / f"{count}.json")), **ASKED))


def test_a_config_is_linear_in_ignores(tmp_path: Path) -> None:
    def read_config(count: int) -> object:
        path = tmp_path / "toolgrade.toml"
        path.write_text('[[ignore]]\ncheck = "usage"\nreason = "known"\n' * count)
        return config.read(path)

    assert_linear(read_config, 50)
