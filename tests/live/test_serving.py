"""`toolgrade mcp`, asked by the SDK's own client, of whichever major is installed."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from toolgrade.serving import read_definitions

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.live
mcp = pytest.importorskip("mcp")
anyio = pytest.importorskip("anyio")

TOOLS = {"tools": [{"name": "get_page", "title": None, "description": "Get a page."}]}


async def converse(root: Path, calls: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    """Return what the server lists and answers, as plain data in the wire's spelling."""
    stdio = import_module("mcp.client.stdio")
    argv = ["-m", "toolgrade", "mcp", "--root", str(root)]
    parameters = stdio.StdioServerParameters(command=sys.executable, args=argv, cwd=str(root))
    async with stdio.stdio_client(parameters) as streams, mcp.ClientSession(*streams) as session:
        await session.initialize()
        found = [await session.list_tools()]
        found += [await session.call_tool(name, arguments) for name, arguments in calls]
    return [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in found]


def test_the_sdk_s_client_is_answered(tmp_path: Path) -> None:
    (tmp_path / "tools.json").write_text(json.dumps(TOOLS))
    calls: list[tuple[str, dict[str, Any]]] = [
        ("grade_definitions", {"path": "tools.json"}),
        ("suggest_fixes", {"definitions": json.dumps(TOOLS)}),
        ("explain_check", {"check": "usage.when"}),
        ("grade_definitions", {"path": "../tools.json"}),
    ]
    listed, graded, fixes, page, refused = anyio.run(converse, tmp_path, calls)
    assert [t["name"] for t in listed["tools"]] == [t["name"] for t in read_definitions()["tools"]]
    assert listed["tools"][0]["inputSchema"] == read_definitions()["tools"][0]["inputSchema"]
    assert graded["structuredContent"]["servers"][0]["tools"][0]["name"] == "get_page"
    assert json.loads(graded["content"][0]["text"]) == graded["structuredContent"]
    assert fixes["structuredContent"]["tools"][0]["fixes"][0]["kind"] == "null-field"
    assert "usage.when" in page["structuredContent"]["page"]
    assert refused["isError"]
    assert "leads out" in refused["content"][0]["text"]
