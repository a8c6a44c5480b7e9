"""Findings outside the score: without a price, with a level from the rubric."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, cast

from toolgrade.model import Finding
from toolgrade.view import NotKnown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from toolgrade.model import (
        Level,
        Malformed,
        Origin,
        Place,
        Pointer,
        Quote,
        Verdict,
    )
    from toolgrade.rubric import Rubric
    from toolgrade.rubric.rules import Remark
    from toolgrade.view import ServerView, ToolView

_ZERO, _ONE = Decimal(0), Decimal(1)


def list_tool_remarks(view: ToolView, rubric: Rubric) -> tuple[Finding, ...]:
    """Return what the reader repaired in a tool, then the findings of the unpriced checks."""
    tool = view.tool
    repaired = (_make_malformed_finding(m, tool.origin, rubric) for m in tool.malformed)
    asked = rubric.tool_remarks if tool.name is not None else ()
    return (*repaired, *_found(asked, view, tool.origin))


def list_server_remarks(view: ServerView, rubric: Rubric) -> tuple[Finding, ...]:
    """Return what the reader repaired around the tools, then findings on the server as a whole."""
    origin = view.server.origin
    repaired = (_make_malformed_finding(m, origin, rubric) for m in view.server.malformed)
    return (*repaired, *_found((r for r in rubric.remarks if r.check.of_server), view, origin))


def list_quotes(remarks: Iterable[Finding]) -> Mapping[Pointer, Sequence[Quote]]:
    """Return what remarks quote, by the string that it is in."""
    said: dict[Pointer, list[Quote]] = {}
    for finding in remarks:
        for quote in finding.quotes:
            said.setdefault(quote.pointer, []).append(quote)
    return said


def drop_notes(
    verdicts: Iterable[Verdict], said: Mapping[Pointer, Sequence[Quote]]
) -> tuple[Verdict, ...]:
    """Return verdicts without the notes of those whose words a remark quotes too: the remark says
    what to do. What each finding is worth stays.
    """
    return tuple(
        [
            v._replace(note="") if v.note and v.quotes and _is_covered(v.quotes, said) else v
            for v in verdicts
        ]
    )


def _is_covered(quotes: Iterable[Quote], said: Mapping[Pointer, Sequence[Quote]]) -> bool:
    return all(
        any(q.start < other.end and other.start < q.end for other in said.get(q.pointer, ()))
        for q in quotes
    )


def _found(
    remarks: Iterable[Remark], view: ToolView | ServerView, origin: Origin
) -> Iterator[Finding]:
    for remark in remarks:
        try:
            verdict = remark.ask(view)
        except NotKnown:
            continue
        if verdict.share is not None and verdict.share < _ONE:
            yield _finding(remark, verdict, origin.place)


def _finding(remark: Remark, verdict: Verdict, place: Callable[..., Place | None]) -> Finding:
    if verdict.quotes:
        where = place(verdict.quotes[0].pointer, verdict.quotes[0].start)
        note = verdict.note
    else:
        pointer = verdict.at or ""
        where = place(pointer) or place("")
        note = _with_pointer(verdict.note, pointer, where)
    return Finding(
        check=remark.check.id,
        title=remark.check.title,
        share=verdict.share,
        delta=_ZERO,
        gain=_ZERO,
        level=remark.level,
        note=note,
        quotes=verdict.quotes,
        place=where,
    )


def _make_malformed_finding(malformed: Malformed, origin: Origin, rubric: Rubric) -> Finding:
    words = rubric.unpriced[malformed.kind]
    place = malformed.place or origin.place(malformed.pointer) or origin.place("")
    return Finding(
        check=f"malformed.{malformed.kind}",
        title=words["title"],
        share=_ZERO,
        delta=_ZERO,
        gain=_ZERO,
        level=cast("Level", words["level"]),
        note=_with_pointer(malformed.note, malformed.pointer, place),
        quotes=(),
        place=place,
    )


def _with_pointer(note: str, pointer: Pointer, place: Place | None) -> str:
    """Return a note that says where, for a definition that is in no file."""
    return note if place else f"{note} ({pointer or '/'})"
