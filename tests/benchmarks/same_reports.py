"""Compares the JSON reports of two checkouts: every number, check id, pointer and place.

    python tests/benchmarks/same_reports.py OLD_TOOLGRADE NEW_TOOLGRADE FOLDER_OR_FILE...

OLD and NEW are the commands of two installations. Each JSON file below a folder is graded by both;
a folder that is given with a trailing "/." is graded as source. Words (titles, notes, messages) may
differ; everything else may not. Prints each difference and their count; exit status 1 if there is
one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = frozenset(
    ("title", "note", "message", "question", "why", "text_", "question", "unknown", "meaning")
)
"""Keys whose strings are toolgrade's own words."""
LISTS_OF_WORDS = frozenset(("notices", "missed", "guide"))
STAMP = frozenset(("toolgrade", "digest", "rubric"))
MOST_SHOWN = 20
BATCH = 25


def flatten(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the path and value of every leaf that is not made of words."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in STAMP or key in LISTS_OF_WORDS:
                continue
            if key in WORDS and isinstance(inner, str):
                continue
            yield from flatten(inner, f"{path}/{key}")
    elif isinstance(value, list):
        yield path, len(value)
        for at, inner in enumerate(value):
            yield from flatten(inner, f"{path}/{at}")
    else:
        yield path, value


def grade(command: str, named: tuple[str, ...]) -> tuple[int, dict[str, Any]]:
    """Return the exit status of a grading, and the leaves of its report."""
    environment = {**os.environ, "TOOLGRADE_CACHE": ""}
    done = subprocess.run(
        [command, "grade", *named, "-o", "json"], capture_output=True, check=False, env=environment
    )
    report = json.loads(done.stdout) if done.stdout else {}
    return done.returncode, dict(flatten(report))


def differences(old: str, new: str, named: tuple[str, ...]) -> list[str]:
    """Return a line for each leaf in which two gradings of some sources differ."""
    (old_status, before), (new_status, after) = grade(old, named), grade(new, named)
    found = [f"exit {old_status} -> {new_status}"] if old_status != new_status else []
    found += [
        f"{path}: {before.get(path)!r} -> {after.get(path)!r}"
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    ]
    return [f"{named[0]} and {len(named) - 1} more: {line}" for line in found]


def sources(named: list[str]) -> Iterator[str]:
    """Yield what to grade."""
    for name in named:
        if Path(name).is_dir() and not name.endswith("/."):
            yield from sorted(str(path) for path in Path(name).rglob("*.json"))
        else:
            yield name


def batches(named: list[str]) -> list[tuple[str, ...]]:
    """Return what to grade, so many at a time."""
    found = [*sources(named)]
    return [tuple(found[at : at + BATCH]) for at in range(0, len(found), BATCH)]


def main(old: str, new: str, *named: str) -> int:
    """Print the differences; return the exit status."""
    count = graded = 0
    work = batches([*named])
    with ThreadPoolExecutor(2) as pool:
        for batch, lines in zip(
            work, pool.map(lambda batch: differences(old, new, batch), work), strict=True
        ):
            graded += len(batch)
            for line in lines:
                count += 1
                if count <= MOST_SHOWN:
                    sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{graded} sources graded, {count} differences\n")
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
