"""Findings to fix, for machines that follow a finding from run to run."""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.model import LEVELS, UNFILED, walk_findings
from toolgrade.outputs.phrases import format_tool_name, worth
from toolgrade.outputs.visible import visible
from toolgrade.wording.legible import restore_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolgrade.model import Finding, Level, Place, Report, ServerReport, ToolReport

DEFAULT_LEVEL: Level = "warning"
"""The least level of what is listed for editors and code scanning, where none was asked for."""

_LONGEST_NAME = 120
_LONGEST_TEXT = 1000
_LONGEST_PATH = 4096


class Result(NamedTuple):
    """A finding and whose it is; `tool` is None for a server's own.

    `fingerprint` (32 hexadecimal digits) is one result's alone in its report. It stays when
    definitions are edited, reordered or moved to another file.
    """

    server: ServerReport
    tool: ToolReport | None
    finding: Finding
    fingerprint: str

    @property
    def file(self) -> str | None:
        """The real path of the file that the server was read from, from the root of the repository.
        None if there is none, or if it is elsewhere, as its name may be another file's there.
        """
        source = self.server.server.source
        if source.kind in UNFILED or source.base is None:
            return None
        return find_path_from_root(source.base, str(source))

    @property
    def place(self) -> Place | None:
        """Where to fix it: the words, or else the tool, in a file named as `file` is; None where no
        file has them.
        """
        place = self.finding.place or (self.tool.place if self.tool else None)
        source = self.server.server.source
        if self.file is None or place is None or source.base is None:
            return None
        return place._replace(file=find_path_from_root(source.base, place.file))


def find_path_from_root(base: str, shown: str) -> str:
    """Return the real path, from the root of the repository, of a file that is shown as it is named
    from the folder `base`.
    """
    path = restore_path(shown[:_LONGEST_PATH])
    return posixpath.normpath(f"{base}/{path}") if base or ".." in path else path


def results(report: Report) -> list[Result]:
    """Return what has a level and a note: errors first, highest gain first, the ignored last.

    A finding without a note is left out: another one's note is about the same words.
    """
    return sorted(_found(report), key=_urgency)


def at_least(found: Iterable[Result], level: Level) -> list[Result]:
    """Return the results of this level or above."""
    most = LEVELS.index(level)
    return [result for result in found if LEVELS.index(result.finding.level or "note") <= most]


def describe_result(result: Result) -> str:
    """Say in one harmless line whose fault it is, what to do, and what that is worth."""
    finding = result.finding
    gain = f" (worth {worth(finding.gain)})" if finding.gain > 0 else ""
    whose = format_tool_name(result.tool, flat) if result.tool else flat(result.server.server.name)
    return f"{whose}: {flat(finding.note, _LONGEST_TEXT)}{gain}"


def flat(text: str, longest: int = _LONGEST_NAME) -> str:
    """Return the first `longest` characters of a stranger's text as one harmless line."""
    shown = visible(text[: longest + 1], lines=False)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _found(report: Report) -> Iterator[Result]:
    seen: Counter[tuple[object, ...]] = Counter()
    for server, tool, which, finding, detail in _walk_with_identity(report):
        same = (*which, finding.check, detail)
        if finding.level and finding.note:
            yield Result(server, tool, finding, _digest((*same, seen[same])))
        # Counted though met: a fix on one server must not rename what another still has.
        seen[same] += 1


def _walk_with_identity(
    report: Report,
) -> Iterator[tuple[ServerReport, ToolReport | None, tuple[str | None, int], Finding, str]]:
    """Walk the findings with what tells them apart: the tool's key, and for a remark its words.

    A tool may have several remarks of one kind, whose words (unlike a priced finding's) stay the
    same when the text is edited. The server's name is left out: it may be that of its file.
    """
    for server in report.servers:
        for finding in server.walk_server_findings():
            yield server, None, (None, -1), finding, finding.note
        for key, tool in server.walk_tools_by_key():
            for finding in walk_findings(tool.score):
                yield server, tool, key, finding, ""
            for finding in tool.findings:
                yield server, tool, key, finding, finding.note


def _digest(identity: tuple[object, ...]) -> str:
    return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:32]


def _urgency(result: Result) -> tuple[bool, int, float]:
    finding = result.finding
    return bool(finding.ignored), LEVELS.index(finding.level or "note"), -float(finding.gain)
