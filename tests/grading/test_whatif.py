"""The way to the next tier is the shortest there is: held against trying every set of fixes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tools import SOURCE, rubric, server

from toolgrade.grading import whatif
from toolgrade.grading.arithmetic import (
    average_scores,
    clamp_sum,
    limit,
    points,
    rollup,
    round_points,
)
from toolgrade.grading.grade import grade
from toolgrade.grading.sums import Sum, add_up
from toolgrade.grading.whatif import MOST, Scored, set_ways, what_if
from toolgrade.model import STRICTEST, CoherenceScore, Dimension, Line, Quote, Server, Tool, Verdict

if TYPE_CHECKING:
    from toolgrade.model import Report, ServerScore

D = Decimal
SCALE = (D(1), D(5))
WEIGHTS = {"purpose": 65, "usage": 35}
MINE = replace(
    rubric(),
    dimensions=tuple(
        replace(rules, words=Dimension(key, key, "", "", weight, {}), questions=(), cuts=())
        for rules, (key, weight) in zip(rubric().dimensions, WEIGHTS.items(), strict=False)
    ),
)


def lines(dimension: str, *, gates: bool) -> st.SearchStrategy[list[tuple[Line, Verdict]]]:
    number = st.integers(0, 20).map(lambda n: D(n) / 10)
    bound = st.sampled_from([None, None, None, D(1), D(2), D(3)])

    @st.composite
    def line(draw: Any) -> tuple[Verdict, Decimal, Decimal, Any, Any]:
        share = draw(st.sampled_from([D(0), D(0), D("0.5"), D(1)]))
        quotes = draw(st.integers(0, 3)) if not gates else 0
        verdict = Verdict(share, (Quote("/tools/0/name", 0, 1, "a"),) * quotes, "mend it")
        gate = draw(st.sampled_from([None, None, None, D(1), D(2)])) if gates else None
        return verdict, draw(number), -draw(number), draw(bound), gate

    return st.lists(line(), max_size=3).map(
        lambda found: [
            (
                Line(
                    f"{dimension}.{n}",
                    verdict.share or D(0),
                    points(verdict.share or D(0), met, unmet),
                    met,
                    cap,
                    gate,
                ),
                verdict,
            )
            for n, (verdict, met, unmet, cap, gate) in enumerate(found)
        ]
    )


def sums(*, gates: bool = True) -> st.SearchStrategy[list[Sum]]:
    start = st.integers(10, 50).map(lambda n: D(n) / 10)

    def made(parts: tuple[Any, ...]) -> list[Sum]:
        return [
            Sum(
                rules,
                replace(rules.baseline[-1], score=base),
                tuple(line for line, _ in found),
                tuple(verdict for _, verdict in found),
                base + sum((line.points for line, _ in found), D(0)),
            )
            for rules, (base, found) in zip(MINE.dimensions, parts, strict=True)
        ]

    pairs = (st.tuples(start, lines(key, gates=gates)) for key in WEIGHTS)
    return st.tuples(*pairs).map(made)


def scored(found: list[Sum], fixed: frozenset[str]) -> Decimal:
    """Return the score with some checks met, computed as `grade` does."""
    after = [
        [
            replace(line, share=D(1), points=line.met) if line.id in fixed else line
            for line in each.lines
        ]
        for each in found
    ]
    gates = [x.gate for row in after for x in row if x.gate is not None and x.share == 0]
    scores = {}
    for each, row in zip(found, after, strict=True):
        total = each.rung.score + sum((line.points for line in row), D(0))
        cap = limit(row)
        value = round_points(clamp_sum(total, cap and cap[0], SCALE), (), SCALE)
        scores[each.rules.words.key] = int(min(gates)) if gates else value
    return average_scores(scores, WEIGHTS)


def rolled(tdqs: list[Decimal], fit: Decimal | None) -> ServerScore:
    together = None if fit is None else CoherenceScore(fit, fit, "", ())
    return rollup(tdqs, len(tdqs), rubric().server, rubric().tiers, together)


def now(score: ServerScore) -> Decimal:
    found = score.overall_score if score.coherence else score.description_quality_score
    assert found is not None
    return found


def open_in(found: list[Sum]) -> list[tuple[str, int]]:
    """Return the id of each line to fix, and how many words its verdict quotes."""
    return [
        (line.id, len(verdict.quotes))
        for each in found
        for line, verdict in zip(each.lines, each.verdicts, strict=True)
        if line.share != 1
    ]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(sums(), min_size=1, max_size=2), st.none() | sums(gates=False))
def test_no_set_of_fewer_fixes_reaches_the_next_tier(
    tools: list[list[Sum]], together: list[Sum] | None
) -> None:
    none: frozenset[str] = frozenset()
    before = rolled([scored(t, none) for t in tools], together and scored(together, none))
    reach = [Scored(n, int(10 * scored(tool, none)), tool) for n, tool in enumerate(tools)]
    fits = set_ways(together, SCALE) if together else None
    found = what_if(before, reach, fits, MINE)
    assert found
    above = [bound for bound in rubric().tiers.values() if bound > now(before)]
    if not above:
        assert found.tier is None
        return
    fixes = [(n, id_, 1) for n, tool in enumerate(tools) for id_, _ in open_in(tool)]
    small = [(id_, quotes) for id_, quotes in open_in(together or []) if quotes < 3]
    fixes += [(-1, id_, max(1, quotes)) for id_, quotes in small]
    costs = [
        sum(cost for _, _, cost in chosen)
        for size in range(min(MOST, len(fixes)) + 1)
        for chosen in combinations(fixes, size)
        if now(_after(tools, together, chosen)) >= min(above)
    ]
    if found.score is None:
        assert min(costs, default=MOST + 1) > MOST
        return
    cost = {(n, id_): each for n, id_, each in fixes}
    done = [(-1 if s.tool is None else s.tool, id_) for s in found.steps for id_ in s.checks]
    assert sum(cost[each] for each in done) == min(costs)
    assert now(_after(tools, together, [(*each, 0) for each in done])) == found.score


def _after(tools: list[list[Sum]], together: list[Sum] | None, chosen: Any) -> ServerScore:
    fixed = [frozenset(i for n, i, _ in chosen if n == at) for at in range(-1, len(tools))]
    scores = [scored(tool, fixed[at + 1]) for at, tool in enumerate(tools)]
    return rolled(scores, scored(together, fixed[0]) if together else None)


def of(tools: list[dict[str, Any]]) -> Report:
    return grade([server(tools)], rubric())


@pytest.mark.parametrize("count", [1, MOST + 1, 3 * MOST])
def test_what_is_out_of_reach_is_not_searched_and_would_not_be_found(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = [{"name": f"get_{'abc'[at % 3]}{at}", "description": "Get it."} for at in range(count)]
    short = of(poor).servers[0].what_if
    monkeypatch.setattr(whatif, "_is_out_of_reach", lambda *_: False)
    assert of(poor).servers[0].what_if == short
    assert short
    assert (short.score is None) == (count > 1)


def test_the_fixes_named_are_open_findings_of_the_tools_named() -> None:
    good = "Delete one order for good. Use when a customer asks. Do not use it to cancel; call b."
    tools = [{"name": "delete_order", "description": good}, {"name": "b"}, {"name": "c_d"}]
    report = of(tools).servers[0]
    assert report.what_if
    assert report.what_if.steps
    for step in report.what_if.steps:
        assert step.tool is not None
        score = report.tools[step.tool].score
        assert score
        found = {f.check: f for d in score.dimensions for f in d.findings}
        assert all(found[check].share != 1 for check in step.checks)
    assert [tools[at]["name"] for at in report.what_if.holding] == ["b", "c_d"]


def test_without_a_score_there_is_no_way_up() -> None:
    nameless = Server("s", (Tool(None, 0),), SOURCE)
    assert grade([nameless], rubric()).servers[0].what_if is None


def test_many_tools_alike_are_no_dozen_fixes_away() -> None:
    found = of([{"name": f"x{n}_y"} for n in range(300)]).servers[0].what_if
    assert found
    assert found.score is None
    assert not found.steps
    assert len(found.holding) == 300


def test_no_tool_is_renamed_or_removed_unless_that_is_allowed() -> None:
    names = ["list_beds", "get_bed", "water_bed", "bedDelete", "read_bed", "move_bed"]
    rules = rubric()
    view = rules.view(
        server([{"name": name, "description": f"{name} it."} for name in names]), STRICTEST
    )
    together = [add_up(one, view) for one in rules.coherence]
    fixed = [
        {
            check.partition(".")[0]
            for way in set_ways(together, SCALE, renames=allowed)
            for check in way.checks
        }
        for allowed in (False, True)
    ]
    assert "naming" in fixed[1] - fixed[0]
    assert "count" not in fixed[0]
