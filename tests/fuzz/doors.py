"""The doors through which a stranger's bytes come in, each a function that may only raise what the
command line shows as one line.

`DOORS` maps a name to the function; `seeds` gives the tests' own files for each, to start from.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from toolgrade.api import grade
from toolgrade.gates import config
from toolgrade.inputs import read, read_side
from toolgrade.model import InputError, RubricError
from toolgrade.outputs import REPORTERS
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from collections.abc import Callable

TESTS = Path(__file__).parents[1]
EXPECTED = (InputError, RubricError)
SUFFIXES = {
    "python": ".py",
    "typescript": ".ts",
    "javascript": ".js",
    "go": ".go",
    "rust": ".rs",
    "java": ".java",
    "kotlin": ".kt",
    "csharp": ".cs",
}
MOST_SEEDS = 6


def listing(content: bytes) -> None:
    """Grade bytes as a saved tools/list, and render the report in every format."""
    _with_file("tools.json", content, _grade_and_render)


def saved_report(content: bytes) -> None:
    """Read bytes as the saved report of a comparison."""
    _with_file("report.json", content, lambda path: read_side(str(path)))


def configuration(content: bytes) -> None:
    """Read bytes as toolgrade.toml."""
    _with_file(config.OWN, content, config.read)


def rubric(content: bytes) -> None:
    """Read bytes as a rubric of one's own."""
    _with_file("mine.toml", content, Rubric.prove)


def client_config(content: bytes) -> None:
    """Read bytes as a client's config; nothing is started."""
    _with_file("mcp.json", content, lambda path: read(str(path)))


def source(language: str) -> Callable[[bytes], None]:
    """Return the door of a language's source reader."""

    def read_source(content: bytes) -> None:
        _with_file(f"server{SUFFIXES[language]}", content, lambda path: read(str(path)))

    return read_source


DOORS: dict[str, Callable[[bytes], None]] = {
    "listing": listing,
    "report": saved_report,
    "config": configuration,
    "rubric": rubric,
    "client-config": client_config,
    **{language: source(language) for language in SUFFIXES},
}


JAVASCRIPT = """import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
const server = new McpServer({ name: "a", version: "1" });
server.registerTool(
  "get_page",
  { description: "Get a page.", inputSchema: { id: z.string().describe("Its id") } },
  async ({ id }) => ({ content: [] }),
);
"""
WRITTEN = {
    "config": 'sources = ["tools.json"]\nfail-under = "B"\n'
    '[[ignore]]\ncheck = "usage"\nreason = "no alternative"\n',
    "rubric": 'extends = "tdqs"\nname = "mine"\n[dimensions.usage]\nchecks.when = { met = 1.0 }\n',
    "client-config": '{"mcpServers": {"a": {"command": "npx", "args": ["-y", "a"]}}}',
    "python": 'from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP("a")\n\n\n@mcp.tool()\n'
    'def get_page(id: str, limit: int = 5) -> dict[str, str]:\n    """Get a page."""\n',
    "typescript": JAVASCRIPT,
    "javascript": JAVASCRIPT,
}
"""Seeds for the doors that none of the tests' files is for."""


def seeds(door: str) -> list[bytes]:
    """Return some of the tests' own files for a door, the smallest first."""
    if door in WRITTEN:
        return [WRITTEN[door].encode()]
    if door in SUFFIXES:
        found = [*TESTS.rglob(f"*{SUFFIXES[door]}")]
    elif door == "report":
        found = [TESTS.parent / "reports" / "example" / "report.json"]
    else:
        found = [*(TESTS / "servers").glob("*.json")]
    return sorted((path.read_bytes() for path in found), key=len)[:MOST_SEEDS]


def enter(door: str, content: bytes) -> str:
    """Send bytes through a door; return the message of an expected refusal, "" if none."""
    try:
        DOORS[door](content)
    except EXPECTED as error:
        return str(error)
    return ""


@cache
def _load_rubric() -> Rubric:
    return Rubric.load()


def _grade_and_render(path: Path) -> None:
    report = grade(read(str(path)), _load_rubric(), clients=["all"])
    for render in REPORTERS.values():
        for _ in render(report):
            pass


def _with_file(name: str, content: bytes, use: Callable[[Path], object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        use(path)
