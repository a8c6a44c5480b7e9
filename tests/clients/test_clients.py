"""What clients take: every limit stops what it should and nothing else, and the matrix says so."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from tools import rubric, server

from toolgrade.clients import MEASURES, check_compatibility, clients, limits, select_clients
from toolgrade.clients.limits import notes
from toolgrade.clients.pages import page, topics
from toolgrade.gates.profiles import PROFILES, load, review_servers
from toolgrade.gates.tokens import count_tokens
from toolgrade.grading.grade import grade
from toolgrade.model import EFFECTS, InputError
from toolgrade.outputs import REPORTERS
from toolgrade.outputs.columns import columns
from toolgrade.outputs.matrix import build_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.clients.limits import Limit
    from toolgrade.model import Report

CASES = Path(__file__).parents[1] / "cases" / "clients.toml"
EXAMPLES = tomllib.loads(CASES.read_text(encoding="utf-8"))["example"]
SCHEMA = {"type": "object", "properties": {}}
SIZED = {"name", "description", "instructions", "tools"}


def examples(limit: Limit) -> list[dict[str, Any]]:
    """Return the examples of a limit: those of its value, or else those of its measure."""
    of_measure = [example for example in EXAMPLES if example["measure"] == limit.measure]
    exact = [example for example in of_measure if example.get("is") == limit.is_]
    return exact or [example for example in of_measure if "is" not in example]


def size(limit: Limit, example: Mapping[str, Any], more: int) -> dict[str, Any]:
    """Return an example that has as many of what is sized as a limit allows, and `more`."""
    around = (limit.client.prefix + limit.client.suffix).format(server="wiki")
    taken = len(around) if limit.measure == "name-length" else 0
    return {example["sized"]: limit.is_ - taken + more}


PAIRS = [
    pytest.param(
        limit,
        example.get("bad") or size(limit, example, 1),
        example.get("good") or size(limit, example, 0),
        id=f"{limit.client.key} {limit.measure} {number}",
    )
    for limit in limits()
    for number, example in enumerate(examples(limit))
    if not limit.like
]


def define(example: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tool of an example."""
    name, description = example.get("name", "get_page"), example.get("description", "Get a page.")
    many = {f"p{n}": example.get("each", {}) for n in range(example.get("many", 0))}
    tool = {
        "inputSchema": {"type": "object", "properties": example.get("props", many)},
        **(
            {"outputSchema": {"type": "object", "properties": example["out"]}}
            if "out" in example
            else {}
        ),
        **{key: value for key, value in example.items() if key.endswith("Schema")},
        "name": "n" * name if isinstance(name, int) else name,
        "description": "d" * description if isinstance(description, int) else description,
        **example.get("raw", {}),
    }
    for path in example.get("nulls", ()):
        *above, last = path.split(".")
        holder = tool
        for key in above:
            holder = holder.setdefault(key, {})
        holder[last] = None
    return tool


def report(example: Mapping[str, Any], *names: str) -> Report:
    """Return the report on an example's tool and server, with what these clients make of it."""
    siblings = [{"name": sibling, "inputSchema": SCHEMA} for sibling in example.get("siblings", ())]
    more = [{"name": f"get_{n}", "inputSchema": SCHEMA} for n in range(1, example.get("tools", 1))]
    instructions = "i" * example["instructions"] if "instructions" in example else None
    tools = [define(example), *siblings, *more]
    held = replace(server(tools), name="wiki", instructions=instructions)
    return check_compatibility(grade([held], rubric()), select_clients(names))


def stopped(judged: Report, client: str) -> set[str]:
    """Return the measures of a client that anything of the server passes."""
    found = judged.servers[0]
    assert found.clients is not None
    tools = [o for tool in found.tools for o in tool.clients or ()]
    return {o.measure for o in (*found.clients.obstacles, *tools) if o.client == client}


@pytest.mark.parametrize(("limit", "bad", "good"), PAIRS)
def test_a_limit_stops_what_it_should_and_nothing_else(
    limit: Limit, bad: dict[str, Any], good: dict[str, Any]
) -> None:
    client = limit.client.key
    assert limit.measure in stopped(report(bad, client), client)
    same = [x for x in limits() if x.client == limit.client and x.measure == limit.measure]
    if len(same) == 1:
        assert limit.measure not in stopped(report(good, client), client)


def test_every_limit_has_its_examples() -> None:
    assert all(examples(limit) for limit in limits())
    asked = {
        line["measure"]
        for name in PROFILES
        for line in load(name)["requirements"]
        if "measure" in line
    }
    assert set(MEASURES) == {x.measure for x in limits()} | asked
    assert all(set(e) <= {"measure", "is", "bad", "good"} or e["sized"] in SIZED for e in EXAMPLES)


def test_every_limit_has_a_source_and_a_date() -> None:
    for limit in limits():
        assert limit.effect in EFFECTS
        assert limit.level in {"error", "warning", "note"}
        assert urlsplit(limit.source).scheme == "https"
        assert limit.verified.year >= 2026


def test_a_clean_tool_is_taken_by_all() -> None:
    # Strict mode wants objects closed, which Kiro is said to refuse.
    names = [key for key in clients() if key != "openai-strict"]
    found = build_matrix(report({"inputSchema": SCHEMA}, *names).servers[0])
    assert found is not None
    assert (found.rows, found.fine, found.fixes) == ((), 1, ())
    assert set(found.server) == {"fine"}


