from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from consumers import github

from reports import a_finding, one_server_report, sample_report, with_findings
from toolgrade.outputs.github import MOST_OF_A_KIND, render

if TYPE_CHECKING:
    from toolgrade.model import Report, State


def commands(report: Report) -> list[tuple[str, dict[str, str], str]]:
    return github("".join(render(report)))


def test_an_annotation_stands_on_its_line_and_says_what_to_do() -> None:
    assert commands(with_findings(a_finding())) == [
        (
            "warning",
            {"file": "tools.json", "line": "4", "col": "5", "title": "usage.when"},
            "create_issue: say when to use it (worth +0.40)",
        )
    ]


def test_a_live_servers_findings_are_told_without_a_place() -> None:
    assert ("warning", {"title": "usage.when"}, "now: say when to use it (worth +0.20)") in (
        commands(sample_report())
    )


def test_failed_sources_and_missed_bars_come_first() -> None:
    report = replace(sample_report(), missed=("the server has 2.3, below 3.0",))
    assert commands(report)[:2] == [
        (
            "error",
            {"title": "Not graded"},
            "npx broken-server: ended before it answered; see its last lines",
        ),
        ("error", {"title": "Threshold missed"}, "the server has 2.3, below 3.0"),
    ]


def test_no_more_are_written_than_github_shows_and_the_rest_is_counted() -> None:
    many = [a_finding()._replace(level="note", gain=n, note=f"mend {n}") for n in range(1, 24)]
    text = "".join(render(with_findings(*many, a_finding())))
    assert Counter(name for name, *_ in github(text)) == {"notice": MOST_OF_A_KIND, "warning": 1}
    assert "create_issue: mend 23 (worth" in text
    assert text.endswith("\ntoolgrade: 13 more are not annotated: GitHub shows ten of a kind\n")


@pytest.mark.parametrize(("state", "count"), [("new", 1), ("worse", 1), ("known", 0)])
def test_what_a_baseline_knows_is_not_annotated(state: State, count: int) -> None:
    assert len(commands(with_findings(a_finding()._replace(state=state)))) == count


def test_what_is_ignored_is_not_annotated() -> None:
    assert commands(with_findings(a_finding()._replace(ignored="we know"))) == []


def test_a_property_and_a_message_read_back_exactly() -> None:
    place = one_server_report().servers[0].tools[0].place
    assert place
    odd = a_finding()._replace(note="50 %, a::b%0A", place=place._replace(file="a,b:c%2C.json"))
    [(_, properties, message)] = commands(with_findings(odd))
    assert properties["file"] == "a,b:c%2C.json"
    assert message == "create_issue: 50 %, a::b%0A (worth +0.40)"
