"""Which npm packages' tools are read from source and measured, by a rule that no result can move.

A package is in scope if its own code declares its tools: the code it ships (node_modules apart)
holds a registration, and at least NAMES of the names it listed live stand there in quotes. The
others fetch their tools, make them from an OpenAPI file, or keep them in a dependency or a binary.
"""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

NAMES = 0.9
_CODE = re.compile(r"(?<!\.d)\.[mc]?[jt]sx?$")
_REGISTRATION = re.compile(r"tools/list|ListToolsRequest|registerTool|\.tool\(|addTool\(")


@dataclass(frozen=True)
class Captured:
    """A package with the list it answered live."""

    package: str
    version: str
    tools: list[dict[str, Any]]


def captured(folder: Path) -> list[Captured]:
    """Return the npm packages among the captures in `folder`, by file name."""
    found = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json")))
    return [
        Captured(one["package"], one["version"], one["tools"])
        for one in found
        if one.get("registry") == "npm"
    ]


def unpacked(one: Captured, cache: Path) -> Path:
    """Return the folder of the package as npm ships it, fetched into `cache` the first time."""
    home = cache / f"{one.package.replace('/', '__').lstrip('@')}@{one.version}"
    folder = home / "package"
    if not folder.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        wanted = f"{one.package}@{one.version}"
        argv = ["npm", "pack", wanted, "--silent", "--pack-destination", str(home)]
        subprocess.run(argv, check=True, capture_output=True)
        with tarfile.open(next(home.glob("*.tgz"))) as archive:
            archive.extractall(home, filter="data")
        if not folder.is_dir():  # some archives name their folder otherwise
            next(path for path in home.iterdir() if path.is_dir()).rename(folder)
    return folder


def excluded(one: Captured, folder: Path) -> str:
    """Return why a package is out of scope; "" if it is in."""
    code = "\n".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.rglob("*"))
        if _CODE.search(path.name)
        and path.is_file()
        and "node_modules" not in path.relative_to(folder).parts
    )
    if not _REGISTRATION.search(code):
        return "no registration in the code it ships"
    names = [tool["name"] for tool in one.tools]
    quoted = sum(any(f"{q}{name}{q}" in code for q in "\"'`") for name in names)
    if quoted < NAMES * len(names):
        return f"{quoted} of {len(names)} names stand in the code it ships"
    return ""
