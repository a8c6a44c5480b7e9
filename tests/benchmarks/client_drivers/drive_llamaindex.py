"""LlamaIndex: what McpToolSpec makes of the tools, and what its OpenAI model sends of them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from drive import drive
from llama_index.llms.openai import OpenAI
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec
from model import MockModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MODEL = MockModel()
CHAT = OpenAI(model="gpt-4.1", api_key="none", api_base=f"{MODEL.url}/v1")


@asynccontextmanager
async def list_tools(server: list[str]) -> AsyncIterator[Any]:
    yield await McpToolSpec(BasicMCPClient(server[0], args=server[1:])).to_tool_list_async()


async def bind(listed: Any) -> list[dict[str, Any]]:
    MODEL.asked.clear()
    await CHAT.achat_with_tools(listed, user_msg="Say done.")
    return MODEL.take()


drive(list_tools, bind)
