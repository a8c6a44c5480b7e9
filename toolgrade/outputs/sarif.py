"""SARIF 2.1.0, what code scanning reads: a run for all servers, a rule for each check that occurs.

GitHub refuses a whole file for one result without a file, so a finding of a whole list names the
file alone; but a live server has none, and then only the logical location is given. Of the
fingerprints GitHub reads `primaryLocationLineHash` alone, which its upload action would else make
from the line: a definition is often one line, and one corrected word would open all its alerts
anew.
"""

from __future__ import annotations

import json
import re
import zlib
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from toolgrade.files.shipped import REPOSITORY, page_url
from toolgrade.model import LEVELS
from toolgrade.outputs.phrases import format_tool_name
from toolgrade.outputs.results import DEFAULT_LEVEL, at_least, describe_result, flat, results
from toolgrade.outputs.visible import encode_name, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolgrade.model import Level, Place, Replacement, Report, ToolReport
    from toolgrade.outputs.results import Result

MOST_RESULTS = 25_000
"""GitHub refuses a run with more, and shows the first 5,000."""

_SHOWN_RESULTS = 5_000
MOST_BYTES = 9_500_000
"""GitHub takes 10 MB, compressed; the rest is for rules and the compressor's differences."""

_ROOT = "%SRCROOT%"
_STATES = {"new": "new", "worse": "updated", "known": "unchanged"}
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_LINK_SIGNS = re.compile(r"[\\\[\]]")
_BEFORE_CODE = re.compile(r":\n(?=    )")
_HEAD = {
    "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json",
    "version": "2.1.0",
}
_COLUMNS_AND_ROOT = {
    "columnKind": "unicodeCodePoints",
    "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
}
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode


def render(
    report: Report,
    pages: Mapping[str, str] = MappingProxyType({}),
    level: Level = DEFAULT_LEVEL,
) -> Iterator[str]:
    """Return the log in chunks, a rule or result a line; `pages` are the checks', by id. Findings
    below `level` are left out and counted.
    """
    every = results(report)
    found = at_least(every, level)
    kept = found[:MOST_RESULTS]
    rules = sorted({result.finding.check for result in kept})
    index = {check: number for number, check in enumerate(rules)}
    yield f'{_ENCODE(_HEAD)[:-1]},"runs":[{{"tool":{{"driver":'
    yield f'{_ENCODE(_driver(report))[:-1]},"rules":['
    rows = (_rule(check, kept, pages.get(check, "")) for check in rules)
    yield from _separate_with_commas(_ENCODE(row) for row in rows)
    yield f']}}}},{_ENCODE(_COLUMNS_AND_ROOT)[1:-1]},"results":['
    lines = list(_within_size(_ENCODE(_result(result, index)) for result in kept))
    yield from _separate_with_commas(lines)
    left_out = len(found) - len(lines)
    tail = {
        "invocations": [_invocation(report, len(lines), left_out)],
        "properties": {"resultsLeftOut": left_out, "belowLevel": len(every) - len(found)},
    }
    yield f"],{_ENCODE(tail)[1:]}]}}\n"


