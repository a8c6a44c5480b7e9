"""Inputs that grow, for the JavaScript reader: what does each cost at twice the size?

`cases()` yields a name and a function that writes such an input of size n to a new folder.
"""

from __future__ import annotations

import json
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Source: TypeAlias = Callable[[int], str | dict[str, str]]

HEAD = 'import { z } from "zod";\n'
REGISTRATION = 'server.registerTool("t", {{ description: {}, inputSchema: {} }}, run);\n'


def describe(text: str) -> str:
    """Return the registration of a tool with an expression for its description."""
    return REGISTRATION.format(text, "{}")


def accept(schema: str) -> str:
    """Return the registration of a tool with an expression for its schema."""
    return REGISTRATION.format('"Gets a page."', schema)


def tool(i: int, more: str = '"Gets a page."') -> str:
    return f'server.registerTool("t{i}", {{ description: {more}, inputSchema: {{}} }}, run);\n'


def make(statements: str) -> str:
    """Return a registration with a text that statements in a function make."""
    return f'function make() {{ let text = "a"; {statements} return text; }}\n{describe("make()")}'


def doubled(first: str, then: str, end: Callable[[str], str]) -> Source:
    """Return constants of which each is made of the one before it, twice."""

    def write(n: int) -> str:
        lines = [f"const a0 = {first};\n"]
        lines += [f"const a{i} = {then.format(p=f'a{i - 1}')};\n" for i in range(1, n + 1)]
        return HEAD + "".join(lines) + end(f"a{n}")

    return write


def chained(before: str, each: str, after: str, end: Callable[[str], str] = describe) -> Source:
    """Return an expression in which `each` occurs n times."""
    return lambda n: HEAD + end(before + each * n + after)


def nested(opening: str, inner: str, closing: str, end: Callable[[str], str] = describe) -> Source:
    """Return an expression or statement within n others."""
    return lambda n: HEAD + end(opening * n + inner + closing * n)


def repeated(each: str, before: str = "", after: str = "") -> Source:
    """Return a file with a line n times; {i} in it is its number."""
    return lambda n: HEAD + before + "".join(each.replace("{i}", str(i)) for i in range(n)) + after


def in_files(each: str) -> Source:
    """Return n files that one file imports and calls."""

    def write(n: int) -> dict[str, str]:
        files = {f"tools/t{i}.js": each.replace("{i}", str(i)) for i in range(n)}
        imports = "".join(f'import {{ add{i} }} from "./tools/t{i}.js";\n' for i in range(n))
        calls = "".join(f"add{i}(server);\n" for i in range(n))
        return files | {"index.js": imports + calls}

    return write


DOUBLING: dict[str, Source] = {
    "object schemas": doubled("z.string()", "z.object({{ x: {p}, y: {p} }})", accept),
    "extended schemas": doubled(
        "z.object({ a: z.string() })",
        "z.object({{ x: {p} }}).extend({{ y: {p} }}).merge(z.object({{ z: {p} }}))",
        accept,
    ),
    "unions": doubled("z.string()", "z.union([{p}, {p}, z.number()])", accept),
    "optional unions": doubled(
        "z.string().optional()", "z.union([{p}, {p}])", lambda name: accept(f"{{ x: {name} }}")
    ),
    "objects": doubled(
        '"a"', "{{ x: {p}, y: {p} }}", lambda name: describe(f"JSON.stringify({name})")
    ),
    "spread objects": doubled(
        "{ a: z.string() }", "{{ ...{p}, x: z.object({p}), y: z.object({p}) }}", accept
    ),
    "defaults": doubled(
        "{ a: 1 }",
        "{{ x: {p}, y: {p} }}",
        lambda name: accept(f"{{ x: z.string().default({name}) }}"),
    ),
    "templates": doubled('"ab"', "`${{{p}}}${{{p}}}`", describe),
    "concatenations": doubled('"ab"', "{p} + {p}", describe),
    "spread lists": doubled('["a"]', "[...{p}, ...{p}]", lambda name: describe(f"{name}.join()")),
    "concatenated lists": doubled(
        '["a"]', "{p}.concat({p})", lambda name: describe(f"{name}.join()")
    ),
    "lists in lists": doubled('["a"]', "[{p}, {p}]", lambda name: describe(f"`${{{name}}}`")),
    "flattened lists": doubled(
        '["a"]', "[{p}, {p}].flat()", lambda name: describe(f"{name}.join()")
    ),
    "functions": doubled(
        '() => "a"',
        "() => {{ if (flag()) return {p}(); return {p}(); }}",
        lambda name: describe(f"{name}()"),
    ),
    "functions of objects": doubled(
        '() => ({ a: "a" })',
        "() => ({{ x: {p}(), y: {p}() }})",
        lambda name: describe(f"JSON.stringify({name}())"),
    ),
    "joined objects": doubled(
        "flag() ? { a: 1 } : { a: 2 }",
        "flag() ? {{ x: {p}, y: {p} }} : {{ x: {{ ...{p} }}, y: {{ ...{p} }} }}",
        lambda name: describe(f"JSON.stringify({name})"),
    ),
}
"""Sources of n lines whose values have 2**n parts."""

