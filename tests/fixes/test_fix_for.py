"""`toolgrade fix --for`: a list that every named client takes, and no loss that is not said."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from tools import rubric, server
from values import find_difference

from toolgrade.cli import cli
from toolgrade.clients import MEASURES, check_compatibility, select_clients
from toolgrade.clients.limits import limits
from toolgrade.fixes.adapt import HANDLED, HARD, adapt
from toolgrade.gates.pipeline import Request, run
from toolgrade.model import InputError

if TYPE_CHECKING:
    from toolgrade.fixes.adapt import Adapted
    from toolgrade.model import ServerReport

CLIENTS = Path(__file__).parents[1] / "clients"
ROWS = [
    row
    for line in (CLIENTS / "definitions.jsonl").read_text(encoding="utf-8").splitlines()
    # A row with answers or omissions is about the answer around the list.
    if not {"answers", "omits"} & (row := json.loads(line)).keys()
]
ALL = ("gemini", "openai", "llama-cpp", "claude", "portable")
NAMELESS = {"name-null", "name-number", "name-missing"}
"""What no fix can give: the name that the server answers to."""
TABLES = {
    "claude-code": "claude",
    "gemini-cli": "gemini",
    "typescript-sdk-1": "typescript-sdk",
    "codex": "codex",
    "opencode": "opencode",
}


@cache
def grade(name: str, clients: tuple[str, ...]) -> ServerReport:
    (tools,) = (row["tools"] for row in ROWS if row["id"] == name)
    held = replace(server(tools), name="odd")
    return run([held], rubric(), Request(clients=clients)).report.servers[0]


@cache
def fit(name: str, clients: tuple[str, ...]) -> Adapted:
    return adapt(grade(name, clients), select_clients(clients))


@pytest.mark.parametrize("name", [row["id"] for row in ROWS])
def test_every_client_takes_it_and_every_loss_is_said(name: str) -> None:
    done = fit(name, ALL)
    assert name in NAMELESS or not done.left
    for index, after in done.definitions.items():
        said = {loss.pointer for loss in done.losses.get(index, ())}
        if not any(pointer.startswith("/inputSchema") for pointer in said):
            before = grade(name, ALL).tools[index].tool.raw or {}
            schemas = (before.get("inputSchema"), after.get("inputSchema"))
            assert find_difference(*schemas, most=30) is None, schemas
        if "/name" not in said:
            assert after.get("name") == (grade(name, ALL).tools[index].tool.raw or {}).get("name")


@pytest.mark.parametrize("table", TABLES)
def test_what_a_client_lost_in_a_run_it_takes(table: str) -> None:
    _, *rows = map(
        json.loads, (CLIENTS / "truth" / f"{table}.jsonl").read_text("utf-8").splitlines()
    )
    key = TABLES[table]
    known = {row["id"] for row in ROWS} - NAMELESS
    lost = [r["id"] for r in rows if r["outcome"] != "kept" and r["id"] in known]
    assert len(lost) > 10
    for name in lost:
        done = fit(name, (key,))
        assert not done.left, name
        held = replace(server(done.definitions.values()), name="odd")
        graded = run([held], rubric(), Request()).report
        after = check_compatibility(graded, select_clients([key])).servers[0]
        assert after.clients is not None
        every = [*after.clients.obstacles, *(o for t in after.tools for o in t.clients or ())]
        assert not [o for o in every if o.effect in HARD], name


def test_a_schema_that_fits_is_left() -> None:
    for name in ("control", "control-two-tools", "control-rich"):
        done = fit(name, ALL)
        assert not done.losses
        raw = [tool.tool.raw for tool in grade(name, ALL).tools]
        assert list(done.definitions.values()) == raw


def test_each_measure_that_loses_a_tool_has_a_way() -> None:
    hard = {limit.measure for limit in limits() if limit.effect in HARD}
    of_tool = {measure for measure in hard if not MEASURES[measure].of_server}
    assert of_tool - HANDLED == set()


TOOL = {
    "name": "moor.boat",
    "description": "Moor a boat.",
    "inputSchema": {
        "type": "object",
        "oneOf": [{"required": ["name"]}, {"required": ["id"]}],
        "properties": {
            "name": {"type": "string", "pattern": "^(?!x)[a-z]+$"},
            "id": {"$ref": "#/$defs/Id"},
            "size": {"type": "integer", "exclusiveMinimum": 0},
        },
        "$defs": {"Id": {"type": "string", "pattern": "^\\d+$"}},
    },
}


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tools.json").write_text(json.dumps({"tools": [TOOL]}, indent="\t"))
    names = "gemini,llama.cpp,claude"
    done = CliRunner().invoke(cli, ["fix", "--for", names, "tools.json", "-o", "fixed.json"])
    assert done.exit_code == 0
    assert done.stdout == ""
    assert Path("fixed.json").read_text() == json.dumps(
        {
            "tools": [
                {
                    "name": "moor.boat",
                    "description": "Moor a boat. Give `name` or `id`.",
                    "inputSchema": {
                        "type": "object",
                        "properties": {
                            "name": {
                                "type": "string",
                                "description": "Matches the pattern `^(?!x)[a-z]+$`.",
                            },
                            "id": {"type": "string", "pattern": "^[0-9]+$"},
                            "size": {"type": "integer", "minimum": 1},
                        },
                    },
                }
            ]
        },
        indent="\t",
    )
    assert done.stderr.splitlines() == [
        "toolgrade: moor.boat /inputSchema/oneOf: oneOf is left out of the root (takes more)",
        (
            "toolgrade: moor.boat /inputSchema/properties/name/pattern: pattern is left out, and "
            "said in the description (takes more)"
        ),
        "toolgrade: 2 losses said above",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--for", "nobody", "tools.json"], "there is no client 'nobody'"),
        (["tools.json"], "Missing option '--for'"),
        (["--for", "gemini", "none.json"], "no such file"),
        (["--for", "gemini", "https://example.com/mcp"], "fix reads a saved list"),
        (["--for", "gemini", "."], "fix reads a saved list"),
        (["--for", "gemini", "tools.json", "-o", "tools.json"], "is read by this run"),
    ],
)
def test_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tools.json").write_text(json.dumps({"tools": [TOOL]}))
    done = CliRunner().invoke(cli, ["fix", *arguments])
    said = str(done.exception) if isinstance(done.exception, InputError) else done.output
    assert words in said
    assert done.exit_code
    assert json.loads(Path("tools.json").read_text()) == {"tools": [TOOL]}


def test_a_name_and_its_double() -> None:
    tools: list[Any] = [{"name": "a.b", "inputSchema": {"type": "object", "properties": {}}}]
    held = server([*tools, {**tools[0], "name": "a_b"}, {**tools[0], "name": "a_b"}])
    report = run([held], rubric(), Request(clients=("claude",))).report.servers[0]
    done = adapt(report, select_clients(["claude"]))
    assert [one["name"] for one in done.definitions.values()] == ["a.b", "a_b_2", "a_b_3"]
    assert not done.left
