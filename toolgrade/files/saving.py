"""Writes files: each is whole, or as it was before."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from toolgrade.files.opening import get_status

if TYPE_CHECKING:
    from collections.abc import Iterable


def save(path: Path, chunks: Iterable[bytes], *, links: bool = True) -> None:
    """Write a file, or to the device or FIFO at `path`. Raises OSError.

    A file is replaced at once. It keeps who may read and write it, and nothing else of its mode.
    With `links` False only a regular file is: the path was found, and not named by the user.
    """
    try:
        old = get_status(path, links=links).st_mode
    except FileNotFoundError:
        old = None
    if not links:
        if old is None or not stat.S_ISREG(old):
            raise OSError(errno.EINVAL, "it is not a regular file any more")
        _replace(path, chunks, 0o666 & old)
        return
    if old is not None and not stat.S_ISREG(old):
        # To put a file in the place of /dev/null or of a FIFO would break it.
        with path.open("wb") as device:
            device.writelines(chunks)
        return
    _replace(Path(os.path.realpath(path)), chunks, 0o666 & (~_umask() if old is None else old))


def append(path: Path, content: bytes, most: int) -> bool:
    """Add to the end of a file; False, with nothing written, where it would be longer than `most`.

    Raises OSError.
    """
    with path.open("ab") as file:
        if file.tell() + len(content) > most:
            return False
        file.write(content)
    return True


def save_private(path: Path, content: bytes) -> None:
    """Write a file that only its user may read. Raises OSError."""
    _replace(path, [content], 0o600)


def save_new(path: Path, content: bytes) -> None:
    """Write a file, with the folders above it, that is not there yet. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)


def _replace(path: Path, chunks: Iterable[bytes], mode: int) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as out:
        temporary = Path(out.name)
        try:
            out.writelines(chunks)
            out.flush()
            temporary.chmod(mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink()
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
