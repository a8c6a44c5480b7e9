"""What a tool can do is read from its words as a careful reader would, and can be added up."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tools import rubric, server, text_at, view

from toolgrade.cli import cli
from toolgrade.files.shipped import FOLDER
from toolgrade.grading.grade import grade
from toolgrade.model import CATEGORIES, SEVERITIES, UNCLEAR, Risk
from toolgrade.outputs import sarif
from toolgrade.policy.rules import ACTIONS
from toolgrade.risk import classify
from toolgrade.risk.guide import guide
from toolgrade.risk.pages import page, topics
from toolgrade.risk.rules import load

HERE = Path(__file__).parents[1]
GROUPS = tomllib.loads((HERE / "risk" / "cases.toml").read_text(encoding="utf-8"))
CASES = [(group, case) for group, table in GROUPS.items() for case in table["cases"]]
ASIDE = {"says", "category", "level", "sure", "found", "not"}
RULES = tomllib.loads((FOLDER / "risk.toml").read_text(encoding="utf-8"))


def raw(case: dict[str, Any]) -> dict[str, Any]:
    name, description = case["says"]
    rest = {key: value for key, value in case.items() if key not in ASIDE}
    return {"name": name, "description": description, **rest}


@pytest.mark.parametrize(("group", "case"), CASES, ids=lambda value: str(value)[:70])
def test_a_tool_can_do_what_its_words_say(group: str, case: dict[str, Any]) -> None:
    risk = classify(view(raw(case)))
    why = [(reason.category, str(reason.points), reason.why) for reason in risk.reasons]
    assert risk.category == case["category"], (group, why)
    assert risk.level == case.get("level", risk.level), why
    assert risk.confidence == case.get("sure", risk.confidence), why
    assert list(risk.found) == case.get("found", list(risk.found)), why
    assert not set(risk.found) & set(case.get("not", ())), why


def test_there_are_cases_enough_of_negation_and_scope() -> None:
    assert len(CASES) >= 60


def proven(risk: Risk, tool: Any) -> None:
    """Assert that a risk can be added up and that its quotes are the definition's own words."""
    enough = load().found
    assert risk.found == tuple(c for c in reversed(CATEGORIES) if risk.sum_of(c) >= enough)
    assert risk.category == (risk.found[0] if risk.found else UNCLEAR)
    assert (risk.level is None) is (risk.category == UNCLEAR)
    quotes = [quote for reason in risk.reasons for quote in reason.quotes]
    quotes += [quote for _, quote in risk.contradictions]
    quotes += [risk.argued[1]] if risk.argued else []
    for quote in quotes:
        assert text_at(tool, quote.pointer)[quote.start : quote.end] == quote.text != ""


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=lambda value: str(value)[:70])
def test_the_sum_decides_and_every_word_is_the_definitions_own(case: dict[str, Any]) -> None:
    seen = view(raw(case))
    proven(classify(seen), seen.tool)


WORDS = st.sampled_from(
    "delete get run pay and or not never it will also the page, :  - . \n sql read-only of to that "  # noqa: SIM905 - read as one line
    "which Deletes tool order list cancel É 删 \u202e deleteItem".split(" ")
)


@given(
    text=st.lists(WORDS, max_size=25),
    name=st.lists(WORDS, max_size=4),
    hint=st.sampled_from([None, True, False]),
)
def test_whatever_the_words_the_sum_decides(
    text: list[str], name: list[str], *, hint: bool | None
) -> None:
    seen = view(
        {
            "name": "_".join(name) or "x",
            "description": " ".join(text),
            "annotations": {"readOnlyHint": hint},
            "inputSchema": {"properties": {"action": {"enum": ["get", *text]}}},
        }
    )
    proven(classify(seen), seen.tool)


@pytest.mark.parametrize(
    ("said", "hints", "notes"),
    [
        (
            "Create a page.",
            {"readOnlyHint": True},
            ["readOnlyHint is true, yet the text says 'create'"],
        ),
        (
            "Delete a page.",
            {"destructiveHint": False},
            ["destructiveHint is false, yet the text says 'delete'"],
        ),
        (
            "Get a page. An old copy is overwritten.",
            {"readOnlyHint": True},
            ["readOnlyHint is true, yet the text says 'is overwritten'"],
        ),
        (
            "Get a page and post it to the wall.",
            {"readOnlyHint": True},
            ["readOnlyHint is true, yet the text says 'post'"],
        ),
        (
            "Get a page. Writes it to disk.",
            {"readOnlyHint": True},
            ["readOnlyHint is true, yet the text says 'write'"],
        ),
        ("Search pages, merge results and drop duplicates.", {"readOnlyHint": True}, []),
        ("Does not delete a page.", {"readOnlyHint": True}, []),
        ("List deleted pages.", {"readOnlyHint": True}, []),
        ("Run a query.", {"readOnlyHint": True}, []),
        ("Delete a page.", {"destructiveHint": True}, []),
        ("Generate a chart.", {"readOnlyHint": True}, []),
    ],
)
def test_annotations_are_held_against_the_words(
    said: str, hints: dict[str, bool], notes: list[str]
) -> None:
    risk = classify(view({"name": "x", "description": said, "annotations": hints}))
    assert [note for note, _ in risk.contradictions] == notes


