"""Validation of a rubric file before it is used. An error has the file, the line and its text.

pydantic checks shapes and types. What only the checks know (which ones exist, with which options
and word lists) is checked here. A misspelt key is reported before the key that is missing because
of it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.files.inside import explain_refusal, is_inside
from toolgrade.files.opening import is_file
from toolgrade.files.shipped import FOLDER
from toolgrade.model import RubricError
from toolgrade.rubric.files import read_with_parents
from toolgrade.rubric.proof.meaning import faults
from toolgrade.toml.fault import Fault
from toolgrade.toml.located import TomlError, TomlFile
from toolgrade.wording.legible import make_legible
from toolgrade.wording.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_FILES = 8
_SHOWN = 110


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the files are that a rubric may name: below `folder`, which is a config's or not."""

    folder: Path
    of_config: bool

    @classmethod
    def find(cls, path: Path, inside: Path | None) -> Reach:
        """Return the reach of a rubric file: of one that the user named, the working folder, or
        its own if it is elsewhere.
        """
        if inside:
            return cls(inside, of_config=True)
        here = Path.cwd()
        return cls(
            here if is_inside(here, os.path.realpath(path)) else path.parent, of_config=False
        )

    def explain_refusal(self, path: Path) -> str:
        """Return why a file may not be read, "" if it may."""
        name = str(path.absolute())
        if is_inside(FOLDER, name):
            return ""
        if self.of_config:
            return explain_refusal(self.folder, name)
        return "" if is_inside(self.folder, name) else "is outside the rubric's folder"


def prove(path: Path, inside: Path | None = None) -> dict[str, Any]:
    """Return the validated tables of a rubric file, merged with what it extends.

    What it extends, and its word lists, are shipped or below `inside`, the folder of a config that
    names the rubric; else below the working folder or the rubric's own. Raises RubricError for the
    first fault, with its file, its line and what to fix.
    """
    files = _files(path, Reach.find(path, inside))
    data = read_with_parents(path)
    for fault in faults(data, files[0].data):
        raise _error(fault, files)
    return data


def _files(path: Path, reach: Reach) -> list[TomlFile]:
    """Return a rubric file, the one it extends, and so on."""
    files: list[TomlFile] = []
    while True:
        try:
            file = TomlFile.read(path)
        except TomlError as fault:
            raise RubricError(_message(path, fault.line, str(fault), fault.quote)) from None
        for found in _lexicon_faults(file, reach):
            raise _error(found, [file])
        files.append(file)
        parent = file.data.get("extends")
        if replaces := _replaces_fault(file.data):
            raise _error(replaces, [file])
        if parent is None:
            return files
        target = _target(file, parent, reach)
        if isinstance(target, str):
            raise _error(Fault(("extends",), target), [file])
        if target.resolve() in {f.path.resolve() for f in files}:
            raise _error(
                Fault(("extends",), "a rubric cannot extend itself; name another rubric"), [file]
            )
        if len(files) == _MOST_FILES:
            raise _error(
                Fault(("extends",), f"extends more than {_MOST_FILES} files; extend tdqs itself"),
                [file],
            )
        path = target


def _target(file: TomlFile, parent: object, reach: Reach) -> Path | str:
    """Return the file that a rubric extends, or what is wrong with its `extends`."""
    if not isinstance(parent, str):
        return "extends must be the name of a rubric or a file, in quotes"
    near = file.path.parent / parent
    if is_file(near):
        refused = reach.explain_refusal(near)
        return f"extends {make_legible(parent, 80)!r}, which {refused}" if refused else near
    if is_file(FOLDER / f"{parent}.toml"):
        return FOLDER / f"{parent}.toml"
    shipped = sorted(p.stem for p in FOLDER.glob("*.toml"))
    hint = suggest(parent, shipped, f"shipped: {', '.join(shipped)}")
    return f"extends {make_legible(parent, 80)!r}, which is neither a file nor shipped{hint}"


def _replaces_fault(data: dict[str, Any]) -> Fault | None:
    """Return what is wrong with `replaces`, None if nothing is."""
    given = data.get("replaces", [])
    if not isinstance(given, list):
        return Fault(("replaces",), 'give a list of tables, such as ["dimensions"]')
    for name in given:
        if name not in data or not isinstance(data[name], dict):
            shown = make_legible(str(name), 40)
            return Fault(("replaces",), f"there is no table '{shown}' here to replace it", shown)
    return None


def _lexicon_faults(file: TomlFile, reach: Reach) -> Iterator[Fault]:
    lists = file.data.get("lexicons", {})
    if not isinstance(lists, dict):
        yield Fault(("lexicons",), "lexicons must be a table of word lists")
        return
    for name, given in lists.items():
        key = ("lexicons", name)
        if isinstance(given, dict) and set(given) == {"file"} and isinstance(given["file"], str):
            words_file = file.path.parent / given["file"]
            if not is_file(words_file):
                yield Fault(key, f"there is no file {make_legible(given['file'], 80)!r}")
            elif refused := reach.explain_refusal(words_file):
                yield Fault(key, f"the file {make_legible(given['file'], 80)!r} {refused}")
            continue
        edited = isinstance(given, dict) and given and set(given) <= {"add", "drop"}
        for words in given.values() if edited else [given]:
            if not isinstance(words, list):
                yield Fault(
                    key, 'give a list of words, { file = "..." }, or { add = [], drop = [] }'
                )
            elif odd := [word for word in words if not isinstance(word, str)]:
                shown = make_legible(str(odd[0]), 40)
                yield Fault(key, f"write words in quotes; {shown} has none", shown)


def _error(fault: Fault, files: list[TomlFile]) -> RubricError:
    """Return the error for a fault, at the line of its key in the most specific file that has
    it.
    """
    key = fault.key
    while key and not any(file.holds(key) for file in files):
        key = key[:-1]
    file = next((file for file in files if file.holds(key)), files[0])
    line = file.line(key, fault.word)
    parts = [str(part) for part in fault.key if part not in {"dimensions", "coherence", "checks"}]
    label = f"{'.'.join(parts)}: " if parts else ""
    return RubricError(_message(file.path, line, f"{label}{fault.message}", file.lines[line - 1]))


def _message(path: Path, line: int, message: str, quote: str) -> str:
    at = f"{path}:{line}" if line else str(path)
    shown = f"\n    {make_legible(quote, _SHOWN)}" if quote.strip() else ""
    return f"{at}: {message}{shown}"
