"""JSON Pointers (RFC 6901) on the way down through data that may be hostile.

A walk that spelled its pointer at every step would copy a key of a megabyte once for each of its
thousand members. So a walk carries a trail, and spells it only for what it reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from toolgrade.model import Pointer

Trail: TypeAlias = "tuple[Trail, str | int] | None"
"""The steps to a value, the last one outermost; None at the start."""


def make_pointer(trail: Trail) -> Pointer:
    """Return the pointer that follows `trail`."""
    steps: list[str] = []
    while trail:
        trail, key = trail
        steps.append("/" + str(key).replace("~", "~0").replace("/", "~1"))
    return "".join(reversed(steps))


def key_of(token: str) -> str:
    """Return the member name that one token of a pointer means."""
    return token.replace("~1", "/").replace("~0", "~")
