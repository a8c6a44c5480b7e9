from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tools import rubric

from reports import RUBRIC, dimension, graded, line, one_server_report, rollup, sample_report
from toolgrade.grading.grade import grade
from toolgrade.inputs import read
from toolgrade.model import Finding, Place, Report, Server, ServerReport, Source, SourceError, Tool
from toolgrade.outputs.columns import columns, cut_line, pad, wrap
from toolgrade.outputs.phrases import explain_sum, points, worth
from toolgrade.outputs.terminal import render

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolgrade.model import DimensionScore, ToolReport

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
WIDTHS = (40, 57, 71, 72, 80, 100, 120, 200)
HOSTILE = "\x1b[2J\x1b]0;owned\x07 削除する⚠️\u202e\r\n| `x` \ud800" + "long" * 99


def text(report: Report, width: int = 80, *, color: bool = False) -> str:
    return "".join(render(report, width=width, color=color))


def server_of(*tools: ToolReport, name: str = "server") -> ServerReport:
    source = Source("file", "path", "tools.json")
    server = Server(name, tuple(tool.tool for tool in tools), source)
    return ServerReport(server, rollup(tools), tools)


def report_of(*servers: ServerReport) -> Report:
    return Report("0.1.0", RUBRIC, servers)


def scored(name: str, index: int, **points_: str) -> ToolReport:
    tool = Tool(name, index, description="Do it.")
    keys = [d.key for d in RUBRIC.dimensions]
    return graded(tool, [dimension(key, points_.get(key, "2"), "otherwise") for key in keys])


def hostile_report() -> Report:
    tool = Tool(HOSTILE, 0, description="Do it.")
    note = (f"say {HOSTILE}",)
    sums = [
        dimension(d.key, "2", HOSTILE, line(HOSTILE, HOSTILE, ("1", "0"), "0", *note))
        for d in RUBRIC.dimensions
    ]
    remark = Finding(
        HOSTILE,
        HOSTILE,
        Decimal(0),
        Decimal(0),
        Decimal(0),
        "error",
        HOSTILE,
        (),
        Place(HOSTILE, 1, 1),
    )
    server = server_of(graded(tool, sums, [remark], [HOSTILE]), name=HOSTILE)
    return replace(report_of(server), errors=(SourceError(HOSTILE, HOSTILE),))


REPORTS = {"sample": sample_report, "hostile": hostile_report}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("make", REPORTS.values(), ids=REPORTS.keys())
def test_no_line_is_wider_than_the_terminal(make: Callable[[], Report], width: int) -> None:
    for one in text(make(), width).split("\n"):
        assert sum(_columns(c) for c in one) <= width, one


def _columns(character: str) -> int:
    """Columns as a cautious terminal counts them."""
    if unicodedata.category(character) in {"Mn", "Me", "Cf"} and character != "\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def test_a_terminal_too_narrow_is_taken_for_40_columns() -> None:
    assert text(sample_report(), 3) == text(sample_report(), 40)


