"""How scores are spread: arithmetic by hand, sources of every kind, published figures beside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from toolgrade.agreement.distribution import (
    Distribution,
    distribution,
    files,
    read_published_figures,
    render_markdown,
    render_terminal,
    tables,
)
from toolgrade.cli import cli
from toolgrade.model import InputError
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from collections.abc import Mapping

# Two dimensions of equal weight, with nothing to add to their baselines: scores known beforehand.
RUBRIC = """
extends = "tdqs"
replaces = ["dimensions"]
name = "two"

[dimensions.talk]
title = "Talk"
question = "How many words?"
importance = "None."
weight = 50
anchors = {}
baseline = [{ when = "length > 5", score = 5 }, { when = "length > 2", score = 3 }, { score = 1 }]
checks.described = { title = "Never said", cues = ["xyzzy plugh"] }

[dimensions.slots]
title = "Slots"
question = "Any parameter?"
importance = "None."
weight = 50
anchors = {}
baseline = [{ when = "param_count > 0", score = 4 }, { score = 2 }]
checks = {}
"""
SCHEMA = {"type": "object", "properties": {"page": {"type": "string"}}}
THREE = [
    # talk 5, slots 4: 4.5, tier A
    {"name": "get_page", "description": "Get one page of the wiki.", "inputSchema": SCHEMA},
    # talk 3, slots 2: 2.5, tier C
    {"name": "list_pages", "description": "List all pages."},
    # talk 1, slots 2: 1.5, tier D
    {"name": "drop", "description": "Drop"},
]


@pytest.fixture
def two(tmp_path: Path) -> Rubric:
    path = tmp_path / "two.toml"
    path.write_text(RUBRIC)
    return Rubric.load(str(path))


def saved(path: Path, tools: Any) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"tools": tools}))
    return str(path)


def close(found: Mapping[str, float]) -> Any:
    return pytest.approx(found)


def test_the_arithmetic_by_hand(two: Rubric, tmp_path: Path) -> None:
    found = distribution(two, [saved(tmp_path / "a.json", THREE)])
    assert (found.tools, found.servers, found.left_out) == (3, 1, 0)
    assert found.mean == pytest.approx((4.5 + 2.5 + 1.5) / 3)
    assert found.median == 2.5
    assert found.smelly == pytest.approx(100 * 2 / 3)
    third = 100 / 3
    assert found.tiers == close({"A": third, "B": 0, "C": third, "D": third, "F": 0})
    talk, slots = found.dimensions["talk"], found.dimensions["slots"]
    assert list(found.dimensions) == ["talk", "slots"]
    assert (talk.mean, talk.below, talk.at, talk.above) == pytest.approx((3, third, third, third))
    assert (slots.mean, slots.below) == pytest.approx((8 / 3, 2 * third))
    assert (slots.at, slots.above) == pytest.approx((0, third))
    assert found.flags == {}


def test_every_tool_weighs_the_same_whatever_its_server(two: Rubric, tmp_path: Path) -> None:
    saved(tmp_path / "servers" / "b.json", THREE[:1])
    saved(tmp_path / "servers" / "deep" / "a.json", THREE[1:])
    together = distribution(two, [saved(tmp_path / "all.json", THREE)])
    apart = distribution(two, [str(tmp_path / "servers")])
    assert (together.servers, apart.servers) == (1, 2)
    assert apart.dimensions == together.dimensions
    assert apart.tiers == together.tiers


def test_a_folder_is_its_json_files_by_path(tmp_path: Path) -> None:
    for name in ("b.json", "a/z.json", "a/y.json", "a/notes.txt"):
        saved(tmp_path / name, [])
    below = [Path(f).relative_to(tmp_path).as_posix() for f in files([str(tmp_path)])]
    assert below == ["a/y.json", "a/z.json", "b.json"]
    assert list(files(["gone.json", "-"])) == ["gone.json", "-"]


def test_what_gives_no_tool_is_counted_and_left_out(two: Rubric, tmp_path: Path) -> None:
    folder = tmp_path / "servers"
    saved(folder / "a.json", [*THREE, {"description": "Has no name."}])
    (folder / "broken.json").write_text('{"tools": [')
    saved(folder / "nameless.json", [{"description": "Has no name."}])
    found = distribution(two, [str(folder)])
    assert (found.tools, found.servers, found.left_out) == (3, 1, 2)
    assert "Left out, because no tool could be read: 2." in "".join(render_terminal(found))
    with pytest.raises(InputError, match="no tool could be judged"):
        distribution(two, [str(folder / "nameless.json")])


def test_flags_are_counted_by_tool(tmp_path: Path) -> None:
    tools = [{"name": "get_page", "description": "Get a page."}, {"name": "a"}, {"name": "b"}]
    tools += [{"name": "c", "description": "C"}]
    found = distribution(Rubric.load("tdqs"), [saved(tmp_path / "a.json", tools)])
    assert found.flags == {"No Description": 50, "Tautological Description": 25}


@pytest.fixture
def shown(tmp_path: Path) -> dict[str, Distribution]:
    source = saved(tmp_path / "a.json", THREE)
    return {name: distribution(Rubric.load(name), [source]) for name in ("tdqs", "text-only")}


def test_published_figures_stand_beside_ours(shown: dict[str, Distribution]) -> None:
    table, whole = tables(shown["tdqs"], read_published_figures("tdqs"))
    assert table.header == (
        "",
        "mean",
        "published",
        "below 3, %",
        "published",
        "3, %",
        "above 3, %",
    )
    cells = {row[0]: row for row in table.rows}
    assert cells["behavior"][2] == "2.90"
    assert cells["behavior"][4] == "46.1"
    assert ("tools", "3", "228369") in whole.rows
    assert {row[0]: row[2] for row in whole.rows}["tier A, %"] == "54.1"

    table, whole = tables(shown["text-only"], read_published_figures("text-only"))
    assert table.header[:2] == ("", "mean")
    assert table.header.count("published") == 3
    assert dict(zip(table.header, table.rows[2], strict=True))["published"] == "4.8"
    assert {row[0]: row[2] for row in whole.rows}["a smell or more, %"] == "97.1"
    assert "Score, mean" in {row[0] for row in whole.rows}


def test_nothing_is_beside_a_rubric_that_follows_no_judge(two: Rubric, tmp_path: Path) -> None:
    found = distribution(two, [saved(tmp_path / "a.json", THREE)])
    table, whole = tables(found, read_published_figures("two"))
    assert "published" not in table.header
    assert {row[2] for row in whole.rows} == {"-"}
    assert "Published" not in "".join(render_terminal(found))


@pytest.mark.parametrize("name", ["tdqs", "text-only"])
def test_what_was_published_fits_its_rubric(name: str) -> None:
    rubric, known = Rubric.load(name), read_published_figures(name)
    assert known["source"]
    assert list(known["dimensions"]) == [d.key for d in rubric.stamp.dimensions]
    for spread in known["dimensions"].values():
        if "above" in spread:
            assert sum(spread[part] for part in ("below", "at", "above")) == pytest.approx(100)
    if "tiers" in known:
        assert set(known["tiers"]) == set(rubric.tiers)
        assert sum(known["tiers"].values()) == pytest.approx(100)
    flags = {q.price.flag for rules in rubric.dimensions for q in rules.questions}
    assert set(known.get("flags", ())) <= flags


def test_markdown_holds_two_tables(shown: dict[str, Distribution]) -> None:
    for found in shown.values():
        text = "".join(render_markdown(found))
        tokens = MarkdownIt("commonmark").enable("table").parse(text)
        assert sum(token.type == "table_open" for token in tokens) == 2


def test_the_command_writes_what_it_is_asked_for(tmp_path: Path) -> None:
    source, out = saved(tmp_path / "a.json", THREE), tmp_path / "spread.md"
    argv = ["rubric", "spread", "text-only", source, "-o", "terminal", "-o", f"markdown:{out}"]
    done = CliRunner().invoke(cli, argv, catch_exceptions=False)
    assert done.exit_code == 0
    assert done.stdout.startswith("Rubric text-only 1 (")
    assert "over 3 tools of 1 server." in done.stdout
    assert "limitation" in done.stdout
    assert out.read_text().count("###") == 2
