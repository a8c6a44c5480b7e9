"""Annotations on a pull request: a workflow command a line, on the words they are about.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest unsaid, so only
the most urgent are written, and the last line counts the others. What is ignored, or known to a
baseline, is annotated nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.outputs.results import describe_result, find_path_from_root, flat, results
from toolgrade.outputs.visible import encode_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.model import Notice, Place, Report
    from toolgrade.outputs.results import Result

MOST_OF_A_KIND = 10
_LONGEST_TEXT = 1000
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> Iterator[str]:
    """Return the commands, a line each: failed sources, missed thresholds, notices, findings."""
    first = [
        _command("error", {"title": "Not graded"}, f"{flat(e.source)}: {e.message}")
        for e in report.errors
    ]
    first += [_command("error", {"title": "Threshold missed"}, line) for line in report.missed]
    notices = [
        _command("warning", _where_noticed(notice) | {"title": "Notice"}, notice.text)
        for notice in report.notices
    ]
    open_ones = [r for r in results(report) if not r.finding.ignored and r.finding.state != "known"]
    left_out = 0
    for level, command in _COMMANDS.items():
        lines = {"error": first, "warning": notices}.get(level, [])
        lines += [_annotation(r, command) for r in open_ones if r.finding.level == level]
        yield from lines[:MOST_OF_A_KIND]
        left_out += max(0, len(lines) - MOST_OF_A_KIND)
    if left_out:
        yield f"toolgrade: {left_out} more are not annotated: GitHub shows ten of a kind\n"


def _annotation(result: Result, command: str) -> str:
    where = _where(result.place)
    if not where and result.file:
        where = {"file": result.file}
    return _command(command, where | {"title": result.finding.check}, describe_result(result))


def _where_noticed(notice: Notice) -> dict[str, str | int]:
    place = notice.place
    return _where(place and place._replace(file=find_path_from_root(notice.base, place.file)))


def _where(place: Place | None) -> dict[str, str | int]:
    return {"file": place.file, "line": place.line, "col": place.column} if place else {}


def _command(name: str, properties: dict[str, str | int], message: str) -> str:
    r"""Return a workflow command, nothing in which can end it or begin another.

    >>> _command("error", {"title": "a:b,c"}, "50 %\n::error::x")
    '::error title=a%3Ab%2Cc::50 %25↵::error::x\n'
    """
    listed = ",".join(f"{key}={_property(key, str(value))}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(flat(message, _LONGEST_TEXT))}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(key: str, text: str) -> str:
    shown = _encode_path(text) if key == "file" else flat(text, _LONGEST_TEXT)
    return _data(shown).replace(":", "%3A").replace(",", "%2C")


def _encode_path(path: str) -> str:
    """Return the path of a file. `_data` encodes its newlines, which GitHub decodes again."""
    return "\n".join(map(encode_path, path.split("\n")))
