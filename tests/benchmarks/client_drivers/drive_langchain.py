"""LangChain: what MultiServerMCPClient lists, and what a chat model sends of it.

Flavours: openai, google and anthropic, each the provider's own package against the mock model.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from drive import FLAVOUR, drive
from langchain_mcp_adapters.client import MultiServerMCPClient
from model import MockModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MODEL = MockModel()


def make_model() -> Any:
    if FLAVOUR == "google":
        from langchain_google_genai import ChatGoogleGenerativeAI  # noqa: PLC0415

        return ChatGoogleGenerativeAI(model="gemini-2.5-pro", api_key="none", base_url=MODEL.url)
    if FLAVOUR == "anthropic":
        from langchain_anthropic import ChatAnthropic  # noqa: PLC0415

        return ChatAnthropic(model="claude-sonnet-4-5", api_key="none", base_url=MODEL.url)
    from langchain_openai import ChatOpenAI  # noqa: PLC0415

    return ChatOpenAI(model="gpt-4.1", api_key="none", base_url=f"{MODEL.url}/v1")


@asynccontextmanager
async def list_tools(server: list[str]) -> AsyncIterator[Any]:
    one = {"transport": "stdio", "command": server[0], "args": server[1:]}
    yield await MultiServerMCPClient({"harbour": one}).get_tools()


async def bind(listed: Any) -> list[dict[str, Any]]:
    MODEL.asked.clear()
    await CHAT.bind_tools(listed).ainvoke("Say done.")
    return MODEL.take()


CHAT = make_model()
drive(list_tools, bind)
