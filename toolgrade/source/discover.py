"""Finds a folder's source files, by package: what a repository declares, and nothing else in it.

Left out: what .gitignore names, hidden and vendored folders, what was built, tests and examples,
and files that are larger than people write. To read those, name them. No link is followed, so none
leads out of the tree or in a circle.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from toolgrade.files.opening import get_status, is_file, is_folder, open_file, read_file
from toolgrade.model import InputError
from toolgrade.source.allowance import LATE, Allowance
from toolgrade.source.folders import read_outer_ignores, walk
from toolgrade.source.found import Failure
from toolgrade.toml import bounded as toml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

MAX_FILES = 20_000
"""Source files that are read below one folder."""

MAX_BYTES = 2 * 2**20
"""The largest source file that is read; a larger one was generated."""

MAX_SEARCHED = 64 * 2**20
"""How far a larger one is searched for registrations, to say that it was not read."""

BUILT = ("build", "dist", "target")
"""Folders of what was built, which are read where nothing else registers a tool."""

_LONGEST_NAMING = 2**20
"""Bytes of the longest file that is asked for a package's name."""

NAMING = (
    *("pyproject.toml", "package.json", "METADATA", "go.mod", "Cargo.toml", "pom.xml"),
    *("build.gradle", "build.gradle.kts", "*.csproj"),
)


class Source:
    """One source file; read when asked, and only once. `held` is what it is taken to hold, None
    for what it does.
    """

    def __init__(
        self, path: Path, label: str, *, is_named: bool = False, held: bytes | None = None
    ) -> None:
        self.path = path
        self.label = label
        self._links = is_named
        self._held = held

    def content(self) -> bytes:
        """Return its bytes. Raises OSError, for a file of more than MAX_BYTES too."""
        if self._size > MAX_BYTES:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return self._content

    @property
    def cost(self) -> int:
        """Return how many of its bytes may be read."""
        try:
            return min(self._size, MAX_SEARCHED)
        except OSError:
            return 0

    def release(self) -> None:
        """Forget its content; it is read again when it is asked for."""
        self.__dict__.pop("_content", None)

    @cached_property
    def _size(self) -> int:
        if self._held is not None:
            return len(self._held)
        return get_status(self.path, links=self._links).st_size

    @cached_property
    def _content(self) -> bytes:
        if self._held is not None:
            return self._held
        return read_file(self.path, MAX_SEARCHED, links=self._links)

    def peek_text(self, most: int = MAX_BYTES) -> str:
        """Return its text for a first look; "" if it cannot be read, or is of more than `most`
        bytes.
        """
        try:
            if self._size > most:
                return ""
            return self._content.decode("utf-8", "replace")
        except OSError:
            return ""

    def is_too_large_for(self, marks: Sequence[str], most: int = MAX_BYTES) -> bool:
        """Whether it is of more than `most` bytes, and holds one of `marks` before MAX_SEARCHED."""
        wanted = [mark.encode() for mark in marks]
        overlap = max(map(len, wanted))
        before = b""
        try:
            with open_file(self.path, links=self._links) as file:
                for _ in range(MAX_SEARCHED // MAX_BYTES if self._size > most else 0):
                    piece = before + file.read(MAX_BYTES)
                    if any(mark in piece for mark in wanted):
                        return True
                    before = piece[-overlap:]
        except OSError:
            return False
        return False

    def digest(self) -> str:
        """Return what changes with its content."""
        try:
            if self._size > MAX_BYTES:
                return f"{self._size} {get_status(self.path, links=self._links).st_mtime_ns}"
            return hashlib.sha256(self.content()).hexdigest()
        except OSError as error:
            return str(error.errno)

    def explain_failure(self) -> str:
        """Return why it cannot be read, "" if it can, or if it is only too large."""
        try:
            self.content()
        except OSError as error:
            return "" if error.errno == errno.EFBIG else f"cannot be read: {error.strerror}"
        return ""


@dataclass
class Package:
    """What one server is made from: its name, its root, its files by path from there, by which name
    a file may be shown, what below its root cannot be read, which files are left out and why, what
    reading it may cost, and what files are taken to hold, by the names they may be shown by.
    """

    name: str
    root: Path
    files: dict[str, Source] = field(default_factory=dict)
    label: Callable[[Path], str] = str
    failures: list[Failure] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    allowance: Allowance = field(default_factory=Allowance)
    contents: Mapping[str, bytes] = field(default_factory=dict)

    def add(self, file: Path, *, is_named: bool = False) -> None:
        """Add a file, if there is enough left to read it."""
        label = self.label(file)
        source = Source(file, label, is_named=is_named, held=self.contents.get(label))
        if why := self.allowance.hold(source.cost):
            self.left_out.append((source.label, why))
        else:
            self.files[file.relative_to(self.root).as_posix()] = source


def discover(
    path: Path,
    suffixes: Sequence[str],
    label: Callable[[Path], str],
    allowance: Allowance | None = None,
    contents: Mapping[str, bytes] | None = None,
) -> tuple[Package, ...]:
    """Return the packages in a folder, or around one file, in the order of their paths.

    `label` gives the name by which a file may be shown; `contents`, by these names, are read in the
    place of what files hold. Raises InputError for a folder of more
    than MAX_FILES source files.
    """
    allowance = allowance or Allowance()
    held = contents or {}
    if not is_folder(path):
        root = find_root(path)
        package = Package(path.stem, root, label=label, allowance=allowance, contents=held)
        package.add(path.absolute(), is_named=True)
        for one in islice(_files(root, suffixes, allowance), MAX_FILES):
            if one != path.absolute():
                package.add(one)
        return (package,)
    packages: dict[Path, Package] = {}
    count = 0
    for folder, names, refusals in walk(path, suffixes, read_outer_ignores(path)):
        if allowance.is_late():
            allowance.leave_out(label(folder), LATE)
            break
        home = _home(folder, path, packages)
        if home is None:
            home = Package(_name(folder), folder, label=label, allowance=allowance, contents=held)
            packages[folder] = home
        home.failures += [
            # What is not obeyed may be in the repository around the folder.
            Failure(label(at) if at.is_relative_to(path) else at.name, why)
            for at, why in refusals
        ]
        for name in names:
            if _is_test(name):
                continue
            file = folder / name
            count += 1
            if count > MAX_FILES:
                raise InputError(
                    f"{label(path)}: more than {MAX_FILES:,} source files; name the server's folder"
                )
            home.add(file)
    found = (package for _, package in sorted(packages.items()))
    return tuple(p for p in found if p.files or p.failures or p.left_out or any(_list_built(p)))


def _list_built(package: Package) -> Iterator[Path]:
    """Yield the folders of what was built from a package."""
    for name in BUILT:
        top = package.root / name
        if not top.is_symlink() and is_folder(top):
            yield top


def add_built_files(package: Package, suffixes: Sequence[str]) -> Package:
    """Return a package with what was built from it too, which `discover` leaves out; without any
    file where nothing was.
    """
    allowance = package.allowance
    made = Package(
        *(package.name, package.root),
        label=package.label,
        allowance=allowance,
        contents=package.contents,
    )
    for top in _list_built(package):
        for file in islice(_files(top, suffixes, allowance), MAX_FILES - len(made.files)):
            made.add(file)
    files = made.files | package.files if made.files else {}
    return replace(package, files=files, left_out=[*package.left_out, *made.left_out])


def settings(package: Package, names: Sequence[str]) -> dict[str, str]:
    """Return the texts of the named files at a package's root, or in what was installed there."""
    found: dict[str, str] = {}
    for folder in (package.root, *_list_installed(package.root)):
        for name in names:
            if name in found:
                continue
            try:
                content = read_file(folder / name, 8 * MAX_BYTES, links=False)
            except OSError:
                continue
            found[name] = content.decode(errors="replace")
    return found


def _list_installed(folder: Path) -> list[Path]:
    """Return the folders in which an installer says what it put here."""
    return [one for one in sorted(folder.glob("*.dist-info")) if not one.is_symlink()]


def _is_test(name: str) -> bool:
    stem = name.partition(".")[0]
    if name.endswith((".java", ".kt", ".cs")):
        return stem.endswith(("Test", "Tests", "IT"))
    return stem.startswith("test_") or stem.endswith(("_test", "_tests")) or stem == "conftest"


def _home(folder: Path, top: Path, packages: dict[Path, Package]) -> Package | None:
    """Return the package that a folder belongs to; None if it begins one."""
    if folder in packages or folder == top or _declares_package(folder):
        return packages.get(folder)
    return next((packages[p] for p in folder.parents if p in packages), None)


def _declares_package(folder: Path) -> bool:
    try:
        return any(any(folder.glob(name)) for name in NAMING)
    except OSError:  # its path is too long
        return False


def _name(folder: Path) -> str:
    """Return the name that a package gives itself, else its folder's."""
    for name in _names(folder):
        if isinstance(name, str) and name.strip():
            return name
    return folder.resolve().name or "server"


def _go_name(text: str) -> dict[str, str]:
    """Return the last part of a module's path that is not a version, as a table like the others."""
    found = re.search(r"(?m)^module[ \t]+(\S+)", text)
    parts = [part for part in (found[1] if found else "").split("/") if part]
    if len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]):
        parts.pop()
    return {"name": parts[-1]} if parts else {}


