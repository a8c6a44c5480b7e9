"""The arithmetic, by hand; and beside it the reference implementation, over every score vector."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from tdqs.compute_tdqs import compute_tdqs
from tdqs.compute_tier import compute_tier
from tdqs.round1 import round1
from tools import rubric

from toolgrade.grading.arithmetic import (
    average_scores,
    clamp_sum,
    limit,
    points,
    rise,
    rollup,
    round_points,
    tier,
)
from toolgrade.model import DIMENSIONS, Line

D = Decimal
SCALE = (D(1), D(5))
TIERS = {"A": D("3.5"), "B": D("3.0"), "C": D("2.0"), "D": D("1.0")}
SIXTY_FORTY = {"mean": D(60), "worst": D(40)}


def line(share: str, met: str = "0", unmet: str = "0", cap: str | None = None) -> Line:
    given = D(share)
    added = points(given, D(met), D(unmet))
    return Line(f"cap {cap}" if cap else "check", given, added, D(met), D(cap) if cap else None)


@pytest.mark.parametrize(
    ("share", "met", "unmet", "added"),
    [
        ("1", "1.4", "-0.5", "1.4"),
        ("0", "1.4", "-0.5", "-0.5"),
        ("0.5", "1.4", "-0.5", "0.45"),  # half of each: 0.7 - 0.25
        ("0.25", "1", "0", "0.25"),
        ("0.25", "0", "-1", "-0.75"),
        ("0.333", "0.3", "0", "0.1"),  # 0.0999: sums are written, and kept, in thousandths
        ("0", "1", "0", "0"),
    ],
)
def test_a_price_is_mixed_by_the_share(share: str, met: str, unmet: str, added: str) -> None:
    assert line(share, met, unmet).points == D(added)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], None),
        ([line("0", cap="2")], (D(2), "cap 2")),
        ([line("0", cap="3"), line("0", cap="2")], (D(2), "cap 2")),  # the lowest
        ([line("1", cap="2"), line("0", cap="3")], (D(3), "cap 3")),  # met: does not bind
        ([line("0.001", cap="2")], None),  # a little is not unmet
    ],
)
def test_the_lowest_cap_of_an_unmet_check_binds(
    lines: list[Line], expected: tuple[D, str] | None
) -> None:
    assert limit(lines) == expected


@pytest.mark.parametrize(
    ("total", "cap", "expected"),
    [
        ("3.2", None, "3.2"),
        ("7", None, "5"),
        ("-1", None, "1"),
        ("3.2", "2", "2"),
        ("1.5", "2", "1.5"),  # a cap never lifts
        ("3.2", "0", "1"),
    ],
)
def test_a_sum_is_kept_under_its_cap_and_on_the_scale(
    total: str, cap: str | None, expected: str
) -> None:
    assert clamp_sum(D(total), D(cap) if cap else None, SCALE) == D(expected)


@pytest.mark.parametrize(
    ("expected", "score"),
    [
        ("1", 1),
        ("1.499", 1),
        ("1.5", 2),
        ("2.5", 3),
        ("3.5", 4),
        ("4.5", 5),
        ("4.499", 4),
        ("5", 5),
    ],
)
def test_whole_points_are_rounded_half_up(expected: str, score: int) -> None:
    # Banker's rounding would give 2, 2, 4 and 4 for the four ties.
    assert round_points(D(expected), (), SCALE) == score


@pytest.mark.parametrize(
    ("expected", "score"),
    [("1", 1), ("1.9", 1), ("2", 2), ("2.9", 2), ("3", 3), ("3.1", 4), ("5", 5)],
)
def test_cuts_replace_rounding(expected: str, score: int) -> None:
    assert round_points(D(expected), [D(2), D(3), D("3.1"), D("4.9")], SCALE) == score


# A line, the other lines, the sum before caps, and what meeting that line's check alone brings.
RISES = {
    "the met price": (line("0", "1.4"), [], "2", "1.4"),
    "both prices": (line("0", "1", "-0.5"), [], "2", "1.5"),
    "the rest of a share": (line("0.25", "1"), [], "2.25", "0.75"),
    "nothing when met": (line("1", "1"), [], "3", "0"),
    "nothing when it pays nothing": (line("0"), [], "3", "0"),
    "only up to the scale": (line("0", "2"), [], "4.2", "0.8"),
    "only from the scale": (line("0", "0.5", "-1"), [], "0.2", "0.7"),  # 1.7, and 1 before
    "nothing below the scale": (line("0", "0", "-0.5"), [], "-1", "0"),
    "what its cap held back": (line("0", cap="2"), [], "3.6", "1.6"),
    "price and cap": (line("0", "1", cap="2"), [], "3.6", "2.6"),
    "up to the next cap": (line("0", cap="1"), [line("0", cap="2")], "3.6", "1"),
    "nothing under another's cap": (line("0", "1"), [line("0", cap="2")], "3.6", "0"),
    "up to another's cap": (line("0", "1"), [line("0", cap="2")], "1.7", "0.3"),
    "nothing under an equal cap": (line("0", cap="2"), [line("0", cap="2")], "3.6", "0"),
}


@pytest.mark.parametrize("name", RISES)
def test_the_gain_of_one_check(name: str) -> None:
    own, others, total, gained = RISES[name]
    assert rise(own, [own, *others], D(total), SCALE) == D(gained)


WEIGHTS = {rules.words.key: rules.words.weight for rules in rubric().dimensions}


def test_the_shipped_weights_are_the_standard_s() -> None:
    weights = {"purpose": 25, "usage": 20, "behavior": 20, "parameters": 15}
    assert weights | {"conciseness": 10, "completeness": 10} == WEIGHTS
    assert rubric().tiers == TIERS
    assert rubric().server == {**SIXTY_FORTY, "quality": D(70), "coherence": D(30)}
    assert {rules.words.weight for rules in rubric().coherence} == {25}


@pytest.mark.parametrize(
    ("vector", "score"),
    [
        ((1, 1, 1, 1, 1, 1), "1.0"),
        ((5, 5, 5, 5, 5, 5), "5.0"),
        ((4, 3, 3, 3, 4, 3), "3.4"),  # 3.35, a tie
        ((5, 5, 3, 3, 5, 5), "4.3"),
        ((4, 2, 2, 3, 4, 2), "2.9"),  # 2.85, a tie
        ((1, 1, 1, 1, 2, 1), "1.1"),
    ],
)
def test_tdqs_is_exact_and_rounded_half_up(vector: tuple[int, ...], score: str) -> None:
    assert average_scores(dict(zip(WEIGHTS, vector, strict=True)), WEIGHTS) == D(score)


def test_every_score_vector_equals_the_reference() -> None:
    for vector in product(range(1, 6), repeat=6):
        scores = dict(zip(DIMENSIONS, vector, strict=True))
        theirs = compute_tdqs({DIMENSIONS[key]: score for key, score in scores.items()})
        ours = average_scores(scores, WEIGHTS)
        assert float(ours) == theirs, vector
        assert tier(ours, TIERS) == compute_tier(theirs)


@pytest.mark.parametrize(
    ("score", "name"),
    [
        *(("5", "A"), ("3.5", "A"), ("3.4", "B"), ("3.0", "B"), ("2.9", "C")),
        *(("2.0", "C"), ("1.9", "D"), ("1.0", "D"), ("0.9", "F")),
    ],
)
def test_the_edges_of_the_tiers(score: str, name: str) -> None:
    assert tier(D(score), TIERS) == name


@pytest.mark.parametrize(
    ("scores", "tools", "mean", "quality"),
    [
        (["4.0"], 1, "4.0", "4.0"),
        (["4.0", "2.0"], 2, "3.0", "2.6"),  # 0.6 * 3 + 0.4 * 2
        (["3.0", "3.1"], 2, "3.1", "3.0"),  # 3.05 up; 0.6 * 3.05 + 0.4 * 3 = 3.03
        (["3.5", "3.5", "3.6"], 3, "3.5", "3.5"),  # 3.533...; 3.52
        (["4.0"] * 4, 5, "4.0", "4.0"),  # 80 % are enough
        (["4.0"] * 3, 4, None, None),
        ([], 1, None, None),
        ([], 0, None, None),
    ],
)
def test_a_server_is_its_mean_and_its_worst(
    scores: list[str], tools: int, mean: str | None, quality: str | None
) -> None:
    found = rollup([D(s) for s in scores], tools, SIXTY_FORTY, TIERS)
    assert (found.tool_count, found.scored_tool_count) == (tools, len(scores))
    assert found.mean_tdqs == (D(mean) if mean else None)
    assert found.min_tdqs == (min(map(D, scores)) if mean else None)
    assert found.description_quality_score == (D(quality) if quality else None)
    expected = tier(D(quality), TIERS) if quality else None
    assert found.description_quality_tier == expected


def test_every_rollup_of_three_equals_the_reference() -> None:
    # The reference's own formula, with its own rounding; its function also wants coherence.
    tenths = [10, 19, 20, 29, 30, 31, 34, 35, 41, 45, 49, 50]
    for three in product(tenths, repeat=3):
        mixed = round1(6 * sum(three) + 12 * min(three), 300)
        found = rollup([D(t) / 10 for t in three], 3, SIXTY_FORTY, TIERS)
        assert found.mean_tdqs is not None
        assert found.description_quality_score is not None
        assert float(found.mean_tdqs) == round1(sum(three), 30)
        assert float(found.description_quality_score) == mixed
