"""Inputs that grow, for the readers of Python, Go, C#, Java, Rust and Kotlin.

`cases()` yields a name and a function that writes such an input of size n to a new folder. Run as
a program it prints what each takes at n, 2n and 4n: `python tests/benchmarks/growth_patterns.py
[N [PART OF A NAME]]`.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Source: TypeAlias = Callable[[int], dict[str, str]]

PYTHON = "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('s')\n"
GO = (
    'package main\n\nimport (\n\t"github.com/mark3labs/mcp-go/mcp"\n'
    '\t"github.com/mark3labs/mcp-go/server"\n)\n'
)
GO_SDK = 'package main\n\nimport "github.com/modelcontextprotocol/go-sdk/mcp"\n'
CSHARP = "using ModelContextProtocol.Server;\nusing System.ComponentModel;\n"
JAVA = "import org.springframework.ai.tool.annotation.Tool;\npublic class T {\n"
RUST = "use rmcp::{tool, handler::server::wrapper::Parameters};\nuse schemars::JsonSchema;\n"
KOTLIN = (
    "import io.modelcontextprotocol.kotlin.sdk.*\n"
    "import io.modelcontextprotocol.kotlin.sdk.server.Server\nimport kotlinx.serialization.json.*\n"
)


def rows(each: str, n: int, joint: str = "\n") -> str:
    """Return n lines; {i} in one is its number, {j} the next."""
    return joint.join(each.replace("{i}", str(i)).replace("{j}", str(i + 1)) for i in range(n))


def python(before: str, description: str = "'d'", parameters: str = "") -> dict[str, str]:
    """Return a server with one tool."""
    tool = f"@mcp.tool(description={description})\ndef a({parameters}): ...\n"
    return {"server.py": f"{PYTHON}{before}\n{tool}"}


def doubled(first: str, then: str, description: str = "x{n}", parameters: str = "") -> Source:
    """Return Python in which each line refers twice to the one before it."""
    return lambda n: python(
        f"{first}\n{rows(then, n)}",
        description.replace("{n}", str(n)),
        parameters.replace("{n}", str(n)),
    )


def function(each: str, before: str = "", result: str = "'d'") -> Source:
    """Return Python with a function of n statements."""
    return lambda n: python(
        f"def f(z):\n    {before or 'pass'}\n{rows('    ' + each, n)}\n    return {result}", "f(g)"
    )


def nested(opening: str, inner: str) -> Source:
    """Return Python with a statement within n others, a hundred at most."""

    def write(n: int) -> dict[str, str]:
        levels = min(n, 90)
        head = "".join(f"{' ' * i}{opening}\n" for i in range(levels))
        return python(f"a = []\n{head}{' ' * levels}{inner}", "''.join(a)")

    return write


def go(before: str, statements: str, text: str = "") -> dict[str, str]:
    """Return a Go server, with one tool if it has a text."""
    tool = f'\ts.AddTool(mcp.NewTool("a", mcp.WithDescription({text})), nil)\n' if text else ""
    main = f'func main() {{\n\ts := server.NewMCPServer("a", "1")\n{statements}\n{tool}}}\n'
    return {"go.mod": "module x\n", "main.go": f"{GO}\n{before}\n{main}"}


def go_handler(types: str, kind: str) -> dict[str, str]:
    """Return a Go server whose one tool has a schema made of a type."""
    handler = (
        f"func h(c context.Context, r *mcp.CallToolRequest, in {kind}) "
        "(*mcp.CallToolResult, any, error) { return nil, nil, nil }"
    )
    tool = 'mcp.AddTool(s, &mcp.Tool{Name: "a", Description: "d"}, h)'
    main = f"func main() {{\n\ts := mcp.NewServer(nil, nil)\n\t{tool}\n}}\n"
    return {
        "go.mod": "module x\n\nrequire github.com/modelcontextprotocol/go-sdk v1.0.0\n",
        "main.go": f"{GO_SDK}\n{types}\n{handler}\n{main}",
    }


def csharp(before: str, text: str = '"d"', kind: str = "int") -> dict[str, str]:
    """Return a C# server with one tool."""
    tool = f'[McpServerTool, Description({text})] public static string A({kind} a) => "";'
    return {
        "a.csproj": "<Project/>",
        "T.cs": f"{CSHARP}{before}\n[McpServerToolType]\npublic static class T {{\n{tool}\n}}\n",
    }


