// A parameter that zod 4 cannot write as JSON Schema: the whole list fails.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "sample", version: "1.0.0" });
const run = async () => ({ content: [] });

server.registerTool("invite", { description: "Invite", inputSchema: { mail: z.string(), ends: z.date().optional() } }, run);
server.registerTool("plain", { description: "Plain", inputSchema: { id: z.string() } }, run);
await server.connect(new StdioServerTransport());
