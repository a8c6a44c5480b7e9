"""Reads files as they are at a revision from git's own files; git is not run, nothing is fetched.

Only objects of the repository around the working folder count. Its configuration, alternates,
replacements and grafts are not read, so that a repository that came in an archive can give wrong
bytes at most.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from toolgrade.inputs.git.deltas import GitError
from toolgrade.inputs.git.objects import Objects
from toolgrade.inputs.git.repository import Repository, find_repository
from toolgrade.inputs.git.revisions import FOLDER, TreeEntry, find_entry, find_tree
from toolgrade.inputs.git.trees import FILE, KIND, walk_tree
from toolgrade.model import InputError
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Parts: TypeAlias = "tuple[bytes, ...]"
"""A path from the root of the repository, part by part."""

_LINK, _SUBMODULE = 0o120000, 0o160000
_PATHS = 'paths start at the root of the repository, or with "./" in this folder'


class Folder:
    """A folder at a revision: the one that was named, or the one from which the imports of a named
    file start. Paths are parts from the root of the repository, which has `repository_name`.
    """

    def __init__(self, objects: Objects, repository_name: str, tree: str, named: Parts) -> None:
        self.repository_name = repository_name
        self.named = named
        self._objects = objects
        self._tree = tree
        self._top = named
        if self._find(named).mode & KIND == FILE:
            self._top = named[:-1]
            while self._top and self._has((*self._top, b"__init__.py")):
                self._top = self._top[:-1]

    def walk(self, is_entered: Callable[[Parts], bool]) -> Iterator[tuple[Parts, dict[bytes, str]]]:
        """Yield the path of the folder, and of those below that `is_entered` accepts, each with its
        regular files: name to object. Raises GitError.
        """
        for folder in walk_tree(
            self._objects,
            self._find(self._top).name,
            lambda path: is_entered((*self._top, *path)),
        ):
            yield (*self._top, *folder.path), folder.files

    def read(self, name: str) -> bytes:
        """Return the content of a file's object. Raises GitError."""
        return self._objects.read(name, b"blob")

    def read_above(self, name: bytes) -> Iterator[tuple[Parts, bytes]]:
        """Yield the files of a name in the folders around this one. Raises GitError."""
        for depth in range(len(self._top)):
            path = (*self._top[:depth], name)
            if self._has(path):
                yield path, self.read(self._find(path).name)

    def _has(self, path: Parts) -> bool:
        entry = find_entry(self._objects, self._tree, path)
        return entry is not None and entry.mode & KIND == FILE

    def _find(self, path: Parts) -> TreeEntry:
        entry = find_entry(self._objects, self._tree, path)
        if entry is None:
            raise GitError(f"path '{_show(path)}' does not exist there; {_PATHS}")
        return entry


def is_folder(named: str) -> bool:
    """Whether what is `named` REV:PATH is a folder; False too where it cannot be read."""
    try:
        with _open("", named) as (repository, objects, rev, path):
            parts = _split_path(path, repository.inside)
            entry = find_entry(objects, find_tree(repository, objects, rev), parts)
            return entry is not None and entry.mode & KIND == FOLDER
    except InputError:
        return False


@contextmanager
def open_folder(source: str, named: str) -> Iterator[Folder]:
    """Open the folder that is `named` REV:PATH, or that around a file. `source` begins errors.
    Raises InputError.
    """
    with _open(source, named) as (repository, objects, rev, path):
        tree = find_tree(repository, objects, rev)
        parts = tuple(_split_path(path, repository.inside))
        if (entry := find_entry(objects, tree, parts)) is not None:
            _refuse_what_leads_elsewhere(entry)
        yield Folder(objects, repository.name, tree, parts)


def content(source: str, named: str) -> tuple[str, bytes]:
    """Return the path and the bytes of what is `named` REV:PATH: a path starts at the repository's
    root, or with "./" in the working folder. `source` begins errors. Raises InputError.
    """
    with _open(source, named) as (repository, objects, rev, path):
        return path, _read(repository, objects, rev, path)


@contextmanager
def _open(source: str, named: str) -> Iterator[tuple[Repository, Objects, str, str]]:
    label = make_legible(source)
    rev, _, path = named.partition(":")
    if not rev or not path or rev.startswith("-"):
        raise InputError(f"{label}: expected git:REV:PATH, as in git:origin/main:tools.json")
    try:
        repository = find_repository()
        with Objects(repository.common) as objects:
            yield repository, objects, rev, path
    except GitError as error:
        raise InputError(f"{label}: {error}") from None


def _read(repository: Repository, objects: Objects, rev: str, path: str) -> bytes:
    tree = find_tree(repository, objects, rev)
    parts = _split_path(path, repository.inside)
    entry = find_entry(objects, tree, parts)
    shown = make_legible(path, 200)
    if entry is None:
        raise GitError(f"path '{shown}' does not exist in '{make_legible(rev, 200)}'; {_PATHS}")
    if entry.mode & KIND == FOLDER:
        raise GitError("is a folder; name a file")
    _refuse_what_leads_elsewhere(entry)
    return objects.read(entry.name, b"blob")


def _refuse_what_leads_elsewhere(entry: TreeEntry) -> None:
    if entry.mode & KIND == _LINK:
        raise GitError("is a link; name the file that it leads to")
    if entry.mode & KIND == _SUBMODULE:
        raise GitError("is a submodule; name a file of this repository")


def _show(path: Parts) -> str:
    return make_legible(os.fsdecode(b"/".join(path)), 200)


def _split_path(path: str, inside: Sequence[str]) -> list[bytes]:
    """Return the parts of a path from the repository's root. Raises GitError."""
    is_from_here = path in {".", ".."} or path.startswith(("./", "../"))
    parts = list(inside) if is_from_here else []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                raise GitError(f"leads out of the repository; {_PATHS}")
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return [os.fsencode(part) for part in parts]
