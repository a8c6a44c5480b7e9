"""What `--clients all,frameworks` costs on top of grading real tools, in one process's user time:
`python tests/benchmarks/client_cost.py FOLDER`, where FOLDER holds saved servers.

The first 1,000 tools are graded five times with and five times without the matrix, in turn; what
is compared are the medians.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
from pathlib import Path

TOOLS = 1_000
ROUNDS = 5
TOOLGRADE = Path(sys.executable).with_name("toolgrade")


def choose_files(folder: Path) -> list[str]:
    """Return files of saved servers, in order, until they hold enough tools."""
    found: list[str] = []
    count = 0
    for path in sorted(folder.rglob("*.json")):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        tools = data.get("tools") if isinstance(data, dict) else None
        if tools and count < TOOLS:
            found.append(str(path))
            count += len(tools)
    sys.stdout.write(f"{count} tools of {len(found)} servers\n")
    return found


def measure_seconds(arguments: list[str]) -> float:
    """Return the user time of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([TOOLGRADE, "grade", "--no-cache", *arguments], capture_output=True, check=False)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def main(folder: Path) -> None:
    files = choose_files(folder)
    plain: list[float] = []
    asked: list[float] = []
    for _ in range(ROUNDS):
        plain.append(measure_seconds(files))
        asked.append(measure_seconds([*files, "--clients", "all,frameworks"]))
    without, with_clients = statistics.median(plain), statistics.median(asked)
    sys.stdout.write(
        f"without {without:.2f} s, with all clients and frameworks {with_clients:.2f} s: "
        f"{100 * (with_clients / without - 1):+.1f} %\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
