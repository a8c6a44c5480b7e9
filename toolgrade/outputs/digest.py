"""What a short report says of a server: its tools worst first, and what to mend first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from toolgrade.model import DIMENSIONS, LEVELS
from toolgrade.model.unknown import summarise_unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.model import (
        DimensionScore,
        Finding,
        Risk,
        RubricStamp,
        ServerReport,
        Step,
        ToolReport,
        WhatIf,
    )

_LOWEST = Decimal(-1)
_NOTHING = Decimal(0)
# Lines are to three decimals each, so a sum of them may be off by a few thousandths.
_ROUNDING = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing to mend, wherever it is asked for in the same words; `finding` is the dearest."""

    finding: Finding
    tools: tuple[ToolReport, ...]


def follows_tdqs(rubric: RubricStamp) -> bool:
    """Whether a rubric judges TDQS's six dimensions: the sum of others is no TDQS."""
    return {dimension.key for dimension in rubric.dimensions} == set(DIMENSIONS)


def sum_name(rubric: RubricStamp) -> str:
    """Return what a tool's weighted sum is called under a rubric."""
    return "TDQS" if follows_tdqs(rubric) else "Score"


def worst_first(server: ServerReport) -> list[ToolReport]:
    """Return a server's tools by score; those that could not be graded come before all."""
    return sorted(server.tools, key=_rank)


def _rank(tool: ToolReport) -> tuple[Decimal, Decimal, int]:
    if tool.score is None:
        return _LOWEST, _LOWEST, tool.tool.index
    return tool.score.tdqs, tool.score.expected, tool.tool.index


def fixes(server: ServerReport) -> list[Fix]:
    """Return what would lift a tool's score, dearest first."""
    open_ones = [(f, tool) for tool in server.tools for f in tool.to_do() if f.gain > 0]
    open_ones.sort(key=lambda pair: -pair[0].gain)
    grouped: dict[tuple[str, str], list[tuple[Finding, ToolReport]]] = {}
    for finding, tool in open_ones:
        grouped.setdefault((finding.check, finding.note), []).append((finding, tool))
    return [Fix(same[0][0], tuple(tool for _, tool in same)) for same in grouped.values()]


def list_coherence_fixes(server: ServerReport) -> list[Finding]:
    """Return what would lift a server's coherence, dearest first."""
    coherence = server.score.coherence
    found = [f for d in coherence.dimensions for f in d.findings] if coherence else []
    open_ones = [f for f in found if f.level and f.note and not f.ignored and f.gain > 0]
    return sorted(open_ones, key=lambda f: -f.gain)


_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 - read as one line
_MOST_NAMED = 3


def explain_next_tier(server: ServerReport) -> list[str | ToolReport]:
    """Return in a sentence or two what a server has and what is the least work to its next tier.

    A tool stands for its name, which each format writes its own way. Empty where there is no score.
    """
    what_if, (_, points, tier) = server.what_if, server.score.headline()
    if what_if is None:
        return []
    has = f"{tier} {tenths(points)}. "
    if what_if.score is None:
        beyond = f"No dozen fixes make it {what_if.tier}. " if what_if.tier else ""
        return [has + (beyond or "There is no higher tier. "), *_explain_obstacle(server, what_if)]
    count = sum(len(step.checks) for step in what_if.steps)
    makes = "makes" if count == 1 else "make"
    then = f" {makes} it {what_if.tier} ({tenths(what_if.score)})."
    return [has, *_spread(server, what_if.steps), then]


def _explain_obstacle(server: ServerReport, what_if: WhatIf) -> list[str | ToolReport]:
    low: list[list[str | ToolReport]] = [[server.tools[at]] for at in what_if.holding[:_MOST_NAMED]]
    if more := len(what_if.holding) - len(low):
        low.append([f"{more} more"])
    holds = "holds" if len(what_if.holding) == 1 else "hold"
    return [*_join_parts(low), f" {holds} it down ({tenths(server.score.min_tdqs)})."]


def _spread(server: ServerReport, steps: Sequence[Step]) -> list[str | ToolReport]:
    parts: list[list[str | ToolReport]] = []
    for step in steps[:_MOST_NAMED]:
        number = _NUMBERS[len(step.checks)]
        if not parts:
            number = f"{number.capitalize()} fix{'es' * (len(step.checks) > 1)}"
        where = "the set as a whole" if step.tool is None else server.tools[step.tool]
        parts.append([f"{number} in ", where])
    if rest := steps[_MOST_NAMED:]:
        others = "another tool" if len(rest) == 1 else f"{_NUMBERS[len(rest)]} other tools"
        parts.append([f"{_NUMBERS[sum(len(step.checks) for step in rest)]} in {others}"])
    return _join_parts(parts)


def _join_parts(parts: Sequence[list[str | ToolReport]]) -> list[str | ToolReport]:
    listed: list[str | ToolReport] = []
    for at, part in enumerate(parts):
        gap = "" if not at else " and " if at == len(parts) - 1 else ", "
        listed += [gap, *part] if gap else part
    return listed


