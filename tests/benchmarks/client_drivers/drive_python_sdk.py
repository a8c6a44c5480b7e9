"""The Python SDK: what its session lists, and whether a tool with an outputSchema can be called."""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from drive import FLAVOUR, describe, drive
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECOND = version("mcp").startswith("2.")


@asynccontextmanager
async def list_tools(server: list[str]) -> AsyncIterator[Any]:
    parameters = StdioServerParameters(command=server[0], args=server[1:])
    if SECOND:
        from mcp.client.client import Client  # noqa: PLC0415  # 1.x lacks it

        mode = "auto" if FLAVOUR == "modern" else "legacy"
        async with Client(stdio_client(parameters), mode=mode) as client:
            yield client, (await client.list_tools()).tools
        return
    async with stdio_client(parameters) as streams, ClientSession(*streams) as session:
        await session.initialize()
        yield session, (await session.list_tools()).tools


async def bind(listed: Any) -> list[dict[str, Any]]:
    session, tools = listed
    offered = []
    for tool in tools:
        given = tool.model_dump(by_alias=True)
        one = {"name": tool.name, "description": tool.description, "schema": given["inputSchema"]}
        if given["outputSchema"] is not None:
            try:
                await session.call_tool(tool.name, {})
            except Exception as error:  # noqa: BLE001  # any error is the result
                one["call"] = describe(error)
        offered.append(one)
    return offered


drive(list_tools, bind)
