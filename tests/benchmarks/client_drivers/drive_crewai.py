"""CrewAI: what an agent with the tools of an MCPServerAdapter sends to an OpenAI model."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from drive import drive
from model import MockModel

os.environ |= {"CREWAI_DISABLE_TELEMETRY": "true", "OTEL_SDK_DISABLED": "true"}
os.environ |= {"CREWAI_TRACING_ENABLED": "false", "CREWAI_DISABLE_TRACKING": "true"}

from crewai import LLM, Agent
from crewai_tools import MCPServerAdapter
from mcp import StdioServerParameters

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECONDS = 8
"""How long a connection is waited for: every list that fails takes this long."""
MODEL = MockModel()
CHAT = LLM(model="openai/gpt-4.1", api_key="none", base_url=f"{MODEL.url}/v1")


@asynccontextmanager
async def list_tools(server: list[str]) -> AsyncIterator[Any]:
    parameters = StdioServerParameters(command=server[0], args=server[1:])
    adapter = await asyncio.to_thread(MCPServerAdapter, parameters, connect_timeout=SECONDS)
    try:
        yield adapter.tools
    finally:
        await asyncio.to_thread(adapter.stop)


async def bind(listed: Any) -> list[dict[str, Any]]:
    MODEL.asked.clear()
    agent = Agent(role="clerk", goal="answer", backstory="none", llm=CHAT, tools=[*listed])
    await asyncio.to_thread(agent.kickoff, "Say done.")
    return MODEL.take()


drive(list_tools, bind)