def first_fixes(server: ServerReport) -> list[tuple[ToolReport | None, Finding]]:
    """Return the fixes of `way_up`, each with its tool, None for the set as a whole."""
    found: list[tuple[ToolReport | None, Finding]] = []
    for step in server.what_if.steps if server.what_if else ():
        tool = None if step.tool is None else server.tools[step.tool]
        score = tool.score if tool else server.score.coherence
        by_check = {f.check: f for d in score.dimensions for f in d.findings} if score else {}
        found += [(tool, by_check[check]) for check in step.checks]
    return found


def remarks(server: ServerReport) -> list[tuple[ToolReport | None, Finding]]:
    """Return what has no price and is yet to be mended, errors first, with its tool if it has one.

    The server's own stand before its tools'. What clients do not take is told by the matrix.
    """
    found: list[tuple[ToolReport | None, Finding]] = [(None, f) for f in server.findings]
    found += [(tool, f) for tool in server.tools for f in tool.findings if not f.gain]
    told = server.clients is not None
    open_ones = [
        (tool, f)
        for tool, f in found
        if f.level and not f.ignored and not (told and f.check.startswith("client."))
    ]
    return sorted(open_ones, key=lambda pair: LEVELS.index(pair[1].level or "note"))


def describe_unknown(server: ServerReport) -> str:
    """Say how many tools hold something that their source did not show, and what; "" for none."""
    hidden = [tool.tool.unknown for tool in server.tools if tool.tool.unknown]
    tools = "tool" if len(server.tools) == 1 else "tools"
    counted = f"{len(hidden)} of {len(server.tools)} {tools} seen only in part"
    return f"{counted}: {summarise_unknown(hidden)}" if hidden else ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """What is left as it is for one reason: how many findings, and their checks."""

    reason: str
    count: int
    checks: tuple[str, ...]


def list_ignored(server: ServerReport) -> list[Ignored]:
    """Return what is open and ignored, a reason each, in the order they are met with."""
    scores = [tool.score for tool in server.tools if tool.score]
    found = [*server.walk_server_findings(), *(f for tool in server.tools for f in tool.findings)]
    found += [f for score in scores for d in score.dimensions for f in d.findings]
    reasons: dict[str, Counter[str]] = {}
    for finding in found:
        if finding.level and finding.ignored:
            reasons.setdefault(finding.ignored, Counter())[finding.check] += 1
    return [
        Ignored(reason, checks.total(), tuple(check for check, _ in checks.most_common()))
        for reason, checks in reasons.items()
    ]


def name_first(checks: Sequence[str], most: int) -> str:
    """Name the first of some checks and count the rest."""
    more = f" and {len(checks) - most} more" if len(checks) > most else ""
    return ", ".join(checks[:most]) + more


def describe_state(finding: Finding) -> str:
    """Return "new" or "worse" where a finding is so against a baseline, else ""."""
    return finding.state if finding.state in {"new", "worse"} else ""


def explain_sum(dimension: DimensionScore) -> str:
    """Spell a dimension's sum: "4 = 2 otherwise + 1.5 says the scope; 3.5 rounds to 4"."""
    total = dimension.baseline + sum(f.delta for f in dimension.findings)
    spelled = " ".join(
        (
            f"{dimension.score} = {points(dimension.baseline)} {dimension.why}",
            *(_term(f) for f in dimension.findings if f.delta),
        )
    )
    notes = []
    if dimension.limit:
        notes.append(f"held at {points(dimension.limit[0])}: {dimension.limit[1]}")
    elif abs(total - dimension.expected) > _ROUNDING:
        notes.append(f"kept on the scale at {points(dimension.expected)}")
    if dimension.expected != dimension.score:
        notes.append(f"{points(dimension.expected)} rounds to {dimension.score}")
    return "; ".join((spelled, *notes))


def _term(finding: Finding) -> str:
    sign = "+" if finding.delta > 0 else "-"
    answer = {"0": " (no)", "1": ""}.get(points(finding.share or _NOTHING), " (partly)")
    return f"{sign} {points(abs(finding.delta))} {_lowercase_first(finding.title)}{answer}"


def _lowercase_first(title: str) -> str:
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def points(number: Decimal) -> str:
    """Write a number as people do: "3", "-0.5"; at most three decimals."""
    return f"{number:z.3f}".rstrip("0").rstrip(".")


def tenths(score: Decimal | None) -> str:
    """Write a score as TDQS does, to one decimal; a dash where there is none."""
    return "-" if score is None else f"{score:.1f}"


def worth(gain: Decimal) -> str:
    """Write what a fix is worth, to two decimals, never as nothing."""
    return f"+{max(gain, Decimal('0.01')):.2f}"


def format_risk(risk: Risk | None) -> str:
    """Return what a tool can do and how bad that is: "Destructive, Critical"; "-" if unjudged."""
    if risk is None:
        return "-"
    return f"{risk.category}, {risk.level}" if risk.level else risk.category
