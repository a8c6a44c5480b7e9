"""What a package does to its tools after they are registered, whenever a client asks for them.

A middleware or transform may rewrite or hide any of them, and a tool may be taken away again. What
such code does cannot be told, but which fields it speaks of can: those are unknown.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolgrade.inputs.code.nodes import Table, Unknown
from toolgrade.inputs.code.python.literals import spot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolgrade.inputs.code.nodes import Spot
    from toolgrade.inputs.code.python.modules import Module

_FIELDS = {
    "description": "description",
    "title": "title",
    "annotations": "annotations",
    "parameters": "inputSchema",
    "inputSchema": "inputSchema",
    "input_schema": "inputSchema",
    "output_schema": "outputSchema",
    "outputSchema": "outputSchema",
}
_LISTING = frozenset({"on_list_tools", "list_tools", "transform_tools"})
"""Methods that are given the tools before a client is, of a class that is made from another."""
_REMOVING = frozenset({"remove_tool", "disable"})


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Where a package changes or hides tools (None: nowhere), and the fields it speaks of."""

    at: Spot | None = None
    fields: frozenset[str] = frozenset()

    def applied(self, made: Table) -> Table:
        """Return a definition without what may have been rewritten."""
        if self.at is None or not self.fields:
            return made
        why = Unknown("the package rewrites it when a client asks for the tools", self.at)
        return Table({**made.entries, **dict.fromkeys(sorted(self.fields), why)}, made.at)


def rewriting(modules: Iterable[Module]) -> Rewriting:
    """Return what the modules of a package do to its tools when they are listed."""
    at: Spot | None = None
    fields: set[str] = set()
    for module in modules:
        for node in module.nodes:
            match node:
                case ast.ClassDef() if _rewrites(node):
                    fields |= _spoken_of(node)
                    at = at or spot(module.file, node)
                case ast.ClassDef() if any(_named(one, "tool") for one in node.body):
                    at = at or spot(module.file, node)
                case ast.Call(ast.Attribute(_, name)) if name in _REMOVING:
                    at = at or spot(module.file, node)
    return Rewriting(at, frozenset(fields))


def _named(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name


def _rewrites(owned: ast.ClassDef) -> bool:
    return bool(owned.bases) and any(_named(one, name) for one in owned.body for name in _LISTING)


def _spoken_of(owned: ast.ClassDef) -> set[str]:
    """Return the fields that a class sets: by keyword, by key, or by attribute."""
    found: set[str] = set()
    for node in ast.walk(owned):
        match node:
            case ast.keyword(str() as name) | ast.Attribute(_, name, ast.Store()):
                found.add(name)
            case ast.Subscript(_, ast.Constant(str() as name), ast.Store()):
                found.add(name)
            case ast.Dict(keys):
                found |= {str(k.value) for k in keys if isinstance(k, ast.Constant)}
    return {_FIELDS[name] for name in found if name in _FIELDS}
