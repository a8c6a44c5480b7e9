"""Directories and tokens in a terminal: what a review would miss, and what definitions cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.outputs.columns import columns, cut_line, pad, wrap
from toolgrade.outputs.paper import Paper, flat

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
    """Yield whether a directory's review would find the server ready, and what is missing."""
    lacking = sum(requirement.met is False for requirement in found.requirements)
    word = "ready, as far as can be told" if found.ready else f"not ready, {lacking} to mend"
    yield ""
    yield from map(paper.make_bold, wrap(f"{found.title}: {word}", paper.width))
    for requirement in found.requirements:
        sign = _SIGNS[requirement.met]
        text = f"{requirement.title}{': ' if requirement.unknown else ''}{requirement.unknown}"
        lines = list(wrap(text, paper.width, first="  ", rest="  "))
        yield paper.apply_color(sign, _COLORS[requirement.met]) + lines[0][1:]
        yield from lines[1:]
        for missing in requirement.missing[:_MOST_MISSING]:
            yield from wrap(_missing(missing), paper.width, first="    ", rest="      ")
        if more := len(requirement.missing) - _MOST_MISSING:
            yield from [f"    ... {more} more, all in -o json"] if more > 0 else []
    yield from map(paper.dim, wrap(f"{found.source}, {found.verified}", paper.width))


def _missing(missing: Missing) -> str:
    place = missing.place
    where = f" ({flat(place.file)}:{place.line}:{place.column})" if place else ""
    whose = f"{cut_line(flat(missing.tool), _LONGEST_NAME)}: " if missing.tool else ""
    return f"{whose}{flat(missing.note)}{where}"


def token_lines(server: ServerReport, cost: Tokens, paper: Paper) -> Iterator[str]:
    """Yield what the definitions cost an agent on every turn, the dearest tools first."""
    how = "" if cost.exact else "; estimated: pip install 'toolgrade[tokens]' counts"
    yield ""
    title = f"What it costs an agent: {cost.about}{cost.total:,} tokens{how}"
    yield from map(paper.make_bold, wrap(title, paper.width))
    ranked = sorted(
        (tool for tool in server.tools if tool.tokens),
        key=lambda tool: -tool.tokens.total if tool.tokens else 0,
    )
    shown = ranked[:_MOST_TOOLS]
    names = [flat(tool.tool.name or "") for tool in shown]
    heads = dict(zip(_HEADS, cost, strict=False))
    widths = [2 + max(len(head), len(str(most))) for head, most in heads.items()]
    room = min(max(map(columns, [*names, "all tools"])), paper.width - sum(widths))
    if room >= _NARROWEST_NAME:
        costs = [cost, *(tool.tokens for tool in shown if tool.tokens)]
        cells = [_HEADS, *(each[: len(_HEADS)] for each in costs)]
        for name, row in zip(["", "all tools", *names], cells, strict=True):
            numbers = (f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
            yield pad(name, room) + "".join(numbers)
    if len(ranked) > _MOST_TOOLS:
        yield f"... {len(ranked) - _MOST_TOOLS} more, all in -o json"
