#!/usr/bin/env bash
# Expected: a tool with execution.taskSupport "optional" is offered to the model: by the specification of
# 2025-11-25 a client may call it with a task or without.
# Seen: agent-framework-core 1.23.0 leaves the tool out of an MCPStdioTool, with a warning in the log only.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q agent-framework-core==1.23.0 mcp==2.3.0 tenacity==9.2.1
cat >"$folder/server.py" <<'PYTHON'
import json
import sys

def tool(name, **more):
    return {"name": name, "description": "Moor a boat.", "inputSchema": {"type": "object", "properties": {}}, **more}

tools = [tool("moor_plain"), *(tool(f"moor_{s}", execution={"taskSupport": s}) for s in ("forbidden", "optional"))]
for line in sys.stdin:
    request = json.loads(line)
    if "id" not in request:
        continue
    reply = {"jsonrpc": "2.0", "id": request["id"]}
    if request["method"] == "initialize":
        reply["result"] = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "s", "version": "1"}}
    elif request["method"] == "tools/list":
        reply["result"] = {"tools": tools}
    else:
        reply["error"] = {"code": -32601, "message": "Method not found"}
    print(json.dumps(reply), flush=True)
PYTHON
cat >"$folder/client.py" <<'PYTHON'
import asyncio
import sys
from importlib.metadata import version

from agent_framework import MCPStdioTool

async def main():
    async with MCPStdioTool(name="harbour", command=sys.executable, args=[sys.argv[1]], load_prompts=False) as found:
        print("agent-framework-core", version("agent-framework-core"))
        print("offered:", *(function.name for function in found.functions))

asyncio.run(main())
PYTHON
"$folder/venv/bin/python" "$folder/client.py" "$folder/server.py" | tee "$folder/seen.txt"
grep -q '^offered: moor_plain moor_forbidden$' "$folder/seen.txt"
