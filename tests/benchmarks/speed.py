"""Whole processes, as a user waits for them: `pytest tests/benchmarks/speed.py`, with `--update` to
rewrite reports/speed.md.

Machines differ and are busy, so what is claimed are ratios of the best times of one run. The plain
test run does not collect this file.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from generated import long_winded, repository, server

import toolgrade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = Path(sys.executable).parent
ROUNDS = {14: 12, 1_000: 4, 10_000: 2}
LENGTHS = (1_000, 10_000, 100_000, 1_000_000)
LANGUAGES = {".py": "Python", ".ts": "TypeScript"}
FILES = 2_000
# A child's peak starts at its parent's size, so the parent that is asked about it is a small one.
PEAK = (
    "import resource, subprocess, sys;"
    "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


class Time(NamedTuple):
    """Seconds."""

    best: float
    median: float

    def __str__(self) -> str:
        return f"{1000 * self.best:,.0f} ms | {1000 * self.median:,.0f} ms"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("speed")
    made = {f"{tools} tools": server(tools) for tools in ROUNDS}
    made |= {f"{length} characters": long_winded(length) for length in LENGTHS}
    paths = {name: folder / f"{name}.json" for name in made}
    for name, path in paths.items():
        path.write_text(json.dumps(made[name]))
    return paths


@pytest.fixture(scope="module", params=LANGUAGES)
def sources(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of source files, named by their ending."""
    folder = tmp_path_factory.mktemp("sources") / str(request.param)
    for name, text in repository(FILES, request.param).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture(scope="module")
def results(pytestconfig: pytest.Config) -> Iterator[dict[str, Time | float]]:
    """Collect what was measured; written down when all of it was."""
    found: dict[str, Time | float] = {}
    yield found
    if pytestconfig.getoption("--update"):
        (ROOT / "reports" / "speed.md").write_text("".join(f"{line}\n" for line in report(found)))


@pytest.fixture
def measure(benchmark: BenchmarkFixture, results: dict[str, Time | float]) -> Callable[..., None]:
    def run(name: str, *command: str | Path, rounds: int = 12) -> None:
        benchmark.pedantic(
            subprocess.run,
            [list(map(str, command))],
            {"stdout": subprocess.DEVNULL, "check": True},
            rounds=rounds,
            warmup_rounds=int(rounds > 5),  # the long ones are warm from the short ones
        )
        results[name] = Time(benchmark.stats.stats.min, benchmark.stats.stats.median)

    return run


def grading(file: Path) -> list[str | Path]:
    return [PROGRAMS / "toolgrade", "grade", file, "-o", "json"]


def test_bare_import(measure: Callable[..., None]) -> None:
    measure("import click", sys.executable, "-c", "import click")


def test_start(measure: Callable[..., None]) -> None:
    measure("--version", PROGRAMS / "toolgrade", "--version")


def test_tdqs(measure: Callable[..., None], files: dict[str, Path]) -> None:
    """It refuses more than 500 tools."""
    words = ("lint", "--file", files["14 tools"], "--format", "json", "--fail-on", "never")
    measure("tdqs", PROGRAMS / "tdqs", *words)


@pytest.mark.parametrize("tools", ROUNDS)
def test_tools(measure: Callable[..., None], files: dict[str, Path], tools: int) -> None:
    measure(f"{tools} tools", *grading(files[f"{tools} tools"]), rounds=ROUNDS[tools])


@pytest.mark.parametrize("length", LENGTHS)
def test_description(measure: Callable[..., None], files: dict[str, Path], length: int) -> None:
    measure(f"{length} characters", *grading(files[f"{length} characters"]), rounds=3)


@pytest.mark.parametrize("how", ["cold", "warm"])
def test_sources(
    measure: Callable[..., None],
    sources: Path,
    how: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("TOOLGRADE_CACHE", str(tmp_path) if how == "warm" else "")
    command = list(map(str, grading(sources)))
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    measure(f"{LANGUAGES[sources.name]}, {how}", *command, rounds=3)


@pytest.mark.parametrize("tools", ROUNDS)
def test_memory(results: dict[str, Time | float], files: dict[str, Path], tools: int) -> None:
    command = [sys.executable, "-c", PEAK, *grading(files[f"{tools} tools"])]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    results[f"{tools} peak"] = int(done.stdout) / 1024


def report(found: dict[str, Time | float]) -> Iterator[str]:
    """Yield the lines of reports/speed.md. Raises KeyError when something was not measured."""
    time = {name: value for name, value in found.items() if isinstance(value, Time)}
    bare, lint = time["import click"], time["tdqs"]
    start, few = time["--version"], time["14 tools"]
    noise = 100 * (bare.median / bare.best - 1)
    each = {tools: 1000 * time[f"{tools} tools"].best / tools for tools in ROUNDS}
    growth = time["10000 tools"].best / time["1000 tools"].best
    longer = time["1000000 characters"].best - time["1000 characters"].best

    yield "# How fast"
    yield ""
    yield (
        "Whole processes, start to exit, reading a file of generated tools (some 900 bytes each, "
        "no two alike) and writing the JSON report. `pytest tests/benchmarks/speed.py --update` "
        "measures it again and rewrites this page."
    )
    yield ""
    yield (
        f"Measured with toolgrade {toolgrade.__version__}, Python {platform.python_version()}, "
        f"{platform.system()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}. Noise: the "
        f"median of the bare import lay {noise:.0f} % above its best. Times are this machine's; "
        "the claim is the ratios, which are of best times."
    )
    yield ""
    yield "| What | Best | Median | Ratio | Aim |"
    yield "| --- | ---: | ---: | --- | --- |"
    yield f'| `python -c "import click"` | {bare} | 1 | |'
    yield f"| `toolgrade --version` | {start} | {start.best / bare.best:.2f} of that | 2.5 |"
    yield f"| `tdqs lint`, 14 tools | {lint} | 1 | |"
    yield f"| `toolgrade grade`, 14 tools | {few} | {few.best / lint.best:.2f} of that | 0.3 |"
    for tools in (1_000, 10_000):
        aim = "0.5 ms" if tools == 10_000 else ""
        row = f"`toolgrade grade`, {tools:,} tools | {time[f'{tools} tools']}"
        yield f"| {row} | {each[tools]:.2f} ms a tool | {aim} |"
    for length in LENGTHS:
        row = f"one tool, {length // 1000:,} KB of description | {time[f'{length} characters']}"
        yield f"| {row} | | |"
    for name in LANGUAGES.values():
        cold, warm = time[f"{name}, cold"], time[f"{name}, warm"]
        row = f"`toolgrade grade`, {FILES:,} files of {name}"
        yield f"| {row}, 40 tools | {cold} | {cold.best / few.best:.1f} of 14 listed | 5 s |"
        yield f"| the same, unchanged | {warm} | {warm.best / cold.best:.2f} of that | |"
    yield ""
    yield (
        f"Ten times the tools (1,000 to 10,000) took {growth:.1f} times as long. A kilobyte more "
        f"of description cost {longer:.2f} ms (1 KB to 1 MB)."
    )
    yield ""
    yield "| Peak memory | MB | Aim |"
    yield "| --- | ---: | --- |"
    for tools in ROUNDS:
        aim = "300" if tools == 10_000 else ""
        yield f"| {tools:,} tools | {found[f'{tools} peak']:.0f} | {aim} |"
    yield ""
    yield "`tdqs lint` refuses more than 500 tools, so it is compared at 14 alone."
