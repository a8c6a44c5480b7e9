"""Strands: what an agent with the tools of an MCPClient sends to an OpenAI model."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from drive import drive
from mcp import StdioServerParameters
from mcp.client.stdio import stdio_client
from model import MockModel
from strands import Agent
from strands.models.openai import OpenAIModel
from strands.tools.mcp import MCPClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MODEL = MockModel()
CHAT = OpenAIModel(
    client_args={"api_key": "none", "base_url": f"{MODEL.url}/v1", "max_retries": 0},
    model_id="gpt-4.1",
)


@asynccontextmanager
async def list_tools(server: list[str]) -> AsyncIterator[Any]:
    parameters = StdioServerParameters(command=server[0], args=server[1:])
    with MCPClient(lambda: stdio_client(parameters)) as client:
        yield client.list_tools_sync()


async def bind(listed: Any) -> list[dict[str, Any]]:
    MODEL.asked.clear()
    await Agent(model=CHAT, tools=[*listed], callback_handler=None).invoke_async("Say done.")
    return MODEL.take()


drive(list_tools, bind)
