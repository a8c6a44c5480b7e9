from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from consumers import sarif
from tools import questions, rubric

from reports import a_finding, one_server_report, sample_report, with_findings
from toolgrade.grading.grade import grade
from toolgrade.inputs import read
from toolgrade.model import LEVELS
from toolgrade.outputs.results import results
from toolgrade.outputs.sarif import MOST_RESULTS, render
from toolgrade.rubric import explain

if TYPE_CHECKING:
    from toolgrade.model import Report

SERVERS = Path(__file__).parents[1] / "servers"


def run(report: Report) -> Any:
    return sarif("".join(render(report, level="note")))


@pytest.mark.parametrize("name", [path.name for path in SERVERS.glob("*.json")])
def test_a_region_holds_the_very_words(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SERVERS)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(SERVERS))
    report = grade(read(name), rubric())
    lines = (SERVERS / name).read_bytes().decode("utf-8", "surrogatepass").split("\n")
    rows = run(report)["results"]
    assert rows
    for row, result in zip(rows, results(report), strict=True):
        place = row["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": name, "uriBaseId": "%SRCROOT%"}
        region = place["region"]
        line, start = lines[region["startLine"] - 1], region["startColumn"] - 1
        if result.finding.quotes:
            assert region["endLine"] == region["startLine"]
            words = line[start : region["endColumn"] - 1]
            assert json.loads(f'"{words}"') == result.finding.quotes[0].text
        else:
            assert line[start - 1] == '"' or line[start] in "{[n7tfN"  # where a value starts


def test_columns_count_characters_beyond_the_basic_plane(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "tools.json"
    path.write_text(
        '{"tools": [{"name": "go", "description": "🌱🌱 Powerful and easy."}]}', "utf-8"
    )
    found = run(grade(read(str(path)), rubric()))
    assert found["columnKind"] == "unicodeCodePoints"
    line = path.read_text("utf-8")
    regions = [r["locations"][0]["physicalLocation"]["region"] for r in found["results"]]
    cut = {line[r["startColumn"] - 1 : r["endColumn"] - 1] for r in regions if "endColumn" in r}
    assert "Powerful" in " ".join(cut)


def test_a_live_server_gets_no_place_but_a_name() -> None:
    [location] = [
        result["locations"][0]
        for result in run(sample_report())["results"]
        if result["message"]["text"].startswith("now:")
    ]
    assert location == {
        "logicalLocations": [{"name": "now", "fullyQualifiedName": "clock/now", "kind": "function"}]
    }


def test_a_finding_of_the_whole_list_names_its_file() -> None:
    report = one_server_report()
    server = report.servers[0]
    listed = replace(server, tools=(), findings=(a_finding(),))
    [result] = run(replace(report, servers=(listed,)))["results"]
    assert result["locations"] == [
        {
            "logicalLocations": [
                {"name": "issue-tracker", "fullyQualifiedName": "issue-tracker", "kind": "module"}
            ],
            "physicalLocation": {
                "artifactLocation": {"uri": "tools.json", "uriBaseId": "%SRCROOT%"}
            },
        }
    ]


def test_what_source_registers_unreadably_stands_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "from fastmcp import FastMCP\nm = FastMCP('s')\n@m.tool(make())\ndef a(): 'A.'\n"
    Path("server.py").write_text(f"{text}@m.tool\ndef b(): 'B.'\n")
    Path("other.py").write_text("# mcp.tool\ndef (:\n")
    report = grade(read("."), rubric())
    found = {
        result["ruleId"]: (
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            result["locations"][0]["physicalLocation"]["region"]["startLine"],
        )
        for result in run(report)["results"]
        if result["ruleId"].startswith("malformed.")
    }
    assert found == {
        "malformed.unread-file": ("other.py", 1),
        "malformed.unread-tool": ("server.py", 4),
    }


def test_a_path_is_encoded_as_a_uri() -> None:
    place = one_server_report().servers[0].tools[0].place
    assert place
    odd = place._replace(file="a b/ü#1.json")
    [result] = run(with_findings(a_finding()._replace(place=odd)))["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "a%20b/%C3%BC%231.json"


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("see [x](http://evil.test)", r"see \[x\](http://evil.test)"),
        (r"see [x\](y)", r"see \[x\\\](y)"),
        ("fill {0}", "fill {{0}}"),
        ("give items[0]", "give items[0]"),
    ],
)
def test_a_message_holds_no_link_and_no_placeholder(note: str, told: str) -> None:
    [result] = run(with_findings(a_finding()._replace(note=note)))["results"]
    assert result["message"]["text"] == f"create_issue: {told} (worth +0.40)"


