"""Finds the tools of frameworks that are not read, so that they are named and not left out."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.files.shipped import read_shipped
from toolgrade.source.found import FOREIGN, Findings, Unread
from toolgrade.source.nodes import File, Spot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.source.discover import Source

_TABLE = Path(__file__).with_name("frameworks.toml")
_IMPORTS = {
    "javascript": r"(?:\bfrom|\bimport|\brequire\s*\()\s*[\"'](?:{})[\"']",
    "python": r"(?m)^[ \t]*(?:from|import)[ \t]+(?:{})\b",
}
_SDKS = {
    "javascript": ("@modelcontextprotocol/", "mcp-handler", "fastmcp", "litemcp"),
    "python": ("mcp.server", "from mcp ", "fastmcp"),
}
"""What a package that registers tools with an SDK too has in its text."""


class Framework(NamedTuple):
    """A framework: the names it is imported by, and the words by which tools are registered."""

    name: str
    language: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    imported: re.Pattern[str]


@cache
def list_frameworks(language: str) -> tuple[Framework, ...]:
    """Return the frameworks of a language whose tools are not read."""
    return tuple(
        _make_framework(name, table)
        for name, table in tomllib.loads(read_shipped(_TABLE)).items()
        if table["language"] == language
    )


def _make_framework(name: str, table: Mapping[str, Any]) -> Framework:
    names, words, language = table["from"], table["words"], table["language"]
    pattern = _IMPORTS[language].format("|".join(map(re.escape, names)))
    return Framework(name, language, tuple(names), tuple(words), re.compile(pattern))


def name_unread_frameworks(
    findings: Findings, language: str, files: Mapping[str, Source], only: str
) -> None:
    """Add where the files of a language, or the one at the path `only`, register tools with a
    framework that is not read. Where they use no SDK, what was taken for its tools is dropped.
    """
    texts = {path: source.peek_text() for path, source in files.items()}
    known = [
        (path, Unread(f"{FOREIGN}{framework.name}", Spot(File(files[path].label, text), at)))
        for path, text in texts.items()
        for framework in list_frameworks(language)
        if (at := _find_use(framework, text)) is not None
    ]
    if not known:
        return
    if not any(sdk in text for text in texts.values() for sdk in _SDKS[language]):
        findings.tools.clear()
        findings.unread.clear()
    for path, unread in known:
        if only in {"", path}:
            findings.unread.append(unread)


def _find_use(framework: Framework, text: str) -> int | None:
    """Return where a text imports a framework to register tools with it."""
    if not any(name in text for name in framework.names):
        return None
    if not any(word in text for word in framework.words):
        return None
    found = framework.imported.search(text)
    return found.start() if found else None
