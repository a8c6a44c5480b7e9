"""Grades mutants of real lists and prints the tally.

    python tests/fuzz/mutants.py FOLDER [--count 10000] [--seed 0] [--jobs 1]

Every mutant is a JSON list below FOLDER with a few values changed, graded for all clients and
rendered in every format. Its number and the seed decide what it is, so the tally is the same for
every number of processes. Exit status 1 if one raised anything but an expected error, or took more
than five seconds of processor time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections import Counter
from functools import cache, partial
from multiprocessing import Pool
from pathlib import Path
from random import Random
from typing import NamedTuple

from doors import EXPECTED, listing
from mutate import mutate_bytes, mutate_json

MOST_SECONDS = 5.0
LARGEST = 60_000
"""Bytes of a list that is mutated: the tally is of kinds of damage, not of sizes."""
EVERY = 10
"""Of so many mutants, one is of the bytes and not of the data."""
AT_ONCE = 20
"""Mutants that a process is given at once."""


class Outcome(NamedTuple):
    """What became of a mutant, in how many seconds of processor time, and its traceback if any."""

    what: str
    taken: float
    said: str = ""


def grade_mutant(number: int, folder: Path, seed: int) -> Outcome:
    """Make the mutant of a number, and send it through the door of lists."""
    random = Random(f"{seed} {number}")
    content = random.choice(list_files(folder)).read_bytes()
    if number % EVERY:
        content = json.dumps(mutate_json(json.loads(content), random)).encode()
    else:
        content = mutate_bytes(content, random)
    what, said = "graded", ""
    started = time.process_time()
    try:
        listing(content)
    except EXPECTED:
        what = "refused with one line"
    except Exception:  # noqa: BLE001 - to count whatever is raised
        what, said = "traceback", f"mutant {number} of seed {seed}:\n{traceback.format_exc()}\n"
    return Outcome(what, time.process_time() - started, said)


@cache
def list_files(folder: Path) -> list[Path]:
    """Return the lists that are mutated."""
    return [p for p in sorted(folder.rglob("*.json")) if p.stat().st_size < LARGEST]


def main() -> int:
    """Print the tally; return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    tally: Counter[str] = Counter({"traceback": 0, "over 5 s": 0})
    slowest = 0.0
    grade = partial(grade_mutant, folder=given.folder, seed=given.seed)
    with Pool(given.jobs) as pool:
        for outcome in pool.imap(grade, range(given.count), AT_ONCE):
            sys.stdout.write(outcome.said)
            tally[outcome.what] += 1
            tally["over 5 s"] += outcome.taken > MOST_SECONDS
            slowest = max(slowest, outcome.taken)
    lists = len(list_files(given.folder))
    sys.stdout.write(f"{given.count} mutants of {lists} lists, seed {given.seed}: ")
    sys.stdout.write(", ".join(f"{count} {what}" for what, count in sorted(tally.items())))
    sys.stdout.write(f"; slowest {slowest:.2f} s of CPU\n")
    return int(tally["traceback"] + tally["over 5 s"] > 0)


if __name__ == "__main__":
    sys.exit(main())
