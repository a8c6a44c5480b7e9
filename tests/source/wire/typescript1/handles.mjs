// What is done to a tool after its registration, while the module is loaded.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "sample", version: "1.0.0" });
const run = async () => ({ content: [] });

const updated = server.registerTool("updated", { description: "Before", inputSchema: { a: z.string() } }, run);
updated.update({ description: "After", paramsSchema: { b: z.number() }, annotations: { readOnlyHint: true } });
const titled = server.tool("titled", "Titled", { a: z.string() }, run);
titled.update({ title: "A Title" });
const renamed = server.registerTool("old_name", { description: "Renamed" }, run);
renamed.update({ name: "new_name" });
const disabled = server.registerTool("disabled", { description: "Disabled" }, run);
disabled.disable();
const back = server.registerTool("back", { description: "Back" }, run);
back.disable();
back.enable();
server.registerTool("removed", { description: "Removed" }, run).remove();
server.registerTool("off_at_once", { description: "Off" }, run).disable();
const nulled = server.registerTool("nulled", { description: "Nulled" }, run);
nulled.update({ name: null });
const hidden = server.registerTool("hidden", { description: "Hidden" }, run);
hidden.update({ enabled: false });
let late;
late = server.registerTool("late", { description: "Late" }, run);
late.update({ description: "Later" });
for (const one of [{ name: "kept", on: true }, { name: "dropped", on: false }]) {
  const made = server.registerTool(one.name, { description: one.name }, run);
  if (!one.on) made.remove();
}
function register(name, text) {
  const tool = server.registerTool(name, { description: "?" }, run);
  tool.update({ description: text });
}
register("first", "First.");
register("second", "Second.");
await server.connect(new StdioServerTransport());
