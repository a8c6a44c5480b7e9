"""Sources written down in a test, read as a folder."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from toolgrade.inputs import read

if TYPE_CHECKING:
    from pathlib import Path

    from toolgrade.model import Server, Tool

OFFICIAL = "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('s')\n"
FAST = "from fastmcp import FastMCP\nmcp = FastMCP('s')\n"
LOW = "from mcp.server import Server\nfrom mcp import types\nserver = Server('s')\n"


def written(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
    return folder


def server(folder: Path, files: dict[str, str | bytes]) -> Server:
    (found,) = read(str(written(folder, files)))
    return found


def tool(folder: Path, text: str, head: str = OFFICIAL) -> Tool:
    (found,) = server(folder, {"server.py": head + textwrap.dedent(text)}).tools
    return found


def tool_of(folder: Path, files: dict[str, str | bytes]) -> Tool:
    (found,) = server(folder, files).tools
    return found
