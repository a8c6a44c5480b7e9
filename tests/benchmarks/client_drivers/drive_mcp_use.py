"""mcp-use: what its LangChain adapter makes of the tools, and what LangChain would send of them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from drive import drive
from langchain_core.utils.function_calling import convert_to_openai_tool
from mcp_use import MCPClient
from mcp_use.agents.adapters.langchain_adapter import LangChainAdapter
from model import read_tool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def list_tools(server: list[str]) -> AsyncIterator[Any]:
    servers = {"harbour": {"command": server[0], "args": server[1:]}}
    client = MCPClient.from_dict({"mcpServers": servers})
    try:
        yield await LangChainAdapter().create_tools(client)
    finally:
        await client.close_all_sessions()


async def bind(listed: Any) -> list[dict[str, Any]]:
    return [read_tool(convert_to_openai_tool(tool)) for tool in listed]


drive(list_tools, bind)
