"""The fewest fixes that bring a server to its next tier, found exactly.

To fix is to meet a check that is not met, and nothing else. Points are whole, so gains do not add
up: each choice of fixes is worth what the scores are when computed again. Two facts keep the search
small without losing the answer. In a dimension, whichever caps are lifted, those of the other
fixes with the highest gain are the best ones; so a dimension, and from these a tool, is a short
list of what a number of fixes can reach. And where at most MOST fixes are made, at most MOST tools
are touched: of those that gain by that many fixes, the MOST that gain most are enough to look at.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.grading.arithmetic import ZERO, average_exact, clamp_sum, round_points, tier
from toolgrade.model import Step, WhatIf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from toolgrade.grading.sums import Sum
    from toolgrade.model import Line, ServerScore
    from toolgrade.rubric import Rubric

MOST = 12
"""More fixes than this are not useful advice: then only the lowest tools are named."""

_SEVERAL = 3
_RENAMING = frozenset({"naming", "count"})
_RENAMING_CHECKS = frozenset({"disambiguation.own-names"})
"""What is fixed by renaming or removing tools, which breaks those who call them."""


class Way(NamedTuple):
    """The most that `cost` fixes reach, and the ids of the checks; `score` in tenths."""

    cost: int
    score: int
    checks: tuple[str, ...]


Ways = list[Way]
"""By cost, each costlier one better; the first costs nothing."""


def ways(sums: Sequence[Sum], scale: tuple[Decimal, Decimal]) -> Ways:
    """Return what a tool can be brought to."""
    gates = sorted(
        [
            (line.gate, line.id)
            for each in sums
            for line in each.lines
            if line.gate is not None and line.share == 0
        ]
    )
    opened = tuple(id_ for _, id_ in gates)
    held = [Way(n, 10 * int(gate or 0), opened[:n]) for n, (gate, _) in enumerate(gates)]
    steps = [
        (each, _steps(each.lines, each.total, each.rules.cuts, frozenset(opened), scale))
        for each in sums
    ]
    return _keep_rising([*held, *_combine_steps(steps, opened)])


def set_ways(sums: Sequence[Sum], scale: tuple[Decimal, Decimal], *, renames: bool = True) -> Ways:
    """Return what a server's coherence can be brought to; without `renames`, by fixes that leave
    every tool and its name as they are.
    """
    steps = [(each, _set_steps(each, scale, renames=renames)) for each in sums]
    return _keep_rising(_combine_steps(steps, ()))


class _Reach(NamedTuple):
    """A dimension's whole score after `cost` fixes."""

    cost: int
    score: int
    checks: tuple[str, ...]


