from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from toolgrade.listing.parse import Reading, servers
from toolgrade.listing.positions import Document
from toolgrade.model import InputError, Place, Server, Source, Tool

SERVERS = Path(__file__).parents[1] / "servers"
TIME = {"name": "now", "inputSchema": {"type": "object"}}


def read(text: str) -> tuple[Server, ...]:
    document = Document(text, "f.json")
    source = Source("file", "path", "f.json")
    reading = Reading(source, "f.json", "f", document.origin, document.find_malformed)
    return servers(document.data, reading)


def read_one(data: object) -> Server:
    (server,) = read(json.dumps(data))
    return server


def faults(tool: Tool) -> list[tuple[str, str]]:
    return [(fault.kind, fault.pointer) for fault in tool.malformed]


def test_a_saved_result_is_read_whole() -> None:
    (server,) = read((SERVERS / "notes.json").read_text("utf-8"))
    assert (server.name, server.complete) == ("notes", True)
    assert server.instructions == "Notes are kept for a year."
    listing, reading = server.tools
    assert (listing.name, listing.index, listing.title) == ("list_notes", 0, "List notes")
    assert (listing.description or "").endswith("Use `read_note` for the text of one.")
    assert listing.annotations == {"readOnlyHint": True, "openWorldHint": False}
    assert listing.output_schema is None
    assert (reading.index, reading.title, reading.annotations) == (1, None, None)
    assert reading.output_schema == {"type": "object", "properties": {"text": {"type": "string"}}}
    assert [tool.malformed for tool in server.tools] == [(), ()]
    assert [tool.unknown for tool in server.tools] == [frozenset(), frozenset()]
    # "Returns" begins the third line of the text, all of which is one line of the file.
    start = (listing.description or "").index("Returns")
    line = (SERVERS / "notes.json").read_text("utf-8").split("\n")[5]
    place = listing.origin.place("/description", start)
    assert place == Place("f.json", 6, line.index("Returns") + 1)


@pytest.mark.parametrize(
    ("data", "at", "complete"),
    [
        pytest.param({"tools": [TIME]}, "/tools/0", True, id="result"),
        pytest.param(
            {"jsonrpc": "2.0", "id": 1, "result": {"tools": [TIME]}},
            "/result/tools/0",
            True,
            id="response",
        ),
        pytest.param([TIME], "/0", True, id="array"),
        pytest.param(TIME, "", False, id="one tool"),
        pytest.param({"servers": [{"tools": [TIME]}]}, "/servers/0/tools/0", True, id="servers"),
        pytest.param([{"tools": [TIME]}], "/0/tools/0", True, id="array of results"),
        pytest.param({"tools": [TIME], "nextCursor": "x"}, "/tools/0", False, id="a page"),
        pytest.param({"tools": [TIME], "nextCursor": ""}, "/tools/0", False, id="empty cursor"),
        pytest.param({"tools": [TIME], "nextCursor": None}, "/tools/0", True, id="null cursor"),
        pytest.param({"tools": [TIME], "_meta": {"a": 1}}, "/tools/0", True, id="other keys"),
    ],
)
def test_every_form_gives_the_same_tool(data: Any, at: str, complete: bool) -> None:  # noqa: FBT001 - a table's column
    server = read_one(data)
    (tool,) = server.tools
    assert (tool.name, tool.input_schema, tool.malformed) == ("now", {"type": "object"}, ())
    assert (server.name, server.complete) == ("f", complete)
    document = Document(json.dumps(data), "f.json")
    assert tool.origin.place("/name") == document.place(f"{at}/name")
    assert tool.origin.place("") == document.place(at)


@pytest.mark.parametrize(
    ("around", "name"),
    [
        ({}, "f"),
        ({"package": "p"}, "p"),
        ({"package": "p", "server": "s"}, "s"),
        ({"server": "s", "serverName": "n"}, "n"),
        ({"serverName": "n", "serverInfo": {"name": "i"}}, "i"),
        ({"serverName": "n", "serverInfo": {"name": "  "}}, "n"),
        ({"serverInfo": "i", "server": {"type": "node"}, "package": None}, "f"),
        ({"name": "not one of the names"}, "f"),
        ({"serverInfo": {"name": " \u001b Ünï "}}, " \u001b Ünï "),
    ],
)
def test_a_server_is_named_by_the_first_name_it_gives(around: dict[str, Any], name: str) -> None:
    assert read_one({**around, "tools": [TIME]}).name == name
    assert read_one({**around, "jsonrpc": "2.0", "result": {"tools": [TIME]}}).name == name


