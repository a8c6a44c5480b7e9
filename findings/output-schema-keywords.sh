#!/usr/bin/env bash
# Expected: a keyword that JSON Schema 2020-12 does not know, such as "id" on a property of an outputSchema,
# is ignored, as validators ignore "x-note".
# An "$anchor" at the root of a schema can be referred to, like one further in.
# Seen: @modelcontextprotocol/sdk 1.32.2 refuses the whole tools/list answer for either of them: ajv throws at
# any "id", since draft-04 had it, and registers no anchor of the root.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 ajv@8.20.0 >/dev/null
cat >list.mjs <<'JS'
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
class Answers {
  constructor(tools) { this.tools = tools; }
  async start() {}
  async close() {}
  async send({ id, method, params }) {
    if (id === undefined) return;
    const hello = { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } };
    const result = method === "initialize" ? hello : { tools: this.tools };
    queueMicrotask(() => this.onmessage({ jsonrpc: "2.0", id, result }));
  }
}
const plain = { name: "list_berths", inputSchema: { type: "object" } };
const schemas = {
  "x-note": { type: "object", properties: { berth: { type: "string", "x-note": "berth-name" } } },
  id: { type: "object", properties: { berth: { type: "string", id: "berth-name" } } },
  "inner anchor": { type: "object", properties: { next: { $ref: "#berth" } }, $defs: { berth: { $anchor: "berth", type: "object" } } },
  "root anchor": { $anchor: "berth", type: "object", properties: { next: { $ref: "#berth" } } },
};
for (const [name, outputSchema] of Object.entries(schemas)) {
  const client = new Client({ name: "c", version: "1" });
  await client.connect(new Answers([plain, { ...plain, name: "read_berth", outputSchema }]));
  const said = await client.listTools().then(({ tools }) => `${tools.length} tools`, (error) => `whole list refused: ${error.message}`);
  console.log(`${name}: ${said}`);
}
JS
node list.mjs | tee seen.txt
grep -q '^x-note: 2 tools$' seen.txt
grep -q '^id: whole list refused: NOT SUPPORTED' seen.txt
grep -q '^inner anchor: 2 tools$' seen.txt
grep -q "^root anchor: whole list refused: can't resolve reference #berth" seen.txt
