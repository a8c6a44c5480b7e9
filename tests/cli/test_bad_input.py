from __future__ import annotations

import io
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolgrade.inputs import read, read_command
from toolgrade.listing.parse import Reading, servers
from toolgrade.listing.positions import Document
from toolgrade.live.advice import clean_words
from toolgrade.model import NOWHERE, InputError, Place, Source
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from toolgrade.live.options import Options

SERVERS = Path(__file__).parents[1] / "servers"
NOTES = (SERVERS / "notes.json").read_bytes()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(source: str) -> str:
    """Return the one line that `source` is refused with."""
    with pytest.raises(InputError) as caught:
        read(source)
    (line,) = str(caught.value).splitlines()
    assert line.isprintable()
    return line


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b" \r\n\t", "empty", id="blank"),
        pytest.param(NOTES[:-30], r"ends too early: expected", id="truncated"),
        pytest.param(NOTES[:150], r"ends too early: expected a closing quote", id="in a string"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe", "not JSON", id="an image"),
        pytest.param(b"\x7fELF\x02\x01\x01" + b"\0" * 64, "not JSON", id="a program"),
        pytest.param(b'{"tools": ["\xe9t\xe9"]}', r"byte 12\), so not JSON", id="Latin-1"),
        pytest.param(b'\xff\xfe{\0"\0a', "not JSON", id="UTF-16 cut in a character"),
        pytest.param(b"tools:\n  - name: a\n", ":1:1: not JSON: expected a value", id="YAML"),
        pytest.param(b"<!doctype html><p>", ":1:1: not JSON: expected a value", id="HTML"),
        pytest.param(b'{"tools": []}', "the tool list is empty", id="no tools"),
        pytest.param(b'{"a": [1, 2]}', "names no tool: expected", id="other JSON"),
        pytest.param(b'[{"name":"a"}]\n[1]', ":2:1: not JSON: expected nothing", id="two values"),
        pytest.param(b"[" * 100_000, "ends too early", id="100,000 open brackets"),
        pytest.param(b'{"\x1b[2J', ":1:3: not JSON: expected no raw", id="ANSI in a key"),
    ],
)
def test_a_bad_file_is_refused_in_one_clear_line(here: Path, content: bytes, words: str) -> None:
    (here / "tools.json").write_bytes(content)
    line = refusal("tools.json")
    assert line.startswith("tools.json:")
    assert re.search(words, line)


def test_truncation_is_told_with_line_and_column(here: Path) -> None:
    (here / "tools.json").write_bytes(b'{\n  "tools": [\n    {"name": "a"},\n')
    assert refusal("tools.json") == ("tools.json:4:1: the JSON ends too early: expected a value")


def test_a_file_that_is_not_there(here: Path) -> None:
    assert refusal("tool.json").startswith("tool.json: no such file; pass a saved tools/list file")
    assert refusal(str(here / "sub" / "x.json")).startswith("sub/x.json: no such file")
    assert refusal("../secret-folder/x.json").startswith("x.json: no such file")


def test_a_file_name_cannot_act_on_a_terminal(here: Path) -> None:
    del here
    assert refusal("a\x1b[2J\u202eb.json").startswith(r"a\x1b[2J\u202eb.json: no such file")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_that_may_not_be_read(here: Path) -> None:
    (here / "tools.json").write_bytes(NOTES)
    (here / "tools.json").chmod(0)
    assert refusal("tools.json").startswith("tools.json: cannot be read: ")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (".", "no tools found in 2 source files; pass a saved tools/list file"),
        ("server", "no tools found in 0 source files"),
        ("server.py", "no tools found in 1 source file;"),
        ("missing.py", "no such file"),
        ("index.pyi", "tools in this language cannot be read yet; pass a saved tools/list file"),
    ],
)
def test_source_without_tools_is_one_line(here: Path, name: str, why: str) -> None:
    (here / "server").mkdir()
    (here / "server.py").write_text("print()")
    (here / "index.ts").write_text("")
    (here / "index.pyi").write_text("")
    assert why in refusal(name)