def _combine_steps(
    steps: Sequence[tuple[Sum, Sequence[_Reach]]], opened: tuple[str, ...]
) -> Iterator[Way]:
    """Yield by cost the most that fixes in all dimensions reach, after those in `opened`."""
    best: dict[int, tuple[int, tuple[str, ...]]] = {len(opened): (0, opened)}
    for each, reaches in steps:
        weight = each.rules.words.weight
        then: dict[int, tuple[int, tuple[str, ...]]] = {}
        weighted = [(more, score * weight, further) for more, score, further in reaches]
        for cost, (points, checks) in best.items():
            for more, score, further in weighted:
                at, value = cost + more, points + score
                if at > MOST:
                    break  # what is further on costs more
                if at not in then or then[at][0] < value:
                    then[at] = value, checks + further
        best = then
    total = sum(each.rules.words.weight for each, _ in steps)
    for cost, (points, checks) in sorted(best.items()):
        yield Way(cost, (20 * points + total) // (2 * total), checks)


def _binds(line: Line, bound: Decimal | None) -> bool:
    return bound is not None and line.share == 0


def _keep_rising(found: Iterable[Way]) -> Ways:
    kept: Ways = []
    for way in found:
        if not kept or way.score > kept[-1].score:
            kept.append(way)
    return kept


@lru_cache(2048)
def _steps(
    lines: tuple[Line, ...],
    total: Decimal,
    cuts: tuple[Decimal, ...],
    opened: frozenset[str],
    scale: tuple[Decimal, Decimal],
) -> list[_Reach]:
    """Return the fewest fixes for each score of a dimension; checks in `opened` are met already."""
    open_ = [x for x in lines if x.share != 1 and x.id not in opened]
    total += sum((x.met - x.points for x in lines if x.id in opened), ZERO)
    capped = sorted((x for x in open_ if _binds(x, x.cap)), key=lambda x: (x.cap, x.id))
    ranked = sorted((x for x in open_ if x.met > x.points), key=lambda x: (x.points - x.met, x.id))
    least: dict[int, tuple[int, tuple[str, ...]]] = {}
    top = scale[1]
    for lifted in range(len(capped) + 1):
        first = capped[:lifted]
        cap = capped[lifted].cap if lifted < len(capped) else None
        value = total + sum((x.met - x.points for x in first), ZERO)
        checks = tuple(x.id for x in first)
        for line in (None, *(x for x in ranked if x not in first)):
            if line is not None:
                value, checks = value + line.met - line.points, (*checks, line.id)
            score = round_points(clamp_sum(value, cap, scale), cuts, scale)
            if len(checks) > MOST:
                break
            if score not in least or len(checks) < least[score][0]:
                least[score] = len(checks), checks
            if value >= top or (cap is not None and value >= cap):
                break  # more fixes change nothing
    return sorted(_Reach(cost, score, checks) for score, (cost, checks) in least.items())


def _set_steps(each: Sum, scale: tuple[Decimal, Decimal], *, renames: bool = True) -> list[_Reach]:
    """Return the fewest fixes for each score of a dimension of the whole set."""
    quotes = {x: len(v.quotes) for x, v in zip(each.lines, each.verdicts, strict=True)}
    open_ = [
        x
        for x in each.lines
        if x.share != 1 and quotes[x] < _SEVERAL and (renames or not _is_rename(x.id))
    ]
    least: dict[int, _Reach] = {}
    for size in range(len(open_) + 1):
        for fixed in combinations(open_, size):
            value = each.total + sum((x.met - x.points for x in fixed), ZERO)
            caps = [x.cap for x in each.lines if x not in fixed and _binds(x, x.cap)]
            cap = min((cap for cap in caps if cap is not None), default=None)
            score = round_points(clamp_sum(value, cap, scale), each.rules.cuts, scale)
            cost = sum(max(1, quotes[x]) for x in fixed)
            if score not in least or cost < least[score].cost:
                least[score] = _Reach(cost, score, tuple(x.id for x in fixed))
    return sorted(least.values())


def _is_rename(check: str) -> bool:
    return check.partition(".")[0] in _RENAMING or check in _RENAMING_CHECKS


class Scored(NamedTuple):
    """A scored tool: which one it is, its TDQS in tenths, and what that is made of."""

    at: int
    score: int
    sums: Sequence[Sum]


def what_if(
    score: ServerScore, scored: Sequence[Scored], together: Ways | None, rubric: Rubric
) -> WhatIf | None:
    """Return the way to the next tier; None where the server has no score.

    `scored` holds every scored tool, `together` the ways of the server's coherence.
    """
    now = score.description_quality_score if score.coherence is None else score.overall_score
    if now is None:
        return None
    low = min(tool.score for tool in scored)
    holding = tuple(tool.at for tool in scored if tool.score == low)
    above = [(bound, name) for name, bound in rubric.tiers.items() if bound > now]
    if not above:
        return WhatIf(None, None, (), holding)
    bound, name = min(above)
    if _is_out_of_reach([tool.score for tool in scored], together, bound, rubric):
        return WhatIf(name, None, (), holding)
    tools = [(tool.at, ways(tool.sums, rubric.scale)) for tool in scored]
    plans = _plans(tools, together, bound, rubric)
    found = min(plans, key=lambda plan: plan[:2], default=None)
    if found is None:
        return WhatIf(name, None, (), holding)
    _, lost, steps = found
    return WhatIf(tier(-lost, rubric.tiers), -lost, steps, holding)


def _is_out_of_reach(
    scores: Sequence[int], together: Ways | None, bound: Decimal, rubric: Rubric
) -> bool:
    """Whether the server would not reach a score if the MOST lowest tools had full points, which is
    more than MOST fixes can do.
    """
    full = int(10 * rubric.scale[1])
    raised = [full] * min(MOST, len(scores)) + sorted(scores)[MOST:]
    best = max(together, key=lambda way: way.score) if together else Way(0, 0, ())
    return _compute_server_score(raised, best, together, rubric) < bound


Plan = tuple[int, "Decimal", tuple[Step, ...]]
"""How many fixes, what they reach (negative, so that the least plan is the best), and where."""


def _plans(
    tools: Sequence[tuple[int, Ways]], together: Ways | None, bound: Decimal, rubric: Rubric
) -> Iterator[Plan]:
    budget = MOST
    for floor in sorted({way.score for _, each in tools for way in each}):
        base = [next((w for w in each if w.score >= floor), None) for _, each in tools]
        chosen = [way for way in base if way is not None]
        cost = sum(way.cost for way in chosen)
        if len(chosen) < len(base) or cost > budget:
            return
        grown = _choose_upgrades(tools, chosen, budget - cost)
        for fit in together or [Way(0, 0, ())]:
            for extra, taken in enumerate(grown):
                spent = cost + fit.cost + extra
                if spent > budget:
                    break
                plan = {**dict(enumerate(chosen)), **taken}
                reached = _compute_server_score(
                    [way.score for way in plan.values()], fit, together, rubric
                )
                if reached >= bound:
                    budget = spent
                    steps = (Step(None, fit.checks), *_list_steps(tools, plan))
                    yield spent, -reached, tuple(step for step in steps if step.checks)
                    break


def _list_steps(tools: Sequence[tuple[int, Ways]], plan: Mapping[int, Way]) -> Iterator[Step]:
    touched = [(tools[at][0], way.checks) for at, way in plan.items() if way.cost]
    yield from (Step(*pair) for pair in sorted(touched, key=lambda pair: (-len(pair[1]), pair[0])))


def _choose_upgrades(
    tools: Sequence[tuple[int, Ways]], chosen: Sequence[Way], budget: int
) -> list[dict[int, Way]]:
    """Return for 0 to `budget` further fixes which tools to bring further, and to what, so that
    the sum of all scores is the highest.
    """
    by_cost: dict[int, list[tuple[int, int, Way]]] = {}
    for at, (way, (_, each)) in enumerate(zip(chosen, tools, strict=True)):
        for better in each:
            if 0 < (more := better.cost - way.cost) <= budget:
                by_cost.setdefault(more, []).append((way.score - better.score, at, better))
    worth: dict[int, list[tuple[int, int, Way]]] = {}
    for more, found in by_cost.items():
        for loss, at, better in sorted(found)[:budget]:
            worth.setdefault(at, []).append((more, -loss, better))
    best: list[tuple[int, dict[int, Way]]] = [(0, {})] * (budget + 1)
    for at, options in sorted(worth.items()):
        before = list(best)
        for cost in range(1, budget + 1):
            for more, gain, better in options:
                if more <= cost and before[cost - more][0] + gain > best[cost][0]:
                    kept, taken = before[cost - more]
                    best[cost] = kept + gain, {**taken, at: better}
    return [taken for _, taken in best]


def _compute_server_score(
    scores: Sequence[int], fit: Way, together: Ways | None, rubric: Rubric
) -> Decimal:
    """Return a server's score, computed anew as the rollup does."""
    weights = rubric.server
    mean, worst = Fraction(sum(scores), 10 * len(scores)), Fraction(min(scores), 10)
    quality = average_exact((mean, worst), (weights["mean"], weights["worst"]))
    if together is None:
        return quality
    parts = quality, Fraction(fit.score, 10)
    return average_exact(parts, (weights["quality"], weights["coherence"]))
