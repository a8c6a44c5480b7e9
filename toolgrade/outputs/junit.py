"""JUnit XML, what every CI server can show: a tool is a suite, a check a case.

A case fails where there is something to fix and its level is that of the threshold (`fail_on`, or
"warning" without one). What is ignored is skipped, with the reason; what a baseline knows passes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from toolgrade.model import LEVELS
from toolgrade.outputs.phrases import format_tool_name, worth
from toolgrade.outputs.results import flat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolgrade.model import Finding, Report, ToolReport

_LONGEST_TEXT = 1000


class _Case(NamedTuple):
    """A test case; `outcome` is "" where it passed, else the element that tells why not."""

    name: str
    outcome: str = ""
    message: str = ""
    kind: str = ""
    body: str = ""


def render(report: Report) -> Iterator[str]:
    """Return the document in chunks, a suite in each."""
    failing = LEVELS[: LEVELS.index(report.thresholds.fail_on or "warning") + 1]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="toolgrade">\n'
    for server in report.servers:
        name = flat(server.server.name)
        if own := _list_cases(server.walk_server_findings(), failing):
            yield _suite(name, own)
        for (_, before), tool in server.walk_tools_by_key():
            cases = _list_cases(tool.walk_findings(), failing)
            yield _suite(_title(name, tool, before), cases)
    if run := list(_run(report)):
        yield _suite("toolgrade", run)
    yield "</testsuites>\n"


def _title(server: str, tool: ToolReport, before: int) -> str:
    """Return a suite's name; the second tool of a name must not be taken for the first."""
    return f"{server} / {format_tool_name(tool, flat)}" + (
        f" ({before + 1})" if before and tool.tool.name else ""
    )


def _list_cases(found: Iterable[Finding], failing: tuple[str, ...]) -> list[_Case]:
    """Return a case for each finding whose check applies or that has a level."""
    return [_case(f, failing) for f in found if f.share is not None or f.level]


def _run(report: Report) -> Iterator[_Case]:
    """Yield what is about no tool: the sources that could not be graded, the thresholds missed."""
    for error in report.errors:
        yield _Case(flat(error.source), "error", flat(error.message, _LONGEST_TEXT), "not-graded")
    for line in report.missed:
        yield _Case(flat(line), "failure", flat(line, _LONGEST_TEXT), "threshold")


def _case(finding: Finding, failing: tuple[str, ...]) -> _Case:
    name = flat(finding.check)
    if not (finding.level and finding.note):
        return _Case(name)
    if finding.ignored:
        return _Case(name, "skipped", flat(finding.ignored, _LONGEST_TEXT))
    if finding.level not in failing or finding.state == "known":
        return _Case(name)
    gain = f" (worth {worth(finding.gain)})" if finding.gain > 0 else ""
    note = flat(finding.note, _LONGEST_TEXT) + gain
    return _Case(name, "failure", note, finding.level, _evidence(finding))


def _evidence(finding: Finding) -> str:
    words = [f'"{flat(quote.text)}"' for quote in finding.quotes[:1]]
    place = finding.place
    return "  ".join([*words, *([f"{flat(str(place))}"] if place else [])])


def _suite(name: str, cases: list[_Case]) -> str:
    counted = [case.outcome for case in cases]
    counts = " ".join(
        f'{plural}="{counted.count(outcome)}"'
        for plural, outcome in (
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        )
    )
    rows = "".join(_row(name, case) for case in _number_duplicates(cases))
    return f'<testsuite name={quoteattr(name)} tests="{len(cases)}" {counts}>\n{rows}</testsuite>\n'


def _number_duplicates(cases: list[_Case]) -> Iterator[_Case]:
    """Yield the cases, those of one name numbered: of two that share it, GitLab shows one."""
    seen: Counter[str] = Counter()
    for case in cases:
        seen[case.name] += 1
        again = f" ({seen[case.name]})" if seen[case.name] > 1 else ""
        yield case._replace(name=case.name + again)


def _row(suite: str, case: _Case) -> str:
    start = f"<testcase classname={quoteattr(suite)} name={quoteattr(case.name)}"
    if not case.outcome:
        return f"{start}/>\n"
    kind = f" type={quoteattr(case.kind)}" if case.kind else ""
    inner = f"<{case.outcome}{kind} message={quoteattr(case.message)}"
    inner += f">{escape(case.body)}</{case.outcome}>" if case.body else "/>"
    return f"{start}>{inner}</testcase>\n"
