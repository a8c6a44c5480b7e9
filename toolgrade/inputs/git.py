"""A file as it stands at a revision, read from git's store: nothing is checked out."""

from __future__ import annotations

import os
import subprocess

from toolgrade.model import InputError
from toolgrade.wording.legible import make_legible

PREFIX = "git:"


def content(source: str) -> tuple[str, bytes]:
    """Return the path and the bytes of `git:REV:PATH`, as git understands them in this folder: a
    path starts at the repository's root, or with "./" here. Raises InputError.
    """
    label = make_legible(source)
    rev, _, path = source.removeprefix(PREFIX).partition(":")
    if not rev or not path or rev.startswith("-"):
        raise InputError(f"{label}: expected git:REV:PATH, as in git:origin/main:tools.json")
    # cat-file and not show: show may run a filter that the repository's configuration names.
    argv = ["git", "cat-file", "--end-of-options", "blob", f"{rev}:{path}"]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and no part of it is an option
            argv,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{label}: git cannot be run: {reason}") from None
    if done.returncode:
        raise InputError(f"{label}: {_why(done.stderr.decode(errors='replace'), rev)}")
    return path, done.stdout


def _why(said: str, rev: str) -> str:
    first = make_legible((said.strip().splitlines() or ["git says nothing"])[0])
    if "invalid object name" in said:
        return (
            f"git has no revision {make_legible(rev)} here; a shallow clone, as CI makes one, must "
            "fetch it first: git fetch origin BRANCH, then git:FETCH_HEAD:PATH"
        )
    return f"git cannot read it: {first.removeprefix('fatal: ')}"
