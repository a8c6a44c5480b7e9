"""What definitions cost: exact or said to be an estimate, parts that add up, and a threshold."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tools import rubric, server

from toolgrade.gates.tokens import count_tokens, limit_tokens
from toolgrade.grading.grade import grade
from toolgrade.outputs import REPORTERS

if TYPE_CHECKING:
    from toolgrade.model import Report, Tokens

TOOL = {
    "name": "find_pages",
    "description": "Find pages of the wiki by a word in their title, newest first.",
    "inputSchema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "FindPagesArguments",
        "type": "object",
        "properties": {"word": {"title": "Word", "type": "string", "description": "A word."}},
        "$defs": {"Unused": {"type": "object", "description": "Nothing refers to it."}},
    },
}


def graded(*tools: dict[str, Any]) -> Report:
    return grade([server(tools or [TOOL])], rubric())


def cost(*tools: dict[str, Any]) -> Tokens:
    found = count_tokens(graded(*tools)).servers[0].tokens
    assert found
    return found


@pytest.fixture
def no_tokenizer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bpe_openai", None)


def test_parts_add_up_and_tools_to_the_server() -> None:
    found = count_tokens(graded(TOOL, {**TOOL, "name": "find"})).servers[0]
    parts = [tool.tokens for tool in found.tools if tool.tokens]
    for tokens in parts:
        assert tokens.total == tokens.name + tokens.description + tokens.schema + tokens.titles
        assert tokens.exact
    assert found.tokens
    assert found.tokens.total == sum(tokens.total for tokens in parts)


def test_what_tells_nothing_can_be_saved() -> None:
    lean = {"type": "object", "properties": {"word": {"type": "string", "description": "A word."}}}
    without = cost({**TOOL, "inputSchema": lean})
    assert cost().total - cost().savable == without.total
    assert without.savable == 0
    assert 0 < cost().titles < cost().savable


@pytest.mark.usefixtures("no_tokenizer")
def test_an_estimate_is_near_and_marked() -> None:
    estimate = cost()
    assert not estimate.exact
    text = "".join(REPORTERS["terminal"](count_tokens(graded())))
    assert "about" in text
    assert "estimated" in text


def test_an_estimate_is_within_a_fifth(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = cost().total
    monkeypatch.setitem(sys.modules, "bpe_openai", None)
    assert abs(cost().total - exact) <= exact / 5


def test_a_bar_is_missed_by_more_and_met_by_as_many() -> None:
    report, most = count_tokens(graded()), cost().total
    assert limit_tokens(report, most).missed == ()
    assert limit_tokens(report, most - 1).missed == (
        f"example: {most:,} tokens, {most - 1:,} at most",
    )
    kept = replace(report, missed=("before",))
    assert limit_tokens(kept, 1).missed[0] == "before"


def test_hostile_texts_are_counted() -> None:
    odd = {"name": "x\ud800", "description": "<|endoftext|>" + "a b " * 30_000, "inputSchema": {}}
    assert 1_000 < cost(odd).total < 130_000
