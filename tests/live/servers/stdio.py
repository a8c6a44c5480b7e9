"""What these servers share: newline-delimited JSON-RPC on the standard library alone."""

import json
import sys
from collections.abc import Callable
from typing import Any

Message = dict[str, Any]


def read() -> Message:
    """Return the next message; ends the process when the client hangs up."""
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    return json.loads(line)


def raw(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def result(request: Message, value: Any) -> None:
    raw(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": value}))


def error(request: Message, message: str, code: int = -32601) -> None:
    said = {"code": code, "message": message}
    raw(json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": said}))


def hello(request: Message, version: str = "2025-11-25", **more: Any) -> None:
    info = {"name": "fixture", "version": "1"}
    said = {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info}
    result(request, {**said, **more})


def serve(on_list: Callable[[Message], None], **more: Any) -> None:
    """Answer as a server of the older protocol does; `on_list` answers tools/list."""
    while True:
        request = read()
        method = request.get("method")
        if method == "initialize":
            hello(request, **more)
        elif method == "tools/list":
            on_list(request)
        elif "id" in request and "method" in request:
            error(request, "Method not found")


def tool(name: str, **more: Any) -> Message:
    schema = {"type": "object", "properties": {}}
    return {"name": name, "description": f"Does {name}.", "inputSchema": schema, **more}
