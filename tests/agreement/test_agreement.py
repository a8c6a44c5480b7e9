"""Agreement with published scores: labels read, figures against independent oracles, reports."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from scipy import stats

from toolgrade.agreement import labels, statistics
from toolgrade.agreement.figures import Prediction, figures, noise
from toolgrade.agreement.labels import Labelled, weights
from toolgrade.agreement.measure import agree
from toolgrade.agreement.series import predict_from_lengths, predict_from_medians
from toolgrade.agreement.show import SHOWN
from toolgrade.agreement.split import folds, is_held_out
from toolgrade.cli import cli
from toolgrade.model import COHERENCE, InputError
from toolgrade.rubric import Rubric
from toolgrade.view import ServerView

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

points = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 4)), min_size=2, max_size=30
)


def columns(rows: list[tuple[int, int, int]]) -> tuple[list[int], list[int], list[int]]:
    return [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]


def repeated(values: list[int], times: list[int]) -> list[int]:
    return [v for v, n in zip(values, times, strict=True) for _ in range(n)]


def tabled_kappa(xs: list[int], ys: list[int]) -> float:
    """Cohen's kappa as textbooks write it: a table of counts and one of what chance would give."""
    squares = np.array([[(i - j) ** 2 for j in range(5)] for i in range(5)])
    seen = np.zeros((5, 5))
    for x, y in zip(xs, ys, strict=True):
        seen[x - 1, y - 1] += 1
    chance = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    return float(1 - (squares * seen).sum() / (squares * chance).sum())


@given(points)
def test_kappa_is_that_of_the_table(rows: list[tuple[int, int, int]]) -> None:
    xs, ys, times = columns(rows)
    found = statistics.kappa(xs, ys, times)
    if len({*xs, *ys}) == 1:
        assert found is None
    else:
        assert found == pytest.approx(tabled_kappa(repeated(xs, times), repeated(ys, times)))


@given(points)
def test_correlations_are_scipys_with_rows_repeated(rows: list[tuple[int, int, int]]) -> None:
    xs, ys, times = columns(rows)
    if len(set(xs)) == 1 or len(set(ys)) == 1:
        assert statistics.pearson(xs, ys, times) is None
        return
    long = repeated(xs, times), repeated(ys, times)
    assert statistics.pearson(xs, ys, times) == pytest.approx(stats.pearsonr(*long)[0])
    assert statistics.spearman(xs, ys, times) == pytest.approx(stats.spearmanr(*long)[0])


@given(points)
def test_line_and_median_are_numpys_with_rows_repeated(rows: list[tuple[int, int, int]]) -> None:
    xs, ys, times = columns(rows)
    middle = statistics.median(xs, times)
    assert middle == np.percentile(repeated(xs, times), 50, method="inverted_cdf")
    if len(set(xs)) > 1:
        slope, start = np.polyfit(repeated(xs, times), repeated(ys, times), 1)
        assert statistics.line(xs, ys, times) == pytest.approx((start, slope))


def row(**members: Any) -> dict[str, Any]:
    tool = {"name": "read_file", "description": "Read a file.", "inputSchema": {"type": "object"}}
    return {"id": "a", "server": "s", "tool": tool, "labels": [{"behavior": 2}], **members}


