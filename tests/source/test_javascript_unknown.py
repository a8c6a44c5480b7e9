"""What reading JavaScript alone cannot tell is unknown; no source makes it guess, fail or run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import server, written

from toolgrade.inputs import InputError, read
from toolgrade.source import javascript
from toolgrade.source.allowance import Allowance
from toolgrade.source.nodes import File, convert_to_data

if TYPE_CHECKING:
    from pathlib import Path

    from toolgrade.source.found import Findings

UNKNOWN = {
    "from the environment": ("process.env.TEXT", ["/description"]),
    "from another package": ('require("texts").one', ["/description"]),
    "in a template": ("`Reads ${new Date()}.`", ["/description"]),
    "in a concatenation": ('"Reads " + os.hostname()', ["/description"]),
    "a parameter without an argument": ("given", ["/description"]),
    "under a condition": ('flag() ? "a" : "b"', ["/description"]),
    "made from itself": ("itself", ["/description"]),
    "in a circle": ("one", ["/description"]),
    "given later under a condition": ("later.text", ["/description"]),
    "assigned in a function": ("reset", ["/description"]),
    "of a loop that runs an unknown number of times": ("counted.text", ["/description"]),
    "replaced by a pattern that may take long": (
        '"aab".replace(/(a+)+b/, "x")',
        ["/description"],
    ),
    "of a function that may return two": ("either()", ["/description"]),
    "too long": ('"ab".repeat(1e9)', ["/description"]),
    "a getter of a class without an instance": ("new Proxy({}, {}).text", ["/description"]),
}
HEAD = """
const itself = itself + "x"; const one = two; const two = one;
const later = { text: "a" }; if (flag()) later.text = "b";
let reset = "a"; function again() { reset = "b"; }
const counted = { text: "" }; for (const one of list()) counted.text += one;
function either() { if (flag()) return "a"; return "b"; }
"""


@pytest.mark.parametrize(("text", "unknown"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_text_made_when_the_server_runs_is_unknown(
    text: str, unknown: list[str], tmp_path: Path
) -> None:
    (found,) = server(
        tmp_path,
        {
            "a.ts": HEAD + "export function start(server, given) {\n"
            f'  server.registerTool("a", {{ description: {text} }}, run);\n}}'
        },
    ).tools
    assert sorted(found.unknown) == unknown
    assert found.description is None


SCHEMAS = {
    "no zod": ("v.object({})", ["/inputSchema"]),
    "a union of objects": ("z.union([z.object({}), z.object({})])", ["/inputSchema"]),
    "spread of what is fetched": ("{ a: z.string(), ...more() }", None),
    "one member": ("{ a: z.string(), b: make() }", None),
    "an enum that is fetched": ("{ a: z.enum(names()) }", None),
}


@pytest.mark.parametrize(("text", "unknown"), SCHEMAS.values(), ids=SCHEMAS)
def test_a_schema_made_when_the_server_runs_is_unknown(
    text: str, unknown: list[str] | None, tmp_path: Path
) -> None:
    (found,) = server(
        tmp_path,
        {
            "a.ts": 'import { z } from "zod";\nimport * as v from "valibot";\n'
            f'server.registerTool("a", {{ inputSchema: {text} }}, run);'
        },
    ).tools
    assert found.unknown
    assert all(pointer.startswith("/inputSchema") for pointer in found.unknown)
    assert unknown is None or sorted(found.unknown) == unknown


UNREAD = {
    "a name that is fetched": "for (const t of await load()) server.registerTool(t.name, t, run)",
    "a list that is fetched": "server.setRequestHandler('tools/list', async () => ({ tools: await load() }))",
    "one of a list": "server.setRequestHandler('tools/list', () => ({ tools: [make()] }))",
}


@pytest.mark.parametrize("text", UNREAD.values(), ids=UNREAD)
def test_a_tool_whose_name_cannot_be_known_is_counted_and_not_made_up(
    text: str, tmp_path: Path
) -> None:
    known = 'server.registerTool("known", { description: "K." }, run);\n'
    found = server(tmp_path, {"a.ts": known + text})
    assert [tool.name for tool in found.tools] == ["known"]
    assert not found.complete
    assert [one.kind for one in found.malformed] == ["unread-tool"]


def test_what_registers_under_a_replaced_method_is_unknown(tmp_path: Path) -> None:
    (found,) = server(
        tmp_path,
        {"a.ts": 'server.tool = prefixed(server);\nserver.tool("a", "A.", {}, run);'},
    ).tools
    assert found.description is None
    assert {"/description", "/inputSchema"} <= found.unknown


def test_a_tool_under_a_condition_is_found(tmp_path: Path) -> None:
    found = server(tmp_path, {"a.ts": 'if (process.env.ALL) server.tool("a", "A.", run);'}).tools
    assert [tool.description for tool in found] == ["A."]


def scanned(text: str | bytes) -> Findings:
    class Written:
        label = "a.ts"

        def peek_text(self, most: int = 0) -> str:  # noqa: ARG002 - a Readable
            return text if isinstance(text, str) else text.decode("utf-8", "replace")

    return javascript.read({"a.ts": Written()}, {}, "", Allowance())


TOOL = 'server.registerTool("a", { description: DESCRIPTION }, run);'
BAD = {
    "nothing but brackets": "(" * 50_000,
    "open template": "`" + "${" * 20_000,
    "deep arrays": f"const x = {'[' * 20_000}{']' * 20_000};",
    "deep members": f"const x = a{'.b' * 20_000};",
    "deep calls": f"const x = z{'.min(1)' * 20_000};",
    "long sum": f"const x = {' + '.join(['1'] * 2_000)};",
    "doubling": "const x0 = 'ab';" + "".join(f"const x{i + 1} = x{i} + x{i};" for i in range(60)),
    "doubling lists": "const x0 = [1];"
    + "".join(f"const x{i + 1} = [...x{i}, ...x{i}];" for i in range(60)),
    "functions in a circle": "function f(n) { return g(n); } function g(n) { return f(n); }",
    "recursion": "const f = (n) => n ? f(n - 1) + f(n - 1) : 'x'; const x = f(1e9);",
    "huge power": "const x = 9 ** 9 ** 9 ** 9;",
    "control characters": "const x = '\0\1\ufffe'; \ufeff",
    "lone surrogates": r"const x = '\ud800';",
    "no JavaScript": "def f(): pass # `${",
    "a long line": "x;" * 50_000,
}
LAST = {"doubling": "x60", "doubling lists": "x60.length + ''", "functions in a circle": "f(1)"}


@pytest.mark.parametrize("name", BAD)
def test_no_source_makes_reading_fail(name: str) -> None:
    tool = TOOL.replace("DESCRIPTION", LAST.get(name, "x"))
    for text in (f"{BAD[name]}\n;{tool}", f"{tool}\n{BAD[name]}"):
        scanned(text)


def test_bytes_that_are_no_text_are_passed_over(tmp_path: Path) -> None:
    folder = written(tmp_path, {"a.ts": b'\xff\xfeserver.tool("a", "\xe9A.", run)'})
    (found,) = read(str(folder))
    assert [tool.name for tool in found.tools] == ["a"]


def test_modules_that_import_each_other_end(tmp_path: Path) -> None:
    text = 'import { x } from "./b"; export const y = x; server.tool("a", y, run);'
    other = 'import { y } from "./a"; export const x = y;'
    (found,) = server(tmp_path, {"a.ts": text, "b.ts": other}).tools
    assert found.unknown == {"/description"}


def test_nothing_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    text = f'require("fs").writeFileSync({json.dumps(str(mark))}, "x"); server.tool("a", run);'
    server(tmp_path / "code", {"a.js": text, "package.json": '{"scripts": {"install": "x"}}'})
    assert not mark.exists()


def test_a_folder_without_a_registration_is_dismissed_unparsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolgrade.source.javascript.syntax.parse", None)
    folder = written(tmp_path, {"a.ts": "export const x = 1;"})
    with pytest.raises(InputError, match="no tools found in 1 source file"):
        read(str(folder))


PIECES = (
    *("server", ".", "registerTool", "tool", "(", ")", "{", "}", "[", "]", "=>", ",", ":", ";"),
    *('"a"', "`b${", "}`", "description", "z", "string", "object", "const x =", "x", "...", "for"),
    *("(const t of x)", "function f(", "return", "class C", "this", "new", "await", "import", "+"),
    *("setRequestHandler", "ListToolsRequestSchema", "tools", "name", "if", "?", "exports", "="),
)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))
def test_no_order_of_words_makes_reading_fail(text: str) -> None:
    scanned(text)


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=40)


@given(st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from("'\"`"), TEXTS)
def test_every_character_is_where_its_place_says(texts: list[str], quote: str, before: str) -> None:
    def literal(text: str) -> str:
        out = text.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("${", "\\${")
        return quote + (out if quote == "`" else out.replace("\n", "\\n")) + quote

    def literals() -> str:
        made = " +\n ".join(literal(text) for text in texts)
        return made.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")

    source = f"/*{before.replace('*', '')}*/ server.registerTool('a', {{ description: {literals()} }}, run)"
    (found,) = scanned(source).tools
    node = found.definition.entries["description"]
    assert convert_to_data(node)[0] == "".join(texts)
    file = File("a.ts", source)
    for index, char in enumerate(node.value):
        spot = node.spot(index)
        assert spot is not None
        assert spot.place == file.place(spot.offset)
        written_there = source[spot.offset]
        assert written_there in {char, "\\"}
