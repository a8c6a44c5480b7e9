from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reports import WEIGHTS, empty_report, one_server_report, sample_report
from toolgrade.cli.writing import FORMATS
from toolgrade.model import DIMENSIONS, Finding, Quote, Report, Server, Source, Tool
from toolgrade.outputs import REPORTERS
from toolgrade.outputs.json import render, signals_json
from toolgrade.signals import signals

SCHEMA = json.loads(files("toolgrade.outputs").joinpath("report.schema.json").read_text("utf-8"))
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
REPORTS = {
    "two servers": sample_report,
    "one server": one_server_report,
    "no server": empty_report,
}


def read(report: Report) -> Any:
    return json.loads("".join(render(report)), parse_float=Decimal)


def closed(schema: Any) -> Any:
    """The schema with every object closed, as this version of the report has it."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items() if key not in {"if", "then"}}
    inner.pop("else", None)
    if "properties" in schema and "additionalProperties" not in schema:
        inner["additionalProperties"] = False
    return inner


def opened(value: Any, key: str = "") -> Any:
    """A report that gained a field in every object but the maps whose keys are dimensions."""
    if isinstance(value, list):
        return [opened(item) for item in value]
    if not isinstance(value, dict):
        return value
    grown = {name: opened(item, name) for name, item in value.items()}
    return grown if key in {"scores", "expected", "dimensions"} else {**grown, "gained": {"a": 1}}


@pytest.mark.parametrize("make", REPORTS.values(), ids=REPORTS.keys())
def test_every_report_is_valid_and_has_no_other_field(make: Any) -> None:
    report = json.loads("".join(render(make())))
    Draft202012Validator(SCHEMA).validate(report)
    Draft202012Validator(closed(SCHEMA)).validate(report)


def test_the_schema_is_one_and_accepts_a_newer_report() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(opened(json.loads("".join(render(sample_report())))))


@pytest.mark.parametrize("key", ["tdqs", "scores", "dimensions", "origin", "risk"])
def test_the_schema_misses_a_field_that_is_not_there(key: str) -> None:
    report = json.loads("".join(render(sample_report())))
    del report["servers"][0]["tools"][0][key]
    assert not Draft202012Validator(SCHEMA).is_valid(report)


def test_the_schema_refuses_a_named_tool_without_scores() -> None:
    report = json.loads("".join(render(sample_report())))
    report["servers"][0]["tools"][0]["scores"] = None
    assert not Draft202012Validator(SCHEMA).is_valid(report)


def tools(report: Any) -> list[Any]:
    return [tool for server in report["servers"] for tool in server["tools"]]


def test_every_sum_can_be_done_again() -> None:
    scored = [tool for tool in tools(read(sample_report())) if tool["scores"]]
    assert len(scored) == 5
    weights = {DIMENSIONS[key]: weight for key, weight in WEIGHTS.items()}
    for tool in scored:
        for key, dimension in tool["dimensions"].items():
            total = dimension["baseline"] + sum(f["delta"] for f in dimension["findings"])
            if dimension["limit"]:
                total = min(total, dimension["limit"]["cap"])
            assert dimension["expected"] == min(max(total, 1), 5) == tool["expected"][key]
            assert dimension["score"] == tool["scores"][key]
        tdqs = sum(weights[key] * score for key, score in tool["scores"].items())
        assert abs(tool["tdqs"] - tdqs) <= Decimal("0.05")
        expected = sum(weights[key] * tool["expected"][key] for key in weights)
        assert abs(tool["expected"]["tdqs"] - expected) <= Decimal("0.0005")


def test_dimensions_stand_in_the_order_of_tdqs() -> None:
    for tool in tools(read(sample_report())):
        if tool["scores"]:
            assert list(tool["scores"]) == list(tool["dimensions"]) == list(DIMENSIONS.values())


def test_a_nameless_tool_stands_at_its_place_without_scores() -> None:
    tool = read(sample_report())["servers"][0]["tools"][3]
    assert tool["index"] == 3
    absent = ("name", "tdqs", "tier", "scores", "expected", "contextSignals")
    assert [tool[key] for key in absent] == [None] * len(absent)
    assert [finding["check"] for finding in tool["findings"]] == ["malformed.nameless"]


def test_what_does_not_apply_is_left_out() -> None:
    checks = {f.check for _, _, f in sample_report().findings() if f.share is None}
    assert checks == {"usage.steering"}
    assert "usage.steering" not in "".join(render(sample_report()))


def test_an_unpriced_remark_stays_whatever_its_share() -> None:
    report = one_server_report()
    remark = Finding(
        "client.names", "Fits", None, Decimal(0), Decimal(0), "warning", "shorten", (), None
    )
    server = replace(report.servers[0], findings=(remark,))
    [found] = read(replace(report, servers=(server,)))["servers"][0]["findings"]
    assert (found["check"], found["share"], found["level"]) == ("client.names", None, "warning")


def test_a_limit_says_what_it_cut_and_why() -> None:
    limits = [
        dimension["limit"]
        for tool in tools(read(sample_report()))
        for dimension in tool["dimensions"].values()
        if dimension["limit"]
    ]
    assert limits == [{"cap": 2, "why": "it repeats the name"}]


@pytest.mark.parametrize(
    ("source", "key", "value"),
    [
        (Source("file", "path", "a/tools.json"), "path", "a/tools.json"),
        (Source("live", "url", "https://x.test/?key=***"), "url", "https://x.test/?key=***"),
        (Source("live", "command", ("uvx", "a")), "command", ["uvx", "a"]),
    ],
)
def test_a_source_has_its_own_key(source: Source, key: str, value: Any) -> None:
    report = one_server_report()
    server = replace(report.servers[0], server=Server("s", (), source), tools=())
    document = read(replace(report, servers=(server,)))
    assert document["servers"][0]["source"] == {"kind": source.kind, key: value}
    Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(document, default=float)))


def test_a_tool_stands_on_a_line_of_its_own() -> None:
    text = "".join(render(sample_report()))
    assert text.endswith("}\n")
    lines = text.splitlines()
    names = [json.loads(line.rstrip(","))["name"] for line in lines if '"index":' in line]
    assert names == [tool["name"] for tool in tools(read(sample_report()))]


def test_the_same_report_gives_the_same_bytes_in_chunks_of_one_tool() -> None:
    chunks = list(render(sample_report()))
    assert chunks == list(render(sample_report()))
    assert max(chunk.count('"contextSignals"') for chunk in chunks) == 1


def test_no_encoding_and_no_terminal_is_hurt() -> None:
    text = "".join(render(sample_report()))
    assert text.isascii()
    assert text.replace("\n", "").isprintable()


@UNHURRIED
@given(st.text(st.characters(), min_size=1))
def test_quoted_words_read_back_exactly(words: str) -> None:
    report = one_server_report()
    quote = Quote("/description", 0, len(words), words)
    finding = report.servers[0].tools[0].to_do()[0]._replace(quotes=(quote,))
    server = replace(report.servers[0], tools=(), findings=(finding,))
    [found] = read(replace(report, servers=(server,)))["servers"][0]["findings"]
    assert found["quotes"] == [
        {"pointer": "/description", "start": 0, "end": len(words), "text": words}
    ]


@UNHURRIED
@given(st.decimals(-5, 5, places=3))
def test_decimals_keep_their_digits(delta: Decimal) -> None:
    report = one_server_report()
    finding = report.servers[0].tools[0].to_do()[0]._replace(delta=delta)
    server = replace(report.servers[0], tools=(), findings=(finding,))
    [found] = read(replace(report, servers=(server,)))["servers"][0]["findings"]
    assert found["delta"] == delta


def test_signals_are_spelled_as_tdqs_spells_them() -> None:
    tdqs = pytest.importorskip("tdqs")
    schema = {"type": "object", "properties": {"a": {"enum": [1]}}, "required": ["a"]}
    annotations = {"readOnlyHint": True, "openWorldHint": False}
    definition = tdqs.ToolDefinition(name="a", input_schema=schema, annotations=annotations)
    ours = signals(Tool("a", input_schema=schema, annotations=annotations))
    assert signals_json(ours) == tdqs.compute_context_signals(definition).model_dump()


def test_signals_are_part_of_a_valid_report() -> None:
    report = one_server_report()
    tool = replace(report.servers[0].tools[0], signals=signals(report.servers[0].tools[0].tool))
    server = replace(report.servers[0], tools=(tool,))
    document = json.loads("".join(render(replace(report, servers=(server,)))))
    Draft202012Validator(closed(SCHEMA)).validate(document)
    assert document["servers"][0]["tools"][0]["contextSignals"]["paramCount"] == 3


def test_the_formats_are_named_as_the_command_line_names_them() -> None:
    assert tuple(REPORTERS) == FORMATS
    assert "".join(REPORTERS["json"](sample_report())) == "".join(render(sample_report()))


def test_a_json_report_costs_no_template_engine() -> None:
    heavy = ("jinja2", "pydantic", "jsonschema", "mcp", "click")
    program = (
        "import sys; from toolgrade.outputs import REPORTERS, json;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"
