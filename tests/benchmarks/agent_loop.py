"""An agent that has only `toolgrade mcp` takes a server from tier D to A: the transcript.

`python tests/benchmarks/agent_loop.py` starts `toolgrade mcp`, acts through the SDK's client, and
writes reports/agent-loop.md. A test plays the same moves without the protocol and compares. The
agent's moves are written down here: what a patch cannot know (when to use a tool, what it returns)
it takes from the server's code, which is quoted in the transcript.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.fixes.patch import apply_edits
from toolgrade.model import Edit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    Ask = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]

OUT = Path(__file__).parents[2] / "reports" / "agent-loop.md"
BEFORE: list[dict[str, Any]] = [
    {
        "name": "boats",
        "title": None,
        "description": "Boats ",
        "inputSchema": {"properties": {"pier": {"type": "string", "title": "Pier"}}},
    },
    {
        "name": "moor",
        "description": "",
        "inputSchema": {
            "type": "object",
            "properties": {
                "boat_id": {"type": "string", "title": "Boat Id"},
                "pier": {"type": "string", "title": "Pier"},
            },
            "required": ["boat_id", "pier"],
        },
    },
    {
        "name": "remove",
        "description": "",
        "inputSchema": {
            "type": "object",
            "properties": {"boat_id": {"type": "string", "title": "Boat Id"}},
            "required": ["boat_id"],
        },
        "annotations": {"destructivehint": True},
    },
]
CODE = """\
def boats(pier=""):            # SELECT id, name, length FROM boats [WHERE pier = ?] ORDER BY name LIMIT 100
def moor(boat_id, pier):       # UPDATE boats SET pier = ?; KeyError if there is no such boat; harbour master only
def remove(boat_id):           # DELETE FROM boats; KeyError if there is no such boat; harbour master only
"""
WRITTEN: dict[str, dict[str, Any]] = {
    "boats": {
        "description": (
            "List the boats that are moored in the harbour, sorted by name, from its database. Use when "
            "you need the id of a boat, or to see what lies at a pier. Do not use it to move a boat: use "
            "`moor` instead. It only reads: nothing is changed. Returns at most 100 boats, each with its "
            "id, name and length in metres; an empty list if there is none. Fails with an error if the "
            "database cannot be reached. It answers within a second and needs no login."
        ),
        "annotations": {"readOnlyHint": True, "openWorldHint": False},
        "parameters": {
            "pier": "The pier to look at, such as north. Left out, all piers are listed."
        },
    },
    "moor": {
        "description": (
            "Move a boat to another pier of the harbour, in its database. Use when a boat has changed its "
            "berth, after `boats` gave its id. Do not use it for a boat that has left for good: use "
            "`remove` instead. It overwrites the pier that was recorded before, which can be undone by "
            "mooring it there again; a second call with the same pier changes nothing. Only the harbour "
            "master's login may call it. Returns the boat with its new pier. Fails with KeyError if no "
            "boat has that id."
        ),
        "annotations": {
            "readOnlyHint": False,
            "destructiveHint": False,
            "idempotentHint": True,
            "openWorldHint": False,
        },
        "parameters": {
            "boat_id": "The id of the boat, as `boats` returns it, such as b-17.",
            "pier": "The pier to move it to, such as north.",
        },
    },
    "remove": {
        "description": (
            "Delete a boat from the harbour's database for good. Use when a boat has left and will not "
            "come back. Do not use it to move a boat: use `moor` instead. The record cannot be restored, "
            "so ask the user before. Only the harbour master's login may call it. Returns the id of the "
            "deleted boat. Fails with KeyError if no boat has that id, for example on a second call."
        ),
        "annotations": {
            "readOnlyHint": False,
            "destructiveHint": True,
            "idempotentHint": False,
            "openWorldHint": False,
        },
        "parameters": {"boat_id": "The id of the boat, as `boats` returns it, such as b-17."},
    },
}


async def play(ask: Ask) -> str:
    """Return the transcript of the agent's moves."""
    lines: list[str] = [*_open()]
    tools = json.loads(json.dumps(BEFORE))

    async def grade(why: str) -> float:
        found = await ask("grade_definitions", {"definitions": _text(tools), "max_findings": 3})
        lines.extend(_show_grade(len([x for x in lines if x.startswith("## ")]), why, found))
        return float(found["servers"][0]["overallScore"])

    await grade("The agent has the list as its server sends it.")
    fixes = await ask("suggest_fixes", {"definitions": _text(tools), "include_unsafe": True})
    lines += _show_fixes(fixes)
    for tool in fixes["tools"]:
        for fix in tool["fixes"]:
            if fix["safe"] and fix["together"]:
                for op in fix["patch"]:
                    edit = Edit(op["op"], op["path"], op.get("value"), op.get("from", ""))
                    tools[tool["index"]] = apply_edits(tools[tool["index"]], [edit])
    await grade("It applies the safe patches.")
    page = await ask("explain_check", {"check": "usage.when"})
    lines += _show_page(page)
    for tool in tools:
        written = WRITTEN[tool["name"]]
        tool["description"] = written["description"]
        tool["annotations"] = written["annotations"]
        for name, said in written["parameters"].items():
            tool["inputSchema"]["properties"][name]["description"] = said
    await grade("It fills the slots from the server's code: when, what comes back, what fails.")
    compared = {"old_definitions": json.dumps(BEFORE), "new_definitions": _text(tools)}
    lines += _show_comparison(await ask("compare_definitions", compared))
    lines += [
        "",
        "The definitions that the agent ends with:",
        "",
        "```json",
        _text(tools),
        "```",
        "",
    ]
    return "\n".join(lines)


