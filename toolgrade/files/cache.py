"""What is kept for the next time, in the user's cache folder: each entry a file, none needed.

The name of an entry is a digest of all that its content depends on, so an entry is never out of
date. Whatever is wrong with the folder or with an entry, it is as if there were none. An entry
is data, never code, and begins with a digest of itself.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.files.opening import is_file, read_file
from toolgrade.files.saving import save_private
from toolgrade.files.shipped import FOLDER, PACKAGE
from toolgrade.files.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "TOOLGRADE_CACHE"
"""The folder to keep things in; empty to keep nothing. Unset, it is the platform's."""

MAX_ENTRIES = 5_000
MAX_ENTRY = 64 * 2**20
MAX_ALL = 256 * 2**20
"""Bytes. What was not used for longest goes first."""

_SUFFIX = ".json"
BETWEEN = 500
"""Entries that a process keeps before it looks again whether there are too many."""

_OFF: ContextVar[bool] = ContextVar("off", default=False)
_kept = 0


def find_folder() -> Path | None:
    """Return the folder to keep entries in, None for keeping nothing: also where another user may
    write to it, as a report could then be theirs.
    """
    folder = None if _OFF.get() else _name_folder()
    if folder is None:
        return None
    try:
        status = folder.stat()
    except OSError:
        return folder
    return folder if _is_private(status) else None


def _is_private(status: os.stat_result) -> bool:
    """Whether this user alone may write to a folder. Many systems give each user a group, and let
    it write to what the user makes.
    """
    if not hasattr(os, "geteuid"):
        return True
    if status.st_uid != os.geteuid() or status.st_mode & stat.S_IWOTH:
        return False
    if not status.st_mode & stat.S_IWGRP:
        return True
    import grp  # noqa: PLC0415 - is not there on Windows
    import pwd  # noqa: PLC0415 - as above

    try:
        user, group = pwd.getpwuid(status.st_uid), grp.getgrgid(status.st_gid)
    except KeyError:
        return False
    is_own = (group.gr_gid, group.gr_name) == (user.pw_gid, user.pw_name)
    return is_own and {*group.gr_mem} <= {user.pw_name}


@contextmanager
def switch_off() -> Iterator[None]:
    """Keep nothing, and find nothing kept, inside of the block."""
    token = _OFF.set(True)
    try:
        yield
    finally:
        _OFF.reset(token)


def _name_folder() -> Path | None:
    given = os.environ.get(VARIABLE)
    if given is None:
        from platformdirs import user_cache_path  # noqa: PLC0415 - start-up time

        found = user_cache_path("toolgrade", appauthor=False)
        # Without a home the name of one is taken literally.
        return found if found.is_absolute() else None
    return Path(given) if given else None


def is_kept(folder: Path, key: str) -> bool:
    """Whether there is an entry, whole or not."""
    return is_file(folder / (key + _SUFFIX))


def load(folder: Path, key: str) -> bytes | None:
    """Return the content of an entry, None where there is none that is whole."""
    path = folder / (key + _SUFFIX)
    try:
        digest, _, body = read_file(path, MAX_ENTRY, links=False).partition(b"\n")
        if digest.decode() != hashlib.sha256(body).hexdigest():
            return None
        os.utime(path)
    except (OSError, ValueError):
        return None
    return body


def keep(folder: Path, key: str, body: bytes) -> None:
    """Keep an entry, unless it is too large or the folder takes none."""
    global _kept  # noqa: PLW0603 - of the process, as the folder is
    if len(body) > MAX_ENTRY - 100:
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = hashlib.sha256(body).hexdigest().encode() + b"\n" + body
        save_private(folder / (key + _SUFFIX), content)
        if _kept % BETWEEN == 0:
            _shrink(folder)
        _kept += 1
    except OSError:
        return


def _shrink(folder: Path) -> None:
    """Remove the entries that were not used for longest, if there are too many. Raises OSError."""
    found: list[Any] = [(path.lstat(), path) for path in folder.glob(f"*{_SUFFIX}")]
    found.sort(key=lambda one: one[0].st_mtime_ns, reverse=True)
    size = 0
    for index, (status, path) in enumerate(found):
        size += status.st_size
        if index >= MAX_ENTRIES or size > MAX_ALL:
            path.unlink(missing_ok=True)


@cache
def stamp_code() -> str:
    """Return what tells this installation from others: its version, and the name, size and time of
    each of its files. To read them all takes longer than to grade a server.
    """
    found = hashlib.sha256(VERSION.encode())
    for folder in (PACKAGE, FOLDER):
        for line in sorted(_list_files(os.fspath(folder))):
            found.update(line.encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _list_files(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _list_files(entry.path)
            else:
                status = entry.stat()
                yield f"{entry.path} {status.st_size} {status.st_mtime_ns}\n"