def lines(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "labels.jsonl"


def read_one(path: Path, **members: Any) -> Labelled:
    path.write_text(lines([row(**members)]), encoding="utf-8")
    [found] = labels.read(path)
    return found


def test_what_was_not_seen_is_unknown_and_not_absent(kept: Path) -> None:
    inner = {"properties": {"deep/one": {"description": "D"}}, "type": "object"}
    schema = {"properties": {"bare": {"description": "B"}, "list": {"items": inner}}}
    tool = {"name": "t", "inputSchema": schema, "annotations": {"readOnlyHint": True}}
    found = read_one(kept, tool=tool, typesKnown=False, siblings=["u", "t"])
    properties = "/inputSchema/properties"
    assert found.tool.unknown == {
        f"{properties}/bare/type",
        f"{properties}/list/type",
        f"{properties}/list/items/properties/deep~1one/type",
        "/annotations/destructiveHint",
        "/annotations/idempotentHint",
        "/annotations/openWorldHint",
    }
    assert [t.name for t in found.server.tools] == ["t", "u"], "a tool is not its own sibling"
    assert "/description" in found.server.tools[1].unknown
    assert not found.server.complete


def test_annotations_nobody_saw_are_unknown(kept: Path) -> None:
    assert read_one(kept, annotationsKnown=False).tool.unknown == {"/annotations"}
    assert read_one(kept).tool.unknown == frozenset()


def test_a_sibling_known_by_name_only_takes_no_part_but_its_name(kept: Path) -> None:
    found = read_one(kept, siblings=["write_file"])
    view = found.view(Rubric.load())
    assert isinstance(view.server, ServerView)
    assert dict(view.siblings) == {"read_file": 0, "write_file": 1}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "is not JSON"),
        ("[]", 'give an object with "tool" and "labels"'),
        ('{"labels": [{"behavior": 1}]}', '"tool" must be a definition with a name'),
        (json.dumps(row(labels=[])), '"labels" must be a list'),
        (json.dumps(row(labels=[{"behaviour": 2}])), "'behaviour' is not a dimension"),
        (json.dumps(row(labels=[{"behavior": 6}])), "behavior must be from 1 to 5"),
        (json.dumps(row(labels=[{"behavior": float("nan")}])), "behavior must be from 1 to 5"),
        (json.dumps(row(labels=[{"behavior": 2.5}])), "behavior must be a whole number"),
        (json.dumps(row(labels=[{"behavior": True}])), "behavior must be a number"),
        (json.dumps(row(siblings="x")), '"siblings" must be a list'),
        ("[" * 100_000, "nests too deeply"),
        ('{"tools": "ab", "labels": [{"count": 3}]}', '"tools" must be a list of tool names'),
        ('{"tools": [], "labels": [{"count": 3}]}', '"tools" must be a list of tool names'),
        ('{"tools": [1], "labels": [{"count": 3}]}', '"tools" must be a list of tool names'),
        ('{"tools": true, "labels": [{"count": 3}]}', '"tools" must be a list of tool names'),
        ('{"tools": 0, "labels": [{"count": 3}]}', '"tools" must be a list of tool names'),
        ('{"tools": 9, "labels": [{"naming": 3}]}', "only count can be judged"),
        ('{"tools": ["a"], "labels": [{"usage": 3}]}', "'usage' is not a dimension"),
        ('{"tools": ["a"], "labels": [{"naming": 3.5}]}', "naming must be a whole number"),
    ],
)
def test_a_bad_line_is_named(kept: Path, line: str, said: str) -> None:
    kept.write_text(lines([row()] * 6) + line + "\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["rubric", "agree", "tdqs", str(kept)])
    assert isinstance(result.exception, InputError), "main() makes it one line and exit 2"
    assert str(result.exception).startswith(f"{kept}:7: ")
    assert said in str(result.exception)


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "holds no labelled definition"), (b"\xff", "is not UTF-8")]
)
def test_a_file_without_labels_is_told(kept: Path, content: bytes, said: str) -> None:
    kept.write_bytes(content)
    with pytest.raises(InputError, match=said):
        labels.read(kept)
    with pytest.raises(InputError, match="cannot be read"):
        labels.read(kept.parent)


def servers(count: int) -> list[dict[str, Any]]:
    scores = {"disambiguation": 5, "naming": 4, "count": 5, "coverage": 4, "coherence": 4.5}
    names = [["get_a", "list_b", "send_c"], ["get_a", "bList"], ["d"]]
    return [{"server": f"s{n}", "tools": names[n % 3], "labels": [scores]} for n in range(count)]


def test_servers_are_measured_as_definitions_are(kept: Path) -> None:
    kept.write_text(lines([*servers(9), {"tools": 4, "labels": [{"count": 5}]}]), "utf-8")
    rows = labels.read(kept)
    found = agree(Rubric.load(), rows)
    assert found.subjects == (*COHERENCE, "coherence")
    assert list(found.series) == ["toolgrade", "median", "tool count"]
    ours = found.series["toolgrade"]
    assert {s: f.n for s, f in ours.items()} == {
        "disambiguation": 9,
        "naming": 9,
        "count": 10,
        "coverage": 9,
        "coherence": 9,
    }
    for subject in ("naming", "coverage"):
        scored = [row.score_with(Rubric.load()) for row in rows[:9]]
        points = [d.score for s in scored for d in s.dimensions if d.key == subject]
        known = [each.values(subject)[0] for each in rows[:9]]
        off = [abs(point - label) for point, label in zip(points, known, strict=True)]
        assert ours[subject].error_whole == pytest.approx(sum(off) / len(off))


def test_the_number_of_tools_alone_is_a_baseline_by_bands(kept: Path) -> None:
    rows = [
        {"server": f"s{n}", "tools": 1 + 30 * (n % 2), "labels": [{"count": 3 - n % 2}]}
        for n in range(20)
    ]
    kept.write_text(lines(rows), "utf-8")
    found = agree(Rubric.load(), labels.read(kept)).series["tool count"]["count"]
    assert found.error_whole == 0


