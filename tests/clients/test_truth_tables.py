"""The stored truth tables are whole: a header, a row for every definition, outcomes that are known.

`python tests/benchmarks/client_truth.py` writes them.
"""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CLIENTS = tomllib.loads(
    (HERE.parent / "benchmarks" / "client_drivers" / "clients.toml").read_text(encoding="utf-8")
)
OUTCOMES = {"kept", "lost", "list-lost", "refused"}
TOOL_KEYS = {"name", "description", "schema", "strict", "call"}


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


DEFINITIONS = {row["id"]: row for row in read_lines(HERE / "definitions.jsonl")}
TABLES = {path.stem: read_lines(path) for path in sorted((HERE / "truth").glob("*.jsonl"))}


def test_definitions_say_what_is_odd() -> None:
    assert len(DEFINITIONS) == len(read_lines(HERE / "definitions.jsonl"))
    for name, row in DEFINITIONS.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert set(row) <= {"id", "odd", "tools", "answers", "omits"}
        assert row["odd"]
        assert row["tools"]


def test_at_least_twelve_clients_have_a_table() -> None:
    assert len({tuple(sorted(rows[0]["versions"])) for rows in TABLES.values()}) >= 12
    assert set(TABLES) <= set(CLIENTS)


@pytest.mark.parametrize("name", TABLES)
def test_a_header_names_client_versions_date_and_command(name: str) -> None:
    header = TABLES[name][0]
    assert set(header) == {"client", "versions", "date", "command"}
    assert header["client"] == name
    assert header["command"] == f"python tests/benchmarks/client_truth.py --only {name}"
    assert date.fromisoformat(header["date"]).year >= 2026
    assert all(re.match(r"\d", version) for version in header["versions"].values())
    pins = [
        re.split("==|(?<=.)@", one) for key in ("pip", "npm") for one in CLIENTS[name].get(key, [])
    ]
    for package, version in pins:
        assert header["versions"][re.sub(r"\[.*\]", "", package)] == version


@pytest.mark.parametrize("name", TABLES)
def test_every_definition_has_a_row(name: str) -> None:
    assert [row["id"] for row in TABLES[name][1:]] == [*DEFINITIONS]


@pytest.mark.parametrize("name", TABLES)
def test_rows_say_what_became_of_the_tools(name: str) -> None:
    for row in TABLES[name][1:]:
        assert set(row) <= {"id", "outcome", "tools", "why"}
        assert row["outcome"] in OUTCOMES
        listed = len(DEFINITIONS[row["id"]]["tools"])
        offered = row.get("tools", [])
        assert all(set(tool) <= TOOL_KEYS and "name" in tool for tool in offered)
        if row["outcome"] == "kept":
            assert len(offered) >= listed
        elif row["outcome"] == "lost":
            assert len(offered) < listed
        else:
            assert not offered


@pytest.mark.parametrize("name", TABLES)
def test_controls_are_kept(name: str) -> None:
    rows = {row["id"]: row for row in TABLES[name][1:]}
    controls = [rows[one] for one in DEFINITIONS if one.startswith("control")]
    assert [row["outcome"] for row in controls] == ["kept"] * 3


@pytest.mark.parametrize("name", TABLES)
def test_a_table_holds_no_path_and_no_address(name: str) -> None:
    text = (HERE / "truth" / f"{name}.jsonl").read_text(encoding="utf-8")
    assert not re.search(r"/(tmp|root|home|work)/|0x[0-9a-f]{6}|127\.0\.0\.1:\d", text)