def test_an_ignored_finding_is_suppressed_with_its_reason() -> None:
    rows = run(sample_report())["results"]
    suppressed = {row["ruleId"]: row["suppressions"] for row in rows if "suppressions" in row}
    assert suppressed == {
        "conciseness.repeats": [
            {"kind": "external", "justification": "our style guide wants a heading"}
        ]
    }


@pytest.mark.parametrize(
    ("state", "shown"), [("new", "new"), ("worse", "updated"), ("known", "unchanged"), (None, None)]
)
def test_a_state_is_told_in_sarifs_word(state: Any, shown: str | None) -> None:
    [result] = run(with_findings(a_finding()._replace(state=state)))["results"]
    assert result.get("baselineState") == shown


def test_a_source_that_failed_is_a_failed_invocation() -> None:
    [invocation] = run(sample_report())["invocations"]
    assert invocation["executionSuccessful"] is False
    [note] = invocation["toolExecutionNotifications"]
    assert note["message"]["text"] == (
        "npx broken-server: ended before it answered; see its last lines"
    )
    assert run(one_server_report())["invocations"][0]["executionSuccessful"] is True


def test_a_rule_is_helped_by_the_page_that_explain_prints() -> None:
    report = grade(read(str(SERVERS / "example.json")), rubric())
    found = sarif("".join(render(report, explain.pages(rubric()))))
    rules = {rule["id"]: rule for rule in found["tool"]["driver"]["rules"]}
    assert set(rules) <= {*questions(), "malformed.wrong-type"}
    rule = rules["usage.exclusion"]
    assert rule["help"]["text"] == "\n".join(explain.page(rubric(), "usage.exclusion"))
    assert 'Bad:\n\n    {"name": ' in rule["help"]["markdown"]
    assert "toolgrade.toml:\n\n    [[ignore]]" in rule["help"]["markdown"]
    assert rule["helpUri"].endswith("/rubrics/pages/usage.exclusion.md")
    assert found["tool"]["driver"]["informationUri"] == rule["helpUri"].partition("/blob/")[0]
    assert rule["name"] == "UsageExclusion"
    assert rule["fullDescription"]["text"].startswith("If two tools could both answer")


def test_what_github_would_refuse_is_left_out_and_counted() -> None:
    finding = a_finding()
    many = [finding._replace(note=f"note {n}", gain=n) for n in range(MOST_RESULTS + 7)]
    found = json.loads("".join(render(with_findings(*many))))["runs"][0]
    assert len(found["results"]) == MOST_RESULTS
    assert found["results"][0]["message"]["text"].startswith(f"create_issue: note {len(many) - 1} ")
    assert found["properties"]["resultsLeftOut"] == 7
    left_out, shown = found["invocations"][0]["toolExecutionNotifications"]
    assert left_out["message"]["text"].startswith("7 results are left out")
    assert shown["message"]["text"].startswith("GitHub shows the first 5000 of 25000")
    assert found["invocations"][0]["executionSuccessful"] is True


def test_a_log_stays_under_what_github_takes_compressed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolgrade.outputs.sarif.MOST_BYTES", 100_000)
    finding, chance = a_finding(), random.Random(4)
    notes = ["".join(chance.choices("\u524a\u9664abcdefgh", k=999)) for _ in range(300)]
    text = "".join(render(with_findings(*(finding._replace(note=note) for note in notes))))
    assert 80_000 < len(gzip.compress(text.encode(), mtime=0)) < 105_000
    found = sarif(text)
    assert 0 < found["properties"]["resultsLeftOut"] == len(notes) - len(found["results"])


def test_notes_are_left_out_unless_asked_for() -> None:
    findings = [a_finding()._replace(level=level) for level in LEVELS]
    report = with_findings(*findings)
    for number, level in enumerate(LEVELS, start=1):
        found = sarif("".join(render(report, level=level)))
        assert [row["level"] for row in found["results"]] == list(LEVELS[:number])
        assert found["properties"]["belowLevel"] == len(LEVELS) - number
    assert "".join(render(report)) == "".join(render(report, level="warning"))
