"""A server made with the SDK, either major. Arguments: streamable-http or sse, and a port."""

import importlib
import sys
from typing import Any

transport, port = sys.argv[1], int(sys.argv[2])
try:
    made_by: Any = importlib.import_module("mcp.server").MCPServer
    server = made_by("http-fixture", instructions="Over HTTP.")
    settings = {"port": port}
except AttributeError:
    made_by = importlib.import_module("mcp.server.fastmcp").FastMCP
    server = made_by("http-fixture", instructions="Over HTTP.", port=port)
    settings = {}


@server.tool()
def add(left: int, right: int) -> int:
    """Add two numbers."""
    return left + right


server.run(transport=transport, **settings)
