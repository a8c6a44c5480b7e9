"""What each tool of the server answers: plain data, as its output schema says."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from toolgrade.compare import compare
from toolgrade.files.inside import is_inside, is_same
from toolgrade.files.opening import get_status, is_file
from toolgrade.fixes import combine, propose
from toolgrade.fixes.kinds import ON_REQUEST
from toolgrade.fixes.names import Names
from toolgrade.gates.pipeline import Request, run
from toolgrade.grading.budget import Budget
from toolgrade.inputs import read
from toolgrade.inputs.named import is_code
from toolgrade.listing.parse import Reading, servers
from toolgrade.listing.positions import Document
from toolgrade.live.options import Options
from toolgrade.model import DIMENSIONS, InputError, Source
from toolgrade.rubric import Rubric
from toolgrade.rubric.explain import page
from toolgrade.source.discover import find_root
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from toolgrade.model import Finding, Fix, Report, Server, ServerReport, ToolReport
    from toolgrade.model.comparison import Comparison, ToolPair

MOST_CHARACTERS = 5_000_000
"""Of a definition text: that of a server of thousands of tools."""
MOST_BYTES = 16 * 2**20
"""Of a file."""

_MOST_TOOLS = 50
_MOST_FINDINGS = 10
_MOST_CHANGES = 200
_SECONDS = 90.0
_LABEL = "definitions"


class Desk:
    """Answers the calls. `root` is the folder whose files may be read, None for none."""

    def __init__(self, root: Path | None) -> None:
        # Not as it was written: below ".", the names "-" and "git:REV:PATH" are not of files.
        self._root = None if root is None else root.absolute()
        self._rubric = Rubric.load()
        self.tools: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "grade_definitions": self.grade_definitions,
            "explain_check": self.explain_check,
            "suggest_fixes": self.suggest_fixes,
            "compare_definitions": self.compare_definitions,
        }

    def grade_definitions(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return scores, and of each tool what to fix first. Raises InputError."""
        report = self._grade(arguments, "definitions", "path")
        most = _read_number(arguments, "max_findings", 5, _MOST_FINDINGS)
        return {"servers": [_describe_server(server, most) for server in report.servers]}

    def explain_check(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the page of a check. Raises InputError."""
        check = _read_text(arguments, "check")
        if not check:
            raise InputError("give check: an id such as usage.when, from grade_definitions")
        try:
            lines = list(page(self._rubric, check))
        except KeyError as error:
            raise InputError(str(error.args[0])) from None
        return {"check": check, "page": "\n".join(lines)}

    def suggest_fixes(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fixes of the tools, or of one tool, as JSON Patches. Raises InputError."""
        report = self._grade(arguments, "definitions", "path")
        wanted = _read_text(arguments, "tool")
        named = [
            (server, tool)
            for server in report.servers
            for tool in server.tools
            if wanted in ("", tool.tool.name)
        ]
        if not named:
            raise InputError(f"there is no tool {wanted[:80]!r} in it")
        with_slots = arguments.get("include_unsafe", True) is not False
        found = []
        names = {id(server): Names(server.tools) for server, _ in named}
        for server, tool in named:
            fixes = [
                fix
                for fix in propose(tool, names[id(server)])
                if fix.kind not in ON_REQUEST and (fix.safe or with_slots)
            ]
            if fixes:
                together = combine(fixes)[0]
                rows = [{**_describe_fix(fix), "together": fix in together} for fix in fixes]
                found.append({"name": tool.tool.name, "index": tool.tool.index, "fixes": rows})
        return {"tools": found[:_MOST_TOOLS], "moreTools": max(0, len(found) - _MOST_TOOLS)}

    def compare_definitions(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return what moved between two versions. Raises InputError."""
        old = self._grade(arguments, "old_definitions", "old_path")
        new = self._grade(arguments, "new_definitions", "new_path")
        return _describe_comparison(compare(old, new, names=("old", "new")))

    def _grade(self, arguments: Mapping[str, Any], text: str, path: str) -> Report:
        given, file = _read_text(arguments, text), _read_text(arguments, path)
        if bool(given) is bool(file):
            raise InputError(f"give either {text}, as text, or {path}, a file")
        clients = arguments.get("clients") or []
        if not isinstance(clients, list) or not all(isinstance(name, str) for name in clients):
            raise InputError("clients is a list of names, such as claude or cursor")
        begun = time.monotonic()
        found = self._parse(given) if given else self._open(file)
        budgets = [Budget.from_timeout(_SECONDS, begun)] * len(found)
        request = Request(clients=tuple(clients))
        return run(found, self._rubric, request, budgets=budgets).report

    def _parse(self, text: str) -> tuple[Server, ...]:
        if len(text) > MOST_CHARACTERS:
            raise InputError(f"{_LABEL}: longer than {MOST_CHARACTERS:,} characters")
        document = Document(text, _LABEL)
        source = Source("file", "path", f"{_LABEL}.json", here=False)
        reading = Reading(source, _LABEL, _LABEL, document.origin, document.find_malformed)
        return servers(document.data, reading)

    def _open(self, name: str) -> tuple[Server, ...]:
        if self._root is None:
            raise InputError(
                "files are not read: start the server with --root FOLDER, or give the text"
            )
        path = self._root / name
        if not _is_below(self._root, name):
            raise InputError("the path leads out of the folder that this server may read")
        if is_file(path) and get_status(path).st_size > MOST_BYTES:
            raise InputError(
                f"{make_legible(name)}: larger than {MOST_BYTES >> 20} MB; grade it with: "
                "toolgrade grade FILE"
            )
        is_file_of_code = is_file(path) and is_code(str(path))
        if is_file_of_code and not _is_below(self._root, str(find_root(path))):
            raise InputError(
                f"{make_legible(name)}: its package begins above the folder that this server may "
                "read; start the server with --root there"
            )
        return read(str(path), Options(timeout=_SECONDS))


def _is_below(root: Path, name: str) -> bool:
    return is_inside(root, name) or is_same(root, name)


def _read_text(arguments: Mapping[str, Any], key: str) -> str:
    value = arguments.get(key, "")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{key} is a text")
    return value


def _read_number(arguments: Mapping[str, Any], key: str, usual: int, most: int) -> int:
    value = arguments.get(key, usual)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise InputError(f"{key} is a number from 0 to {most}")
    return value


def _number(value: Any) -> float | None:  # noqa: ANN401 - a Decimal or None
    return None if value is None else float(value)


def _describe_server(server: ServerReport, most: int) -> dict[str, Any]:
    worst = sorted(server.tools, key=lambda tool: tool.score.tdqs if tool.score is not None else -1)
    score = server.score
    own = sorted((f for f in server.walk_server_findings() if f.is_open), key=lambda f: -f.gain)
    return {
        "name": server.server.name,
        "overallScore": _number(score.overall_score),
        "overallTier": score.overall_tier,
        "qualityScore": _number(score.description_quality_score),
        "qualityTier": score.description_quality_tier,
        "toolCount": score.tool_count,
        "findings": [_describe_finding(finding) for finding in own[:most]],
        "tools": [_describe_tool(tool, most) for tool in worst[:_MOST_TOOLS]],
        "moreTools": max(0, len(worst) - _MOST_TOOLS),
    }


def _describe_tool(tool: ToolReport, most: int) -> dict[str, Any]:
    to_do = tool.to_do()
    score = tool.score
    found: dict[str, Any] = {
        "name": tool.tool.name,
        "index": tool.tool.index,
        "score": _number(score.tdqs if score else None),
        "tier": score.tier if score else None,
        "dimensions": {DIMENSIONS.get(d.key, d.key): d.score for d in score.dimensions}
        if score
        else {},
        "findings": [_describe_finding(finding) for finding in to_do[:most]],
        "moreFindings": max(0, len(to_do) - most),
    }
    if tool.clients is not None:
        found["clients"] = [
            {"client": o.client, "effect": o.effect, "note": o.note, "pointer": o.pointer}
            for o in tool.clients[:_MOST_CHANGES]
        ]
    return found


def _describe_finding(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "title": finding.title,
        "level": finding.level,
        "gain": float(finding.gain),
        "note": finding.note,
        "quotes": [quote.text for quote in finding.quotes],
    }


def _describe_fix(fix: Fix) -> dict[str, Any]:
    return {
        "kind": fix.kind,
        "check": fix.check,
        "title": fix.title,
        "safe": fix.safe,
        "reason": fix.reason,
        "gain": float(fix.score),
        "tokens": fix.tokens,
        "clients": list(fix.clients),
        "slots": list(fix.slots),
        "patch": [edit.as_json() for edit in fix.edits],
    }


def _describe_comparison(found: Comparison) -> dict[str, Any]:
    tools = [_describe_pair(pair) for server in found.servers for pair in server.tools]
    moved = [tool for tool in tools if tool["changes"] or tool["before"] != tool["after"]]
    return {
        "breaking": sum(change.kind.breaking for _, change in found.changes()),
        "servers": [
            {
                "name": server.name,
                "before": _number(server.before.score.overall_score) if server.before else None,
                "after": _number(server.after.score.overall_score) if server.after else None,
            }
            for server in found.servers
        ],
        "tools": moved[:_MOST_CHANGES],
        "moreTools": max(0, len(moved) - _MOST_CHANGES),
    }


def _describe_pair(pair: ToolPair) -> dict[str, Any]:
    named = pair.after or pair.before
    sides = [side.score.tdqs if side and side.score else None for side in (pair.before, pair.after)]
    return {
        "name": named.tool.name if named else None,
        "before": _number(sides[0]),
        "after": _number(sides[1]),
        "changes": [
            {
                "kind": c.kind.id,
                "title": c.kind.title,
                "breaking": c.kind.breaking,
                "parameter": c.subject,
            }
            for c in pair.changes
        ],
    }
