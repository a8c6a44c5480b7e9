"""What of a definition its source did not show, in words; and whether that leaves a question open.

What is unknown is not absent: nothing may say of it that it is missing, or that it is in order.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolgrade.model import Pointer, Tool

_PARTS = {
    "": "all but the name",
    "description": "description",
    "inputSchema": "input schema",
    "inputSchema/": "parameters",
    "outputSchema": "output schema",
    "annotations": "annotations",
    "title": "title",
}
_OTHER = "other fields"
_ORDER = (*_PARTS.values(), _OTHER)


class NotKnown(Exception):  # noqa: N818 - an answer, not an error
    """The source did not show this part of the definition; which is not the same as absent."""


def find_unknown(tool: Tool, asked: Iterable[Pointer]) -> tuple[Pointer, ...]:
    """Return the unknown pointers that hold one of the `asked`, or are inside it, sorted."""
    wanted = tuple(asked)
    return tuple(
        sorted(
            unknown
            for unknown in tool.unknown
            if any(
                _is_within(unknown, pointer) or _is_within(pointer, unknown) for pointer in wanted
            )
        )
    )


def is_certain(tool: Tool, pointer: Pointer) -> bool:
    """Whether a fault of the schema at `pointer` is one whatever the source did not show: that
    schema was seen, and each of its keywords.
    """
    return not any(
        _is_within(pointer, unknown) or unknown.rpartition("/")[0] == pointer
        for unknown in tool.unknown
    )


def _is_within(pointer: Pointer, outer: Pointer) -> bool:
    return pointer == outer or pointer.startswith(f"{outer}/")


def summarise_unknown(tools: Iterable[Iterable[Pointer]]) -> str:
    """Return what is unknown of how many tools, the most frequent first: "output schema of 112,
    description of 3"; "" for nothing. Takes the unknown pointers of each tool.
    """
    counts = Counter(part for pointers in tools for part in {_part(p) for p in pointers})
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], _ORDER.index(pair[0])))
    return ", ".join(f"{part} of {count}" for part, count in ranked)


def _part(pointer: Pointer) -> str:
    field, _, below = pointer[1:].partition("/")
    return _PARTS.get(f"{field}/" if below else field) or _PARTS.get(field, _OTHER)
