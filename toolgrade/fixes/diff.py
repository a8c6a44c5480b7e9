"""A unified diff of a text and its edits: only the lines around an edit are looked at."""

from __future__ import annotations

import difflib
from bisect import bisect_right
from typing import TYPE_CHECKING, TypeAlias

from toolgrade.fixes.json_text import TextEdit, apply_text_edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_Opcode: TypeAlias = "tuple[str, int, int, int, int]"

_CONTEXT = 3
_LONGEST_COMPARED = 20_000
"""Characters in which lines are paired one by one; a longer region is shown as old, then new."""


def format_diff(text: str, edits: Sequence[TextEdit], label: str) -> Iterator[str]:
    """Yield the lines of a unified diff, each with its own line ending. `label` names the file.

    Nothing is yielded without an edit.
    """
    if not edits:
        return
    starts = [0, *(at + 1 for at, sign in enumerate(text) if sign == "\n")]
    if starts[-1] == len(text) and len(starts) > 1:
        starts.pop()
    yield f"--- a/{label}\n"
    yield f"+++ b/{label}\n"
    shift = 0
    for first, last, inside in _group(edits, starts):
        begin, end = starts[first], starts[last + 1] if last + 1 < len(starts) else len(text)
        moved = [TextEdit(e.start - begin, e.end - begin, e.new) for e in inside]
        old = text[begin:end]
        before, after = _split(old), _split(apply_text_edits(old, moved))
        for opcodes in _pair(before, after):
            _, i1, _, j1, _ = opcodes[0]
            _, _, i2, _, j2 = opcodes[-1]
            yield f"@@ -{_span(first + i1, i2 - i1)} +{_span(first + shift + j1, j2 - j1)} @@\n"
            yield from _show(opcodes, before, after)
        shift += len(after) - len(before)


def _group(
    edits: Sequence[TextEdit], starts: Sequence[int]
) -> Iterator[tuple[int, int, list[TextEdit]]]:
    """Yield the first and the last line (from 0, context included) of each hunk, with its edits."""
    hunk: tuple[int, int, list[TextEdit]] | None = None
    for edit in edits:
        first = bisect_right(starts, edit.start) - 1
        last = bisect_right(starts, edit.end) - 1
        low, high = max(0, first - _CONTEXT), min(len(starts) - 1, last + _CONTEXT)
        if hunk and low <= hunk[1] + 1:
            hunk = (hunk[0], max(high, hunk[1]), [*hunk[2], edit])
        else:
            if hunk:
                yield hunk
            hunk = (low, high, [edit])
    if hunk:
        yield hunk


def _split(text: str) -> list[str]:
    r"""Return the lines of a text with their "\n"; other line ends are characters, as for diff."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _span(first: int, count: int) -> str:
    return f"{first + 1},{count}"


def _pair(before: list[str], after: list[str]) -> Iterable[list[_Opcode]]:
    """Return what became of the lines, a group for each hunk."""
    if sum(map(len, before)) <= _LONGEST_COMPARED:
        matcher = difflib.SequenceMatcher(None, before, after, False)  # noqa: FBT003 - its only other argument
        return matcher.get_grouped_opcodes(_CONTEXT)
    # To pair so much line by line would be slow: what is equal at both ends is enough.
    same = 0
    least = min(len(before), len(after))
    while same < least and before[same] == after[same]:
        same += 1
    end = 0
    while end < least - same and before[-1 - end] == after[-1 - end]:
        end += 1
    low, high, new = max(0, same - _CONTEXT), len(before) - end, len(after) - end
    more = min(end, _CONTEXT)
    changed: list[_Opcode] = [
        ("equal", low, same, low, same),
        ("replace", same, high, same, new),
        ("equal", high, high + more, new, new + more),
    ]
    return [changed]


def _show(opcodes: list[_Opcode], before: list[str], after: list[str]) -> Iterator[str]:
    for op, i1, i2, j1, j2 in opcodes:
        if op == "equal":
            yield from (_line(" ", line) for line in before[i1:i2])
        else:
            yield from (_line("-", line) for line in before[i1:i2])
            yield from (_line("+", line) for line in after[j1:j2])


def _line(sign: str, line: str) -> str:
    return (
        f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"
    )
