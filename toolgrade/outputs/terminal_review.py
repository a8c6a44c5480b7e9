"""Directory reviews and token costs in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.outputs.columns import columns, cut_line, pad, wrap
from toolgrade.outputs.paper import Paper, flat, in_brackets
from toolgrade.outputs.phrases import describe_review

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.model import Missing, Profile, ServerReport, Tokens

_MOST_MISSING = 3
_MOST_TOOLS = 8
_LONGEST_NAME = 32
_NARROWEST_NAME = 9
_HEADS = ("total", "name", "text", "schema", "titles", "savable")
_SIGNS = {True: "✓", False: "✗", None: "?"}
_COLORS = {True: "green", False: "red", None: None}


def profile_lines(found: Profile, paper: Paper) -> Iterator[str]:
    """Yield whether a server is ready for a directory's review, and what is missing."""
    yield from paper.title(f"{found.title}: {describe_review(found)}")
    for asked in found.requirements:
        text = f"{asked.title}{': ' if asked.unknown else ''}{asked.unknown}"
        yield from paper.hang(_SIGNS[asked.met], text, 2, _COLORS[asked.met])
        for missing in asked.missing[: paper.cut(_MOST_MISSING)]:
            yield from wrap(_missing(missing), paper.width, first="    ", rest="      ")
        for line in paper.rest(len(asked.missing), _MOST_MISSING, "finding", "json"):
            yield f"    {line}"
    yield from paper.wrap_dim(f"{found.source}, {found.verified}")


def _missing(missing: Missing) -> str:
    whose = f"{cut_line(flat(missing.tool), _LONGEST_NAME)}: " if missing.tool else ""
    return f"{whose}{flat(missing.note)}{in_brackets(missing.place)}"


def token_lines(server: ServerReport, cost: Tokens, paper: Paper) -> Iterator[str]:
    """Yield the tokens that the definitions cost, the most expensive tools first."""
    how = "" if cost.exact else ", estimated; for exact counts: pip install 'toolgrade[tokens]'"
    yield from paper.title(f"Token cost: {cost.about}{cost.total:,} tokens{how}")
    costs = [(flat(t.tool.name or ""), t.tokens) for t in server.tools if t.tokens]
    ranked = [("all tools", cost), *sorted(costs, key=lambda pair: -pair[1].total)]
    shown = ranked if paper.everything else ranked[: _MOST_TOOLS + 1]
    widths = [2 + max(len(head), len(str(most))) for head, most in zip(_HEADS, cost, strict=False)]
    room = min(max(columns(name) for name, _ in shown), paper.width - sum(widths))
    if room >= _NARROWEST_NAME:
        for name, cells in (("", _HEADS), *shown):
            numbers = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=False))
            yield pad(name, room) + "".join(numbers)
    yield from paper.rest(len(costs), _MOST_TOOLS, "tool", "json")
