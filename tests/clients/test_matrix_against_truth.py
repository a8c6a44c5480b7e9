"""The matrix says of each odd definition what the clients did with it when they were run."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tools import rubric, server

from toolgrade.clients import check_compatibility, clients, select_clients
from toolgrade.grading.grade import grade

if TYPE_CHECKING:
    from toolgrade.model import Obstacle, ServerReport

HERE = Path(__file__).parent
KEYS = {
    "typescript-sdk-1": "typescript-sdk",
    "python-sdk-2": "python-sdk",
    "claude-code": "claude",
    "gemini-cli": "gemini",
}
"""The tables whose clients have another key in the matrix."""
APART = {
    "typescript-sdk-2-modern": "sessions of 2026-07-28 are not in the matrix",
    "python-sdk-2-modern": "sessions of 2026-07-28 are not in the matrix",
    "openai-agents-strict": "a setting of openai-agents",
}
"""The tables without a row in the matrix, and why."""
EXCEPTIONS = {
    "meta-app-only": "meant so: the tool is for an app and not for the model",
    "root-snake-case-instead": "a file may be in the form of an API, not of a list",
}
EXCEPTIONS_OF = {
    ("langchain-anthropic", "root-one-of"): "dropped; refused only because no other tool is left",
    ("langchain-anthropic", "root-any-of"): "dropped; refused only because no other tool is left",
}
ORDER = ("kept", "lost", "refused", "list-lost")
"""A lost list outdoes a refused request: nothing of it is sent."""
TABLES = sorted(path for path in (HERE / "truth").glob("*.jsonl") if path.stem not in APART)


@cache
def definitions() -> dict[str, dict[str, Any]]:
    lines = (HERE / "definitions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = map(json.loads, lines)
    # A row with answers or omissions is about the answer around the list.
    return {row["id"]: row for row in rows if not {"answers", "omits"} & row.keys()}


@cache
def judge(name: str) -> ServerReport:
    """Return what all clients and frameworks make of a definition."""
    held = replace(server(definitions()[name]["tools"]), name="odd")
    asked = select_clients(["all", "frameworks"])
    return check_compatibility(grade([held], rubric()), asked).servers[0]


def list_obstacles(name: str, client: str) -> list[Obstacle]:
    """Return what was seen in a run of the client: what is only reported is not in the tables."""
    found = judge(name)
    assert found.clients is not None
    every = [*found.clients.obstacles, *(o for tool in found.tools for o in tool.clients or ())]
    return [o for o in every if o.client == client and o.basis == "run"]


def predict(name: str, client: str) -> str:
    effects = {o.effect.replace(" ", "-") for o in list_obstacles(name, client)}
    return max({"kept", *(effects & set(ORDER))}, key=ORDER.index)


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_the_matrix_agrees_with_a_run(table: Path) -> None:
    head, *rows = map(json.loads, table.read_text(encoding="utf-8").splitlines())
    key = KEYS.get(table.stem, table.stem)
    wrong = [
        f"{row['id']}: said {said}, was {row['outcome']} {row.get('why', '')[:80]}"
        for row in rows
        if row["id"] in definitions()
        and row["id"] not in EXCEPTIONS
        and (table.stem, row["id"]) not in EXCEPTIONS_OF
        and (said := predict(row["id"], key)) != row["outcome"]
    ]
    assert not wrong
    version = clients()[key].version
    assert version in head["versions"].values()


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_the_matrix_says_who_renames(table: Path) -> None:
    _, *rows = map(json.loads, table.read_text(encoding="utf-8").splitlines())
    key = KEYS.get(table.stem, table.stem)
    wrong = []
    for row in rows:
        tools = definitions().get(row["id"], {}).get("tools", [])
        if row["outcome"] == "kept" and len(tools) == len(row["tools"]) == 1:
            renamed = not row["tools"][0]["name"].endswith(str(tools[0].get("name")))
            found = list_obstacles(row["id"], key)
            said = any(o.effect == "renamed" or o.measure == "name-length" for o in found)
            if said != renamed:
                wrong.append(f"{row['id']}: {row['tools'][0]['name']}")
    assert not wrong


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_the_matrix_calls_nothing_degraded_that_arrives_as_it_was(table: Path) -> None:
    _, *rows = map(json.loads, table.read_text(encoding="utf-8").splitlines())
    key = KEYS.get(table.stem, table.stem)
    tried = any("call" in tool for row in rows for tool in row.get("tools", ()))
    # Not every run called the tools, and a long name is counted as renamed.
    unseen = {"name-length", *(() if tried else ("output-valid",))}
    wrong = []
    for row in rows:
        tools = row.get("tools", ())
        changed = any({"schema", "description", "call"} & tool.keys() for tool in tools)
        if row["id"] in definitions() and row["outcome"] == "kept" and not changed:
            found = list_obstacles(row["id"], key)
            said = [o.measure for o in found if o.effect == "degraded"]
            wrong += [f"{row['id']}: {measure}" for measure in said if measure not in unseen]
    assert not wrong
