"""The readers have a budget: what grows without end is unknown, and twice the input costs twice."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from reading import OFFICIAL, server
from steps import lines_run

from toolgrade.inputs import InputError, read
from toolgrade.source import budget as limits
from toolgrade.source.budget import Budget
from toolgrade.source.patterns import evaluator as patterns
from toolgrade.source.python import evaluator as python

if TYPE_CHECKING:
    from collections.abc import Callable

_SPEC = spec_from_file_location(
    "growth_patterns", Path(__file__).parent.parent / "benchmarks" / "growth_patterns.py"
)
assert _SPEC
assert _SPEC.loader
GROWTH = module_from_spec(_SPEC)
_SPEC.loader.exec_module(GROWTH)
CASES: dict[str, Callable[[int], Path]] = dict(GROWTH.cases())
REPEATED = [name for name in CASES if "repeated" in name]
OTHERS = [name for name in CASES if name not in REPEATED]
MOST = 2.3


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> list[Budget]:
    """Return the budgets of what is read from now on, as they come."""
    made: list[Budget] = []

    def make(steps: int, depth: int, is_late: Callable[[], bool]) -> Budget:
        made.append(Budget(steps, depth, is_late))
        return made[-1]

    monkeypatch.setattr(python, "Budget", make)
    monkeypatch.setattr(patterns, "Budget", make)
    monkeypatch.setenv("TOOLGRADE_CACHE", "")
    return made


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("size", [30, 600])
def test_what_grows_without_end_is_unknown(name: str, size: int, spent: list[Budget]) -> None:
    if "doubled" in name:
        size = min(size, 100)
    try:
        read(str(CASES[name](size)))
    except InputError as error:
        # Python itself reads no expression that is nested so deep.
        assert "nested too deep" in str(error)  # noqa: PT017 - most cases are read
    for one in spent:
        # The step that spends the last may be a large one, and each tool has a share.
        assert one.steps < 1.1 * one.max_steps / 8
        assert one.cells < 1.1 * limits.MAX_CELLS
        assert one.characters < 1.1 * limits.MAX_CHARACTERS
        assert one.depth == 0


@pytest.mark.parametrize("name", REPEATED)
def test_twice_the_input_costs_at_most_twice(name: str, spent: list[Budget]) -> None:
    sizes = 40, 80
    read(str(CASES[name](4)))  # what is done once
    work: list[tuple[int, int]] = []
    for size in sizes:
        folder = str(CASES[name](size))
        spent.clear()
        lines = lines_run(lambda: read(folder))  # noqa: B023 - run at once
        work.append((lines, sum(one.steps for one in spent)))
    (lines, steps), (more_lines, more_steps) = work
    assert more_lines / lines <= MOST
    assert more_steps / steps <= MOST


def test_a_tool_that_takes_too_much_costs_the_others_nothing(tmp_path: Path) -> None:
    doubled = "\n".join(f"def f{i + 1}(x): return f{i}(f{i}(x))" for i in range(60))
    text = (
        f"{OFFICIAL}def f0(x): return x\n{doubled}\n"
        "@mcp.tool(description=f60('x'))\ndef large(a: int): ...\n"
        "@mcp.tool(description='Gets ' + 'a page.')\ndef small(a: int): ...\n"
    )
    large, small = server(tmp_path, {"server.py": text}).tools
    assert "/description" in large.unknown
    assert "/inputSchema" not in large.unknown
    assert small.description == "Gets a page."
    assert not small.unknown


def test_a_file_that_is_too_large_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python, "MAX_STEPS", 200)
    tools = "".join(f"@mcp.tool()\ndef t{i}(a: int): ...\n" for i in range(40))
    found = server(tmp_path, {"server.py": OFFICIAL + tools})
    assert 0 < len(found.tools) < 40
    assert not found.complete
    (remark,) = found.malformed
    assert "server.py" in remark.note
    assert "is too large to be read to its end" in remark.note


def test_a_function_that_is_too_large_for_its_callers_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patterns, "MAX_STEPS", 2_000)
    monkeypatch.setenv("TOOLGRADE_CACHE", "")
    folder = CASES["Go: calls of a function (repeated)"](60)
    (found,) = read(str(folder))
    assert len(found.tools) < 60
    assert not found.complete
    assert any("too large to be read to its end" in remark.note for remark in found.malformed)


def test_a_budget_is_spent_by_steps_members_and_characters() -> None:
    assert Budget(10, 5).step(10)
    assert not Budget(10, 5).step(11)
    assert Budget(10, 5).build(limits.MAX_CELLS)
    assert not Budget(10, 5).build(limits.MAX_CELLS + 1)
    assert not Budget(10, 5).build(0, limits.MAX_CHARACTERS + 1)
    deep = Budget(10, 1)
    assert deep.enter()
    assert not deep.enter()
    assert deep.why == limits.TOO_DEEP
