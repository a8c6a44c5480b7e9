r"""A finding a line, as compilers write them: for editors, grep and the log of a CI job.

    server.py:12:5: warning usage.exclusion find_book: say when not to use it

Paths start at the working folder, where an editor opens them. A finding that is in no file has the
name of its source, and no line. vim reads it with `errorformat=%f:%l:%c:\ %t%*[a-z]\ %m`.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolgrade.model import UNFILED
from toolgrade.outputs.phrases import format_tool_name
from toolgrade.outputs.results import DEFAULT_LEVEL, at_least, flat, results
from toolgrade.outputs.visible import encode_path
from toolgrade.wording.ci_commands import defuse_commands
from toolgrade.wording.legible import restore_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolgrade.model import Level, Report, ToolReport
    from toolgrade.outputs.results import Result

_LONGEST_TEXT = 1000
_LONGEST_PATH = 4096


def render(
    report: Report,
    level: Level = DEFAULT_LEVEL,
    is_shown: Callable[[ToolReport], bool] | None = None,
) -> Iterator[str]:
    """Return a line for each open finding of `level` or above, of the tools that `is_shown` accepts
    (None: of all, and of the servers), in the order of files and lines.

    What is ignored, or known to a baseline, is left out.
    """
    found = [
        result
        for result in at_least(results(report), level)
        if not result.finding.ignored
        and result.finding.state != "known"
        and (is_shown is None or (result.tool and is_shown(result.tool)))
    ]
    servers = {id(server): number for number, server in enumerate(report.servers)}
    # Sorted by place, the most urgent of one place stays first.
    for result in sorted(found, key=lambda r: (servers[id(r.server)], *_find_place(r))):
        yield f"{_format_line(result)}\n"


def _find_place(result: Result) -> tuple[str, int, int]:
    """Return file, line and column of a finding; line 0 where it is in no file."""
    source = result.server.server.source
    place = result.finding.place or (result.tool.place if result.tool else None)
    if source.kind in UNFILED:
        return str(source), 0, 0
    file = restore_path((place.file if place else str(source))[:_LONGEST_PATH])
    path = posixpath.normpath(f"{source.near}/{file}") if source.near else file
    return (path, place.line, place.column) if place else (path, 1, 1)


def _format_line(result: Result) -> str:
    """Return a finding in a line that no text in it can end, or turn into a command to a CI job."""
    path, line, column = _find_place(result)
    where = f"{encode_path(path)}:{line}:{column}" if line else encode_path(path)
    finding = result.finding
    name = format_tool_name(result.tool, flat) if result.tool else flat(result.server.server.name)
    said = f"{flat(finding.check)} {name}: {flat(finding.note, _LONGEST_TEXT)}"
    return defuse_commands(f"{where}: {finding.level} {said}")
