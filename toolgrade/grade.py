"""Wires the floors: servers and a rubric in, a report out."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, cast

from toolgrade import __version__
from toolgrade.check import NOT_APPLICABLE
from toolgrade.model import (
    DimensionScore,
    Finding,
    Level,
    Report,
    ServerReport,
    Signals,
    ToolReport,
    ToolScore,
)
from toolgrade.scoring import (
    ONE,
    THOUSANDTH,
    ZERO,
    Line,
    bounded,
    limit,
    points,
    rise,
    rollup,
    tdqs,
    tier,
    whole,
)
from toolgrade.signals import signals
from toolgrade.view import NotKnown, ToolView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from decimal import Decimal

    from toolgrade.model import Malformed, Origin, Place, Server, SourceError, Tool, Verdict
    from toolgrade.rubric import DimensionRules, Question, Rubric


def grade(servers: Iterable[Server], rubric: Rubric, errors: Sequence[SourceError] = ()) -> Report:
    """Judge every tool of every server, in the order given."""
    judged = tuple(_server(server, rubric) for server in servers)
    return Report(__version__, rubric.stamp, judged, tuple(errors))


def _server(server: Server, rubric: Rubric) -> ServerReport:
    view = rubric.view(server)
    tools = tuple(_tool(tool, view.tool(at), rubric) for at, tool in enumerate(server.tools))
    scores = [t.score.tdqs for t in tools if t.score]
    return ServerReport(
        server,
        rollup(scores, len(tools), rubric.server, rubric.tiers),
        tools,
        tuple(_remark(m, server.origin, rubric) for m in server.malformed),
    )


def _tool(tool: Tool, view: ToolView, rubric: Rubric) -> ToolReport:
    """Judge what the rubric sees of a tool, and report on all of it."""
    place = tool.origin.place("/name") or tool.origin.place("")
    remarks = tuple(_remark(m, tool.origin, rubric) for m in tool.malformed)
    if tool.name is None:
        return ToolReport(tool, None, None, remarks, place)
    return ToolReport(tool, _signals(tool, view), judge(view, rubric), remarks, place)


def _signals(tool: Tool, view: ToolView) -> Signals | None:
    if "/inputSchema" in tool.unknown:
        return None
    return view.signals if view.tool is tool else signals(tool)


def ask(question: Question, tool: ToolView) -> Verdict:
    """Return a check's answer for a tool; it does not apply where the rubric's condition fails,
    where it rests on English words and the text is in another language, or on what is not known.
    """
    when = question.price.when
    try:
        if question.wordy and not tool.legible:
            return NOT_APPLICABLE
        if when is not None and not when.holds(tool):
            return NOT_APPLICABLE
        return question.ask(tool)
    except NotKnown:
        return NOT_APPLICABLE


def judge(tool: ToolView, rubric: Rubric) -> ToolScore:
    """Score one tool on every dimension of the rubric."""
    answers = [_answers(rules, tool) for rules in rubric.dimensions]
    pairs = zip(rubric.dimensions, answers, strict=True)
    sums = [_dimension(rules, row, tool, rubric) for rules, row in pairs]
    failed = [q for row in answers for q, verdict in row if verdict.share == 0]
    gates = [(q.price.gate, q.check.id) for q in failed if q.price.gate is not None]
    if gates:
        sums = _gated(sums, min(gates), rubric)
    weights = {r.words.key: r.words.weight for r in rubric.dimensions}
    score = tdqs({d.key: d.score for d in sums}, weights)
    expected = sum((d.expected * weights[d.key] for d in sums), ZERO) / sum(weights.values())
    return ToolScore(
        tdqs=score,
        expected=expected.quantize(THOUSANDTH),
        tier=tier(score, rubric.tiers),
        flags=tuple(dict.fromkeys(q.price.flag for q in failed if q.price.flag)),
        smells=tuple(d.key for d in sums if d.score < _viable(rubric)),
        dimensions=tuple(sums),
    )


def _answers(rules: DimensionRules, tool: ToolView) -> list[tuple[Question, Verdict]]:
    """Return the answers of the checks that apply."""
    asked = ((question, ask(question, tool)) for question in rules.questions)
    return [pair for pair in asked if pair[1].share is not None]


def _viable(rubric: Rubric) -> Decimal:
    return (rubric.scale[0] + rubric.scale[1]) / 2


def _dimension(
    rules: DimensionRules,
    answers: list[tuple[Question, Verdict]],
    tool: ToolView,
    rubric: Rubric,
) -> DimensionScore:
    rung = next(r for r in rules.baseline if r.when is None or r.when.holds(tool))
    lines = [_line(question, verdict, tool) for question, verdict in answers]
    total = rung.score + sum((line.points for line in lines), ZERO)
    cap = limit(lines)
    expected = bounded(total, cap and cap[0], rubric.scale)
    weight = rules.words.weight
    titles = [question.check.title for question, _ in answers]
    place = cache(tool.tool.origin.place)
    return DimensionScore(
        key=rules.words.key,
        score=whole(expected, rules.cuts, rubric.scale),
        expected=expected.quantize(THOUSANDTH),
        baseline=rung.score,
        why=rung.why,
        findings=tuple(
            _finding(
                line, title, _gain(rise(line, lines, total, rubric.scale), weight), rubric, place
            )
            for line, title in zip(lines, titles, strict=True)
        ),
        limit=cap if cap and cap[0] < total else None,
    )


def _gated(
    sums: list[DimensionScore], gate: tuple[Decimal, str], rubric: Rubric
) -> list[DimensionScore]:
    """Return every dimension held at the gate, with the whole loss as the gain of mending it."""
    weights = {r.words.key: r.words.weight for r in rubric.dimensions}
    lost = sum(((d.expected - gate[0]) * weights[d.key] / 100 for d in sums), ZERO)
    held = []
    for dimension in sums:
        findings = tuple(
            f._replace(gain=f.gain + lost, level=_level(f.gain + lost, rubric.levels))
            if f.check == gate[1]
            else f._replace(gain=ZERO, level=f.level and _level(ZERO, rubric.levels))
            for f in dimension.findings
        )
        held.append(
            replace(dimension, score=int(gate[0]), expected=gate[0], limit=gate, findings=findings)
        )
    return held


def _line(question: Question, verdict: Verdict, tool: ToolView) -> Line:
    met, unmet = question.price.at(tool)
    return Line(question.check.id, verdict, points(verdict, met, unmet), met, question.price.cap)


@lru_cache(maxsize=4096)
def _gain(rise: Decimal, weight: int) -> Decimal:
    """Return what a dimension's rise is worth to the tool; few differ, so one object serves all."""
    return (rise * weight / 100).quantize(THOUSANDTH) if rise else ZERO


