"""Speaks the stateless protocol of 2026-07-28 only, after a start as long as its argument."""

import sys
import time
from typing import Any

from stdio import Message, error, read, result, tool

PREFIX = "io.modelcontextprotocol/"
DONE = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
time.sleep(float(sys.argv[1]) if len(sys.argv) > 1 else 0)


def respond(request: Message) -> None:
    meta: dict[str, Any] = request.get("params", {}).get("_meta", {})
    wanted = {f"{PREFIX}{name}" for name in ("protocolVersion", "clientInfo", "clientCapabilities")}
    if "method" not in request or "id" not in request:
        return
    if not wanted <= meta.keys() or meta[f"{PREFIX}protocolVersion"] != "2026-07-28":
        error(request, "Unsupported protocol version", -32022)
    elif request["method"] == "server/discover":
        info = {f"{PREFIX}serverInfo": {"name": "modern", "version": "2"}}
        said = {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}}
        result(request, {**DONE, **said, "instructions": "New.", "_meta": info})
    elif request["method"] == "tools/list":
        page = {} if "cursor" in request["params"] else {"nextCursor": "2"}
        result(request, {**DONE, "tools": [tool("new")], **page})


while True:
    respond(read())
