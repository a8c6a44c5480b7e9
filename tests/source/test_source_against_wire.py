"""A server's source against what its clients see: what is lost or added on the way, tool by tool;
what the source alone does not tell is never called lost or new.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from reading import FAST, written

from toolgrade.compare import compare
from toolgrade.compare.hidden import drop_hidden
from toolgrade.grading.grade import grade
from toolgrade.inputs import read
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from pathlib import Path

    from toolgrade.model.comparison import Comparison

PYTHON = (
    FAST
    + '''from typing import Annotated
from elsewhere import Fields
@mcp.tool
def search_issues(query: Annotated[str, "Words to look for."], limit: int = 10) -> str:
    """Search the issues of a repository. Returns at most `limit` issues."""
@mcp.tool
def get_issue(number: int, fields: Fields = None):
    """Get one issue by its number."""
@mcp.tool(description=made())
def close_issue(number: int) -> str: ...
'''
)
TYPESCRIPT = """\
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { Fields } from "elsewhere";
const server = new McpServer({ name: "s", version: "1" });
server.registerTool("search_issues", {
  description: "Search the issues of a repository. Returns at most `limit` issues.",
  inputSchema: { query: z.string().describe("Words to look for."), limit: z.number().default(10) },
}, async () => ({ content: [] }));
server.registerTool("get_issue", {
  description: "Get one issue by its number.",
  inputSchema: { number: z.number(), fields: Fields },
}, async () => ({ content: [] }));
server.registerTool("close_issue", { description: made() }, async () => ({ content: [] }));
"""
SOURCES: dict[str, dict[str, str | bytes]] = {
    "Python": {"server.py": PYTHON},
    "TypeScript": {"package.json": '{"dependencies": {"zod": "^3"}}', "server.ts": TYPESCRIPT},
}


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return written(tmp_path / "source", SOURCES[request.param])


def on_the_wire(source: Path) -> list[dict[str, Any]]:
    """Return the tools as a client sees them: what is unknown in the source is told there."""
    (server,) = read(str(source))
    tools = []
    for tool in server.tools:
        schema = copy.deepcopy(dict(tool.input_schema or {"type": "object"}))
        listed = {"name": tool.name, "title": tool.title, "description": tool.description}
        listed |= {"inputSchema": schema, "outputSchema": tool.output_schema}
        if tool.name == "get_issue":
            field = schema.setdefault("properties", {}).setdefault("fields", {})
            field |= {"type": "array", "items": {"type": "string"}, "description": "Which."}
        if tool.name == "close_issue":
            listed["description"] = "Close an issue."
            schema.setdefault("properties", {})["number"] = {"type": "integer"}
        tools.append({key: value for key, value in listed.items() if value is not None})
    return tools


def compared(source: Path, tools: list[dict[str, Any]]) -> Comparison:
    wire = source.parent / "wire.json"
    wire.write_text(json.dumps({"tools": tools}))
    rubric = Rubric.load("tdqs")
    return compare(grade(read(str(source)), rubric), grade(read(str(wire)), rubric))


def test_what_the_source_does_not_tell_is_not_said_to_differ(source: Path) -> None:
    found = compared(source, on_the_wire(source))
    assert [change for _, change in found.changes() if "/number" not in change.pointer] == []
    unseen = {
        pair.after.tool.name for pair in found.servers[0].tools if pair.unknown and pair.after
    }
    assert unseen == {"get_issue", "close_issue"}
    moved = {pair.after.tool.name for _, pair, _ in found.moves() if pair and pair.after}
    assert "search_issues" not in moved
    before, after = found.servers[0].tokens
    assert before == after > 0


def test_what_is_lost_or_added_on_the_way_is_told_tool_by_tool(source: Path) -> None:
    tools = on_the_wire(source)
    del tools[0]["inputSchema"]["properties"]["query"]["description"]
    tools[0]["description"] = "Search the issues of a repository."
    tools[0]["annotations"] = {"destructiveHint": True}
    found = compared(source, tools)
    told = {
        (pair.after.tool.name, change.kind.id, change.pointer)
        for pair, change in found.changes()
        if pair.after and "/number" not in change.pointer
    }
    assert told == {
        ("search_issues", "tool.description-changed", "/description"),
        ("search_issues", "input.text-changed", "/inputSchema/properties/query/description"),
        ("search_issues", "tool.annotation-changed", "/annotations/destructiveHint"),
    }


SCHEMA = {
    "type": "object",
    "description": "All.",
    "properties": {
        "type": {"type": "string", "description": "Which."},
        "one": {"anyOf": [{"type": "string", "minLength": 1}, {"type": "null"}]},
    },
    "required": ["type"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("pointer", "left"),
    [
        ("/inputSchema/properties/type", {"one": SCHEMA["properties"]["one"]}),  # type: ignore[index]
        (
            "/inputSchema/properties/type/type",
            {**SCHEMA["properties"], "type": {"description": "Which."}},  # type: ignore[dict-item]
        ),
        (
            "/inputSchema/properties/one/anyOf/0/minLength",
            {**SCHEMA["properties"], "one": {"anyOf": [{"type": "string"}, {"type": "null"}]}},  # type: ignore[dict-item]
        ),
        ("/inputSchema/properties/none/type", SCHEMA["properties"]),
        ("/outputSchema/properties/type", SCHEMA["properties"]),
        ("/description", SCHEMA["properties"]),
    ],
)
def test_a_schema_without_what_is_hidden(pointer: str, left: object) -> None:
    assert drop_hidden(SCHEMA, "inputSchema", {pointer}) == {**SCHEMA, "properties": left}
