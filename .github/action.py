"""What action.yml runs: its inputs to one `toolgrade grade`, the report to the action's outputs.

Inputs arrive as INPUT_* variables; a line of an input is one value. Ends with toolgrade's status.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

OPTIONS = (
    "rubric",
    "config",
    "fail-under",
    "fail-on",
    "level",
    "fail-on-risk",
    "baseline",
    "select",
    "ignore",
    "spec",
    "clients",
    "profile",
    "max-tokens",
    "timeout",
    "env",
    "header",
)
SHARED = ("rubric", "config", "timeout", "env", "header")
FILES = {"json": "report.json", "html": "scorecard.html", "sarif": "toolgrade.sarif"}
TOOLGRADE = (sys.executable, "-c", "from toolgrade.cli import main; main()")


def main() -> int:
    reports = Path(*lines("reports")[:1] or ["toolgrade-reports"])
    comparison = reports / "compare.md"
    files = {format_: reports / name for format_, name in FILES.items()}
    try:
        graded = source()
        if leads_through_link(reports):
            return refused(f"reports: {reports} leads through a link; name another folder")
        reports.mkdir(parents=True, exist_ok=True)
        for file in (comparison, *files.values()):
            file.unlink(missing_ok=True)  # what an earlier step wrote is not a report of this one
    except ValueError as error:
        return refused(f"command: {error}; close it, as in a shell")
    except OSError as error:
        return refused(f"reports: cannot be written to: {error.strerror}; name another folder")
    if given("compare"):
        compare(comparison, graded)
    status = toolgrade("grade", "-o", "github", *outputs(files), *options(OPTIONS), *graded)
    found = {f"{f}-report": file.as_posix() for f, file in files.items() if file.exists()}
    if files["sarif"].exists():
        leave_out_suppressed(files["sarif"])
    summary = summed_up(files["json"]) if files["json"].exists() else {}
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as out:
        out.writelines(f"{name}={value}\n" for name, value in {**found, **summary}.items())
    return status


def compare(comparison: Path, graded: list[str]) -> None:
    """Put what moved first in the job's summary. What cannot be compared, such as a base that does
    not have the file yet, is reported there and in the log, and fails nothing.
    """
    many = len(lines("sources")) + bool(given("command"))
    why = "the log of this step says why"
    if many > 1:
        why = f"`compare` takes one source, and there are {many}; use the action once for each"
        print(f"toolgrade: nothing was compared: {why}", file=sys.stderr, flush=True)  # noqa: T201
    else:
        to = outputs({"markdown": comparison})
        toolgrade("compare", *to, *options(SHARED), given("compare"), *graded)
    text = f"Nothing was compared: {why}.\n\n"
    if comparison.exists():
        text = comparison.read_text(encoding="utf-8")
    if "GITHUB_STEP_SUMMARY" in os.environ:
        with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as summary:
            summary.write(text)


def refused(message: str) -> int:
    print(f"toolgrade: {message}", file=sys.stderr)  # noqa: T201 - the action's log
    return 2


def leads_through_link(folder: Path) -> bool:
    """Whether a link of the checkout, which a pull request may have put there, is in the way."""
    here = Path(os.path.realpath(Path.cwd()))
    return not folder.is_absolute() and os.path.realpath(folder) != os.path.normpath(here / folder)


def leave_out_suppressed(sarif: Path) -> None:
    """Code scanning takes no notice of suppressions: what is ignored would be an open alert."""
    data = json.loads(sarif.read_text(encoding="utf-8"))
    for run in data["runs"]:
        run["results"] = [one for one in run["results"] if not one.get("suppressions")]
    sarif.write_text(json.dumps(data), encoding="utf-8")


def toolgrade(*arguments: str) -> int:
    return subprocess.run((*TOOLGRADE, *arguments), check=False).returncode  # noqa: S603 - our own


def given(name: str) -> str:
    return os.environ.get(f"INPUT_{name.replace('-', '_').upper()}", "").strip()


def lines(name: str) -> list[str]:
    return [line.strip() for line in given(name).splitlines() if line.strip()]


def outputs(files: dict[str, Path]) -> list[str]:
    return [word for format_, file in files.items() for word in ("-o", f"{format_}:{file}")]


def options(names: tuple[str, ...]) -> list[str]:
    return [word for name in names for value in lines(name) for word in (f"--{name}", value)]


def source() -> list[str]:
    command = shlex.split(given("command"))
    return [*lines("sources"), *(("--", *command) if command else ())]


def summed_up(report: Path) -> dict[str, Any]:
    """Return the lowest server's score and tier, and how many errors and warnings are open."""
    data = json.loads(report.read_text(encoding="utf-8"))
    servers = data["servers"]
    scores = [server["score"] for server in servers]
    judged = [
        (score["overallScore"], score["overallTier"])
        if score["overallScore"] is not None
        else (score["descriptionQualityScore"], score["descriptionQualityTier"])
        for score in scores
    ]
    lowest = min((pair for pair in judged if pair[0] is not None), default=("", ""))
    return {
        "lowest-score": lowest[0],
        "lowest-tier": lowest[1],
        "open-findings": sum(map(open_findings, servers)),
    }


def open_findings(server: dict[str, Any]) -> int:
    tools = server["tools"]
    found = [*server["findings"], *(finding for tool in tools for finding in tool["findings"])]
    for tool in tools:
        for dimension in tool["dimensions"].values():
            found += dimension["findings"]
    return sum(f["level"] in {"error", "warning"} and not f["ignored"] for f in found)


if __name__ == "__main__":
    sys.exit(main())
