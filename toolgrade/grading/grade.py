"""Wires the floors: servers and a rubric in, a report out."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import lru_cache
from itertools import chain, repeat
from typing import TYPE_CHECKING, NamedTuple, cast

from toolgrade.files.version import VERSION
from toolgrade.grading.arithmetic import (
    THOUSANDTH,
    ZERO,
    average_scores,
    clamp_sum,
    limit,
    list_rises,
    rollup,
    round_points,
    tier,
)
from toolgrade.grading.budget import Budget
from toolgrade.grading.shadowing import Costed, remark, shadows
from toolgrade.grading.sums import Sum, add_up
from toolgrade.grading.unpriced import (
    drop_notes,
    list_quotes,
    list_server_remarks,
    list_tool_remarks,
)
from toolgrade.grading.whatif import Scored, set_ways, what_if
from toolgrade.model import (
    SHADOWED,
    STRICTEST,
    Answers,
    CoherenceScore,
    DimensionScore,
    Places,
    Priced,
    Report,
    ServerReport,
    Signals,
    SourceError,
    ToolReport,
    ToolScore,
)
from toolgrade.risk import classify
from toolgrade.risk.guide import guide
from toolgrade.signals import signals
from toolgrade.view import NotKnown, ServerView
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from toolgrade.model import Finding, Level, Line, Server, Shadow, Tool, Verdict
    from toolgrade.rubric import Rubric
    from toolgrade.rubric.rules import DimensionRules
    from toolgrade.view import ToolView


def grade(  # noqa: PLR0913 - what is asked of a run, each of it optional
    servers: Iterable[Server],
    rubric: Rubric,
    errors: Sequence[SourceError] = (),
    spec: str = STRICTEST,
    budgets: Iterable[Budget] = (),
    *,
    renames: bool = False,
) -> Report:
    """Judge every tool of every server, in the order given; unpriced checks hold them to `spec`, a
    revision of the specification.

    `budgets` has the time for each server, if it is limited. What is not judged in that time has
    null scores, and an error says so. With `renames`, the way to the next tier may rename or remove
    tools.
    """
    judged: list[ServerReport] = []
    unjudged: list[SourceError] = []
    for server, budget in zip(servers, chain(budgets, repeat(Budget())), strict=False):
        end = time.monotonic() + budget.left
        report, error = _server(server, rubric, spec, end, renames=renames)
        budget.left = end - time.monotonic()
        judged.append(report)
        unjudged += [error] if error else []
    return Report(VERSION, rubric.stamp, tuple(judged), (*errors, *unjudged), guide=guide())


def _server(
    server: Server, rubric: Rubric, spec: str, end: float, *, renames: bool
) -> tuple[ServerReport, SourceError | None]:
    """Judge a server until the clock shows `end`; return an error if that was too soon."""
    view = rubric.view(server, spec)
    # What a judge does not see may still be broken, or do harm.
    whole = view if view.server is server else ServerView(server, rubric.words, spec)
    tools: list[ToolReport] = []
    scored: list[Scored] = []
    for at in range(len(server.tools)):
        if time.monotonic() >= end:
            break
        seen = view.tool(at)
        sums = _sums(seen, rubric) if _can_be_judged(seen) else []
        tool = _tool(seen, seen if whole is view else whole.tool(at), sums, rubric)
        tools.append(tool)
        if tool.score:
            scored.append(Scored(at, int(10 * tool.score.tdqs), sums))
    is_late = time.monotonic() >= end
    error = _make_timeout_error(server, len(tools)) if is_late else None
    tools += [
        ToolReport(tool, None, None, (), tool.origin.place("/name") or tool.origin.place(""))
        for tool in server.tools[len(tools) :]
    ]
    scores = [t.score.tdqs for t in tools if t.score]
    # Where siblings may be missing, their number, gaps and likenesses prove nothing.
    judged = bool(scores and rubric.coherence and server.complete and not is_late)
    together = [add_up(rules, view) for rules in rubric.coherence] if judged else []
    score = rollup(
        scores,
        sum(not report.tool.is_app_only for report in tools),
        rubric.server,
        rubric.tiers,
        _score_coherence(together, view, rubric) if judged else None,
    )
    fits = set_ways(together, rubric.scale, renames=renames) if score.coherence else None
    cast_ = tuple(_shadows(tools, view)) if SHADOWED in rubric.unpriced and not is_late else ()
    report = ServerReport(
        server,
        score,
        tuple(tools),
        (
            *(() if is_late else list_server_remarks(whole, rubric)),
            *(remark(shadow, view, rubric.unpriced[SHADOWED]) for shadow in cast_),
        ),
        flags=("Shadowing Risk",) if cast_ else (),
        what_if=None if is_late else what_if(score, scored, fits, rubric),
        shadows=cast_,
    )
    return report, error


def _make_timeout_error(server: Server, judged: int) -> SourceError:
    said = f"{judged} of {len(server.tools)} tools were judged in time, and no coherence"
    return SourceError(str(server.source), f"{make_legible(server.name)}: {said}; raise --timeout")


def _can_be_judged(tool: ToolView) -> bool:
    """Whether a tool has a name, and a description that was seen, be it empty: what most questions
    are about. A tool that no model sees is not judged.
    """
    try:
        tool.require_known("/description")
    except NotKnown:
        return False
    return tool.tool.name is not None and not tool.tool.is_app_only


def _shadows(tools: Sequence[ToolReport], server: ServerView) -> Iterator[Shadow]:
    costed = (
        Costed(at, report.tool.name, report.signals.invocation_cost)
        for at, report in enumerate(tools)
        if report.tool.name is not None and report.signals
    )
    return shadows(tuple(costed), server)


def _tool(view: ToolView, whole: ToolView, sums: Sequence[Sum], rubric: Rubric) -> ToolReport:
    """Report on the `whole` of a tool, judged by what the rubric sees of it; without `sums`, not
    judged.
    """
    tool = whole.tool
    place = tool.origin.place("/name") or tool.origin.place("")
    remarks = list_tool_remarks(whole, rubric)
    if tool.name is None:
        return ToolReport(tool, None, None, remarks, place)
    risk = classify(whole)
    if not sums:
        return ToolReport(tool, None, None, remarks, place, risk=risk)
    score = _score_tool(sums, view, rubric, remarks)
    return ToolReport(tool, _signals(tool, view), score, remarks, place, risk=risk)


def _signals(tool: Tool, view: ToolView) -> Signals | None:
    if tool.unknown:
        return None  # a count of what was not all seen would be wrong
    return view.signals if view.tool is tool else signals(tool)


def judge(tool: ToolView, rubric: Rubric) -> ToolScore:
    """Score one tool on every dimension of the rubric."""
    return _score_tool(_sums(tool, rubric), tool, rubric, ())


def _sums(tool: ToolView, rubric: Rubric) -> list[Sum]:
    return [add_up(rules, tool) for rules in rubric.dimensions]


def _score_tool(
    sums: Sequence[Sum], tool: ToolView, rubric: Rubric, remarks: Sequence[Finding]
) -> ToolScore:
    """Return a tool's score; a finding whose words a remark quotes too is left without a note."""
    said = list_quotes(remarks)
    places = Places(tool.tool.origin)
    scores: list[DimensionScore] = []
    failed: list[Line] = []
    for each in sums:
        found = _result(each.lines, each.total, each.rules, rubric)
        verdicts = drop_notes(each.verdicts, said) if said else each.verdicts
        scores.append(_dimension(each, found, verdicts, places))
        failed += found.failed
    if gates := [(line.gate, line.id) for line in failed if line.gate is not None]:
        scores = _apply_gate(scores, min(gates), rubric)
    weights = rubric.weights
    score = average_scores({d.key: d.score for d in scores}, weights)
    return ToolScore(
        tdqs=score,
        expected=_average_expected(scores, weights),
        tier=tier(score, rubric.tiers),
        flags=tuple(dict.fromkeys([line.flag for line in failed if line.flag])),
        smells=tuple([d.key for d in scores if d.score < rubric.viable]),
        dimensions=tuple(scores),
    )


