"""A saved report is read back into the nouns it was written from, or refused in one line."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tools import rubric

from reports import one_server_report, sample_report
from toolgrade.grading.grade import grade
from toolgrade.inputs import read, read_side
from toolgrade.listing.report import UNREAD, report
from toolgrade.model import Finding, InputError, Place, Quote, Report, Source
from toolgrade.outputs.json import render

if TYPE_CHECKING:
    from collections.abc import Callable

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
THOUSANDTHS = st.integers(-9_000, 9_000).map(lambda n: Decimal(n) / 1000)
SERVERS = Path(__file__).parents[1] / "servers"


def written(found: Report) -> str:
    return "".join(render(found))


def unread(found: Report) -> Report:
    """A report as one knows it who has only the JSON: no definition, no failed source."""
    servers = []
    for server in found.servers:
        tools = tuple(
            replace(tool, tool=replace(tool.tool, unknown=tool.tool.unknown | UNREAD))
            for tool in server.tools
        )
        servers.append(replace(server, tools=tools))
    return replace(found, servers=tuple(servers), errors=())


FINDINGS = st.builds(
    Finding,
    ANY_TEXT,
    ANY_TEXT,
    st.none() | THOUSANDTHS,
    THOUSANDTHS,
    THOUSANDTHS,
    st.sampled_from(["error", "warning", "note"]),
    ANY_TEXT,
    st.lists(st.builds(Quote, ANY_TEXT, st.integers(0, 9), st.integers(9, 99), ANY_TEXT)).map(
        tuple
    ),
    st.none() | st.builds(Place, ANY_TEXT, st.integers(1, 9), st.integers(1, 9)),
    st.none() | ANY_TEXT,
)
SOURCES = st.sampled_from(["file", "stdin", "live"]).flatmap(
    lambda kind: st.one_of(
        st.builds(Source, st.just(kind), st.sampled_from(["path", "url"]), ANY_TEXT),
        st.builds(
            Source, st.just(kind), st.just("command"), st.lists(ANY_TEXT, min_size=1).map(tuple)
        ),
    )
)


@UNHURRIED
@given(ANY_TEXT, st.lists(FINDINGS, max_size=3).map(tuple), SOURCES)
@example("\ud800", (), Source("file", "path", "tools.json"))
def test_what_a_report_holds_survives_reading(
    words: str, findings: tuple[Finding, ...], source: Source
) -> None:
    made = one_server_report()
    server = made.servers[0]
    tool = server.tools[0]
    score = tool.score and replace(
        tool.score,
        tier=words,
        flags=(words,),
        dimensions=(replace(tool.score.dimensions[0], why=words, findings=findings),),
    )
    tool = replace(tool, tool=replace(tool.tool, name=words), score=score, findings=findings)
    named = replace(server.server, name=words, source=source, instructions=words)
    server = replace(server, server=named, findings=findings, tools=(tool, *server.tools[1:]))
    made = unread(replace(made, servers=(server,)))
    assert written(report(written(made), "it")) == written(made)


def everything() -> list[Report]:
    live = [grade(read(str(path)), rubric()) for path in sorted(SERVERS.glob("*.json"))]
    return [*live, sample_report()]


@pytest.mark.parametrize("made", everything(), ids=lambda made: made.servers[0].server.name)
def test_a_real_report_survives_reading(made: Report) -> None:
    assert written(report(written(unread(made)), "it")) == written(unread(made))


def test_what_a_report_does_not_hold_is_unknown_and_not_absent() -> None:
    read_back = report(written(unread(one_server_report())), "it")
    for tool in read_back.servers[0].tools:
        assert tool.tool.unknown >= UNREAD
        assert tool.tool.description is None


def at(data: Any, *path: Any) -> Any:
    for key in path:
        data = data[key]
    return data


def changed(*path: Any, to: Any) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        at(data, *path[:-1])[path[-1]] = to

    return change


TOOL = ("servers", 0, "tools", 0)
BROKEN: dict[str, Callable[[Any], None]] = {
    "no servers": lambda data: data.pop("servers"),
    "servers of words": changed("servers", to="none"),
    "a tool without a score": lambda data: at(data, *TOOL).pop("tdqs"),
    "a score in words": changed(*TOOL, "tdqs", to="5"),
    "a score beyond all": changed(*TOOL, "tdqs", to=10**40),
    "a level nobody knows": changed(
        *TOOL, "findings", to=[{"check": "a", "title": "a", "level": "fatal"}]
    ),
    "a negative index": changed(*TOOL, "index", to=-1),
    "true for a number": changed("servers", 0, "score", "toolCount", to=True),
    "a name that is a list": changed("servers", 0, "name", to=["a"]),
    "two places of a source": changed(
        "servers", 0, "source", to={"kind": "file", "path": "a", "url": "b"}
    ),
    "a rubric without a digest": lambda data: data["rubric"].pop("digest"),
}


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN)
def test_a_report_that_is_not_whole_is_refused(spoil: Callable[[Any], None]) -> None:
    data = json.loads(written(unread(one_server_report())))
    spoil(data)
    with pytest.raises(InputError, match=r"^it: is not a whole report; grade its source again"):
        report(json.dumps(data), "it")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999999999"])
def test_a_number_that_is_none_is_refused(number: str) -> None:
    text = written(unread(one_server_report())).replace('"meanTdqs":', f'"meanTdqs":{number},"x":')
    with pytest.raises(InputError, match="is not a whole report"):
        report(text, "it")


@pytest.mark.parametrize(
    "schema", ["toolgrade-report/2", "toolgrade-report/", "toolgrade-report/1x"]
)
def test_an_unknown_schema_is_refused_by_its_name(schema: str) -> None:
    with pytest.raises(InputError, match=f'schema "{schema}" is not known.*toolgrade-report/1;'):
        report(json.dumps({"schema": schema}), "it")


def test_the_report_of_a_run_that_failed_in_part_is_refused() -> None:
    assert sample_report().errors
    with pytest.raises(InputError, match="could not grade everything"):
        report(written(sample_report()), "it")


def test_a_dump_that_speaks_of_reports_is_a_dump(tmp_path: Path) -> None:
    dump = tmp_path / "tools.json"
    dump.write_text('{"tools": [{"name": "a", "description": "Reads a toolgrade-report/1."}]}')
    found = read_side(str(dump))
    assert isinstance(found, tuple)
    assert [tool.name for tool in found[0].tools] == ["a"]


def test_a_saved_report_is_known_by_what_it_is(tmp_path: Path) -> None:
    saved = tmp_path / "any-name.txt"
    saved.write_text(written(unread(one_server_report())))
    assert isinstance(read_side(str(saved)), Report)
    with pytest.raises(InputError, match="is a report of toolgrade's"):
        read(str(saved))