def test_a_huge_file_is_not_read_whole(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "tools.json").write_bytes(NOTES)
    monkeypatch.setattr("toolgrade.inputs.named.MAX_BYTES", len(NOTES))
    assert len(read("tools.json")) == 1
    monkeypatch.setattr("toolgrade.inputs.named.MAX_BYTES", len(NOTES) - 1)
    assert "larger than" in refusal("tools.json")


CONFIG = {
    "git\x1bhub": {"command": "npx", "args": ["--token", "hunter2"], "env": {"KEY": "hunter2"}},
    "time": {"url": "https://user:hunter2@example.com/mcp", "headers": {"X-Key": "hunter2"}},
}


@pytest.mark.parametrize("key", ["mcpServers", "servers"])
def test_a_client_config_starts_nothing_and_shows_names_only(here: Path, key: str) -> None:
    (here / "mcp.json").write_text(json.dumps({key: CONFIG, "inputs": [{"id": "hunter2"}]}))
    line = refusal("mcp.json")
    assert line.startswith(r"mcp.json: 2 servers, none running: git\x1bhub, time; add --launch")
    assert "hunter2" not in line


def test_a_long_client_config_is_shortened(here: Path) -> None:
    (here / "mcp.json").write_text(json.dumps({"mcpServers": {f"s{i}": {} for i in range(999)}}))
    line = refusal("mcp.json")
    assert line.startswith("mcp.json: 999 servers, none running: s0, s1, ")
    assert len(line) < 250


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_the_encoding_changes_neither_tools_nor_places(here: Path, encoding: str) -> None:
    (here / "plain.json").write_bytes(NOTES)
    (here / "other.json").write_bytes(NOTES.decode().encode(encoding))
    (plain,), (other,) = read("plain.json"), read("other.json")
    for one, two in zip(plain.tools, other.tools, strict=True):
        assert (one.name, one.description, one.input_schema) == (
            two.name,
            two.description,
            two.input_schema,
        )
        at, same = one.origin.place("/description", 20), two.origin.place("/description", 20)
        assert at
        assert same == Place("other.json", at.line, at.column)


def test_a_source_is_named_from_the_working_folder(
    here: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (here / "sub").mkdir()
    (here / "sub" / "tools.json").write_bytes(NOTES)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "tools.json"
    elsewhere.write_bytes(NOTES)
    named = {
        "sub/tools.json": "sub/tools.json",
        "./sub/tools.json": "sub/tools.json",
        str(here / "sub" / "tools.json"): "sub/tools.json",
        str(elsewhere): "tools.json",
    }
    for source, value in named.items():
        (server,) = read(source)
        assert (server.source.value, server.source.here) == (value, source != str(elsewhere))
        place = server.tools[0].origin.place("/name")
        assert place == Place(value, 4, 16)


def test_a_nameless_server_takes_the_stem_of_its_file(here: Path) -> None:
    (here / "my.tools.json").write_text('[{"name": "a"}]')
    assert [server.name for server in read("my.tools.json")] == ["my.tools"]


def test_standard_input_is_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NOTES)))
    (server,) = read("-")
    assert server.source == Source("stdin", "path", "-")
    assert server.tools[0].origin.place("/name") == Place("stdin", 4, 16)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert refusal("-").startswith("stdin: empty")