def _pom_name(text: str) -> dict[str, str]:
    """Return a project's own artifact, which may come before or after its parent's."""
    start, end = text.find("<parent>"), text.find("</parent>")
    own = text[:start] + text[end:] if 0 <= start < end else text
    return {"name": own.partition("<artifactId>")[2].partition("<")[0].strip()}


_LOADED: tuple[tuple[str, Callable[[str], Any]], ...] = (
    ("pyproject.toml", toml.loads),
    ("package.json", json.loads),
    ("Cargo.toml", toml.loads),
    ("go.mod", _go_name),
    ("pom.xml", _pom_name),
)


def _names(folder: Path) -> Iterator[object]:
    for file, load in _LOADED:
        try:
            data = load(read_file(folder / file, _LONGEST_NAMING, links=False).decode())
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(data, dict):
            tables = (
                *(data, data.get("project"), data.get("package")),
                (data.get("tool") or {}).get("poetry"),
            )
            yield from (table.get("name") for table in tables if isinstance(table, dict))
    yield from (one.stem for one in sorted(folder.glob("*.csproj"))[:1])
    for installed in _list_installed(folder)[:1]:
        try:
            content = read_file(installed / "METADATA", _LONGEST_NAMING, links=False)
        except OSError:
            continue
        for line in content.decode(errors="replace").splitlines():
            if line.startswith("Name:"):
                yield line.removeprefix("Name:").strip()


def find_root(file: Path) -> Path:
    """Return the folder from which a file's imports start: above its package."""
    folder = file.absolute().parent
    while is_file(folder / "__init__.py") and folder.parent != folder:
        folder = folder.parent
    return folder


def _files(top: Path, suffixes: Sequence[str], allowance: Allowance) -> Iterator[Path]:
    """Yield the source files that count below a folder that was not found but named, while there is
    time.
    """
    for folder in walk(top, suffixes):
        if allowance.is_late():
            return
        for name in folder.files:
            yield folder.path / name
