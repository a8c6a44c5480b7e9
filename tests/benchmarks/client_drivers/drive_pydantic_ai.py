"""Pydantic AI: what an agent with an MCPToolset sends; flavours openai and google."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from drive import FLAVOUR, drive
from fastmcp.client.transports import StdioTransport
from model import MockModel
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MODEL = MockModel()


def make_model() -> Any:
    if FLAVOUR == "google":
        from pydantic_ai.models.google import GoogleModel  # noqa: PLC0415
        from pydantic_ai.providers.google import GoogleProvider  # noqa: PLC0415

        provider = GoogleProvider(api_key="none", base_url=MODEL.url)
        return GoogleModel("gemini-2.5-pro", provider=provider)
    from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415
    from pydantic_ai.providers.openai import OpenAIProvider  # noqa: PLC0415

    provider = OpenAIProvider(api_key="none", base_url=f"{MODEL.url}/v1")
    return OpenAIChatModel("gpt-4.1", provider=provider)


@asynccontextmanager
async def list_tools(server: list[str]) -> AsyncIterator[Any]:
    transport = StdioTransport(command=server[0], args=server[1:], keep_alive=False)
    async with MCPToolset(transport) as toolset:
        await toolset.list_tools()
        yield toolset


async def bind(listed: Any) -> list[dict[str, Any]]:
    MODEL.asked.clear()
    await Agent(CHAT, toolsets=[listed]).run("Say done.")
    return MODEL.take()


CHAT = make_model()
drive(list_tools, bind)
