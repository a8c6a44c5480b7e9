"""Semantic Kernel: an MCPStdioPlugin of a kernel, and what its OpenAI service sends."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from drive import drive
from model import MockModel
from openai import AsyncOpenAI
from semantic_kernel import Kernel
from semantic_kernel.connectors.ai import FunctionChoiceBehavior
from semantic_kernel.connectors.ai.open_ai import (
    OpenAIChatCompletion,
    OpenAIChatPromptExecutionSettings,
)
from semantic_kernel.connectors.mcp import MCPStdioPlugin
from semantic_kernel.contents import ChatHistory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MODEL = MockModel()
CHAT = OpenAIChatCompletion(
    ai_model_id="gpt-4.1",
    async_client=AsyncOpenAI(api_key="none", base_url=f"{MODEL.url}/v1", max_retries=0),
)


@asynccontextmanager
async def list_tools(server: list[str]) -> AsyncIterator[Any]:
    plugin = MCPStdioPlugin(name="harbour", command=server[0], args=server[1:], load_prompts=False)
    # An error while tools are loaded ends a task that connect() waits for without end.
    connecting = asyncio.create_task(plugin.connect())
    await asyncio.sleep(0)
    loading = plugin._current_task  # noqa: SLF001  # the only place where the error is
    await asyncio.wait({connecting, loading}, return_when=asyncio.FIRST_COMPLETED)
    if not connecting.done() and loading.exception():
        connecting.cancel()
        raise loading.exception()
    await connecting
    try:
        kernel = Kernel()
        kernel.add_plugin(plugin)
        yield kernel
    finally:
        await plugin.close()


async def bind(listed: Any) -> list[dict[str, Any]]:
    MODEL.asked.clear()
    settings = OpenAIChatPromptExecutionSettings(
        function_choice_behavior=FunctionChoiceBehavior.Auto()
    )
    history = ChatHistory()
    history.add_user_message("Say done.")
    await CHAT.get_chat_message_contents(history, settings, kernel=listed)
    return MODEL.take()


drive(list_tools, bind)
