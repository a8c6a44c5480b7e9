from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from consumers import SVG, badge, endpoint

from reports import empty_report, one_server_report, sample_report
from toolgrade.outputs.badge import COLORS, GREY, LABEL, render
from toolgrade.outputs.badge import endpoint as render_endpoint

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from toolgrade.model import Report


def scored(*scores: str | None) -> Report:
    """A report on servers of these qualities."""
    report = one_server_report()
    tiers = {"3.9": "A", "3.2": "B", "2.3": "C", "1.2": "D"}
    servers = [
        replace(
            report.servers[0],
            score=replace(
                report.servers[0].score,
                description_quality_score=None if score is None else Decimal(score),
                description_quality_tier=tiers.get(score or ""),
            ),
        )
        for score in scores
    ]
    return replace(report, servers=tuple(servers))


def drawn(report: Report) -> Element:
    return badge("".join(render(report)))


def said(report: Report) -> str:
    message = endpoint("".join(render_endpoint(report)))["message"]
    root = drawn(report)
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.findtext(f"{SVG}title") == f"{LABEL}: {message}"
    assert [text.text for text in root.iter(f"{SVG}text")] == [LABEL, message]
    return str(message)


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (scored("3.9"), "3.9 A"),
        (scored("3.9", "2.3", "3.2"), "worst of 3: 2.3 C"),
        (scored("3.9", None), "not scored"),
        (scored(None), "not scored"),
        (sample_report(), "not scored"),  # a source failed
        (empty_report(), "not scored"),
    ],
)
def test_a_badge_says_the_worst_and_vouches_for_all(report: Report, words: str) -> None:
    assert said(report) == words


@pytest.mark.parametrize(
    ("score", "tier"), [("3.9", "A"), ("3.2", "B"), ("2.3", "C"), ("1.2", "D")]
)
def test_a_color_goes_with_the_tier_and_never_says_it_alone(score: str, tier: str) -> None:
    fields = endpoint("".join(render_endpoint(scored(score))))
    assert fields == {
        "schemaVersion": 1,
        "label": LABEL,
        "message": f"{score} {tier}",
        "color": COLORS[tier],
    }
    assert [rect.get("fill") for rect in drawn(scored(score)).iter(f"{SVG}rect")][1] == COLORS[tier]


def test_what_is_not_scored_is_an_error_to_shields() -> None:
    assert endpoint("".join(render_endpoint(empty_report())))["isError"] is True


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_white_can_be_read_on_every_color() -> None:
    fills = {rect.get("fill") or "" for rect in drawn(scored("3.9")).iter(f"{SVG}rect")}
    for color in {*COLORS.values(), GREY, *fills}:
        assert 1.05 / (luminance(color) + 0.05) >= 4.5, color


def test_the_boxes_are_as_wide_as_their_words() -> None:
    root = drawn(scored("3.9", "3.2"))
    left, right = root.iter(f"{SVG}rect")
    texts = list(root.iter(f"{SVG}text"))
    widths = [int(rect.get("width") or 0) for rect in (left, right)]
    assert int(root.get("width") or 0) == sum(widths)
    assert int(right.get("x") or 0) == widths[0]
    for text, width in zip(texts, widths, strict=True):
        assert int(text.get("textLength") or 0) + 12 == width
