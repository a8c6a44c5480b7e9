"""Which server and which tool of one report is which of the other.

A server is found by its name, or else by the tools it shares; a tool by its name, on any server, or
else, as a rename, by an equal input schema and a very similar description. A doubtful pair is not
made: then one tool was removed and another added.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeAlias

from toolgrade.text import plain
from toolgrade.text.similarity import measure_word_overlap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolgrade.model import ServerReport, ToolReport

_ALIKE = 0.8
_MOST_TRIED = 400
"""Pairs of tools of one input schema whose words are compared; beyond, only equals are paired."""

ServerMatch: TypeAlias = "tuple[ServerReport | None, ServerReport | None]"
ToolMatch: TypeAlias = "tuple[ToolReport | None, ToolReport | None]"


def servers(old: Sequence[ServerReport], new: Sequence[ServerReport]) -> list[ServerMatch]:
    """Pair servers: those of the new side in their order, then what is left of the old."""
    names = dict(zip(_number_names(s.server.name for s in old), old, strict=True))
    found = [
        (names.pop(key, None), s)
        for key, s in zip(_number_names(s.server.name for s in new), new, strict=True)
    ]
    left = list(names.values())
    ranked = sorted(
        (-len(_tool_names(one) & _tool_names(other)), i, j)
        for i, one in enumerate(left)
        for j, (before, other) in enumerate(found)
        if before is None and _tool_names(one) & _tool_names(other)
    )
    for i, j in _one_to_one((i, j) for _, i, j in ranked):
        found[j] = (left[i], found[j][1])
    taken = {id(before) for before, _ in found}
    return [*found, *((one, None) for one in left if id(one) not in taken)]


def tools(matched: Sequence[ServerMatch]) -> list[list[ToolMatch]]:
    """Pair the tools of each pair of servers: the new side's in their order, then the removed.

    A tool that moved to another server is listed with the new one.
    """
    rows: list[list[ToolMatch]] = []
    for before, after in matched:
        ours = dict(before.walk_tools_by_key()) if before else {}
        row: list[ToolMatch] = [
            (ours.pop(k, None), t) for k, t in (after.walk_tools_by_key() if after else ())
        ]
        rows.append([*row, *((tool, None) for tool in ours.values())])
    rows = _merge_pairs(rows, _find_moved([match for row in rows for match in row]))
    return [_merge_pairs([row], _find_renamed(row))[0] for row in rows]


def _merge_pairs(
    rows: Sequence[list[ToolMatch]], found: Sequence[tuple[ToolReport, ToolReport]]
) -> list[list[ToolMatch]]:
    """Return the rows with each of `found` in the place of its new tool alone."""
    before = {id(new): old for old, new in found}
    gone = {id(old) for old, _ in found}
    return [
        [
            (before.get(id(new), old), new)
            for old, new in row
            if not (new is None and id(old) in gone)
        ]
        for row in rows
    ]


def _split_unpaired(row: Sequence[ToolMatch]) -> tuple[list[ToolReport], list[ToolReport]]:
    """Return the tools with a name that were removed, and those that were added."""
    removed = [old for old, new in row if old and new is None and old.tool.name is not None]
    added = [new for old, new in row if new and old is None and new.tool.name is not None]
    return removed, added


def _find_moved(row: Sequence[ToolMatch]) -> list[tuple[ToolReport, ToolReport]]:
    """Return the tools of which the only one of their name left a server and came to another."""
    removed, added = _split_unpaired(row)
    counts = [Counter(tool.tool.name for tool in side) for side in (removed, added)]
    came = {tool.tool.name: tool for tool in added}
    return [
        (tool, came[tool.tool.name])
        for tool in removed
        if all(count[tool.tool.name] == 1 for count in counts)
    ]


def _find_renamed(row: Sequence[ToolMatch]) -> list[tuple[ToolReport, ToolReport]]:
    removed, added = _split_unpaired(row)
    groups: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, tools_ in enumerate((removed, added)):
        for number, tool in enumerate(tools_):
            if plain(tool.tool.description or "") and "/inputSchema" not in tool.tool.unknown:
                shape = json.dumps(tool.tool.input_schema, sort_keys=True)
                groups[shape][side].append(number)
    ranked = sorted(
        (-likeness, -_compare_names(removed[i], added[j]), i, j)
        for ours, theirs in groups.values()
        for i in ours
        for j in theirs
        if (likeness := _likeness(removed[i], added[j], len(ours) * len(theirs))) >= _ALIKE
    )
    return [(removed[i], added[j]) for i, j in _one_to_one((i, j) for *_, i, j in ranked)]


def _likeness(old: ToolReport, new: ToolReport, pairs: int) -> float:
    """Return how much alike two descriptions are, from 0 to 1, by the words they share in order."""
    one, other = old.tool.description or "", new.tool.description or ""
    if pairs > _MOST_TRIED:
        return float(plain(one) == plain(other))
    return measure_word_overlap(one, other)


def _compare_names(old: ToolReport, new: ToolReport) -> float:
    """Return how much alike two names are, to tell tools of the same words apart."""
    return SequenceMatcher(None, old.tool.name or "", new.tool.name or "").ratio()


def _number_names(names: Iterable[str]) -> list[tuple[str, int]]:
    seen: Counter[str] = Counter()
    keys = []
    for name in names:
        keys.append((name, seen[name]))
        seen[name] += 1
    return keys


def _tool_names(server: ServerReport) -> set[str]:
    return {tool.tool.name for tool in server.tools if tool.tool.name is not None}


def _one_to_one(ranked: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the pairs, best first, that come before any other of either member."""
    ours: set[int] = set()
    theirs: set[int] = set()
    found = []
    for i, j in ranked:
        if i not in ours and j not in theirs:
            ours.add(i)
            theirs.add(j)
            found.append((i, j))
    return found
