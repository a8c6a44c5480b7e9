"""Google ADK: what an agent with an McpToolset sends to Gemini."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from drive import drive
from model import MockModel

MODEL = MockModel()
os.environ |= {"GOOGLE_API_KEY": "none", "GOOGLE_GEMINI_BASE_URL": MODEL.url}

from google.adk.agents import LlmAgent  # noqa: E402
from google.adk.runners import InMemoryRunner  # noqa: E402
from google.adk.tools.mcp_tool import McpToolset, StdioConnectionParams  # noqa: E402
from mcp import StdioServerParameters  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def list_tools(server: list[str]) -> AsyncIterator[Any]:
    parameters = StdioServerParameters(command=server[0], args=server[1:])
    toolset = McpToolset(connection_params=StdioConnectionParams(server_params=parameters))
    try:
        await toolset.get_tools()
        yield toolset
    finally:
        await toolset.close()


async def bind(listed: Any) -> list[dict[str, Any]]:
    MODEL.asked.clear()
    agent = LlmAgent(name="harbour", model="gemini-2.5-pro", tools=[listed])
    await InMemoryRunner(agent=agent, app_name="harbour").run_debug("Say done.", quiet=True)
    return MODEL.take()


drive(list_tools, bind)
