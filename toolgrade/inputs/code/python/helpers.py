"""Functions of a package that register what they are given, for others to call or decorate with."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolgrade.inputs.code.python.modules import Module

_REGISTERS = frozenset({"tool", "add_tool"})
_REWORKS = frozenset({"parameters", "_tool_manager", "inputSchema"})
_ROUNDS = 3


class Helpers:
    """The names of such functions, and of those that return what such a function gives."""

    def __init__(self, modules: Iterable[Module]) -> None:
        functions = [node for module in modules for node in _functions(module.tree)]
        self.names = {f.name for f in functions if _attributes(f) & _REGISTERS}
        for _ in range(_ROUNDS):
            self.names |= {f.name for f in functions if _returned(f) & self.names}

    def reworks(self, node: ast.AST) -> bool:
        """Whether a helper takes up the schema of what it registered, as if to change it."""
        return bool(_attributes(node) & _REWORKS)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@cache
def _attributes(node: ast.AST) -> frozenset[str]:
    """Return the attributes that a function asks for, by dot or by `getattr`."""
    found = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
    for inner in ast.walk(node):
        match inner:
            case ast.Call(ast.Name("getattr"), [_, ast.Constant(str() as name), *_]):
                found.add(name)
    return frozenset(found)


@cache
def _returned(node: ast.AST) -> frozenset[str]:
    """Return the names of the functions whose result a function returns."""
    found = set()
    for inner in ast.walk(node):
        match inner:
            case ast.Return(ast.Call(ast.Name(name))) | ast.Return(
                ast.Call(ast.Attribute(_, name))
            ):
                found.add(name)
    return frozenset(found)
