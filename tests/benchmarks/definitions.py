"""Files of definitions to measure with: real ones from a folder, or generated ones without it.

The real ones are shuffled, the same way on every run. Where there are too few, they come again
under other names.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from generated import server

if TYPE_CHECKING:
    from pathlib import Path

SEED = 9


def read_real(folder: Path) -> list[dict[str, Any]]:
    """Return every named tool of the tools/list results below a folder, shuffled."""
    found: list[dict[str, Any]] = []
    for path in sorted(folder.rglob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        data = data.get("result", data) if isinstance(data, dict) else {}
        tools = data.get("tools") if isinstance(data, dict) else None
        found += [
            tool
            for tool in (tools if isinstance(tools, list) else ())
            if isinstance(tool, dict) and isinstance(tool.get("name"), str)
        ]
    random.Random(SEED).shuffle(found)
    return found


class Definitions:
    """Makes files of any number of tools in `target`; `folder` has real ones, None: generated."""

    def __init__(self, target: Path, folder: Path | None) -> None:
        self.target = target
        self.real = read_real(folder) if folder else []

    def make(self, tools: int, servers: int = 1) -> Path:
        """Return the path of a file with so many tools, spread over so many servers."""
        path = self.target / f"{tools}-{servers}.json"
        if not path.exists():
            listed = (
                [self._tool(at) for at in range(tools)] if self.real else server(tools)["tools"]
            )
            each = -(-tools // servers)
            split = [
                {"serverName": f"server {at}", "tools": listed[at * each : (at + 1) * each]}
                for at in range(servers)
            ]
            data = {"servers": split} if servers > 1 else {"tools": listed}
            path.write_text(json.dumps(data, indent=1), encoding="utf-8")
        return path

    def _tool(self, at: int) -> dict[str, Any]:
        again, index = divmod(at, len(self.real))
        tool = self.real[index]
        return {**tool, "name": f"{tool['name']}_{again + 1}"} if again else tool
