"""Fixes in JSON and SARIF do what they say, to the definition and to the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

import toolgrade.outputs
from toolgrade.cli import cli
from toolgrade.fixes.patch import apply_edits
from toolgrade.model import Edit

KEY = "ghp_9aQ4rT7uW2xY5zB8cD1eF3gH6jK0lM2nP4qR"
TOOL = {
    "name": "search_pages",
    "title": None,
    "description": "Search the pages of the wiki by word.",
    "inputSchema": {"properties": {"query": {"title": "Query", "type": "string"}}},
    "annotations": {"readonlyHint": True},
}
FIXED = {
    "name": "search_pages",
    "description": "Search the pages of the wiki by word.",
    "inputSchema": {"properties": {"query": {"type": "string"}}, "type": "object"},
    "annotations": {"readOnlyHint": True},
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def report(format_: str, *tools: Any) -> Any:
    Path("tools.json").write_text(json.dumps({"tools": tools}, indent=2))
    done = CliRunner().invoke(cli, ["grade", "tools.json", "-o", format_])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.usefixtures("here")
def test_the_patches_in_json_fix_the_definition() -> None:
    found = report("json", TOOL)
    schema = Path(toolgrade.outputs.__file__).with_name("report.schema.json").read_text()
    Draft202012Validator(json.loads(schema)).validate(found)
    after: Any = TOOL
    for fix in found["servers"][0]["tools"][0]["fixes"]:
        if fix["safe"]:
            for op in fix["patch"]:
                edit = Edit(op["op"], op["path"], op.get("value"), op.get("from", ""))
                after = apply_edits(after, [edit])
    assert after == FIXED


@pytest.mark.usefixtures("here")
def test_the_replacements_in_sarif_fix_the_file() -> None:
    (run,) = report("sarif", TOOL)["runs"]
    lines = Path("tools.json").read_text().split("\n")
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]
    edits = []
    for result in run["results"]:
        for fix in result.get("fixes", ()):
            for change in fix["artifactChanges"]:
                assert change["artifactLocation"]["uri"] == "tools.json"
                for one in change["replacements"]:
                    region = one["deletedRegion"]
                    start = starts[region["startLine"] - 1] + region["startColumn"] - 1
                    end = starts[region["endLine"] - 1] + region["endColumn"] - 1
                    edits.append((start, end, one["insertedContent"]["text"]))
    text = "\n".join(lines)
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    # A title that costs tokens is no result, so it stays.
    (after,) = json.loads(text)["tools"]
    assert after["inputSchema"]["properties"]["query"].pop("title") == "Query"
    assert after == FIXED


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_", ["json", "sarif"])
def test_no_key_is_shown(format_: str) -> None:
    said = f"This tool can be used to search  pages. Please note that the key is {KEY} "
    found = report(format_, {**TOOL, "description": said})
    assert KEY not in json.dumps(found)
    assert KEY[8:20] not in json.dumps(found)


@pytest.mark.usefixtures("here")
def test_what_is_ignored_has_no_fix() -> None:
    Path("tools.json").write_text(json.dumps({"tools": [TOOL]}))
    done = CliRunner().invoke(cli, ["grade", "tools.json", "--ignore", "hints.known", "-o", "json"])
    fixes = json.loads(done.stdout)["servers"][0]["tools"][0]["fixes"]
    assert "hints.known" not in {fix["check"] for fix in fixes}
