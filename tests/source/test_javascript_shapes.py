"""Every shape of registration in TypeScript and JavaScript is found, and nothing that only looks
like one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from reading import server, written

from toolgrade.inputs import InputError, read

if TYPE_CHECKING:
    from pathlib import Path

LIST = 'import { ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";\n'
ZOD = 'import { z } from "zod";\n'
A = '{ name: "a", description: "A.", inputSchema: { type: "object", properties: {} } }'
B = '{ name: "b", inputSchema: { type: "object" } }'

SHAPES = {
    "registerTool": ('server.registerTool("a", { description: "A." }, run)', ["a"]),
    "tool, name only": ('server.tool("a", run)', ["a"]),
    "tool, described": ('server.tool("a", "A.", { x: z.string() }, run)', ["a"]),
    "several in one function": (
        'export function add(s) { s.tool("a", run); s.tool("b", run); }',
        ["a", "b"],
    ),
    "loop over a table": (
        'const all = [{ n: "a" }, { n: "b" }];\n'
        "for (const t of all) server.registerTool(t.n, {}, run)",
        ["a", "b"],
    ),
    "forEach": ('["a", "b"].forEach((n) => server.tool(n, run))', ["a", "b"]),
    "entries of a table": (
        'const all = { a: "A.", b: "B." };\n'
        "for (const [name, text] of Object.entries(all)) server.tool(name, text, run)",
        ["a", "b"],
    ),
    "helper": (
        "const add = (name, description) => server.registerTool(name, { description }, run);\n"
        'add("a", "A."); add("b", "B.");',
        ["a", "b"],
    ),
    "helper given a table": (
        "function add(server, tools) { for (const t of tools) server.tool(t.name, run); }\n"
        f"const TOOLS = [{A}];\nadd(main, TOOLS);",
        ["a"],
    ),
    "objects of classes": (
        "class Base { add(server) { server.registerTool(this.name, this.settings, run); } }\n"
        'class One extends Base { name = "a"; settings = { description: "A." }; }\n'
        'class Two extends Base { constructor() { super(); this.name = "b"; this.settings = {}; } }\n'
        "new One().add(server); new Two().add(server);",
        ["a", "b"],
    ),
    "awaited call that is not a call": (
        'function add(s, n) { s.tool(n, run); }\nasync function f() { await (0, add)(s, "a"); }',
        ["a"],
    ),
    "listed": (
        f"server.setRequestHandler(ListToolsRequestSchema, async () => ({{ tools: [{A}] }}))",
        ["a"],
    ),
    "listed by method": (
        f"server.setRequestHandler('tools/list', () => ({{ tools: [{A}] }}))",
        ["a"],
    ),
    "listed from a constant": (
        f"const TOOLS: Tool[] = [{A}, {B}] as const;\n"
        "server.setRequestHandler(ListToolsRequestSchema, async () => { return { tools: TOOLS }; })",
        ["a", "b"],
    ),
    "listed with a spread": (
        f"const ONE = [{A}]; const BOTH = [...ONE, {B}];\n"
        "server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: BOTH }))",
        ["a", "b"],
    ),
    "listed by map": (
        f"const T = [{{ ...{A}, run }}, {{ ...{B}, run }}];\n"
        "server.setRequestHandler(ListToolsRequestSchema, () => ({ tools:"
        " T.map(({ run, ...tool }) => tool) }))",
        ["a", "b"],
    ),
    "listed from a table": (
        f"const T = {{ a: {A}, b: {B} }} satisfies Record<string, Tool>;\n"
        "server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: Object.values(T) }))",
        ["a", "b"],
    ),
    "listed by a handler of that name": (
        f"async function list() {{ const tools = []; tools.push({A}); return {{ tools }}; }}\n"
        "server.setRequestHandler(ListToolsRequestSchema, list)",
        ["a"],
    ),
    "listed as older compilers await": (
        "server.setRequestHandler(ListToolsRequestSchema, () => __awaiter(this, void 0, void 0,"
        f" function* () {{ return {{ tools: [{A}] }}; }}))",
        ["a"],
    ),
    "listed by a wrapped handler": (
        f"server.setRequestHandler(ListToolsRequestSchema, log.wrap('x', async () => ({{ tools: [{A}] }})))",
        ["a"],
    ),
    "listed from a map that is filled": (
        "const all = new Map();\nfunction add(tool) { all.set(tool.name, tool); }\n"
        f"add({A}); add({B});\n"
        "server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...all.values()] }))",
        ["a", "b"],
    ),
    "listed from a field that is filled": (
        f"class S {{ tools = []; constructor() {{ this.add({A}); }} add(t) {{ this.tools.push(t); }}\n"
        " start() { this.server.setRequestHandler(ListToolsRequestSchema,"
        " () => ({ tools: this.tools })); } }\nnew S().start();",
        ["a"],
    ),
    "fastmcp": (
        'import { FastMCP } from "fastmcp";\n'
        'server.addTool({ name: "a", description: "A.", parameters: z.object({ x: z.string() }) })',
        ["a"],
    ),
    "app tool": ('registerAppTool(server, "a", { description: "A." }, run)', ["a"]),
    "optional chaining and generics": (
        'server?.registerTool<Shape>("a", { title: "T" }, run)',
        ["a"],
    ),
    "registered twice": ('server.tool("a", "A.", run); other.tool("a", "A.", run);', ["a"]),
}


@pytest.mark.parametrize(("text", "names"), SHAPES.values(), ids=SHAPES)
def test_tools_are_found_however_they_are_registered(
    text: str, names: list[str], tmp_path: Path
) -> None:
    found = server(tmp_path, {"src/index.ts": LIST + ZOD + text})
    assert [tool.name for tool in found.tools] == names
    assert found.complete


NO_TOOLS = {
    "command line": 'program.command("a").tool("x"); program.option("-a", "A.")',
    "function for a model": 'const tools = [{ type: "function", function: { name: "a" } }]; call({ tools })',
    "a list that is not listed": f"const TOOLS = [{A}]; export default TOOLS;",
    "other requests": f"server.setRequestHandler(ListPromptsRequestSchema, () => ({{ prompts: [{A}] }}))",
    "in a comment": '// server.tool("a", "A.", run)\n/* server.registerTool("a", {}, run) */',
    "in a text": "const help = 'server.tool(\"a\", run)';",
    "a tool that another library adds": f"agent.addTool({A})",
    "a method of the package's own": 'class K { tool(n, f) { return n; } }\nnew K().tool("a", run)',
    "a page's own tools": 'navigator.modelContext.registerTool({ name: "a" })',
    "an OpenAPI document": "const spec = { paths: { '/a': { get: { operationId: 'a' } } } }; x.tool(spec)",
}


@pytest.mark.parametrize("text", NO_TOOLS.values(), ids=NO_TOOLS)
def test_what_only_looks_like_a_tool_is_none(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no tools found"):
        read(str(written(tmp_path, {"index.ts": LIST + ZOD + text})))


MODULES = {
    "named import": {
        "index.ts": LIST + 'import { T as TOOLS } from "./t.js";\nLISTS',
        "t.ts": f"export const T = [{A}];",
    },
    "default import": {
        "index.ts": LIST + 'import T from "./t";\nLISTS_T',
        "t.ts": f"export default [{A}];",
    },
    "all of a module": {
        "index.ts": LIST + 'import * as all from "./t.js";\nLISTS_ALL',
        "t.ts": f"export const a = {A};",
    },
    "passed on": {
        "index.ts": LIST + 'import { TOOLS } from "./all/index.js";\nLISTS',
        "all/index.ts": 'export * from "./t.js";',
        "all/t.ts": f"const TOOLS = [{A}];\nexport {{ TOOLS }};",
    },
    "in a circle": {
        "index.ts": LIST + 'import { TOOLS } from "./t.js";\nLISTS',
        "t.ts": f'import "./index.js";\nexport * from "./index.js";\nexport const TOOLS = [{A}];',
    },
    "CommonJS": {
        "index.js": 'const types_js_1 = require("@modelcontextprotocol/sdk/types.js");\n'
        'const t_1 = require("./t.js");\n'
        "server_1.setRequestHandler(types_js_1.ListToolsRequestSchema,"
        " async () => ({ tools: t_1.TOOLS }));",
        "t.js": f"exports.TOOLS = void 0;\nexports.TOOLS = [{A}];",
    },
    "module.exports": {
        "index.cjs": 'const { TOOLS } = require("./t.cjs");\n'
        "server.setRequestHandler('tools/list', () => ({ tools: TOOLS }));",
        "t.cjs": f"const TOOLS = [{A}];\nmodule.exports = {{ TOOLS }};",
    },
    "esbuild": {
        "index.mjs": "var t_exports = {};\n__export(t_exports, { TOOLS: () => TOOLS });\n"
        f"var TOOLS = [{A}];\n"
        "server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: t_exports.TOOLS }));",
    },
    "minified": {
        "index.js": f"var a=[{A}];function b(c){{c.setRequestHandler(d,async()=>({{tools:a}}))}}"
        'var d=e.extend({method:f.literal("tools/list")});b(g);',
    },
    "built next to its source": {
        "package.json": '{"name": "s", "main": "dist/index.js"}',
        "src/index.ts": f"server.setRequestHandler('tools/list', () => ({{ tools: [{A}] }}))",
        "dist/index.js": f"server.setRequestHandler('tools/list', () => ({{ tools: [{B}] }}))",
    },
    "built only": {
        "package.json": '{"name": "s", "bin": "dist/index.js"}',
        "dist/index.js": f"server.setRequestHandler('tools/list', () => ({{ tools: [{A}] }}))",
        "dist/other.js": 'server.tool("never-imported", run)',
    },
}
LISTS = "server.setRequestHandler(ListToolsRequestSchema, () => ({{ tools: {} }}))"


@pytest.mark.parametrize("files", MODULES.values(), ids=MODULES)
def test_names_are_followed_through_the_package(files: dict[str, str], tmp_path: Path) -> None:
    made: dict[str, Any] = {
        name: text.replace("LISTS_ALL", LISTS.format("Object.values(all)"))
        .replace("LISTS_T", LISTS.format("T"))
        .replace("LISTS", LISTS.format("TOOLS"))
        for name, text in files.items()
    }
    assert [tool.name for tool in server(tmp_path, made).tools] == ["a"]


TEXTS = {
    "concatenation": ('"a" + "b" + 1', "ab1"),
    "template": ("`a ${'b'} ${N} c`", "a b 7 c"),
    "escapes": (r'"\u0041\x42\n\u{1F600}\ud83d\ude00\q"', "AB\n\U0001f600\U0001f600q"),
    "line kept together": ('"a\\\nb"', "ab"),
    "trimmed": ("`\n  a\n`.trim()", "a"),
    "joined": ('["a", "b"].join("\\n")', "a\nb"),
    "constant": ("TEXT", "It is so."),
    "member of a table": ('TABLE.one["two"]', "2"),
    "enum": ("Kind.A", "a"),
    "decided": ('TEXT ? "yes" : "no"', "yes"),
    "default": ('undefined ?? "d"', "d"),
    "function": ('say("x")', "say x"),
    "replaced": ('"a-b-c".replace("-", "+")', "a+b-c"),
    "replaced by a pattern": ('"a-b-c".replace(/-/g, "+")', "a+b+c"),
    "tested by a pattern": ('/[.!?]$/.test("So.") ? "yes" : "no"', "yes"),
    "assigned twice": ("twice", "b"),
    "of a loop that changes it": ("changed[0].text", "ab"),
    "of a member deleted": ('gone.text ?? "none"', "none"),
    "upper": ('"ab".toUpperCase()', "AB"),
    "as JSON": ("JSON.stringify({ a: [1, true] })", '{"a":[1,true]}'),
    "emoji before": ('/* \U0001f600 */ "after"', "after"),
}
HEAD = (
    'let twice = "a"; twice = "b"; const gone = { text: "a" }; delete gone.text;\n'
    'const changed = [{ text: "a" }]; for (const c of changed) c.text = c.text + "b";\n'
    "const N = 7; const TEXT = 'It is so.'; const TABLE = { one: { two: '2' } };\n"
    'enum Kind { A = "a" }\nfunction say(x: string) { if (!x) throw x; return `say ${x}`; }\n'
)


@pytest.mark.parametrize(("text", "value"), TEXTS.values(), ids=TEXTS)
def test_a_text_is_put_together(text: str, value: str, tmp_path: Path) -> None:
    (found,) = server(
        tmp_path, {"a.ts": f'{HEAD}server.registerTool("a", {{ description: {text} }}, run)'}
    ).tools
    assert found.description == value
    assert not found.unknown


def test_a_definition_is_whole(tmp_path: Path) -> None:
    (found,) = server(
        tmp_path,
        {
            "a.ts": """\
            server.registerTool("a", {
              title: "T", description: "A.",
              inputSchema: {}, outputSchema: { x: z.number() },
              annotations: { readOnlyHint: true, openWorldHint: !1 },
            }, run);
            import { z } from "zod";
            """
        },
    ).tools
    assert (found.title, found.description) == ("T", "A.")
    assert found.annotations == {"readOnlyHint": True, "openWorldHint": False}
    assert found.input_schema == {
        "type": "object",
        "properties": {},
        "$schema": "http://json-schema.org/draft-07/schema#",
    }
    assert found.output_schema == {
        "type": "object",
        "properties": {"x": {"type": "number"}},
        "required": ["x"],
        "additionalProperties": False,
        "$schema": "http://json-schema.org/draft-07/schema#",
    }


LONG = """
var __defProp = Object.defineProperty;
var __defProps = Object.defineProperties;
var __getOwnPropDescs = Object.getOwnPropertyDescriptors;
var __getOwnPropSymbols = Object.getOwnPropertySymbols;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __propIsEnum = Object.prototype.propertyIsEnumerable;
var __set = (o, key, value) => key in o ? __defProp(o, key, { value }) : o[key] = value;
var __spreadValues = (a, b) => {
  for (var prop in b || (b = {}))
    if (__hasOwnProp.call(b, prop))
      __set(a, prop, b[prop]);
  if (__getOwnPropSymbols)
    for (var prop of __getOwnPropSymbols(b)) {
      if (__propIsEnum.call(b, prop)) __set(a, prop, b[prop]);
    }
  return a;
};
var __spreadProps = (a, b) => __defProps(a, __getOwnPropDescs(b));
"""
SHORT = """
var D=Object.defineProperty,P=Object.defineProperties,G=Object.getOwnPropertyDescriptors;
var S=Object.getOwnPropertySymbols,H=Object.prototype.hasOwnProperty;
var N=Object.prototype.propertyIsEnumerable,Y=(o,k,v)=>k in o?D(o,k,{value:v}):o[k]=v;
var __spreadValues=(r,e)=>{for(var t in e||(e={}))H.call(e,t)&&Y(r,t,e[t]);if(S)for(var t of S(e))
N.call(e,t)&&Y(r,t,e[t]);return r},__spreadProps=(r,e)=>P(r,G(e));
"""


@pytest.mark.parametrize("helpers", [LONG, SHORT])
@pytest.mark.parametrize(
    ("made", "names"),
    [
        ("__spreadValues(__spreadValues({}, more), base)", ["a", "b", "c"]),
        ("__spreadProps(__spreadValues({}, base), { d: z.string() })", ["b", "c", "d"]),
        ("__spreadValues({}, base)", ["b", "c"]),
    ],
)
def test_what_esbuild_writes_for_a_spread_is_one(
    tmp_path: Path, helpers: str, made: str, names: list[str]
) -> None:
    source = f"""{ZOD}{helpers}
import {{ McpServer }} from "@modelcontextprotocol/sdk/server/mcp.js";
const base = {{ b: z.number(), c: z.string().optional() }};
class Own extends McpServer {{
  constructor() {{
    super({{ name: "s", version: "1" }});
    this.add("t", {{ a: z.string() }});
  }}
  add(name, more) {{
    const shape = {made};
    this.tool(name, "D.", shape, async () => 1);
  }}
}}
new Own();
"""
    (tool,) = server(tmp_path, {"server.mjs": source}).tools
    assert sorted((tool.input_schema or {})["properties"]) == names
    assert not {one for one in tool.unknown if one.startswith("/inputSchema")}