def _separate_with_commas(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{',' if number else ''}\n{line}"
    yield "\n"


def _driver(report: Report) -> dict[str, Any]:
    rubric = report.rubric
    return {
        "name": "toolgrade",
        "version": report.version,
        "informationUri": REPOSITORY,
        "properties": {
            "rubric": flat(f"{rubric.name} {rubric.version}"),
            "rubricDigest": flat(rubric.digest),
        },
    }


def _within_size(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines for as long as all of them together compress to what GitHub takes."""
    compressor = zlib.compressobj(1)  # quick, and never smaller than what the uploader makes
    size = 0
    for line in lines:
        size += len(compressor.compress(line.encode()))
        if size > MOST_BYTES:
            return
        yield line


def _rule(check: str, kept: Sequence[Result], page: str) -> dict[str, Any]:
    own = [result.finding for result in kept if result.finding.check == check]
    id_, title = flat(check), flat(own[0].title, 1000)
    page = visible(page) or f"{id_}\n\n{title}."
    worst = min((finding.level or "note" for finding in own), key=LEVELS.index)
    url = page_url(check)
    return {
        "id": id_,
        "name": "".join(word.capitalize() for word in re.split(r"\W+", id_)),
        "shortDescription": {"text": title},
        "fullDescription": {"text": " ".join(_reason(page).split()) or title},
        "help": {"text": page, "markdown": _convert_to_markdown(page)},
        **({"helpUri": url} if url else {}),
        "defaultConfiguration": {"level": worst},
        "properties": {"tags": ["mcp", id_.partition(".")[0]]},
    }


def _reason(page: str) -> str:
    """Return the paragraph of a check's page that says why it is asked."""
    return next(islice(page.split("\n\n"), 2, 3), "")


def _convert_to_markdown(page: str) -> str:
    r"""Return a check's page as Markdown: what is indented is code after a blank line.

    >>> _convert_to_markdown("Bad:\n    name = 1")
    'Bad:\n\n    name = 1'
    """
    return _BEFORE_CODE.sub(":\n\n", page)


def _result(result: Result, index: Mapping[str, int]) -> dict[str, Any]:
    finding = result.finding
    row: dict[str, Any] = {
        "ruleId": flat(finding.check),
        "ruleIndex": index[finding.check],
        "level": finding.level,
        "message": {"text": _plain(describe_result(result))},
        "locations": [_location(result)],
        "partialFingerprints": {
            "primaryLocationLineHash": result.fingerprint,
            "toolgrade/v1": result.fingerprint,
        },
    }
    if result.tool and (risk := result.tool.risk):
        tags = (risk.category, risk.level and f"{risk.level} risk")
        row["properties"] = {"tags": [tag.lower() for tag in tags if tag]}
    if finding.ignored:
        why = flat(finding.ignored, 1000)
        kind = "inSource" if finding.inline else "external"
        row["suppressions"] = [{"kind": kind, "justification": why}]
    if finding.state:
        row["baselineState"] = _STATES[finding.state]
    if result.tool and (fixes := list(_list_fixes(result.tool, finding.check))):
        row["fixes"] = fixes
    return row


def _list_fixes(tool: ToolReport, check: str) -> Iterator[dict[str, Any]]:
    """Yield the safe fixes that answer a check, where it is known what they change in the file."""
    for fix in tool.fixes:
        if fix.check == check and fix.replacements:
            first = fix.replacements[0].start
            yield {
                "description": {"text": _plain(f"{fix.title}: {fix.reason}")},
                "artifactChanges": [
                    {
                        "artifactLocation": _artifact(first.file),
                        "replacements": [_replacement(one) for one in fix.replacements],
                    }
                ],
            }


def _replacement(one: Replacement) -> dict[str, Any]:
    region = {
        "startLine": one.start.line,
        "startColumn": one.start.column,
        "endLine": one.end.line,
        "endColumn": one.end.column,
    }
    return {"deletedRegion": region, "insertedContent": {"text": one.text}}


def _artifact(file: str) -> dict[str, str]:
    return {"uri": quote(encode_name(file)), "uriBaseId": _ROOT}


def _plain(text: str) -> str:
    r"""Return a text as a SARIF message that holds neither a link nor a placeholder.

    >>> print(_plain("see [x](http://y), array[0], {0}"))
    see \[x\](http://y), array\[0\], {{0}}
    >>> _plain("array[0]")
    'array[0]'
    """
    if "](" in text:
        text = _LINK_SIGNS.sub(lambda found: f"\\{found[0]}", text)
    return _PLACEHOLDER.sub(r"{{\1}}", text)


def _location(result: Result) -> dict[str, Any]:
    pointer = result.finding.quotes[0].pointer if result.finding.quotes else ""
    server = flat(result.server.server.name)
    name = format_tool_name(result.tool, flat) if result.tool else server
    full = f"{server}/{name}" if result.tool else server
    logical = {
        "name": name,
        "fullyQualifiedName": full + flat(pointer, 1000),
        "kind": "function" if result.tool else "module",
    }
    location: dict[str, Any] = {"logicalLocations": [logical]}
    place = result.place
    if file := place.file if place else result.file:
        physical: dict[str, Any] = {
            "artifactLocation": _artifact(file),
        }
        if place:
            physical["region"] = _region(result, place)
        location["physicalLocation"] = physical
    return location


def _region(result: Result, place: Place) -> dict[str, int]:
    region = {"startLine": place.line, "startColumn": place.column}
    if (end := _end(result)) and (end.line, end.column) > (place.line, place.column):
        region |= {"endLine": end.line, "endColumn": end.column}
    return region


def _end(result: Result) -> Place | None:
    """Return where the first words quoted end, if it is their place that is shown."""
    if not (result.finding.quotes and result.finding.place):
        return None
    words = result.finding.quotes[0]
    origin = result.tool.tool.origin if result.tool else result.server.server.origin
    return origin.place(words.pointer, words.end)


def _invocation(report: Report, written: int, left_out: int) -> dict[str, Any]:
    notes = [
        {
            "level": "error",
            "message": {"text": _plain(f"{flat(e.source)}: {flat(e.message, 1000)}")},
        }
        for e in report.errors
    ]
    if left_out:
        said = f"{left_out} results are left out, the least urgent: GitHub takes no more."
        notes.append({"level": "warning", "message": {"text": said}})
    if written > _SHOWN_RESULTS:
        said = f"GitHub shows the first {_SHOWN_RESULTS} of {written} results, the most urgent."
        notes.append({"level": "note", "message": {"text": said}})
    return {"executionSuccessful": not report.errors, "toolExecutionNotifications": notes}
