"""Findings outside the score: without a price, with a level from the rubric."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from toolgrade.model import Finding
from toolgrade.view import NotKnown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from toolgrade.model import (
        DimensionScore,
        Level,
        Malformed,
        Origin,
        Place,
        Pointer,
        Quote,
        ToolScore,
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
    asked = (r for r in rubric.remarks if r.check.of_tool) if tool.name is not None else ()
    return (*repaired, *_found(asked, view, tool.origin))


def list_server_remarks(view: ServerView, rubric: Rubric) -> tuple[Finding, ...]:
    """Return what the reader repaired around the tools, then findings on the server as a whole."""
    origin = view.server.origin
    repaired = (_make_malformed_finding(m, origin, rubric) for m in view.server.malformed)
    return (*repaired, *_found((r for r in rubric.remarks if r.check.of_server), view, origin))


def drop_repeated_notes(score: ToolScore, remarks: tuple[Finding, ...]) -> ToolScore:
    """Return a score without the notes of those findings whose words a remark quotes too: the
    remark says what to do. What each finding is worth stays.
    """
    said: dict[Pointer, list[Quote]] = {}
    for finding in remarks:
        for quote in finding.quotes:
            said.setdefault(quote.pointer, []).append(quote)
    if not said:
        return score
    return replace(score, dimensions=tuple(_drop_notes(d, said) for d in score.dimensions))


def _drop_notes(dimension: DimensionScore, said: dict[Pointer, list[Quote]]) -> DimensionScore:
    findings = tuple(
        f._replace(note="") if f.note and f.quotes and _is_covered(f.quotes, said) else f
        for f in dimension.findings
    )
    return replace(dimension, findings=findings)


def _is_covered(quotes: Iterable[Quote], said: dict[Pointer, list[Quote]]) -> bool:
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