GROWING: dict[str, Source] = {
    "tools": repeated(
        'server.registerTool("t{i}", { description: "Gets page {i}.", '
        'inputSchema: { a: z.string().describe("The page.") } }, run);\n'
    ),
    "tools in a function": repeated(
        tool(0).replace("t0", "t{i}"), "export function add(server) {\n", "}\n"
    ),
    "tools in a function that changes a text": repeated(
        'server.registerTool("t{i}", { description: text }, run);\n',
        'export function add(server) {\nlet text = "Gets"; text += " a page.";\n',
        "}\n",
    ),
    "tools in conditions": repeated(
        'if (flag({i})) { server.registerTool("t{i}", { description: "Gets." }, run); }\n',
        "export function add(server) {\n",
        "}\n",
    ),
    "tools by a function": repeated(
        'add("t{i}", "Gets page {i}.");\n',
        "function add(name, text) { server.registerTool(name, { description: text }, run); }\n",
    ),
    "tools in a loop": repeated(
        '{ name: "t{i}", text: "Gets page {i}." },\n',
        "const tools = [\n",
        "];\nfor (const one of tools) "
        "server.registerTool(one.name, { description: one.text }, run);\n",
    ),
    "tools pushed to a list": repeated(
        'tools.push({ name: "t{i}", description: "Gets page {i}." });\n',
        "const tools = [];\n",
        "server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools }));\n",
    ),
    "listed tools": repeated(
        '{ name: "t{i}", description: "Gets page {i}.", inputSchema: { type: "object" } },\n',
        "server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [\n",
        "] }));\n",
    ),
    "tools in files": in_files(
        "export function add{i}(server) {\n"
        '  server.registerTool("t{i}", { description: "Gets page {i}." }, run);\n}\n'
    ),
    "tools of classes": repeated(
        'class T{i} { text = "Gets page {i}."; constructor(server) { '
        'server.registerTool("t{i}", { description: this.text }, run); } }\nnew T{i}(server);\n'
    ),
    "parameters": repeated(
        'p{i}: z.string().describe("Page {i}."),\n',
        'server.registerTool("t", { description: "Gets.", inputSchema: {\n',
        "} }, run);\n",
    ),
    "a long text": chained('"', "Gets a page. ", '"'),
    "a text with escapes": chained('"', "Gets\\ta page. ", '"'),
    "a sum": chained('"a"', ' + "b"', ""),
    "a sum of names": chained(
        "a", " + b", "", lambda text: f'const a = "", b = "x";{tool(0, text)}'
    ),
    "a template": chained("`", "${a}", "`", lambda text: f'const a = "x";{tool(0, text)}'),
    "alternatives": chained("a", " || b", ""),
    "conditions": chained("", 'flag() ? "a" : ', '"b"'),
    "negations": chained("", "!", "flag() ? 'a' : 'b'"),
    "members": chained("a", ".b", ""),
    "members by key": chained("a", "[0]", ""),
    "calls of methods": chained('"a"', ".trim()", ""),
    "methods of a schema": chained("z.object({})", ".strict()", "", accept),
    "calls of calls": chained("a", "()", ""),
    "nested calls": nested("f(", '"a"', ")"),
    "nested lists": nested("[", '"a"', "]"),
    "nested objects": nested("{ a: ", '"a"', " }"),
    "nested schemas": nested("z.array(", "z.string()", ")", lambda s: accept(f"{{ a: {s} }}")),
    "nested parentheses": nested("(", '"a"', ")"),
    "nested functions": nested("(() => ", '"a"', ")()"),
    "nested blocks": nested("{ ", "text += 'b';", " }", make),
    "nested ifs": nested("if (flag()) { ", "text += 'b';", " }", make),
    "else ifs": chained("", "if (flag()) text += 'b'; else ", "{}", make),
    "ifs": chained("", "if (flag()) text += 'b';\n", "", make),
    "returns": chained("", "if (flag()) return 'b';\n", "", make),
    "cases": chained("switch (flag()) {", " case 1: text += 'b';\n", "}", make),
    "loops": chained("", "for (const a of list()) text += a;\n", "", make),
    "declarations in a function": repeated(
        "let b{i} = text + 'b'; b{i} += 'c';\n",
        "function make() { let text = 'a';\n",
        "return text; }\n" + describe("make()"),
    ),
    "statements": repeated("run({i});\n", "", describe('"Gets."')),
    "assignments": repeated("text = 'a';\n", "let text = 'b';\n", describe("text")),
    "members set": repeated("texts.a{i} = 'a';\n", "const texts = {};\n", describe("texts.a1")),
    "constants": repeated("const a{i} = { text: 'a' };\n", "", describe("a0.text + a1.text")),
    "constants of constants": lambda n: (
        HEAD
        + 'const a0 = "a";\n'
        + "".join(f'const a{i} = a{i - 1} + "b";\n{tool(i, f"a{i}")}' for i in range(1, n))
    ),
    "schemas of schemas": lambda n: (
        HEAD
        + "const a0 = z.string();\n"
        + "".join(
            f"const a{i} = a{i - 1}.nullable();\n"
            f'server.registerTool("t{i}", {{ inputSchema: {{ a: a{i} }} }}, run);\n'
            for i in range(1, n)
        )
    ),
    "functions that are handed on": repeated(
        "function f{i}(server) { f{j}(server); }\n",
        "",
        'function fn(server) { server.registerTool("t", { description: "Gets." }, run); }\n',
    ),
    "white space": lambda n: (
        HEAD
        + f"import{' ' * n};\nadd{' ' * n};\n"
        + "function add(text) { "
        + describe("text")
        + "}\n"
    ),
}
"""Sources that grow with n."""


def write_source(source: Source, n: int) -> Path:
    """Write a source of size n to a new folder."""
    folder = Path(tempfile.mkdtemp(prefix="growth-"))
    text = source(n)
    files = {"index.js": text} if isinstance(text, str) else text
    manifest = {"name": "growth", "main": "index.js", "dependencies": {"zod": "^4.1.0"}}
    for name, content in (files | {"package.json": json.dumps(manifest)}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def cases() -> Iterator[tuple[str, Callable[[int], Path]]]:
    """Yield the name of each source that grows and a function that writes it, of size n."""
    for name, source in GROWING.items():
        yield f"JavaScript: {name}", partial(write_source, source)
