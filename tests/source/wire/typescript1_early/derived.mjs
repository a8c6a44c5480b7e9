// What zod 4 keeps of what was said of a schema that another one is made of.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod/v4";

const server = new McpServer({ name: "sample", version: "1.0.0" });
const run = async () => ({ content: [] });

const point = z.object({ x: z.number() }).describe("A point");
const side = z.enum(["a", "b"]).describe("A side");
server.registerTool("go", { description: "Go", inputSchema: {
  partial: point.partial(), strict: point.strict(), pick: point.pick({ x: true }), loose: point.passthrough(), loose2: point.loose(),
  required: point.required(), omit: point.omit({ x: true }), catchall: point.catchall(z.string()), strip: point.strip(),
  extend: point.extend({ y: z.string() }), merge: point.merge(z.object({ y: z.string() })), refined: point.refine(() => true),
  exclude: side.exclude(["a"]), extract: side.extract(["a"]), clone: point.clone(), min: z.string().describe("kept").min(2),
  trim: z.string().describe("kept").trim(), array: z.array(z.string()).describe("kept").min(1), of: z.string().describe("inner").array(),
  meta: z.string().meta({ title: "T" }).meta({ examples: ["e"] }), both: z.string().meta({ title: "T", description: "d" }).describe("e"),
  time: z.iso.time(), date: z.iso.date(), stime: z.string().time(), readonly: point.readonly(), optional: point.optional(), nullable: point.nullable(),
  again: point.partial().describe("Again"), metas: point.meta({ title: "P" }).partial(), lost: z.string().optional().describe("x").unwrap() } }, run);
await server.connect(new StdioServerTransport());
