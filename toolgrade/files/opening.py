"""Opens the files of others: only regular files, up to a limit, and nothing that could block.

Every module that reads a file does so here. A device, a FIFO, a socket and whatever the kernel
shows under /proc or /sys are refused; so is a link, where the file was found and not named by the
user. What a run opens is recorded, so that no output is written over it.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_KERNEL = ("/proc", "/sys", "/dev")
_PIPES = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
"""Where a shell puts what it pipes into a command: toolgrade grade <(command)."""

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISLNK, "a link"),
)
_READ: ContextVar[set[tuple[int, int]] | None] = ContextVar("read", default=None)


class NotAFileError(OSError):
    """Why something is not opened; `strerror` says what it is instead of a regular file."""

    def __init__(self, what: str) -> None:
        super().__init__(errno.EINVAL, f"it is {what}, not a regular file")


@contextmanager
def record_reads() -> Iterator[None]:
    """Record which files are opened inside of the block, for `was_read`."""
    token = _READ.set(set())
    try:
        yield
    finally:
        _READ.reset(token)


def was_read(path: Path) -> bool:
    """Whether this run opened the file at `path`, by whatever name: a hard link counts too."""
    known = _READ.get()
    try:
        found = path.stat()
    except (OSError, ValueError):
        return False
    return bool(known) and (found.st_dev, found.st_ino) in (known or ())


def open_file(path: Path, *, links: bool = True) -> BinaryIO:
    """Open a regular file for reading. Raises OSError, for anything else too.

    With `links` False a link is refused: the file was found, and not named by the user.
    """
    file = _open(path, links=links)
    if (known := _READ.get()) is not None:
        found = os.fstat(file.fileno())
        known.add((found.st_dev, found.st_ino))
    return file


def _open(path: Path, *, links: bool) -> BinaryIO:
    before = get_status(path, links=links)
    # A pipe is waited for, as its writer may be slow; nothing else may block.
    piped = links and stat.S_ISFIFO(before.st_mode) and path.as_posix().startswith(_PIPES)
    if not piped:
        _check(before)
    flags = _FLAGS if piped else _FLAGS | _NO_WAIT
    handle = os.open(path, flags if links else flags | _NO_LINK)
    try:
        if not piped:
            _check(os.fstat(handle))
    except BaseException:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def get_status(path: Path, *, links: bool = True) -> os.stat_result:
    """Return what the system knows of a file; of a link itself, with `links` False. Raises OSError,
    for a name that no file can have too.
    """
    try:
        return path.stat() if links else path.lstat()
    except ValueError as error:
        raise OSError(errno.EINVAL, str(error)) from None


def read_file(path: Path, most: int, *, links: bool = True) -> bytes:
    """Return the bytes of a regular file. Raises OSError, for one of more than `most` bytes too."""
    with open_file(path, links=links) as file:
        found = file.read(most + 1)
    if len(found) > most:
        raise OSError(errno.EFBIG, f"it is larger than {_format_size(most)}")
    return found


def read_ends(path: Path, size: int) -> tuple[bytes, bytes]:
    """Return the first and the last `size` bytes of a regular file, not of a link. It does not
    count as read. Raises OSError.
    """
    with _open(path, links=False) as file:
        begin = file.read(size)
        file.seek(max(0, os.fstat(file.fileno()).st_size - size))
        return begin, file.read(size)


def is_file(path: Path) -> bool:
    """Whether a path leads to a regular file; False for a name that no file can have."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether a path leads to a folder; False for a name that no folder can have."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def does_exist(path: Path) -> bool:
    """Whether anything has this name, a link that leads nowhere too."""
    try:
        path.lstat()
    except (OSError, ValueError):
        return False
    return True


def _check(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        kinds = (name for is_kind, name in _KINDS if is_kind(found.st_mode))
        raise NotAFileError(next(kinds, "a device"))
    if found.st_dev in _kernel_devices():
        raise NotAFileError("a view into the kernel")


@cache
def _kernel_devices() -> frozenset[int]:
    """Return the devices of /proc and its like, if each is a file system and not a folder of /."""
    root = Path("/").stat().st_dev
    found = set()
    for name in _KERNEL:
        try:
            found.add(Path(name).stat().st_dev)
        except OSError:
            continue
    return frozenset(found - {root})


def _format_size(most: int) -> str:
    return f"{most >> 20} MB" if most >= 2**20 else f"{most:,} bytes"
