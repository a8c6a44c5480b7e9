"""Bounds on what a server may send, checked while it arrives and before any of it is parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass

ANSWER_BYTES = 64 << 20
TOTAL_BYTES = 256 << 20
MOST_TOOLS = 100_000
MOST_VALUES = 10_000_000
"""A JSON value takes up to a hundred bytes of memory, and as little as two on the wire."""

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[{}\[\],]', re.DOTALL)
_LIST_DEPTH = 3
"""The list of tools is at {"result": {"tools": [...]}}, in a batch one level deeper."""


class Flood(Exception):  # noqa: N818 - a state of the server; attempt.py words it for the user
    """The server sent more than the bounds allow."""


@dataclass(slots=True)
class Gauge:
    """What a server has sent: in all, and commas and brackets of the answer that is arriving."""

    received: int = 0
    _values: int = 0
    _next_count: int = MOST_TOOLS

    def begin_answer(self) -> None:
        """Count values from zero again."""
        self._values = 0
        self._next_count = MOST_TOOLS

    def add(self, chunk: bytes, answer: bytearray) -> None:
        """Count a chunk, which is already the end of `answer`. Raises Flood."""
        self.received += len(chunk)
        if len(answer) > ANSWER_BYTES:
            raise Flood(f"more than {ANSWER_BYTES >> 20} MB in one answer")
        if self.received > TOTAL_BYTES:
            raise Flood(f"more than {TOTAL_BYTES >> 20} MB")
        self._values += sum(map(chunk.count, (b",", b"{", b"[")))
        if self._values > MOST_VALUES:
            raise Flood(f"more than {MOST_VALUES:,} values in one answer")
        if self._values >= self._next_count:
            # Counted again only after the answer has doubled: linear time in all.
            self._next_count = 2 * self._values
            if count_tools(answer) > MOST_TOOLS:
                raise Flood(f"more than {MOST_TOOLS:,} tools")


def count_tools(answer: bytes | bytearray) -> int:
    """Return how many members the largest list has that is as deep in `answer` as its tools are.

    >>> count_tools(b'{"id":1,"result":{"tools":[{"a":[1,2,3]},{},')
    3
    """
    depth = members = most = 0
    list_depth = _LIST_DEPTH
    for token in _TOKEN.finditer(answer):
        sign = token[0]
        if sign in {b"{", b"["}:
            depth += 1
            if depth == 1:
                list_depth = _LIST_DEPTH + (sign == b"[")
            if depth == list_depth:
                members = int(sign == b"[")
        elif sign in {b"}", b"]"}:
            depth = max(0, depth - 1)
        elif sign == b"," and depth == list_depth and members:
            members += 1
            most = max(most, members)
    return most
