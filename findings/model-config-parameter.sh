#!/usr/bin/env bash
# Expected: a tool with a parameter named "model_config" is listed like any other, or left out.
# Seen: llama-index-tools-mcp 0.6.0 lists no tool of the server at all: it makes a pydantic model with a
# field of that name, which pydantic takes for its settings.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q llama-index-tools-mcp==0.6.0 mcp==2.3.0 pydantic==2.14.4
cat >"$folder/server.py" <<'PYTHON'
import json
import sys

def tool(name, parameter):
    schema = {"type": "object", "properties": {parameter: {"type": "string"}}}
    return {"name": name, "description": "Load a model.", "inputSchema": schema}

for line in sys.stdin:
    request = json.loads(line)
    if "id" not in request:
        continue
    reply = {"jsonrpc": "2.0", "id": request["id"]}
    if request["method"] == "initialize":
        reply["result"] = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "s", "version": "1"}}
    elif request["method"] == "tools/list":
        reply["result"] = {"tools": [tool("name_model", "model"), tool("load_model", sys.argv[1])]}
    else:
        reply["error"] = {"code": -32601, "message": "Method not found"}
    print(json.dumps(reply), flush=True)
PYTHON
cat >"$folder/client.py" <<'PYTHON'
import asyncio
import sys

from llama_index.tools.mcp import BasicMCPClient, McpToolSpec

async def main():
    for parameter in ("model_settings", "model_config"):
        client = BasicMCPClient(sys.executable, args=[sys.argv[1], parameter])
        try:
            tools = await McpToolSpec(client).to_tool_list_async()
            print(f"{parameter}:", *(tool.metadata.name for tool in tools))
        except TypeError as error:
            print(f"{parameter}: {error}")

asyncio.run(main())
PYTHON
"$folder/venv/bin/python" -W ignore "$folder/client.py" "$folder/server.py" | tee "$folder/seen.txt"
grep -q '^model_settings: name_model load_model$' "$folder/seen.txt"
grep -q "^model_config: 'FieldInfo' object is not iterable$" "$folder/seen.txt"
