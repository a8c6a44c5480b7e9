"""A safe fix changes no call: what a schema took it takes, and what it refused it refuses."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import rubric, server
from values import find_difference

from toolgrade.fixes import propose, rewrite
from toolgrade.fixes.arguments import read_arguments
from toolgrade.fixes.kinds import KINDS
from toolgrade.fixes.names import Names
from toolgrade.fixes.patterns import rewrite_pattern
from toolgrade.gates.pipeline import Request, run

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "cases.toml").read_text(encoding="utf-8"))["case"]
ODD = [
    json.loads(line)
    for line in (HERE.parent / "clients" / "definitions.jsonl").read_text("utf-8").splitlines()
]
CLIENTS = ("gemini", "llama-cpp", "copilot-studio", "moonshot", "portable", "typescript-sdk")


def list_fixes(tools: list[Any], clients: tuple[str, ...] = ()) -> list[tuple[Any, Any]]:
    """Return each fix of each tool, with the definition that it is for."""
    report = run([server(tools)], rubric(), Request(clients=clients)).report
    held = report.servers[0].tools
    return [(t.tool.raw, fix) for t in held for fix in propose(t, Names(held))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_each_kind_does_what_it_says(case: dict[str, Any]) -> None:
    before = json.loads(case["before"])
    tools = [before, *({"name": name} for name in case.get("siblings", ()))]
    every = list_fixes(tools, tuple(case.get("clients", ())))
    found = [fix for raw, fix in every if fix.kind == case["kind"] and raw == before]
    found = found[:1] if case.get("first") else found
    if "after" not in case:
        assert not found, case["why"]
        return
    assert rewrite(before, found) == json.loads(case["after"])
    assert list(rewrite(before, found)) == list(json.loads(case["after"]))
    assert all(fix.reason and fix.title and fix.edits for fix in found)


def test_each_kind_has_a_case() -> None:
    assert {case["kind"] for case in CASES if "after" in case} == {kind.name for kind in KINDS}


@pytest.mark.parametrize("row", ODD, ids=lambda row: row["id"])
def test_no_value_is_taken_otherwise_after_a_safe_fix(row: dict[str, Any]) -> None:
    for raw, fix in list_fixes(row["tools"], CLIENTS):
        if fix.safe:
            after = rewrite(dict(raw), [fix])
            assert find_difference(raw.get("inputSchema"), after.get("inputSchema")) is None, fix


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_no_case_is_taken_otherwise_after_a_safe_fix(case: dict[str, Any]) -> None:
    for raw, fix in list_fixes([json.loads(case["before"])], CLIENTS):
        if fix.safe:
            after = rewrite(dict(raw), [fix])
            difference = find_difference(raw.get("inputSchema"), after.get("inputSchema"), most=400)
            assert difference is None, fix


def test_the_oracle_sees_a_difference() -> None:
    narrow = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    assert find_difference(narrow, {**narrow, "required": []}) is not None
    assert find_difference(narrow, {**narrow, "additionalProperties": False}) is not None


PATTERNS = (
    r"^\d{4}-\d{2}$",
    r"[\w.-]+\/\d+",
    r"^\D$|x",
    r"\Aab?\Z",
    r"^(?P<year>\d{2})$",
    "a|^b",
    r"^[^\d]x$",
    r"\\d",
    r"[\]\d]",
    "",
)


@pytest.mark.parametrize("anchors", [False, True])
@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=st.text(alphabet="0123456789abxyzAB_-./\\]\n\r\u2028 \u0661", max_size=8))
def test_a_pattern_matches_the_same_texts(*, pattern: str, anchors: bool, text: str) -> None:
    written = rewrite_pattern(pattern, anchors=anchors)
    if written is None:
        assert "P<" in pattern
        return
    as_is = pattern.replace(r"\Z", "$")

    def is_match(expression: str) -> bool:
        # As JavaScript: \d and \w are ASCII, $ is the end alone, and the dot leaves out four ends.
        dotless = re.sub(r"(?<!\\)\.(?![^\[]*\])", "[^\\\\n\\\\r\u2028\u2029]", expression)
        strict = re.sub(r"(?<!\\)\$", r"\\Z", dotless)
        return re.search(strict, text, re.ASCII) is not None

    assert is_match(as_is) == is_match(written)


@pytest.mark.parametrize(
    "pattern", ["^(?=a)b$", r"(a)\1", r"^\s$", r"\bword", r"\p{L}", "(", "a" * 20_000]
)
def test_a_pattern_that_cannot_be_rewritten_stays(pattern: str) -> None:
    assert rewrite_pattern(pattern) is None


@pytest.mark.parametrize(
    "text",
    [
        "No section.",
        "Args:\n    a: one\n    plain words\n",
        "Args:\n    a: one\n    a: two\n",
        "Args:\n    a: one\nArgs:\n    b: two\n",
        "Args:\n",
    ],
)
def test_a_section_that_is_not_understood_stays(text: str) -> None:
    found = read_arguments(text)
    assert found is None or "plain" in found.entries.get("a", "")
