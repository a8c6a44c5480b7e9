"""The oracle: what is read from a server's source is what the installed SDK lists of it."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import warnings
from inspect import cleandoc
from pathlib import Path
from typing import Any

import pytest

from toolgrade.inputs import read

SERVERS = Path(__file__).parent / "servers"


def listed(file: Path) -> dict[str, dict[str, Any]]:
    spec = importlib.util.spec_from_file_location(f"server_{file.stem}", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spec.loader.exec_module(module)
        # FastMCP 2 has another name for it.
        ask = getattr(module.mcp, "list_tools", None) or module.mcp._list_tools_mcp  # noqa: SLF001 - as said
        tools = asyncio.run(ask())
    found = {}
    for tool in tools:
        wire = tool.to_mcp_tool() if hasattr(tool, "to_mcp_tool") else tool
        data = wire.model_dump(mode="json", by_alias=True, exclude_none=True)
        found[data["name"]] = data
    return found


def without(data: Any, unknown: frozenset[str], pointer: str = "") -> Any:
    """Return what a server lists but for what the source did not show."""
    if isinstance(data, dict):
        return {
            key: without(value, unknown, f"{pointer}/{key}")
            for key, value in data.items()
            if f"{pointer}/{key}" not in unknown
        }
    if isinstance(data, list):
        return [without(value, unknown, f"{pointer}/{i}") for i, value in enumerate(data)]
    return data


def _as_kept(docstring: str | None) -> str | None:
    """Python 3.13 takes the indent from docstrings, whatever Python the reader runs on."""
    return docstring and (cleandoc(docstring) if sys.version_info >= (3, 13) else docstring)


@pytest.mark.parametrize("name", ["shapes.py"])
def test_what_is_read_is_what_the_sdk_lists(name: str) -> None:
    pytest.importorskip("mcp")
    wire = listed(SERVERS / name)
    (server,) = read(str(SERVERS / name))
    assert [tool.name for tool in server.tools] == list(wire)
    for tool in server.tools:
        theirs = without(wire[tool.name or ""], tool.unknown)
        assert _as_kept(tool.description) == _as_kept(theirs.get("description")), tool.name
        assert tool.title == theirs.get("title"), tool.name
        assert tool.input_schema == theirs.get("inputSchema"), tool.name
        assert tool.output_schema == theirs.get("outputSchema"), tool.name
        assert (tool.annotations or {}) == theirs.get("annotations", {}), tool.name
