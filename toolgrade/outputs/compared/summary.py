"""What a short comparison says: the verdict, what breaks, which tools and findings moved most."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from toolgrade.model.comparison import RISEN
from toolgrade.outputs.phrases import tenths
from toolgrade.wording.counts import format_count, format_more

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from toolgrade.model import ServerReport, ToolReport
    from toolgrade.model.comparison import Change, Comparison, Kind, Move, ServerPair, ToolPair

_MOST_NAMED = 3
_NOTHING = Decimal(0)
_CENT = Decimal("0.005")
_SAVED = frozenset({"/title", "/description"})
"""What only a saved report leaves unknown all at once."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Line:
    """All changes of one kind in a tool; `parts` are the parameter of each, and what it led from
    and to as far as that is worth a word, either of them "".
    """

    tool: ToolPair
    kind: Kind
    parts: tuple[tuple[str, str], ...]


def verdict(found: Comparison) -> list[str]:
    """Return what to know first, in phrases: what breaks, the quality, findings, the cost."""
    breaking = sum(change.kind.breaking for _, change in found.changes())
    if not (any(found.changes()) or any(found.moves())):
        return ["Nothing moved"]
    none = "Nothing is known to break" if describe_unknown(found) else "Nothing breaks"
    said = [format_count(breaking, "breaking change") if breaking else none]
    if len(found.servers) == 1:
        said.append(f"quality {quality(found.servers[0])}")
    before, after = (sum(tool_counts(server)[side] for server in found.servers) for side in (0, 1))
    if before != after:
        said.append(f"tools {before} → {after}")
    losses = [move.lost for *_, move in found.moves()]
    if losses:
        lost, won = sum(losses), len(losses) - sum(losses)
        said.append(f"findings: {lost:,} new or worse, {won:,} gone or better")
    before, after = (sum(server.tokens[side] for server in found.servers) for side in (0, 1))
    # A side that knows no tool in full has no tokens to count.
    if before != after and before and after:
        said.append(f"tokens {cost(before, after)}")
    return said


def tool_counts(server: ServerPair) -> tuple[int, int]:
    """Return how many tools a server lists, before and after."""
    before, after = (len(side.tools) if side else 0 for side in (server.before, server.after))
    return before, after


def quality(server: ServerPair) -> str:
    """Return a server's quality and tier, before and after: "3.9 A → 3.7 A (-0.2)"."""
    before, after = _quality(server.before), _quality(server.after)
    return _format_move(
        _format_quality(server.before), _format_quality(server.after), before, after
    )


def format_sum(tool: ToolPair) -> str:
    """Return a tool's sum, before and after: "4.2 → 4.0 (-0.2)"; a dash where there is none."""
    before, after = _sum(tool.before), _sum(tool.after)
    return _format_move(tenths(before), tenths(after), before, after)


def dimensions(tool: ToolPair) -> list[str]:
    """Return the dimensions that moved: "usage 5 → 3"."""
    if not (tool.before and tool.after and tool.before.score and tool.after.score):
        return []
    was = {d.key: d.score for d in tool.before.score.dimensions}
    scores = [(d.key, was.get(d.key), d.score) for d in tool.after.score.dimensions]
    return [f"{key} {old} → {new}" for key, old, new in scores if old is not None and old != new]


def cost(before: int, after: int) -> str:
    """Return an estimate of tokens, before and after: "about 1,215 → 3,100 (+155 %)"."""
    share = f" ({(after - before) * 100 / before:+.0f} %)" if before else ""
    return f"about {before:,} → {after:,}{share}" if before != after else f"about {after:,}"


def _format_move(old: str, new: str, before: Decimal | None, after: Decimal | None) -> str:
    """Return two scores side by side with what lies between them, or one where they are equal."""
    if old == new:
        return new
    between = f" ({after - before:+.1f})" if before is not None and after is not None else ""
    return f"{old} → {new}{between}"


def _quality(server: ServerReport | None) -> Decimal | None:
    return server.score.description_quality_score if server else None


def _format_quality(server: ServerReport | None) -> str:
    tier = server.score.description_quality_tier if server else None
    return f"{tenths(_quality(server))} {tier or ''}".rstrip()


def _sum(tool: ToolReport | None) -> Decimal | None:
    return tool.score.tdqs if tool and tool.score else None


def name(tool: ToolPair) -> str | None:
    """Return a tool's name, the new one where it has two; None where it has none."""
    side = tool.after or tool.before
    return side.tool.name if side else None


def lines(tools: Iterable[ToolPair]) -> list[Line]:
    """Return what changed in definitions: a tool that can do worse, what breaks, the rest."""
    found = [line for tool in tools for line in _lines(tool)]
    return sorted(found, key=lambda line: (line.kind.id != RISEN, not line.kind.breaking))


