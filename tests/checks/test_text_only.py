"""The text-only rubric: six components of the description, and nothing else of the definition."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tools import server

from toolgrade.cli import cli
from toolgrade.grading.grade import grade
from toolgrade.model import Report, Server, Source, Tool, ToolReport
from toolgrade.outputs import REPORTERS
from toolgrade.rubric import Rubric
from toolgrade.signals import signals
from toolgrade.view.frame import description_alone

COMPONENTS = ["purpose", "usage", "limitation", "parameters", "length", "examples"]
CITY = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}
TOLD = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "description": "The city, in English, as in 'Lyon'."},
        "days": {"type": "integer", "description": "How many days ahead, 1 to 7; 3 by default."},
    },
}


@cache
def rubric() -> Rubric:
    return Rubric.load("text-only")


def report(*tools: dict[str, Any]) -> Report:
    return grade([server(tools)], rubric())


def judged(description: str | None, schema: Any = None, **more: Any) -> dict[str, int]:
    """Return the six scores of a forecast tool with this description."""
    tool = {"name": "get_forecast", "description": description, "inputSchema": schema, **more}
    (found,) = report(tool).servers[0].tools
    assert found.score
    return {dimension.key: dimension.score for dimension in found.score.dimensions}


LEVELS: dict[str, list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("text_only_levels.toml").read_text(encoding="utf-8")
)
TEXTS = [level["text"] for levels in LEVELS.values() for level in levels]


@pytest.mark.parametrize("component", LEVELS)
def test_the_levels_of_the_paper(component: str) -> None:
    found = [judged(level["text"], CITY)[component] for level in LEVELS[component]]
    for score, level in zip(found, LEVELS[component], strict=True):
        assert score in level["scores"], level["text"]
    assert found == sorted(found)
    assert found[0] < 3 <= found[-1]


def test_a_smell_is_a_component_below_three() -> None:
    (tool,) = report({"name": "a", "description": LEVELS["length"][3]["text"]}).servers[0].tools
    assert tool.score
    below = [d.key for d in tool.score.dimensions if d.score < 3]
    assert list(tool.score.smells) == below
    assert "length" not in below


def test_no_description_is_every_smell() -> None:
    (tool,) = report({"name": "get_forecast", "inputSchema": TOLD}).servers[0].tools
    assert tool.score
    assert [d.score for d in tool.score.dimensions] == [1] * 6
    assert list(tool.score.smells) == COMPONENTS
    assert tool.score.flags == ("No Description",)


def test_a_parameter_explained_only_in_the_schema_is_unexplained() -> None:
    text = "Get the weather."
    assert judged(text, TOLD)["parameters"] == 1
    assert judged(f"{text}\n\ncity: name of the place\ndays: how far it reaches", TOLD) != judged(
        text, TOLD
    )
    assert Rubric.load("tdqs").sees == "definition"
    (whole,) = grade([server([{"name": "f", "description": text, "inputSchema": TOLD}])],
                     Rubric.load("tdqs")).servers[0].tools  # fmt: skip
    assert whole.score
    assert next(d.score for d in whole.score.dimensions if d.key == "parameters") >= 3


WORDS = st.text(max_size=60)


@settings(deadline=None, max_examples=60)
@given(
    words=st.lists(WORDS, min_size=3, max_size=3),
    text=st.sampled_from(TEXTS),
    hint=st.booleans(),
)
def test_nothing_but_the_description_counts(words: list[str], text: str, hint: bool) -> None:  # noqa: FBT001 - drawn
    schema = {
        "title": words[0],
        "properties": {
            "city": {"type": "string", "description": words[1]},
            "days": {"type": "integer", "title": words[2]},
        },
    }
    more = {
        "title": words[2],
        "annotations": {"readOnlyHint": hint, "title": words[0]},
        "outputSchema": {"type": "object", "description": words[1]},
    }
    assert judged(text, schema, **more) == judged(text, CITY)


def test_what_is_hidden_is_gone_at_any_depth_and_names_stay() -> None:
    (found,) = description_alone(
        server(
            [
                {
                    "name": "add",
                    "inputSchema": {
                        "description": "gone",
                        "required": ["title"],
                        "properties": {
                            "description": {"type": "string", "description": "gone"},
                            "title": {"items": {"anyOf": [{"title": "gone", "enum": ["a"]}]}},
                            "any": True,
                        },
                        "$defs": {"title": {"examples": ["gone"], "type": "null"}},
                    },
                }
            ]
        )
    ).tools
    assert found.input_schema == {
        "required": ["title"],
        "properties": {
            "description": {"type": "string"},
            "title": {"items": {"anyOf": [{"enum": ["a"]}]}},
            "any": True,
        },
        "$defs": {"title": {"type": "null"}},
    }


def test_what_was_not_seen_is_no_excuse_for_what_does_not_count() -> None:
    unknown = frozenset(
        ("/annotations", "/outputSchema", "/inputSchema/properties/city/description")
    )
    tool = Tool("get_forecast", description="Get the weather.", input_schema=CITY, unknown=unknown)
    (alone,) = description_alone(_server(tool)).tools
    assert not alone.unknown
    unseen = Tool("f", description="Get it.", unknown=frozenset(["/inputSchema", "/description"]))
    assert description_alone(_server(unseen)).tools[0].unknown == unseen.unknown
    (found,) = grade([_server(unseen)], rubric()).servers[0].tools
    assert found.signals is None


def _server(tool: Tool) -> Server:
    return Server("s", (tool,), Source("file", "path", "t.json"))


def test_the_report_is_on_the_whole_definition() -> None:
    raw = {"name": "f", "description": "Get the weather.", "inputSchema": TOLD, "title": "Forecast"}
    given_ = server([raw])
    (found,) = grade([given_], rubric()).servers[0].tools
    assert found.tool is given_.tools[0]
    assert found.signals == signals(found.tool)
    assert found.signals.schema_description_coverage == 100


def test_a_tool_without_parameters_may_say_so() -> None:
    text = "Get the forecast of the place where the server stands."
    assert judged(text)["parameters"] == 1
    said = f"{text} It takes no parameters, since the place never changes."
    assert judged(said)["parameters"] == 5
    # Where there are some, the words explain none.
    assert judged(said, CITY)["parameters"] < 3


PROSE = [text for text in TEXTS if "Args:" not in text]


@pytest.mark.parametrize("text", PROSE)
def test_saying_it_again_lifts_nothing(text: str) -> None:
    once, thrice = judged(text, CITY), judged(" ".join([text] * 3), CITY)
    assert all(thrice[key] <= once[key] for key in COMPONENTS)


def test_cue_words_without_content_lift_nothing() -> None:
    text = "Use when, instead, only for, at most, fails if, requires, returns, by default, example."
    assert max(judged(text, CITY).values()) < 3


def test_words_in_another_language_are_not_judged() -> None:
    found = judged("Liefert das Wetter einer Stadt, wie es die Stationen erwarten, und den Wind.")
    assert (found["purpose"], found["usage"], found["limitation"]) == (3, 2, 2)


@pytest.fixture
def three() -> Report:
    texts = ["Forecast", LEVELS["purpose"][2]["text"], LEVELS["length"][3]["text"]]
    return report(*({"name": f"get_{n}", "description": t} for n, t in enumerate(texts)))


def test_json_names_the_components(three: Report) -> None:
    text = "".join(REPORTERS["json"](three))
    document = json.loads(text)
    schema = files("toolgrade.outputs").joinpath("report.schema.json").read_text("utf-8")
    Draft202012Validator(json.loads(schema)).validate(document)
    keys = ["purpose_clarity", "usage_guidelines", "limitation", "parameter_semantics"]
    for tool in document["servers"][0]["tools"]:
        assert list(tool["scores"]) == list(tool["dimensions"]) == [*keys, "length", "examples"]
        assert set(tool["smells"]) <= set(tool["scores"])
        assert list(tool["expected"]) == [*tool["scores"], "tdqs"]


@pytest.mark.parametrize(
    ("width", "heads"),
    [
        (120, "Purpose Usage Limitation Parameters Length Examples Score Tier Risk"),
        (80, "Purp. Usage Limit. Param. Length Examp. Score Tier Risk"),
        (40, "Pu Us Li Pa Le Ex Score Tier"),
    ],
)
def test_the_terminal_has_a_column_for_each(three: Report, width: int, heads: str) -> None:
    from toolgrade.outputs.terminal import render  # noqa: PLC0415 - has options of its own

    lines = "".join(render(three, width=width)).split("\n")
    assert max(map(len, lines)) <= width
    (head,) = [line for line in lines if line.endswith(heads[-4:])]
    assert head.split()[-len(heads.split()) :] == heads.split()
    assert "TDQS" not in "".join(lines)
    rows = [
        line.split()
        for line in lines
        if line.startswith("get_") and "." in line and len(line.split()) > 8
    ]
    expected = {_name(tool): _points(tool) for tool in three.servers[0].tools}
    assert {row[0]: row[1:7] for row in rows} == expected


def _name(tool: ToolReport) -> str:
    return tool.tool.name or ""


def _points(tool: ToolReport) -> list[str]:
    return [str(d.score) for d in tool.score.dimensions] if tool.score else []


def test_markdown_and_html_promise_no_tdqs(three: Report) -> None:
    markdown = "".join(REPORTERS["markdown"](three))
    heads = "Purpose | Usage | Limitation | Parameters | Length | Examples | Score | Tier"
    assert f"| Tool, worst first | {heads} |" in markdown
    html = "".join(REPORTERS["html"](three))
    assert "Length &amp; Completeness" in html
    assert "they are not TDQS scores" in html
    assert "TDQS judge" not in html


def test_explain_knows_its_dimensions_and_prices() -> None:
    argv = ["explain", "--rubric", "text-only", "limitation"]
    page = CliRunner().invoke(cli, argv)
    assert page.exit_code == 0
    assert "Limitation (limitation), 17 % of the score" in page.stdout
    assert "behavior.bounds" in page.stdout
    page = CliRunner().invoke(cli, [*argv[:3], "behavior.bounds"])
    assert "Price: met +1, in Limitation (17 % of the score)\n" in page.stdout
