// fastmcp of npm: closed objects, no titles, several tools at once.
import { FastMCP } from "fastmcp";
import { z } from "zod";

const server = new FastMCP({ name: "sample", version: "1.0.0" });
const execute = async () => "ok";
server.addTool({ name: "map", title: "Map", description: "Map", parameters: z.object({ counts: z.record(z.string(), z.number()), inner: z.object({ q: z.string() }), list: z.array(z.object({ a: z.string() })), some: z.string().default("x"), may: z.object({ z: z.number() }).optional() }), execute });
server.addTool({ name: "none", description: "None", annotations: { readOnlyHint: true, title: "Nothing" }, execute });
server.addTools([{ name: "one", description: "One", execute }, { name: "two", description: "Two", parameters: z.object({ a: z.string().describe("An a.") }), execute }]);
const more = ["x", "y"].map((name) => ({ name, description: `Does ${name}`, execute }));
server.addTools(more);
server.addTool({ name: "strict", description: "Strict", parameters: z.strictObject({ a: z.union([z.string(), z.null()]) }), execute });
server.start({ transportType: "stdio" });