def _lines(tool: ToolPair) -> Iterator[Line]:
    grouped: dict[Kind, list[Change]] = {}
    for change in tool.changes:
        grouped.setdefault(change.kind, []).append(change)
    for kind, found in grouped.items():
        is_shown = kind.breaking or len(found) == 1
        parts = [(change.subject, _format_change(change) if is_shown else "") for change in found]
        yield Line(tool, kind, tuple(part for part in parts if any(part)))


def group_by_kind(found: Iterable[Line]) -> list[list[Line]]:
    """Return lines in groups of one kind, in the order in which the kinds come up."""
    grouped: dict[Kind, list[Line]] = {}
    for line in found:
        grouped.setdefault(line.kind, []).append(line)
    return list(grouped.values())


def format_parts(line: Line, subject: Callable[[str], str], led: Callable[[str], str]) -> str:
    """Return the first parts of a line, and how many follow: "a (string → integer), b"."""
    shown, more = take_first(line.parts)
    texts = (
        " ".join(filter(None, (subject(name) if name else "", f"({led(to)})" if to else "")))
        for name, to in shown
    )
    return ", ".join(texts) + more


def _format_change(change: Change) -> str:
    """Return what a change led from and to, as far as that is known: "string → integer"."""
    if change.before and change.after:
        return f"{change.before} → {change.after}"
    return change.after or (f"was {change.before}" if change.before else "")


def most_moved(server: ServerPair) -> list[ToolPair]:
    """Return the tools that something happened to, the greatest loss first."""
    found = [tool for tool in server.tools if tool.changes or tool.moves]
    return sorted(found, key=lambda tool: (_rank(tool), _loss(tool)))


def _rank(tool: ToolPair) -> int:
    """Return a tool's rank: it can do worse, is on both sides, was removed, was added."""
    if any(change.kind.id == RISEN for change in tool.changes):
        return -1
    return 2 if tool.before is None else 1 if tool.after is None else 0


def _loss(tool: ToolPair) -> tuple[Decimal, int]:
    old, new = _sum(tool.before), _sum(tool.after)
    lost = new - old if old is not None and new is not None else _NOTHING
    return lost, -sum(change.kind.breaking for change in tool.changes)


def findings(server: ServerPair) -> list[tuple[ToolPair | None, Move]]:
    """Return the findings that moved, the greatest loss first, the greatest gain last."""
    found: list[tuple[ToolPair | None, Move]] = [(None, move) for move in server.moves]
    found += [(tool, move) for tool in server.tools for move in tool.moves]
    return sorted(found, key=lambda pair: (pair[1].gain, not pair[1].lost))


def group_moves(server: ServerPair, *, lost: bool) -> list[tuple[Move, list[ToolPair | None]]]:
    """Return what was lost, or won, the most first: a check that moved alike in several tools once,
    with the move that weighs most.
    """
    chosen = [pair for pair in findings(server) if pair[1].lost is lost]
    grouped: dict[tuple[str, str], tuple[Move, list[ToolPair | None]]] = {}
    for tool, move in chosen if lost else reversed(chosen):
        grouped.setdefault((move.state, move.check), (move, []))[1].append(tool)
    return list(grouped.values())


def take_first(listed: Sequence[_T]) -> tuple[Sequence[_T], str]:
    """Return the first few of what is listed, and how many follow."""
    return listed[:_MOST_NAMED], format_more(len(listed), _MOST_NAMED)


def count_changes(tool: ToolPair) -> str:
    """Return what happened to a tool's definition in a few words: "2 breaking, 3 other"."""
    if len(tool.changes) == 1:
        return tool.changes[0].kind.title
    breaking = sum(change.kind.breaking for change in tool.changes)
    other = len(tool.changes) - breaking
    if not breaking:
        return format_count(other, "change") if other else ""
    return f"{breaking} breaking, {other} other" if other else f"{breaking} breaking"


def format_gain(gain: Decimal) -> str:
    """Return what was gained or lost, to two decimals and with its sign."""
    return f"{gain:+.2f}" if abs(gain) >= _CENT else "±0.00"


def describe_unknown(found: Comparison) -> str:
    """Return what to know of the definitions that a side does not, or not wholly, know; "" if both
    know all.
    """
    hidden = [tool.unknown for server in found.servers for tool in server.tools if tool.unknown]
    saved = sum(_SAVED.issubset(fields) for fields in hidden)
    said = []
    if saved:
        said.append(
            f"Definition changes of {format_count(saved, 'tool')} are unknown: a saved report "
            "holds no definitions; compare the sources to see them."
        )
    if len(hidden) > saved:
        fields = sorted({f.split("/")[1] for of in hidden if not _SAVED.issubset(of) for f in of})
        said.append(
            f"{format_count(len(hidden) - saved, 'tool')} not fully known on both sides: "
            f"these fields are compared only where they are known: {', '.join(fields)}."
        )
    return " ".join(said)
