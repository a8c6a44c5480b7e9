"""Git's objects, loose and in packs, each proved by its hash; every step has a limit."""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.files.opening import open_file
from toolgrade.inputs.git.deltas import FSCK, SHOW, GitError, apply_delta, inflate
from toolgrade.inputs.git.packs import Pack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Self

__all__ = ["GitError", "Objects"]

MAX_OBJECT = 256 * 2**20
"""Bytes of the largest object, as of the largest file that is read."""

MAX_ALL = 1024 * 2**20
"""Bytes of all objects, and of the differences they are made from, that one question may need."""

MAX_READ = 50_000
"""Objects that one question may need."""

MAX_CHAIN = 4096
"""Differences that an object may be made from. Git makes 50, and never more than 4095."""

MAX_PACKS = 200
_MAX_NAMES = 100_000
_SHORT = 4
_LOOSE = re.compile(r"[0-9a-f]{38}")
_HEAD = re.compile(rb"(commit|tree|blob|tag) (\d{1,12})\0")


class _Entry(NamedTuple):
    kind: bytes
    content: bytes


class Objects:
    """The objects below a repository's folder, and below no other."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(os.path.realpath(folder)) / "objects"
        self._open = ExitStack()
        self._packs: list[Pack] | None = None
        self._bytes = MAX_ALL
        self._count = MAX_READ

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def read(self, name: str, kind: bytes) -> bytes:
        """Return an object of a kind (b"blob", b"tree"). Raises GitError."""
        found, content = self.load(name)
        if found != kind:
            raise GitError(f"{name[:12]} is a {found.decode()}, not a {kind.decode()}")
        return content

    def load(self, name: str) -> tuple[bytes, bytes]:
        """Return an object's kind and content. Raises GitError."""
        found = self._find_loose(name) or self._find_packed(name)
        if found is None:
            raise GitError(self._explain_missing(name))
        head = b"%s %d\0" % (found.kind, len(found.content))
        if hashlib.sha1(head + found.content, usedforsecurity=False).hexdigest() != name:
            raise GitError(f"object {name[:12]} is damaged; {FSCK}")
        return found

    def find_names(self, prefix: str) -> list[str]:
        """Return the names of objects that begin so, of at least four characters, in order."""
        if len(prefix) < _SHORT:
            return []
        found = {prefix[:2] + name for name in self._list_loose(prefix[:2])}
        found = {name for name in found if name.startswith(prefix)}
        for pack in self._all_packs():
            found.update(pack.find_names(prefix))
        return sorted(found)

    def _list_loose(self, folder: str) -> Iterator[str]:
        yield from (name for name in self._list(folder) if _LOOSE.fullmatch(name))

    def _list(self, name: str) -> list[str]:
        folder = self._folder / name
        if not Path(os.path.realpath(folder)).is_relative_to(self._folder):
            return []
        found: list[str] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    found.append(entry.name)
                    if len(found) > _MAX_NAMES:
                        raise GitError(
                            f"objects/{name} has more than {_MAX_NAMES:,} files; run git gc"
                        )
        except OSError:
            return []
        return sorted(found)

    def _find_loose(self, name: str) -> _Entry | None:
        path = self._folder / name[:2] / name[2:]
        if Path(os.path.realpath(path)) != path:
            return None
        try:
            with open_file(path, links=False) as file:
                packed = file.read(MAX_OBJECT + 1)
        except OSError:
            return None
        if len(packed) > MAX_OBJECT:
            raise GitError(f"object {name[:12]} is larger than {MAX_OBJECT >> 20} MB; {SHOW}")
        try:
            start = zlib.decompressobj().decompress(packed, 64)
        except zlib.error:
            raise GitError(f"object {name[:12]} is damaged; {FSCK}") from None
        head = _HEAD.match(start)
        if head is None:
            raise GitError(f"object {name[:12]} is damaged; {FSCK}")
        size = int(head[2])
        self._spend(size)
        return _Entry(head[1], inflate(packed, head.end() + size)[head.end() :])

    def _find_packed(self, name: str) -> _Entry | None:
        for pack in self._all_packs():
            if (offset := pack.find_offset(name)) is not None:
                return self._unpack(pack, offset)
        return None

    def _unpack(self, pack: Pack, offset: int) -> _Entry:
        """Return an object of a pack, made from the differences to its base. Raises GitError."""
        deltas: list[bytes] = []
        while True:
            entry = pack.read_entry(offset, self._spend)
            if entry.kind:
                break
            deltas.append(entry.content)
            if len(deltas) > MAX_CHAIN:
                raise GitError(
                    f"an object is made from more than {MAX_CHAIN:,} differences; {SHOW}"
                )
            if isinstance(entry.base, int):
                offset = entry.base
                continue
            at = pack.find_offset(entry.base)
            if at is None:
                raise GitError(f"object {entry.base[:12]} is not in its pack; {FSCK}")
            offset = at
        found = entry.content
        while deltas:
            found = apply_delta(found, deltas.pop(), self._spend)
        return _Entry(entry.kind, found)

    def _all_packs(self) -> list[Pack]:
        if self._packs is None:
            names = [n[: -len(".idx")] for n in self._list("pack") if n.endswith(".idx")]
            if len(names) > MAX_PACKS:
                raise GitError(f"has more than {MAX_PACKS} packs; run git gc")
            self._packs = [
                pack
                for name in names
                if (pack := Pack.load(self._folder / "pack", name, self._open)) is not None
            ]
        return self._packs

    def _spend(self, size: int) -> None:
        """Count an object, or a difference, of so many bytes. Raises GitError."""
        if size > MAX_OBJECT:
            raise GitError(f"holds an object of more than {MAX_OBJECT >> 20} MB; {SHOW}")
        self._bytes -= size
        self._count -= 1
        if self._bytes < 0 or self._count < 0:
            raise GitError(
                f"takes more than {MAX_READ:,} objects or {MAX_ALL >> 30} GB to read; "
                f"name a folder in it, or {SHOW}"
            )

    def _explain_missing(self, name: str) -> str:
        short = f"object {name[:12]} is not in this repository"
        if self._list("info").count("alternates"):
            return f"{short}; those of another repository (alternates) are not read"
        return f"{short}; a shallow or partial clone must fetch it first"
