"""The samples in tests/source/wire, read from source, beside what they list with pinned SDKs.

`tests/benchmarks/wire.py` writes the lists. What is read is what is listed, or unknown; `unknown.json`
says what is, so that nothing becomes unknown by accident (`pytest --update` rewrites it).
"""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from toolgrade.inputs import read

if TYPE_CHECKING:
    from toolgrade.model import Server

WIRE = Path(__file__).parent / "wire"
UNKNOWN = WIRE / "unknown.json"
SDKS = tomllib.loads((WIRE / "sdks.toml").read_text())
FIELDS = ("title", "description", "inputSchema", "outputSchema", "annotations")
RUNS = [
    (sdk, version, sample)
    for sdk, settings in SDKS.items()
    for version in settings["versions"]
    for sample in json.loads((WIRE / sdk / f"{version}.json").read_text())
]


def read_sample(folder: Path, sdk: str, version: str, sample: str) -> Server:
    shutil.copy(WIRE / sdk / sample, folder)
    pins = SDKS[sdk]["versions"][version]
    if sample.endswith(".py"):
        project = f"[project]\nname = 'case'\nversion = '1'\ndependencies = {pins}\n"
        (folder / "pyproject.toml").write_text(project)
    else:
        needed = dict(pin.rsplit("@", 1) for pin in pins)
        (folder / "package.json").write_text(json.dumps({"name": "case", "dependencies": needed}))
    (server,) = read(str(folder))
    return server


def without(data: Any, unknown: set[str], pointer: str = "") -> Any:
    """Return a definition without what the source did not show."""
    if isinstance(data, dict):
        return {
            key: without(value, unknown, f"{pointer}/{key}")
            for key, value in data.items()
            if f"{pointer}/{key}" not in unknown
        }
    if isinstance(data, list):
        return [without(value, unknown, f"{pointer}/{i}") for i, value in enumerate(data)]
    return data


@pytest.mark.parametrize(("sdk", "version", "sample"), RUNS)
def test_what_is_read_is_listed_or_unknown(
    tmp_path: Path, sdk: str, version: str, sample: str, pytestconfig: pytest.Config
) -> None:
    listed = json.loads((WIRE / sdk / f"{version}.json").read_text())[sample]
    server = read_sample(tmp_path, sdk, version, sample)
    if "error" in listed:
        assert any(one.kind == "unlistable-tool" for one in server.malformed)
        return
    read_tools = {tool.name: tool for tool in server.tools}
    assert list(read_tools) == [one["name"] for one in listed["tools"]]
    unknown = {}
    for one in listed["tools"]:
        tool = read_tools[one["name"]]
        pointers = {p for p in tool.unknown if p.split("/")[1] in FIELDS}
        unknown |= {one["name"]: sorted(pointers)} if pointers else {}
        mine = {
            "title": tool.title,
            "description": tool.description,
            "inputSchema": tool.input_schema,
            "outputSchema": tool.output_schema,
            "annotations": tool.annotations or {},
        }
        theirs = {"annotations": {}, **{key: one.get(key) for key in FIELDS if key in one}}
        assert without({k: v for k, v in mine.items() if v is not None}, pointers) == without(
            theirs, pointers
        ), one["name"]
    known = json.loads(UNKNOWN.read_text())
    key = f"{sdk} {version} {sample}"
    if pytestconfig.getoption("--update"):
        known |= {key: unknown}
        kept = {f"{a} {b} {c}" for a, b, c in RUNS}
        known = {name: one for name, one in sorted(known.items()) if one and name in kept}
        UNKNOWN.write_text(json.dumps(known, indent=1) + "\n")
    assert known.get(key, {}) == unknown
