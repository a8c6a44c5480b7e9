"""Finds the repository around the working folder, and reads its references."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from toolgrade.files.opening import is_folder, open_file
from toolgrade.inputs.git.deltas import FSCK, SHOW, GitError

_MAX_POINTER = 4096
_MAX_PACKED = 64 * 2**20
_MOST_STEPS = 5
_LONGEST_HASH = 64
_HASH = re.compile(rb"[0-9a-f]{40}(?![0-9a-f])")
_LONG_HASH = re.compile(rb"[0-9a-f]{64}")
_OWN = re.compile(r"[A-Z][A-Z_]*|refs/(?:bisect|worktree|rewritten)/.*")
"""References that each working tree has for itself."""

_NAME = re.compile(r"(?:[A-Z][A-Z_]*|refs/.+)")
_ODD = re.compile(r"(?:^|/)\.|\.\.|//|/$|[\x00-\x20\x7f~^:?*\[\\]|@\{|\.lock(?:/|$)")
"""What git allows in no reference. So none leads out of the folder that holds them."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository: the folder with HEAD, the one with objects and branches (the same, except in a
    linked working tree), the parts of the way from its root to the working folder, and the name
    of the root's folder.
    """

    own: Path
    common: Path
    inside: tuple[str, ...]
    name: str

    def read_reference(self, name: str) -> str:
        """Return the object that a full name refers to, "" for none. Raises GitError."""
        for _ in range(_MOST_STEPS):
            if not _NAME.fullmatch(name) or _ODD.search(name):
                return ""
            found = self._read_loose(name) or self._find_packed(name)
            if not found.startswith(b"ref:"):
                return _read_hash(found)
            name = os.fsdecode(found.partition(b":")[2].strip())
        raise GitError(f"its references lead in a circle; {FSCK}")

    def _read_loose(self, name: str) -> bytes:
        folder = self.own if _OWN.fullmatch(name) else self.common
        # FETCH_HEAD may be long; its first line counts.
        return _read_inside(folder, name, _MAX_POINTER, whole=False)

    def _find_packed(self, name: str) -> bytes:
        packed = _read_inside(self.common, "packed-refs", _MAX_PACKED)
        at = (b"\n" + packed).find(b" " + os.fsencode(name) + b"\n")
        if at < 0:
            return b""
        start = packed.rfind(b"\n", 0, at - 1) + 1
        return packed[start : start + _LONGEST_HASH]


def find_repository() -> Repository:
    """Return the repository around the working folder, or the one that GIT_DIR names.

    A bare repository counts only if GIT_DIR names it. Raises GitError.
    """
    here = Path.cwd()
    if named := os.environ.get("GIT_DIR"):
        top = Path(os.environ.get("GIT_WORK_TREE") or here)
        own = Path(os.path.realpath(named))
        if not _is_repository(own):
            raise GitError(
                "not a git repository: GIT_DIR names another folder; unset it, or name its .git"
            )
        return _make(own, top, here)
    for top in (here, *here.parents):
        marker = top / ".git"
        if marker.is_symlink():
            raise GitError(
                f"{marker.name} is a link, which is not followed; run this where it leads"
            )
        if marker.is_dir():
            if _is_repository(marker):
                return _make(Path(os.path.realpath(marker)), top, here)
        elif os.path.lexists(marker):
            return _make(_follow_pointer(marker, top), top, here)
    raise GitError(
        "not a git repository: neither this folder nor one above it has .git; run this in a clone"
    )


def _make(own: Path, top: Path, here: Path) -> Repository:
    real = Path(os.path.realpath(top))
    inside = Path(os.path.realpath(here))
    parts = inside.relative_to(real).parts if inside.is_relative_to(real) else ()
    common = own
    if said := _read_inside(own, "commondir", _MAX_POINTER).strip():
        common = Path(os.path.realpath(own / os.fsdecode(said)))
        if not own.is_relative_to(common):
            raise GitError("its .git leads to another repository; run this in that one")
    if is_folder(common / "reftable"):
        raise GitError(f"keeps its references as a reftable, which cannot be read yet; {SHOW}")
    return Repository(own, common, parts, real.name or "repository")


def _is_repository(folder: Path) -> bool:
    return os.path.lexists(folder / "HEAD") and (
        os.path.lexists(folder / "commondir")
        or (is_folder(folder / "objects") and is_folder(folder / "refs"))
    )


def _follow_pointer(marker: Path, top: Path) -> Path:
    """Return the folder that a .git file names: below it, in the .git of a repository around it (a
    submodule), or one that names it in return (a linked working tree). Raises GitError.
    """
    said = _read_inside(top, marker.name, _MAX_POINTER).strip()
    if not said.startswith(b"gitdir:"):
        raise GitError("its .git is a file that does not name a repository; clone it again")
    own = Path(os.path.realpath(top / os.fsdecode(said.partition(b":")[2].strip())))
    real = Path(os.path.realpath(top))
    around = [at / ".git" / "modules" for at in real.parents]
    if not any(own.is_relative_to(folder) for folder in (real, *around)):
        back = _read_inside(own, "gitdir", _MAX_POINTER).strip()
        if not back or os.path.realpath(own / os.fsdecode(back)) != str(real / ".git"):
            raise GitError("its .git leads to another repository; run this in that one")
    if not _is_repository(own):
        raise GitError("its .git does not lead to a git repository; clone it again")
    return own


def _read_inside(folder: Path, name: str, most: int, *, whole: bool = True) -> bytes:
    """Return what is in a file below `folder`, b"" if it cannot be read or a link leads out.

    A file that need not be whole may be longer than `most`.
    """
    root = os.path.realpath(folder)
    try:
        path = Path(os.path.realpath(folder / name))
        if not path.is_relative_to(root):
            return b""
        with open_file(path, links=False) as file:
            found = file.read(most + 1)
    except (OSError, ValueError):
        return b""
    return found if len(found) <= most else b"" if whole else found[:most]


def _read_hash(found: bytes) -> str:
    if _LONG_HASH.match(found):
        raise GitError(f"is a SHA-256 repository, which cannot be read yet; {SHOW}")
    name = _HASH.match(found)
    return name[0].decode() if name else ""
