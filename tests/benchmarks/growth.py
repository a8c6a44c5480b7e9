"""Measures what twice the input costs: `python tests/benchmarks/growth.py [N] [--update]`.

Prints, for every reader of source, for lists and for every output, the processor seconds at N and
2 N and their ratio; with --update, writes the table under "Growth" in reports/speed.md.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import growth_javascript
import growth_patterns
from generated import server

from toolgrade.api import grade
from toolgrade.inputs import InputError, read
from toolgrade.outputs import REPORTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SPEED = Path(__file__).parents[2] / "reports" / "speed.md"
HEADING = "\n## Growth\n"
ROUNDS = 2
FLOOR = 0.02
"""Seconds: below this a ratio is noise, and is left out."""


def least_seconds(work: Callable[[], object]) -> float:
    """Return the least processor seconds that a call took."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        with suppress(InputError):  # nested deeper than its language allows
            work()
        times.append(time.process_time() - start)
    return min(times)


def measure_sources(size: int) -> Iterator[tuple[str, float, float]]:
    """Yield each source that grows, with the seconds at a size and at twice that."""
    for name, make in (*growth_javascript.cases(), *growth_patterns.cases()):
        seconds = []
        for count in (size, 2 * size):
            folder = make(count)
            seconds.append(least_seconds(lambda folder=folder: read(str(folder))))
            shutil.rmtree(folder, ignore_errors=True)
        yield name, seconds[0], seconds[1]


def measure_lists(size: int) -> Iterator[tuple[str, float, float]]:
    """Yield grading and every output, with the seconds for a size and for twice that."""
    with tempfile.TemporaryDirectory() as folder:
        reports, graded = [], []
        for count in (size, 2 * size):
            path = Path(folder) / f"{count}.json"
            path.write_text(json.dumps(server(count)))
            graded.append(least_seconds(lambda path=path: grade(read(str(path)))))
            reports.append(grade(read(str(path)), clients=["all"]))
        yield "list: reading and grading", graded[0], graded[1]
        for name, render in REPORTERS.items():
            one, two = (
                least_seconds(lambda report=report, render=render: sum(map(len, render(report))))
                for report in reports
            )
            yield f"output: {name}", one, two


def table(size: int) -> Iterator[str]:
    """Yield the lines of the table."""
    command = "python tests/benchmarks/growth.py --update"
    yield f"Processor seconds at a size of {size} and of {2 * size}, by `{command}`."
    yield ""
    yield f"| What grows | {size} | {2 * size} | ratio |"
    yield "| :-- | --: | --: | --: |"
    for name, one, two in (*measure_lists(size), *measure_sources(size)):
        ratio = f"{two / one:.2f}" if one > FLOOR else "-"
        yield f"| {name.replace('|', 'or')} | {one:.3f} | {two:.3f} | {ratio} |"


def main() -> None:
    """Print the table; write it down if asked to."""
    os.environ["TOOLGRADE_CACHE"] = ""
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    lines = []
    for line in table(numbers[0] if numbers else 200):
        lines.append(line)
        sys.stdout.write(f"{line}\n")
    if "--update" in sys.argv:
        before = SPEED.read_text(encoding="utf-8").partition(HEADING)[0]
        SPEED.write_text(before + HEADING + "\n" + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
