"""Reads source code as a user names it, and finds the files again that it was read from."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from toolgrade.files.opening import does_exist, is_folder
from toolgrade.inputs.named import format_path, is_here, locate
from toolgrade.model import InputError
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.model import Server
    from toolgrade.source.allowance import Allowance

_LONGEST_PATH = 4096


def read_source_code(
    path: Path, label: str, allowance: Allowance, contents: Mapping[str, bytes] | None = None
) -> tuple[Server, ...]:
    """Return the servers whose tools a folder or a file declares. `contents` are of files, by the
    names that reports have for them, which are read as if they held that. Raises InputError.
    """
    from toolgrade.configs.entries import INSTEAD  # noqa: PLC0415 - start-up time
    from toolgrade.source import SUFFIXES, read_code  # noqa: PLC0415 - as above

    if not does_exist(path):
        raise InputError(f"{label}: no such file; {INSTEAD}")
    if not is_folder(path) and path.suffix not in SUFFIXES:
        raise InputError(f"{label}: tools in this language cannot be read yet; {INSTEAD}")

    near = _find_near(path)

    def label_file(file: Path) -> str:
        """Return how a report may name a file that was found below the source, or around it: no two
        files have one name.
        """
        if not is_folder(path):
            return make_legible(Path(os.path.relpath(file, near)).as_posix(), _LONGEST_PATH)
        inside = file.relative_to(path).as_posix()
        return format_path(file) if inside == "." or label == "." else f"{label}/{inside}"

    found = read_code(path, label_file, allowance, contents)
    return tuple(replace(s, source=locate(s.source, path)) for s in found)


def _find_near(path: Path) -> Path:
    return Path.cwd() if is_here(path) else path.parent


def find_code_file(path: Path, label: str, name: str) -> Path:
    """Return the file that was read from the source at `path`, which reports call `label`, and that
    they call `name`.
    """
    if not is_folder(path):
        return _find_near(path) / name
    return Path(name) if label == "." else path / name.removeprefix(f"{label}/")
