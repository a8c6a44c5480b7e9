"""The servers in a file, before any is started or called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolgrade.model import InputError
from toolgrade.wording.counts import format_count
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from toolgrade.configs.launch import Launch

INSTEAD = "pass a saved tools/list file, or the server's command after --"
"""The other forms in which a source can be given."""

_SHOWN_NAMES = 10
_NAME_WIDTH = 40


@dataclass(frozen=True, slots=True)
class Setting:
    """The file's place and the variables that are set: the environment's, and those `given` with
    --env, which every command gets.
    """

    file: Path
    environment: Mapping[str, str]
    given: Mapping[str, str]

    @property
    def values(self) -> Mapping[str, str]:
        """The values that a variable in the file may have."""
        return {**self.environment, **self.given}

    @property
    def folder(self) -> Path:
        """The file's own folder."""
        return self.file.absolute().parent

    @property
    def workspace(self) -> Path:
        """The project that the file is for: the folder that holds it or its .vscode, .cursor and so
        on. For a config in the home folder, that is the working folder.
        """
        folder = self.folder.parent if self.folder.name.startswith(".") else self.folder
        return Path.cwd() if folder == Path.home() else folder

    def variable(self, name: str) -> str:
        """Return a variable's value. Raises InputError with its name if it is not set."""
        return _require_value(name, "variable", self.values)

    def answer(self, name: str, what: str) -> str:
        """Return from --env what a client would ask its user for. Raises InputError if it is not
        there.
        """
        return _require_value(name, what, self.given)


@dataclass(frozen=True, slots=True)
class Listed:
    """A server that a file lists. `launch` returns what it takes to reach it, or raises InputError
    if something is missing. `off` says why the client does not start it, "" if it does.
    """

    name: str
    launch: Callable[[Setting], Launch]
    off: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """The servers in a file. `said` describes them in a line; `names_tools` is True if the file
    names their tools too.
    """

    said: str
    servers: tuple[Listed, ...]
    names_tools: bool = False


def format_name(name: object) -> str:
    """Return a server's name as it may be shown."""
    return (make_legible(name, _NAME_WIDTH) if isinstance(name, str) else "") or "?"


def describe_servers(names: Sequence[str]) -> str:
    """Return how many servers a file lists, and the names of the first ones."""
    found = f": {', '.join(names[:_SHOWN_NAMES])}" if names else ""
    more = ", …" if len(names) > _SHOWN_NAMES else ""
    return f"{format_count(len(names), 'server')}, none running{found}{more}"


def _require_value(name: str, what: str, values: Mapping[str, str]) -> str:
    if name not in values:
        said = format_name(name)
        raise InputError(f"the {what} {said} is not set; give it with --env {said}=VALUE")
    return values[name]
