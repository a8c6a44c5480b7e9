"""What a run must reach, and a line for each threshold that it missed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from toolgrade.model import LEVELS, reaches
from toolgrade.wording.counts import format_count, format_more, inflect, join_first
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.model import Finding, Level, Report, ServerReport, Thresholds, ToolReport
    from toolgrade.rubric import Rubric

_MOST_NAMED = 5
_LONGEST_NAME = 60


def check_thresholds(report: Report, asked: Thresholds) -> Report:
    """Return the report with what was `asked` of it, and a line for each threshold that is missed.

    Against a baseline only what is new or worse counts: of findings, and of tools by their TDQS (a
    server's score then is left to its tools). A tool that fell with no finding to show for it
    misses the threshold of a note. What has no score does not reach `fail_under`; a risk counts
    whether it is known or not.
    """
    lines = [line for server in report.servers for line in _list_misses(server, asked)]
    return replace(report, thresholds=asked, missed=tuple(lines))


def parse_threshold(text: str, rubric: Rubric) -> Decimal:
    """Return a threshold that is given as a score of the rubric's scale or as a tier.

    Raises ValueError, saying what is accepted.
    """
    if text.upper() in rubric.tiers:
        return rubric.tiers[text.upper()]
    low, high = rubric.scale
    try:
        score = Decimal(text)
    except InvalidOperation:
        score = Decimal("NaN")
    if not score.is_finite() or not low <= score <= high:
        tiers = ", ".join(rubric.tiers)
        raise ValueError(
            f"give a score from {low} to {high} or a tier ({tiers}), not {text[:40]!r}"
        )
    return score


def _list_misses(server: ServerReport, asked: Thresholds) -> Iterator[str]:
    name = make_legible(server.server.name, _LONGEST_NAME)
    if asked.fail_under is not None:
        for line in _list_low_scores(server, asked.fail_under):
            yield f"{name}: {line}"
    if asked.fail_on is not None:
        found = [
            pair for pair in _walk_open_findings(server) if _reaches_level(pair[1], asked.fail_on)
        ]
        if found:
            yield f"{name}: {_summarise_findings(found, asked.fail_on)}"
    if asked.fail_on == "note" and (fell := list(_find_fallen_tools(server))):
        counted = f"{format_count(len(fell), 'tool')} {inflect(len(fell), 'has', 'have')}"
        names = join_first(fell, _MOST_NAMED)
        yield f"{name}: {counted} a lower score than in the baseline: {names}"
    if asked.fail_on_risk is not None:
        risky = [t for t in server.tools if t.risk and reaches(t.risk.level, asked.fail_on_risk)]
        if risky:
            counted = f"{format_count(len(risky), 'tool')} {inflect(len(risky), 'is', 'are')}"
            level = asked.fail_on_risk.lower()
            above = "" if level == "critical" else " or worse"
            names = join_first([_name(tool) for tool in risky], _MOST_NAMED)
            yield f"{name}: {counted} of {level} risk{above}: {names}"


def _list_low_scores(server: ServerReport, least: Decimal) -> Iterator[str]:
    against_baseline = any(tool.state for tool in server.tools)
    what, score, _ = server.score.headline()
    if not against_baseline and score is None and not server.server.is_unread:
        yield f"no {what}, because too few tools have a score; the threshold is {least}"
    elif not against_baseline and score is not None and score < least:
        yield f"{what} {score:.1f} is below {least}"
    low = [tool for tool in server.tools if tool.state != "known" and _score(tool) < least]
    if low:
        low.sort(key=_score)
        counted = f"{format_count(len(low), 'tool')} {inflect(len(low), 'is', 'are')}"
        names = join_first([_format_tool_score(tool) for tool in low], _MOST_NAMED)
        yield f"{counted} below {least}: {names}"


def _find_fallen_tools(server: ServerReport) -> Iterator[str]:
    """Yield the tools that are worse than the baseline has them, though no finding of theirs is."""
    for tool in server.tools:
        if tool.state == "worse" and not any(_reaches_level(f, "note") for f in tool.to_do()):
            yield _format_tool_score(tool)


def _format_tool_score(tool: ToolReport) -> str:
    return f"{_name(tool)} {f'{tool.score.tdqs:.1f}' if tool.score else '(no score)'}"


def _score(tool: ToolReport) -> Decimal | int:
    return tool.score.tdqs if tool.score else -1


def _walk_open_findings(server: ServerReport) -> Iterator[tuple[ToolReport | None, Finding]]:
    for tool in (None, *server.tools):
        for finding in tool.to_do() if tool else server.walk_server_findings():
            yield tool, finding


def _reaches_level(finding: Finding, least: Level) -> bool:
    if not finding.is_open or finding.state == "known":
        return False
    return LEVELS.index(finding.level or "note") <= LEVELS.index(least)


def _summarise_findings(found: Sequence[tuple[ToolReport | None, Finding]], least: Level) -> str:
    ranked = sorted(found, key=lambda pair: (LEVELS.index(pair[1].level or "note"), -pair[1].gain))
    against_baseline = any(finding.state for _, finding in ranked)
    levels = [finding.level for _, finding in ranked]
    counted = ", ".join(
        format_count(levels.count(level), level)
        for level in LEVELS[: LEVELS.index(least) + 1]
        if level in levels
    )
    shown = ", ".join(_format_finding(tool, finding) for tool, finding in ranked[:_MOST_NAMED])
    more = format_more(len(ranked), _MOST_NAMED)
    return f"{counted}{' new or worse' if against_baseline else ''}: {shown}{more}"


def _format_finding(tool: ToolReport | None, finding: Finding) -> str:
    whose = f"{_name(tool)} " if tool else ""
    at = finding.place
    where = f" ({make_legible(at.file)}:{at.line}:{at.column})" if at else ""
    return f"{whose}{finding.check}{where}"


def _name(tool: ToolReport) -> str:
    name = tool.tool.name
    return (
        f"tool number {tool.tool.index + 1}" if name is None else make_legible(name, _LONGEST_NAME)
    )
