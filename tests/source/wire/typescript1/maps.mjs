// The same of an output.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "sample", version: "1.0.0" });
const run = async () => ({ content: [] });

server.registerTool("count", { description: "Count", outputSchema: { seen: z.map(z.string(), z.number()) } }, run);
await server.connect(new StdioServerTransport());
