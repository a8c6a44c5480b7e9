// The same deep in a parameter.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "sample", version: "1.0.0" });
const run = async () => ({ content: [] });

server.registerTool("sum", { description: "Sum", inputSchema: { of: z.array(z.object({ n: z.bigint() })) } }, run);
await server.connect(new StdioServerTransport());