def java(before: str, text: str = '"d"', kind: str = "int") -> dict[str, str]:
    """Return a Java server with one tool."""
    tool = f'@Tool(description = {text}) public String a({kind} a) {{ return ""; }}'
    return {
        "pom.xml": "<project>spring-ai-starter-mcp-server</project>",
        "T.java": f"{JAVA}{before}\n{tool}\n}}\n",
    }


def rust(before: str, text: str = '"d"', kind: str = "T0") -> dict[str, str]:
    """Return a Rust server with one tool."""
    head = f"#[tool(description = {text})]\n"
    tool = f"{head}fn a(&self, Parameters(p): Parameters<{kind}>) -> String {{ x() }}"
    first = "#[derive(JsonSchema)]\nstruct T0 { a: i32 }"
    return {
        "Cargo.toml": '[package]\nname="x"\n[dependencies]\nrmcp="0.8"\n',
        "main.rs": f"{RUST}{first}\n{before}\nimpl S {{\n{tool}\n}}\n",
    }


def kotlin(before: str, text: str = '"d"', properties: str = "") -> dict[str, str]:
    """Return a Kotlin server with one tool."""
    schema = f"Tool.Input(properties = buildJsonObject {{ {properties} }})"
    tool = f'server.addTool(name = "a", description = {text}, inputSchema = {schema}) {{ r -> x }}'
    return {"build.gradle.kts": "", "Main.kt": f"{KOTLIN}{before}\nfun main() {{\n  {tool}\n}}\n"}


_MODEL = "class M{j}(BaseModel):\n    a: M{i}\n    b: M{i}"
DOUBLED: dict[str, Source] = {
    "Python: texts": doubled("x0 = 'x'", "x{j} = x{i} + x{i}"),
    "Python: formatted texts": doubled("x0 = 'x'", "x{j} = f'{x{i}}{x{i}}'"),
    "Python: lists": doubled("x0 = ['x']", "x{j} = x{i} + x{i}", "''.join(x{n})"),
    "Python: lists of lists": doubled("x0 = ['x']", "x{j} = [x{i}, x{i}]"),
    "Python: tables": doubled("x0 = {'a': 1}", "x{j} = {'a': x{i}, 'b': x{i}}"),
    "Python: functions": doubled(
        "def f0(x): return x", "def f{j}(x): return f{i}(f{i}(x))", "f{n}(1)"
    ),
    "Python: what depends on the run": doubled(
        "x0 = {'a': 1, 'b': 2}[g.a]", "x{j} = {'a': x{i}, 'b': x{i}}[g.a]"
    ),
    "Python: aliases": doubled("T0 = int", "T{j} = dict[str, tuple[T{i}, T{i}]]", "'d'", "p: T{n}"),
    "Python: unions": doubled(
        "from typing import Union\nT0 = list[int]",
        "T{j} = Union[list[T{i}], tuple[T{i}, T{i}]]",
        "'d'",
        "p: T{n}",
    ),
    "Python: models": doubled(
        f"from pydantic import BaseModel\n{_MODEL.partition(':')[0].replace('{j}', '0')}: a: int",
        _MODEL,
        "'d'",
        "p: M{n}",
    ),
    "Go: constants": lambda n: go(
        'const x0 = "xx"\n' + rows("const x{j} = x{i} + x{i}", n), "", f"x{n}"
    ),
    "Go: lists": lambda n: go(
        'var x0 = []any{"xx"}\n' + rows("var x{j} = []any{x{i}, x{i}}", n), "", f"x{n}"
    ),
    "Go: functions": lambda n: go(
        'func f0() string { return "x" }\n'
        + rows("func f{j}() string { return f{i}() + f{i}() }", n),
        "",
        f"f{n}()",
    ),
    "Go: variables": lambda n: go("", '\tx0 := "xx"\n' + rows("\tx{j} := x{i} + x{i}", n), f"x{n}"),
    "Go: structs": lambda n: go_handler(
        "type T0 struct { A string }\n" + rows("type T{j} struct {\nA T{i}\nB T{i}\n}", n), f"T{n}"
    ),
    "Go: aliases": lambda n: go_handler(
        "type T0 struct { A string }\n" + rows("type T{j} map[string]struct{ A T{i}; B T{i} }", n),
        f"T{n}",
    ),
    "C#: constants": lambda n: csharp(
        'class C { public const string X0 = "x";\n'
        + rows("public const string X{j} = X{i} + X{i};", n)
        + "}",
        f"C.X{n}",
    ),
    "C#: classes": lambda n: csharp(
        "public class R0 { public int A {get;set;} }\n"
        + rows("public class R{j} { public R{i} A {get;set;} public R{i} B {get;set;} }", n),
        kind=f"R{n}",
    ),
    "Java: constants": lambda n: java(
        'static final String X0 = "x";\n' + rows("static final String X{j} = X{i} + X{i};", n),
        f"X{n}",
    ),
    "Java: records": lambda n: java(
        "record R0(int a) {}\n" + rows("record R{j}(R{i} a, R{i} b) {}", n), kind=f"R{n}"
    ),
    "Rust: constants": lambda n: rust(
        'const X0: &str = "x";\n' + rows("const X{j}: &str = concat!(X{i}, X{i});", n), f"X{n}"
    ),
    "Rust: structs": lambda n: rust(
        rows("#[derive(JsonSchema)]\nstruct T{j} { a: T{i}, b: T{i} }", n), kind=f"T{n}"
    ),
    "Kotlin: templates": lambda n: kotlin(
        'const val X0 = "x"\n' + rows('const val X{j} = "$X{i}$X{i}"', n), f"X{n}"
    ),
    "Kotlin: lists": lambda n: kotlin(
        'val X0 = listOf("x")\n' + rows("val X{j} = listOf(X{i}, X{i})", n),
        properties=f'put("a", X{n})',
    ),
}
"""Sources in which what is built doubles with each step."""

