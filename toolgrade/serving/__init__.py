"""toolgrade as an MCP server, over stdio: text in, findings and fixes out.

Nothing is launched, fetched or written. Files are read below one folder, if the user names one.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.files.shipped import read_shipped
from toolgrade.files.version import VERSION
from toolgrade.model import InputError, RubricError
from toolgrade.serving.answers import Desk

if TYPE_CHECKING:
    from collections.abc import Mapping

_NEEDS = 'the MCP server needs the MCP SDK: pip install "toolgrade[live]"'


@cache
def read_definitions() -> Mapping[str, Any]:
    """Return what the server says of itself: its tools as tools/list has them, instructions."""
    text = read_shipped(Path(__file__).parent / "definitions.json")
    found: dict[str, Any] = json.loads(text)
    return found


def answer(desk: Desk, name: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return the structured answer to a call, and whether it is an error."""
    handler = desk.tools.get(name)
    if handler is None:
        return {"error": f"there is no tool {name[:80]!r}"}, True
    try:
        return handler(arguments), False
    except (InputError, RubricError) as error:
        return {"error": str(error)}, True


def serve(root: Path | None) -> None:
    """Serve on stdin and stdout until the client goes. Raises InputError without the SDK."""
    try:
        import anyio  # noqa: PLC0415 - comes with the SDK
        import mcp  # noqa: F401, PLC0415 - an extra, and slow
    except ModuleNotFoundError:
        raise InputError(_NEEDS) from None
    anyio.run(_serve, Desk(root))


async def _serve(desk: Desk) -> None:
    from anyio import to_thread  # noqa: PLC0415 - comes with the SDK
    from mcp import types  # noqa: PLC0415 - costs a second
    from mcp.server.lowlevel import NotificationOptions, Server  # noqa: PLC0415 - as above
    from mcp.server.models import InitializationOptions  # noqa: PLC0415 - as above
    from mcp.server.stdio import stdio_server  # noqa: PLC0415 - as above

    said = read_definitions()
    # Both majors take the wire's keys; only the first needs to be given them one by one.
    tools = [types.Tool.model_validate(tool) for tool in said["tools"]]

    def list_tools() -> Any:  # noqa: ANN401 - of the SDK's major
        return types.ListToolsResult(tools=tools)

    async def call(name: str, arguments: Mapping[str, Any] | None) -> Any:  # noqa: ANN401 - as above
        found, is_error = await to_thread.run_sync(answer, desk, name, arguments or {})
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        body: dict[str, Any] = {"content": [{"type": "text", "text": text}], "isError": is_error}
        if not is_error:
            body["structuredContent"] = found
        return types.CallToolResult.model_validate(body)

    server = _make_server(Server, types, list_tools, call, said["instructions"])
    options = InitializationOptions(
        server_name="toolgrade",
        server_version=VERSION,
        capabilities=server.get_capabilities(NotificationOptions(), {}),
        instructions=said["instructions"],
    )
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, options)


def _make_server(kind: Any, types: Any, list_tools: Any, call: Any, instructions: str) -> Any:  # noqa: ANN401 - the SDK's, of either major
    """Return a server of the SDK with two handlers, which each major is given in its own way."""
    if hasattr(kind, "list_tools"):
        server = kind("toolgrade", version=VERSION, instructions=instructions)

        async def on_list(_: Any) -> Any:  # noqa: ANN401 - as above
            return types.ServerResult(list_tools())

        async def on_call(request: Any) -> Any:  # noqa: ANN401 - as above
            return types.ServerResult(await call(request.params.name, request.params.arguments))

        server.request_handlers[types.ListToolsRequest] = on_list
        server.request_handlers[types.CallToolRequest] = on_call
        return server

    async def on_list_tools(_context: Any, _parameters: Any) -> Any:  # noqa: ANN401 - as above
        return list_tools()

    async def on_call_tool(_context: Any, parameters: Any) -> Any:  # noqa: ANN401 - as above
        return await call(parameters.name, parameters.arguments)

    return kind(
        "toolgrade",
        version=VERSION,
        instructions=instructions,
        on_list_tools=on_list_tools,
        on_call_tool=on_call_tool,
    )
