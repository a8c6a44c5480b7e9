"""Go, C#, Java, Rust and Kotlin: each folder of `languages` is a server of one SDK, read whole.

Its expected.json says what reaches the wire, which pointers are unknown, and on which line of which
file each text stands.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import server, written

from toolgrade.inputs import InputError, read
from toolgrade.source import patterns
from toolgrade.source.allowance import Allowance
from toolgrade.source.nodes import File
from toolgrade.source.patterns.sdk import FOLDER, sdks

if TYPE_CHECKING:
    from toolgrade.model import Tool
    from toolgrade.source.found import Findings

LANGUAGES = Path(__file__).parent / "languages"
SAMPLES = sorted(path.name for path in LANGUAGES.iterdir())


def files(sample: str) -> dict[str, str | bytes]:
    folder = LANGUAGES / sample
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "expected.json")
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


def definition(tool: Tool) -> dict[str, Any]:
    raw = {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": tool.input_schema,
        "outputSchema": tool.output_schema,
        "annotations": tool.annotations,
        "unknown": sorted(tool.unknown),
    }
    return {key: value for key, value in raw.items() if value is not None}


def texts(value: object, pointer: str = "") -> list[str]:
    """Return the pointers of the names and descriptions in a definition."""
    if not isinstance(value, dict):
        return []
    found = [f"{pointer}/{k}" for k in ("name", "description") if isinstance(value.get(k), str)]
    for key, inner in value.items():
        if key == "properties":
            for name, one in inner.items():
                found += texts(one, f"{pointer}/properties/{name}")
        else:
            found += texts(inner, f"{pointer}/{key}")
    return found


def lines(tool: Tool) -> dict[str, str]:
    """Return where each text of a tool stands, as file:line."""
    places = {pointer: tool.origin.place(pointer) for pointer in texts(definition(tool))}
    return {
        pointer: f"{Path(place.file).name}:{place.line}"
        for pointer, place in places.items()
        if place
    }


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_server_is_read_as_its_sdk_lists_it(sample: str, tmp_path: Path) -> None:
    found = server(tmp_path, files(sample))
    seen = {
        "server": found.name,
        "tools": [definition(tool) | {"lines": lines(tool)} for tool in found.tools],
        "notes": [re.sub(r"\S*/(?=[\w.]+:\d)", "", m.note) for m in found.malformed],
    }
    expected = LANGUAGES / sample / "expected.json"
    if seen["server"] == tmp_path.name:
        seen["server"] = sample
    assert seen == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_text_stands_where_it_is_said_to(sample: str, tmp_path: Path) -> None:
    for tool in server(tmp_path, files(sample)).tools:
        first = (tool.description or "")[:1]
        place = tool.origin.place("/description")
        start = tool.origin.place("/description", 0)
        if first and place and start:
            path = next(p for p in tmp_path.rglob(Path(place.file).name))
            line = path.read_text(encoding="utf-8").splitlines()[place.line - 1]
            assert line[start.column - 1] == first


def test_every_sdk_has_a_sample() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.toml")) == SAMPLES


def test_every_key_of_the_patterns_has_its_line_on_the_page_about_them() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)`", page))
    for path in FOLDER.glob("*.toml"):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        keys = {*table, *table.get("schemas", {})} - {"tool", "options", "objects", "schemas"}
        for one in (*table["tool"], *table.get("options", {}).values()):
            keys |= set(one)
        for one in table.get("objects", {}).values():
            keys |= set(one)
        assert keys - told == set(), path.name


def test_every_file_of_patterns_is_of_a_language_that_is_read() -> None:
    loaded = [sdk for grammar in patterns.GRAMMARS for sdk in sdks(grammar.name)]
    assert len(loaded) == len(SAMPLES)


class _Code:
    def __init__(self, text: str) -> None:
        self.label = "code"
        self.text = text

    def peek_text(self) -> str:
        return self.text


def findings(code: dict[str, str | bytes]) -> Findings:
    sources = {path: _Code(str(text)) for path, text in code.items()}
    held = {name: str(code[name]) for name in patterns.SETTINGS if name in code}
    return patterns.read(sources, held, "", Allowance())


@settings(max_examples=60, deadline=None)
@given(sample=st.sampled_from(SAMPLES), at=st.data())
def test_code_that_is_cut_or_broken_is_read_as_far_as_it_goes(
    sample: str, at: st.DataObject
) -> None:
    code = files(sample)
    path = at.draw(st.sampled_from(sorted(p for p in code if p.endswith(patterns.SUFFIXES))))
    text = str(code[path])
    start = at.draw(st.integers(0, len(text)))
    end = at.draw(st.integers(start, min(len(text), start + 60)))
    filling = at.draw(st.sampled_from(["", "(", "}", '"', "/*", "\\", "@", "🙂", "\0"]))
    code[path] = text[:start] + filling + text[end:]
    for tool in findings(code).tools:
        assert isinstance(tool.at.file, File)


BOUNDED = {
    "a constant made from itself": 'const A = A + "x"\nvar T = mcp.NewTool("t", mcp.WithDescription(A))',
    "constants in a circle": 'const A = B\nconst B = A\nvar T = mcp.NewTool("t", mcp.WithDescription(A))',
    "a text that doubles": "\n".join(
        ['const X0 = "0123456789"', *(f"const X{i + 1} = X{i} + X{i}" for i in range(40))]
    )
    + '\nvar T = mcp.NewTool("t", mcp.WithDescription(X40))',
    "a function that calls itself": 'func f() string { return f() }\nvar T = mcp.NewTool("t", mcp.WithDescription(f()))',
}
IMPORT = 'package p\nimport "github.com/mark3labs/mcp-go/mcp"\n'


@pytest.mark.parametrize("kind", BOUNDED)
def test_what_would_not_end_is_unknown(kind: str, tmp_path: Path) -> None:
    (tool,) = server(tmp_path, {"a.go": IMPORT + BOUNDED[kind]}).tools
    assert tool.unknown == {"/description"}


def test_a_long_concatenation_is_folded(tmp_path: Path) -> None:
    text = " + ".join(['"ab"'] * 3000)
    (tool,) = server(
        tmp_path, {"a.go": f'{IMPORT}var T = mcp.NewTool("t", mcp.WithDescription({text}))'}
    ).tools
    assert tool.description == "ab" * 3000


ALIKE = {
    "a.go": 'package p\nimport "example.org/mcp"\nvar T = mcp.NewTool("t")',
    "a.cs": 'class A { [Tool(Name = "t")] public void B() {} }',
    "A.java": 'import dev.langchain4j.agent.tool.Tool;\nclass A { @Tool("t") void b() {} }',
    "a.rs": 'use other::tool;\nimpl A { #[tool(name = "t")] fn b(&self) {} } // rmcp',
    "a.kt": 'import com.other.Server\nfun a(s: Server) { s.addTool(name = "t", description = "d") {} }',
}


@pytest.mark.parametrize("name", ALIKE)
def test_another_librarys_tool_is_none(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no tools found"):
        read(str(written(tmp_path, {name: ALIKE[name]})))


def test_spring_tools_that_no_server_offers_are_none(tmp_path: Path) -> None:
    code = files("spring_ai_tool")
    code["pom.xml"] = str(code["pom.xml"]).replace("spring-ai-starter-mcp-server", "spring-ai-core")
    with pytest.raises(InputError, match="no tools found"):
        read(str(written(tmp_path, code)))


def test_files_without_a_registration_are_not_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    parse = patterns.modules.parse

    def counted(file: File, grammar: str) -> Any:
        parsed.append(file.label)
        return parse(file, grammar)

    monkeypatch.setattr(patterns.modules, "parse", counted)
    others = {f"other/m{i}.go": f"package other\nconst C{i} = {i}" for i in range(200)}
    tools = f'{IMPORT}var T = mcp.NewTool("t", mcp.WithDescription(TEXT))'
    found = server(tmp_path, {**others, "p/a.go": tools, "p/b.go": 'package p\nconst TEXT = "x"'})
    assert found.tools[0].description == "x"
    assert len(parsed) == 2


def test_a_function_is_followed_to_the_calls_that_name_the_tools(tmp_path: Path) -> None:
    code = f"""{IMPORT}
    func made(name, text string) mcp.Tool {{ return mcp.NewTool(name, mcp.WithDescription(text)) }}
    func both(name string) {{ use(made(name + "_a", "A.")); use(made(name + "_b", "B.")) }}
    func main() {{ both("x"); both("y") }}
    """
    found = server(tmp_path, {"a.go": code}).tools
    assert [(t.name, t.description) for t in found] == [
        ("x_a", "A."),
        ("y_a", "A."),
        ("x_b", "B."),
        ("y_b", "B."),
    ]


def test_each_module_of_a_repository_is_a_server_of_its_own_name(tmp_path: Path) -> None:
    code: dict[str, str | bytes] = {}
    for sample in ("go_sdk", "rmcp", "spring_ai_tool", "csharp_sdk"):
        code |= {f"servers/{sample}/{path}": text for path, text in files(sample).items()}
    names = [s.name for s in read(str(written(tmp_path, code)))]
    assert names == ["Weather", "notes", "pages", "weather-server"]


def test_a_call_that_cannot_be_followed_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    code = f"""{IMPORT}
    func made(name string, text string) mcp.Tool {{ return mcp.NewTool(name, mcp.WithDescription(text)) }}
    func main() {{ made("x", "X."); made(both()); made(os.Args[0], "Y.") }}
    """
    found = server(tmp_path, {"a.go": code})
    assert [t.name for t in found.tools] == ["x"]
    assert [m.kind for m in found.malformed] == ["unread-tool"]
    assert not found.complete


def test_a_file_that_is_cut_off_is_told_beside_the_good_ones(tmp_path: Path) -> None:
    good = f'{IMPORT}var T = mcp.NewTool("t")'
    found = server(tmp_path, {"a.go": good, "b.go": good.replace('"t"', '"u"') + "\nfunc ("})
    assert [t.name for t in found.tools] == ["t", "u"]


def test_one_file_is_read_with_the_constants_of_its_neighbours(tmp_path: Path) -> None:
    code = files("mcp_go")
    written(tmp_path, code)
    (found,) = read(str(tmp_path / "main.go"))
    assert found.tools[0].description == 'Read a file. It has "quotes" and a \\ in it.'


COMMENTED = {
    "a.go": f'{IMPORT}// toolgrade: ignore[usage] it is one of a kind\nvar T = mcp.NewTool("t", mcp.WithDescription("Get it."))',
    "a.cs": 'class A {\n// toolgrade: ignore[usage] it is one of a kind\n[McpServerTool(Name = "t"), Description("Get it.")]\npublic void B() {} }',
    "a.kt": 'import io.modelcontextprotocol.kotlin.sdk.server.Server\nfun a(s: Server) {\n    // toolgrade: ignore[usage] it is one of a kind\n    s.addTool(name = "t", description = "Get it.") {}\n}',
    "A.java": 'import io.quarkiverse.mcp.server.Tool;\nclass A {\n// toolgrade: ignore[usage] it is one of a kind\n@Tool(name = "t", description = "Get it.") void b() {} }',
    "a.rs": 'use rmcp::tool;\nimpl A {\n// toolgrade: ignore[usage] it is one of a kind\n#[tool(name = "t", description = "Get it.")]\nfn b(&self) {} }',
}


@pytest.mark.parametrize("name", COMMENTED)
def test_a_comment_that_ignores_is_heeded(name: str, tmp_path: Path) -> None:
    (comment,) = server(tmp_path, {name: COMMENTED[name]}).ignores
    assert comment.reason == "it is one of a kind"
    assert comment.targets


LONG = 20_000
MARKS = {
    "a.go": f"{IMPORT}var T = mcp.NewTool(x)\n",
    "a.cs": "// McpServerTool\n",
    "A.java": "// io.quarkiverse.mcp.server\n",
    "a.rs": "// rmcp impl ToolBase for X\n",
    "a.kt": "// io.modelcontextprotocol.kotlin.sdk\n",
    "go.mod": "module ",
    "pom.xml": "<parent>",
}
DRAWN_OUT = ("\n", " ", "import a ", "fun <", "a", "<parent>", "</parent>", "a/", "@a.", "#[a::")


@pytest.mark.parametrize("text", DRAWN_OUT)
def test_no_text_is_gone_through_once_for_each_of_its_characters(text: str, tmp_path: Path) -> None:
    code = {name: head + text * LONG + "!" for name, head in MARKS.items()}
    with pytest.raises(InputError, match=r"no tools found|can(not)? be read"):
        read(str(written(tmp_path, code)))


GO_SDK = 'package p\nimport "github.com/modelcontextprotocol/go-sdk/mcp"\n'
TEXT = 'var text = "first"\nfunc main() { mcp.AddTool(s, &mcp.Tool{Name: "t", Description: text}, f) }\n'
MADE = 't := mcp.NewTool("t", mcp.WithDescription("first"));'
HELD = 't := &mcp.Tool{Name: "t", Description: "first"};'
CHANGED = {
    "in a branch": f'{IMPORT}func main() {{ {MADE} if ro {{ t.Description = "x" }}; s.AddTool(t, h) }}',
    "by an option": f'{IMPORT}func main() {{ {MADE} mcp.WithDescription("x")(&t); s.AddTool(t, h) }}',
    "by a flag": f'{GO_SDK}{TEXT}func init() {{ flag.StringVar(&text, "d", "x", "y") }}',
    "in a line": f'{GO_SDK}{TEXT}func init() {{ text = "x" }}',
    "among others": f'{GO_SDK}{TEXT}func init() {{\n\ttext, other = "x", 1\n}}',
    "as the last of others": f'{GO_SDK}{TEXT}func init() {{\n\tother, text = 1, "x"\n}}',
    "in a member": f'{GO_SDK}{TEXT.replace("text}", "text.D}").replace(chr(34) + "first" + chr(34), "C{D: 1}")}func init() {{ text.D = "x" }}',
    "in another function": f'{IMPORT}var T = mcp.NewTool("t", mcp.WithDescription("first"))\nfunc init() {{ T.Description = "x" }}',
    "in a closure": f'{GO_SDK}func main() {{ {HELD} func() {{ t.Description = "x" }}(); mcp.AddTool(s, t, f) }}',
    "in a kept closure": f'{GO_SDK}func main() {{ {HELD} g := func() {{ t.Description = "x" }}; g(); mcp.AddTool(s, t, f) }}',
    "by another name": f'{GO_SDK}func main() {{ {HELD} p := t; p.Description = "x"; mcp.AddTool(s, t, f) }}',
    "by a name given later": f'{GO_SDK}func main() {{ {HELD} p = t; p.Description = "x"; mcp.AddTool(s, t, f) }}',
    "by more of it": f'{GO_SDK}func main() {{ {HELD} t.Description += "x"; mcp.AddTool(s, t, f) }}',
    "beside an error": f"{GO_SDK}func main() {{ {HELD} t, err = other(); mcp.AddTool(s, t, f) }}",
}


@pytest.mark.parametrize("how", CHANGED)
def test_a_description_that_is_changed_is_unknown(how: str, tmp_path: Path) -> None:
    (tool,) = server(tmp_path, {"a.go": CHANGED[how]}).tools
    assert "/description" in tool.unknown


UNCHANGED = {
    "a local name of the same spelling": f'{GO_SDK}{TEXT}func other() {{ text := "x"; use(text) }}',
    "a comparison": f'{GO_SDK}{TEXT}func other() {{ if text == "x" || text != "y" {{ use() }} }}',
    "a member of another": f'{GO_SDK}{TEXT}func other() {{ one.text = "x" }}',
    "a tool added by its address": f'{GO_SDK}var T = mcp.Tool{{Name: "t", Description: "first"}}\nfunc main() {{ mcp.AddTool(s, &T, f) }}',
    "a tool in a branch": f"{GO_SDK}func main() {{ {HELD} if t == nil {{ return }}; mcp.AddTool(s, t, f) }}",
}


@pytest.mark.parametrize("what", UNCHANGED)
def test_a_description_that_is_only_looked_at_is_known(what: str, tmp_path: Path) -> None:
    (tool,) = server(tmp_path, {"a.go": UNCHANGED[what]}).tools
    assert tool.description == "first"


RUST_TOOL = '#[tool(description = "x")] fn t(&self) {}'
FOR_TESTS = {
    "the function": f"impl A {{ #[cfg(test)] {RUST_TOOL} }}",
    "the type": f"#[cfg(test)] impl A {{ {RUST_TOOL} }}",
    "a module": f"#[cfg(test)]\nmod tests {{ use super::*; impl A {{ {RUST_TOOL} }} }}",
    "a module further up": f'#[cfg(all(feature = "a", test))]\nmod a {{ mod b {{ impl A {{ {RUST_TOOL} }} }} }}',
}


@pytest.mark.parametrize("what", FOR_TESTS)
def test_tools_that_are_built_for_tests_alone_are_left_out(what: str, tmp_path: Path) -> None:
    real = RUST_TOOL.replace("fn t", "fn real")
    code = f'use rmcp::tool;\n#[cfg(feature = "test")]\nimpl B {{ {real} }}\n{FOR_TESTS[what]}'
    assert [t.name for t in server(tmp_path, {"a.rs": code}).tools] == ["real"]


KOTLIN = files("kotlin_sdk")
NESTED = {
    "texts": '"${' * 600 + "1" + '}"' * 600,
    "texts of several lines": '"""${' * 600 + "1" + '}"""' * 600,
    "texts in blocks": '"${run {' * 600 + "1" + '}}"' * 600,
    "texts that are not closed": '"${' * 600,
    "texts behind comments": '/*}*/"${/*}*/' * 600,
    "texts behind characters": "'}'+\"${'}'+" * 600,
}


@pytest.mark.parametrize("what", NESTED)
def test_a_file_that_the_parser_cannot_bear_is_told_and_not_read(what: str, tmp_path: Path) -> None:
    deep = f"import io.modelcontextprotocol.kotlin.sdk\n// toolgrade: ignore[usage] x\nval x = {NESTED[what]}"
    found = server(tmp_path, {**KOTLIN, "Deep.kt": deep})
    notes = [m.note for m in found.malformed]
    assert any(note.endswith("Deep.kt: it is nested too deep to be read") for note in notes)
    assert len(found.tools) == len(server(tmp_path / "whole", KOTLIN).tools)


def test_texts_beside_each_other_are_not_deep(tmp_path: Path) -> None:
    code = KOTLIN | {"More.kt": "\n".join([r'val x = "\"${a["k"]} { ${"b"}" // }'] * 600)}
    assert not any("deep" in m.note for m in server(tmp_path, code).malformed)


LISTED = {
    "pointers": '[]*mcp.Tool{{Name: "a"}, {Name: "b"}}',
    "values": '[]mcp.Tool{{Name: "a"}, {Name: "b"}}',
    "an array": '[...]mcp.Tool{{Name: "a"}, {Name: "b"}}',
    "a map": 'map[string]mcp.Tool{"x": {Name: "a"}, "y": {Name: "b"}}',
}


@pytest.mark.parametrize("kind", LISTED)
def test_tools_in_a_list_that_alone_names_their_type_are_told(kind: str, tmp_path: Path) -> None:
    code = f"""{GO_SDK}
    func main() {{
        mcp.AddTool(s, &mcp.Tool{{Name: "t"}}, f)
        tools := {LISTED[kind]}
        for _, t := range tools {{ s.AddTool(t, f) }}
    }}
    """
    found = server(tmp_path, {"a.go": code})
    assert [t.name for t in found.tools] == ["t"]
    assert [m.kind for m in found.malformed] == ["unread-tool"]
    assert not found.complete


def test_tools_in_a_list_that_name_their_type_are_read(tmp_path: Path) -> None:
    code = f'{GO_SDK}var all = []*mcp.Tool{{&mcp.Tool{{Name: "a"}}}}\nvar none = []mcp.Tool{{}}'
    found = server(tmp_path, {"a.go": code})
    assert [t.name for t in found.tools] == ["a"]
    assert found.complete


def test_a_tool_that_is_named_nowhere_else_is_none_of_the_servers(tmp_path: Path) -> None:
    code = f"""{GO_SDK}
    var unused = &mcp.Tool{{Name: "unused"}}
    var used = &mcp.Tool{{Name: "used"}}
    var Shown = &mcp.Tool{{Name: "shown"}}
    """
    more = "package p\nfunc main() { mcp.AddTool(s, used, f) }"
    found = server(tmp_path, {"a.go": code, "b.go": more})
    assert [t.name for t in found.tools] == ["used", "shown"]