@pytest.mark.parametrize("make", REPORTS.values(), ids=REPORTS.keys())
def test_nothing_a_stranger_wrote_acts(make: Callable[[], Report]) -> None:
    plain = text(make())
    acting = {c for c in plain if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert acting <= {"\n"}
    coloured = text(make(), color=True)
    assert set(re.findall(r"\x1b.[0-9;]*.?", coloured)) <= {
        f"\x1b[{code}m" for code in (0, 1, 2, 31, 32, 33, 36)
    }


def test_colour_adds_nothing_but_colour() -> None:
    coloured = text(sample_report(), color=True)
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[[0-9]+m", "", coloured) == text(sample_report())


def test_the_same_report_gives_the_same_text() -> None:
    assert text(sample_report()) == text(sample_report())


def test_the_heading_says_the_number_and_how_it_came_about() -> None:
    first, second, third = text(one_server_report(), 120).split("\n")[:3]
    assert first.split() == ["issue-tracker", "quality", "2.3", "tier", "C"]
    assert second == (
        "tools.json · 5 tools, 4 scored · mean 2.8 · worst 1.5 · rubric tdqs 1.2 · "
        "1 ignored · 4 destructive"
    )
    assert third == "1 of 5 tools seen only in part: output schema of 1, annotations of 1"


def test_a_server_of_which_too_few_tools_are_scored_has_no_number() -> None:
    nameless = one_server_report().servers[0].tools[3]
    shown = text(report_of(server_of(scored("a", 0), nameless)))
    assert "not scored" in shown
    assert "2 tools, 1 scored · too few tools scored for a mean" in shown


def test_a_part_of_a_server_is_said_to_be_one() -> None:
    server = server_of(scored("a", 0))
    partial = replace(server, server=replace(server.server, complete=False))
    assert "only some of its tools" in text(report_of(partial))
    assert "only some of its tools" not in text(report_of(server))


def table(report: Report, width: int = 80) -> list[list[str]]:
    lines = text(report, width).split("\n")
    start = next(n for n, one in enumerate(lines) if one.startswith("Tool"))
    return [one.split() for one in lines[start + 1 : lines.index("", start)]]


def test_tools_stand_worst_first_with_their_six_scores() -> None:
    rows = table(one_server_report(), 120)
    assert [row[-3] for row in rows] == ["-", "1.5", "2.0", "2.5", "5.0"]
    assert rows[1] == ["get_issue", "2", "1", "1", "1", "3", "1", "1.5", "D", "destr"]


@pytest.mark.parametrize("width", WIDTHS)
def test_columns_stand_under_their_heads(width: int) -> None:
    lines = text(sample_report(), width).split("\n")
    head = next(one for one in lines if one.startswith("Tool"))
    row = next(one for one in lines if one.startswith("get_issue"))
    assert columns(head) == columns(row)
    ends = [found.end() for found in re.finditer(r"\S+", head)][-8:]
    assert [found.end() for found in re.finditer(r"\S+", row)][-8:] == ends


def test_of_a_long_list_the_worst_are_shown_and_the_rest_counted() -> None:
    tools = [scored(f"tool_{n}", n, purpose="4" if n % 2 else "1") for n in range(54)]
    rows = table(report_of(server_of(*tools)))
    assert [row[0] for row in rows[:20]] == [f"tool_{n}" for n in range(0, 40, 2)]
    assert " ".join(rows[20]) == "... 34 more tools in -o html or json"


def test_to_do_is_ordered_by_gain_with_words_and_place() -> None:
    report = one_server_report()
    poor = report.servers[0].tools[0]
    placed = replace(
        poor.score.dimensions[4],
        findings=tuple(
            f._replace(place=Place("tools.json", 4, 30)) for f in poor.score.dimensions[4].findings
        ),
    )
    tool = replace(poor, score=replace(poor.score, dimensions=(placed,)))
    shown = text(report_of(server_of(tool)))
    assert "+0.15  create_issue: drop the praise\n" in shown
    assert 'conciseness.marketing  "Powerful and easy"  tools.json:4:30\n' in shown
    gains = re.findall(r"^\+(\d\.\d\d)", text(report), re.MULTILINE)
    assert gains == sorted(gains, reverse=True)
    assert len(gains) == 8


def test_what_many_tools_lack_is_said_once() -> None:
    def lacking(name: str, index: int) -> ToolReport:
        asked = line("usage.when", "Says when", ("1", "-1"), note="say when to use it")
        return graded(Tool(name, index), [dimension("usage", "2", "otherwise", asked), *_others()])

    shown = text(report_of(server_of(*(lacking(f"tool_{n}", n) for n in range(5)))))
    assert shown.count("say when to use it") == 1
    assert "tool_0 and 4 more: say when to use it" in shown


def _others() -> list[DimensionScore]:
    return [dimension(d.key, "2", "otherwise") for d in RUBRIC.dimensions if d.key != "usage"]


def test_what_is_ignored_is_not_asked_for() -> None:
    assert "say it once" not in text(sample_report())


def test_remarks_without_a_price_are_listed_errors_first() -> None:
    shown = text(one_server_report(), 120)
    remarks = shown[shown.index("Findings outside the score") :].split("\n")[1:4]
    assert [one.split()[0] for one in remarks] == ["error", "error", "warning"]
    assert remarks[0] == "error    (no name, number 4): give it a name"


def test_a_sum_is_spelled_out() -> None:
    sums = {d.key: explain_sum(d) for d in one_server_report().servers[0].tools[0].score.dimensions}
    assert sums["purpose"] == (
        "4 = 2 otherwise + 1 starts with a verb + 0.5 says the scope (partly); 3.5 rounds to 4"
    )
    assert sums["usage"] == "1 = 2 otherwise - 1 says when to use it (no)"


def test_a_sum_says_what_cut_it() -> None:
    limited = one_server_report().servers[0].tools[2].score.dimensions[0]
    assert explain_sum(limited).endswith("; limited to 2: it repeats the name")
    low = dimension("usage", "1", "otherwise", line("a.b", "Is clear", ("1", "-3")))
    assert explain_sum(low) == "1 = 1 otherwise - 3 is clear (no); clamped to 1"


def test_a_source_that_failed_is_told_after_the_servers() -> None:
    assert text(sample_report()).endswith(
        "Not graded\n  npx broken-server: ended before it answered; see its last lines\n"
    )


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("3", "3"),
        ("3.50", "3.5"),
        ("-0.25", "-0.25"),
        ("0.3333", "0.333"),
        ("-0.0001", "0"),
        ("10", "10"),
    ],
)
def test_numbers_are_written_as_people_do(number: str, shown: str) -> None:
    assert points(Decimal(number)) == shown


