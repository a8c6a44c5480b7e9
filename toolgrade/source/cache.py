"""Keeps what was read of a package for the next time, in the user's cache folder.

The name of an entry is a digest of all that the reading depends on: every file, the settings, and
the code that reads.
"""

from __future__ import annotations

import hashlib
import json
import platform
from functools import cache as remember
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from toolgrade.files import cache
from toolgrade.files.opening import is_file
from toolgrade.files.shipped import PACKAGE, read_shipped
from toolgrade.files.version import VERSION
from toolgrade.source import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from toolgrade.source.allowance import Allowance
    from toolgrade.source.discover import Source
    from toolgrade.source.found import Findings

_OWN = tuple(
    f"{room}/**/*.*" for room in ("files", "listing", "model", "source", "toml", "wording")
)
_READERS = ("ast-grep-py", "griffelib")


def read_through_cache(
    read: Callable[[], Findings],
    *of: object,
    files: Mapping[str, Source],
    allowance: Allowance,
) -> Findings:
    """Return what `read` returns, or what it did the last time that `of`, which is spelled out,
    and the contents and labels of `files` were the same.

    What was read costs as much as if it were read now, so that a tree is cut off at the same place
    with and without a cache. What was cut off is not kept.
    """
    folder = cache.find_folder()
    if folder is None or allowance.is_late():
        return read()
    key = _key(repr(of), files)
    found = _load(folder, key)
    if found is not None and allowance.can_parse(found.cost):
        allowance.marks += found.cost
        found.digest = key
        return found
    found = read()
    if not (allowance.has_left_out or allowance.is_late()):
        _keep(found, folder, key)
        found.digest = key
    return found


def _key(of: str, files: Mapping[str, Source]) -> str:
    sources = [(path, file.label, file.digest()) for path, file in files.items()]
    return hashlib.sha256(f"{_reader()}{of}{sources}".encode("utf-8", "surrogatepass")).hexdigest()


def own_code() -> list[Path]:
    """Return the files that what is read depends on: code and what it asks, in order."""
    found = (path for pattern in _OWN for path in PACKAGE.glob(pattern))
    return sorted(path for path in found if is_file(path) and path.suffix != ".pyc")


@remember
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


def _load(folder: Path, key: str) -> Findings | None:
    body = cache.load(folder, key)
    try:
        return None if body is None else kept.read(json.loads(body))
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def _keep(findings: Findings, folder: Path, key: str) -> None:
    try:
        body = json.dumps(kept.write_entries(findings), separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError):
        return
    cache.keep(folder, key, body)
