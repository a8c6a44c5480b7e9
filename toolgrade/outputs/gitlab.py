"""GitLab's Code Quality report: what a merge request shows of findings and their places.

GitLab refuses the whole report for one entry without a path, so a finding that is in no file (a
live server's) is left out: save the list with `toolgrade fetch` and grade the file. A finding on a
whole list is put at the first line of its file. What a baseline knows is kept: GitLab compares with
the target branch itself, and would take it for fixed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from toolgrade.outputs.results import describe_result, flat, results
from toolgrade.outputs.visible import encode_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.model import Report
    from toolgrade.outputs.results import Result

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}
"""Words cannot break a build: "critical" and "blocker" are left to faults that can."""

_ENCODE = json.JSONEncoder(separators=(",", ":")).encode


def render(report: Report) -> Iterator[str]:
    """Return the report in chunks, an entry on a line; what is ignored is left out."""
    rows = (_entry(r, r.file) for r in results(report) if r.file and not r.finding.ignored)
    yield "["
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n{_ENCODE(row)}"
    yield "\n]\n"


def _entry(result: Result, file: str) -> dict[str, Any]:
    place = result.place
    return {
        "description": describe_result(result),
        "check_name": flat(result.finding.check),
        "fingerprint": result.fingerprint,
        "severity": _SEVERITIES[result.finding.level or "note"],
        "location": {
            "path": encode_path(place.file if place else file),
            "lines": {"begin": place.line if place else 1},
        },
    }
