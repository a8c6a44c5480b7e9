"""Numbers, names and sums as every report writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from toolgrade.model import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from toolgrade.model import (
        Dimension,
        DimensionScore,
        Finding,
        Profile,
        Risk,
        RubricStamp,
        ToolReport,
        ToolScore,
    )

_NOTHING = Decimal(0)
# Lines are rounded to three decimals each, so their sum may be off by a few thousandths.
_ROUNDING = Decimal("0.01")
_HALF = Decimal("0.5")
_MOST_POINTS = 5
_MOST_FOR_A_POINT = 3


def points(number: Decimal) -> str:
    """Return a number in at most three decimals, without trailing zeros: "3", "-0.5"."""
    return f"{number:z.3f}".rstrip("0").rstrip(".")


def tenths(score: Decimal | None) -> str:
    """Return a score to one decimal, as TDQS does; a dash for None."""
    return "-" if score is None else f"{score:.1f}"


def worth(gain: Decimal) -> str:
    """Return the gain of a fix to two decimals, at least "+0.01"."""
    return f"+{max(gain, Decimal('0.01')):.2f}"


def format_risk(risk: Risk | None) -> str:
    """Return a tool's category and level of risk: "Destructive, Critical"; a dash for None."""
    if risk is None:
        return "-"
    return f"{risk.category}, {risk.level}" if risk.level else risk.category


def describe_state(finding: Finding) -> str:
    """Return whether a finding is "new" or "worse" against a baseline; "" for neither."""
    return finding.state if finding.state in {"new", "worse"} else ""


def format_tool_name(tool: ToolReport, escape: Callable[[str], str]) -> str:
    """Return a tool's name, escaped, or its number in the list if it has no name."""
    name = tool.tool.name
    return f"(no name, number {tool.tool.index + 1})" if name is None else escape(name)


def describe_review(profile: Profile) -> str:
    """Return whether a server is ready for a directory's review: "not ready, 2 to fix"."""
    if not profile.checked:
        return "not checked"
    lacking = sum(requirement.met is False for requirement in profile.requirements)
    if not profile.ready:
        return f"not ready, {lacking} to fix"
    return f"ready, as far as {profile.checked} of {len(profile.requirements)} could be checked"


def follows_tdqs(rubric: RubricStamp) -> bool:
    """Return whether a rubric has TDQS's six dimensions: only their sum may be called TDQS."""
    return {dimension.key for dimension in rubric.dimensions} == set(DIMENSIONS)


def sum_name(rubric: RubricStamp) -> str:
    """Return the name of a tool's weighted sum under a rubric."""
    return "TDQS" if follows_tdqs(rubric) else "Score"


def explain_sum(dimension: DimensionScore) -> str:
    """Return a dimension's sum: "4 = 2 otherwise + 1.5 says the scope; 3.5 rounds to 4"."""
    total = dimension.baseline + sum(f.delta for f in dimension.findings)
    spelled = " ".join(
        (
            f"{dimension.score} = {points(dimension.baseline)} {dimension.why}",
            *(_term(f) for f in dimension.findings if f.delta),
        )
    )
    notes = []
    if dimension.limit:
        notes.append(f"limited to {points(dimension.limit[0])}: {dimension.limit[1]}")
    elif abs(total - dimension.expected) > _ROUNDING:
        notes.append(f"clamped to {points(dimension.expected)}")
    if dimension.expected != dimension.score:
        notes.append(f"{points(dimension.expected)} rounds to {dimension.score}")
    return "; ".join((spelled, *notes))


def format_next_points(score: ToolScore, words: Sequence[Dimension]) -> list[str]:
    """Return for each dimension below 5 what its next point takes: "usage 3 → 4: say when to use
    it". Left out are those that no few fixes bring there.
    """
    weights = {dimension.key: dimension.weight for dimension in words}
    found = []
    for dimension in score.dimensions:
        weight = weights.get(dimension.key)
        if weight and (notes := _find_next_point(dimension, weight)):
            step = f"{dimension.key} {dimension.score} → {dimension.score + 1}"
            found.append(f"{step}: {'; '.join(notes)}")
    return found


def _find_next_point(dimension: DimensionScore, weight: int) -> list[str]:
    """Return the notes of the fewest fixes that lift a dimension by a point; empty if more than
    _MOST_FOR_A_POINT would be needed.

    A finding's gain is the tool's; its dimension rises by as much, divided by its weight.
    """
    wanted = Decimal(dimension.score) + _HALF - dimension.expected
    notes = []
    ranked = sorted((f for f in dimension.findings if f.is_open), key=lambda f: -f.gain)
    for finding in ranked[:_MOST_FOR_A_POINT]:
        if finding.gain <= 0:
            break
        wanted -= finding.gain * 100 / weight
        notes.append(finding.note)
        if wanted <= _ROUNDING:
            return notes if dimension.score < _MOST_POINTS else []
    return []


def _term(finding: Finding) -> str:
    sign = "+" if finding.delta > 0 else "-"
    answer = {"0": " (no)", "1": ""}.get(points(finding.share or _NOTHING), " (partly)")
    return f"{sign} {points(abs(finding.delta))} {_lowercase_first(finding.title)}{answer}"


def _lowercase_first(title: str) -> str:
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
