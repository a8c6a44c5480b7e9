#!/usr/bin/env bash
# Expected: a tool whose inputSchema has a property named "constructor" is listed like any other.
# Seen: @modelcontextprotocol/sdk 1.32.2 with zod 3.25.76 refuses the whole tools/list answer.
# With zod 4.1.13 the same list is accepted, so which zod npm picks decides.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >list.mjs <<'JS'
import { ListToolsResultSchema } from "@modelcontextprotocol/sdk/types.js";
const list = (name) => ({
  tools: [{ name: "build_house", inputSchema: { type: "object", properties: { [name]: { type: "string" } } } }],
});
for (const name of ["builder", "toString", "constructor"]) {
  const { success, error } = ListToolsResultSchema.safeParse(list(name));
  console.log(`${name}: ${success ? "accepted" : "whole list refused: " + error.issues[0].message}`);
}
JS
for zod in 3.25.76 4.1.13; do
  npm init -y >/dev/null
  npm install --silent --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 zod@$zod >/dev/null
  echo "@modelcontextprotocol/sdk 1.32.2, zod $zod"
  node list.mjs | tee "zod-$zod.txt"
  rm -rf node_modules package.json package-lock.json
done
grep -q '^constructor: whole list refused' zod-3.25.76.txt
grep -q '^toString: accepted' zod-3.25.76.txt
grep -q '^constructor: accepted' zod-4.1.13.txt
