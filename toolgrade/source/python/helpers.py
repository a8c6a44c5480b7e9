"""Functions of a package that register what they are given, for others to call or decorate with."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from toolgrade.source.python.bindings import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.source.python.modules import Module

_REGISTERS = frozenset({"tool", "add_tool"})
_REWORKS = frozenset({"parameters", "_tool_manager", "inputSchema"})
_ROUNDS = 3


class Helpers:
    """The names of such functions, and of those that return what such a function gives."""

    def __init__(self, modules: Sequence[Module]) -> None:
        nodes = [node for module in modules for node in module.nodes]
        functions = [n for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        self.names = {
            f.name for f in functions if _collect_attributes_and_returns(f)[0] & _REGISTERS
        }
        self.names |= {*_aliases(nodes)}
        for _ in range(_ROUNDS):
            self.names |= {
                f.name for f in functions if _collect_attributes_and_returns(f)[1] & self.names
            }

    def reworks(self, node: ast.AST) -> bool:
        """Whether a helper takes up the schema of what it registered, as if to change it."""
        return bool(_collect_attributes_and_returns(node)[0] & _REWORKS)


def _aliases(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield the names that a server's `tool` is given: as it is, or with some of its arguments."""
    for node in nodes:
        match node:
            case ast.Assign([ast.Name(name)], value):
                work = [value, *value.args, value.func] if isinstance(value, ast.Call) else [value]
                if any(isinstance(one, ast.Attribute) and one.attr == "tool" for one in work):
                    yield name


@cache
def _collect_attributes_and_returns(node: ast.AST) -> tuple[frozenset[str], frozenset[str]]:
    """Return the attributes that a function asks for, by dot or by `getattr`, and the names of the
    functions whose result it returns.
    """
    attributes, returned = set(), set()
    for inner in walk(node):
        match inner:
            case ast.Attribute(_, name):
                attributes.add(name)
            case ast.Call(ast.Name("getattr"), [_, ast.Constant(str() as name), *_]):
                attributes.add(name)
            case ast.Return(ast.Call(ast.Name(name) | ast.Attribute(_, name))):
                returned.add(name)
    return frozenset(attributes), frozenset(returned)
