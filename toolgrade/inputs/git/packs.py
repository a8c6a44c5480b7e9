"""One pack of objects and its index, read piece by piece where it is."""

from __future__ import annotations

import os
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from toolgrade.files.opening import open_file
from toolgrade.inputs.git.deltas import FSCK, GitError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack
    from pathlib import Path

_HASH = 20
_FANOUT = 256 * 4
_INDEX = b"\xfftOc\0\0\0\x02"
_PACKS = (b"PACK\0\0\0\x02", b"PACK\0\0\0\x03")
_KINDS = {1: b"commit", 2: b"tree", 3: b"blob", 4: b"tag"}
_BY_OFFSET, _BY_NAME = 6, 7
_MORE, _LOW, _LOW_FIRST = 0x80, 0x7F, 0x0F
_LARGE = 0x80000000
_PIECE = 64 * 1024
_LONGEST_HEAD = 64
_MOST_FOUND = 1000


class Entry(NamedTuple):
    """What a pack holds: an object, or (without a kind) a difference to its base, which has an
    offset or a name.
    """

    kind: bytes
    content: bytes
    base: int | str = 0


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that is open, and how many objects its index names."""

    index: BinaryIO
    data: BinaryIO
    count: int

    @classmethod
    def load(cls, folder: Path, name: str, stack: ExitStack) -> Pack | None:
        """Open a pack and its index, which `stack` closes; None without either. Raises GitError."""
        files = []
        for suffix, heads in ((".idx", (_INDEX,)), (".pack", _PACKS)):
            path = folder / f"{name}{suffix}"
            try:
                if os.path.realpath(path) != str(path):
                    return None
                file = stack.enter_context(open_file(path, links=False))
                head = file.read(len(_INDEX))
            except OSError:
                return None
            if head not in heads:
                raise GitError(
                    "has a pack that cannot be read: damaged, or of a newer form; see git fsck"
                )
            files.append(file)
        index, data = files
        return cls(index, data, int.from_bytes(_read(index, 8 + _FANOUT - 4, 4), "big"))

    def find_offset(self, name: str) -> int | None:
        """Return where an object begins, None if it is not here. Raises GitError."""
        wanted = bytes.fromhex(name)
        at = self._bisect(wanted)
        if at >= self.count or self._name(at) != wanted:
            return None
        offsets = 8 + _FANOUT + self.count * (_HASH + 4)
        offset = int.from_bytes(_read(self.index, offsets + 4 * at, 4), "big")
        if offset < _LARGE:
            return offset
        large = offsets + 4 * self.count + 8 * (offset - _LARGE)
        return int.from_bytes(_read(self.index, large, 8), "big")

    def find_names(self, prefix: str) -> list[str]:
        """Return the names here that begin so. Raises GitError."""
        found: list[str] = []
        at = self._bisect(bytes.fromhex(prefix.ljust(2 * _HASH, "0")))
        while at < self.count and len(found) < _MOST_FOUND:
            name = self._name(at).hex()
            if not name.startswith(prefix):
                break
            found.append(name)
            at += 1
        return found

    def read_entry(self, offset: int, spend: Callable[[int], None]) -> Entry:
        """Return what begins at an offset; `spend` gets its size before it is read.

        Raises GitError.
        """
        head = _read(self.data, offset, _LONGEST_HEAD, whole=False)
        try:
            kind, size, at = _parse_head(head)
            base: int | str = 0
            if kind == _BY_OFFSET:
                back, at = _parse_back(head, at)
                base = offset - back
                if not 0 < base < offset:
                    raise GitError(_damage())
            elif kind == _BY_NAME:
                base = head[at : at + _HASH].hex()
                at += _HASH
            elif kind not in _KINDS:
                raise GitError(_damage())
        except IndexError:
            raise GitError(_damage()) from None
        spend(size)
        return Entry(_KINDS.get(kind, b""), self._inflate(offset + at, size), base)

    def _inflate(self, offset: int, size: int) -> bytes:
        inflater = zlib.decompressobj()
        out = bytearray()
        try:
            self.data.seek(offset)
            while not inflater.eof and (piece := self.data.read(_PIECE)):
                out += inflater.decompress(piece, size + 1 - len(out))
                if len(out) > size or inflater.unconsumed_tail:
                    break
        except (zlib.error, OSError, ValueError, OverflowError):
            raise GitError(_damage()) from None
        if len(out) != size:
            raise GitError(_damage())
        return bytes(out)

    def _bisect(self, wanted: bytes) -> int:
        first = wanted[0]
        low = int.from_bytes(_read(self.index, 8 + 4 * (first - 1), 4), "big") if first else 0
        high = int.from_bytes(_read(self.index, 8 + 4 * first, 4), "big")
        high = min(high, self.count)
        while low < high:
            middle = (low + high) // 2
            if self._name(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def _name(self, at: int) -> bytes:
        return _read(self.index, 8 + _FANOUT + _HASH * at, _HASH)


def _read(file: BinaryIO, offset: int, size: int, *, whole: bool = True) -> bytes:
    try:
        file.seek(offset)
        found = file.read(size)
    except (OSError, ValueError, OverflowError):
        raise GitError(_damage()) from None
    if whole and len(found) != size:
        raise GitError(_damage())
    return found


def _parse_head(head: bytes) -> tuple[int, int, int]:
    """Return the kind and the size that an entry begins with, and where what follows begins."""
    byte, at = head[0], 1
    kind, size, shift = byte >> 4 & 7, byte & _LOW_FIRST, 4
    while byte & _MORE:
        byte = head[at]
        size |= (byte & _LOW) << shift
        at, shift = at + 1, shift + 7
    return kind, size, at


def _parse_back(head: bytes, at: int) -> tuple[int, int]:
    """Return how far back a base begins, and where what follows begins."""
    byte = head[at]
    back = byte & _LOW
    while byte & _MORE:
        at += 1
        byte = head[at]
        back = (back + 1 << 7) | (byte & _LOW)
    return back, at + 1


def _damage() -> str:
    return f"has a damaged pack; {FSCK}"
