// The TypeScript SDK: what its client lists, and whether a tool with an outputSchema can be called.
import { describe, drive, flavour, load } from "./drive.mjs";

const first = await load("@modelcontextprotocol/sdk/client/index.js").catch(() => null);
const { Client } = first ?? (await load("@modelcontextprotocol/client"));
const { StdioClientTransport } = await load(
  first ? "@modelcontextprotocol/sdk/client/stdio.js" : "@modelcontextprotocol/client/stdio",
);

async function listTools(server) {
  const mode = flavour === "modern" ? "auto" : "legacy";
  const client = new Client({ name: "truth", version: "1.0.0" }, { versionNegotiation: { mode } });
  const close = () => client.close();
  try {
    await client.connect(new StdioClientTransport(server));
    return { listed: { client, tools: (await client.listTools()).tools }, close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

async function bind({ client, tools }) {
  const offered = [];
  for (const tool of tools) {
    const one = { name: tool.name, description: tool.description, schema: tool.inputSchema };
    if (tool.outputSchema) {
      try {
        await client.callTool({ name: tool.name, arguments: {} });
      } catch (error) {
        one.call = describe(error);
      }
    }
    offered.push(one);
  }
  return offered;
}

await drive(listTools, bind);
