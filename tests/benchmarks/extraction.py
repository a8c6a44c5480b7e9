"""How right the tools are that are read from source, beside what the servers really list.

`python tests/benchmarks/extraction.py CAPTURES` installs each captured PyPI package at its version
(without its dependencies, never running any of it), reads its source, and compares. CAPTURES is a
folder of JSON files with package, registry, version and tools. With --update it rewrites
reports/extraction.md.

Scope, by rule: a package counts if its Python files declare its tools, that is, if at least half of
the listed names stand in them, as a function's name or as a whole string. Others fetch their tools,
make them of another description at run time, are written in another language, or are a shell round
another distribution. What the rule leaves out is printed, with the reason.
"""

from __future__ import annotations

import ast
import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FEWEST = 0.5


def half(package: str) -> str:
    """Return which half a package is in: one was looked at while the reader was written."""
    return "seen" if hashlib.sha256(package.encode()).digest()[0] % 2 else "kept back"


def out_of_scope(capture: Mapping[str, Any], installed: Path) -> str:
    """Return why a package is not in scope; "" if it is. The reader is not asked."""
    names = {tool["name"] for tool in capture["tools"]}
    if not names:
        return "it lists no tools"
    files = sorted(installed.rglob("*.py"))
    if not files:
        return "it holds no Python source"
    written: set[str] = set()
    for file in files:
        written |= _names(file)
    share = len(names & written) / len(names)
    if share >= FEWEST:
        return ""
    return f"{share:.0%} of the {len(names)} names stand in its Python source"


def _names(file: Path) -> set[str]:
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found
