"""Keeps what was read of a package for the next time, in the user's cache folder.

The name of an entry is a digest of all that the reading depends on: every file, the settings, and
the code that reads. So an entry is never out of date. Whatever is wrong with a folder or an entry,
the package is read as if there were no cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.files.opening import is_file, read_file
from toolgrade.files.saving import save_private
from toolgrade.files.shipped import PACKAGE, read_shipped
from toolgrade.files.version import VERSION
from toolgrade.source import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolgrade.source.discover import Source
    from toolgrade.source.found import Findings

VARIABLE = "TOOLGRADE_CACHE"
"""The folder to keep things in; empty to keep nothing. Unset, it is the platform's."""

MAX_ENTRIES = 500
MAX_ENTRY = 16 * 2**20
MAX_ALL = 256 * 2**20
"""Bytes. What was not used for longest goes first."""

_SUFFIX = ".json"
_OWN = tuple(
    f"{room}/**/*.*" for room in ("files", "listing", "model", "source", "toml", "wording")
)
_READERS = ("ast-grep-py", "griffelib")


def read_through_cache(
    read: Callable[[], Findings], *of: object, files: Mapping[str, Source]
) -> Findings:
    """Return what `read` returns, or what it did the last time that `of`, which is spelled out,
    and the contents and labels of `files` were the same.
    """
    folder = _folder()
    if folder is None:
        return read()
    path = folder / (_key(repr(of), files) + _SUFFIX)
    found = _load_entry(path)
    if found is None:
        found = read()
        _keep(found, path)
    return found


def _folder() -> Path | None:
    given = os.environ.get(VARIABLE)
    if given is None:
        from platformdirs import user_cache_path  # noqa: PLC0415 - start-up time

        found = user_cache_path("toolgrade", appauthor=False)
        # Without a home the name of one is taken literally.
        return found if found.is_absolute() else None
    return Path(given) if given else None


def _key(of: str, files: Mapping[str, Source]) -> str:
    sources = [(path, file.label, file.digest()) for path, file in files.items()]
    return hashlib.sha256(f"{_reader()}{of}{sources}".encode("utf-8", "surrogatepass")).hexdigest()


def own_code() -> list[Path]:
    """Return the files that what is read depends on: code and what it asks, in order."""
    found = (path for pattern in _OWN for path in PACKAGE.glob(pattern))
    return sorted(path for path in found if is_file(path) and path.suffix != ".pyc")


@cache
def _reader() -> str:
    """Return what tells this reader from others: its version, its own code, and whom it asks."""
    code = hashlib.sha256()
    for path in own_code():
        code.update(read_shipped(path).encode())
    return f"{VERSION} {code.hexdigest()} {platform.python_version()} {_versions()}"


def _versions() -> list[str]:
    found = []
    for name in _READERS:
        try:
            found.append(version(name))
        except PackageNotFoundError:
            found.append("")
    return found


def _load_entry(path: Path) -> Findings | None:
    try:
        digest, _, body = read_file(path, MAX_ENTRY, links=False).partition(b"\n")
        if digest.decode() != hashlib.sha256(body).hexdigest():
            return None
        found = kept.read(json.loads(body))
        os.utime(path)
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return None
    return found


def _keep(findings: Findings, path: Path) -> None:
    try:
        body = json.dumps(kept.write_entries(findings), separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError):
        return
    if len(body) > MAX_ENTRY - 100:
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        save_private(path, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        _shrink(path.parent)
    except OSError:
        return


def _shrink(folder: Path) -> None:
    """Remove the entries that were not used for longest, if there are too many. Raises OSError."""
    found: list[Any] = [(path.lstat(), path) for path in folder.glob(f"*{_SUFFIX}")]
    found.sort(key=lambda one: one[0].st_mtime_ns, reverse=True)
    size = 0
    for index, (stat, path) in enumerate(found):
        size += stat.st_size
        if index >= MAX_ENTRIES or size > MAX_ALL:
            path.unlink(missing_ok=True)
