"""Agno: what an agent with MCPTools sends; flavours openai and google."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from agno.agent import Agent
from agno.tools.mcp import MCPTools
from drive import FLAVOUR, drive
from mcp import StdioServerParameters
from model import MockModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MODEL = MockModel()


def make_model() -> Any:
    if FLAVOUR == "google":
        from agno.models.google import Gemini  # noqa: PLC0415

        options = {"http_options": {"base_url": MODEL.url}}
        return Gemini(id="gemini-2.5-pro", api_key="none", client_params=options)
    from agno.models.openai import OpenAIChat  # noqa: PLC0415

    return OpenAIChat(id="gpt-4.1", api_key="none", base_url=f"{MODEL.url}/v1")


@asynccontextmanager
async def list_tools(server: list[str]) -> AsyncIterator[Any]:
    parameters = StdioServerParameters(command=server[0], args=server[1:])
    async with MCPTools(server_params=parameters, transport="stdio") as tools:
        yield tools


async def bind(listed: Any) -> list[dict[str, Any]]:
    MODEL.asked.clear()
    done = await Agent(model=make_model(), tools=[listed], telemetry=False).arun("Say done.")
    if not MODEL.asked:  # the error is the answer
        raise RuntimeError(str(done.content))
    return MODEL.take()


drive(list_tools, bind)
