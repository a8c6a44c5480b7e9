"""Proves a rubric file before it is used: each fault with its file, its line and the line itself.

pydantic is the door: it knows shapes and types. What only the checks know (which exist, with which
options and word lists) is asked here. A misspelt key is told before the key missing for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    from pathlib import Path

_MOST_FILES = 8
_SHOWN = 110


def prove(path: Path) -> dict[str, Any]:
    """Return the tables of a rubric file and of what it extends, merged, after proving them.

    Raises RubricError for its first fault: file, line, what to mend, and below it that line.
    """
    files = _files(path)
    data = read_with_parents(path)
    for fault in faults(data, files[0].data):
        raise _error(fault, files)
    return data


def _files(path: Path) -> list[TomlFile]:
    """Return a rubric file and what it extends, one after the other."""
    files: list[TomlFile] = []
    while True:
        try:
            file = TomlFile.read(path)
        except TomlError as fault:
            raise RubricError(_message(path, fault.line, str(fault), fault.quote)) from None
        for found in _lexicon_faults(file):
            raise _error(found, [file])
        files.append(file)
        parent = file.data.get("extends")
        if replaces := _replaces_fault(file.data):
            raise _error(replaces, [file])
        if parent is None:
            return files
        target = _target(file, parent)
        if isinstance(target, str):
            raise _error(Fault(("extends",), target), [file])
        if target.resolve() in {f.path.resolve() for f in files}:
            raise _error(Fault(("extends",), "a rubric cannot extend itself"), [file])
        if len(files) == _MOST_FILES:
            raise _error(Fault(("extends",), f"extends more than {_MOST_FILES} files"), [file])
        path = target


def _target(file: TomlFile, parent: object) -> Path | str:
    """Return what a file extends, or what is wrong with that."""
    if not isinstance(parent, str):
        return "extends must be the name of a rubric or a file, in quotes"
    for target in (file.path.parent / parent, FOLDER / f"{parent}.toml"):
        if target.is_file():
            return target
    shipped = sorted(p.stem for p in FOLDER.glob("*.toml"))
    hint = suggest(parent, shipped, f"shipped: {', '.join(shipped)}")
    return f"extends {make_legible(parent, 80)!r}, which is neither a file nor shipped{hint}"


def _replaces_fault(data: dict[str, Any]) -> Fault | None:
    """Return what is wrong with the list of tables that a file takes over from none."""
    given = data.get("replaces", [])
    if not isinstance(given, list):
        return Fault(("replaces",), 'give a list of tables, such as ["dimensions"]')
    for name in given:
        if name not in data or not isinstance(data[name], dict):
            shown = make_legible(str(name), 40)
            return Fault(("replaces",), f"there is no table '{shown}' here to replace it", shown)
    return None


def _lexicon_faults(file: TomlFile) -> Iterator[Fault]:
    lists = file.data.get("lexicons", {})
    if not isinstance(lists, dict):
        yield Fault(("lexicons",), "lexicons must be a table of word lists")
        return
    for name, given in lists.items():
        key = ("lexicons", name)
        if isinstance(given, dict) and set(given) == {"file"} and isinstance(given["file"], str):
            if not (file.path.parent / given["file"]).is_file():
                yield Fault(key, f"there is no file {make_legible(given['file'], 80)!r}")
            continue
        edited = isinstance(given, dict) and given and set(given) <= {"add", "drop"}
        for words in given.values() if edited else [given]:
            if not isinstance(words, list):
                yield Fault(
                    key, 'give a list of words, { file = "..." }, or { add = [], drop = [] }'
                )
            elif odd := [word for word in words if not isinstance(word, str)]:
                shown = make_legible(str(odd[0]), 40)
                yield Fault(key, f"words stand in quotes; {shown} does not", shown)


def _error(fault: Fault, files: list[TomlFile]) -> RubricError:
    """Return a fault as a message, placed in the file nearest to the user that writes its key."""
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
