"""Lists the files below a folder of others: no link is followed, and depth is bounded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAX_LEVELS = 100
"""Folders inside of one another that are read; the packages of Java are some fifteen."""


def list_files(top: Path, ending: str, is_wanted: Callable[[Path], bool]) -> Iterator[Path]:
    """Yield the regular files with an ending in a folder and in all below it that are wanted, by
    name, a folder's own first. What cannot be read is passed over.
    """
    work = [(top, 0)]
    while work:
        folder, level = work.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.name.endswith(ending) and entry.is_file(follow_symlinks=False):
                yield folder / entry.name
        if level < MAX_LEVELS:
            inner = (folder / e.name for e in entries if e.is_dir(follow_symlinks=False))
            work += reversed([(path, level + 1) for path in inner if is_wanted(path)])
