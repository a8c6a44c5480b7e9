"""Every shape of registration is found, and nothing that only looks like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reading import FAST, LOW, OFFICIAL, server

from toolgrade.inputs import InputError, read

if TYPE_CHECKING:
    from pathlib import Path

REGISTRATIONS = {
    "decorator": (OFFICIAL, "@mcp.tool()\ndef a(x: int): 'A.'", ["a"]),
    "second version": (
        "from mcp.server import MCPServer\napp = MCPServer('s')\n",
        "@app.tool()\nasync def a(): 'A.'",
        ["a"],
    ),
    "bare decorator": (FAST, "@mcp.tool\ndef a(): 'A.'", ["a"]),
    "name first": (FAST, "@mcp.tool('b')\ndef a(): 'A.'", ["b"]),
    "name by keyword": (OFFICIAL, "@mcp.tool(name='b')\ndef a(): 'A.'", ["b"]),
    "name from a constant": (OFFICIAL, "P = 'x_'\n@mcp.tool(name=P + 'b')\ndef a(): 'A.'", ["x_b"]),
    "called on a function": (OFFICIAL, "def a(): 'A.'\nmcp.tool()(a)", ["a"]),
    "given a function": (FAST, "def a(): 'A.'\nmcp.tool(a, name='b')", ["b"]),
    "added": (OFFICIAL, "def a(): 'A.'\nmcp.add_tool(a, name='b')", ["b"]),
    "added by place": (OFFICIAL, "def a(): 'A.'\nmcp.add_tool(a, 'b', 'What?')", ["b"]),
    "from_function": (
        "from fastmcp.tools import Tool\n" + FAST,
        "def a(): 'A.'\nmcp.add_tool(Tool.from_function(a, name='b'))",
        ["b"],
    ),
    "loop over a table": (
        OFFICIAL,
        "def a(): 'A.'\ndef b(): 'B.'\nfor f, n in [(a, 'x'), (b, 'y')]:\n    mcp.add_tool(f, name=n)",
        ["x", "y"],
    ),
    "helper": (
        OFFICIAL,
        "def a(): 'A.'\ndef add(server, f):\n    server.add_tool(f)\nadd(mcp, a)",
        ["a"],
    ),
    "inside a function": (
        OFFICIAL,
        "def register(server: FastMCP):\n    @server.tool()\n    def a(): 'A.'",
        ["a"],
    ),
    "method of an object": (
        OFFICIAL,
        "class T:\n    def __init__(self, mcp: FastMCP):\n        self.mcp = mcp\n"
        "        self.mcp.tool(name='b')(self.a)\n    def a(self, x: int): 'A.'\nT(mcp)",
        ["b"],
    ),
    "subclass": (
        "from mcp.server.fastmcp import FastMCP\nclass Own(FastMCP): pass\nmcp = Own('s')\n",
        "@mcp.tool()\ndef a(): 'A.'",
        ["a"],
    ),
    "made by a function": (
        "from mcp.server.fastmcp import FastMCP\n",
        "def make() -> FastMCP:\n    return FastMCP('s')\nx = make()\n@x.tool()\ndef a(): 'A.'",
        ["a"],
    ),
    "mounted": (
        FAST,
        "main = FastMCP('m')\n@mcp.tool\ndef a(): 'A.'\nmain.mount(mcp, prefix='sub')",
        ["sub_a"],
    ),
    "low level": (
        LOW,
        "@server.list_tools()\nasync def f() -> list[types.Tool]:\n"
        "    return [types.Tool(name='a', description='A.', inputSchema={'type': 'object'})]",
        ["a"],
    ),
    "low level, appended": (
        LOW,
        "@server.list_tools()\nasync def f():\n    tools = [types.Tool(name='a', inputSchema={})]\n"
        "    if flag:\n        tools.append(types.Tool(name='b', inputSchema={}))\n    return tools",
        ["a", "b"],
    ),
    "low level, from a table": (
        LOW,
        "ROWS = [{'name': 'a', 'inputSchema': {}}, {'name': 'b', 'inputSchema': {}}]\n"
        "@server.list_tools()\nasync def f():\n    return [types.Tool(**row) for row in ROWS]",
        ["a", "b"],
    ),
    "low level, second version": (
        "from mcp.server import Server\nfrom mcp.types import Tool, ListToolsResult\n",
        "async def f(ctx, params):\n    return ListToolsResult(tools=[Tool(name='a', input_schema={})])\n"
        "server = Server('s', on_list_tools=f)",
        ["a"],
    ),
}


@pytest.mark.parametrize("shape", REGISTRATIONS)
def test_a_registration_is_found(tmp_path: Path, shape: str) -> None:
    head, text, names = REGISTRATIONS[shape]
    assert [t.name for t in server(tmp_path, {"server.py": head + text}).tools] == names


LOOK_ALIKES = {
    "langchain": "from langchain_core.tools import tool\n@tool\ndef a(x: int): 'A.'",
    "crewai": "from crewai.tools import tool\n@tool('b')\ndef a(): 'A.'",
    "smolagents": "from smolagents import tool\n@tool\ndef a() -> str: 'A.'",
    "pydantic-ai": "from pydantic_ai import Agent\nagent = Agent('m')\n@agent.tool\ndef a(): 'A.'",
    "another server": "from other import FastMCP\nserver = FastMCP()\n@server.tool()\ndef a(): 'A.'",
    "own class": "class App:\n    def tool(self): ...\napp = App()\n@app.tool()\ndef a(): 'A.'",
    "a string object": "from x import Tool\nt = Tool(name='a', description='A.')",
    "a comment": "# @mcp.tool()\nx = '@mcp.tool()'",
}


@pytest.mark.parametrize("library", LOOK_ALIKES)
def test_what_only_looks_like_a_tool_is_none(tmp_path: Path, library: str) -> None:
    (tmp_path / "server.py").write_text(LOOK_ALIKES[library])
    with pytest.raises(InputError, match="no tools found in 1 source file"):
        read(str(tmp_path))


def test_names_constants_and_models_are_followed_across_modules(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "src/pkg/__init__.py": "from .base import mcp",
        "src/pkg/base.py": OFFICIAL,
        "src/pkg/texts/__init__.py": "from pkg.texts.more import *",
        "src/pkg/texts/more.py": "LIMIT = 5\nINTRO = f'Most: {LIMIT}.'",
        "src/pkg/models.py": "from pydantic import BaseModel\nclass Row(BaseModel):\n    id: int",
        "src/pkg/tools/rows.py": (
            "from pkg import mcp\nfrom ..models import Row\nfrom pkg import texts\n"
            "@mcp.tool(description=texts.INTRO)\ndef add(row: Row, n: int = texts.LIMIT): ..."
        ),
    }
    (tool,) = server(tmp_path, files).tools
    assert tool.description == "Most: 5."
    assert tool.input_schema is not None
    assert tool.input_schema["properties"]["n"]["default"] == 5
    assert tool.input_schema["$defs"]["Row"]["properties"]["id"]["type"] == "integer"
    assert tool.origin.place("/description", 0) == (
        f"{tmp_path.name}/src/pkg/texts/more.py",
        2,
        11,
    )


def test_one_file_gives_the_tools_that_it_registers(tmp_path: Path) -> None:
    (tmp_path / "base.py").write_text(OFFICIAL + "@mcp.tool()\ndef other(): 'O.'")
    (tmp_path / "one.py").write_text("from base import mcp\n@mcp.tool()\ndef a(): 'A.'")
    (found,) = read(str(tmp_path / "one.py"))
    assert [t.name for t in found.tools] == ["a"]
    assert found.name == "one"
