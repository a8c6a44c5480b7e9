"""What a short report says of a server: its tools worst first, and what to mend first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from toolgrade.model import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.model import DimensionScore, Finding, RubricStamp, ServerReport, ToolReport

_LOWEST = Decimal(-1)
_LEVELS = ("error", "warning", "note")
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


def remarks(server: ServerReport) -> list[tuple[ToolReport | None, Finding]]:
    """Return what has no price and is yet to be mended, errors first, with its tool if it has one.

    The server's own stand before its tools'.
    """
    found: list[tuple[ToolReport | None, Finding]] = [(None, f) for f in server.findings]
    found += [(tool, f) for tool in server.tools for f in tool.findings if not f.gain]
    open_ones = [(tool, f) for tool, f in found if f.level and not f.ignored]
    return sorted(open_ones, key=lambda pair: _LEVELS.index(pair[1].level or "note"))


@dataclass(frozen=True, slots=True)
class Ignored:
    """What is left as it is for one reason: how many findings, and their checks."""

    reason: str
    count: int
    checks: tuple[str, ...]


def ignored(server: ServerReport) -> list[Ignored]:
    """Return what is open and ignored, a reason each, in the order they are met with."""
    scores = [tool.score for tool in server.tools if tool.score]
    found = [*server.findings, *(f for tool in server.tools for f in tool.findings)]
    found += [f for score in scores for d in score.dimensions for f in d.findings]
    reasons: dict[str, Counter[str]] = {}
    for finding in found:
        if finding.level and finding.ignored:
            reasons.setdefault(finding.ignored, Counter())[finding.check] += 1
    return [
        Ignored(reason, checks.total(), tuple(check for check, _ in checks.most_common()))
        for reason, checks in reasons.items()
    ]


def first_of(checks: Sequence[str], most: int) -> str:
    """Name the first of some checks and count the rest."""
    more = f" and {len(checks) - most} more" if len(checks) > most else ""
    return ", ".join(checks[:most]) + more


def moved(finding: Finding) -> str:
    """Return "new" or "worse" where a finding is so against a baseline, else ""."""
    return finding.state if finding.state in {"new", "worse"} else ""


def spelled_sum(dimension: DimensionScore) -> str:
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
    return f"{sign} {points(abs(finding.delta))} {_lowered(finding.title)}{answer}"


def _lowered(title: str) -> str:
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
