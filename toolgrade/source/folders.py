"""Finds the folders of a repository that count, with their source files.

Left out are what git ignores, hidden and vendored folders, what was built, tests and examples. No
link is followed.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from toolgrade.files.opening import does_exist, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pathspec import GitIgnoreSpec

    Specs: TypeAlias = "tuple[tuple[int, GitIgnoreSpec], ...]"
    """What is ignored, the outermost first, each with the length of the path it starts from."""

    Refusals: TypeAlias = "list[tuple[Path, str]]"
    """What cannot be read, and why."""

_VENDORED = {"_vendor", "node_modules", "site-packages", "third_party", "vendor", "vendored"}
_MADE = {"__pycache__", "build", "dist", "env", "target", "venv"}
_ASIDE = {"benchmark", "benchmarks", "docs", "example", "examples", "samples"}
_TESTS = {"test", "testdata", "testing", "tests"}
_MAX_IGNORES = 2**20
_MOST_PATTERNS = 1000
_MOST_DEEP = 2
_MOST_STARS = 16
"""Of a .gitignore, the patterns that are read, and the `**` and `*` in one of them."""

_STARS = re.compile(r"(?:\[\^/\]\*){2,}")
_STAR = re.compile(
    r"\[\^/\]\*"
    r"(?P<fixed>(?:\[\^/\](?![*+])|\[(?!\^/\][*+])\^?\]?[^\]]*+\]|\\.|[^\\\[\]()/*+?|.^$])++)"
    r"(?=\[\^/\]\*)"
)
"""In an expression of pathspec's, a `*` with what is written up to the next `*`. The first place
where that is found is as good as any later one, so no other need be tried.
"""

_LEFT_OUT = frozenset(_VENDORED | _MADE | _ASIDE | _TESTS)
_PACKAGES = re.compile(r"[/\\]src[/\\]\w*[Mm]ain[/\\](?:java|kotlin)")
"""Where folders are packages, com.example and the like, whatever their names."""


class Folder(NamedTuple):
    """A folder that counts: its source files, and what in it cannot be read."""

    path: Path
    files: list[str]
    refusals: Refusals


def walk(top: Path, suffixes: Sequence[str], path: str = "", specs: Specs = ()) -> Iterator[Folder]:
    """Yield the folders that count, in the order of their paths.

    `path` leads to `top` from where the first of `specs` starts.
    """
    endings = tuple(suffixes)
    work = [(top, path, specs)]
    while work:
        folder, path, specs = work.pop()
        refusals: Refusals = []
        files, folders = _list_entries(folder, endings, refusals)
        if ".gitignore" in files:
            specs = (*specs, *_spec(folder / ".gitignore", path))
        sources = (name for name in files if name.endswith(endings))
        kept = [name for name in sources if not _is_ignored(path + name, specs)]
        yield Folder(folder, kept, refusals)
        work += [
            (folder / name, f"{path}{name}/", specs)
            for name in reversed(folders)
            if is_of_interest(name, str(folder))
            and not does_exist(folder / name / "pyvenv.cfg")
            and not _is_ignored(f"{path}{name}/", specs)
        ]


def is_of_interest(name: str, around: str) -> bool:
    """Whether a folder of this name, in the folder `around`, may hold source code that counts."""
    return not name.startswith(".") and (name not in _LEFT_OUT or bool(_PACKAGES.search(around)))


def _list_entries(
    folder: Path, endings: tuple[str, ...], refusals: Refusals
) -> tuple[list[str], list[str]]:
    """Return the names of the files and of the folders in a folder, in order, except links.

    What has the name of a source file and is neither is added to `refusals`.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        refusals.append((folder, f"cannot be read: {error.strerror}"))
        return [], []
    files, folders = [], []
    for entry in entries:
        if entry.is_symlink():
            continue
        if entry.is_file(follow_symlinks=False):
            files.append(entry.name)
        elif entry.is_dir(follow_symlinks=False):
            folders.append(entry.name)
        elif entry.name.endswith(endings):
            refusals.append((folder / entry.name, "is not a regular file"))
    return files, folders


def read_outer_ignores(top: Path) -> tuple[str, Specs]:
    """Return the path of a folder from the root of its repository, and what is ignored from there
    on: nothing where the folder itself is, since it was named.
    """
    here = top.resolve()
    root = next((one for one in (here, *here.parents) if does_exist(one / ".git")), here)
    path = "".join(f"{part}/" for part in here.relative_to(root).parts)
    specs = _spec(root / ".git" / "info" / "exclude", "")
    for folder in reversed(here.parents):
        if folder.is_relative_to(root):
            above = "".join(f"{part}/" for part in folder.relative_to(root).parts)
            specs += _spec(folder / ".gitignore", above)
    return path, () if _is_ignored(path, specs) else specs


def _spec(file: Path, path: str) -> Specs:
    try:
        lines = read_file(file, _MAX_IGNORES, links=False).decode(errors="replace").splitlines()
    except OSError:
        return ()
    kept = [
        line for line in lines if line.count("**") <= _MOST_DEEP and line.count("*") <= _MOST_STARS
    ]
    return ((len(path), _compile_patterns(kept[:_MOST_PATTERNS])),)


def _compile_patterns(lines: Sequence[str]) -> GitIgnoreSpec:
    """Return what git would ignore. A pattern that git would not read either ignores nothing."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - start-up time

    class Pattern(type(next(iter(GitIgnoreSpec.from_lines(["x"]).patterns)))):  # type: ignore[misc]
        @classmethod
        def pattern_to_regex(cls, pattern: str) -> tuple[str | None, bool | None]:
            try:
                regex, include = super().pattern_to_regex(pattern)
            except ValueError:
                return None, None
            one = _STARS.sub("[^/]*", regex or "")
            return _STAR.sub(r"(?>[^/]*?\g<fixed>)", one) or None, include

    return GitIgnoreSpec.from_lines(lines, Pattern)


def _is_ignored(path: str, specs: Specs) -> bool:
    """Whether a path is ignored; the innermost file that says anything of it decides."""
    said = (spec.check_file(path[start:]).include for start, spec in reversed(specs))
    return next((include for include in said if include is not None), False)
