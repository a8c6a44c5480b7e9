"""What a source did not show is neither missing nor in order, in anything beside the score."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tools import rubric, server

from toolgrade.clients import check_compatibility, select_clients
from toolgrade.gates.profiles import review_servers
from toolgrade.gates.tokens import count_tokens, limit_tokens
from toolgrade.grading.grade import grade
from toolgrade.model import Place
from toolgrade.model.unknown import summarise_unknown
from toolgrade.outputs import REPORTERS
from toolgrade.outputs.columns import columns, cut_line_front
from toolgrade.outputs.matrix import build_matrix

if TYPE_CHECKING:
    from toolgrade.model import Report, Requirement

TOOL = {
    "name": "find_pages",
    "description": "Find pages of the wiki by a word in their title.",
    "inputSchema": {"type": "object", "properties": {"word": {"type": "string"}}},
    "outputSchema": {"type": "object", "properties": {}},
    "annotations": {"title": "Find pages", "readOnlyHint": True},
}
BARE = {"name": "find_pages", "inputSchema": {"type": "object", "properties": {}}}
DESCRIBED = "Every tool is described"
TITLED = "Every tool has a title in its annotations"
HINTED = "Every tool declares whether it is read-only or destructive"
APART = "Reads and writes are separate tools"
VISIBLE = "No hidden text"


def half(tool: dict[str, Any], *unknown: str) -> Report:
    """Return the report on a tool of whose definition these pointers were not seen."""
    seen = {key: value for key, value in tool.items() if f"/{key}" not in unknown}
    read = server([seen])
    return grade(
        [replace(read, tools=(replace(read.tools[0], unknown=frozenset(unknown)),))], rubric()
    )


def asked(report: Report, title: str) -> Requirement:
    (profile,) = review_servers(report, ["anthropic-directory"]).servers[0].profiles
    return next(r for r in profile.requirements if r.title == title)


@pytest.mark.parametrize(
    ("unknown", "title", "what"),
    [
        ("/description", DESCRIBED, "description of 1"),
        ("/description", VISIBLE, "description of 1"),
        ("/description", "Annotations agree with the description", "description of 1"),
        ("/annotations", "No tool is both read-only and destructive", "annotations of 1"),
        ("/annotations", TITLED, "annotations of 1"),
        ("/annotations/title", TITLED, "annotations of 1"),
        ("/annotations", HINTED, "annotations of 1"),
        ("/inputSchema", APART, "input schema of 1"),
        ("/inputSchema/properties/x", APART, "parameters of 1"),
        ("/outputSchema", VISIBLE, "output schema of 1"),
    ],
)
def test_a_review_does_not_answer_by_what_was_not_seen(unknown: str, title: str, what: str) -> None:
    tool = {**TOOL, "annotations": {}} if unknown == "/annotations/title" else TOOL
    found = asked(half(tool, unknown), title)
    assert (found.met, found.missing) == (None, ())
    assert found.unknown == f"cannot be read from the source: {what}"


@pytest.mark.parametrize(
    ("unknown", "title"),
    [
        ("/outputSchema", DESCRIBED),
        ("/description", TITLED),
        ("/annotations/destructiveHint", HINTED),
        ("/annotations", APART),
        ("/inputSchema", "Names of 64 characters at most"),
    ],
)
def test_a_review_answers_by_what_was_seen(unknown: str, title: str) -> None:
    found = asked(half(TOOL, unknown), title)
    assert (found.met, found.unknown) == (True, "")


def test_what_is_missing_stays_missing_beside_what_was_not_seen() -> None:
    report = half(BARE, "/description")
    assert asked(report, TITLED).met is False
    schema = {"type": "object", "properties": {"method": {"type": "string"}}}
    found = asked(half({**BARE, "inputSchema": schema}, "/inputSchema/properties/x"), APART)
    assert found.met is False
    assert found.unknown == "more cannot be read from the source: parameters of 1"


@pytest.mark.parametrize(
    ("unknown", "client", "uncertain"),
    [
        ("/description", "cursor", 0),
        ("/description", "claude", 1),
        ("/inputSchema", "claude", 1),
        ("/inputSchema/properties/x", "gemini", 1),
        ("/outputSchema", "typescript-sdk", 1),
        ("/annotations", "all", 0),
    ],
)
def test_a_tool_seen_in_part_is_not_taken_as_it_is(
    unknown: str, client: str, uncertain: int
) -> None:
    report = half(TOOL, unknown)
    found = build_matrix(check_compatibility(report, select_clients([client])).servers[0])
    assert found
    assert found.uncertain == uncertain
    strict = client == "all"
    assert found.fine == 1 - uncertain - strict
    for name in ("terminal", "markdown", "html"):
        text = "".join(REPORTERS[name](check_compatibility(report, select_clients([client]))))
        text = " ".join(text.split())
        assert ("graded live" in text) == bool(uncertain)


@pytest.mark.parametrize(
    "unknown", ["/inputSchema", "/inputSchema/properties", "/inputSchema/type", ""]
)
def test_no_client_stumbles_over_what_was_not_seen(unknown: str) -> None:
    schema = {} if unknown != "/inputSchema/properties" else {"type": "object"}
    report = check_compatibility(
        half({**TOOL, "inputSchema": schema}, unknown), select_clients(["all"])
    )
    (tool,) = report.servers[0].tools
    assert not tool.clients


def test_a_known_obstacle_counts_beside_what_was_not_seen() -> None:
    schema = {**BARE["inputSchema"], "anyOf": [{"required": ["a"]}]}  # type: ignore[dict-item]
    report = half({**BARE, "inputSchema": schema}, "/description", "/outputSchema")
    (tool,) = check_compatibility(report, select_clients(["claude"])).servers[0].tools
    assert [obstacle.measure for obstacle in tool.clients or ()] == ["root-keywords"]


@pytest.mark.parametrize(
    ("unknown", "least"),
    [
        ("/description", True),
        ("/inputSchema", True),
        ("/inputSchema/properties/x", True),
        ("", True),
        ("/outputSchema", False),
        ("/annotations", False),
    ],
)
def test_a_count_of_what_was_not_all_seen_is_the_least(unknown: str, *, least: bool) -> None:
    report = limit_tokens(count_tokens(half(TOOL, unknown)), 0)
    assert ("at least" in report.missed[0]) == least
    cost = report.servers[0].tokens
    assert cost
    assert cost.least == least
    for name, said in (("terminal", "cost: at least "), ("markdown", "cost at least ")):
        assert (said in "".join(REPORTERS[name](report))) == least
    assert ("<p>At least <b>" in "".join(REPORTERS["html"](report))) == least
    (found,) = json.loads("".join(REPORTERS["json"](report)))["servers"]
    assert found["tokens"]["least"] == found["tools"][0]["tokens"]["least"] == least


def test_a_count_of_only_some_tools_is_the_least() -> None:
    whole = server([TOOL])
    for complete in (True, False):
        cost = count_tokens(grade([replace(whole, complete=complete)], rubric())).servers[0].tokens
        assert cost
        assert cost.least is not complete


def test_the_page_does_not_call_the_unseen_absent() -> None:
    hidden = ("/description", "/annotations", "/inputSchema", "/title")
    page = "".join(REPORTERS["html"](half(TOOL, *hidden)))
    for said in (
        "Unknown: the description.",
        "Unknown: the input schema.",
        "<dt>Annotations</dt><dd><i>unknown</i>",
        "<dt>Title</dt><dd><i>unknown</i>",
    ):
        assert said in page
    for said in ("No description.", "No input schema.", "<dd><i>none</i>"):
        assert said not in page
    part = "".join(REPORTERS["html"](half(TOOL, "/inputSchema/properties/word/description")))
    assert "<i>unknown</i>" in part
    none = "".join(REPORTERS["html"](half(BARE, "/inputSchema/properties")))
    assert "Unknown: the parameters." in none
    assert "It takes no parameters." not in none


@pytest.mark.parametrize("name", ["terminal", "markdown", "html"])
def test_reports_say_what_was_not_seen(name: str) -> None:
    text = "".join(REPORTERS[name](half(TOOL, "/outputSchema", "/inputSchema/required")))
    assert "1 of 1 tool seen only in part: parameters of 1, output schema of 1" in " ".join(
        text.split()
    )


@pytest.mark.parametrize(
    ("tools", "words"),
    [
        ([], ""),
        ([[], []], ""),
        ([["/description"], ["/outputSchema"]], "description of 1, output schema of 1"),
        ([["/description", "/title"], ["/title"]], "title of 2, description of 1"),
        ([["/inputSchema/required", "/inputSchema/properties/x"]], "parameters of 1"),
        (
            [["/annotations/title"], ["/annotations"], ["/icons"]],
            "annotations of 2, other fields of 1",
        ),
        ([[""]], "all but the name of 1"),
    ],
)
def test_what_is_unknown_is_summed_up(tools: list[list[str]], words: str) -> None:
    assert summarise_unknown(tools) == words


def test_the_terminal_keeps_file_line_and_column() -> None:
    class Deep:
        def place(self, pointer: str, start: int = 0) -> Place:
            return Place(f"{'packages/deep/' * 9}server.py", 120 + len(pointer), start)

    read = server([BARE])
    held = replace(read, tools=(replace(read.tools[0], origin=Deep()),))
    lines = list("".join(REPORTERS["terminal"](grade([held], rubric()))).splitlines())
    places = [line for line in lines if line.lstrip().startswith("…")]
    assert places
    assert all(re.search(r"/server\.py:1\d\d:\d+$", line) for line in places)
    assert all(columns(line) <= 80 for line in lines)


def test_a_place_is_cut_at_its_front() -> None:
    place = "packages/some/very/long/path/to/server.py:120:3"
    assert cut_line_front(place, len(place)) == place
    assert cut_line_front(place, 16) == "…server.py:120:3"
    assert columns(cut_line_front("目" * 40 + "/a.py:1:1", 21)) <= 21
