"""The folders of a repository that count, with their source files: not what git ignores, hidden and
vendored folders, what was built, tests and examples. No link is followed.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pathspec import GitIgnoreSpec

    Specs: TypeAlias = "tuple[tuple[int, GitIgnoreSpec], ...]"
    """What is ignored, the outermost first, each with the length of the path it starts from."""

_VENDORED = {"_vendor", "node_modules", "site-packages", "third_party", "vendor", "vendored"}
_MADE = {"__pycache__", "build", "dist", "env", "target", "venv"}
_ASIDE = {"benchmark", "benchmarks", "docs", "example", "examples", "samples"}
_TESTS = {"test", "testdata", "testing", "tests"}
_LEFT_OUT = frozenset(_VENDORED | _MADE | _ASIDE | _TESTS)
_PACKAGES = re.compile(r"[/\\]src[/\\]\w*[Mm]ain[/\\](?:java|kotlin)")
"""Where folders are packages, com.example and the like, whatever their names."""


def walk(
    top: Path, suffixes: Sequence[str], path: str = "", specs: Specs = ()
) -> Iterator[tuple[Path, list[str]]]:
    """Yield the folders that count, each with its source files, in the order of their paths.

    `path` leads to `top` from where the first of `specs` starts.
    """
    work = [(top, path, specs)]
    while work:
        folder, path, specs = work.pop()
        files, folders = _entries(folder)
        if ".gitignore" in files:
            specs = (*specs, *_spec(folder / ".gitignore", path))
        sources = (name for name in files if name.endswith(tuple(suffixes)))
        yield folder, [name for name in sources if not _is_ignored(path + name, specs)]
        work += [
            (folder / name, f"{path}{name}/", specs)
            for name in reversed(folders)
            if (name not in _LEFT_OUT or _PACKAGES.search(str(folder)))
            and not name.startswith(".")
            and not (folder / name / "pyvenv.cfg").exists()
            and not _is_ignored(f"{path}{name}/", specs)
        ]


def _entries(folder: Path) -> tuple[list[str], list[str]]:
    """Return the names of the files and of the folders in a folder, in order, but for links."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return [], []
    return (
        [entry.name for entry in entries if entry.is_file(follow_symlinks=False)],
        [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)],
    )


def read_outer_ignores(top: Path) -> tuple[str, Specs]:
    """Return the path of a folder from the root of its repository, and what is ignored from there
    on: nothing where the folder itself is, for whoever names it wants it.
    """
    here = top.resolve()
    root = next((one for one in (here, *here.parents) if (one / ".git").exists()), here)
    path = "".join(f"{part}/" for part in here.relative_to(root).parts)
    specs = _spec(root / ".git" / "info" / "exclude", "")
    for folder in reversed(here.parents):
        if folder.is_relative_to(root):
            above = "".join(f"{part}/" for part in folder.relative_to(root).parts)
            specs += _spec(folder / ".gitignore", above)
    return path, () if _is_ignored(path, specs) else specs


def _spec(file: Path, path: str) -> Specs:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - start-up time

    return ((len(path), GitIgnoreSpec.from_lines(lines)),)


def _is_ignored(path: str, specs: Specs) -> bool:
    """Whether a path is ignored; the innermost file that says anything of it decides."""
    said = (spec.check_file(path[start:]).include for start, spec in reversed(specs))
    return next((include for include in said if include is not None), False)
