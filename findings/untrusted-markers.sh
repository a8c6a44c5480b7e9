#!/usr/bin/env bash
# Expected: Gemini is given a tool's description, and those of its parameters, as the server wrote them.
# Seen: google-adk 2.13.0 puts a line before and a line after each of them, 80 characters that call
# it untrusted, so that every parameter costs some twenty tokens more.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q 'google-adk[mcp]==2.13.0' mcp==2.3.0
cat >"$folder/server.py" <<'PYTHON'
import json
import sys

pier = {"type": "string", "description": "Pier"}
tool = {"name": "list_boats", "description": "List the boats.", "inputSchema": {"type": "object", "properties": {"pier": pier}}}
for line in sys.stdin:
    request = json.loads(line)
    if "id" not in request:
        continue
    reply = {"jsonrpc": "2.0", "id": request["id"]}
    if request["method"] == "initialize":
        reply["result"] = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "s", "version": "1"}}
    elif request["method"] == "tools/list":
        reply["result"] = {"tools": [tool]}
    else:
        reply["error"] = {"code": -32601, "message": "Method not found"}
    print(json.dumps(reply), flush=True)
PYTHON
cat >"$folder/client.py" <<'PYTHON'
import asyncio
import json
import sys
from importlib.metadata import version

from google.adk.agents import LlmAgent
from google.adk.models import BaseLlm, LlmResponse
from google.adk.runners import InMemoryRunner
from google.adk.tools.mcp_tool import McpToolset, StdioConnectionParams
from google.genai.types import Content, Part
from mcp import StdioServerParameters

class Model(BaseLlm):
    async def generate_content_async(self, llm_request, stream=False):
        (sent,) = llm_request.config.tools[0].function_declarations
        print("google-adk", version("google-adk"))
        print("tool:", json.dumps(sent.description))
        print("parameter:", json.dumps(sent.parameters_json_schema["properties"]["pier"]["description"]))
        yield LlmResponse(content=Content(role="model", parts=[Part(text="Done.")]))

async def main():
    server = StdioServerParameters(command=sys.executable, args=[sys.argv[1]])
    toolset = McpToolset(connection_params=StdioConnectionParams(server_params=server))
    agent = LlmAgent(name="harbour", model=Model(model="none"), tools=[toolset])
    await InMemoryRunner(agent=agent, app_name="harbour").run_debug("Say done.", quiet=True)
    await toolset.close()

asyncio.run(main())
PYTHON
"$folder/venv/bin/python" -W ignore "$folder/client.py" "$folder/server.py" 2>/dev/null | tee "$folder/seen.txt"
grep -qF 'tool: "<<<BEGIN_UNTRUSTED_TOOL_DESCRIPTION>>>\nList the boats.\n<<<END_UNTRUSTED_TOOL_DESCRIPTION>>>"' "$folder/seen.txt"
grep -qF 'parameter: "<<<BEGIN_UNTRUSTED_TOOL_DESCRIPTION>>>\nPier\n<<<END_UNTRUSTED_TOOL_DESCRIPTION>>>"' "$folder/seen.txt"
