from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from consumers import junit
from junitparser import Error, Failure, Skipped

from reports import a_finding, empty_report, one_server_report, sample_report, with_findings
from toolgrade.model import Thresholds
from toolgrade.outputs.junit import render

if TYPE_CHECKING:
    from toolgrade.model import Level, Report, State


def suites(report: Report) -> dict[str, dict[str, Any]]:
    """Every case's outcome (None where it passed) by suite and name."""
    return {
        suite.name: {case.name: next(iter(case.result), None) for case in suite}
        for suite in junit("".join(render(report)))
    }


def test_a_tool_is_a_suite_and_a_check_a_case() -> None:
    found = suites(sample_report())
    assert list(found)[:4] == [
        "issue-tracker / create_issue",
        "issue-tracker / search_issues",
        "issue-tracker / get_issue",
        "issue-tracker / (no name, number 4)",
    ]
    assert list(found["issue-tracker / get_issue"]) == ["purpose.more-than-name", "purpose.verb"]
    assert set(found["issue-tracker / search_issues"].values()) == {None}


def test_a_failure_says_what_to_do_and_where() -> None:
    failure = suites(sample_report())["issue-tracker / create_issue"]["parameters.mentioned"]
    assert isinstance(failure, Failure)
    assert (failure.type, failure.message) == ("warning", "describe: repo, labels (worth +0.20)")
    assert failure.text == '"The title."'


def test_a_malformed_tool_fails() -> None:
    failure = suites(sample_report())["issue-tracker / (no name, number 4)"]["malformed.nameless"]
    assert isinstance(failure, Failure)
    assert failure.message == "give it a name"


def test_what_is_ignored_is_skipped_with_the_reason() -> None:
    skipped = suites(sample_report())["issue-tracker / create_issue"]["conciseness.repeats"]
    assert isinstance(skipped, Skipped)
    assert skipped.message == "our style guide wants a heading"


@pytest.mark.parametrize(
    ("bar", "failing"),
    [
        (None, {"error", "warning"}),
        ("error", {"error"}),
        ("warning", {"error", "warning"}),
        ("note", {"error", "warning", "note"}),
    ],
)
def test_a_case_fails_from_the_level_of_the_bar(bar: Level | None, failing: set[str]) -> None:
    found = suites(replace(one_server_report(), thresholds=Thresholds(fail_on=bar)))
    outcomes = [case for cases in found.values() for case in cases.values()]
    assert {case.type for case in outcomes if isinstance(case, Failure)} == failing


@pytest.mark.parametrize(("state", "fails"), [("new", True), ("worse", True), ("known", False)])
def test_what_a_baseline_knows_passes(state: State, *, fails: bool) -> None:
    [cases] = suites(with_findings(a_finding()._replace(state=state))).values()
    assert isinstance(cases["usage.when"], Failure) is fails


def test_a_source_that_failed_is_an_errored_case() -> None:
    assert list(suites(empty_report())) == ["toolgrade"]
    error = suites(empty_report())["toolgrade"]["none.json"]
    assert isinstance(error, Error)
    assert error.message == "no such file; check the path"


def test_a_missed_bar_fails() -> None:
    report = replace(one_server_report(), missed=("create_issue has 2.4, below 3.0",))
    assert isinstance(suites(report)["toolgrade"]["create_issue has 2.4, below 3.0"], Failure)


def test_two_tools_of_one_name_and_two_remarks_of_one_kind_are_told_apart() -> None:
    report = one_server_report()
    server = report.servers[0]
    tool = replace(server.tools[0], findings=server.tools[0].findings * 2)
    found = suites(replace(report, servers=(replace(server, tools=(tool, tool)),)))
    assert list(found) == ["issue-tracker / create_issue", "issue-tracker / create_issue (2)"]
    assert [name for name in found["issue-tracker / create_issue"] if "schema" in name] == [
        "schema.required",
        "schema.required (2)",
    ]
