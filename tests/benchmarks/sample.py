"""Samples where a grading's time goes: run by speed.py in the installation that is measured."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

EVERY = 0.001
SHOWN = 16


def list_shares(python: Path, file: Path) -> list[tuple[str, float]]:
    """Return the parts of toolgrade by their share of a grading's processor time, largest first."""
    done = subprocess.run(
        [str(python), __file__, str(file)], capture_output=True, text=True, check=True
    )
    counts = Counter(json.loads(done.stdout))
    total = counts.total()
    return [(part, count / total) for part, count in counts.most_common(SHOWN)]


def part_of(frame: FrameType | None) -> str:
    """Return the part of toolgrade that runs: the innermost of its modules on the stack."""
    while frame is not None:
        _, package, inside = frame.f_code.co_filename.rpartition("/site-packages/toolgrade/")
        if package:
            return inside.removesuffix(".py").removesuffix("/__init__")
        frame = frame.f_back
    return "imports"


def main() -> None:
    """Grade the file that is named; print the samples of each part as JSON."""
    counts: Counter[str] = Counter()
    signal.signal(signal.SIGPROF, lambda _, frame: counts.update([part_of(frame)]))
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    from toolgrade.cli import main as run  # noqa: PLC0415 - imports are sampled too

    sys.argv = ["toolgrade", "grade", sys.argv[1], "-o", "json:/dev/null"]
    with suppress(SystemExit):
        run()
    signal.setitimer(signal.ITIMER_PROF, 0)
    sys.stdout.write(json.dumps(counts))


if __name__ == "__main__":
    main()
