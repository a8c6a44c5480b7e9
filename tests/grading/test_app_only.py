"""A tool that only an MCP App sees: no model calls it, so it is not graded and not counted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tools import rubric, server

from toolgrade.clients import check_compatibility, select_clients
from toolgrade.gates.tokens import count_tokens
from toolgrade.grading.grade import grade
from toolgrade.outputs import REPORTERS

TOOL: dict[str, Any] = {
    "name": "list_boards",
    "description": "List the boards of a workspace. Use it before opening one.",
    "inputSchema": {"type": "object", "properties": {}},
}


def hide(*visibility: object) -> dict[str, Any]:
    return {**TOOL, "name": "move_card", "_meta": {"ui": {"visibility": list(visibility)}}}


def test_it_is_not_graded_and_not_counted() -> None:
    (report,) = grade([server([TOOL, hide("app")])], rubric()).servers
    (alone,) = grade([server([TOOL])], rubric()).servers
    assert (report.score.tool_count, report.score.scored_tool_count) == (1, 1)
    assert report.score.mean_tdqs == alone.score.mean_tdqs
    assert [tool.score is None for tool in report.tools] == [False, True]


@pytest.mark.parametrize("seen", [("model",), ("model", "app"), ("elsewhere",), ()])
def test_a_tool_that_a_model_sees_is_graded(seen: tuple[str, ...]) -> None:
    (report,) = grade([server([hide(*seen)])], rubric()).servers
    assert report.tools[0].score is not None


def test_it_costs_a_model_nothing() -> None:
    hidden = [{**hide("app"), "name": f"move_{number}"} for number in range(90)]
    report = grade([server([TOOL, *hidden])], rubric())
    counted = count_tokens(report).servers[0]
    assert counted.tokens is not None
    assert counted.tools[0].tokens is not None
    assert counted.tokens.total == counted.tools[0].tokens.total
    found = check_compatibility(report, select_clients(["antigravity", "cursor"])).servers[0]
    assert found.clients is not None
    assert found.clients.obstacles == ()


@pytest.mark.parametrize("format_", ["terminal", "markdown", "html"])
def test_reports_say_so(format_: str) -> None:
    report = grade([server([TOOL, hide("app")])], rubric())
    assert "1 tool for an app only" in "".join(REPORTERS[format_](report))


def test_the_json_says_so() -> None:
    report = grade([server([TOOL, hide("app")])], rubric())
    tools = json.loads("".join(REPORTERS["json"](report)))["servers"][0]["tools"]
    assert [tool["appOnly"] for tool in tools] == [False, True]
