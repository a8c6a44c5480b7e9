"""Reads a file as it is at a revision from git's own files; git is not run, nothing is fetched.

Only objects of the repository around the working folder count. Its configuration, alternates,
replacements and grafts are not read, so that a repository that came in an archive can give wrong
bytes at most.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolgrade.inputs.git.deltas import GitError
from toolgrade.inputs.git.objects import Objects
from toolgrade.inputs.git.repository import Repository, find_repository
from toolgrade.inputs.git.revisions import FOLDER, find_entry, find_tree
from toolgrade.model import InputError
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINK, _SUBMODULE = 0o120000, 0o160000
_KIND = 0o170000
_PATHS = 'paths start at the root of the repository, or with "./" in this folder'


def content(source: str, named: str) -> tuple[str, bytes]:
    """Return the path and the bytes of what is `named` REV:PATH: a path starts at the repository's
    root, or with "./" in the working folder. `source` begins errors. Raises InputError.
    """
    label = make_legible(source)
    rev, _, path = named.partition(":")
    if not rev or not path or rev.startswith("-"):
        raise InputError(f"{label}: expected git:REV:PATH, as in git:origin/main:tools.json")
    try:
        repository = find_repository()
        with Objects(repository.common) as objects:
            return path, _read(repository, objects, rev, path)
    except GitError as error:
        raise InputError(f"{label}: {error}") from None


def _read(repository: Repository, objects: Objects, rev: str, path: str) -> bytes:
    tree = find_tree(repository, objects, rev)
    parts = _split_path(path, repository.inside)
    entry = find_entry(objects, tree, parts)
    shown = make_legible(path, 200)
    if entry is None:
        raise GitError(f"path '{shown}' does not exist in '{make_legible(rev, 200)}'; {_PATHS}")
    kind = entry.mode & _KIND
    if kind == FOLDER:
        raise GitError("is a folder; name a file")
    if kind == _LINK:
        raise GitError("is a link; name the file that it leads to")
    if kind == _SUBMODULE:
        raise GitError("is a submodule; name a file of this repository")
    return objects.read(entry.name, b"blob")


def _split_path(path: str, inside: Sequence[str]) -> list[bytes]:
    """Return the parts of a path from the repository's root. Raises GitError."""
    parts = list(inside) if path.startswith(("./", "../")) else []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                raise GitError(f"leads out of the repository; {_PATHS}")
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return [os.fsencode(part) for part in parts]
