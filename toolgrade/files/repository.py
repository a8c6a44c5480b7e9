"""The root of the repository around the working folder, from which CI reads paths."""

from __future__ import annotations

import os
from pathlib import Path

from toolgrade.files.opening import does_exist

_WORKSPACES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Where GitHub and GitLab say that they checked the repository out."""


def find_repository_root() -> Path:
    """Return the folder from which GitHub and GitLab read paths: what a CI job names if the working
    folder is in it, else the nearest with .git, else the working folder.

    A repository that was checked out below a workspace that is none itself is its own root.
    """
    here = Path.cwd()
    repository = next((at for at in (here, *here.parents) if does_exist(at / ".git")), None)
    for given in filter(None, map(os.environ.get, _WORKSPACES)):
        workspace = Path(os.path.realpath(given))
        if here.is_relative_to(workspace):
            is_one = does_exist(workspace / ".git")
            is_around = repository is not None and repository.is_relative_to(workspace)
            return repository if repository and is_around and not is_one else workspace
    return repository or here


def find_way_from_root(folder: Path) -> str | None:
    """Return the way from the root of the repository to a folder, "" for the root itself; None for
    a folder elsewhere.
    """
    root, real = find_repository_root(), Path(os.path.realpath(folder))
    if not real.is_relative_to(root):
        return None
    way = real.relative_to(root).as_posix()
    return "" if way == "." else way
