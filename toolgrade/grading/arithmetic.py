"""Verdicts and prices to scores. Arithmetic only: named, dull, exact."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from toolgrade.model import ServerScore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from toolgrade.model import CoherenceScore, Line

ZERO, ONE = Decimal(0), Decimal(1)
THOUSANDTH, TENTH = Decimal("0.001"), Decimal("0.1")
_SCORED_SHARE = Fraction(8, 10)


def points(share: Decimal, met: Decimal, unmet: Decimal) -> Decimal:
    """Return what an answer adds: the met and unmet prices, mixed by its share, in thousandths, so
    that a sum as it is shown adds up.
    """
    if share == 1:
        return met
    return (met * share + unmet * (1 - share)).quantize(THOUSANDTH) if share else unmet


def limit(lines: Iterable[Line]) -> tuple[Decimal, str] | None:
    """Return the lowest cap of an unmet check and that check's id; None if none binds."""
    caps = [(x.cap, x.id) for x in lines if x.cap is not None and x.share == 0]
    return min(caps, default=None)


def clamp_sum(total: Decimal, cap: Decimal | None, scale: tuple[Decimal, Decimal]) -> Decimal:
    """Return a sum under its cap, clamped to the scale."""
    return max(scale[0], min(scale[1], total if cap is None else min(total, cap)))


def round_points(expected: Decimal, cuts: Sequence[Decimal], scale: tuple[Decimal, Decimal]) -> int:
    """Return whole points: half up, or one more for each of the dimension's own `cuts` reached."""
    if cuts:
        return int(scale[0]) + sum(expected >= cut for cut in cuts)
    return int(expected.quantize(ONE, ROUND_HALF_UP))


def rise(
    line: Line, lines: Sequence[Line], total: Decimal, scale: tuple[Decimal, Decimal]
) -> Decimal:
    """Return by how much the dimension would rise if only this line's check were met.

    `total` is the sum before caps and scale.
    """
    if line.share == 1:
        return ZERO
    now = limit(lines)
    # Only a line that binds can lift the cap.
    then = limit(other for other in lines if other is not line) if line.cap is not None else now
    more = line.met - line.points
    if not more and then == now:
        return ZERO
    turned = clamp_sum(total + more, then and then[0], scale)
    return turned - clamp_sum(total, now and now[0], scale)


def list_rises(
    lines: Sequence[Line], total: Decimal, scale: tuple[Decimal, Decimal]
) -> list[Decimal]:
    """Return the `rise` of each line."""
    now = limit(lines)
    cap = now and now[0]
    before = clamp_sum(total, cap, scale)
    known: dict[Decimal, Decimal] = {}
    rises = []
    for line in lines:
        if line.cap is not None:
            rises.append(rise(line, lines, total, scale))
            continue
        # Without a cap of its own, what it adds decides: few prices differ.
        more = line.met - line.points
        if more not in known:
            known[more] = clamp_sum(total + more, cap, scale) - before if more else ZERO
        rises.append(known[more])
    return rises


def average_scores(scores: Mapping[str, int], weights: Mapping[str, int]) -> Decimal:
    """Return the exact weighted mean of whole scores, to one decimal, half up: a tool's TDQS, or a
    server's coherence.
    """
    weighted = sum([scores[key] * weight for key, weight in weights.items()])
    return _round_tenths(weighted, sum(weights.values()))


def _tenths(value: Fraction) -> Decimal:
    return _round_tenths(value.numerator, value.denominator)


def _round_tenths(numerator: int, denominator: int) -> Decimal:
    return Decimal((20 * numerator + denominator) // (2 * denominator)) / 10


def tier(score: Decimal, tiers: Mapping[str, Decimal]) -> str:
    """Return the first tier whose bound the score reaches, "F" if it reaches none."""
    return next((name for name, bound in tiers.items() if score >= bound), "F")


def rollup(
    scores: Sequence[Decimal],
    tool_count: int,
    weights: Mapping[str, Decimal],
    tiers: Mapping[str, Decimal],
    coherence: CoherenceScore | None = None,
) -> ServerScore:
    """Return a server's score from its tools' TDQS: the mean and the minimum, mixed as the rubric
    says (one bad tool spoils the set), with the coherence; all None while under 80 % of
    the tools are scored.
    """
    if not scores or Fraction(len(scores), tool_count) < _SCORED_SHARE:
        return ServerScore(tool_count, len(scores))
    mean, lowest = Fraction(sum(scores)) / len(scores), min(scores)
    quality = average_exact((mean, lowest), (weights["mean"], weights["worst"]))
    score = ServerScore(
        tool_count, len(scores), _tenths(mean), lowest, quality, tier(quality, tiers)
    )
    if coherence is None:
        return score
    parts = weights["quality"], weights["coherence"]
    overall = average_exact((quality, coherence.score), parts)
    return replace(
        score,
        coherence=coherence,
        overall_score=overall,
        overall_tier=tier(overall, tiers),
    )


def average_exact(parts: Iterable[Decimal | Fraction], weights: Sequence[Decimal]) -> Decimal:
    """Return the exact weighted mean of two numbers or more, to one decimal, half up."""
    total = sum(Fraction(part) * Fraction(w) for part, w in zip(parts, weights, strict=True))
    return _tenths(Fraction(total) / Fraction(sum(weights)))
