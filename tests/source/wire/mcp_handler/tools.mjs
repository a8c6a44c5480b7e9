// The second SDK, reached through another package.
import { createMcpHandler } from "mcp-handler";
import { z } from "zod";

const handler = createMcpHandler((server) => {
  server.registerTool("roll", { title: "Roll", description: "Roll a die", inputSchema: { sides: z.number().int().min(2), at: z.tuple([z.string(), z.number()]).optional(), u: z.union([z.string(), z.null()]) } }, async () => ({ content: [] }));
  server.registerTool("none", { description: "None" }, async () => ({ content: [] }));
  server.registerTool("returns", { description: "Returns", outputSchema: { a: z.string().default("x") } }, async () => ({ content: [] }));
}, {}, { basePath: "/api" });
export { handler as GET, handler as POST };
