"""Whatever a definition holds, fixes are found, applied and undone without an error."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tools import rubric

from toolgrade.clients import select_clients
from toolgrade.fixes import add_fixes, propose, rewrite
from toolgrade.fixes.adapt import adapt
from toolgrade.fixes.names import Names
from toolgrade.fixes.plan import change_definitions, make_plans
from toolgrade.gates.pipeline import Request, run
from toolgrade.listing.parse import Reading, servers
from toolgrade.listing.positions import Document
from toolgrade.model import Source

KEYWORDS = [
    *("type", "properties", "required", "items", "enum", "const", "anyOf", "oneOf", "allOf", "not"),
    *("$ref", "$defs", "definitions", "$schema", "$id", "$anchor", "$dynamicRef", "pattern"),
    *("format", "minimum", "exclusiveMinimum", "maximum", "minLength", "additionalProperties"),
    *("additionalItems", "prefixItems", "dependencies", "default", "title", "description", "if"),
    *(
        "name",
        "inputSchema",
        "input_schema",
        "outputSchema",
        "annotations",
        "readonlyHint",
        "icons",
    ),
    *("a", "{x}", "", "~/"),
]
TEXTS = st.sampled_from(
    [
        *("object", "array", "string", "str", "#/$defs/a", "#", "#a", "^\\d(?!a)$", "[", "{name}"),
        *("This tool can be used to {a}  b. ", "Args:\n  a: {b}\n", "<>", "%s", "\ud800", ""),
        "http://json-schema.org/draft-07/schema#",
    ]
)
JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=5)
    ),
    max_leaves=25,
)
TOOLS = st.lists(
    st.fixed_dictionaries(
        {"name": TEXTS},
        optional=dict.fromkeys(
            ("description", "inputSchema", "outputSchema", "annotations", "icons"), JSON
        ),
    ),
    min_size=1,
    max_size=3,
)
CLIENTS = ("gemini", "openai-strict", "llama-cpp", "portable", "moonshot", "kiro", "codex")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tools=TOOLS)
def test_any_definition(tools: Any) -> None:
    text = json.dumps({"tools": tools}, indent=1)
    document = Document(text, "tools.json")
    source = Source("file", "path", "tools.json")
    reading = Reading(source, "x", "x", document.origin, document.find_malformed)
    found = servers(document.data, reading)
    report = run(found, rubric(), Request(clients=CLIENTS)).report
    held = report.servers[0].tools
    for tool in held:
        for fix in propose(tool, Names(held)):
            rewrite(dict(tool.tool.raw or {}), [fix])
    add_fixes(report, is_placed=True)
    for plan in make_plans(report.servers, lambda _, fix: fix.safe):
        assert len(json.loads(plan.text())["tools"]) == len(tools)
    done = adapt(report.servers[0], select_clients(CLIENTS))
    changed = {id(report.servers[0].tools[i].tool): d for i, d in done.definitions.items()}
    (new,) = change_definitions(report.servers, changed)
    assert json.loads(new)["tools"] == list(done.definitions.values())