NESTED: dict[str, Source] = {
    "Python: not": lambda n: python("", f"{'not ' * n}1"),
    "Python: |": lambda n: python("", " | ".join(["1"] * n)),
    "Python: +": lambda n: python("", " + ".join(["'y'"] * n)),
    "Python: calls": lambda n: python(
        "def f(x): return x", f"{'f(' * min(n, 90)}1{')' * min(n, 90)}"
    ),
    "Python: members": lambda n: python("import g", f"g{'.a' * n}"),
    "Python: methods": lambda n: python("", f"'d'{'.strip()' * n}"),
    "Python: conditions": lambda n: python("", rows("'a' if g.a == {i} else", n, " ") + " 'b'"),
    "Python: lambdas": lambda n: python("", f"({'lambda: ' * n}1){'()' * n}"),
    "Python: lists in lists": function("v = [v]", "v = []", "v"),
    "Python: loops in a file": nested("for a in a:", "a.append(1)"),
    "Python: functions in functions": nested("def f():", "mcp.tool"),
    "Go: parentheses": lambda n: go("", "", f"{'(' * n}1{')' * n}"),
    "Go: blocks": lambda n: go("", "{" * n + "}" * n, '"d"'),
    "Go: types": lambda n: go_handler(f"type T struct {{ A {'[]' * n}string }}", "T"),
    "C#: +": lambda n: csharp("", " + ".join(['"x"'] * n)),
    "Java: types": lambda n: java("", kind="List<" * n + "String" + ">" * n),
    "Rust: uses": lambda n: rust(f"use {'a::{' * n}b{'}' * n};"),
    "Kotlin: builders": lambda n: kotlin("", properties='putJsonObject("a") {' * n + "}" * n),
    "Kotlin: classes": lambda n: kotlin(rows("class C{i} {", n) + "}" * n),
}
"""Sources in which one thing is within the other."""