def test_a_live_server_is_read_by_the_rules_of_a_saved_one(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def fetched(what: Any, options: Options) -> str:
        seen.extend((what, options.timeout))
        return (SERVERS / "hostile.json").read_text("utf-8")

    monkeypatch.setattr("toolgrade.live.fetch.fetch_command", fetched)
    monkeypatch.setattr("toolgrade.live.fetch.fetch_url", fetched)
    (here / "server.json").write_bytes((SERVERS / "hostile.json").read_bytes())
    (saved,) = read("server.json")
    (command,) = read_command(["/usr/bin/server", "--api-key", "hunter2"])
    (url,) = read("https://me:hunter2@example.com/mcp?key=hunter2")
    assert seen == [
        ["/usr/bin/server", "--api-key", "hunter2"],
        90,
        "https://me:hunter2@example.com/mcp?key=hunter2",
        90,
    ]
    for live in (command, url):
        assert live.source.kind == "live"
        assert "hunter2" not in repr(live.source)
        assert [tool.origin for tool in live.tools] == [NOWHERE] * len(saved.tools)
        assert [(t.name, t.description, t.input_schema, t.malformed) for t in live.tools] == [
            (t.name, t.description, t.input_schema, t.malformed) for t in saved.tools
        ]
    assert (command.name, url.name) == ("server", "example.com")


def test_loops_and_depths_of_schemas_are_kept_as_data(here: Path) -> None:
    loop = {"$ref": "#/properties/a", "properties": {"a": {"$ref": "#"}}}
    (here / "loop.json").write_text(json.dumps([{"name": "a", "inputSchema": loop}]))
    assert read("loop.json")[0].tools[0].input_schema == loop
    deep = '{"properties": {"p": ' * 10_000 + "{}" + "}}" * 10_000
    (here / "deep.json").write_text(f'[{{"name": "a", "inputSchema": {deep}}}, {{"name": "b"}}]')
    a, b = read("deep.json")[0].tools
    assert [fault.kind for fault in a.malformed] == ["too-deep"]
    assert a.malformed[0].pointer.startswith("/inputSchema/properties/p/properties/p/")
    assert a.origin.place(a.malformed[0].pointer) is not None
    assert (b.name, b.malformed) == ("b", ())


def test_a_description_of_a_megabyte(here: Path) -> None:
    text = "A\n" * 2**19 + "\u202e\x1b[2J end"
    (here / "big.json").write_text(json.dumps([{"name": "a", "description": text}]))
    (tool,) = read("big.json")[0].tools
    assert tool.description == text
    raw = (here / "big.json").read_text()
    place = tool.origin.place("/description", text.index("end"))
    assert place == Place("big.json", 1, raw.index("end") + 1)


def test_ten_thousand_tools(here: Path) -> None:
    tools = [
        {"name": f"tool_{i}", "description": f'Number "{i}".', "inputSchema": {"properties": {}}}
        for i in range(10_000)
    ]
    text = json.dumps({"tools": tools}, indent=1)
    (here / "many.json").write_text(text)
    (server,) = read("many.json")
    assert [tool.name for tool in server.tools] == [tool["name"] for tool in tools]
    lines = text.split("\n")
    for tool in server.tools[::997]:
        place = tool.origin.place("/description", 7)
        assert place
        assert lines[place.line - 1][place.column - 1 :].startswith(f'\\"{tool.index}\\"')


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "description", "tools", "result", "servers", "inputSchema"])
            | st.sampled_from(["input_schema", "annotations", "properties", "required", "jsonrpc"])
            | st.sampled_from(["error", "serverInfo", "manifest_version", "readOnlyHint", "items"])
            | st.text(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_any_json_is_read_or_refused_in_one_line(data: Any) -> None:
    document = Document(json.dumps(data), "f.json")
    source = Source("file", "path", "f.json")
    reading = Reading(source, "f.json", "f", document.origin, document.find_malformed)
    try:
        found = servers(document.data, reading)
    except InputError as refused:
        assert str(refused).isprintable()  # noqa: PT017 - most of what is drawn is not refused
        return
    assert any(server.tools for server in found)
    for server in found:
        for index, tool in enumerate(server.tools):
            assert tool.index == index
            assert tool.origin.place("")
            assert tool.name is None or tool.name.strip()
            assert (tool.name is None) == any(
                fault.kind in {"nameless", "not-an-object"} for fault in tool.malformed
            )


@given(st.text(max_size=300))
def test_words_of_others_become_one_harmless_line(words: str) -> None:
    assert make_legible(words).isprintable()
    assert make_legible(words, 10).startswith(make_legible(words.strip()[:10]))


@pytest.mark.parametrize("words", ["::add-mask::x", "a ##[error]b", "\n ::x::", "##vso[task]"])
def test_words_of_others_are_no_command_to_the_runner_of_a_ci_job(words: str) -> None:
    for line in (make_legible(words), clean_words(words)):
        assert not line.startswith("::")
        assert not re.search(r"##(\[|vso\[)", line)
