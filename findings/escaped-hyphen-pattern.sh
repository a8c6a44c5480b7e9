#!/usr/bin/env bash
# Expected: a pattern such as ^\d{4}\-\d{2}$ in an outputSchema is accepted: it is valid in Python and
# in a JavaScript regular expression without flags.
# Seen: @modelcontextprotocol/sdk 1.32.2 compiles every outputSchema while it lists tools, with the
# flag "u", under which a needless escape is an error: listTools() fails for all tools of the server.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 zod@4.1.13 >/dev/null
cat >list.mjs <<'JS'
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
const tool = (pattern) => ({
  name: "get_month",
  inputSchema: { type: "object", properties: {} },
  outputSchema: { type: "object", properties: { month: { type: "string", pattern } } },
});
const answers = (pattern) => ({
  initialize: {
    protocolVersion: "2025-06-18",
    capabilities: { tools: {} },
    serverInfo: { name: "calendar", version: "1" },
  },
  "tools/list": { tools: [tool(pattern), { name: "get_day", inputSchema: { type: "object" } }] },
});
for (const pattern of ["^\\d{4}-\\d{2}$", "^\\d{4}\\-\\d{2}$"]) {
  const transport = {
    async start() {},
    async close() {},
    async send(message) {
      const result = answers(pattern)[message.method];
      if (result) queueMicrotask(() => this.onmessage({ jsonrpc: "2.0", id: message.id, result }));
    },
  };
  const client = new Client({ name: "finding", version: "1" });
  await client.connect(transport);
  try {
    const { tools } = await client.listTools();
    console.log(`${pattern}: ${tools.length} tools`);
  } catch (error) {
    console.log(`${pattern}: no tools: ${error.message.split("\n")[0]}`);
  }
}
JS
echo "@modelcontextprotocol/sdk 1.32.2"
node list.mjs | tee seen.txt
grep -qF '^\d{4}-\d{2}$: 2 tools' seen.txt
grep -qF '^\d{4}\-\d{2}$: no tools' seen.txt
