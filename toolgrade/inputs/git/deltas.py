"""How an object is packed: deflated, and as the difference to another."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_COPY = 0x80
_MORE = 0x80
_LOW = 0x7F
_LONGEST_SIZE = 9
_WHOLE_COPY = 0x10000
FSCK = "see git fsck, or clone it again"
SHOW = "save the file with git show REV:PATH, and name that"
_DAMAGED = f"holds a damaged object; {FSCK}"


class GitError(Exception):
    """Why something cannot be read from a repository: half a sentence that follows a name."""


def inflate(packed: bytes, size: int) -> bytes:
    """Return what was deflated, which is of exactly `size` bytes. Raises GitError."""
    inflater = zlib.decompressobj()
    try:
        found = inflater.decompress(packed, size + 1)
    except zlib.error:
        raise GitError(_DAMAGED) from None
    if len(found) != size:
        raise GitError(_DAMAGED)
    return found


def apply_delta(base: bytes, delta: bytes, spend: Callable[[int], None]) -> bytes:
    """Return the object that differs so from `base`; `spend` gets its size. Raises GitError."""
    try:
        return _apply(base, delta, spend)
    except IndexError:
        raise GitError(_DAMAGED) from None


def _apply(base: bytes, delta: bytes, spend: Callable[[int], None]) -> bytes:
    source, at = _read_size(delta, 0)
    size, at = _read_size(delta, at)
    if source != len(base):
        raise GitError(_DAMAGED)
    spend(size)
    out = bytearray()
    while at < len(delta):
        sign = delta[at]
        at += 1
        if sign & _COPY:
            numbers = []
            for width, shift in ((4, 0), (3, 4)):
                number = 0
                for byte in range(width):
                    if sign >> (shift + byte) & 1:
                        number |= delta[at] << (8 * byte)
                        at += 1
                numbers.append(number)
            start, length = numbers[0], numbers[1] or _WHOLE_COPY
            piece = base[start : start + length]
        else:
            length = sign
            piece = delta[at : at + length]
            at += length
        if not length or len(piece) != length or len(out) + length > size:
            raise GitError(_DAMAGED)
        out += piece
    if len(out) != size:
        raise GitError(_DAMAGED)
    return bytes(out)


def _read_size(delta: bytes, at: int) -> tuple[int, int]:
    size = 0
    for count in range(_LONGEST_SIZE):
        byte = delta[at]
        at += 1
        size |= (byte & _LOW) << (7 * count)
        if not byte & _MORE:
            return size, at
    raise GitError(_DAMAGED)
