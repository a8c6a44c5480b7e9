"""What holds of every report, whatever a server says of its tools."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from drawn import A_NAME, NAMES, PHRASES, any_json, listings, tools
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tools import SOURCE, rubric, server, text_at

from toolgrade.grading.arithmetic import clamp_sum, round_points
from toolgrade.grading.grade import grade, judge
from toolgrade.grading.sums import ask
from toolgrade.listing.parse import Reading, servers
from toolgrade.listing.positions import Document
from toolgrade.model import Verdict
from toolgrade.outputs.json import render

if TYPE_CHECKING:
    from pathlib import Path

    from toolgrade.model import DimensionScore, Report, ToolScore
    from toolgrade.rubric.rules import Question
    from toolgrade.view import ToolView

UNHURRIED = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
FEWER = settings(UNHURRIED, max_examples=40)


def graded(listing: list[dict[str, Any]]) -> Report:
    return grade([server(listing)], rubric())


def scores(report: Report) -> list[ToolScore]:
    return [tool.score for tool in report.servers[0].tools if tool.score]


@UNHURRIED
@given(listings())
def test_every_quote_is_exact(listing: list[dict[str, Any]]) -> None:
    for report, tool, finding in graded(listing).findings():
        for quote in finding.quotes:
            if tool:
                held = text_at(tool.tool, quote.pointer)
            else:
                index, _, rest = quote.pointer.removeprefix("/tools/").partition("/")
                held = text_at(report.server.tools[int(index)], f"/{rest}")
            assert quote.text
            assert quote.text == held[quote.start : quote.end]


@UNHURRIED
@given(listings())
def test_every_sum_adds_up(listing: list[dict[str, Any]]) -> None:
    for score in scores(graded(listing)):
        for dimension in score.dimensions:
            _adds_up(dimension)
        weights = {rules.words.key: rules.words.weight for rules in rubric().dimensions}
        exact = sum(Decimal(d.score * weights[d.key]) for d in score.dimensions) / 100
        assert abs(score.tdqs - exact) <= Decimal("0.05")
        unrounded = sum(d.expected * weights[d.key] for d in score.dimensions) / 100
        assert abs(score.expected - unrounded) <= Decimal("0.0005")
        assert {d.key for d in score.dimensions if d.score < 3} == set(score.smells)


def _adds_up(dimension: DimensionScore) -> None:
    total = dimension.baseline + sum(finding.delta for finding in dimension.findings)
    cap = dimension.limit[0] if dimension.limit else None
    assert dimension.expected == clamp_sum(total, cap, rubric().scale)
    cuts = next(rules.cuts for rules in rubric().dimensions if rules.words.key == dimension.key)
    assert dimension.score == round_points(dimension.expected, cuts, rubric().scale)
    assert isinstance(dimension.score, int)
    assert 1 <= dimension.expected <= 5
    assert 1 <= dimension.score <= 5
    for finding in dimension.findings:
        assert finding.share is not None
        assert 0 <= finding.share <= 1
        assert finding.gain >= 0
        assert (finding.level is None) == (finding.share == 1)


def views(listing: list[dict[str, Any]]) -> list[ToolView]:
    given_ = server(listing)
    seen = rubric().view(given_)
    return [seen.tool(t.index) for t in given_.tools if t.name is not None]


@FEWER
@given(tool=tools(A_NAME), data=st.data())
def test_meeting_a_check_never_lowers_a_score(tool: dict[str, Any], data: st.DataObject) -> None:
    view = views([tool, {"name": "b/c", "description": "Get the page of a wiki."}])[0]
    questions = [q for rules in rubric().dimensions for q in rules.questions]
    verdicts = {q.check.id: ask(q, view) for q in questions}
    open_ = [id_ for id_, v in verdicts.items() if v.share is not None and v.share < 1]
    assume(open_)
    turned = data.draw(st.sampled_from(open_))
    share = data.draw(st.sampled_from([Decimal(1), Decimal("0.999"), Decimal("0.5")]))
    assume(verdicts[turned].share < share)
    before = _judged(view, verdicts)
    after = _judged(view, {**verdicts, turned: Verdict(share)})
    assert before == judge(view, rubric())
    assert after.tdqs >= before.tdqs
    assert after.expected >= before.expected
    for was, now in zip(before.dimensions, after.dimensions, strict=True):
        assert now.expected >= was.expected
        assert now.score >= was.score
    if share == 1:
        promised = next(f.gain for d in before.dimensions for f in d.findings if f.check == turned)
        # Both sides are rounded to thousandths.
        gained = after.expected - before.expected
        assert abs(gained - promised) <= Decimal("0.001")


def _judged(view: ToolView, verdicts: dict[str, Verdict]) -> ToolScore:
    """Score with these verdicts instead of the checks' own."""

    def fixed(question: Question) -> Question:
        # Whether the check applies, the verdict already tells.
        answer = partial(lambda verdict, _: verdict, verdicts[question.check.id])
        return replace(question, ask=answer, price=replace(question.price, when=None), wordy=False)

    dimensions = tuple(
        replace(rules, questions=tuple(map(fixed, rules.questions)))
        for rules in rubric().dimensions
    )
    return judge(view, replace(rubric(), dimensions=dimensions))


@UNHURRIED
@given(listings(), st.randoms(use_true_random=False))
def test_the_order_of_tools_changes_no_score(listing: list[dict[str, Any]], random: Any) -> None:
    # Names tell tools apart: two of one name are a fault of their own.
    named = [{**tool, "name": f"{number}_{tool['name']}"} for number, tool in enumerate(listing)]
    shuffled = [*named]
    random.shuffle(shuffled)

    def by_name(report: Report) -> dict[str, Any]:
        return {
            t.tool.name or "": (t.score, t.signals) for t in report.servers[0].tools if t.tool.name
        }

    one, other = by_name(graded(named)), by_name(graded(shuffled))
    assert one == other


@UNHURRIED
@given(listings())
def test_the_same_input_gives_the_same_bytes(listing: list[dict[str, Any]]) -> None:
    once = "".join(render(graded(listing)))
    assert once == "".join(render(graded(listing)))
    assert once.isascii()
    json.loads(once, parse_constant=pytest.fail)


@UNHURRIED
@given(any_json(), tools(A_NAME))
def test_any_json_that_names_a_tool_is_graded(junk: Any, tool: dict[str, Any]) -> None:
    text = json.dumps({"tools": [tool, junk, tool], "serverInfo": junk, "instructions": junk})
    document = Document(text, "t.json")
    reading = Reading(SOURCE, "t.json", "t", document.origin, document.find_malformed)
    report = grade(servers(document.data, reading), rubric())
    assert len(report.servers[0].tools) == 3
    assert json.loads("".join(render(report)))["servers"][0]["score"]["toolCount"] == 3


def test_no_hash_seed_changes_a_byte(tmp_path: Path) -> None:
    listing = [
        {
            "name": f"get_{n}",
            "description": " ".join(PHRASES[n::3]),
            "inputSchema": {"properties": {name: {"description": PHRASES[n]} for name in NAMES}},
        }
        for n in range(6)
    ]
    source = tmp_path / "tools.json"
    source.write_text(json.dumps(listing))
    seen = set()
    for seed in ("1", "2", "3"):
        code = "import sys; from toolgrade.cli import main; sys.argv[0] = 'toolgrade'; main()"
        argv = [sys.executable, "-c", code, "grade", str(source), "-o", "json"]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(argv, capture_output=True, check=True, env=environment)
        seen.add(done.stdout)
    assert len(seen) == 1
    assert json.loads(seen.pop())["servers"][0]["score"]["toolCount"] == 6