def judge_coherence(server: ServerView, rubric: Rubric) -> CoherenceScore:
    """Score how a server's tools fit together, on every dimension the rubric has for that."""
    return _score_coherence([add_up(rules, server) for rules in rubric.coherence], server, rubric)


def _score_coherence(sums: Sequence[Sum], server: ServerView, rubric: Rubric) -> CoherenceScore:
    places = Places(server)
    scores = []
    for each in sums:
        found = _result(each.lines, each.total, each.rules, rubric)
        dimension = _dimension(each, found, each.verdicts, places)
        # Made now: the view that knows the places of a server's words is not kept.
        scores.append(replace(dimension, findings=tuple(dimension.findings)))
    weights = {r.words.key: r.words.weight for r in rubric.coherence}
    score = average_scores({d.key: d.score for d in scores}, weights)
    expected = _average_expected(scores, weights)
    return CoherenceScore(score, expected, tier(score, rubric.tiers), tuple(scores))


def _average_expected(scores: Sequence[DimensionScore], weights: Mapping[str, int]) -> Decimal:
    total = sum((d.expected * weights[d.key] for d in scores), ZERO)
    return (total / sum(weights.values())).quantize(THOUSANDTH)


class _Result(NamedTuple):
    """What a dimension's lines come to: its score, what they show in a report, and those that
    are not met at all.
    """

    score: int
    expected: Decimal
    priced: tuple[Priced, ...]
    limit: tuple[Decimal, str] | None
    failed: tuple[Line, ...]


