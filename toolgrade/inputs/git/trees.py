"""The files below a folder of a revision; none is read here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.inputs.git.deltas import GitError
from toolgrade.inputs.git.revisions import FOLDER, list_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolgrade.inputs.git.objects import Objects
    from toolgrade.inputs.git.revisions import TreeEntry

MOST_FOLDERS = 10_000
_MOST_DEEP = 64
_UNSAFE = re.compile(rb"(?:.*[/\\:].*|\.git|\.{0,2})", re.IGNORECASE | re.DOTALL)
"""Names that lead elsewhere on some system. Git itself checks none of them out."""

FILE = 0o100000
KIND = 0o170000


class TreeFolder(NamedTuple):
    """A folder of a revision: its path from the one that was walked, and its regular files, each
    with the name of its object.
    """

    path: tuple[bytes, ...]
    files: dict[bytes, str]


def walk_tree(
    objects: Objects, tree: str, is_entered: Callable[[tuple[bytes, ...]], bool]
) -> Iterator[TreeFolder]:
    """Yield a folder, and those below it whose path `is_entered` accepts.

    Links, submodules and what has an unsafe name are left out. Raises GitError.
    """
    work: list[tuple[tuple[bytes, ...], str]] = [((), tree)]
    listed: dict[str, list[tuple[bytes, TreeEntry]]] = {}
    count = 0
    while work:
        path, name = work.pop()
        count += 1
        if count > MOST_FOLDERS:
            raise GitError(f"has more than {MOST_FOLDERS:,} folders; name one of them")
        if name not in listed:
            listed[name] = list(list_tree(objects.read(name, b"tree")))
        files = {}
        for part, entry in listed[name]:
            if _UNSAFE.fullmatch(part):
                continue
            below = (*path, part)
            if entry.mode & KIND == FILE:
                files[part] = entry.name
            elif entry.mode == FOLDER and len(below) < _MOST_DEEP and is_entered(below):
                work.append((below, entry.name))
        yield TreeFolder(path, files)
