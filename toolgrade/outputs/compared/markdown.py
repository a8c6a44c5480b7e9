"""A comment on a pull request: the verdict, a small table, what breaks; the rest is folded.

GitHub takes 65,536 characters: what would not fit is left out and counted.
"""

from __future__ import annotations

from itertools import islice, starmap
from typing import TYPE_CHECKING

from toolgrade.outputs.compared.summary import (
    cost,
    count_changes,
    describe_unknown,
    dimensions,
    findings,
    format_gain,
    format_parts,
    format_sum,
    group_by_kind,
    group_moves,
    lines,
    most_moved,
    name,
    quality,
    take_first,
    tool_counts,
    verdict,
)
from toolgrade.outputs.markup import code, prose, row
from toolgrade.outputs.phrases import sum_name
from toolgrade.wording.counts import format_more, format_rest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolgrade.model.comparison import Comparison, Move, ServerPair, ToolPair
    from toolgrade.outputs.compared.summary import Line

_MOST_CHARACTERS = 60_000
_MOST_KINDS = 6
_MOST_ROWS = 5
_MOST_LOSSES = 3
_MOST_SERVERS = 20
_MOST_FOLDED = 200


def render(found: Comparison) -> Iterator[str]:
    """Return the comment in chunks, under 65,536 characters in all."""
    first, *rest = verdict(found)
    failure = f"**Fails `--fail-on {found.fail_on}`:** {'; '.join(found.missed)}."
    head = "\n".join(
        (
            f"{'; '.join((f'**{first}**', *rest))}.",
            *(("", failure) if found.missed else ()),
            *(_servers(found.servers) if len(found.servers) > 1 else ()),
            *_breaking(found),
            *_tools(found),
            *_losses(found),
            "",
        )
    )
    yield head
    room = _MOST_CHARACTERS - len(head)
    changed = [line for server in found.servers for line in lines(server.tools)]
    moved = [pair for server in found.servers for pair in findings(server)]
    folds = (
        ("Definition changes", len(changed), map(_change_in_full, changed)),
        ("Findings that moved", len(moved), starmap(_move, moved)),
    )
    for title, count, written in folds:
        folded = _render_details(title, count, written, room // 2)
        yield folded
        room -= len(folded)
    hidden = describe_unknown(found)
    yield (
        (f"\n{hidden}\n" if hidden else "")
        + f"\n{code(found.old)} → {code(found.new)}, compared by toolgrade {prose(found.version)}: "
        f"rules, no model. Rubric {code(found.rubric.name)} {prose(found.rubric.version)}. "
        "Tokens are an estimate: bytes of the definitions, divided by 4.\n"
    )


def _servers(servers: Sequence[ServerPair]) -> Iterator[str]:
    yield ""
    yield row(["Server", "Quality", "Tools", "Tokens"])
    yield row([":--", "--:", "--:", "--:"])
    for server in servers[:_MOST_SERVERS]:
        before, after = tool_counts(server)
        text = f"{before} → {after}" if before != after else str(after)
        yield row([code(server.name), quality(server), text, cost(*server.tokens)])
    yield from _rest(len(servers), _MOST_SERVERS, "server")


def _breaking(found: Comparison) -> Iterator[str]:
    breaking = [
        line for server in found.servers for line in lines(server.tools) if line.kind.breaking
    ]
    if not breaking:
        return
    yield from ("", "**What breaks**", "")
    groups = group_by_kind(breaking)
    for group in groups[:_MOST_KINDS]:
        shown, more = take_first(group)
        kind = group[0].kind
        yield f"- **{kind.title}** ({kind.why}): {'; '.join(map(_change, shown))}{more}"
    yield from _rest(len(groups), _MOST_KINDS, "kind", "below")


def _tools(found: Comparison) -> Iterator[str]:
    ranked = [tool for server in found.servers for tool in most_moved(server)]
    if not ranked:
        return
    yield ""
    yield row(["Tool", sum_name(found.rubric), "Scores", "Definition"])
    yield row([":--", "--:", ":--", ":--"])
    for tool in ranked[:_MOST_ROWS]:
        scores = prose(", ".join(dimensions(tool)))
        yield row([_name(tool), format_sum(tool), scores, count_changes(tool)])
    yield from _rest(len(ranked), _MOST_ROWS, "tool")


def _losses(found: Comparison) -> Iterator[str]:
    lost = [group for server in found.servers for group in group_moves(server, lost=True)]
    if not lost:
        return
    yield from ("", "**New or worse**", "")
    for move, tools in lost[:_MOST_LOSSES]:
        yield _move(tools[0], move, format_more(len(tools), 1))
    yield from _rest(len(lost), _MOST_LOSSES, "finding", "below")


def _change(line: Line) -> str:
    return " ".join(filter(None, (_name(line.tool), format_parts(line, code, prose))))


def _change_in_full(line: Line) -> str:
    mark = "**breaking**, " if line.kind.breaking else ""
    return f"- {mark}{line.kind.title}: {_change(line)}"


def _move(tool: ToolPair | None, move: Move, more: str = "") -> str:
    worth = f"**{format_gain(move.gain)}**"
    whose = f" {_name(tool)}{more}:" if tool else ""
    said = prose(move.note or move.title)
    return f"- {worth} {move.state}, {move.level}:{whose} {said} ({code(move.check)})"


def _render_details(what: str, count: int, written: Iterator[str], room: int) -> str:
    """Return a list that opens when it is asked for; what exceeds `room` is counted."""
    if not count:
        return ""
    shown: list[str] = []
    for line in islice(written, _MOST_FOLDED):
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    left = _rest(count, len(shown), "line")
    return "\n".join(
        (
            "",
            f"<details><summary>{what} ({count})</summary>",
            "",
            *shown,
            *left,
            "",
            "</details>",
            "",
        )
    )


def _rest(total: int, shown: int, noun: str, where: str = "in `-o json`") -> Iterable[str]:
    rest = format_rest(total, shown, noun, where)
    return ("", f"{rest}.") if rest else ()


def _name(tool: ToolPair) -> str:
    shown = name(tool)
    return "(no name)" if shown is None else code(shown)
