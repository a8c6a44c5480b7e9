"""Find the tools that Python code declares. Files are parsed with `ast`, never imported or run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.source.found import Findings
from toolgrade.source.python.comments import layout
from toolgrade.source.python.evaluator import Evaluator
from toolgrade.source.python.helpers import Helpers
from toolgrade.source.python.marks import calls_one_of, may_register, may_rewrite
from toolgrade.source.python.modules import Modules
from toolgrade.source.python.registrations import Registrations
from toolgrade.source.python.removals import find_removals
from toolgrade.source.python.rewriting import find_rewriting
from toolgrade.source.python.sdk import (
    FIRST,
    NEWEST,
    SECOND,
    find_version_bounds,
    newest_python_only,
)
from toolgrade.source.python.servers import Servers
from toolgrade.source.python.shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.source.allowance import Allowance
    from toolgrade.source.discover import Source

__all__ = ["SETTINGS", "SUFFIXES", "layout", "read"]

SUFFIXES = (".py",)

SETTINGS = ("pyproject.toml", "METADATA", "requirements.txt", "uv.lock", "poetry.lock", "pdm.lock")
"""The files that say which SDK a package requires."""

MARKS = (".tool", "add_tool", "list_tools")
"""Words that show that a file too large to be read is about MCP."""


def read(
    sources: Mapping[str, Source], settings: Mapping[str, str], only: str, allowance: Allowance
) -> Findings:
    """Return the tools that the Python files of one package declare.

    `sources` are its files by path from the package's root, `settings` the texts of SETTINGS. With
    `only`, the path of one file, return only the tools that this file registers; the other files
    are read where its names lead to them. "" for all.
    """
    findings = Findings()
    modules = Modules(sources, allowance, findings.failures)
    ev = Evaluator(modules)
    texts = modules.texts
    usual = "fastmcp" if any("from fastmcp" in text for text in texts.values()) else "mcp"
    below = find_version_bounds(settings)
    if any(FIRST in text for text in texts.values()) and not any(
        SECOND in text for text in texts.values()
    ):
        below["mcp"] = min(below.get("mcp", NEWEST), (2,))
    servers = Servers(ev, below, usual, newest_python_only(settings))
    marked = {
        path: modules.load(path)
        for path, text in texts.items()
        if may_register(text) or may_rewrite(text)
    }
    helpers = Helpers([module for module in marked.values() if module])
    registrations = Registrations(ev, servers, findings)
    shapes = Shapes(ev, servers, helpers, registrations)
    # Calls of the constructor above are in every other file.
    called = helpers.names - {"__init__"}
    loaded = {
        path: modules.load(path)
        for path, text in texts.items()
        if path in marked or calls_one_of(text, called)
    }
    for path, module in loaded.items():
        if module is not None and only in {"", path}:
            shapes.read(module)
    read_through = [module for module in loaded.values() if module]
    registrations.add_tools(
        find_rewriting(read_through, servers), find_removals(read_through, servers)
    )
    return findings