def test_a_rubric_that_sees_only_descriptions_still_tells_the_whole_risk() -> None:
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - beside the one it differs from

    tools = [{"name": "x", "inputSchema": {"properties": {"command": {"type": "string"}}}}]
    report = grade([server(tools)], Rubric.load("text-only"))
    risk = report.servers[0].tools[0].risk
    assert risk
    assert risk.category == "Execute"
    assert report.servers[0].risks() == {"Execute": 1}


def test_the_rules_are_whole() -> None:
    assert tuple(RULES["categories"]) == (*CATEGORIES, UNCLEAR)
    verbs = load().verbs
    for key in CATEGORIES:
        table = RULES["categories"][key]
        assert table["level"] in SEVERITIES
        assert all(verbs[verb].category == key for verb in table["weak"]), key
        assert all(verbs[verb].category == key for verb in table.get("also", ())), key
    for pair in RULES["pairs"]:
        assert {pair.get(key, "") for key in ("category", "promised", "looking")} <= {
            *CATEGORIES,
            "",
        }
    assert all(verb in verbs for verb in RULES["nouns"].values())
    for word_list in RULES["lexicons"].values():
        assert len(word_list) == len(set(word_list))


def test_every_level_that_can_be_reached_has_a_rule() -> None:
    reached = {(key, RULES["categories"][key]["level"]) for key in CATEGORIES}
    reached |= {(argument["category"], argument["level"]) for argument in RULES["levels"]}
    policy = {(c, level) for c, table in RULES["policy"].items() for level in table}
    assert policy == reached | {(UNCLEAR, "None")}
    assert {action for table in RULES["policy"].values() for action in table.values()} <= set(
        ACTIONS
    )


def test_every_category_is_explained_and_has_attacks_to_read_of() -> None:
    known = guide()
    for category in (*CATEGORIES, UNCLEAR):
        assert known.capability(category).rule
        assert known.reading(category)
    assert len({attack.id for attack in known.attacks}) == len(known.attacks)
    for attack in known.attacks:
        assert set(attack.categories) <= {*CATEGORIES, UNCLEAR}
        assert attack.source.startswith("https://")


@pytest.mark.parametrize("topic", topics())
def test_every_topic_has_a_page(topic: str) -> None:
    lines = list(page(topic))
    assert len(lines) >= 5
    assert CliRunner().invoke(cli, ["explain", topic]).stdout == "".join(f"{x}\n" for x in lines)


TWO = '{"tools": [{"name": "get_page"}, {"name": "delete_page"}]}'


@pytest.mark.parametrize(
    ("bar", "status", "named"),
    [("low", 1, "get_page, delete_page"), ("critical", 1, "delete_page"), (None, 0, "")],
)
def test_a_bar_on_risk_fails_the_run_and_names_the_tools(
    bar: str | None, status: int, named: str, tmp_path: Path
) -> None:
    (tmp_path / "t.json").write_text(TWO)
    argv = ["grade", str(tmp_path / "t.json"), "-o", "json:/dev/null"]
    done = CliRunner().invoke(cli, [*argv, *(("--fail-on-risk", bar) if bar else ())])
    assert done.exit_code == status
    assert named in done.stderr
    assert ("risk" in done.stderr) is bool(bar)


def test_an_unclear_tool_reaches_no_bar(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('{"tools": [{"name": "frobnicate"}]}')
    argv = ["grade", str(tmp_path / "t.json"), "-o", "json:/dev/null", "--fail-on-risk", "low"]
    assert CliRunner().invoke(cli, argv).exit_code == 0


def test_sarif_results_carry_the_risk_as_tags() -> None:
    report = grade([server([{"name": "delete_page"}])], rubric())
    text = "".join(sarif.render(report, {}))
    assert '"tags":["destructive","critical risk"]' in text


def measured() -> Any:
    spec = spec_from_file_location("risk_report", HERE / "benchmarks" / "risk.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_figures_are_those_of_the_rules_of_today() -> None:
    # The descriptions are other people's and not here: what needs them is held by the digest.
    made, kept = measured(), (HERE.parent / "reports" / "risk.md").read_text(encoding="utf-8")
    again = "tests/benchmarks/risk.py says how to measure again"
    assert f"digest `{made.digest()}`" in kept, again
    assert "\n".join(made.by_name()) in kept, again


def test_the_aims_are_met_by_name_alone() -> None:
    made = measured()
    found = [made.judged(row) for row in made.rows(HERE.parent / "reports/risk/labels.jsonl")]
    pairs = [(row["category"], risk.category) for row, risk in found]
    assert sum(a == b for a, b in pairs) / len(pairs) >= Decimal("0.85")
    assert made.macro_f1(pairs) >= Decimal("0.80")
    assert ("Destructive", "Read") not in pairs
    assert ("Financial", "Read") not in pairs


def test_a_tool_that_can_do_worse_than_before_is_named_first() -> None:
    from toolgrade.compare import compare  # noqa: PLC0415 - with what it writes
    from toolgrade.outputs.compared.terminal import render  # noqa: PLC0415 - as above

    before = [{"name": "list_a"}, {"name": "b", "description": "Get a page."}]
    after = [
        {"name": "list_a", "inputSchema": {"required": ["x"], "properties": {"x": {}}}},
        {"name": "b", "description": "Get a page. Also deletes it."},
    ]
    old, new = (grade([server(tools)], rubric()) for tools in (before, after))
    shown = "".join(render(compare(old, new)))
    assert shown.index("can do more than before") < shown.index("required parameter added")
    assert "Read → Destructive" in shown
    assert "can do more" not in "".join(render(compare(new, old)))
