"""Servers of any size: tools of some 900 bytes, no two of one text, the same on every run."""

# Word lists read better as text than as a column of strings.
# ruff: noqa: SIM905

from __future__ import annotations

import random
from typing import Any

VERBS = (
    "List Search Create Update Delete Read Export Import Archive Restore Rename Move Copy Merge "
    "Compare Validate Schedule Cancel Approve Assign Count Summarize Publish Subscribe Convert"
).split()
THINGS = (
    "invoice ticket branch sensor recipe contract shipment playlist report certificate vehicle "
    "patient lesson auction pipeline container dashboard voucher festival glacier antenna orchard "
    "manuscript telescope ferry warehouse budget survey licence beehive"
).split()
PLACES = (
    "in one workspace|of the signed-in account|across every region|from the past quarter|within a "
    "folder|that nobody owns|shared with the team|by its identifier|under a label|for one customer"
).split("|")
SENTENCES = (
    "Use it when {who} asks which {thing} changed, or before a call to {sibling}.",
    "Do not use it for a single {thing}; `{sibling}` is meant for that.",
    "Returns at most {n} items, newest first, each with its id, state and owner.",
    "The change cannot be undone, so ask {who} to confirm it.",
    "Needs the {who} role; without it the answer is the error `forbidden` with code {n}.",
    "An unknown {thing} gives an empty list and not an error.",
    "Takes about {n} seconds for a large {thing}, and is limited to {n} calls a minute.",
    "Pass `cursor` from the answer before to read on; the last page has none.",
    "This is a powerful and easy way to work with every {thing} you have.",
    "Dates are ISO 8601, as in 2024-0{digit}-1{digit}, and amounts are in cents.",
)
WHO = "an auditor|the owner|a nurse|an operator|the editor|a planner|the teacher".split("|")
KINDS: tuple[dict[str, Any], ...] = (
    {"type": "string"},
    {"type": "integer", "minimum": 1, "maximum": 100},
    {"type": "string", "enum": ["open", "closed", "draft"]},
    {"type": "array", "items": {"type": "string"}},
    {"type": "boolean", "default": False},
    {"type": "object", "properties": {"from": {"type": "string"}, "to": {"type": "string"}}},
)
PARAMETERS = "id query limit state tags since owner cursor format region reason notify".split()


def prose(dice: random.Random, length: int, sibling: str = "get_item") -> str:
    """Return sentences, no two alike, of at least `length` characters."""
    said = ""
    while len(said) < length:
        said += " " * bool(said) + dice.choice(SENTENCES).format(
            who=dice.choice(WHO),
            thing=f"{dice.choice(THINGS)} {dice.choice(PLACES)}",
            sibling=sibling,
            n=dice.randrange(2, 5000),
            digit=dice.randrange(1, 10),
        )
    return said


def tool(dice: random.Random, number: int) -> dict[str, Any]:
    verb, thing = dice.choice(VERBS), dice.choice(THINGS)
    sibling = f"{dice.choice(VERBS).lower()}_{dice.choice(THINGS)}"
    names = dice.sample(PARAMETERS, dice.randrange(1, 5))
    properties = {name: dict(dice.choice(KINDS)) for name in names}
    for name in names[: dice.randrange(len(names) + 1)]:
        properties[name]["description"] = f"The {name} of the {thing} {dice.choice(PLACES)}."
    opening = f"{verb} each {thing} {dice.choice(PLACES)}. "
    made: dict[str, Any] = {
        "name": f"{verb.lower()}_{thing}_{number}",
        "description": opening + prose(dice, dice.randrange(250, 650), sibling),
        "inputSchema": {"type": "object", "properties": properties, "required": names[:1]},
    }
    if number % 2:
        made["annotations"] = {"readOnlyHint": verb in {"List", "Search", "Read", "Count"}}
    return made


def server(tools: int) -> dict[str, Any]:
    """Return a tools/list result."""
    dice = random.Random(tools)
    return {"tools": [tool(dice, number) for number in range(tools)]}


HEADS = {
    ".py": "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('made')\n",
    ".ts": 'import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";\n'
    'import { z } from "zod";\n\nconst server = new McpServer({ name: "made", version: "1" });\n',
}
ORDINARY = {
    ".py": "\n\nclass {name}:\n    '''{said}'''\n\n    limit: int = {n}\n\n"
    "    def reckon(self, items: list[int]) -> dict[str, int]:\n        found = {{}}\n"
    "        for item in items:\n            if item % {n} == 0 and item < self.limit:\n"
    "                found[f'{{item}} of {n}'] = sum(one for one in items if one > item)\n"
    "        return found\n",
    ".ts": "\n// {said}\nexport class {name} {{\n  readonly limit = {n};\n\n"
    "  reckon(items: number[]): Map<string, number> {{\n"
    "    const found = new Map<string, number>();\n    for (const item of items) {{\n"
    "      if (item % {n} === 0 && item < this.limit) {{\n"
    "        found.set(`${{item}} of {n}`, items.filter((one) => one > item).length);\n"
    "      }}\n    }}\n    return found;\n  }}\n}}\n",
}
REGISTERED = {
    ".py": '\n\n@mcp.tool()\ndef {tool}(limit: int = 10) -> str:\n    """{said}"""\n'
    "    return str(limit)\n",
    ".ts": '\nserver.registerTool("{tool}", {{\n  description: "{said}",\n  inputSchema: {{ limit: '
    'z.number().default(10).describe("How many.") }},\n}}, async () => ({{ content: [] }}));\n',
}


def repository(files: int, suffix: str) -> dict[str, str]:
    """Return the texts of a server's sources in Python or TypeScript by path, some 8 kilobytes
    each; every hundredth registers two tools.
    """
    dice = random.Random(files)
    made = {}
    for file in range(files):
        text = HEADS[suffix] if file % 100 == 0 else ""
        for part in range(12):
            name = f"{dice.choice(VERBS)}{dice.choice(THINGS).title()}{file}x{part}"
            shape = REGISTERED if file % 100 == 0 and part % 6 == 0 else ORDINARY
            said = prose(dice, 200)
            text += shape[suffix].format(
                name=name, tool=name.lower(), said=said, n=dice.randrange(2, 5000)
            )
        made[f"src/part{file // 50}/file{file}{suffix}"] = text
    return made