def test_no_client_asked_is_no_matrix() -> None:
    judged = grade([server([{"name": "a.b"}])], rubric())
    assert build_matrix(judged.servers[0]) is None
    assert judged.servers[0].tools[0].clients is None


def test_a_finding_names_the_clients_and_what_happens() -> None:
    tool = report({"name": "page.get"}, "openai", "bedrock", "gemini").servers[0].tools[0]
    told = [f for f in tool.findings if f.check == "client.name-characters"]
    assert [f.level for f in told] == ["error"]
    assert told[0].note.endswith("(/name): refused in OpenAI, Amazon Bedrock")


def test_what_only_some_versions_refuse_is_a_note() -> None:
    example = next(e for e in EXAMPLES if e["measure"] == "declared-dialect")
    judged = report(example["bad"], "claude-desktop").servers[0]
    assert [f.level for f in judged.tools[0].findings if "client" in f.check] == ["note"]
    found = build_matrix(judged)
    assert found is not None
    assert found.server == ("doubtful",)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("cursr", "did you mean 'cursor'?"), ("Claude", "'claude'?"), ("zzz", "known are claude")],
)
def test_an_unknown_client_is_told_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(InputError, match="--clients: there is no client") as caught:
        select_clients([name])
    assert meant in str(caught.value)


def test_each_client_is_asked_once() -> None:
    assert [c.key for c in select_clients(["cursor", "openai", "cursor"])] == ["cursor", "openai"]
    every = [c.key for name in ("all", "frameworks") for c in select_clients([name])]
    assert every == list(clients())
    assert [c.key for c in select_clients(["all", "frameworks"])] == every


@pytest.mark.parametrize("format_", ["terminal", "html", "markdown", "json"])
def test_every_format_shows_the_matrix(format_: str) -> None:
    text = "".join(REPORTERS[format_](report({"name": "page.get"}, "openai", "cursor")))
    assert "names must match" in text
    assert "refused" in text
    assert "Cursor" in text or '"cursor":[]' in text


def test_the_matrix_keeps_to_the_width() -> None:
    from toolgrade.outputs.terminal import render  # noqa: PLC0415 - where it is used

    judged = report({"name": "p" * 100 + "\u001b[31m\u202e" + "界" * 40}, "all")
    judged = count_tokens(review_servers(judged, PROFILES))
    for width in (40, 80, 200):
        lines = "".join(render(judged, width=width)).splitlines()
        assert max(map(columns, lines)) <= width
        assert "\u001b" not in "".join(lines)


def test_the_json_says_what_stands_in_the_way() -> None:
    judged = json.loads("".join(REPORTERS["json"](report({"name": "p.q", "tools": 90}, "cursor"))))
    told = judged["servers"][0]
    assert [o["measure"] for o in told["clients"]["cursor"]] == ["tool-count"]
    assert told["tools"][0]["clients"] == {"cursor": []}


@pytest.mark.parametrize(
    "topic", ["client", *clients(), *(f"client.{x.measure}" for x in limits())]
)
def test_every_client_and_measure_has_a_page(topic: str) -> None:
    assert topic in topics()
    assert len(list(page(topic))) > 2


def test_a_version_newer_than_the_data_gets_a_notice_with_the_date() -> None:
    (notice,) = report({}, "claude@99.1").notices
    assert "what is known is of 2.1.197, 2026-11-30" in notice.text
    assert not report({}, "claude@2.1.3", "claude-desktop").notices
    (unknown,) = report({}, "cursor@1.0").notices
    assert "no one version" in unknown.text


def test_a_misspelt_group_gets_a_hint() -> None:
    with pytest.raises(InputError, match="did you mean 'frameworks'"):
        select_clients(["framework"])


@pytest.mark.parametrize(("key", "level"), [(None, "warning"), ("k" * 60, "error"), ("k", None)])
def test_a_name_that_only_its_prefix_makes_too_long_is_an_error_if_the_prefix_is_known(
    key: str | None, level: str | None
) -> None:
    named = replace(server([{"name": "get_page", "description": "Get a page."}]), name="s" * 60)
    report = check_compatibility(
        grade([replace(named, key=key)], rubric()), select_clients(["cursor"])
    )
    found = [f for f in report.servers[0].tools[0].findings if f.check == "client.name-length"]
    assert [finding.level for finding in found] == ([level] if level else [])


def test_a_name_that_is_too_long_without_a_prefix_is_an_error() -> None:
    long = server([{"name": "g" * 90, "description": "Get a page."}])
    report = check_compatibility(grade([long], rubric()), select_clients(["cursor"]))
    found = [f for f in report.servers[0].tools[0].findings if f.check == "client.name-length"]
    assert [finding.level for finding in found] == ["error"]


def test_what_no_measure_finds_is_a_note_on_the_clients_page() -> None:
    assert {"codex", "claude-web"} <= set(notes()) <= set(clients())
    for key, found in notes().items():
        shown = [*page(key)]
        for note in found:
            assert note.source.startswith("https://")
            assert f"    reported: {note.source}, {note.verified.isoformat()}" in shown
            assert note.text.split()[0] in " ".join(shown)
