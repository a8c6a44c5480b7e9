"""Finds the folders of a repository that count, with their source files.

Left out are what git ignores, hidden and vendored folders, what was built, tests and examples. No
link is followed.
"""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from toolgrade.files.opening import does_exist, read_file
from toolgrade.files.walking import MAX_LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pathspec import GitIgnoreSpec

    Specs: TypeAlias = "tuple[tuple[int, GitIgnoreSpec, int], ...]"
    """What is ignored, the outermost first, each with the length of the path it starts from, and
    how many patterns it has.
    """

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

_MOST_COMPARED = 20_000_000
"""Patterns that are compared with a path, for all paths below one folder: some three seconds. In a
path of more than _SHORT characters, each piece of so many counts.
"""
_SHORT = 64

_TOO_DEEP = f"is below {MAX_LEVELS} other folders, so it is not read; name a folder nearer to it"
_UNREAD_PATTERNS = (
    f"has patterns that are not obeyed; at most {_MOST_PATTERNS:,} are read, with at most "
    f"{_MOST_STARS} * in each and {_MOST_DEEP} **"
)
_TOO_MANY = (
    "has too many files to compare with so many patterns of .gitignore, so the rest are read as if "
    "none was ignored; name a smaller folder"
)

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


class Outside(NamedTuple):
    """What is known of a folder from around it: the path that leads to it from where the first of
    the `specs` starts, and what there cannot be read.
    """

    path: str = ""
    specs: Specs = ()
    refusals: Refusals | tuple[()] = ()


_NOTHING = Outside()


class _Comparison:
    """Compares paths with patterns, until too many were compared."""

    def __init__(self) -> None:
        self._left = _MOST_COMPARED

    @property
    def is_spent(self) -> bool:
        return self._left < 0

    def is_ignored(self, path: str, specs: Specs) -> bool:
        """Whether a path is ignored; the innermost file that says anything of it decides."""
        for start, spec, patterns in reversed(specs):
            self._left -= patterns * (1 + (len(path) - start) // _SHORT)
            if self.is_spent:
                return False
            include = spec.check_file(path[start:]).include
            if include is not None:
                return include
        return False


def walk(top: Path, suffixes: Sequence[str], outside: Outside = _NOTHING) -> Iterator[Folder]:
    """Yield the folders that count, in the order of their paths."""
    endings = tuple(suffixes)
    compared = _Comparison()
    refusals = [*outside.refusals]
    work = [(top, outside.path, outside.specs, 0)]
    while work:
        folder, path, specs, level = work.pop()
        was_spent = compared.is_spent
        files, folders = _list_entries(folder, endings, refusals)
        if ".gitignore" in files:
            specs = (*specs, *_spec(folder / ".gitignore", path, refusals))
        sources = (name for name in files if name.endswith(endings))
        kept = [name for name in sources if not compared.is_ignored(path + name, specs)]
        inner = [
            (folder / name, f"{path}{name}/", specs, level + 1)
            for name in reversed(folders)
            if is_of_interest(name, str(folder))
            and not does_exist(folder / name / "pyvenv.cfg")
            and not compared.is_ignored(f"{path}{name}/", specs)
        ]
        if inner and level == MAX_LEVELS:
            refusals += [(inner[-1][0], _TOO_DEEP)]
            inner = []
        if compared.is_spent and not was_spent:
            refusals.append((folder, _TOO_MANY))
        yield Folder(folder, kept, refusals)
        refusals = []
        work += inner


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


def read_outer_ignores(top: Path) -> Outside:
    """Return the path of a folder from the root of its repository, and what is ignored from there
    on: nothing where the folder itself is, since it was named.
    """
    refusals: Refusals = []
    here = top.resolve()
    root = next((one for one in (here, *here.parents) if does_exist(one / ".git")), here)
    path = "".join(f"{part}/" for part in here.relative_to(root).parts)
    specs = _spec(root / ".git" / "info" / "exclude", "", refusals)
    for folder in reversed(here.parents):
        if folder.is_relative_to(root):
            above = "".join(f"{part}/" for part in folder.relative_to(root).parts)
            specs += _spec(folder / ".gitignore", above, refusals)
    is_ignored = _Comparison().is_ignored(path, specs)
    return Outside(path, () if is_ignored else specs, refusals)


def _spec(file: Path, path: str, refusals: Refusals) -> Specs:
    try:
        text = read_file(file, _MAX_IGNORES, links=False).decode(errors="replace")
    except OSError as error:
        if error.errno == errno.EFBIG:
            refusals.append((file, f"is not obeyed: {error.strerror}"))
        return ()
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    kept = [
        line for line in lines if line.count("**") <= _MOST_DEEP and line.count("*") <= _MOST_STARS
    ][:_MOST_PATTERNS]
    if len(kept) < len(lines):
        refusals.append((file, _UNREAD_PATTERNS))
    return ((len(path), _compile_patterns(kept), len(kept)),)


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
