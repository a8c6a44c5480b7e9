"""Schemas of strangers: health is told without running, fetching or following anything for long."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import remarks, rubric, server

from toolgrade.clients import check_compatibility, select_clients
from toolgrade.grading.grade import grade
from toolgrade.schema import anchors, resolve, walk
from toolgrade.schema.dialect import DEFAULT, KNOWN, fault, is_sound
from toolgrade.schema.fits import fits
from toolgrade.view import ServerView

KEYWORDS = st.sampled_from(
    "type enum required properties items minimum exclusiveMinimum minLength pattern anyOf not "  # noqa: SIM905 - read as one line
    "additionalProperties const default title description format $ref $defs examples uniqueItems "
    "multipleOf if then prefixItems dependentRequired $anchor nullable x-own".split()
)
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 9), st.sampled_from(["string", "object", "x", "#/a"])
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS, inner, max_size=3),
    max_leaves=8,
)
SCHEMAS = st.dictionaries(KEYWORDS, VALUES, max_size=5)
DIALECTS = sorted(f"https://{name}" for name in KNOWN)


def told(tool: dict[str, Any], check: str, spec: str = "strictest") -> Any:
    view = ServerView(server([{"name": "find", **tool}]), rubric().words, spec).tool(0)
    return remarks()[check].ask(view)


def found(schema: Any) -> set[str]:
    """Return the unpriced checks that an input schema does not meet."""
    judged = grade([server([{"name": "find", "inputSchema": schema}])], rubric())
    return {finding.check for finding in judged.servers[0].tools[0].findings}


@given(SCHEMAS, st.sampled_from(DIALECTS))
def test_what_the_cheap_test_passes_is_a_schema(schema: dict[str, Any], dialect: str) -> None:
    inside = [n.schema for n in walk(schema) if isinstance(n.schema, dict)]
    if all(is_sound(part, dialect) for part in inside):
        kind = getattr(jsonschema, KNOWN[dialect.removeprefix("https://")])
        assert kind(kind.META_SCHEMA).is_valid(schema)


@given(SCHEMAS)
def test_what_is_at_fault_is_no_schema(schema: dict[str, Any]) -> None:
    if fault(schema, DEFAULT):
        kind = jsonschema.Draft202012Validator
        assert not kind(kind.META_SCHEMA).is_valid(schema)


PLAINLY = ("type", "enum", "const", "minimum", "minLength", "required", "properties", "anyOf")


@given(VALUES, SCHEMAS)
def test_what_surely_fits_or_does_not_is_so(value: Any, schema: dict[str, Any]) -> None:
    plain = {key: schema[key] for key in PLAINLY if key in schema}
    parts = [n.schema for n in walk(plain) if isinstance(n.schema, dict)]
    if all(is_sound(part) and set(part) <= set(PLAINLY) for part in parts):
        answer = fits(value, plain, plain)
        assert answer is None or answer is jsonschema.Draft202012Validator(plain).is_valid(value)


def test_a_healthy_schema_costs_no_library() -> None:
    code = (
        "import sys\nfrom toolgrade.schema.dialect import DEFAULT, is_sound\n"
        "assert is_sound({'type': 'object', 'properties': {'a': {'type': ['string', 'null']}}})\n"
        "print('jsonschema' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def chain(length: int) -> dict[str, Any]:
    """Return definitions that each refer to the next twice: two to the power of `length` paths."""
    defs: dict[str, Any] = {
        f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}, {"$ref": f"#/$defs/d{n + 1}"}]}
        for n in range(length)
    }
    defs[f"d{length}"] = {"type": "string"}
    return {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/d0", "default": 1}},
        "$defs": defs,
    }


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}, "default": {"a": {}}}
    return schema


HOSTILE = {
    "itself": {"$ref": "#"},
    "a circle": {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/x", "default": 1}},
        "$defs": {"x": {"$ref": "#/$defs/y"}, "y": {"$ref": "#/$defs/x"}},
    },
    "two to the thousandth paths": chain(1000),
    "ten thousand levels": nested(10_000),
    "a huge enum": {"properties": {"a": {"enum": [*range(200_000)], "default": -1}}},
    "many anchors": {
        "properties": {f"p{n}": {"$anchor": f"a{n}", "$ref": f"#a{n + 1}"} for n in range(3_000)}
    },
    "a long chain": {
        "properties": {"a": {"$ref": "#/$defs/d0"}},
        "$defs": {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(3_000)},
    },
    "a pattern for ever": {
        "properties": {"a": {"pattern": "(a+)+$", "default": "a" * 60 + "!", "type": "string"}}
    },
    "no schema at all": {"type": 7, "properties": {"a": 5, "b": [], "c": None}, "required": {}},
    "lists for schemas": {"type": "object", "properties": [], "anyOf": {}, "items": 3, "enum": {}},
}


@pytest.mark.parametrize("schema", [pytest.param(HOSTILE[name], id=name) for name in HOSTILE])
def test_a_hostile_schema_is_judged_soon(schema: dict[str, Any]) -> None:
    # Walked by no recursion of ours: only the reports of other rooms ask for fewer levels.
    view = ServerView(server([{"name": "x"}]), rubric().words)
    view.server = server([{"name": "find", "inputSchema": {}}])
    tool = view.tool(0)
    object.__setattr__(tool.tool, "input_schema", schema)
    started = time.process_time()
    for remark in rubric().remarks:
        if remark.check.id.startswith("schema."):
            remark.ask(tool)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("name", set(HOSTILE) - {"ten thousand levels"})
def test_a_hostile_schema_is_reported_soon(name: str) -> None:
    started = time.process_time()
    judged = grade([server([{"name": "find", "inputSchema": HOSTILE[name]}])], rubric())
    check_compatibility(judged, select_clients(["all"]))
    assert time.process_time() - started < 10


def test_a_circle_of_references_is_found() -> None:
    assert "schema.references" in found(HOSTILE["a circle"])
    assert (
        "break the circle" in told({"inputSchema": HOSTILE["a circle"]}, "schema.references").note
    )


@pytest.mark.parametrize(
    ("reference", "good"),
    [
        ("#/$defs/a", True),
        ("#/$defs/a%20b", True),
        ("#/$defs/c~1d", True),
        ("#here", True),
        ("#/anyOf/0", True),
        ("#/$defs/none", False),
        ("#nowhere", False),
        ("https://example.com/a.json", False),
        ("other.json#/a", False),
    ],
)
def test_a_reference_is_good_if_it_names_a_schema_here(reference: str, *, good: bool) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"$ref": reference}, "b": {"$anchor": "here"}},
        "$defs": {"a": {}, "a b": {}, "c/d": {}},
        "anyOf": [{"type": "object"}],
    }
    answer = told({"inputSchema": schema}, "schema.references")
    assert (answer.share == 1) is good


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ("http://json-schema.org/draft-07/schema#", ""),
        ("https://json-schema.org/draft/2020-12/schema", ""),
        ("https://example.com/my-own", "a dialect that clients know"),
        (7, "a dialect that clients know"),
    ],
)
def test_an_unknown_dialect_is_told(declared: object, why: str) -> None:
    schema = {"$schema": declared, "type": "object", "properties": {}}
    answer = told({"inputSchema": schema}, "schema.dialect")
    assert (answer.share == 1) is (not why)
    assert why in answer.note


def test_each_dialect_judges_by_its_own_rules() -> None:
    tuples = {"type": "object", "properties": {"a": {"items": [{"type": "string"}]}}}
    assert "schema.dialect" in found(tuples)
    older = {"$schema": "http://json-schema.org/draft-07/schema#", **tuples}
    assert "schema.dialect" not in found(older)


OUTPUT = {"outputSchema": {"type": "array", "items": {"type": "string"}}}


@pytest.mark.parametrize(
    ("spec", "met"), [("strictest", False), ("2025-06-18", False), ("2026-07-28", True)]
)
def test_the_revision_says_what_an_output_root_may_be(spec: str, *, met: bool) -> None:
    assert (told(OUTPUT, "schema.root", spec).share == 1) is met


def test_headers_are_of_the_newest_revision() -> None:
    marked = {"properties": {"a": {"type": "object", "x-mcp-header": "A"}}}
    assert told({"inputSchema": marked}, "schema.headers").share == 0
    assert told({"inputSchema": marked}, "schema.headers", "2025-11-25").share is None


@pytest.mark.parametrize(
    ("header", "place"),
    [
        ("", {}),
        ("My Region", {}),
        ("X\r\nEvil: 1", {}),
        (7, {}),
        ("Region", {"type": "array"}),
        ("region", {}),
    ],
)
def test_a_bad_header_is_found(header: object, place: dict[str, Any]) -> None:
    taken = {"type": "string", "x-mcp-header": "Region"}
    marked = {"type": "string", "x-mcp-header": header, **place}
    schema = {"type": "object", "properties": {"a": taken, "b": marked}}
    assert told({"inputSchema": schema}, "schema.headers").share == 0


def test_a_header_inside_items_is_found() -> None:
    inside = {"type": "array", "items": {"type": "string", "x-mcp-header": "A"}}
    schema = {"type": "object", "properties": {"a": inside}}
    assert told({"inputSchema": schema}, "schema.headers").share == 0


def test_a_finding_without_words_still_says_where() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "str"}}}
    judged = grade([server([{"name": "find", "inputSchema": schema}])], rubric())
    notes = [f.note for f in judged.servers[0].tools[0].findings if f.check == "schema.dialect"]
    assert [note.endswith("(/inputSchema/properties/a/type)") for note in notes] == [True]


def test_what_the_reader_noted_is_not_said_again() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "required": True}}}
    assert found(schema) - {"names.telling"} == {"malformed.wrong-type"}


def test_what_is_unseen_is_not_judged() -> None:
    tool = server([{"name": "find"}]).tools[0]
    object.__setattr__(tool, "unknown", frozenset({"/inputSchema"}))
    held = server([{"name": "find"}])
    object.__setattr__(held, "tools", (tool,))
    checks = {f.check for f in grade([held], rubric()).servers[0].tools[0].findings}
    assert not any(check.startswith("schema.") for check in checks)


@given(VALUES)
def test_any_reference_resolves_or_does_not(value: Any) -> None:
    root = {"$defs": {"a": value}}
    assert resolve(root, "#/$defs/a") == (value if isinstance(value, dict | bool) else None)
    assert isinstance(anchors(root), frozenset)
