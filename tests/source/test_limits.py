"""What is past a limit of the readers is reported: no tool is lost without a notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reading import server

from toolgrade.inputs import InputError
from toolgrade.source.javascript import budget, contexts, statements

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

COUNT = 12
MCP = 'import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";\n'
HEAD = MCP + 'const server = new McpServer({ name: "s", version: "1" });\n'
LOW = """
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
const server = new Server({ name: "s", version: "1" }, { capabilities: { tools: {} } });
"""
ROWS = ", ".join(f'["t{i}", "D."]' for i in range(COUNT))
HELPER = "const add = (n, d) => { server.registerTool(n, { description: d }, async () => 1); };\n"
SOURCES = {
    "by a helper": HEAD + HELPER + "".join(f'add("t{i}", "D.");\n' for i in range(COUNT)),
    "in a loop": HEAD
    + f"for (const [n, d] of [{ROWS}]) server.registerTool(n, {{ description: d }}, () => 1);\n",
    "listed in a loop": f"""{LOW}
server.setRequestHandler(ListToolsRequestSchema, async () => {{
  const tools = [];
  for (const [n, d] of [{ROWS}]) {{ tools.push({{ name: n, description: d }}); }}
  return {{ tools }};
}});
""",
    "answered by hand": f"""{MCP}
const all = [];
for (const [n, d] of [{ROWS}]) {{ all.push({{ name: n, description: d }}); }}
export const answer = (one) => {{
  switch (one.method) {{ case "tools/list": return {{ result: {{ tools: all }}, tools: all }}; }}
}};
""",
}
LIMITS: dict[str, ModuleType] = {
    "MAX_CONTEXTS": contexts,
    "MAX_ALL_CONTEXTS": budget,
    "MAX_STEPS": budget,
    "MAX_ALL_STEPS": budget,
    "MAX_NODES": budget,
    "MAX_ROUNDS": statements,
}


@pytest.mark.parametrize("most", [3, 40])
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("kind", SOURCES)
def test_what_is_past_a_limit_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, limit: str, most: int
) -> None:
    monkeypatch.setenv("TOOLGRADE_CACHE", "")
    more = {"more.mjs": MCP + 'const s = new McpServer({});\ns.registerTool("one", {}, () => 1);\n'}
    files = {"server.mjs": SOURCES[kind]} | (more if "answered" not in kind else {})
    monkeypatch.setattr(LIMITS[limit], limit, most)
    try:
        found = server(tmp_path, files)
    except InputError as error:
        assert "can be read from code" in str(error) or "too large" in str(error)  # noqa: PT017
        return
    names = {tool.name for tool in found.tools}
    assert found.malformed or {f"t{i}" for i in range(COUNT)} <= names


def test_many_tools_by_a_helper_beside_many_names_are_read(tmp_path: Path) -> None:
    calls = "".join(
        f'add("t{i}", "Look at row {i} of the table", async (row) => {{\n'
        + "".join(f"  const part{i}_{k} = load(row, table);\n" for k in range(8))
        + "  return row;\n});\n"
        for i in range(60)
    )
    source = f"""{HEAD}export const make = () => {{
const known = new Map();
const table = new Map();
const add = (name, description, run) => {{
  known.set(name, run);
  server.registerTool(name, {{ description }}, run);
}};
{calls}return server;
}};
"""
    found = server(tmp_path, {"server.mjs": source})
    assert [tool.name for tool in found.tools] == [f"t{i}" for i in range(60)]
    assert not found.malformed
