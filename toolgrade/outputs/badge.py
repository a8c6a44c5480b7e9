"""A badge for a README: an SVG file, or the JSON that shields.io draws one from.

It tells the quality and tier of the server; of several, the worst one's, since a badge vouches for
all of them. Where one of them has no score or could not be graded, it says "not scored".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from toolgrade.outputs.phrases import tenths
from toolgrade.outputs.results import flat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.model import Report

LABEL = "tool definitions"
COLORS = {"A": "#1a7f37", "B": "#0a7480", "C": "#8a5d00", "D": "#b33d00", "F": "#b3261e"}
"""By tier; white can be read on each (4.5:1 or more). A rubric's own tiers are grey."""

GREY = "#57606a"
_LABEL_COLOR = "#30363d"
_PADDING = 6
_NARROW = frozenset(" .,:;'!|()[]fijlrtI")
_WIDTHS = 4.0, 6.9
"""Pixels of a narrow and of any other letter, about: `textLength` fits the words to their sum, so
that they fill the box in any font.
"""

_LONGEST_TIER = 12


class _Badge(NamedTuple):
    message: str
    color: str
    scored: bool


def render(report: Report) -> Iterator[str]:
    """Return the badge as SVG: no script, no font of its own, its words for screen readers too."""
    badge = _badge(report)
    left, right = _width(LABEL), _width(badge.message)
    said = escape(f"{LABEL}: {badge.message}", {'"': "&quot;"})
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" '
        f'aria-label="{said}">\n'
        f"<title>{said}</title>\n"
        f"<desc>Graded by toolgrade {escape(flat(report.version))}, rubric "
        f"{escape(flat(report.rubric.name))} {escape(flat(report.rubric.version))}.</desc>\n"
        f'<rect width="{left}" height="20" fill="{_LABEL_COLOR}"/>\n'
        f'<rect x="{left}" width="{right}" height="20" fill="{badge.color}"/>\n'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" '
        'aria-hidden="true">\n'
        f"{_text(LABEL, 0, left)}{_text(badge.message, left, right)}</g>\n</svg>\n"
    )


def endpoint(report: Report) -> Iterator[str]:
    """Return what shields.io's endpoint badge reads."""
    badge = _badge(report)
    fields = {"schemaVersion": 1, "label": LABEL, "message": badge.message, "color": badge.color}
    yield json.dumps(fields if badge.scored else {**fields, "isError": True}) + "\n"


def _badge(report: Report) -> _Badge:
    scores = [server.score for server in report.servers]
    scored = [(score, tier or "") for _, score, tier in (s.headline() for s in scores)]
    worst = min(((score, tier) for score, tier in scored if score is not None), default=None)
    if worst is None or report.errors or any(score is None for score, _ in scored):
        return _Badge("not scored", GREY, scored=False)
    score, tier = worst
    several = f"worst of {len(scores)}: " if len(scores) > 1 else ""
    said = f"{several}{tenths(score)} {flat(tier, _LONGEST_TIER)}".rstrip()
    return _Badge(said, COLORS.get(tier, GREY), scored=True)


def _width(text: str) -> int:
    return round(sum(_WIDTHS[letter not in _NARROW] for letter in text)) + 2 * _PADDING


def _text(text: str, x: int, width: int) -> str:
    return (
        f'<text x="{x + _PADDING}" y="14" textLength="{width - 2 * _PADDING}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(text)}</text>\n'
    )