def test_scores_have_one_decimal_even_where_it_is_nought() -> None:
    whole = server_of(scored("a", 0))
    score = replace(whole.tools[0].score, tdqs=Decimal(2))
    shown = text(report_of(replace(whole, tools=(replace(whole.tools[0], score=score),))))
    assert re.search(r"2\.0 +C", shown)
    assert (
        table(report_of(replace(whole, tools=(replace(whole.tools[0], score=score),))))[0][-3]
        == "2.0"
    )


def test_a_fix_is_never_worth_nothing() -> None:
    assert worth(Decimal("0.001")) == "+0.01"


@UNHURRIED
@given(ANY_TEXT, st.integers(1, 30))
def test_shortened_text_fits_and_begins_as_it_did(words: str, width: int) -> None:
    kept = cut_line(words, width)
    assert columns(kept) <= width
    assert words.startswith(kept.removesuffix("…") if kept != words else kept)
    assert columns(pad(words, width)) == width


@UNHURRIED
@given(ANY_TEXT, st.integers(10, 40))
def test_wrapped_text_fits_and_loses_no_word(words: str, width: int) -> None:
    lines = list(wrap(words, width, first="* ", rest="    "))
    assert all(columns(one) <= width for one in lines)
    assert "".join(
        "".join(one[2 if n == 0 else 4 :].split()) for n, one in enumerate(lines)
    ) == "".join(words.split())


def test_wide_and_combining_characters_take_their_columns() -> None:
    assert columns("削除") == 4
    assert columns("e\u0301") == 1
    assert cut_line("削除する", 5) == "削除…"
    assert list(wrap("削除する", 4)) == ["削除", "する"]


OBEYED = re.compile(r"^\s*::|##\[|##vso\[", re.MULTILINE)
COMMANDS = "::add-mask::x ##[error]y ::set-env ##vso[task]" + "a" * 90 + ":" * 90


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_a_command_to_the_runner_of_a_ci_job(width: int, tmp_path: Path) -> None:
    name = "::add-mask::x ##[error]"
    listed = {"tools": [{"name": name, "description": COMMANDS, "inputSchema": {}}]}
    (tmp_path / "tools.json").write_text(json.dumps({"server": name, **listed}))
    report = grade(read(str(tmp_path / "tools.json")), rubric())
    report = replace(
        report,
        errors=(SourceError(name, f"{COMMANDS}\n{COMMANDS}"),),
        missed=(COMMANDS,),
    )
    shown = text(report, width)
    assert ": :add-mask::x ## [error]" in shown
    assert not OBEYED.search(shown)
    assert [line for line in shown.splitlines() if columns(line) > width] == []


def test_one_tool_is_shown_in_full_and_nothing_else() -> None:
    report = one_server_report()
    tools = report.servers[0].tools
    shown = "".join(render(report, is_shown=lambda tool: tool is tools[0]))
    assert shown.startswith(f"{tools[0].tool.name}: ")
    for finding in tools[0].to_do():
        assert finding.check in shown
    assert not any(f"{tool.tool.name}:" in shown for tool in tools[1:])


def test_all_cuts_no_list() -> None:
    report = one_server_report()
    shown = "".join(render(report, width=200, everything=True))
    assert "... " not in shown.replace("'Call ... ", "").replace("'Use when ...", "")
    for tool in report.servers[0].tools:
        assert all(finding.check in shown for finding in tool.to_do())


def test_a_fix_for_several_tools_takes_one_line() -> None:
    shown = text(one_server_report(), 200)
    fixes = shown.partition("Fix first\n")[2].partition("\n\n")[0]
    checks = re.findall(r"^ {7}([a-z]+\.[a-z-]+)", fixes, re.MULTILINE)
    assert len(checks) == len(set(checks)) > 3


def test_it_ends_with_a_count_and_what_to_ask_next() -> None:
    last = text(one_server_report(), 200).splitlines()[-2:]
    assert re.fullmatch(r"\d+ errors?, .* open in \d+ tools.*", last[0])
    assert "--tool" in last[1]
    assert "--all" in last[1]
