"""Servers in two halves or in several: never one server on both sides."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_UNREAD_OF = 3


def is_held_out(group: str) -> bool:
    """Return whether a server is in the third whose definitions are not read to tune the rubric."""
    return zlib.crc32(group.encode("utf-8", "surrogatepass")) % _UNREAD_OF == 0


def folds(groups: Iterable[str], count: int) -> Mapping[str, int]:
    """Return a fold, 0 to `count` - 1, for each server: the largest first, each to the fold that
    holds the fewest definitions, so that the split is even and depends on nothing but the file.
    """
    sizes: dict[str, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    filled = [0] * count
    chosen = {}
    for group in sorted(sizes, key=lambda g: (-sizes[g], g)):
        fold = min(range(count), key=filled.__getitem__)
        chosen[group] = fold
        filled[fold] += sizes[group]
    return chosen
