"""Changes the open findings of a report: how what is asked of them after grading is written in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from toolgrade.model import DimensionScore, Finding, ServerReport, ToolReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.model import Report

Change: TypeAlias = Callable[[str, Finding], Finding]
"""From the key of a finding's dimension ("" if it has none) and the finding, what to put there."""

Owner: TypeAlias = Callable[[ServerReport, ToolReport | None], Change]
"""Asked once for each server (None: its own findings), then for each of its tools, in order."""


def change_findings_of(report: Report, owner: Owner) -> Report:
    """Return a report whose open findings, those with a level, are changed as each owner says."""
    return replace(report, servers=tuple(_server(server, owner) for server in report.servers))


def _server(server: ServerReport, owner: Owner) -> ServerReport:
    own = owner(server, None)
    coherence = server.score.coherence
    if coherence:
        coherence = replace(coherence, dimensions=_dimensions(coherence.dimensions, own))
    score = replace(server.score, coherence=coherence)
    findings = _change_findings("", server.findings, own)
    tools = tuple(_tool(tool, owner(server, tool)) for tool in server.tools)
    return replace(server, score=score, findings=findings, tools=tools)


def _tool(tool: ToolReport, change: Change) -> ToolReport:
    score = tool.score and replace(
        tool.score, dimensions=_dimensions(tool.score.dimensions, change)
    )
    return replace(tool, score=score, findings=_change_findings("", tool.findings, change))


def _dimensions(
    dimensions: tuple[DimensionScore, ...], change: Change
) -> tuple[DimensionScore, ...]:
    return tuple(
        replace(d, findings=_change_findings(d.key, d.findings, change)) for d in dimensions
    )


def _change_findings(
    dimension: str, findings: Sequence[Finding], change: Change
) -> tuple[Finding, ...]:
    return tuple(change(dimension, f) if f.level else f for f in findings)
