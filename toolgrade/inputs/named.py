"""Tells apart what a user can name: a URL, code, a file, standard input or a revision."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from toolgrade.files.opening import is_folder, open_file
from toolgrade.files.repository import find_way_from_root
from toolgrade.model import InputError, Source
from toolgrade.wording.legible import make_legible

MAX_BYTES = 256 * 2**20
"""The largest file that is read. A server of 10,000 tools needs some ten megabytes."""

CODE = frozenset(
    {".py", ".pyi", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".go", ".rs"}
    | {".java", ".kt", ".cs"}
)
"""The endings of files of source code."""

_LONGEST_PATH = 4096
GIT = "git:"
"""What the name of a file at a revision begins with: git:REV:PATH."""


@dataclass(frozen=True, slots=True)
class Given:
    """The bytes of a source, how a report and an error may name it, its stem, and where it is
    (for a file at a revision and standard input: in the working folder).
    """

    content: bytes
    source: Source
    label: str
    stem: str
    file: Path


def is_url(source: str) -> bool:
    """Whether a source is the address of a live server."""
    return source.lower().startswith(("http://", "https://"))


def is_code(source: str) -> bool:
    """Whether a source is a folder, or a file of source code."""
    if source == "-" or source.startswith(GIT):
        return False
    path = Path(source)
    return path.suffix.lower() in CODE or is_folder(path)


def content(source: str) -> Given:
    """Return what a source holds that is neither. Raises InputError."""
    if source == "-":
        found = sys.stdin.buffer.read(MAX_BYTES + 1)
        return _check_size(
            Given(found, Source("stdin", "path", "-"), "stdin", "stdin", Path("stdin"))
        )
    if source.startswith(GIT):
        from toolgrade.inputs import git  # noqa: PLC0415 - start-up time

        path, found = git.content(source, source.removeprefix(GIT))
        label, name = make_legible(source, _LONGEST_PATH), PurePosixPath(path)
        origin = Source("file", "path", label, here=False, base=None)
        return _check_size(Given(found, origin, label, name.stem, Path(name.name)))
    return _check_size(_from_path(Path(source)))


def format_path(path: Path) -> str:
    """Return how a report may name `path`: from the working folder, or else only its base name."""
    inside = path.absolute().relative_to(Path.cwd()).as_posix() if is_here(path) else path.name
    return make_legible(inside, _LONGEST_PATH)


def is_here(path: Path) -> bool:
    """Whether a path leads into the working folder, by what it says."""
    return ".." not in path.parts and path.absolute().is_relative_to(Path.cwd())


def _from_path(path: Path) -> Given:
    label = format_path(path)
    try:
        with open_file(path) as file:
            found = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        from toolgrade.configs.entries import INSTEAD  # noqa: PLC0415 - start-up time

        raise InputError(f"{label}: no such file; {INSTEAD}") from None
    except OSError as error:
        raise InputError(f"{label}: cannot be read: {error.strerror}") from None
    return Given(found, locate(Source("file", "path", label), path), label, path.stem, path)


def locate(source: Source, path: Path) -> Source:
    """Return the source at `path` with the folder that its paths start from."""
    if is_here(path):
        return replace(source, base=find_way_from_root(Path.cwd()))
    near, base = os.path.relpath(path.parent), find_way_from_root(path.parent)
    return replace(source, here=False, near=near, base=base)


def _check_size(given: Given) -> Given:
    if len(given.content) > MAX_BYTES:
        raise InputError(
            f"{given.label}: larger than {MAX_BYTES >> 20} MB; grade its servers one by one"
        )
    return given
