"""Measures toolgrade against an earlier commit, both in turn in one run.

    python tests/benchmarks/speed.py [--base COMMIT] [--definitions FOLDER] [--source FOLDER]
        [--rounds N] [--only WORD] [--update]

Builds the commit (9f773b6 unless another is given) and this checkout, each in an environment of its
own, and runs both on the same files. Machines differ and are busy, so what is claimed are ratios of
the least times. `--definitions` names a folder of real tools/list results, `--source` a folder of
source to read, such as a site-packages folder; without them, files are generated. Other linters on
the PATH are measured beside. `--update` writes reports/speed.md, all but its section on growth,
which is that of growth.py.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from definitions import Definitions
from generated import repository
from sample import list_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SPEED = ROOT / "reports" / "speed.md"
HEADING = "\n## Growth\n"
BASE = "9f773b6"
FEW, MANY, MOST, SERVERS = 1_000, 10_000, 20_000, 500
FILES = 2_300
# A child's peak starts at its parent's size, so the parent that is asked about it is a small one.
MEASURED = (
    "import resource, subprocess, sys, time;"
    "start = time.perf_counter();"
    "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode;"
    "wall = time.perf_counter() - start;"
    "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
    "print(code, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)"
)
PEERS = {
    "tdqs lint": ("tdqs", "lint", "--file", "{}", "--format", "json", "--fail-on", "never"),
    "mcpxray scan": ("mcpxray", "scan", "--manifest", "{}", "--format", "json"),
}
"""Other linters, by the command that reads a file."""


class Run(NamedTuple):
    """What a process took: seconds on the clock, of processors, and megabytes at its peak."""

    wall: float
    cpu: float
    peak: float


class Row(NamedTuple):
    """A line of the table: what was measured, the base's value and this checkout's, the value that
    is compared, and what it may be at most.
    """

    what: str
    base: str
    new: str
    ratio: float | None
    most: str


class Builds:
    """Two installations of toolgrade in a folder: that of a commit, and that of this checkout."""

    def __init__(self, folder: Path, commit: str) -> None:
        tree = folder / "tree"
        subprocess.run(
            ["git", "worktree", "add", "--detach", "--force", str(tree), commit],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        try:
            self.base = self._install(tree, folder / "base")
        finally:
            subprocess.run(
                ["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True
            )
        self.new = self._install(ROOT, folder / "new")

    def _install(self, tree: Path, environment: Path) -> Path:
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        pip = environment / "bin" / "pip"
        subprocess.run([str(pip), "install", "-q", f"{tree}[tokens]"], check=True)
        return environment / "bin" / "toolgrade"

    def __iter__(self) -> Iterator[Path]:
        return iter((self.base, self.new))


class Bench:
    """Runs commands in turn; what `cache` names is where this checkout keeps results."""

    def __init__(self, rounds: int, cache: Path) -> None:
        self.rounds = rounds
        self.environment = {**os.environ, "TOOLGRADE_CACHE": ""}
        self.warm = {**os.environ, "TOOLGRADE_CACHE": str(cache)}

    def run(self, *commands: tuple[object, ...], rounds: int = 0, warm: bool = False) -> list[Run]:
        """Return for each command the least of what it took, all of them run in turn."""
        taken: list[list[Run]] = [[] for _ in commands]
        for _ in range(rounds or self.rounds):
            for runs, command in zip(taken, commands, strict=True):
                runs.append(self._once(command, warm=warm))
        return [Run(*map(min, zip(*runs, strict=True))) for runs in taken]

    def _once(self, command: tuple[object, ...], *, warm: bool) -> Run:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *map(str, command)],
            capture_output=True,
            text=True,
            check=True,
            env=self.warm if warm else self.environment,
        )
        code, *numbers = map(float, done.stdout.split())
        if code:
            raise SystemExit(f"{' '.join(map(str, command))}: exit {code:.0f}\n{done.stderr}")
        return Run(*numbers)


def grade(command: Path, file: Path, *options: str) -> tuple[object, ...]:
    """Return the command that grades a file to JSON."""
    return (command, "grade", file, "-o", "json", *options)


def spread_options(command: Path) -> tuple[str, ...]:
    """Return the options by which an installation uses all processors; () where it has none."""
    asked = [str(command), "grade", "--help"]
    shown = subprocess.run(asked, capture_output=True, text=True, check=True)
    return ("-j", "auto") if "-j" in shown.stdout else ()


def compare(what: str, most: str, base: float, new: float, unit: str = "s") -> Row:
    """Return a row that compares two numbers of one unit."""
    shown = (
        f"{value:.0f} {unit}" if unit == "MB" else f"{value:.2f} {unit}" for value in (base, new)
    )
    return Row(what, *shown, new / base, most)


def measure_processor(builds: Builds, bench: Bench, files: Definitions) -> Iterator[Row]:
    """Yield the rows on one process."""
    for tools, most in ((FEW, "0.30"), (14, "0.55")):
        file = files.make(tools)
        base, new = bench.run(*(grade(each, file) for each in builds))
        yield compare(f"CPU, {tools:,} tools in one server", most, base.cpu, new.cpu)
    file = files.make(FEW, SERVERS // 10)
    base, new = bench.run(*(grade(each, file) for each in builds))
    yield compare(f"CPU, {FEW:,} tools of {SERVERS // 10} servers", "0.30", base.cpu, new.cpu)


def measure_processes(builds: Builds, bench: Bench, files: Definitions) -> Iterator[Row]:
    """Yield the rows on all processors, without and with what the last run kept."""
    file = files.make(MANY, SERVERS)
    commands = [grade(each, file, *spread_options(each)) for each in builds]
    base, new = bench.run(*commands, rounds=1)
    what = f"wall, {MANY:,} tools of {SERVERS} servers, {os.cpu_count()} cores"
    yield compare(what, "0.16", base.wall, new.wall)
    bench.run(commands[1], rounds=1, warm=True)
    (again,) = bench.run(commands[1], rounds=2, warm=True)
    yield compare("the same again, nothing changed", "0.05", base.wall, again.wall)
    yield compare("its peak", "80 MB", base.peak, new.peak, "MB")


def measure_start(builds: Builds, bench: Bench, _: Definitions) -> Iterator[Row]:
    """Yield the row on start-up: how many times as long as a bare `import click`."""
    bare, base, new = bench.run(
        (builds.new.parent / "python", "-c", "import click"),
        *((each, "--version") for each in builds),
        rounds=4 * bench.rounds,
    )
    shown = (f"{run.cpu / bare.cpu:.2f}" for run in (base, new))
    yield Row("`--version`, of `import click`", *shown, new.cpu / base.cpu, "1.25")


def measure_memory(builds: Builds, bench: Bench, files: Definitions) -> Iterator[Row]:
    """Yield the row on one large server."""
    base, new = bench.run(*(grade(each, files.make(MANY)) for each in builds), rounds=1)
    yield compare(f"CPU, {MANY:,} tools in one server", "", base.cpu, new.cpu)
    yield compare("its peak", "140 MB", base.peak, new.peak, "MB")


def measure_growth(builds: Builds, bench: Bench, files: Definitions) -> Iterator[Row]:
    """Yield by which power of the number of tools the processor's time grows, in this checkout."""
    (start,) = bench.run((builds.new, "--version"))
    for what, servers in (("one server", 1), ("many servers", MOST // 20)):
        small = files.make(FEW, max(1, servers * FEW // MOST))
        large = files.make(MOST, servers)
        runs = [bench.run(grade(builds.new, small), rounds=2)[0].cpu]
        runs += [bench.run(grade(builds.new, large, "--timeout", "600"), rounds=1)[0].cpu]
        few, many = (seconds - start.cpu for seconds in runs)
        power = math.log(many / few) / math.log(MOST / FEW)
        yield Row(
            f"growth of CPU, {FEW:,} to {MOST:,} tools, {what}", "", f"{power:.2f}", None, "1.05"
        )


def measure_clients(builds: Builds, bench: Bench, files: Definitions) -> Iterator[Row]:
    """Yield what all clients add to the processor's time, in this checkout."""
    file = files.make(FEW)
    alone, on_top = bench.run(grade(builds.new, file), grade(builds.new, file, "--clients", "all"))
    added = 100 * (on_top.cpu / alone.cpu - 1)
    yield Row("all clients on top", "", f"{added:.0f} %", None, "15 %")


def measure_source(
    builds: Builds, bench: Bench, files: Definitions, folder: Path | None = None
) -> Iterator[Row]:
    """Yield the rows on a folder of source, in this checkout: read anew, and as kept."""
    if folder is None:
        folder = files.target / "source"
        for name, text in repository(FILES, ".py").items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    count = sum(1 for path in folder.rglob("*") if path.is_file())
    (cold,) = bench.run(grade(builds.new, folder), rounds=1)
    bench.run(grade(builds.new, folder), rounds=1, warm=True)
    (warm,) = bench.run(grade(builds.new, folder), rounds=1, warm=True)
    yield Row(f"source: a folder of {count:,} files, cold", "", f"{cold.wall:.1f} s", None, "20 s")
    yield Row("the same, warm", "", f"{warm.wall:.1f} s", None, "2 s")


def measure_peers(builds: Builds, bench: Bench, files: Definitions) -> Iterator[Row]:
    """Yield what other linters take for a file, with this checkout beside."""
    for (name, (program, *words)), tools in zip(PEERS.items(), (14, FEW), strict=True):
        found = shutil.which(program) or shutil.which(
            program, path=str(Path(sys.executable).parent)
        )
        if found:
            file = files.make(tools)
            command = (found, *(word.format(file) for word in words))
            peer, new = bench.run(command, grade(builds.new, file))
            row = compare(f"CPU, {tools:,} tools: `{name}`, toolgrade", "", peer.cpu, new.cpu)
            yield row


MEASURES = (
    measure_start,
    measure_processor,
    measure_processes,
    measure_memory,
    measure_growth,
    measure_clients,
    measure_source,
    measure_peers,
)


def report(rows: list[Row], shares: list[tuple[str, float]], asked: argparse.Namespace) -> str:
    """Return the page, all but its section on growth."""
    real = "real definitions, shuffled" if asked.definitions else "generated definitions"
    about = (
        f"Whole processes that read a file of {real} and write the JSON report: commit "
        f"{asked.base} and this checkout, each installed anew and run in turn by `python "
        "tests/benchmarks/speed.py --update`. Least of each; the claim is the ratios. Python "
        f"{platform.python_version()}, {platform.system()}, {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f}."
    )
    lines = [
        "# How fast",
        "",
        about,
        "",
        f"| What | {asked.base} | now | ratio | at most |",
        "| :-- | --: | --: | --: | --: |",
    ]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        lines.append(f"| {row.what} | {row.base} | {row.new} | {ratio} | {row.most} |")
    lines += [
        "",
        f"Where the time of {FEW:,} tools in one server goes, in samples of the stack:",
        "",
    ]
    lines += ["| Part | share |", "| :-- | --: |"]
    lines += [f"| `{part}` | {100 * share:.0f} % |" for part, share in shares]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print each row as it is measured; write the page if asked to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", default=BASE)
    parser.add_argument("--definitions", type=Path)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--update", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        builds = Builds(folder, asked.base)
        bench = Bench(asked.rounds, folder / "cache")
        files = Definitions(folder, asked.definitions)
        rows: list[Row] = []
        for measure in MEASURES:
            if asked.only not in measure.__name__:
                continue
            given = (asked.source,) if measure is measure_source else ()
            for row in measure(builds, bench, files, *given):
                rows.append(row)
                sys.stdout.write(" | ".join(map(str, row)) + "\n")
                sys.stdout.flush()
        if asked.update:
            shares = list_shares(builds.new.parent / "python", files.make(FEW))
            growth = SPEED.read_text(encoding="utf-8").partition(HEADING)[2]
            SPEED.write_text(report(rows, shares, asked) + HEADING + growth, encoding="utf-8")


if __name__ == "__main__":
    main()
