"""Which pairs are looked at is the standard's own answer; which overlap is told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from steps import lines_run
from tdqs.find_shadow_candidates import CostedTool, find_shadow_candidates
from tools import rubric, server

from toolgrade.grading.grade import grade
from toolgrade.grading.shadowing import Costed, candidates

if TYPE_CHECKING:
    from toolgrade.model import ServerReport

NAMES = st.sampled_from(["a", "b", "ab", "B", "\ue000", "\U00010000", "\ud800", ""]) | st.text()


@settings(deadline=None, max_examples=400)
@given(st.lists(st.tuples(NAMES, st.integers(0, 30)), max_size=14))
def test_the_candidates_are_those_of_the_reference(listed: list[tuple[str, int]]) -> None:
    ours = [
        (tool.name, sibling.name, tool.cost, sibling.cost)
        for tool, sibling in candidates(Costed(i, *each) for i, each in enumerate(listed))
    ]
    theirs = find_shadow_candidates(CostedTool(name=n, invocation_cost=c) for n, c in listed)
    assert ours == [
        (x.tool, x.cheaper_sibling, x.invocation_cost, x.cheaper_sibling_invocation_cost)
        for x in theirs
    ]


def test_ten_thousand_tools_are_not_compared_pair_by_pair() -> None:
    tools = [Costed(n, f"t{n}", n % 50) for n in range(10_000)]
    assert len(list(candidates(tools))) > 9_000
    assert lines_run(lambda: list(candidates(tools))) < 20 * len(tools)


def needing(*names: str) -> dict[str, Any]:
    properties = {name: {"type": "string"} for name in names}
    return {"type": "object", "properties": properties, "required": list(names)}


def judged(dear: str, cheap: str, *names: str) -> ServerReport:
    dear_name, cheap_name = names or ("query_ledger", "find_ledger")
    tools = [
        {"name": dear_name, "description": dear, "inputSchema": needing(*"abcdefgh")},
        {"name": cheap_name, "description": cheap, "inputSchema": needing("a")},
        {"name": "list_members", "description": "List the members of the club."},
    ]
    return grade([server(tools)], rubric()).servers[0]


def test_a_pair_is_named_with_what_it_shares_and_what_tells_it_apart() -> None:
    report = judged(
        "Query the ledger for entries of an account, audited and in one currency.",
        "Find the ledger's entries of an account.",
    )
    assert [(s.tool, s.sibling) for s in report.shadows] == [(0, 1)]
    assert report.flags == ("Shadowing Risk",)
    [finding] = [f for f in report.findings if f.check == "shadowing.shadowed"]
    assert [(q.pointer, q.text) for q in finding.quotes] == [
        ("/tools/0/name", "query_ledger"),
        ("/tools/1/name", "find_ledger"),
    ]
    assert "both mention ledger, entry, account" in finding.note
    assert "only query_ledger mentions audited, currency" in finding.note


def test_dear_and_cheap_alone_are_no_shadow() -> None:
    report = judged("Query the ledger for entries of an account.", "Find the weather of a day.")
    assert report.shadows == ()
    assert report.flags == ()


def test_to_look_is_no_substitute_for_a_change() -> None:
    dear = "Create the ledger's entries of an account."
    cheap = "Find the ledger's entries of an account."
    assert judged(dear, cheap, "create_entry", "find_entry").shadows == ()


def test_a_shadow_moves_no_score() -> None:
    same = "Query the ledger for entries of an account."
    shadowed, alone = judged(same, same), judged(same, "Find the weather of a day, by city name.")
    assert shadowed.shadows
    scores = [report.tools[0].score for report in (shadowed, alone)]
    assert all(score and score.flags == () for score in scores)