@pytest.mark.parametrize(
    ("around", "version"),
    [
        ({}, None),
        ({"serverInfo": {"version": "1.2"}, "package": "p", "version": "3"}, "1.2"),
        ({"serverInfo": {"version": " "}}, None),
        ({"serverInfo": {"version": 2}}, None),
        ({"package": "p", "version": "3"}, "3"),
        ({"version": "3"}, None),
    ],
)
def test_a_server_has_the_version_it_gives_itself(
    around: dict[str, Any], version: str | None
) -> None:
    assert read_one({**around, "tools": [TIME]}).version == version


def test_a_manifest_knows_names_and_descriptions_only() -> None:
    (server,) = read((SERVERS / "manifest.json").read_text("utf-8"))
    assert (server.name, server.complete) == ("notes-desktop", False)
    for tool in server.tools:
        assert tool.unknown == {"/title", "/inputSchema", "/outputSchema", "/annotations"}
    # A description the manifest leaves out is absent: it could have been given there.
    assert [tool.description for tool in server.tools] == ["List the notes in a notebook.", None]


def test_what_a_manifest_does_say_is_not_unknown() -> None:
    (tool,) = read_one({"dxt_version": "0.1", "tools": [TIME]}).tools
    assert tool.input_schema == {"type": "object"}
    assert "/inputSchema" not in tool.unknown


def test_several_servers_keep_their_order_and_names() -> None:
    notes, clock, empty = read((SERVERS / "several.json").read_text("utf-8"))
    assert [server.name for server in (notes, clock, empty)] == ["notes", "@example/clock", "f"]
    assert [server.complete for server in (notes, clock, empty)] == [True, False, True]
    assert [len(server.tools) for server in (notes, clock, empty)] == [1, 1, 0]


def test_snake_case_is_read_and_placed_where_it_is_written() -> None:
    text = '{"name": "a", "input_schema": {"required": 1, "x": NaN}, "output_schema": {}}'
    ((tool,),) = [server.tools for server in read(text)]
    assert (tool.input_schema, tool.output_schema) == ({"required": 1, "x": None}, {})
    assert faults(tool) == [
        ("wrong-type", "/inputSchema/required"),
        ("not-a-number", "/inputSchema/x"),
    ]
    assert tool.origin.place("/inputSchema") == Place("f.json", 1, text.index('{"req') + 1)
    assert tool.origin.place("/inputSchema/required") == Place("f.json", 1, text.index("1, ") + 1)
    assert tool.origin.place("/inputSchemas") is None
    assert tool.origin.place("/name") == Place("f.json", 1, text.index('a"') + 1)


def test_the_wire_spelling_wins_over_snake_case() -> None:
    (tool,) = read_one([{**TIME, "input_schema": {"type": "string"}}]).tools
    assert tool.input_schema == {"type": "object"}


def test_a_hostile_list_keeps_every_tool_at_its_place() -> None:
    (server,) = read((SERVERS / "hostile.json").read_text("utf-8"))
    named = "read_note", "read_note", None, None, None, None, "erase_note"
    assert [(tool.index, tool.name) for tool in server.tools] == list(enumerate(named))
    assert [faults(tool) for tool in server.tools] == [
        [("wrong-type", f"/{key}") for key in ("description", "inputSchema", "annotations")],
        [
            ("wrong-type", "/inputSchema/required"),
            ("wrong-type", "/inputSchema/properties/b"),
            ("wrong-type", "/inputSchema/properties/c"),
            ("duplicate-name", "/name"),
        ],
        [("nameless", ""), ("wrong-type", "/inputSchema/properties")],
        [("nameless", "/name"), ("wrong-type", "/inputSchema")],
        [("not-an-object", "")],
        [("not-an-object", "")],
        [
            ("wrong-type", "/annotations/readOnlyHint"),
            ("null-field", "/annotations/destructiveHint"),
            ("not-a-number", "/inputSchema/properties/age/maximum"),
            ("duplicate-key", "/name"),
        ],
    ]
    assert server.tools[1].description == (
        "\u001b[31mRed\u001b[0m \u202eabc\u202c \u200b<b>&amp;</b> \ud800"
    )
    assert server.tools[2].description == "Has no name."


