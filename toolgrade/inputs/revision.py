"""Reads source code as it was at a revision, from git's own files; nothing is checked out.

The source readers walk folders, so what they read is written to a folder that only this user may
enter, and removed again: source files, what names a package, and .gitignore. Of other files only
the names are kept, where a directory's review asks for them.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import replace
from fnmatch import fnmatch
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from toolgrade.files.saving import save_new
from toolgrade.inputs import git
from toolgrade.inputs.git.deltas import GitError
from toolgrade.inputs.named import GIT
from toolgrade.model import InputError, Source
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.inputs.git import Folder, Parts
    from toolgrade.model import Server
    from toolgrade.source.allowance import Allowance

MAX_BYTES = 512 * 2**20
"""Of all files that are written for one source."""

_IGNORES = b".gitignore"
_LONGEST_PATH = 4096


def read_revision(source: str, allowance: Allowance) -> tuple[Server, ...]:
    """Return the servers whose tools the code of `git:REV:PATH` declares: a folder, or a file with
    those that it may import from, as far as the allowance goes. Raises InputError.
    """
    from toolgrade.source import read_code  # noqa: PLC0415 - start-up time

    label = make_legible(source, _LONGEST_PATH)
    with (
        git.open_folder(source, source.removeprefix(GIT)) as folder,
        tempfile.TemporaryDirectory() as made,
    ):
        # The folder's own name may be the server's, and .git ends the way up.
        root = Path(os.path.realpath(made), folder.repository_name)
        (root / ".git").mkdir(parents=True)
        try:
            _write(folder, root)
        except OSError as error:
            raise InputError(f"{label}: cannot be unpacked: {error.strerror}") from None
        named = root.joinpath(*map(os.fsdecode, folder.named))
        rev = source.removeprefix(GIT).partition(":")[0]

        def label_file(file: Path) -> str:
            """Return how a report may name a file: as at its revision, from the root."""
            if file == named:
                return label
            inside = file.relative_to(root).as_posix()
            return make_legible(f"{GIT}{rev}:{inside}", _LONGEST_PATH)

        found = read_code(named, label_file, allowance)
    at = Source("code", "path", label, here=False, base=None)
    return tuple(replace(server, source=at) for server in found)


def _write(folder: Folder, root: Path) -> None:
    """Write what the readers look at below a folder, and the .gitignore files above it.

    Raises OSError, GitError.
    """
    left = MAX_BYTES
    for parts, content in chain(folder.read_above(_IGNORES), _read_wanted(folder)):
        left -= len(content)
        if left < 0:
            raise GitError(f"has more than {MAX_BYTES >> 20} MB of source; name a folder in it")
        # Two names may be one where a file system does not tell A from a: the first counts.
        with suppress(FileExistsError):
            save_new(root.joinpath(*map(os.fsdecode, parts)), content)


def _read_wanted(folder: Folder) -> Iterator[tuple[Parts, bytes]]:
    from toolgrade.source import LANGUAGES, SUFFIXES  # noqa: PLC0415 - start-up time
    from toolgrade.source.discover import BUILT, NAMING  # noqa: PLC0415 - start-up time
    from toolgrade.source.folders import is_of_interest  # noqa: PLC0415 - start-up time

    settings = {name for language in LANGUAGES for name in language.SETTINGS}

    def is_entered(path: Parts) -> bool:
        *around, name = map(os.fsdecode, path)
        is_made = name in BUILT or name.endswith(".dist-info")
        return is_made or is_of_interest(name, str(PurePosixPath(*around)))

    for path, files in folder.walk(is_entered):
        names = {name: os.fsdecode(name) for name in files}
        naming = {n for n in names.values() if any(fnmatch(n, pattern) for pattern in NAMING)}
        wanted = {*settings, *naming, _IGNORES.decode(), "pyvenv.cfg"}
        for name, shown in names.items():
            if shown.endswith(SUFFIXES) or shown in wanted:
                yield (*path, name), folder.read(files[name])
            elif naming or path == folder.named:
                yield (*path, name), b""
