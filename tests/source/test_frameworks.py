"""Frameworks beside the SDKs: their tools are named as not read, never left out or read wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reading import FAST, server, written

from toolgrade.inputs import read
from toolgrade.model import InputError
from toolgrade.source.frameworks import list_frameworks

if TYPE_CHECKING:
    from pathlib import Path

SAMPLES = {
    "tmcp": (
        "s.ts",
        'import { McpServer } from "tmcp";\nconst server = new McpServer({}, {});\n'
        'server.tool({ name: "a", description: "A.", schema: v.object({}) }, () => {});\n',
    ),
    "mcp-lite": (
        "s.ts",
        'import { McpServer } from "mcp-lite";\nconst server = new McpServer({});\n'
        'server.tool("a", { description: "A.", handler: () => ({}) });\n',
    ),
    "mcp-framework": (
        "tools/A.ts",
        'import { MCPTool } from "mcp-framework";\n'
        'export default class A extends MCPTool { name = "a"; description = "A."; }\n',
    ),
    "mcp-nest": (
        "a.tool.ts",
        "import { Tool } from '@rekog/mcp-nest';\n"
        "export class A { @Tool({ name: 'a', description: 'A.' }) async a() {} }\n",
    ),
    "mcp-use": (
        "s.ts",
        'import { MCPServer } from "mcp-use/server";\nconst server = new MCPServer({});\n'
        'server.tool({ name: "a", description: "A." }, async () => ({}));\n',
    ),
    "xmcp": (
        "src/tools/a.ts",
        'import { type ToolMetadata } from "xmcp";\n'
        'export const metadata: ToolMetadata = { name: "a", description: "A." };\n',
    ),
    "mcp-ts-core": (
        "a.tool.ts",
        "import { tool, z } from '@cyanheads/mcp-ts-core';\n"
        "export const a = tool('a', { description: 'A.', input: z.object({}) });\n",
    ),
    "fastapi-mcp": (
        "s.py",
        "from fastapi import FastAPI\nfrom fastapi_mcp import FastApiMCP\n"
        "app = FastAPI()\nFastApiMCP(app).mount()\n",
    ),
    "arcade": (
        "s.py",
        "from arcade_mcp_server import MCPApp\napp = MCPApp(name='s')\n"
        "@app.tool\ndef a(x: int) -> int:\n    'A.'\n    return x\n",
    ),
}


def test_each_framework_has_a_sample() -> None:
    named = {one.name for kind in ("javascript", "python") for one in list_frameworks(kind)}
    assert named == set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_its_tools_are_named_as_not_read(name: str, tmp_path: Path) -> None:
    file, text = SAMPLES[name]
    with pytest.raises(InputError, match=f"{file}:.*registered with {name}, which is not read"):
        read(str(written(tmp_path, {file: text})))


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_beside_it_is_read(name: str, tmp_path: Path) -> None:
    file, text = SAMPLES[name]
    head = (
        'import { McpServer as S } from "@modelcontextprotocol/sdk/server/mcp.js";\n'
        "const other = new S({});\n"
        'other.registerTool("own", { description: "Own." }, () => {});\n'
    )
    beside: tuple[str, str] = (
        ("own.ts", head)
        if file.endswith(".ts")
        else ("own.py", f"{FAST}@mcp.tool\ndef own(): 'Own.'\n")
    )
    found = server(tmp_path, {file: text, beside[0]: beside[1]})
    assert "own" in [tool.name for tool in found.tools]
    assert not found.complete
    assert any(f"{name}, which is not read" in one.note for one in found.malformed)


def test_a_client_of_such_a_framework_registers_nothing(tmp_path: Path) -> None:
    text = 'import { MCPClient } from "mcp-use";\nconst c = new MCPClient({});\n'
    with pytest.raises(InputError, match="no tools found"):
        read(str(written(tmp_path, {"s.ts": text})))
