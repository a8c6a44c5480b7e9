"""JSON Lines: a server in each line, and a line that cannot be read fails alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from toolgrade.cli import cli
from toolgrade.grading.grade import grade
from toolgrade.inputs import read, read_each
from toolgrade.model import InputError
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from pathlib import Path

GET = {"name": "get_note", "description": "Get a note.", "inputSchema": {"type": "object"}}


def save(path: Path, *lines: Any) -> str:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_bytes("\n".join(texts).encode())
    return str(path)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ({"serverInfo": {"name": "a"}, "name": "b", "tools": [GET]}, "a"),
        ({"qualifiedName": "@a/b", "displayName": "B", "tools": [GET]}, "@a/b"),
        ({"name": "notes", "tools": [GET]}, "notes"),
        ({"name": 7, "slug": " ", "title": "Notes", "tools": [GET]}, "Notes"),
        ({"tools": [GET]}, "registry, line 1"),
        ([GET], "registry, line 1"),
        (GET, "registry, line 1"),
    ],
)
def test_a_line_is_named_as_directories_name_servers(tmp_path: Path, line: Any, name: str) -> None:
    (server,) = read(save(tmp_path / "registry.jsonl", line))
    assert (server.name, [tool.name for tool in server.tools]) == (name, ["get_note"])


def test_a_finding_is_placed_on_its_line(tmp_path: Path) -> None:
    file = save(tmp_path / "registry.NDJSON", {"name": "a", "tools": [GET]}, "", [GET])
    first, second = grade(read(file), Rubric.load()).servers
    assert first.tools[0].place
    assert second.tools[0].place
    lines = [
        {finding.place.line for finding in server.tools[0].walk_findings() if finding.place}
        for server in (first, second)
    ]
    assert lines == [{1}, {3}]
    assert first.tools[0].place.file == "registry.NDJSON"
    assert first.server.digest != second.server.digest


def test_a_line_that_cannot_be_read_fails_alone(tmp_path: Path) -> None:
    listed = {"name": "a", "tools": [GET]}
    file = save(tmp_path / "registry.jsonl", listed, '{"name": "b", "tools', {"name": "c"}, listed)
    found = read_each(file)
    assert [isinstance(part, InputError) for part in found] == [False, True, False, False]
    assert str(found[1]).startswith("registry.jsonl:2:15: the JSON ends too early")
    done = CliRunner().invoke(cli, ["grade", file, "-o", f"json:{tmp_path / 'report.json'}"])
    assert done.exit_code == 2
    report = json.loads((tmp_path / "report.json").read_bytes())
    assert [server["name"] for server in report["servers"]] == ["a", "registry, line 3", "a"]
    assert [error["message"][:5] for error in report["errors"]] == ["2:15:"]


def test_a_file_without_a_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no line"):
        read(save(tmp_path / "registry.jsonl", "", "  ", ""))
