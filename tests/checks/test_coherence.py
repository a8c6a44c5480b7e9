"""How a server's tools fit together: what raises the four scores, what must not, and how fast."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from steps import lines_run
from tdqs.rollup_server_score import rollup_server_score
from tdqs.score_server_coherence import ServerCoherence
from tdqs.tool_score import ToolScore as Theirs
from tools import SOURCE, rubric, server, text_at

from toolgrade.grading.arithmetic import average_scores, rollup, tier
from toolgrade.grading.grade import grade, judge_coherence
from toolgrade.model import COHERENCE, CoherenceScore, Server, Tool

if TYPE_CHECKING:
    from toolgrade.model import ServerScore

D = Decimal
RARELY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def judged(names: list[str] | list[dict[str, Any]]) -> CoherenceScore:
    raw = [{"name": n} if isinstance(n, str) else n for n in names]
    return judge_coherence(rubric().view(server(raw)), rubric())


def scores(names: list[str] | list[dict[str, Any]]) -> dict[str, int]:
    return {d.key: d.score for d in judged(names).dimensions}


def described(names: str) -> list[dict[str, Any]]:
    return [{"name": n, "description": f"Do what {n} says, to one thing."} for n in names.split()]


def test_the_standard_s_own_examples() -> None:
    # TDQS 1.2, the coherence prompt's calibration: 5, 5, 5, 4 and 1, 2, 3, 2.
    high = described(
        "list_repos get_repo create_repo search_code list_issues create_issue update_issue "
        "get_pull_request create_pull_request merge_pull_request"
    )
    assert scores(high) == {"disambiguation": 5, "naming": 5, "count": 5, "coverage": 4}
    low = ["process", "run", "execute", "do_thing", "helper", "transform_data", "processV2"]
    found = scores([*low, "handleRequest"])
    assert found["disambiguation"] <= 3
    assert found["naming"] <= 3


@pytest.mark.parametrize(
    ("count", "score"),
    [(1, 3), (2, 3), (3, 4), (4, 5), (15, 5), (16, 4), (24, 4), (25, 3), (28, 2), (120, 2)],
)
def test_the_number_of_tools_is_scored_by_bands(count: int, score: int) -> None:
    names = [f"{verb}_{thing}" for thing in THINGS for verb in ("list", "send", "rate")]
    assert scores(names[:count])["count"] == score


THINGS = [f"{a}{b}" for a in ["order", "user", "mail", "page", "file", "team"] for b in "abcdefg"]
VERBS = ["get", "list", "create", "delete", "update", "send", "search", "run", "status", "x"]


def names() -> st.SearchStrategy[str]:
    verb, thing = st.sampled_from(VERBS), st.sampled_from(THINGS[:8])
    return st.one_of(
        st.builds("{}_{}".format, verb, thing),
        st.builds("{}_{}".format, thing, verb),
        st.builds("{}{}".format, verb, thing.map(str.title)),
        st.builds("web_{}_{}".format, verb, thing),
        verb,
    )


TEXTS = ("", "Get one order by its number.", "Delete it for good.", "Use create_order first.")


def sets() -> st.SearchStrategy[list[dict[str, Any]]]:
    tool = st.fixed_dictionaries({"name": names(), "description": st.sampled_from(TEXTS)})
    return st.lists(tool, min_size=1, max_size=20, unique_by=lambda t: t["name"])


@RARELY
@given(sets(), st.randoms(use_true_random=False))
def test_the_order_of_the_list_changes_no_score(tools: list[dict[str, Any]], chance: Any) -> None:
    moved = [*tools]
    chance.shuffle(moved)
    assert judged(moved).expected == judged(tools).expected


@RARELY
@given(sets(), st.data())
def test_a_copy_raises_no_score(tools: list[dict[str, Any]], data: Any) -> None:
    copied = data.draw(st.lists(st.sampled_from(tools), min_size=1, max_size=12))
    mark = data.draw(st.sampled_from(["{name}", "{name}_2", "{name}_v{n}", "{name}_copy"]))
    copies = [{**t, "name": mark.format(name=t["name"], n=n)} for n, t in enumerate(copied)]
    before, after = judged(tools), judged([*tools, *copies])
    for one, other in zip(before.dimensions, after.dimensions, strict=True):
        assert other.expected <= one.expected, one.key


@RARELY
@given(sets())
def test_every_quote_stands_in_a_tool_and_every_sum_adds_up(tools: list[dict[str, Any]]) -> None:
    whole = server(tools)
    for dimension in judge_coherence(rubric().view(whole), rubric()).dimensions:
        total = dimension.baseline + sum(f.delta for f in dimension.findings)
        assert dimension.expected == max(D(1), min(D(5), total))
        for quote in (quote for f in dimension.findings for quote in f.quotes):
            _, _, index, rest = quote.pointer.split("/", 3)
            held = text_at(whole.tools[int(index)], f"/{rest}")
            assert quote.text
            assert quote.text == held[quote.start : quote.end]


def score(tools: tuple[Tool, ...], *, complete: bool = True) -> ServerScore:
    return grade([Server("s", tools, SOURCE, complete=complete)], rubric()).servers[0].score


def test_where_siblings_may_be_missing_nothing_is_said_of_them() -> None:
    tools = tuple(Tool(name, i, description="Get it.") for i, name in enumerate(["a", "b"]))
    assert score(tools).coherence
    known_in_part = score(tools, complete=False)
    assert known_in_part.coherence is known_in_part.overall_score is None
    assert known_in_part.description_quality_score


def test_with_too_many_nameless_tools_there_is_no_coherence() -> None:
    tools = (Tool("a", 0), Tool(None, 1))
    assert score(tools).coherence is score(tools).overall_tier is None


def test_what_is_not_known_of_descriptions_is_not_asked() -> None:
    unseen = frozenset(("/description", "/inputSchema"))
    tools = tuple(Tool(n, i, unknown=unseen) for i, n in enumerate(["get_a", "list_b"]))
    found = judge_coherence(rubric().view(Server("s", tools, SOURCE)), rubric())
    asked = {f.check for d in found.dimensions for f in d.findings}
    assert "naming.one-order" in asked
    assert asked.isdisjoint(
        {"disambiguation.described", "disambiguation.own-texts", "coverage.kept-promises"}
    )


def test_names_in_other_languages_are_judged_by_their_number_and_style() -> None:
    found = scores(["获取_天气", "查找-城市", "列出_车站"])
    assert found["count"] == 4
    assert found["naming"] < 4  # two styles


KEYS = (*COHERENCE.values(),)


@settings(deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(1, 5)] * 6), min_size=1, max_size=9),
    st.tuples(*[st.integers(1, 5)] * 4),
)
def test_the_rollup_equals_the_reference(tools: list[tuple[int, ...]], four: Any) -> None:
    weights = {r.words.key: r.words.weight for r in rubric().dimensions}
    tdqs = [average_scores(dict(zip(weights, points, strict=True)), weights) for points in tools]
    quarter = {r.words.key: r.words.weight for r in rubric().coherence}
    fit = average_scores(dict(zip(COHERENCE, four, strict=True)), quarter)
    whole = CoherenceScore(fit, fit, tier(fit, rubric().tiers), ())
    ours = rollup(tdqs, len(tdqs), rubric().server, rubric().tiers, whole)
    theirs = rollup_server_score(
        coherence=ServerCoherence(
            justifications={key: {"justification": "", "score": 1} for key in KEYS},  # type: ignore[typeddict-item]
            scores=dict(zip(KEYS, four, strict=True)),  # type: ignore[arg-type]
            shadowing_risks=(),
            summary="",
        ),
        tool_count=len(tdqs),
        tool_scores=[Theirs.model_construct(tdqs=float(each)) for each in tdqs],
    )
    assert float(fit) == theirs.coherence_score
    assert whole.tier == theirs.coherence_tier
    assert float(ours.overall_score or 0) == theirs.overall_score
    assert ours.overall_tier == theirs.overall_tier
    assert float(ours.description_quality_score or 0) == theirs.description_quality_score


def alike(count: int) -> Server:
    text = "Get the reading of sensor {} in the greenhouse, with its unit and the time of the day."
    tools = (Tool(f"get_reading_{n}", n, description=text.format(n)) for n in range(count))
    return Server("s", tuple(tools), SOURCE)


def test_ten_times_as_many_near_equal_tools_are_ten_times_the_work_and_not_a_hundred() -> None:
    few, many = (
        lines_run(partial(judge_coherence, rubric().view(alike(count)), rubric()))
        for count in (200, 2_000)
    )
    assert many < 12 * few


ID = {"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]}
SAID = {**ID, "properties": {"order_id": {"type": "string", "description": "As get_by_mail says"}}}
MAIL = {"type": "object", "properties": {"mail": {"type": "string"}}, "required": ["mail"]}


@pytest.mark.parametrize(
    ("other", "order", "is_met"),
    [
        ({"name": "send_mail", "inputSchema": MAIL}, ID, False),
        ({"name": "list_orders", "inputSchema": MAIL}, ID, True),
        ({"name": "resolve_order_id", "inputSchema": MAIL}, ID, True),
        ({"name": "get_by_mail", "inputSchema": MAIL}, SAID, True),
    ],
)
def test_ids_are_found_by_a_tool_or_a_text_says_where(
    other: dict[str, Any], order: dict[str, Any], *, is_met: bool
) -> None:
    found = judged([{"name": "print_order", "inputSchema": order}, other])
    (share,) = [
        f.share for d in found.dimensions for f in d.findings if f.check == "coverage.findable"
    ]
    assert (share == 1) is is_met