_GO_TOOL = 'mcp.NewTool("a{i}", mcp.WithDescription("d"), mcp.WithString("p", mcp.Required()))'
_GO_OPTION = 'mcp.WithString("p{i}")'
REPEATED: dict[str, Source] = {
    "Python: tools": lambda n: {
        "server.py": PYTHON + rows("@mcp.tool()\ndef t{i}(a: int, b: str = 'x') -> str: 'Gets.'", n)
    },
    "Python: tools in a function": lambda n: {
        "server.py": f"{PYTHON}def register(mcp: FastMCP):\n"
        + rows("    @mcp.tool()\n    def t{i}(a: int): 'Gets.'", n)
        + "\nregister(mcp)\n"
    },
    "Python: tools that are added": lambda n: {
        "server.py": PYTHON + rows("def t{i}(a: int): 'Gets.'\nmcp.add_tool(t{i})", n)
    },
    "Python: helpers": lambda n: {
        "server.py": PYTHON
        + rows("def h{i}(f):\n    mcp.tool()(f)\n    return f\n@h{i}\ndef t{i}(): 'Gets.'", n)
    },
    "Python: tools that are removed": lambda n: {
        "server.py": PYTHON
        + rows("@mcp.tool()\ndef t{i}(): 'Gets.'", n)
        + "\n"
        + rows("mcp.remove_tool('t{i}')", n - 1)
    },
    "Python: statements": lambda n: python(rows("v{i} = {i}", n)),
    "Python: statements in a function": function("v{j} = v{i}", "v0 = 1"),
    "Python: conditions in a function": function("if z: v{i} = {i}"),
    "Python: alternatives": lambda n: python(
        "def f(z):\n    if z: return 1\n" + rows("    elif z == {i}: return {i}", min(n, 900)),
        "f(g)",
    ),
    "Python: additions": lambda n: python("v = []\n" + rows("v.append('x')", n), "''.join(v)"),
    "Python: lists that are added to": lambda n: {
        "server.py": PYTHON
        + rows("l{i} = []\nl{i}.append('x')", n)
        + "\n"
        + rows("@mcp.tool(description=''.join(l{i}))\ndef t{i}(): ...", n)
    },
    "Python: members of a union": lambda n: python(
        "from typing import Literal, Union", "'d'", f"p: Union[{rows('Literal[{i}]', n, ', ')}]"
    ),
    "Python: A | B": lambda n: python(
        rows("class A{i}: pass", n), "'d'", f"p: {rows('A{i}', min(n, 900), ' | ')}"
    ),
    "Python: members of an enum": lambda n: python(
        "from enum import Enum\nclass E(Enum):\n" + rows("    A{i} = 'v{i}'", n), "'d'", "p: E"
    ),
    "Python: parameters": lambda n: python("", "'d'", rows("a{i}: int = {i}", n, ", ")),
    "Python: a long line": lambda n: python(
        "X = {" + rows("'é{i}': [{i}]", n, ", ") + "}", "X['é1']"
    ),
    "Go: tools in a function": lambda n: go(
        "", rows(f"\tt{{i}} := {_GO_TOOL}\n\ts.AddTool(t{{i}}, nil)", n)
    ),
    "Go: tools on a line": lambda n: go("", rows(f"s.AddTool({_GO_TOOL}, nil)", n, "; ")),
    "Go: calls of a function": lambda n: go(
        "func add(s *server.MCPServer, name string) { s.AddTool(mcp.NewTool(name), nil) }",
        rows('\tadd(s, "a{i}")', n),
    ),
    "Go: options": lambda n: go(
        "", f's.AddTool(mcp.NewTool("a", {rows(_GO_OPTION, n, ", ")}), nil)'
    ),
    "Go: variables of a file": lambda n: go(
        rows('var d{i} = "x"', n),
        rows('\ts.AddTool(mcp.NewTool("a{i}", mcp.WithDescription(d{i})), nil)', n),
    ),
    "Go: statements": lambda n: go("", rows("\tv{i} := {i}", n), '"d"'),
    "Java: fields": lambda n: java(f"record R({rows('int a{i}', n, ', ')}) {{}}", kind="R"),
    "Rust: fields": lambda n: rust(
        "#[derive(JsonSchema)]\nstruct R {\n" + rows("/// Gets.\na{i}: i32,", n) + "\n}", kind="R"
    ),
    "Kotlin: members": lambda n: kotlin(
        "", properties=rows('putJsonObject("a{i}") { put("type", "string") }', n)
    ),
}
"""Sources that have more and more of the same."""


def write_source(source: Source, n: int) -> Path:
    """Write a source of size n to a new folder."""
    folder = Path(tempfile.mkdtemp(prefix="growth-"))
    for name, text in source(n).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def cases() -> Iterator[tuple[str, Callable[[int], Path]]]:
    """Yield the name of each source that grows and a function that writes it, of size n."""
    kinds = (("doubled", DOUBLED), ("nested", NESTED), ("repeated", REPEATED))
    for kind, sources in kinds:
        for name, source in sources.items():
            yield f"{name} ({kind})", partial(write_source, source)


def main(n: int, part: str) -> None:
    """Print the CPU seconds of each case at n, 2n and 4n, and the power of n that they grow by."""
    from toolgrade.inputs import InputError, read  # noqa: PLC0415 - only the program reads

    for name, make in cases():
        if part not in name:
            continue
        seconds = []
        for size in (n, 2 * n, 4 * n):
            folder = make(size)
            start = time.process_time()
            with suppress(InputError):  # Python itself reads nothing that is nested too deep
                read(str(folder))
            seconds.append(time.process_time() - start)
        exponent = math.log(seconds[2] / seconds[0], 4)
        row = " ".join(f"{one:6.2f}" for one in seconds)
        sys.stdout.write(f"{name:50} {row}  n^{exponent:.2f}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, "".join(sys.argv[2:3]))
