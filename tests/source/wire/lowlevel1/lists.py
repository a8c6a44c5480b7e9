"""Lists of tools that are put together."""

import asyncio

import mcp.types as types
from mcp.server import Server
from mcp.server.stdio import stdio_server

server = Server("lists")
NAMES = ["x", "y"]


def make(name: str, **more) -> types.Tool:
    return types.Tool(
        name=name, description=f"Does {name}.", inputSchema={"type": "object"}, **more
    )


@server.list_tools()
async def handle() -> list[types.Tool]:
    tools = [make("one"), *[make(f"c{i}") for i in range(2)]]
    tools.insert(0, make("first"))
    tools.insert(-1, make("before_last"))
    tools += [make(f"d{i}") for i in range(1, 6, 2)]
    tools.extend(make(f"e{i}", title=f"E{i}") for i in range(2))
    for i in range(2):
        tools.append(make(f"f{i}"))
    for i, name in enumerate(NAMES):
        tools.append(make(f"{name}{i}"))
    tools = tools + [make("last")]
    return tools


async def main():
    async with stdio_server() as (r, w):
        await server.run(r, w, server.create_initialization_options())


asyncio.run(main())