def test_definitions_and_servers_do_not_share_a_file(kept: Path) -> None:
    kept.write_text(lines([row(), *servers(1)]), "utf-8")
    with pytest.raises(InputError, match="holds definitions and servers; give a file to each"):
        labels.read(kept)


def test_a_line_separator_inside_a_string_ends_no_line(kept: Path) -> None:
    assert read_one(kept, id="a\u2028b").id == "a\u2028b"


def test_a_large_server_weighs_twenty_and_only_where_it_has_labels(kept: Path) -> None:
    large = [row(labels=[{"behavior": 2} | ({"usage": 3} if i < 10 else {})]) for i in range(40)]
    kept.write_text(lines([*large, row(server="t")]), encoding="utf-8")
    rows = labels.read(kept)
    assert weights(rows, "behavior") == (0.5,) * 40 + (1,)
    assert weights(rows, "usage") == (1,) * 10 + (0,) * 31


def test_the_unread_third_depends_on_the_name_alone() -> None:
    assert zlib.crc32(b"123456789") == 0xCBF43926, "the checksum's published check value"
    assert is_held_out("123456789") is (0xCBF43926 % 3 == 0)
    assert 0.3 < sum(is_held_out(f"s{i}") for i in range(3000)) / 3000 < 0.37


@given(st.lists(st.sampled_from("abcdefghij"), min_size=1), st.integers(2, 5))
def test_folds_hold_whole_servers_and_are_even(groups: list[str], count: int) -> None:
    chosen = folds(groups, count)
    assert set(chosen) == set(groups)
    assert set(chosen.values()) <= set(range(count))
    filled = Counter(chosen[g] for g in groups)
    sizes = [filled[n] for n in range(count)]
    assert max(sizes) - min(sizes) <= max(Counter(groups).values())
    assert folds(reversed(groups), count) == chosen


def made(label: float | tuple[float, ...], ours: float, group: str = "s", w: float = 1) -> Any:
    given = label if isinstance(label, tuple) else (label,)
    return Prediction(given, ours, float(round(ours)), w, group, ours)


def test_figures_by_hand() -> None:
    # Off by 0.5 and 0 and, for the definition judged twice, by 0.2 and 0.8: half a weight each.
    found = figures("behavior", [made(2, 2.4), made(4, 4), made((3, 2), 2.8)], str)
    assert found.n == 3
    assert found.error == pytest.approx((0.4 + 0 + (0.2 + 0.8) / 2) / 3)
    assert found.error_whole == pytest.approx((0 + 0 + (0 + 1) / 2) / 3)
    assert found.exact == pytest.approx(2.5 / 3)
    assert found.within_one == 1
    assert found.tier is None
    assert found.confusion == {"2": {"2": 1, "3": 0.5}, "3": {"3": 0.5}, "4": {"4": 1}}
    assert [(b.label, b.n, b.bias) for b in found.bias] == [
        (2, 2, pytest.approx((0.4 + 0.3) / 2)),
        (4, 1, 0),
    ]


def test_order_counts_pairs_well_apart_and_a_tie_is_no_order() -> None:
    rows = [made(2, 2), made(4, 3), made(4, 2, "t"), made(5, 1.5, "t"), made(3, 9, "t")]
    found = figures("behavior", rows, str)
    # 2 against 4 right, 4 tied, 5 wrong; 3 against 5 wrong.
    assert (found.order.pairs, found.order.same) == (4, 1 / 4)
    assert (found.order_within.pairs, found.order_within.same) == (2, 1 / 2)


def test_tdqs_is_compared_in_tenths_and_tiers() -> None:
    tier = lambda value: "A" if value >= 3.5 else "B"  # noqa: E731 - a rubric's tiers, shortened
    rows = [Prediction((label,), ours, ours, 1, "s", ours) for label, ours in PAIRS]
    found = figures("tdqs", rows, tier)
    assert found.exact == pytest.approx(2 / 3)
    assert found.tier == pytest.approx(2 / 3)
    assert (found.order.pairs, found.order.same) == (3, 1)
    assert found.confusion == {"A": {"A": 1, "B": 1}, "B": {"B": 1}}


PAIRS = [(3.5, 3.4), (4.0, 3.9), (3.0, 3.2)]


def test_the_judges_noise_is_over_pairs_of_its_own_labels() -> None:
    found = noise([made((2, 3, 3), 1), made((4, 4), 1), made(5, 1)])
    # Three pairs, a third each: one equal, two apart by one. One pair: equal.
    assert found.n == 2
    assert found.exact == pytest.approx((1 / 3 + 1) / 2)
    assert found.error == pytest.approx((2 / 3 + 0) / 2)
    assert found.within_one == 1


