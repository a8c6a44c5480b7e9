"""Where a tool is carried out: the function's place, with the lines around it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from reading import FAST, LOW, OFFICIAL, server, written

from toolgrade.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
const server = new McpServer({ name: "s", version: "1" });
"""
SHAPES: dict[str, tuple[str, str, str | None]] = {
    "decorated": ("s.py", OFFICIAL + "@mcp.tool(name='a')\n@cached\ndef f(): ...\n", "def f()"),
    "async": ("s.py", FAST + "@mcp.tool\nasync def a(): ...\n", "async def a()"),
    "added": ("s.py", OFFICIAL + "def f(): ...\n\nmcp.add_tool(f, name='a')\n", "def f()"),
    "of another's": ("s.py", OFFICIAL + "import o\nmcp.add_tool(o.f, name='a')\n", None),
    "listed": (
        "s.py",
        LOW + "@server.list_tools()\nasync def l(): return [types.Tool(name='a')]\n",
        None,
    ),
    "callback": ("s.ts", HEAD + 'server.registerTool("a", {}, async (x) => 1);', "async (x)"),
    "named": ("s.ts", HEAD + 'function f() {}\nserver.tool("a", f);', "function f()"),
    "imported": ("s.ts", HEAD + 'import { f } from "o";\nserver.tool("a", f);', None),
    "executed": (
        "s.ts",
        'import { FastMCP } from "fastmcp";\nconst server = new FastMCP({});\n'
        'server.addTool({ name: "a", parameters: p, execute: async () => 1 });',
        "async () => 1",
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_handler_is_where_its_function_begins(tmp_path: Path, shape: str) -> None:
    name, text, begins = SHAPES[shape]
    (tool,) = server(tmp_path, {name: text}).tools
    if begins is None:
        assert tool.handler is None
        return
    assert tool.handler
    place, lines = tool.handler.place, text.split("\n")
    assert place.file == f"{tmp_path.name}/{name}"
    assert lines[place.line - 1][place.column - 1 :].startswith(begins)
    first = tool.handler.first - 1
    assert tool.handler.lines == tuple(lines[first : first + len(tool.handler.lines)])
    assert begins in tool.handler.lines[place.line - tool.handler.first]


def test_the_lines_around_it_are_few_and_hold_no_secret(tmp_path: Path) -> None:
    key = "sk-proj-Zk3vQ8wYx1LmN0pRt5UaBcDeFgHiJkL"
    body = f'    key = "{key}"\n    """{"<b>" * 200}"""\n' + "    x = 1\n" * 50
    text = "# above\n" * 50 + OFFICIAL + f"@mcp.tool()\ndef a():\n{body}"
    (tool,) = server(tmp_path, {"s.py": text}).tools
    assert tool.handler
    assert len(tool.handler.lines) == 11
    assert max(map(len, tool.handler.lines)) <= 200
    assert key not in "".join(tool.handler.lines)


@pytest.mark.parametrize("length", [0, 150, 180, 390, 400, 2_000_000])
def test_no_key_is_seen_where_a_long_line_is_cut(tmp_path: Path, length: int) -> None:
    key = "ghp_Zk3vQ8wYx1LmN0pRt5UaBcDeFgHiJkL012345"
    body = f"async () => {{{'x;' * (length // 2)}f({key}, '{key}');{'y;' * 100}}}"
    files: dict[str, str | bytes] = {"s.js": f'{HEAD}server.registerTool("a", {{}}, {body});'}
    (tool,) = server(tmp_path, files).tools
    assert tool.handler
    assert all("ghp" not in line and len(line) <= 200 for line in tool.handler.lines)


def test_a_report_shows_it_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = OFFICIAL + "@mcp.tool()\ndef a():\n    return '<script>alert(1)</script>\u202e'\n"
    written(tmp_path, {"s.py": text})
    outputs = ["-o", "html:page.html", "-o", "json:report.json"]
    assert CliRunner().invoke(cli, ["grade", ".", *outputs]).exit_code == 0
    page = (tmp_path / "page.html").read_text()
    assert "Implemented at <code>s.py:4</code>" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "\u202e" not in page
    (tool,) = json.loads((tmp_path / "report.json").read_text())["servers"][0]["tools"]
    assert tool["handler"] == {"file": "s.py", "line": 4, "column": 1}


SETTINGS = "{ outputSchema: { n: z.number() } }"
RETURNS = {
    'async () => ({ content: [{ type: "text", text: "1" }] })': True,
    'async () => { if (bad) { return { isError: true, content: [] }; } return { "content": [] }; }': True,
    "async () => ({ content: [], structuredContent: { n: 1 } })": False,
    "async () => { if (odd) { return answer(); } return { content: [] }; }": False,
    "async () => { const made = { content: [] }; return made; }": False,
    "async () => ({ content: [], ...more })": False,
    "async () => ({ content: [], [key]: 1 })": False,
    "async () => ({ content: [{}], structuredContent })": False,
    "async () => { return { isError: true, content: [] }; }": False,
    "async () => { each(() => { return { content: [] }; }); return run(); }": False,
    "async () => { throw new Error(); }": False,
    "run": False,
}


@pytest.mark.parametrize("callback", RETURNS)
def test_a_function_that_returns_text_only_is_seen(tmp_path: Path, callback: str) -> None:
    head = f'{HEAD}import {{ z }} from "zod";\nimport {{ run }} from "o";\n'
    for settings, text_only in ((SETTINGS, RETURNS[callback]), ("{}", False)):
        text = f'{head}server.registerTool("a", {settings}, {callback});'
        (tool,) = server(tmp_path, {"s.ts": text}).tools
        assert (tool.handler is not None and tool.handler.is_text_only) is text_only