@pytest.mark.parametrize(
    ("member", "fault"),
    [
        ({"description": 7}, "make description a string"),
        ({"description": None}, "leave description out instead of null"),
        ({"title": 7}, "make title a string"),
        ({"inputSchema": None}, "make inputSchema an object"),
        ({"inputSchema": []}, "make inputSchema an object"),
        ({"inputSchema": True}, "make inputSchema an object"),
        ({"outputSchema": None}, "leave outputSchema out instead of null"),
        ({"outputSchema": []}, "make outputSchema an object"),
        ({"annotations": []}, "make annotations an object"),
        ({"annotations": None}, "leave annotations out instead of null"),
        ({"annotations": {"readOnlyHint": None}}, "leave readOnlyHint out instead of null"),
        ({"icons": None}, "leave icons out instead of null"),
        ({"annotations": {"openWorldHint": 1}}, "make openWorldHint true or false"),
        ({"annotations": {"unheardOf": 1}}, None),
        ({"inputSchema": {"required": None}}, "make required a list of parameter names"),
        ({"inputSchema": {"required": ["a", 1]}}, "make required a list of parameter names"),
        ({"inputSchema": {"properties": None}}, "make properties an object of schemas"),
        ({"inputSchema": {"properties": {"a": False}}}, None),
        ({"inputSchema": {"properties": {"a": None}}}, "make the property a schema: an object"),
        (
            {"inputSchema": {"properties": {"a": {"items": {"properties": 1}}}}},
            "make properties an object of schemas",
        ),
        # A parameter may bear any name: it is no keyword.
        ({"inputSchema": {"properties": {"required": {}, "properties": {}}}}, None),
        ({"inputSchema": {"default": {"properties": 1}}}, None),
    ],
)
def test_a_wrong_type_is_noted_and_says_what_to_do(
    member: dict[str, Any], fault: str | None
) -> None:
    (tool,) = read_one([{"name": "a", **member}]).tools
    assert [found.note for found in tool.malformed] == ([fault] if fault else [])
    assert {found.kind for found in tool.malformed} <= {"wrong-type", "null-field"}


def test_a_wrong_type_counts_as_absent() -> None:
    wrong = {"description": 7, "title": [], "inputSchema": [], "outputSchema": 1, "annotations": ""}
    (tool,) = read_one([{"name": "a", **wrong}]).tools
    read = tool.description, tool.title, tool.input_schema, tool.output_schema, tool.annotations
    assert read == (None,) * 5
    assert len(tool.malformed) == len(wrong)


@pytest.mark.parametrize("member", ['"inputSchema": NaN', '"inputSchema": {"properties": NaN}'])
def test_what_is_not_a_number_is_not_also_of_the_wrong_type(member: str) -> None:
    ((tool,),) = [server.tools for server in read(f'{{"name": "a", {member}}}')]
    assert [fault.kind for fault in tool.malformed] == ["not-a-number"]


def test_notes_on_one_tool_are_bounded() -> None:
    properties = {f"p{i}": 1 for i in range(5000)}
    (tool,) = read_one([{"name": "a", "inputSchema": {"properties": properties}}]).tools
    assert len(tool.malformed) == 100
    assert tool.input_schema == {"properties": properties}


def test_every_later_tool_of_a_name_is_noted() -> None:
    tools = read_one([{"name": name} for name in ("a", "b", "a", "A", "a")]).tools
    assert [faults(tool) for tool in tools] == [
        [],
        [],
        [("duplicate-name", "/name")],
        [],
        [("duplicate-name", "/name")],
    ]


def test_tools_that_are_all_nameless_are_still_a_server() -> None:
    tools = read_one({"tools": [{}, 1, {"name": ""}]}).tools
    assert [tool.name for tool in tools] == [None] * 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"tools": []}, "f.json: the tool list is empty: nothing to grade"),
        ([], "f.json: the tool list is empty: nothing to grade"),
        ({"servers": []}, "f.json: the tool list is empty: nothing to grade"),
        ([{"tools": []}, {"tools": []}], "f.json: the tool list is empty: nothing to grade"),
        ({}, "f.json: names no tool: expected a tools/list result"),
        (7, "f.json: names no tool: expected a tools/list result"),
        (None, "f.json: names no tool"),
        ("tools", "f.json: names no tool"),
        (["a", 1], "f.json: names no tool"),
        ([{"a": 1}], "f.json: names no tool"),
        ({"name": "left-pad", "version": "1.0.0"}, "f.json: names no tool"),
        ({"tools": {"a": {}}}, 'f.json: "tools" at the top is not an array'),
        ({"tools": None}, 'f.json: "tools" at the top is not an array'),
        ({"jsonrpc": "2.0", "result": {"tools": 1}}, 'f.json: "tools" at /result is not an array'),
        ({"jsonrpc": "2.0", "result": None}, "f.json: a response without a tools/list result"),
        ([{"tools": [TIME]}, {"a": 1}], "f.json: /1 is not a server"),
        ({"servers": [{"url": "x"}]}, "f.json: /servers/0 is not a server"),
        ({"manifest_version": "0.3", "name": "a"}, "f.json: the manifest lists no tools"),
        (
            {"jsonrpc": "2.0", "error": {"code": -1, "message": "no\u001b[2J key"}},
            'f.json: the server answered with an error: "no\\x1b[2J key"',
        ),
    ],
)
def test_data_without_a_tool_is_refused_in_one_line(data: object, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_one(data)
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


def test_a_long_error_is_shortened() -> None:
    with pytest.raises(InputError) as caught:
        read_one({"jsonrpc": "2.0", "error": {"message": "x" * 10**6}})
    assert len(str(caught.value)) < 400
