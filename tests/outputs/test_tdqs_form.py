"""What `-o tdqs` writes is what the reference package reads, and says what made it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from drawn import listings
from hypothesis import HealthCheck, given, settings
from tdqs.score_report import ScoreReport
from tools import rubric, server

from toolgrade.grading.grade import grade
from toolgrade.inputs import read
from toolgrade.model import COHERENCE, DIMENSIONS, InputError, Report
from toolgrade.outputs.tdqs import render
from toolgrade.rubric import Rubric

SERVERS = Path(__file__).parents[1] / "servers"


def form(report: Report) -> Any:
    return json.loads("".join(render(report)))


@pytest.mark.parametrize("name", [f.stem for f in sorted(SERVERS.glob("*.json"))])
def test_the_reference_reads_every_server_that_has_a_score(name: str) -> None:
    report = grade(read(str(SERVERS / f"{name}.json")), rubric())
    whole = [server for server in report.servers if server.score.overall_score is not None]
    if not whole:
        with pytest.raises(InputError, match="no server has an overall score"):
            form(report)
        return
    written = form(report)
    listed = written if isinstance(written, list) else [written]
    assert len(listed) == len(whole)
    for one, ours in zip(listed, whole, strict=True):
        theirs = ScoreReport.model_validate(one)
        assert theirs.server_score.overall_score == float(ours.score.overall_score or 0)
        # Nothing is lost on the way, nothing is there that the form does not know.
        assert snake(json.loads(theirs.model_dump_json())) == snake(one)


def snake(value: Any) -> Any:
    """Return JSON with its keys in snake case: pydantic spells some of the reference's in camel
    case that its specification has in snake case.
    """
    if isinstance(value, list):
        return [snake(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {re.sub("[A-Z]", r"_\g<0>", key).lower(): snake(each) for key, each in value.items()}


def test_the_keys_are_spelled_as_the_specification_spells_them() -> None:
    written = form(grade(read(str(SERVERS / "example.json")), rubric()))
    assert set(written["tools"][0]["justifications"]) == set(DIMENSIONS.values())
    assert set(written["serverScore"]["coherenceJustifications"]) == set(COHERENCE.values())
    assert "namingConsistency" in written["serverScore"]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(listings())
def test_the_reference_reads_whatever_is_graded(listing: list[dict[str, Any]]) -> None:
    report = grade([server(listing)], rubric())
    if report.servers[0].score.overall_score is not None:
        ScoreReport.model_validate(form(report))


def test_it_says_that_no_model_judged_and_by_which_rubric() -> None:
    written = form(grade(read(str(SERVERS / "example.json")), rubric()))
    stamp = rubric().stamp
    assert "rules, no model" in written["model"]
    assert f"rubric tdqs 1.2 ({stamp.digest})" in written["model"]


@pytest.mark.parametrize(
    ("epoch", "when"), [("0", "1970-01-01T00:00:00Z"), ("1700000000", "2023-11-14T22:13:20Z")]
)
def test_the_time_is_the_build_s(epoch: str, when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    report = grade(read(str(SERVERS / "example.json")), rubric())
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert form(report)["generatedAt"] == "1970-01-01T00:00:00Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert form(report)["generatedAt"] == when


@pytest.mark.parametrize("epoch", ["soon", "", "9" * 30])
def test_a_time_that_is_none_is_said_to_be(epoch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(InputError, match="SOURCE_DATE_EPOCH must be a number"):
        form(grade(read(str(SERVERS / "example.json")), rubric()))


def test_a_shadow_stands_on_its_tool_and_beside_the_scores() -> None:
    needs = {name: {"type": "string"} for name in "abcdefgh"}
    schema = {"type": "object", "properties": needs, "required": list(needs)}
    text = "Query the ledger for entries of an account."
    raw = [
        {"name": "query_ledger", "description": text, "inputSchema": schema},
        {"name": "find_ledger", "description": text},
    ]
    written = form(grade([server(raw)], rubric()))
    assert [tool["serverFlags"] for tool in written["tools"]] == [["Shadowing Risk"], []]
    [risk] = ScoreReport.model_validate(written).server_score.shadowing_risks
    assert (risk.tool, risk.cheaper_sibling) == ("query_ledger", "find_ledger")


def test_another_frame_does_not_pose_as_tdqs() -> None:
    other = Rubric.load("text-only")
    with pytest.raises(InputError, match="needs a rubric of TDQS's dimensions; text-only has"):
        form(grade(read(str(SERVERS / "example.json")), other))


def test_a_server_known_in_part_is_left_out_beside_one_that_is_whole() -> None:
    whole = server([{"name": "get_a", "description": "Get it."}])
    report = grade([whole, replace(whole, complete=False)], rubric())
    assert [one["server"]["name"] for one in form(report)] == ["example"]
