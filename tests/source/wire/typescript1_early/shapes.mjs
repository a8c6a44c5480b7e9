// Tuples, references, affixes and choices.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod/v4";

const server = new McpServer({ name: "sample", version: "1.0.0" });
const run = async () => ({ content: [] });

const Tree = z.object({ name: z.string(), get kids() { return z.array(Tree); } });
const Lazy = z.lazy(() => z.object({ name: z.string(), children: z.array(Lazy) }));
server.registerTool("tuples", { description: "Tuples", inputSchema: {
  two: z.tuple([z.number(), z.string()]), rest: z.tuple([z.number()], z.string()), open: z.tuple([z.number(), z.string().optional()]),
  none: z.tuple([]), nested: z.array(z.tuple([z.number(), z.number()])).describe("Pairs.") } }, run);
server.registerTool("trees", { description: "Trees", inputSchema: { tree: Tree, lazy: Lazy, plain: z.lazy(() => z.string()), got: z.object({ get a() { return z.string(); } }) } }, run);
server.registerTool("choices", { description: "Choices", inputSchema: {
  starts: z.string().startsWith("a"), ends: z.string().endsWith("b"), holds: z.string().includes("c"),
  kind: z.discriminatedUnion("k", [z.object({ k: z.literal("a") }), z.object({ k: z.literal("b") })]),
  record: z.record(z.enum(["a", "b"]), z.string()), either: z.union([z.string(), z.null()]), many: z.literal(["a", "b"]) } }, run);
server.registerTool("returns", { description: "Returns", outputSchema: { card: z.object({ id: z.string(), n: z.number().default(1) }), at: z.tuple([z.number()]) } }, run);
server.registerTool("none", { description: "None" }, run);
await server.connect(new StdioServerTransport());
