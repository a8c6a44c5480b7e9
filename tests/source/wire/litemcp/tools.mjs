// litemcp: no input schema without parameters, annotations and titles dropped.
import { LiteMCP } from "litemcp";
import { z } from "zod";

const server = new LiteMCP("sample", "1.0.0");
server.addTool({ name: "none", description: "None", execute: async () => "ok" });
server.addTool({ name: "hints", title: "Hints", description: "Hints", annotations: { readOnlyHint: true }, parameters: z.object({}), execute: async () => "ok" });
server.addTool({ name: "some", description: "Some", parameters: z.object({ a: z.string().describe("An a."), b: z.number().optional(), c: z.object({ d: z.enum(["x", "y"]) }) }), execute: async () => "ok" });
server.start();
