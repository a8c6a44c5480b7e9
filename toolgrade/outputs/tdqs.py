"""TDQS's interchange form: a ScoreReport as its specification has it, for programs that read the
reference tool's scores.

It has no place for what has no score: a server without an overall score (some of its tools are not
known, or too few could be scored) and a tool without a name are left out. One server's report
is alone, those of several are in an array. Nothing in it was said by a model, and `model` says so.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from toolgrade.model import COHERENCE, DIMENSIONS, InputError
from toolgrade.outputs.json import signals_json
from toolgrade.outputs.phrases import explain_sum, follows_tdqs
from toolgrade.outputs.scorecard import list_coherence_fixes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from toolgrade.model import (
        CoherenceScore,
        DimensionScore,
        Finding,
        Report,
        ServerReport,
        Shadow,
        Signals,
        ToolReport,
        ToolScore,
    )

SPEC = "1.2"
_FLAGS = ("Annotation Contradiction", "No Description", "Tautological Description")
_SHADOWED = "Shadowing Risk"
_MOST_NOTES = 3


def render(report: Report) -> Iterator[str]:
    """Return the form as one chunk of ASCII JSON. Raises InputError where it can hold no
    server, or where the rubric is another than TDQS's.
    """
    if not follows_tdqs(report.rubric) or not report.rubric.coherence:
        raise InputError(
            f"-o tdqs needs a rubric of TDQS's dimensions; {report.rubric.name} has others; "
            "use -o json"
        )
    when = _generated_at()
    found = [
        _server(server, server.score.coherence, report, when)
        for server in report.servers
        if server.score.coherence and all(tool.signals for tool in server.tools if tool.score)
    ]
    if report.servers and not found:
        raise InputError(
            "-o tdqs: no server has an overall score, which this form cannot do without; "
            "use -o json"
        )
    yield json.dumps(found[0] if len(report.servers) == 1 else found, indent=2, allow_nan=False)
    yield "\n"


def _generated_at() -> str:
    given = os.environ.get("SOURCE_DATE_EPOCH", "0")
    try:
        return datetime.fromtimestamp(int(given), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        raise InputError("SOURCE_DATE_EPOCH must be a number of seconds since 1970") from None


def _server(
    server: ServerReport, coherence: CoherenceScore, report: Report, when: str
) -> dict[str, Any]:
    rubric = report.rubric
    shadowed = {shadow.tool for shadow in server.shadows}
    return {
        "generatedAt": when,
        "model": (
            f"toolgrade {report.version}: rules, no model; "
            f"rubric {rubric.name} {rubric.version} ({rubric.digest})"
        ),
        "server": {"name": server.server.name, "toolCount": server.score.tool_count},
        "serverScore": _rollup(server, coherence),
        "specVersion": SPEC,
        "tools": [
            _tool(tool, tool.score, tool.signals, shadowed=at in shadowed)
            for at, tool in enumerate(server.tools)
            if tool.score and tool.signals
        ],
    }


def _rollup(server: ServerReport, coherence: CoherenceScore) -> dict[str, Any]:
    score = server.score
    points = {d.key: d.score for d in coherence.dimensions}
    return {
        "coherenceJustifications": _justify_scores(coherence.dimensions, COHERENCE),
        "coherenceScore": float(coherence.score),
        "coherenceSummary": _summary(list_coherence_fixes(server)),
        "coherenceTier": coherence.tier,
        "completeness": points["coverage"],
        "descriptionQualityScore": _number(score.description_quality_score),
        "descriptionQualityTier": score.description_quality_tier,
        "disambiguation": points["disambiguation"],
        "meanTdqs": _number(score.mean_tdqs),
        "minTdqs": _number(score.min_tdqs),
        "namingConsistency": points["naming"],
        "overallScore": _number(score.overall_score),
        "overallTier": score.overall_tier,
        "scoredToolCount": score.scored_tool_count,
        "shadowingRisks": [_risk(server, shadow) for shadow in server.shadows],
        "toolCount": score.tool_count,
        "toolCountAppropriateness": points["count"],
    }


def _risk(server: ServerReport, shadow: Shadow) -> dict[str, Any]:
    return {
        "cheaperSibling": server.tools[shadow.sibling].tool.name,
        "cheaperSiblingInvocationCost": shadow.sibling_cost,
        "invocationCost": shadow.cost,
        "justification": f"Both mention {', '.join(shadow.shared)}.",
        "tool": server.tools[shadow.tool].tool.name,
    }


def _tool(
    report: ToolReport, score: ToolScore, signals: Signals, *, shadowed: bool
) -> dict[str, Any]:
    return {
        "contextSignals": signals_json(signals),
        "flags": [flag for flag in score.flags if flag in _FLAGS],
        "justifications": _justify_scores(score.dimensions, DIMENSIONS),
        "name": report.tool.name,
        "scores": {DIMENSIONS[d.key]: d.score for d in score.dimensions},
        "serverFlags": [_SHADOWED] if shadowed else [],
        "smells": [DIMENSIONS[key] for key in score.smells],
        "summary": _summary([f for f in report.to_do() if f.gain]),
        "tdqs": float(score.tdqs),
        "tier": score.tier,
    }


def _justify_scores(
    dimensions: Sequence[DimensionScore], keys: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Return each dimension's sum in words, where a model would give its reasons."""
    return {keys[d.key]: {"justification": explain_sum(d), "score": d.score} for d in dimensions}


def _summary(open_: Sequence[Finding]) -> str:
    notes = "; ".join(finding.note for finding in open_[:_MOST_NOTES])
    return f"Fix first: {notes}." if notes else "Nothing to fix."


def _number(score: Decimal | None) -> float | None:
    return None if score is None else float(score)
