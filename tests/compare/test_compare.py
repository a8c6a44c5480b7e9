"""What moved between two reports: who is who, what breaks, which findings are new or gone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools import rubric, server

from toolgrade.compare import compare
from toolgrade.compare.moves import moves
from toolgrade.grading.grade import grade
from toolgrade.listing.report import UNREAD, report
from toolgrade.model import Finding, InputError, Report, RubricStamp, Source
from toolgrade.outputs.json import render

if TYPE_CHECKING:
    from toolgrade.model.comparison import Comparison

LONG = "List the beds of one greenhouse with their crop and soil moisture, driest first."
OTHER = "Ring the bell at the door of a barn, so that whoever is inside comes out to see."
SCHEMA = {"type": "object", "properties": {"id": {"type": "string"}}}


def tool(name: str | None, description: str = LONG, **more: Any) -> dict[str, Any]:
    named = {} if name is None else {"name": name}
    return {**named, "description": description, "inputSchema": SCHEMA, **more}


def graded(**servers: list[dict[str, Any]]) -> Report:
    made = [replace(server(tools), name=name) for name, tools in servers.items()]
    return grade(made, rubric())


def compared(old: list[dict[str, Any]], new: list[dict[str, Any]], **more: Any) -> Comparison:
    return compare(graded(one=old), graded(one=new), **more)


def pairs(found: Comparison) -> list[tuple[str | None, str | None]]:
    return [
        (t.before and t.before.tool.name, t.after and t.after.tool.name)
        for s in found.servers
        for t in s.tools
    ]


def kinds(found: Comparison) -> list[tuple[str, str]]:
    names = {id(t): (t.after or t.before) for s in found.servers for t in s.tools}
    return [(str(names[id(t)].tool.name), c.kind.id) for t, c in found.changes()]  # type: ignore[union-attr]


def saved(found: Report) -> Report:
    return report("".join(render(found)), "saved")


# --- who is who ---------------------------------------------------------------------------------


def test_nothing_moved_between_a_report_and_itself() -> None:
    found = compared([tool("a"), tool("b", OTHER)], [tool("a"), tool("b", OTHER)], fail_on="note")
    assert (list(found.changes()), list(found.moves()), found.missed) == ([], [], ())


def test_reordering_moves_nothing() -> None:
    tools = [tool("a"), tool("b", OTHER), tool("c", "Reads a file.")]
    for order in permutations(tools):
        found = compared(tools, list(order), fail_on="note")
        assert (list(found.changes()), found.missed) == ([], ())


def test_tools_that_came_and_went_are_told_and_the_removed_one_breaks() -> None:
    found = compared([tool("a"), tool("gone", OTHER)], [tool("came", "Reads."), tool("a")])
    assert pairs(found) == [(None, "came"), ("a", "a"), ("gone", None)]
    assert kinds(found) == [("came", "tool.added"), ("gone", "tool.removed")]
    assert [c.kind.breaking for _, c in found.changes()] == [False, True]


@pytest.mark.parametrize(
    ("of", "kind"),
    [("live", "tool.not-listed"), ("file", "tool.not-listed"), ("code", "tool.removed")],
)
def test_a_tool_under_a_condition_that_the_running_server_does_not_list_breaks_nothing(
    of: Literal["live", "code", "file"], kind: str
) -> None:
    old, new = server([tool("a"), tool("gone", OTHER)]), server([tool("a")])
    kept, gone = old.tools
    code = Source("code", "path", "src")
    old = replace(old, source=code, tools=(kept, replace(gone, conditional=True)))
    new = replace(new, source=replace(new.source, kind=of))
    found = compare(grade([old], rubric()), grade([new], rubric()), fail_on="error")
    assert kinds(found) == [("gone", kind)]
    assert bool(found.missed) == (kind == "tool.removed")


def test_either_of_two_declared_by_one_name_is_enough_for_a_caller() -> None:
    old = replace(server([tool("a"), tool("a", OTHER)]), source=Source("code", "path", "src"))
    found = compare(grade([old], rubric()), graded(example=[tool("a")]), fail_on="error")
    assert (kinds(found), found.missed) == ([], ())
    # A list that held the name twice before is no source.
    assert compared([tool("a"), tool("a", OTHER)], [tool("a")], fail_on="error").missed


def test_a_tool_of_the_same_shape_and_words_was_renamed() -> None:
    new = LONG.replace("soil moisture", "moisture")
    found = compared([tool("list_beds")], [tool("beds_list", new)])
    assert kinds(found) == [
        ("beds_list", "tool.renamed"),
        ("beds_list", "tool.description-changed"),
    ]
    [renamed, _] = [change for _, change in found.changes()]
    assert (renamed.before, renamed.after, renamed.kind.breaking) == (
        "list_beds",
        "beds_list",
        True,
    )


@pytest.mark.parametrize(
    "new",
    [
        tool("b", OTHER),
        tool("b", inputSchema={"type": "object"}),
        tool("b", ""),
    ],
    ids=["other words", "another schema", "no words"],
)
def test_what_is_doubtful_is_no_rename(new: dict[str, Any]) -> None:
    kept = tool("kept", "Reads.")
    found = compared([kept, tool("a")], [kept, new])
    assert kinds(found) == [("b", "tool.added"), ("a", "tool.removed")]


def test_renames_are_one_to_one_by_the_words_and_then_the_name() -> None:
    old = [tool("get_bed"), tool("list_beds")]
    new = [tool("beds_list"), tool("bed_get"), tool("third")]
    for order in permutations(new):
        told = [(c.before, c.after) for _, c in compared(old, list(order)).changes() if c.before]
        assert sorted(told) == [("get_bed", "bed_get"), ("list_beds", "beds_list")]


def test_a_tool_that_moved_to_another_server_is_the_same_tool() -> None:
    old = graded(one=[tool("a"), tool("b", OTHER)], two=[tool("c", "Reads.")])
    new = graded(one=[tool("a")], two=[tool("c", "Reads."), tool("b", OTHER)])
    found = compare(old, new)
    assert kinds(found) == [("b", "tool.moved")]
    assert not any(change.kind.breaking for _, change in found.changes())


def test_a_server_that_was_renamed_is_known_by_its_tools() -> None:
    old = graded(one=[tool("a"), tool("b", OTHER)], two=[tool("c", "Reads.")])
    new = graded(zwei=[tool("c", "Reads.")], eins=[tool("a"), tool("b", OTHER)])
    found = compare(old, new)
    assert [(s.before and s.before.server.name, s.name) for s in found.servers] == [
        ("two", "zwei"),
        ("one", "eins"),
    ]
    assert list(found.changes()) == []


def test_a_server_on_one_side_only_brings_or_takes_its_tools() -> None:
    old = graded(one=[tool("a")], two=[tool("c", "Reads.")])
    new = graded(one=[tool("a")], three=[tool("d", OTHER)])
    found = compare(old, new)
    assert [s.name for s in found.servers] == ["one", "three", "two"]
    assert kinds(found) == [("d", "tool.added"), ("c", "tool.removed")]


def test_tools_of_one_name_are_paired_in_their_order() -> None:
    found = compared([tool("a"), tool("a", OTHER)], [tool("a"), tool("a", OTHER), tool("a", "X.")])
    assert pairs(found) == [("a", "a"), ("a", "a"), (None, "a")]


def test_a_tool_without_a_name_is_missed_by_nobody() -> None:
    found = compared([tool("a"), tool(None)], [tool("a")], fail_on="note")
    assert (kinds(found), found.missed) == ([], ())


def test_servers_with_no_tool_in_common_are_refused() -> None:
    with pytest.raises(InputError, match=r"^a and b have no tool in common: probably two"):
        compared([tool("a")], [tool("b", OTHER)], names=("a", "b"))
    with pytest.raises(InputError, match="no tool in common"):
        compared([tool(None)], [tool(None)])


# --- what a definition says ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ({"readOnlyHint": True}, {"readOnlyHint": False}, "promise-withdrawn"),
        ({"readOnlyHint": True}, {}, "promise-withdrawn"),
        ({"destructiveHint": False}, {"destructiveHint": True}, "promise-withdrawn"),
        ({"destructiveHint": False}, {}, "promise-withdrawn"),
        ({}, {"destructiveHint": True}, "annotation-changed"),
        ({"readOnlyHint": False}, {}, "annotation-changed"),
        ({"idempotentHint": False}, {"idempotentHint": True}, "promise-made"),
        ({"openWorldHint": False}, {"openWorldHint": "no"}, "promise-withdrawn"),
        ({"title": "A"}, {"title": "B"}, "annotation-changed"),
    ],
)
def test_a_promise_is_what_a_client_may_take_a_hint_for(old: Any, new: Any, kind: str) -> None:
    found = compared([tool("a", annotations=old)], [tool("a", annotations=new)])
    assert kinds(found) == [("a", f"tool.{kind}")]


def test_every_field_of_a_definition_is_looked_at() -> None:
    old = tool("a", title="A", outputSchema={"properties": {"id": {"type": "string"}}})
    new = tool("a", OTHER, title="B", outputSchema={"properties": {}}, inputSchema={})
    assert [kind for _, kind in kinds(compared([old], [new]))] == [
        "tool.title-changed",
        "tool.description-changed",
        "input.property-removed",
        "output.property-removed",
    ]
    assert [k for _, k in kinds(compared([old], [tool("a", title="A")]))] == [
        "tool.output-schema-removed"
    ]


def test_changed_words_are_shown_from_where_they_differ() -> None:
    [(_, change)] = compared([tool("a", LONG)], [tool("a", LONG[:60] + "!")]).changes()
    assert (change.before, change.after) == ("…and soil moisture, driest first.", "…and soil moi!")


# --- a saved report -----------------------------------------------------------------------------


def test_what_a_saved_report_does_not_hold_is_not_guessed() -> None:
    old, new = graded(one=[tool("a"), tool("b", OTHER)]), graded(one=[tool("a", "Reads it.")])
    found = compare(saved(old), new)
    assert kinds(found) == [("b", "tool.removed")]
    assert [set(t.unknown) for s in found.servers for t in s.tools] == [UNREAD, set()]
    direct = compare(old, new)
    assert next(found.moves())[2] == next(direct.moves())[2]
    assert [s.tokens for s in found.servers] == [s.tokens for s in direct.servers]


def test_a_rename_is_not_guessed_from_a_saved_report() -> None:
    kept = tool("kept", "Reads.")
    found = compare(saved(graded(one=[kept, tool("a")])), graded(one=[kept, tool("b")]))
    assert kinds(found) == [("b", "tool.added"), ("a", "tool.removed")]


@pytest.mark.parametrize("change", ["digest", "version"])
@pytest.mark.parametrize("stale", [0, 1])
def test_scores_of_different_rules_are_refused_with_the_command_that_mends_it(
    change: str, stale: int
) -> None:
    sides = [graded(one=[tool("a")]), graded(one=[tool("a")])]
    old = saved(sides[stale])
    stamp = RubricStamp("tdqs", "1.2", "another" if change == "digest" else old.rubric.digest, ())
    version = "0.0.9" if change == "version" else old.version
    sides[stale] = replace(old, rubric=stamp, version=version)
    names = ("old.json", "new file.json")
    with pytest.raises(InputError) as caught:
        compare(sides[0], sides[1], names=names)
    said = str(caught.value)
    quoted = ("json:old.json", "'json:new file.json'")[stale]
    assert said.endswith(f"again: toolgrade grade tools.json --rubric tdqs -o {quoted}")
    assert "scores of different rules are not compared" in said
    assert "\n" not in said


# --- findings -----------------------------------------------------------------------------------


def finding(share: str | None, gain: str, level: Any = "warning", check: str = "a.b") -> Finding:
    return Finding(
        check, "T", None if share is None else Decimal(share), Decimal("-0.1"), Decimal(gain),
        level, "do it", (), None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "state", "gain"),
    [
        ([], [finding("0", "0.3")], "new", "-0.3"),
        ([finding("0", "0.3")], [], "gone", "0.3"),
        ([finding("0.5", "0.1")], [finding("0", "0.3")], "worse", "-0.2"),
        ([finding("0", "0.3")], [finding("0.5", "0.1")], "better", "0.2"),
        ([finding("0.5", "0.3")], [finding("0", "0.1")], "worse", "0"),
    ],
)
def test_a_finding_moves_by_its_answer(old: Any, new: Any, state: str, gain: str) -> None:
    [move] = moves(old, new)
    assert (move.state, move.gain) == (state, Decimal(gain))


def test_a_finding_of_the_same_answer_has_not_moved_whatever_it_is_worth() -> None:
    assert moves([finding("0", "0.3")], [finding("0", "0.1", "note")]) == ()


def test_an_unpriced_finding_moves_by_its_level() -> None:
    old, new = (finding("0", "0", level)._replace(delta=Decimal(0)) for level in ("note", "error"))
    assert [move.state for move in moves([old], [new])] == ["worse"]
    assert [move.state for move in moves([new], [old])] == ["better"]


def test_moves_stand_from_the_greatest_loss_to_the_greatest_gain() -> None:
    old = [finding("0", "0.2", check="gone.small"), finding("0", "0.5", check="gone.big")]
    new = [finding("0", "0.1", check="new.small"), finding("0", "0.4", check="new.big")]
    assert [m.check for m in moves(old, new)] == ["new.big", "new.small", "gone.small", "gone.big"]


GAINS = st.integers(0, 500).map(lambda n: f"{n / 1000}")
ANSWERS = st.lists(
    st.builds(
        finding,
        st.sampled_from(["0", "0.5", None]),
        GAINS,
        st.sampled_from(["error", "warning", "note"]),
        st.sampled_from(["a.b", "a.c", "b.a"]),
    ),
    max_size=5,
)


@settings(deadline=None)
@given(ANSWERS, ANSWERS)
def test_what_is_lost_one_way_is_won_the_other(old: list[Finding], new: list[Finding]) -> None:
    back = {"new": "gone", "gone": "new", "worse": "better", "better": "worse"}
    there = sorted((m.check, m.state, m.before, m.after) for m in moves(old, new))
    again = sorted((m.check, back[m.state], m.after, m.before) for m in moves(new, old))
    assert there == again
    assert all(m.gain <= 0 if m.lost else m.gain >= 0 for m in moves(old, new))


# --- the bar ------------------------------------------------------------------------------------

WORSE = ([tool("a")], [tool("a", LONG + " Amazing and powerful!")])


def test_without_a_bar_nothing_is_missed() -> None:
    assert compared([tool("a"), tool("b", OTHER)], [tool("a", "Reads.")]).missed == ()


@pytest.mark.parametrize("bar", ["error", "warning", "note"])
def test_what_breaks_is_missed_under_every_bar(bar: Any) -> None:
    missed = compared([tool("a"), tool("b", OTHER)], [tool("a")], fail_on=bar).missed
    assert "1 breaking change" in missed


def test_a_finding_is_missed_from_its_level_on() -> None:
    found = compared(*WORSE)
    levels = {move.level for *_, move in found.moves() if move.lost}
    assert levels == {"note"}
    assert compared(*WORSE, fail_on="warning").missed == ()
    [said] = compared(*WORSE, fail_on="note").missed
    assert said.endswith("of level note or above")


def test_what_got_better_is_never_missed() -> None:
    new, old = WORSE
    assert not any("finding" in line for line in compared(old, new, fail_on="note").missed), (
        "nothing is new"
    )


def test_tokens_are_the_bytes_of_the_definitions_by_four() -> None:
    found = compared([tool("a")], [tool("a"), tool("b", OTHER)])
    after = [t.after.signals.definition_bytes for t in found.servers[0].tools]  # type: ignore[union-attr]
    before = found.servers[0].tools[0].before.signals.definition_bytes  # type: ignore[union-attr]
    assert found.servers[0].tokens == (-(-before // 4), -(-sum(after) // 4))


# --- whatever a server lists --------------------------------------------------------------------

TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "properties", "$ref", "anyOf", "a"]) | TEXT, inner
        )
    ),
    max_leaves=8,
)
TOOLS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["a", "b", "\x1b"])},
        optional={
            "description": TEXT, "title": TEXT, "inputSchema": JSON, "outputSchema": JSON,
            "annotations": JSON,
        },
    ),
    max_size=3,
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(TOOLS, TOOLS)
def test_any_two_lists_are_compared_and_alike_each_time(old: Any, new: Any) -> None:
    sides = graded(one=[tool("kept"), *old]), graded(one=[*new, tool("kept")])
    first, second = (compare(*sides, fail_on="note") for _ in range(2))
    assert first == second
    names = [t["name"] for t in (*old, *new)]
    assert len(pairs(first)) <= 2 + len(names)


def test_a_large_server_of_renamed_tools_is_paired() -> None:
    old = [tool(f"tool_{n}", f"{LONG} Number {n}.") for n in range(400)]
    new = [{**raw, "name": raw["name"][::-1]} for raw in old[:-1]] + [tool("tool_399")]
    found = compare(graded(one=old), graded(one=new))
    assert sum(change.kind.id == "tool.renamed" for _, change in found.changes()) == 399
