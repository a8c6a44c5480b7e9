// What every JavaScript driver shares: it offers each definition alone to a client and writes rows.
// A driver calls `drive(listTools, bind)`, as the Python drivers do; `listTools(server)` returns
// `{listed, close}`. The command line is `DRIVER DEFINITIONS OUT [FLAVOUR]`; packages are taken
// from the working directory.
import { appendFileSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

export const flavour = process.argv[4] ?? "";
const SECONDS = 20;

export async function load(name) {
  const require = createRequire(`${process.cwd()}/package.json`);
  return import(pathToFileURL(require.resolve(name)));
}

export function describe(error) {
  return `${error?.name ?? "Error"}: ${error?.message ?? error}`.split(/\s+/).join(" ");
}

function limit(promise) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no answer in ${SECONDS} s`)), SECONDS * 1000).unref();
  });
  return Promise.race([promise, late]);
}

async function tryOne(server, listTools, bind) {
  let step = "list";
  let opened;
  try {
    opened = await limit(listTools(server));
    step = "bind";
    return { tools: await limit(bind(opened.listed)) };
  } catch (error) {
    return { failed: step, why: describe(error) };
  } finally {
    await opened?.close().catch(() => {});
  }
}

export async function drive(listTools, bind) {
  const [definitions, out] = process.argv.slice(2, 4);
  const serve = fileURLToPath(new URL("serve.py", import.meta.url));
  const python = process.env.TRUTH_PYTHON;
  for (const line of readFileSync(definitions, "utf8").trimEnd().split("\n")) {
    const { id } = JSON.parse(line);
    const args = ["-S", serve, definitions, id, ...(flavour === "modern" ? ["modern"] : [])];
    const row = await tryOne({ command: python, args }, listTools, bind);
    if (row.tools?.length === 0) {
      const server = { command: python, args: [...args, "companion"] };
      const again = await tryOne(server, listTools, bind);
      row.companion = again.tools?.length > 0;
    }
    appendFileSync(out, `${JSON.stringify({ id, ...row })}\n`);
  }
  process.exit(0);
}
