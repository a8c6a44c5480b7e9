"""Ignores, bars and the baseline: what a report is held to once it is graded."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import rubric

from toolgrade.gates.baseline import compare_with_baseline, records
from toolgrade.gates.baseline_file import read, render_baseline
from toolgrade.gates.ignores import NOT_SELECTED, Ignore, apply_ignores, names
from toolgrade.gates.thresholds import check_thresholds
from toolgrade.grading.grade import grade
from toolgrade.inputs import read as read_source
from toolgrade.model import CoherenceScore, InputError, Report, Thresholds, walk_findings

SERVERS = Path(__file__).parents[1] / "servers"
CHECKS = sorted(names(rubric()))


@cache
def graded() -> Report:
    """Return a report with duplicate names, nameless tools and servers of one name."""
    files = ("example.json", "hostile.json", "notes.json", "several.json", "example.json")
    servers = [server for file in files for server in read_source(str(SERVERS / file))]
    return grade(servers, rubric())


def sums(coherence: CoherenceScore | None) -> Any:
    dimensions = coherence.dimensions if coherence else ()
    return [(d.score, d.expected, [f.delta for f in d.findings]) for d in dimensions]


def scores(report: Report) -> list[Any]:
    return [(s.score.headline(), sums(s.score.coherence), [t.score and
        (t.score.tdqs, t.score.expected,
        [(d.score, [f.delta for f in d.findings]) for d in t.score.dimensions])
        for t in s.tools]) for s in report.servers]  # fmt: skip


def states(report: Report) -> set[str | None]:
    found = {finding.state for _, _, finding in report.findings() if finding.level}
    return found | {tool.state for server in report.servers for tool in server.tools}


ignores = st.builds(
    Ignore,
    st.sampled_from(CHECKS),
    st.text(min_size=1),
    st.none() | st.sampled_from(["*", "*e*", "water_bed"]),
)


@given(st.lists(ignores, max_size=5), st.lists(st.sampled_from(CHECKS), max_size=3))
def test_ignoring_anything_changes_no_score(quiet: list[Ignore], select: list[str]) -> None:
    assert scores(apply_ignores(graded(), quiet, select)) == scores(graded())


@given(st.randoms(use_true_random=False))
def test_a_report_has_nothing_new_against_itself_in_whatever_order(random: Any) -> None:
    servers = [
        replace(server, tools=tuple(random.sample(server.tools, len(server.tools))))
        for server in graded().servers
    ]
    random.shuffle(servers)
    held = compare_with_baseline(
        replace(graded(), servers=tuple(servers)), records(graded()), "b.json"
    )
    assert states(held) == {"known"}
    assert held.notices == ()


def test_a_baseline_reads_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    text = "".join(render_baseline(records(graded()), graded().rubric, "0.1.0"))
    file.write_text(text)
    kept = [record for record in records(graded()) if record.tool or record.findings]
    assert Counter(read(file, graded().rubric)) == Counter(kept)
    backwards = "".join(render_baseline(records(graded())[::-1], graded().rubric, "0.1.0"))
    assert backwards == text


@pytest.mark.parametrize(
    ("ignore", "open_", "quiet"),
    [
        (Ignore("usage", "r"), "purpose.", "usage."),
        (Ignore("usage.exclusion", "r"), "usage.alternative", "usage.exclusion"),
        (Ignore("malformed", "r"), "usage.", "malformed."),
    ],
)
def test_an_ignore_covers_a_check_or_all_of_a_dimension(
    ignore: Ignore, open_: str, quiet: str
) -> None:
    found = [f for _, _, f in apply_ignores(graded(), [ignore]).findings() if f.level]
    assert {f.ignored for f in found if f.check.startswith(quiet)} == {"r"}
    assert {f.ignored for f in found if f.check.startswith(open_)} == {None}


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [("water_bed", {"water_bed"}), ("*_bed*", {"water_bed", "list_beds"}), ("water.bed", set())],
)
def test_an_ignore_is_for_the_tools_it_names(pattern: str, covered: set[str]) -> None:
    settled = apply_ignores(graded(), [Ignore("behavior", "r", pattern)])
    named = {tool.tool.name for _, tool, f in settled.findings() if tool and f.ignored}
    assert named == covered


@given(st.text("ab*", max_size=6), st.text("ab", max_size=8))
def test_a_pattern_matches_as_its_expression_would(pattern: str, name: str) -> None:
    tool = example().servers[0].tools[0]
    renamed = replace(tool, tool=replace(tool.tool, name=name))
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    expected = re.fullmatch(expression, name) is not None
    assert Ignore("usage", "r", pattern).covers(renamed, "usage", "usage.when") is expected


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    tool = example().servers[0].tools[0]
    renamed = replace(tool, tool=replace(tool.tool, name="a" * 5_000))
    assert not Ignore("usage", "r", "*a" * 200 + "*b").covers(renamed, "usage", "usage.when")


def test_what_is_not_selected_says_so() -> None:
    found = [f for _, _, f in apply_ignores(graded(), [], ["usage"]).findings() if f.level]
    assert {f.check.partition(".")[0] for f in found if not f.ignored} == {"usage"}
    assert {f.ignored for f in found} == {None, NOT_SELECTED}


def test_an_ignore_that_matches_nothing_is_told_with_its_place() -> None:
    gone = Ignore("usage", "r", "no_such_tool", "toolgrade.toml:7")
    (notice,) = apply_ignores(
        graded(), [gone, Ignore("usage", "r", None, "toolgrade.toml:9")]
    ).notices
    assert str(notice).startswith("toolgrade.toml:7: ")


@cache
def example() -> Report:
    return grade(read_source(str(SERVERS / "example.json")), rubric())


@pytest.mark.parametrize(
    ("bars", "says"),
    [
        (Thresholds(), []),
        (Thresholds(fail_under=Decimal(1)), []),
        (Thresholds(fail_under=Decimal(2)), ["1 tool is below 2: export_log 1.0"]),
        (
            Thresholds(fail_under=Decimal("3.1")),
            ["overall 3.0 is below 3.1", "2 tools are below 3.1: e"],
        ),
        (Thresholds(fail_on="error"), ["2 errors: export_log purpose.described ("]),
    ],
)
def test_bars_say_in_a_line_what_misses_them(bars: Thresholds, says: list[str]) -> None:
    lines = check_thresholds(example(), bars).missed
    assert [line.removeprefix("greenhouse: ")[: len(s)] for line, s in
            zip(lines, says, strict=True)] == says  # fmt: skip


def test_a_bar_on_warnings_counts_them_after_the_errors() -> None:
    report = example()
    (server,) = report.servers
    open_ = [f for tool in server.tools for f in tool.to_do()]
    open_ += [f for f in (*walk_findings(server.score.coherence), *server.findings) if f.is_open]
    count = sum(finding.level == "warning" for finding in open_)
    (line,) = check_thresholds(report, Thresholds(fail_on="warning")).missed
    assert f"2 errors, {count} warnings: export_log purpose.described (" in line


def test_what_has_no_score_reaches_no_bar() -> None:
    nameless = grade(read_source(str(SERVERS / "hostile.json")), rubric())
    unscored = [tool for server in nameless.servers for tool in server.tools if not tool.score]
    lines = check_thresholds(nameless, Thresholds(fail_under=Decimal(1))).missed
    assert bool(unscored) is any("(no score)" in line for line in lines)


def test_what_is_ignored_misses_no_bar() -> None:
    settled = apply_ignores(example(), [Ignore(name, "r") for name in CHECKS])
    assert check_thresholds(settled, Thresholds(fail_on="note")).missed == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "no such baseline; write it with --update-baseline"),
        ("", "is not a baseline"),
        ("[]", "is not a baseline"),
        ('{"tools": []}', "is not a baseline"),
        ("[" * 100_000, "is not a baseline"),
        ('{"schema": "toolgrade-baseline/9"}', "toolgrade-baseline/1; renew it with"),
        ('{"schema": "toolgrade-baseline/1"}', "was made with another rubric"),
        (
            '{"schema": "toolgrade-baseline/1", "rubric": {"name": "mine\\u001b", "digest": "f"}}',
            r"was made with another rubric, mine\x1b None (f), not tdqs",
        ),
        ('{"schema": "toolgrade-baseline/1", "rubric": {"digest": "DIGEST"}}', "is a damaged"),
        (
            '{"schema": "toolgrade-baseline/1", "rubric": {"digest": "DIGEST"}, "tools": 1}',
            "is a damaged baseline; renew it with --update-baseline",
        ),
    ],
)
def test_a_file_that_is_no_baseline_of_this_rubric_is_refused(
    tmp_path: Path, text: str | None, says: str
) -> None:
    file = tmp_path / "b.json"
    if text is not None:
        file.write_text(text.replace("DIGEST", rubric().stamp.digest))
    with pytest.raises(InputError) as caught:
        read(file, rubric().stamp)
    (line,) = str(caught.value).splitlines()
    assert says in line


def changed(data: dict[str, Any], tmp_path: Path, name: str = "tools.json") -> Report:
    file = tmp_path / name
    file.write_text(json.dumps(data))
    return grade(read_source(str(file)), rubric())


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("gain", "1e999999999"),
        ("gain", "1e99999999999999999999"),
        ("points", "NaN"),
        ("points", "-Infinity"),
        ("number", "1e999999999"),
        ("nth", "1e999999999"),
        ("tdqs", "9" * 400),
    ],
)
def test_a_number_no_baseline_holds_is_one_line(tmp_path: Path, key: str, number: str) -> None:
    file = tmp_path / "b.json"
    text = "".join(render_baseline(records(example()), example().rubric, "0.1.0"))
    file.write_text(re.sub(rf'"{key}": [^,}}]+', f'"{key}": {number}', text))
    with pytest.raises(InputError, match=r"^\S+: is a damaged baseline|: is not a baseline"):
        read(file, example().rubric)


def test_the_ratchet_from_one_edit_to_the_next(tmp_path: Path) -> None:
    data = json.loads((SERVERS / "example.json").read_text())
    before = records(changed(data, tmp_path))
    bars = Thresholds(fail_on="note", fail_under=Decimal(3))

    def held() -> Report:
        return check_thresholds(
            compare_with_baseline(changed(data, tmp_path), before, "b.json"), bars
        )

    assert held().missed == ()
    tools = {tool["name"]: tool for tool in data["tools"]}
    data["tools"].reverse()
    assert held().missed == ()
    # Mended: nothing is new, and some entries are stale.
    tools["delete_plan"]["annotations"]["readOnlyHint"] = False
    better = held()
    assert not any("agrees" in line or "below" in line for line in better.missed)
    assert "no longer occur" in better.notices[0].text
    # Spoilt: what was good is new, and the tool is below the bar.
    tools["list_beds"]["description"] = "Beds."
    worse = held()
    assert any("list_beds" in line and "new or worse" in line for line in worse.missed)
    assert any("1 tool is below 3: list_beds" in line for line in worse.missed)
    # What was known and low stays known: export_log has no description in all of this.
    assert not any("export_log" in line for line in worse.missed)


def test_a_tool_that_fell_with_no_finding_to_show_for_it_is_worse() -> None:
    before = [
        record._replace(tdqs=record.tdqs + Decimal("0.001"))
        if record.name == "list_beds"
        else record
        for record in records(example())
        if record.tdqs is not None or not record.tool
    ]
    held = compare_with_baseline(example(), before, "b.json")
    (line,) = check_thresholds(held, Thresholds(fail_on="note")).missed
    assert "1 tool has a lower score than in the baseline: list_beds " in line
    assert check_thresholds(held, Thresholds(fail_on="warning")).missed == ()


def test_a_tool_moved_to_another_server_is_still_known(tmp_path: Path) -> None:
    data = json.loads((SERVERS / "example.json").read_text())
    one = {**data, "serverInfo": {"name": "one"}, "tools": data["tools"][:3]}
    two = {**data, "serverInfo": {"name": "two"}, "tools": data["tools"][3:]}
    before = records(changed({"servers": [one, two]}, tmp_path))
    one["tools"], two["tools"] = two["tools"], one["tools"]
    after = compare_with_baseline(changed({"servers": [one, two]}, tmp_path), before, "b.json")
    assert {tool.state for server in after.servers for tool in server.tools} <= {"known", "worse"}
