"""OpenAI Agents SDK: what an agent with an MCPServerStdio sends; flavour strict turns that on."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from agents import Agent, OpenAIResponsesModel, Runner, set_tracing_disabled
from agents.mcp import MCPServerStdio
from drive import FLAVOUR, drive
from model import MockModel
from openai import AsyncOpenAI

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MODEL = MockModel()
CLIENT = AsyncOpenAI(api_key="none", base_url=f"{MODEL.url}/v1", max_retries=0)
set_tracing_disabled(True)


@asynccontextmanager
async def list_tools(server: list[str]) -> AsyncIterator[Any]:
    async with MCPServerStdio({"command": server[0], "args": server[1:]}) as opened:
        await opened.list_tools()
        yield opened


async def bind(listed: Any) -> list[dict[str, Any]]:
    MODEL.asked.clear()
    strict = {"convert_schemas_to_strict": True} if FLAVOUR == "strict" else {}
    agent = Agent(
        name="Harbour",
        model=OpenAIResponsesModel("gpt-4.1", CLIENT),
        mcp_servers=[listed],
        mcp_config=strict,
    )
    await Runner.run(agent, "Say done.")
    return MODEL.take()


drive(list_tools, bind)
