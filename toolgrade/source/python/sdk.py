"""Determine which SDK a package uses, and its version: they decide which definitions are sent.

The version is that of a lock file, or else the newest that the requirement allows, which a fresh
install would use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolgrade.toml import bounded as toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Version = tuple[int, ...]

NEWEST: Version = (10**6,)

FIRST, SECOND = "mcp.server.fastmcp", "MCPServer"
"""Names that only the first version of the official SDK has, and names that only the second has.
They show which one a package uses that does not declare it.
"""

SERVERS = {
    "mcp.server.fastmcp.FastMCP": "mcp",
    "mcp.server.fastmcp.server.FastMCP": "mcp",
    "mcp.server.FastMCP": "mcp",
    "mcp.server.MCPServer": "mcp",
    "mcp.server.mcpserver.MCPServer": "mcp",
    "mcp.server.mcpserver.server.MCPServer": "mcp",
    "mcp.MCPServer": "mcp",
    "fastmcp.FastMCP": "fastmcp",
    "fastmcp.server.FastMCP": "fastmcp",
    "fastmcp.server.server.FastMCP": "fastmcp",
}
"""The classes whose `tool` and `add_tool` register functions, with their distributions."""

LOW_LEVEL = frozenset(
    {"mcp.server.Server", "mcp.server.lowlevel.Server", "mcp.server.lowlevel.server.Server"}
)
"""The class whose `list_tools` decorates a function that returns the tools themselves."""

STANDALONE = frozenset(
    {"fastmcp.tools.tool", "fastmcp.tools.function_tool.tool", "fastmcp.tools.base.tool"}
)
"""The decorator that marks a function or method as a tool, to be registered later."""


def strip_vendor_folder(path: str) -> str:
    """Return a dotted name without the folder of vendored code.

    >>> strip_vendor_folder("server._vendor.fastmcp.FastMCP")
    'fastmcp.FastMCP'
    """
    return path.rpartition("_vendor.")[2]


_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?([^;)#]*)")
_BOUND = re.compile(r"(===?|~=|<=|<|\^|~)\s*(\d+(?:\.\d+)*)")
_ASKED = re.compile(
    r"""^(?:requires-python\s*=\s*["']|Requires-Python:)[^\n]*?>=\s*(\d+\.\d+)""", re.MULTILINE
)
_LOCKED = re.compile(r'^name = "([^"]+)"\nversion = "(\d+(?:\.\d+)*)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sdk:
    """A distribution, and the upper limit of its installed version.

    `dedents` is true if the package requires Python 3.13 or later, which removes the indentation of
    docstrings. Otherwise the docstring is kept as it is written.
    """

    fastmcp: bool
    below: Version = NEWEST
    dedents: bool = False

    @property
    def splits_docstrings(self) -> bool:
        """Whether the sections of a docstring are parsed, and not kept in the description."""
        return self.fastmcp and self.below > (3, 2, 4)

    @property
    def places(self) -> tuple[str, ...]:
        """The positional arguments of a registration, without the function, in order."""
        if self.fastmcp:
            return ("name",)
        title = ("title",) if self.has_output else ()
        return ("name", *title, "description", "annotations")

    @property
    def has_output(self) -> bool:
        """Whether a return type becomes an output schema."""
        return self.below > ((2, 10) if self.fastmcp else (1, 10))

    @property
    def has_ready_results(self) -> bool:
        """Whether a function may return a call result object itself."""
        return self.below > (1, 23)

    @property
    def content_is_ready(self) -> bool:
        """Whether content blocks as a return type have no output schema."""
        return self.fastmcp or self.below > (2,)

    @property
    def inlines(self) -> bool:
        """Whether a model takes the place of each reference to it."""
        return self.fastmcp and self.below > (2, 14, 4)

    @property
    def writes_aliases(self) -> bool:
        """Whether an output schema names fields by their aliases."""
        return not self.fastmcp or self.below <= (3, 4, 4)

    @property
    def keeps_titles(self) -> bool:
        """Whether the title of a parameter's Field is kept."""
        return not self.fastmcp or self.below > (4, 0, 11)

    @property
    def skips_bytes(self) -> bool:
        """Whether bytes as a return type have no output schema."""
        return self.below > (3, 2, 4)

    @property
    def skips_bare_lists(self) -> bool:
        """Whether a list of anything as a return type has no output schema."""
        return self.below > (4, 0, 3)

    @property
    def says_generic(self) -> bool:
        """Whether the output schema around a single value describes itself."""
        return self.below <= (3, 2, 4)

    @property
    def marks_functions(self) -> bool:
        """Whether a function that was made a tool stays the same one when it is added again."""
        return self.fastmcp and self.below > (3,)

    @property
    def spares_title_parameters(self) -> bool:
        """Whether a parameter called `title` survives when titles are dropped."""
        return self.below > (3, 2)

    @property
    def tells_schemas(self) -> bool:
        """Whether titles are dropped from schemas only, and from those of any type too."""
        return self.below > (3, 2, 4)

    @property
    def makes_titles(self) -> bool:
        """Whether a tool without a title gets one made from its name."""
        return self.fastmcp and self.below > (4,)


def find_version_bounds(files: Mapping[str, str]) -> dict[str, Version]:
    """Return the upper limit of the version of each distribution that a package requires.

    `files` are the texts of the files that declare it, by base name.
    """
    found: dict[str, Version] = {}
    for requirement in _requirements(files):
        match = _REQUIREMENT.match(requirement)
        if match:
            name = match[1].lower().replace("_", "-")
            found[name] = min(found.get(name, NEWEST), _parse_upper_bound(match[2]))
    for name in ("uv.lock", "poetry.lock", "pdm.lock"):
        for match in _LOCKED.finditer(files.get(name, "")):
            found[match[1].lower()] = (*_version(match[2]), 0, 1)
    return found


def newest_python_only(files: Mapping[str, str]) -> bool:
    """Whether a package requires Python 3.13 or later."""
    found = [_ASKED.search(text) for text in files.values()]
    versions = [_version(match[1]) for match in found if match]
    return any(version >= (3, 13) for version in versions)


def _requirements(files: Mapping[str, str]) -> Iterator[str]:
    yield from files.get("requirements.txt", "").splitlines()
    for line in files.get("METADATA", "").splitlines():
        if line.startswith("Requires-Dist:"):
            yield line.removeprefix("Requires-Dist:").strip()
    try:
        data = toml.loads(files.get("pyproject.toml", ""))
    except (ValueError, RecursionError):
        return
    project = data.get("project")
    listed = project.get("dependencies") if isinstance(project, dict) else None
    yield from _texts(listed)
    poetry = data.get("tool", {}).get("poetry") if isinstance(data.get("tool"), dict) else None
    needed = poetry.get("dependencies") if isinstance(poetry, dict) else None
    for name, wanted in needed.items() if isinstance(needed, dict) else ():
        version = wanted.get("version", "") if isinstance(wanted, dict) else wanted
        yield f"{name} {version}"


def _texts(listed: object) -> Iterable[str]:
    return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []


def _parse_upper_bound(specifier: str) -> Version:
    below = NEWEST
    for sign, number in _BOUND.findall(specifier):
        version = _version(number)
        if sign == "<":
            bound = version
        elif sign in {"<=", "==", "==="}:
            bound = (*version, 0, 1)
        elif sign == "~=":
            bound = (*version[:-2], version[-2] + 1) if len(version) > 1 else NEWEST
        elif sign == "^":
            bound = (version[0] + 1,)
        else:
            bound = (*version[:1], version[1] + 1) if len(version) > 1 else (version[0] + 1,)
        below = min(below, bound)
    return below


def _version(text: str) -> Version:
    parts = [int(part[:9]) for part in text.split(".")]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return tuple(parts)
