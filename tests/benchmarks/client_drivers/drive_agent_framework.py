"""Microsoft Agent Framework: what an agent with an MCPStdioTool sends to an OpenAI model."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from agent_framework import Agent, MCPStdioTool
from agent_framework.openai import OpenAIChatClient
from drive import drive
from model import MockModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MODEL = MockModel()
CHAT = OpenAIChatClient(model="gpt-4.1", api_key="none", base_url=f"{MODEL.url}/v1")


@asynccontextmanager
async def list_tools(server: list[str]) -> AsyncIterator[Any]:
    tool = MCPStdioTool(name="harbour", command=server[0], args=server[1:], load_prompts=False)
    async with tool:
        yield tool


async def bind(listed: Any) -> list[dict[str, Any]]:
    MODEL.asked.clear()
    await Agent(client=CHAT, tools=[listed]).run("Say done.")
    return MODEL.take()


drive(list_tools, bind)