def _text(tools: list[dict[str, Any]]) -> str:
    return json.dumps({"tools": tools}, indent=2)


def _open() -> Iterator[str]:
    yield "# An agent takes a server from tier D to A"
    yield ""
    yield "The agent has only the tools of `toolgrade mcp`. Written by `tests/benchmarks/agent_loop.py`,"
    yield "which starts the server and calls it through the official SDK's client. Answers are shortened."
    yield ""
    yield "What the agent knows of the server's code:"
    yield ""
    yield from ("```python", *CODE.splitlines(), "```")


def _show_grade(number: int, why: str, found: dict[str, Any]) -> Iterator[str]:
    server = found["servers"][0]
    yield from (
        "",
        f"## {number + 1}. `grade_definitions`: tier {server['overallTier']}",
        "",
        why,
        "",
    )
    yield f"Overall {server['overallScore']}, tier {server['overallTier']}."
    yield ""
    yield "| Tool | Score | Tier | First to fix |"
    yield "| :-- | --: | :-- | :-- |"
    for tool in server["tools"]:
        first = tool["findings"][0] if tool["findings"] else {"check": "", "note": "nothing"}
        yield f"| `{tool['name']}` | {tool['score']} | {tool['tier']} | {first['note']} `{first['check']}` |"


def _show_fixes(found: dict[str, Any]) -> Iterator[str]:
    yield from (
        "",
        "## 2. `suggest_fixes`",
        "",
        "| Tool | Fix | Safe | Patch |",
        "| :-- | :-- | :-- | :-- |",
    )
    for tool in found["tools"]:
        for fix in tool["fixes"]:
            patch = json.dumps(fix["patch"])
            shown = patch if len(patch) <= 100 else f"{patch[:100]}..."
            safe = "yes" if fix["safe"] else "no"
            yield f"| `{tool['name']}` | {fix['title']} | {safe} | `{shown}` |"


def _show_page(found: dict[str, Any]) -> Iterator[str]:
    yield from ("", f"## 4. `explain_check`: {found['check']}", "", "```text")
    yield from found["page"].splitlines()[:16]
    yield "```"


def _show_comparison(found: dict[str, Any]) -> Iterator[str]:
    yield from ("", "## 6. `compare_definitions`", "")
    yield f"{found['breaking']} breaking changes."
    yield from ("", "| Tool | Before | After | Changes |", "| :-- | --: | --: | :-- |")
    for tool in found["tools"]:
        kinds = ", ".join(dict.fromkeys(change["title"] for change in tool["changes"]))
        yield f"| `{tool['name']}` | {tool['before']} | {tool['after']} | {kinds} |"


async def _converse() -> str:
    mcp, stdio = import_module("mcp"), import_module("mcp.client.stdio")
    parameters = stdio.StdioServerParameters(
        command=sys.executable, args=["-m", "toolgrade", "mcp"]
    )
    async with stdio.stdio_client(parameters) as streams, mcp.ClientSession(*streams) as session:
        await session.initialize()

        async def ask(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
            answer = await session.call_tool(name, arguments)
            plain = answer.model_dump(mode="json", by_alias=True)
            assert not plain["isError"], plain["content"]
            found: dict[str, Any] = plain["structuredContent"]
            return found

        return await play(ask)


if __name__ == "__main__":
    OUT.write_text(import_module("anyio").run(_converse), encoding="utf-8")
