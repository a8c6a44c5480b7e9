"""What the page shows, worked out from a report: order, to-do lists, sums and cut strings.

Kept apart from the page's words so that the template holds no arithmetic and no rule of order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING

from toolgrade.model import SEVERITIES, UNCLEAR
from toolgrade.model.unknown import find_unknown
from toolgrade.outputs.digest import (
    Ignored,
    first_fixes,
    fixes,
    list_ignored,
    remarks,
    worst_first,
)
from toolgrade.outputs.fields import MOST_ROWS, Field, fields, format_value
from toolgrade.outputs.marks import Mark, Marked, Piece, State, mark, state
from toolgrade.outputs.matrix import Matrix, matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.model import (
        Dimension,
        DimensionScore,
        Finding,
        Place,
        Pointer,
        Report,
        ServerReport,
        ToolReport,
    )

MOST_DETAILED = 300
_MOST_TO_DO = 12
_MOST_RECURRING = 6
_LONGEST_TEXT = 20_000
_LEVELS = (*reversed(SEVERITIES), UNCLEAR)
_FIELDS = ("/title", "/annotations", "/description", "/inputSchema")
_ZERO = Decimal(0)
# What forty deltas, each rounded to three decimals, may differ from their exact sum.
_ROUNDED_OFF = Decimal("0.02")


@dataclass(frozen=True, slots=True)
class Line:
    """A finding in a sum; `mark` is its number in the definition, None without a quote there."""

    finding: Finding
    state: State
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Sum:
    """A dimension's sum, `total` before any limit; `open` lines are dearest first. `kept` is True
    where it left the scale, `rounds` False where the rubric's own cuts made the whole score.
    """

    words: Dimension
    score: DimensionScore
    open: tuple[Line, ...]
    met: tuple[Line, ...]
    met_points: Decimal
    total: Decimal
    limited: Decimal
    reason: str
    kept: bool
    rounds: bool


@dataclass(frozen=True, slots=True)
class Details:
    """A tool in full, as the template shows it; strings of the definition are cut into pieces.
    `unknown` holds what the source did not show and where that is written, `hidden` those of the
    fields and descriptions shown here that are therefore not known, at least in part.
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


@dataclass(frozen=True, slots=True)
class Row:
    """A tool in the overview: its place on the page, None where the page leaves it out, and its
    dearest open finding.
    """

    anchor: str | None
    report: ToolReport
    first: Finding | None

    @property
    def level(self) -> str:
        """How bad what the tool can do may be; "Unclear" where that is not known."""
        return (self.report.risk and self.report.risk.level) or UNCLEAR


@dataclass(frozen=True, slots=True)
class ToDo:
    """The same advice for one tool or several; `finding` is the dearest."""

    finding: Finding
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A server: the tools shown, worst first, and what to do across all of them."""

    anchor: str
    report: ServerReport
    rows: tuple[Row, ...]
    hidden: int
    tiers: tuple[tuple[str, int], ...]
    levels: tuple[tuple[str, int], ...]
    to_do: tuple[ToDo, ...]
    left_to_do: int
    recurring: tuple[tuple[str, int, Decimal], ...]
    together: tuple[Sum, ...]
    first: tuple[tuple[Row | None, Finding], ...]
    remarks: tuple[tuple[Row | None, Finding], ...]
    left_remarks: int
    ignored: tuple[Ignored, ...]
    matrix: Matrix | None


def pages(report: Report) -> list[Page]:
    """Return a page per server, with details for the MOST_DETAILED worst tools of them all."""
    tools = [tool for server in report.servers for tool in worst_first(server)]
    detailed = {id(tool) for tool in sorted(tools, key=_tdqs)[:MOST_DETAILED]}
    words = {d.key: d for d in report.rubric.coherence}
    return [_page(server, n, detailed, words) for n, server in enumerate(report.servers, 1)]


def _tdqs(tool: ToolReport) -> Decimal:
    return tool.score.tdqs if tool.score else -Decimal(1)


def _page(
    server: ServerReport, number: int, detailed: set[int], words: Mapping[str, Dimension]
) -> Page:
    rows = {id(tool): _row(tool, number, detailed) for tool in worst_first(server)}
    kept = tuple(row for row in rows.values() if row.anchor)
    tiers = Counter(
        row.report.score.tier if row.report.score else "not graded"
        for row in reversed(rows.values())
    )
    levels = Counter(row.level for row in kept)
    to_do = [ToDo(fix.finding, tuple(rows[id(t)] for t in fix.tools)) for fix in fixes(server)]
    beside = [(rows[id(tool)] if tool else None, finding) for tool, finding in remarks(server)]
    return Page(
        anchor=f"s{number}",
        report=server,
        rows=kept,
        hidden=len(rows) - len(kept),
        tiers=tuple(tiers.items()),
        levels=tuple((level, levels[level]) for level in _LEVELS if levels[level]),
        to_do=tuple(to_do[:_MOST_TO_DO]),
        left_to_do=len(to_do[_MOST_TO_DO:]),
        recurring=_recurring(server),
        together=_together(server, words),
        first=tuple((rows[id(t)] if t else None, f) for t, f in first_fixes(server)),
        remarks=tuple(beside[:_MOST_TO_DO]),
        left_remarks=len(beside[_MOST_TO_DO:]),
        ignored=tuple(list_ignored(server)),
        matrix=matrix(server),
    )


def _together(server: ServerReport, words: Mapping[str, Dimension]) -> tuple[Sum, ...]:
    """Return the sums of coherence; their quotes stand in many tools, so none is marked."""
    coherence = server.score.coherence
    scored = coherence.dimensions if coherence else ()
    titles = {f.check: f.title for score in scored for f in score.findings}
    nothing = mark((), {})
    return tuple(_sum(score, words[score.key], nothing, titles) for score in scored)


def _row(tool: ToolReport, number: int, detailed: set[int]) -> Row:
    anchor = f"s{number}-t{tool.tool.index + 1}" if id(tool) in detailed else None
    return Row(anchor, tool, next(iter(tool.to_do()), None))


def _recurring(server: ServerReport) -> tuple[tuple[str, int, Decimal], ...]:
    """Return what is open in more than one tool: title, number of tools, gain over all of them."""
    gains: dict[str, list[Decimal]] = {}
    for tool in server.tools:
        for finding in tool.to_do():
            if finding.gain:
                gains.setdefault(finding.title, []).append(finding.gain)
    several = [(t, len(g), sum(g, _ZERO)) for t, g in gains.items() if len(g) > 1]
    return tuple(sorted(several, key=lambda each: -each[2])[:_MOST_RECURRING])


def details(report: ToolReport, words: Mapping[str, Dimension]) -> Details:
    """Return all there is to show of a tool; `words` are the rubric's dimensions by key."""
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
    findings = [*chain.from_iterable(d.findings for d in scored), *report.findings]
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
    """Return whether the finding's words are worth marking: they earn points, or are to mend."""
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
        # A limit's reason is a check's id where a check set it: readers know it by its title.
        reason=titles.get(score.limit[1], score.limit[1]) if score.limit else "",
        kept=abs(limited - score.expected) > _ROUNDED_OFF,
        rounds=half_up == score.score,
    )


def _line(finding: Finding, marked: Marked) -> Line:
    found = next((m for m in marked.legend if m.finding is finding), None)
    return Line(finding, state(finding), found)
