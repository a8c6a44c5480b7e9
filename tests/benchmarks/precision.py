"""Measures how often findings of level error are right, by verdicts of a reader.

    python tests/benchmarks/precision.py FILE... [--verdicts FILE] [-j N] [--show CHECK]

Grades every server of the files and takes a random sample of 50 findings of each check of level
error, all where there are fewer; the sample depends on the findings alone. Prints a table in
Markdown from the verdicts; exit status 1 if a finding of the sample was not read, or if a check is
right less often than 98 %. --show prints the findings of a check that were not read, with the
definition, to be read. A line of the verdicts has "check", "server", "tool", "verdict" (right,
arguable or wrong) and, unless it is right, "why". No definition is kept: they are other people's.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade import Rubric, read
from toolgrade.grading.grade import grade
from toolgrade.model import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolgrade.model import Finding

VERDICTS = Path(__file__).parents[2] / "reports" / "precision" / "verdicts.jsonl"
SAMPLE = 50
LEAST = 0.98
SHOWN = 1_500
"""Most characters of a definition that --show prints."""


class Found(NamedTuple):
    """An error of a tool, or of a server if `tool` is "": its note, and the definition."""

    check: str
    server: str
    tool: str
    note: str
    definition: str

    @property
    def key(self) -> tuple[str, str, str]:
        """By what a verdict finds it."""
        return self.check, self.server, self.tool


class Graded(NamedTuple):
    """What a file holds: servers, tools, and the errors found in them."""

    servers: int
    tools: int
    errors: list[Found]


def find_errors(file: str) -> Graded:
    """Return the errors of the servers of a file; none if it cannot be read."""
    try:
        servers = [server for server in read(file) if server.tools]
    except InputError:
        return Graded(0, 0, [])
    found: list[Found] = []
    for server in servers:
        (report,) = grade([server], Rubric.load()).servers
        for finding in report.walk_server_findings():
            found += _errors(finding, server.name, "", "")
        for tool in report.tools:
            raw = tool.tool
            said = (raw.description, raw.annotations, raw.input_schema, raw.output_schema)
            text = json.dumps(said, ensure_ascii=False, default=str)[:SHOWN]
            for finding in tool.walk_findings():
                found += _errors(finding, server.name, raw.name or "", text)
    return Graded(len(servers), sum(len(server.tools) for server in servers), found)


def _errors(finding: Finding, server: str, tool: str, definition: str) -> Iterator[Found]:
    """Yield a finding if its level is error."""
    if finding.level == "error":
        yield Found(finding.check, server, tool, finding.note, definition)


def sample(errors: Iterable[Found]) -> list[Found]:
    """Return a random sample of the errors of one check, in an order that depends on them alone."""
    different = {error.key: error for error in errors}
    hashed = sorted(different, key=lambda key: hashlib.sha256("\n".join(key).encode()).digest())
    return [different[key] for key in hashed[:SAMPLE]]


def read_verdicts(file: Path) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return the verdicts by check, server and tool."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {(row["check"], row["server"], row["tool"]): row for row in rows}


def report(graded: list[Graded], verdicts: dict[tuple[str, str, str], dict[str, Any]]) -> list[str]:
    """Return the lines of the table; those of a check that is not right often enough, or was not
    read, end in "no".
    """
    errors = [error for one in graded for error in one.errors]
    tools, servers = (sum(one[at] for one in graded) for at in (1, 0))
    lines = [
        "# Precision of errors",
        "",
        f"Findings of level error on {tools:,} tools of {servers:,} servers.",
        f"A random sample of {SAMPLE} of each check was read, all where there are fewer.",
        f"Arguable counts as wrong. Wanted: right in {LEAST:.0%} at least.",
        "",
        "| Check | Findings | Sample | Read | Right | Arguable | Wrong | Precision | Enough |",
        "| :-- | --: | --: | --: | --: | --: | --: | --: | :-- |",
    ]
    for check in sorted({error.check for error in errors}):
        own = [error for error in errors if error.check == check]
        taken = sample(own)
        said = [verdicts[error.key]["verdict"] for error in taken if error.key in verdicts]
        right, arguable, wrong = (said.count(x) for x in ("right", "arguable", "wrong"))
        share = right / len(said) if said else 0.0
        enough = "yes" if share >= LEAST and len(said) == len(taken) else "no"
        lines.append(
            f"| `{check}` | {len(own):,} | {len(taken)} | {len(said)} | {right} | {arguable}"
            f" | {wrong} | {share:.1%} | {enough} |"
        )
    why = [row for row in verdicts.values() if row.get("why")]
    if why:
        lines += ["", "| Not right | Check | Verdict | Why |", "| :-- | :-- | :-- | :-- |"]
    for row in why:
        name = f"{row['server']}: {row['tool']}"
        lines.append(f"| {name} | `{row['check']}` | {row['verdict']} | {row['why']} |")
    return lines


def main() -> int:
    """Print the table, or what is to be read; return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--verdicts", type=Path, default=VERDICTS)
    parser.add_argument("-j", "--jobs", type=int, default=1)
    parser.add_argument("--show")
    given = parser.parse_args()
    verdicts = read_verdicts(given.verdicts) if given.verdicts.exists() else {}
    with ProcessPoolExecutor(given.jobs) as pool:
        graded = list(pool.map(find_errors, given.files, chunksize=8))
    if given.show:
        own = [e for one in graded for e in one.errors if given.show in {e.check, "all"}]
        for check in sorted({error.check for error in own}):
            for error in sample(e for e in own if e.check == check):
                if error.key not in verdicts:
                    sys.stdout.write(f"{json.dumps(error._asdict(), ensure_ascii=False)}\n")
        return 0
    lines = report(graded, verdicts)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return int(any(line.endswith("| no |") for line in lines))


if __name__ == "__main__":
    sys.exit(main())