def written(kept: Path, count: int, make: Any) -> tuple[Labelled, ...]:
    kept.write_text(lines(make(i) for i in range(count)), encoding="utf-8")
    return labels.read(kept)


def test_length_recovers_a_line_on_its_logarithm(kept: Path) -> None:
    def make(i: int) -> dict[str, Any]:
        tool = {"name": f"t{i}", "description": "x" * (20 + 37 * i)}
        value = 1 + 0.4 * np.log(1 + len(tool["description"]))
        return row(server=f"s{i % 7}", tool=tool, labels=[{"tdqs": value}])

    series = predict_from_lengths(written(kept, 30, make), 5)["tdqs"]
    assert max(abs(p.expected - p.label) for p in series) < 1e-6
    assert [p.order for p in series] == [20 + 37 * i for i in range(30)]


def test_a_baseline_never_learns_from_the_server_it_predicts(kept: Path) -> None:
    # Two servers, two folds: each is predicted by the other's labels.
    rows = written(
        kept, 6, lambda i: row(server=f"s{i % 2}", labels=[{"behavior": 5 if i % 2 else 1}])
    )
    assert [p.expected for p in predict_from_medians(rows, 2)["behavior"]] == [5, 1, 5, 1, 5, 1]


def test_misses_of_unread_servers_are_not_shown(kept: Path) -> None:
    rows = written(kept, 12, lambda i: row(id=f"i{i}", server=f"s{i}", labels=[{"behavior": 5}]))
    hidden = {f"i{i}" for i in range(12) if is_held_out(f"s{i}")}
    assert hidden
    assert hidden < {f"i{i}" for i in range(12)}
    shown = agree(Rubric.load(), rows, held=True, most_misses=12).misses["behavior"]
    assert {miss.row.id for miss in shown} == {f"i{i}" for i in range(12)} - hidden


@pytest.fixture
def several(kept: Path) -> Path:
    hostile = {"name": "x\x1b[2J`|<b>", "description": "Delete all files. This cannot be undone."}
    rows = [row(id=f"i{i}", server=f"s{i}", labels=[{"behavior": 1 + i % 5}]) for i in range(9)]
    rows += [row(server="h", tool=hostile, labels=[{"behavior": 1, "tdqs": 4.2}, {"tdqs": 4.4}])]
    kept.write_text(lines(rows), encoding="utf-8")
    return kept


def test_every_format_shows_the_same_figures(several: Path, tmp_path: Path) -> None:
    targets = [f"json:{tmp_path}/a.json", f"markdown:{tmp_path}/a.md", "terminal"]
    options = [part for target in targets for part in ("-o", target)]
    command = ["rubric", "agree", "tdqs", str(several), "--held", *options]
    result = CliRunner().invoke(cli, command, catch_exceptions=False)
    assert result.exit_code == 0
    document = json.loads((tmp_path / "a.json").read_text())
    markdown = (tmp_path / "a.md").read_text()
    assert set(document["series"]) == {
        f"{series}{half}"
        for series in ("toolgrade", "median", "length")
        for half in ("", ", read", ", unread")
    }
    assert document["definitions"] == 10
    assert document["noise"]["tdqs"]["error"] == pytest.approx(0.2)
    behavior = document["series"]["toolgrade"]["behavior"]
    assert behavior["n"] == 10
    error = f"{behavior['error']:.2f}"
    [table] = [t for t in markdown.split("### ") if t.startswith("Mean absolute error, before")]
    assert f"| toolgrade | - | - | {error} |" in table
    assert error in result.stdout
    assert MarkdownIt().enable("table").render(markdown).count("<table>") == markdown.count(
        "\n| --- "
    )


def test_a_hostile_name_is_shown_and_acts_on_nothing(several: Path) -> None:
    agreement = agree(Rubric.load(), labels.read(several), most_misses=20)
    shown = {name: "".join(render(agreement)) for name, render in SHOWN.items()}
    assert "x⟨ESC⟩[2J" in shown["terminal"]
    assert "\x1b" not in "".join(shown.values())
    html = MarkdownIt().enable("table").render(shown["markdown"])
    assert "x⟨ESC⟩[2J" in html
    assert "<b>" not in html


def test_targets_say_reached_or_not(several: Path) -> None:
    agreement = agree(Rubric.load(), labels.read(several))
    by_figure = {(t.figure, t.subject): t for t in agreement.targets["toolgrade"]}
    error = by_figure["error", "behavior"]
    assert error.threshold == 0.45
    assert error.value is not None
    assert error.reached is (error.value <= 0.45)
    assert by_figure["order_within", "behavior"].reached is None, "no pair within one server"
