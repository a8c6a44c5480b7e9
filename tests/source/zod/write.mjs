// Renews expected.json from zod itself: npm i zod zod3@npm:zod@3 zod-to-json-schema, then
// node write.mjs. Each line of expressions.txt becomes the member `it` of a tool's parameters.
import { readFileSync, writeFileSync } from "node:fs";
import { z as zod4 } from "zod";
import * as mini from "zod/v4-mini";
import { z as zod3 } from "zod3";
import { zodToJsonSchema } from "zod-to-json-schema";

const made = {};
for (const line of readFileSync("expressions.txt", "utf8").split("\n").filter(Boolean)) {
  made[line] = {};
  for (const [major, z] of [[3, zod3], [4, zod4]]) {
    const S = z.string().describe("S.");
    try {
      const schema = z.object({ it: eval(line) });
      made[line][major] = major === 3
        ? zodToJsonSchema(schema, { strictUnions: true, pipeStrategy: "input" })
        : mini.toJSONSchema(schema, { target: "draft-7", io: "input" });
    } catch {
      // This major does not have it.
    }
  }
}
const lines = Object.entries(made).map((pair) => pair.map((one) => JSON.stringify(one)).join(": "));
writeFileSync("expected.json", `{\n${lines.join(",\n")}\n}\n`);