@lru_cache(maxsize=2048)
def _result(
    lines: tuple[Line, ...],
    total: Decimal,
    rules: DimensionRules,
    rubric: Rubric,
) -> _Result:
    """Return what these lines come to; tools that answer the same share it."""
    scale, levels = rubric.scale, rubric.levels
    cap = limit(lines)
    expected = clamp_sum(total, cap and cap[0], scale)
    weight = rules.words.weight
    gains = [_gain(rise, weight) for rise in list_rises(lines, total, scale)]
    return _Result(
        score=round_points(expected, rules.cuts, scale),
        expected=expected.quantize(THOUSANDTH),
        priced=tuple([_price(line, gain, levels) for line, gain in zip(lines, gains, strict=True)]),
        limit=cap if cap and cap[0] < total else None,
        failed=tuple([line for line in lines if line.share == 0]),
    )


@lru_cache(maxsize=16_384)
def _price(line: Line, gain: Decimal, levels: tuple[tuple[Level, Decimal], ...]) -> Priced:
    met = line.share == 1
    return Priced(line, gain, None if met else line.level or _level(gain, levels))


@lru_cache(maxsize=4096)
def _gain(rise: Decimal, weight: int) -> Decimal:
    """Return what a dimension's rise is worth to the tool."""
    return (rise * weight / 100).quantize(THOUSANDTH) if rise else ZERO


def _dimension(
    each: Sum, found: _Result, verdicts: Sequence[Verdict], places: Places
) -> DimensionScore:
    return DimensionScore(
        key=each.rules.words.key,
        score=found.score,
        expected=found.expected,
        baseline=each.rung.score,
        why=each.rung.why,
        findings=Answers(found.priced, verdicts, places),
        limit=found.limit,
    )


def _apply_gate(
    sums: list[DimensionScore], gate: tuple[Decimal, str], rubric: Rubric
) -> list[DimensionScore]:
    """Return every dimension limited to the gate, with the whole loss as the gain of fixing it."""
    weights = rubric.weights
    lost = sum(((d.expected - gate[0]) * weights[d.key] / 100 for d in sums), ZERO)
    held = []
    for dimension in sums:
        answers = cast("Answers", dimension.findings)
        priced = tuple(
            [
                _price(one.line, one.gain + lost if one.line.id == gate[1] else ZERO, rubric.levels)
                for one in answers.priced
            ]
        )
        findings = Answers(priced, answers.verdicts, answers.places)
        held.append(
            replace(dimension, score=int(gate[0]), expected=gate[0], limit=gate, findings=findings)
        )
    return held


def _level(gain: Decimal, levels: tuple[tuple[Level, Decimal], ...]) -> Level:
    """Return the level of a finding whose check gives it none; not every rubric has errors here."""
    for level, least in levels:
        if gain >= least:
            return level
    return "note"
