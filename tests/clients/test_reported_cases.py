"""What was reported of clients, kind by kind: a definition, and what each client makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tools import rubric, server

from toolgrade.clients import check_compatibility, select_clients
from toolgrade.grading.grade import grade
from toolgrade.model import EFFECTS

if TYPE_CHECKING:
    from toolgrade.model import Effect

OBJECT: dict[str, Any] = {"type": "object", "properties": {}}
SDK = ("typescript-sdk", "claude", "gemini", "opencode")
OUTPUT = ("typescript-sdk", "claude", "gemini")
"""opencode takes an output schema that the SDK refuses, unless it does not compile."""
FINE = None


def takes(schema: object) -> dict[str, Any]:
    """Return a tool with one parameter."""
    return {"inputSchema": {"type": "object", "properties": {"value": schema}}}


def gives(schema: object) -> dict[str, Any]:
    """Return a tool with one result."""
    return {"outputSchema": {"type": "object", "properties": {"value": schema}}}


CASES: dict[str, tuple[dict[str, Any], dict[str, Effect | None]]] = {
    "a nullable enum": (
        takes({"type": ["string", "null"], "enum": ["open", "shut", None]}),
        {"typescript-sdk": FINE, "copilot-cli": FINE, "gemini": "refused", "codex": FINE},
    ),
    **{
        f"null as {field}": ({field: None}, dict.fromkeys(SDK, "list lost") | {"python-sdk": FINE})
        for field in ("title", "description", "annotations", "_meta", "icons")
    },
    "null as outputSchema": ({"outputSchema": None}, dict.fromkeys(OUTPUT, "list lost")),
    "a null hint": (
        {"annotations": {"readOnlyHint": None}},
        dict.fromkeys((*SDK, "cursor", "portable"), "list lost") | {"codex": FINE},
    ),
    "null as required": (
        {"inputSchema": {**OBJECT, "required": None}},
        dict.fromkeys(SDK, "list lost") | {"python-sdk": FINE},
    ),
    "null as inputSchema": (
        {"inputSchema": None},
        dict.fromkeys((*SDK, "codex", "python-sdk", "python-sdk-1", "crewai"), "list lost"),
    ),
    "nulls inside a property": (
        takes({"type": "string", "description": None, "enum": None}),
        {"typescript-sdk": FINE, "opencode": FINE},
    ),
    "a boolean parameter": (
        takes(True),  # noqa: FBT003 - a schema
        dict.fromkeys(SDK, "list lost") | {"codex": "degraded", "python-sdk": FINE},
    ),
    "a boolean result": (gives(True), dict.fromkeys(OUTPUT, "list lost") | {"opencode": FINE}),  # noqa: FBT003 - a schema
    "boolean items": (
        takes({"type": "array", "items": True}),
        dict.fromkeys((*SDK, "portable"), FINE),
    ),
    "a nested boolean": (
        takes({"type": "object", "properties": {"a": True}}),
        dict.fromkeys((*SDK, "portable"), FINE),
    ),
    "an untyped root": (
        {"inputSchema": {"properties": {}}},
        dict.fromkeys((*SDK, "python-sdk", "ai-sdk", "strands"), "list lost")
        | {"codex": FINE, "python-sdk-1": FINE},
    ),
    "a listed root type": (
        {"inputSchema": {**OBJECT, "type": ["object"]}},
        dict.fromkeys((*SDK, "python-sdk"), "list lost"),
    ),
    "an output list": (
        {"outputSchema": {"type": "array", "items": {}}},
        dict.fromkeys(("typescript-sdk", "claude", "gemini", "python-sdk"), "list lost")
        | {"opencode": FINE},
    ),
    "a union at the root": (
        {"inputSchema": {**OBJECT, "anyOf": [{"required": ["a"]}]}},
        {"claude": "lost", "vscode": "degraded", "typescript-sdk": FINE},
    ),
    "other keywords at the root": (
        {"inputSchema": {**OBJECT, "not": {"required": ["a"]}}},
        {"claude": FINE, "vscode": "degraded"},
    ),
    "sizes of an icon as a text": (
        {"icons": [{"src": "https://harbour.example/a.png", "sizes": "32x32"}]},
        dict.fromkeys((*SDK, "codex", "python-sdk", "python-sdk-1"), "list lost"),
    ),
    "an unknown theme": (
        {"icons": [{"src": "https://harbour.example/a.png", "theme": "blue"}]},
        {"typescript-sdk": "list lost", "python-sdk": "list lost", "python-sdk-1": FINE},
    ),
    "an unknown taskSupport": (
        {"execution": {"taskSupport": "sometimes"}},
        {"claude": "list lost", "opencode": "list lost", "python-sdk-1": "list lost"},
    ),
    "a name with a dot": (
        {"name": "berth.list"},
        dict.fromkeys(("claude", "codex", "opencode", "vscode"), "renamed")
        | {"gemini": FINE, "openai": "refused", "semantic-kernel": "list lost"},
    ),
    "a name with a space": ({"name": "list berths"}, {"gemini": "renamed", "claude": "renamed"}),
    "a long name": (
        {"name": "n" * 128},
        {"claude": "refused", "codex": "degraded", "gemini": "degraded", "cline": "degraded"},
    ),
    "a tuple of draft-07": (
        takes({"type": "array", "items": [{"type": "integer"}]}),
        {"codex": "lost", "llamaindex": "list lost", "crewai": "list lost"},
    ),
    "a tuple of 2020-12": (
        takes({"type": "array", "prefixItems": [{"type": "integer"}], "minItems": 1}),
        {"vscode": "refused", "openai": FINE},
    ),
    "a nullable list without items": (takes({"type": ["array", "null"]}), {"vscode": FINE}),
    "an unknown type": (
        takes({"type": "str"}),
        {"vscode": "lost", "librechat": "list lost", "typescript-sdk": FINE},
    ),
    "a pattern that looks ahead": (
        takes({"type": "string", "pattern": "^(?!x)[a-z]+@[a-z]+$"}),
        {
            "openai": "refused",
            "llama-cpp": "refused",
            "lm-studio": "refused",
            "crewai": "list lost",
        },
    ),
    "a pattern with a shorthand": (
        takes({"type": "string", "pattern": "^\\d+$"}),
        {"openai": FINE, "llama-cpp": "refused", "crewai": FINE},
    ),
    "a plain pattern": (
        takes({"type": "string", "pattern": "^[a-z]+$"}),
        {"openai": FINE, "llama-cpp": FINE, "portable": FINE},
    ),
    "an empty value": (
        takes({"type": "string", "enum": ["", "port"]}),
        {"gemini": "refused", "antigravity": "refused", "openai": FINE},
    ),
    "numbers as values": (
        takes({"type": "integer", "enum": [0, 1]}),
        {"gemini": "refused", "langchain-google-genai": "refused", "langchain": FINE},
    ),
    "values without a type": (takes({"enum": ["a", "b"]}), {"gemini": "degraded"}),
    "a union in items": (
        takes({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "array"}]}}),
        {"gemini": "refused"},
    ),
    **{
        f"an output that does not compile: {what}": (
            gives(schema),
            {
                "typescript-sdk": "list lost",
                "opencode": FINE if "$ref" in schema else "list lost",
                "claude": FINE,
            },
        )
        for what, schema in {
            "dangling": {"$ref": "#/$defs/Berth"},
            "elsewhere": {"$ref": "https://harbour.example/berth.json"},
            "type": {"type": "str"},
            "pattern of Python": {"type": "string", "pattern": "(?P<year>[0-9]{4})"},
            "anchors of Ruby": {"type": "string", "pattern": "\\A[a-z]+\\z"},
            "bound of draft-04": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
            "nullable": {"nullable": True},
            "no values": {"enum": []},
        }.items()
    },
    **{
        f"an output that compiles: {what}": (gives(schema), {"typescript-sdk": FINE})
        for what, schema in {
            "own format": {"type": "integer", "format": "int64"},
            "tuple": {"type": "array", "items": [{"type": "string"}]},
            "recursion": {"type": "object", "properties": {"next": {"$ref": "#/properties/value"}}},
            "named group": {"type": "string", "pattern": "^(?<year>[0-9]{4})$"},
        }.items()
    },
    "a dangling $ref of the input": (
        takes({"$ref": "#/$defs/Berth"}),
        {"typescript-sdk": FINE, "langchain": "refused", "claude": "refused"},
    ),
    "an undated dialect": (
        {"outputSchema": {"$schema": "http://json-schema.org/schema#", **OBJECT}},
        {"typescript-sdk": FINE, "typescript-sdk-2": "degraded"},
    ),
    "no name": ({"name": None}, dict.fromkeys((*SDK, "python-sdk", "codex"), "list lost")),
    "an empty name": ({"name": ""}, {"typescript-sdk": FINE, "python-sdk": FINE}),
    "large integers": (
        takes({"type": "integer", "maximum": 2**53 + 1}),
        {"claude": "degraded", "python-sdk": FINE},
    ),
}


def worst(tools: list[Any], client: str) -> Effect | None:
    held = replace(server(tools), name="harbour")
    found = check_compatibility(grade([held], rubric()), select_clients([client])).servers[0]
    assert found.clients is not None
    every = [*found.clients.obstacles, *(o for tool in found.tools for o in tool.clients or ())]
    # A lost list outdoes a refused request: nothing of it is sent.
    if any(o.effect == "list lost" for o in every):
        return "list lost"
    return max((o.effect for o in every), key=EFFECTS.index, default=None)


@pytest.mark.parametrize(
    ("odd", "client", "effect"),
    [
        pytest.param(odd, client, effect, id=f"{name}: {client}")
        for name, (odd, said) in CASES.items()
        for client, effect in said.items()
    ],
)
def test_a_reported_kind(odd: dict[str, Any], client: str, effect: Effect | None) -> None:
    tool = {"name": "list_berths", "description": "List the berths.", "inputSchema": OBJECT, **odd}
    assert worst([tool], client) == effect


@pytest.mark.parametrize(
    ("names", "client", "effect"),
    [
        (("berth.list", "berth_list"), "claude", "lost"),
        (("berth.list", "berth_list"), "codex", "renamed"),
        (("berth.list", "berth_list"), "gemini", None),
        (("berth list", "berth_list"), "gemini", "lost"),
        (("berth-list", "berth_list"), "strands", "refused"),
        (("berth-list", "berth_list"), "claude", None),
        (("berth_list", "berth_list"), "claude", "lost"),
        (("berth_list", "berth_list"), "openai-agents", "lost"),
        (("berth_list", "berth_list"), "typescript-sdk", None),
        (("berthList", "berthlist"), "portable", "degraded"),
    ],
)
def test_names_that_become_one(names: tuple[str, ...], client: str, effect: Effect | None) -> None:
    assert worst([{"name": name, "inputSchema": OBJECT} for name in names], client) == effect
