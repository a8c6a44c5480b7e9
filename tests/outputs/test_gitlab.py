from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from consumers import gitlab

from reports import a_finding, empty_report, one_server_report, sample_report, with_findings
from toolgrade.outputs.gitlab import render

if TYPE_CHECKING:
    from toolgrade.model import Report


def entries(report: Report) -> list[Any]:
    return gitlab("".join(render(report)))


def test_an_entry_says_what_to_do_and_where() -> None:
    [entry] = [e for e in entries(sample_report()) if e["check_name"] == "usage.when"]
    assert entry.pop("fingerprint")
    assert entry == {
        "description": "create_issue: say when to use it (worth +0.40)",
        "check_name": "usage.when",
        "severity": "minor",
        "location": {"path": "tools.json", "lines": {"begin": 4}},
    }


def test_a_live_servers_findings_are_left_out() -> None:
    assert entries(sample_report()) == entries(one_server_report())


def test_a_finding_of_the_whole_list_stands_where_the_file_begins() -> None:
    report = one_server_report()
    server = report.servers[0]
    listed = replace(server, tools=(), findings=(a_finding(),))
    [entry] = entries(replace(report, servers=(listed,)))
    assert entry["location"] == {"path": "tools.json", "lines": {"begin": 1}}


def test_what_is_ignored_is_left_out_and_what_is_known_stays() -> None:
    finding = a_finding()
    quiet, known = finding._replace(ignored="we know"), finding._replace(state="known", note="mend")
    [entry] = entries(with_findings(quiet, known))
    assert entry["description"].startswith("create_issue: mend")


def test_a_report_without_findings_is_an_empty_list() -> None:
    assert entries(empty_report()) == []
