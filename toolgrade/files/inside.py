"""What a config may name: files in its own folder, nothing hidden, no virtual environment."""

from __future__ import annotations

import os
from pathlib import Path

LONGEST_NAME = 4096


def explain_refusal(folder: Path, name: str) -> str:
    """Return why a file that a config in `folder` names may not be used, "" if it may.

    What counts is both what the name says and where its links lead.
    """
    if not is_inside(folder, name):
        return "is outside the config's folder"
    root, real = Path(os.path.realpath(folder)), Path(os.path.realpath(folder / name))
    parts = (*Path(os.path.relpath(folder / name, folder)).parts, *real.relative_to(root).parts)
    if any(part.startswith(".") and part != ".." for part in parts):
        return "has a part that begins with a dot"
    above = [at for at in real.parents if at.is_relative_to(root)]
    if any(os.path.lexists(at / "pyvenv.cfg") for at in above):
        return "is in a virtual environment"
    return ""


def is_inside(folder: Path, name: str) -> bool:
    """Whether a path leads to something below a folder, links followed; False for a name that no
    file can have.
    """
    if not _is_possible(name):
        return False
    root, real = os.path.realpath(folder), Path(os.path.realpath(folder / name))
    return str(real) != root and real.is_relative_to(root)


def is_same(folder: Path, name: str) -> bool:
    """Whether a path leads to a folder itself, links followed."""
    return _is_possible(name) and os.path.realpath(folder / name) == os.path.realpath(folder)


def _is_possible(name: str) -> bool:
    return "\0" not in name and len(name) <= LONGEST_NAME
