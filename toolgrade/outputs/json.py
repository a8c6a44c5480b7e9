"""The contract: `toolgrade-report/1`, what other programs read. Its schema is report.schema.json.

Field names of TDQS's own output are spelled as TDQS spells them. A tool is encoded at a time and
stands on a line of its own, so ten thousand of them need no tree in memory and a diff can be read.
Everything is ASCII: no terminal acts on it, and what no encoding can hold (a lone surrogate) can
still be quoted.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from toolgrade.model import DIMENSIONS, Signals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from toolgrade.model import (
        DimensionScore,
        Finding,
        Place,
        Quote,
        Report,
        ServerReport,
        ServerScore,
        ToolReport,
        ToolScore,
    )

SCHEMA = "toolgrade-report/1"

_ENCODE = json.JSONEncoder(allow_nan=False, check_circular=False, separators=(",", ":")).encode


def render(report: Report) -> Iterator[str]:
    """Return the report in chunks, a tool in each; the last ends with a newline."""
    head = {
        "schema": SCHEMA,
        "toolgrade": report.version,
        "rubric": {
            "name": report.rubric.name,
            "version": report.rubric.version,
            "digest": report.rubric.digest,
        },
    }
    yield f'{_ENCODE(head)[:-1]},"servers":['
    for number, server in enumerate(report.servers):
        yield ",\n" if number else "\n"
        yield from _server(server)
    errors = [{"source": error.source, "message": error.message} for error in report.errors]
    yield f'\n],"errors":{_ENCODE(errors)}}}\n'


def _server(report: ServerReport) -> Iterator[str]:
    source = report.server.source
    head = {
        "name": report.server.name,
        "source": {"kind": source.kind, source.key: source.value},
        "score": _rollup(report.score),
        "instructions": report.server.instructions,
        "findings": _findings(report.findings),
        "serverFlags": report.flags,
    }
    yield f'{_ENCODE(head)[:-1]},"tools":['
    for number, tool in enumerate(report.tools):
        yield f"{',' if number else ''}\n{_ENCODE(_tool(tool))}"
    yield "\n]}"


def _rollup(score: ServerScore) -> dict[str, Any]:
    judged_by_nobody_yet = (
        "disambiguation",
        "namingConsistency",
        "toolCountAppropriateness",
        "completeness",
        "coherenceScore",
        "coherenceTier",
        "overallScore",
        "overallTier",
    )
    return {
        "toolCount": score.tool_count,
        "scoredToolCount": score.scored_tool_count,
        "meanTdqs": _number(score.mean_tdqs),
        "minTdqs": _number(score.min_tdqs),
        "descriptionQualityScore": _number(score.description_quality_score),
        "descriptionQualityTier": score.description_quality_tier,
        **dict.fromkeys(judged_by_nobody_yet),
    }


def _tool(report: ToolReport) -> dict[str, Any]:
    return {
        "index": report.tool.index,
        "name": report.tool.name,
        **_score(report.score),
        "contextSignals": signals_json(report.signals) if report.signals else None,
        "findings": _findings(report.findings),
        "unknown": sorted(report.tool.unknown),
        "risk": None,
        "clients": None,
        "origin": _place(report.place),
    }


def _score(score: ToolScore | None) -> dict[str, Any]:
    if score is None:
        unjudged = dict.fromkeys(("tdqs", "tier", "scores", "expected"))
        return {**unjudged, "flags": [], "smells": [], "dimensions": {}}
    keyed = [(DIMENSIONS.get(d.key, d.key), d) for d in score.dimensions]
    return {
        "tdqs": float(score.tdqs),
        "tier": score.tier,
        "scores": {key: dimension.score for key, dimension in keyed},
        "expected": {
            **{key: float(dimension.expected) for key, dimension in keyed},
            "tdqs": float(score.expected),
        },
        "flags": score.flags,
        "smells": [DIMENSIONS.get(key, key) for key in score.smells],
        "dimensions": {key: _dimension(dimension) for key, dimension in keyed},
    }


def _dimension(dimension: DimensionScore) -> dict[str, Any]:
    limit = dimension.limit
    return {
        "score": dimension.score,
        "expected": float(dimension.expected),
        "baseline": float(dimension.baseline),
        "why": dimension.why,
        "limit": {"cap": float(limit[0]), "why": limit[1]} if limit else None,
        "findings": _findings(dimension.findings),
    }


def _findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    # What does not apply says nothing; a remark without a price may still have a level.
    return [_finding(f) for f in findings if f.share is not None or f.level is not None]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "title": finding.title,
        "share": _number(finding.share),
        "delta": float(finding.delta),
        "gain": float(finding.gain),
        "level": finding.level,
        "note": finding.note,
        "quotes": [_quote(quote) for quote in finding.quotes],
        "place": _place(finding.place),
        "ignored": finding.ignored,
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {"pointer": quote.pointer, "start": quote.start, "end": quote.end, "text": quote.text}


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"file": place.file, "line": place.line, "column": place.column}


def _number(number: Decimal | None) -> float | None:
    # A double is written in the fewest digits that tell it apart, which are the decimal's own.
    return None if number is None else float(number)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


_SIGNALS = [(field.name, _camel(field.name)) for field in fields(Signals)]


def signals_json(signals: Signals) -> dict[str, Any]:
    """Return context signals in TDQS's spelling."""
    spelled = {key: getattr(signals, name) for name, key in _SIGNALS}
    hints = signals.annotation_values
    return {**spelled, "annotationValues": {_camel(hint): hints[hint] for hint in hints}}
