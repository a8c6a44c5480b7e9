"""What JavaScript's statements do before a tool is registered is followed, branch by branch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from reading import server, tool_of, written

from toolgrade.source import SUFFIXES, read_package
from toolgrade.source.discover import discover

if TYPE_CHECKING:
    from pathlib import Path

ZOD = 'import { z } from "zod";\n'
LIST = "server.setRequestHandler(ListToolsRequestSchema, async () => {{ {} }});\n"
TOOLS = 'const A = { name: "a", description: "A." }; const B = { name: "b", description: "B." };\n'

LISTS = {
    "pushed under a condition": (
        "const tools = [A]; if (process.env.B) { tools.push(B); } return { tools };",
        {"a": False, "b": True},
    ),
    "filtered by what is set": (
        "let tools = [A, B]; if (off.length) tools = tools.filter((t) => !off.includes(t.name));"
        " return { tools };",
        {"a": True, "b": True},
    ),
    "filtered by what is known": (
        'const off = new Set(["b"]); const tools = [A, B].filter((t) => !off.has(t.name));'
        " return { tools };",
        {"a": False},
    ),
    "kept for the next time": ("return { tools: all() };", {"a": False, "b": False}),
    "gathered from groups": (
        "const tools = []; for (const group of Object.values({ x: [A], y: [B] })) {"
        " for (const tool of group) { tools.push({ ...tool }); } } return { tools };",
        {"a": False, "b": False},
    ),
    "passed over": (
        'const tools = []; for (const tool of [A, B]) { if (tool.name === "a") continue;'
        " tools.push(tool); } return { tools };",
        {"b": False},
    ),
    "counted": (
        "const tools = []; const from = [A, B]; for (let i = 0; i < from.length; i++)"
        " tools.push(from[i]); return { tools };",
        {"a": False, "b": False},
    ),
    "by a switch": (
        'const tools = []; switch ("x") { case "x": tools.push(A); break; default: tools.push(B); }'
        " return { tools };",
        {"a": False},
    ),
    "filled by a helper": (
        "const tools = []; fill(tools); return { tools };",
        {"a": False, "b": False},
    ),
    "what was tried": (
        "const tools = [A]; let more = null; try { more = load(); } catch (e) { more = null; }"
        " if (more) tools.push(B); return { tools };",
        {"a": False, "b": True},
    ),
}
HELPERS = (
    "let kept = null; function all() { if (kept) return kept; kept = [A, B]; return kept; }\n"
    "function fill(list) { list.push(A); list.push(B); }\n"
)


@pytest.mark.parametrize(("text", "names"), LISTS.values(), ids=LISTS)
def test_a_list_is_what_the_handler_makes_of_it(
    text: str, names: dict[str, bool], tmp_path: Path
) -> None:
    written(tmp_path, {"a.ts": TOOLS + HELPERS + LIST.format(text)})
    (package,) = discover(tmp_path, SUFFIXES, str)
    found = read_package(package)
    assert {t.definition.entries["name"].value: bool(t.condition) for t in found.tools} == names
    assert not found.unread


CHANGES = {
    "a description that grows": (
        'let text = "A."; if (1 < 2) { text += " B."; } else { text = ""; } SITE(text, {})',
        "A. B.",
        [],
    ),
    "a description that may grow": (
        'let text = "A."; if (flag()) text += " B."; SITE(text, {})',
        None,
        ["/description"],
    ),
    "through another name": (
        'const one = { text: "A." }; const two = one; two.text = "B."; SITE(one.text, {})',
        "B.",
        [],
    ),
    "in a callback": (
        'const one = { text: "A" }; ["b", "c"].forEach((x) => { one.text += x; });'
        " SITE(one.text, {})",
        "Abc",
        [],
    ),
    "taken back elsewhere": (
        'const one = { text: "A." }; one.text = "B."; Object.assign(one, { text: "C." });'
        " SITE(one.text, {})",
        "C.",
        [],
    ),
}


@pytest.mark.parametrize(("text", "description", "unknown"), CHANGES.values(), ids=CHANGES)
def test_statements_before_a_registration_are_followed_first(
    text: str, description: str | None, unknown: list[str], tmp_path: Path
) -> None:
    body = text.replace("SITE(", 'server.tool("a", ').replace(", {})", ", {}, run);")
    found = tool_of(tmp_path, {"a.ts": f"export function start(server) {{ {body} }}"})
    assert found.description == description
    assert sorted(found.unknown) == unknown


def test_a_parameter_under_a_condition_may_or_may_not_be_there(tmp_path: Path) -> None:
    text = (
        "export function start(server) { const shape = { x: z.string() };\n"
        "if (process.env.ALL) { shape.y = z.string().optional(); }\n"
        'server.registerTool("a", { inputSchema: shape }, run); }'
    )
    found = tool_of(tmp_path, {"a.ts": ZOD + text})
    assert found.unknown == {"/inputSchema/properties/y"}
    assert found.input_schema is not None
    assert list(found.input_schema["properties"]) == ["x"]
    assert found.input_schema["required"] == ["x"]


REACHED = {
    "a helper under a condition": "if (flag()) add(server);",
    "a helper after a return": "if (!flag()) return; add(server);",
    "and": "flag() && add(server);",
}


@pytest.mark.parametrize("call", REACHED.values(), ids=REACHED)
def test_a_condition_round_every_call_of_a_function_counts(call: str, tmp_path: Path) -> None:
    text = (
        'function add(server) { server.tool("a", "A.", run); }\n'
        f"export function start(server) {{ {call} }}"
    )
    written(tmp_path, {"a.ts": text})
    (package,) = discover(tmp_path, SUFFIXES, str)
    (found,) = read_package(package).tools
    assert found.condition


def test_what_surely_is_not_reached_registers_nothing(tmp_path: Path) -> None:
    text = (
        'for (const t of [{ name: "a" }, { name: "b", off: true }]) {\n'
        '  if (t.off) continue;\n  server.registerTool(t.name, { description: "A." }, run);\n}'
    )
    assert [t.name for t in server(tmp_path, {"a.ts": text}).tools] == ["a"]


REPLACED = {
    "passed on as it is": (
        "const kept = server.registerTool.bind(server);\n"
        "server.registerTool = (name, settings, run) => kept(name, settings, timed(run));",
        "A.",
    ),
    "passed on changed": (
        "const kept = server.registerTool;\n"
        "server.registerTool = function (name, settings, run) {\n"
        "  return kept.call(server, name, { ...settings, description: `${settings.description}!` },"
        " run);\n};",
        "A.!",
    ),
    "every argument": (
        "const kept = server.registerTool.bind(server);\n"
        "server.registerTool = (...all) => { count(); return kept(...all); };",
        "A.",
    ),
    "made elsewhere": ("server.registerTool = wrapped(server);", None),
}


@pytest.mark.parametrize(("text", "description"), REPLACED.values(), ids=REPLACED)
def test_a_method_put_in_the_place_of_the_sdks_is_followed(
    text: str, description: str | None, tmp_path: Path
) -> None:
    site = 'server.registerTool("a", { description: "A." }, run);'
    found = tool_of(tmp_path, {"a.ts": f"{text}\n{site}"})
    assert found.description == description
    assert ("/description" in found.unknown) == (description is None)


PACKAGES: dict[str, dict[str, str]] = {
    "path alias": {
        "tsconfig.json": '{ // where\n "compilerOptions": { "paths": { "@/*": ["./src/*"], } } }',
        "src/index.ts": 'import { T } from "@/all/t";\n' + LIST.format("return { tools: T };"),
        "src/all/t.ts": 'export const T = [{ name: "a" }];',
    },
    "imports of package.json": {
        "package.json": '{"name": "s", "imports": {"#t": "./t.js"}}',
        "index.js": 'import { T } from "#t";\n' + LIST.format("return { tools: T };"),
        "t.js": 'export const T = [{ name: "a" }];',
    },
    "by hand": {
        "index.js": 'function answer(m) { switch (m.method) { case "tools/list":'
        ' return { tools: [{ name: "a" }] }; default: return null; } }'
    },
    "a table of handlers": {
        "index.js": "const handlers = { 'tools/list': async () => ({ tools: T }) };\n"
        'const T = [{ name: "a" }];'
    },
    "a function that is returned": {
        "index.ts": "function maker(server) { return (t) => { server.tool(t.name, run); }; }\n"
        'const add = maker(server);\nadd({ name: "a" });'
    },
    "a method that is overridden": {
        "index.ts": "class Base { start() { this.add(new Map()); } add(s) {} }\n"
        'class One extends Base { add(s) { other.tool("a", run); } }\nnew One().start();'
    },
    "an object with its own method": {
        "index.ts": "export function wrap(s) { s.once = (name, text) =>"
        " s.registerTool(name, { description: text }, run); return s; }\n"
        'export function start(server) { server.once("a", "A."); }'
    },
}


@pytest.mark.parametrize("files", PACKAGES.values(), ids=PACKAGES)
def test_tools_are_found_however_the_package_is_put_together(
    files: dict[str, Any], tmp_path: Path
) -> None:
    assert [t.name for t in server(tmp_path, files).tools] == ["a"]


def test_a_bundle_larger_than_people_write_is_read(tmp_path: Path) -> None:
    filler = "/*" + "x" * (3 * 2**20) + "*/\n"
    tool = tool_of(tmp_path, {"index.js": filler + 'server.tool("a", "A.", run);'})
    assert tool.description == "A."


CONVERTED = {
    "under a name": (
        'zodToJsonSchema(S, "In")',
        {
            "$ref": "#/definitions/In",
            "definitions": {
                "In": {
                    "type": "object",
                    "properties": {"x": {"type": "string"}},
                    "required": ["x"],
                    "additionalProperties": False,
                }
            },
            "$schema": "http://json-schema.org/draft-07/schema#",
        },
    ),
    "and taken out again": (
        'zodToJsonSchema(S, { name: "In", $refStrategy: "none" }).definitions?.["In"]',
        {
            "type": "object",
            "properties": {"x": {"type": "string"}},
            "required": ["x"],
            "additionalProperties": False,
        },
    ),
    "left open": (
        "zodToJsonSchema(S, { rejectedAdditionalProperties: undefined })",
        {
            "type": "object",
            "properties": {"x": {"type": "string"}},
            "required": ["x"],
            "$schema": "http://json-schema.org/draft-07/schema#",
        },
    ),
}


@pytest.mark.parametrize(("text", "wire"), CONVERTED.values(), ids=CONVERTED)
def test_a_conversion_with_settings_is_what_zod_to_json_schema_makes(
    text: str, wire: dict[str, Any], tmp_path: Path
) -> None:
    found = tool_of(
        tmp_path,
        {
            "package.json": json.dumps({"name": "s", "dependencies": {"zod": "^3.25.0"}}),
            "a.ts": f"{ZOD}const S = z.object({{ x: z.string() }});\n"
            + LIST.format(f'return {{ tools: [{{ name: "a", inputSchema: {text} }}] }};'),
        },
    )
    assert found.input_schema == wire