@lru_cache(maxsize=1024)
def _quiet(check: str, title: str, points: Decimal) -> Finding:
    """Return a met check that quotes nothing: the same for every tool."""
    return Finding(check, title, ONE, points, ZERO, None, "", (), None)


def _finding(
    line: Line, title: str, gain: Decimal, rubric: Rubric, place: Callable[..., Place | None]
) -> Finding:
    verdict = line.verdict
    if verdict.share == 1 and not verdict.quotes:
        return _quiet(line.id, title, line.points)
    return Finding(
        check=line.id,
        title=title,
        share=verdict.share,
        delta=line.points,
        gain=gain,
        level=None if verdict.share == 1 else _level(gain, rubric.levels),
        note=verdict.note,
        quotes=verdict.quotes,
        place=_place(place, verdict),
    )


def _place(place: Callable[..., Place | None], verdict: Verdict) -> Place | None:
    """Return where the words stand; where words are missed, the description, else the tool."""
    if verdict.quotes:
        return place(verdict.quotes[0].pointer, verdict.quotes[0].start)
    return place("/description") or place("")


def _level(gain: Decimal, levels: Mapping[str, Decimal]) -> Level:
    if gain >= levels["error"]:
        return "error"
    return "warning" if gain >= levels["warning"] else "note"


def _remark(malformed: Malformed, origin: Origin, rubric: Rubric) -> Finding:
    """Return an unpriced finding: its level stands in the rubric, since it has no gain."""
    words = rubric.unpriced[malformed.kind]
    place = origin.place(malformed.pointer) or origin.place("")
    return Finding(
        check=f"malformed.{malformed.kind}",
        title=words["title"],
        share=ZERO,
        delta=ZERO,
        gain=ZERO,
        level=cast("Level", words["level"]),
        note=malformed.note if place else f"{malformed.note} ({malformed.pointer or '/'})",
        quotes=(),
        place=place,
    )
