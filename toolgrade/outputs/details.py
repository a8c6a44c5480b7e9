"""What the HTML report shows of a tool in full: its definition, cut where quotes begin and end, and
its sums line by line.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import TYPE_CHECKING

from toolgrade.model import walk_findings
from toolgrade.model.unknown import find_unknown
from toolgrade.outputs.fields import MOST_ROWS, Field, fields, format_value
from toolgrade.outputs.marks import Mark, Marked, Piece, State, mark, state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.model import (
        Dimension,
        DimensionScore,
        Finding,
        Place,
        Pointer,
        ServerReport,
        ToolReport,
    )

_LONGEST_TEXT = 20_000
_FIELDS = ("/title", "/annotations", "/description", "/inputSchema")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """A finding in a sum; `mark` numbers its quote in the definition, None where it has none."""

    finding: Finding
    state: State
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Sum:
    """A dimension's sum: `total` before any limit, `open` lines by highest gain. `rounds` is False
    where the rubric's own cuts made the whole score.
    """

    words: Dimension
    score: DimensionScore
    open: tuple[Line, ...]
    met: tuple[Line, ...]
    met_points: Decimal
    total: Decimal
    limited: Decimal
    reason: str
    rounds: bool


@dataclass(frozen=True, slots=True)
class Details:
    """A tool in full, with the strings of its definition cut into pieces. `unknown` holds what the
    source does not show and where that is written, `hidden` the shown fields and descriptions that
    are therefore unknown, at least in part.
    """

    report: ToolReport
    name: tuple[Piece, ...]
    title: tuple[Piece, ...]
    description: tuple[Piece, ...]
    unshown: int
    hints: tuple[tuple[str, tuple[Piece, ...]], ...]
    fields: tuple[tuple[Field, tuple[Piece, ...]], ...]
    more_fields: bool
    legend: tuple[Mark, ...]
    sums: tuple[Sum, ...]
    remarks: tuple[Line, ...]
    unknown: tuple[tuple[Pointer, Place | None], ...]
    hidden: frozenset[Pointer]


def build_coherence_sums(server: ServerReport, words: Mapping[str, Dimension]) -> tuple[Sum, ...]:
    """Return the sums of a server's coherence; their quotes, from many tools, are not marked."""
    coherence = server.score.coherence
    titles = {finding.check: finding.title for finding in walk_findings(coherence)}
    scored = coherence.dimensions if coherence else ()
    return tuple(_sum(score, words[score.key], mark((), {}), titles) for score in scored)


def details(report: ToolReport, words: Mapping[str, Dimension]) -> Details:
    """Return a tool in full; `words` are the rubric's dimensions by key."""
    tool = report.tool
    rows = fields(tool.input_schema or {}, "/inputSchema")
    hints = tool.annotations or {}
    texts = {
        "/name": tool.name or "",
        "/title": tool.title or "",
        "/description": (tool.description or "")[:_LONGEST_TEXT],
        **{
            f"/annotations/{key}": format_value(value)
            for key, value in islice(hints.items(), MOST_ROWS)
        },
        **{row.pointer: row.description[:_LONGEST_TEXT] for row in rows[:MOST_ROWS]},
    }
    scored = report.score.dimensions if report.score else ()
    findings = [*report.walk_findings()]
    titles = {finding.check: finding.title for finding in findings}
    marked = mark(filter(_is_worth_marking, findings), texts)
    return Details(
        report=report,
        name=marked.cut("/name", texts["/name"]),
        title=marked.cut("/title", texts["/title"]),
        description=marked.cut("/description", texts["/description"]),
        unshown=len(tool.description or "") - len(texts["/description"]),
        hints=tuple(
            (key, marked.cut(f"/annotations/{key}", texts[f"/annotations/{key}"]))
            for key in islice(hints, MOST_ROWS)
        ),
        fields=tuple(
            (row, marked.cut(row.pointer, texts[row.pointer])) for row in rows[:MOST_ROWS]
        ),
        more_fields=len(rows) > MOST_ROWS,
        legend=marked.legend,
        sums=tuple(_sum(score, words[score.key], marked, titles) for score in scored),
        remarks=tuple(_line(finding, marked) for finding in report.findings),
        unknown=tuple((pointer, tool.origin.place(pointer)) for pointer in sorted(tool.unknown)),
        hidden=frozenset(
            pointer
            for pointer in (*_FIELDS, *(row.pointer for row in rows[:MOST_ROWS]))
            if find_unknown(tool, [pointer])
        ),
    )


def _is_worth_marking(finding: Finding) -> bool:
    """Return whether a finding's quotes are marked: they earn points, or need a fix."""
    return finding.share is not None and (finding.share < 1 or finding.delta > 0)


def _sum(score: DimensionScore, words: Dimension, marked: Marked, titles: Mapping[str, str]) -> Sum:
    lines = [_line(f, marked) for f in score.findings if f.share is not None]
    met = tuple(line for line in lines if line.state == "met")
    total = score.baseline + sum((line.finding.delta for line in lines), _ZERO)
    limited = min(total, score.limit[0]) if score.limit else total
    half_up = score.expected.quantize(Decimal(1), ROUND_HALF_UP)
    return Sum(
        words=words,
        score=score,
        open=tuple(sorted((n for n in lines if n.state != "met"), key=lambda n: -n.finding.gain)),
        met=met,
        met_points=sum((line.finding.delta for line in met), _ZERO),
        total=total,
        limited=limited,
        # Where a check set the limit, the reason is its id; readers know it by its title.
        reason=titles.get(score.limit[1], score.limit[1]) if score.limit else "",
        rounds=half_up == score.score,
    )


def _line(finding: Finding, marked: Marked) -> Line:
    found = next((m for m in marked.legend if m.finding is finding), None)
    return Line(finding, state(finding), found)
