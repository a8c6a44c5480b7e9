"""Grades mutants of real lists and prints the tally.

    python tests/fuzz/mutants.py FOLDER [--count 10000] [--seed 0]

Every mutant is a JSON list below FOLDER with a few values changed, graded for all clients and
rendered in every format. Exit status 1 if one raised anything but an expected error, or took more
than five seconds of processor time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

from doors import EXPECTED, listing
from mutate import mutate_bytes, mutate_json

MOST_SECONDS = 5.0
LARGEST = 60_000
"""Bytes of a list that is mutated: the tally is of kinds of damage, not of sizes."""
EVERY = 10
"""Of so many mutants, one is of the bytes and not of the data."""


def main() -> int:
    """Print the tally; return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    files = [p for p in sorted(given.folder.rglob("*.json")) if p.stat().st_size < LARGEST]
    random = Random(given.seed)
    tally: Counter[str] = Counter()
    slowest = 0.0
    for number in range(given.count):
        content = random.choice(files).read_bytes()
        if number % EVERY:
            content = json.dumps(mutate_json(json.loads(content), random)).encode()
        else:
            content = mutate_bytes(content, random)
        started = time.process_time()
        try:
            listing(content)
            tally["graded"] += 1
        except EXPECTED:
            tally["refused with one line"] += 1
        except Exception:  # noqa: BLE001 - to count whatever is raised
            tally["traceback"] += 1
            sys.stdout.write(f"mutant {number} of seed {given.seed}:\n{traceback.format_exc()}\n")
        taken = time.process_time() - started
        slowest = max(slowest, taken)
        tally["over 5 s"] += taken > MOST_SECONDS
    sys.stdout.write(f"{given.count} mutants of {len(files)} lists, seed {given.seed}: ")
    sys.stdout.write(", ".join(f"{count} {what}" for what, count in sorted(tally.items())))
    sys.stdout.write(f"; slowest {slowest:.2f} s of CPU\n")
    return int(tally["traceback"] + tally["over 5 s"] > 0)


if __name__ == "__main__":
    sys.exit(main())
