"""Functions of a package that register what they are given, for others to call or decorate with."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolgrade.source.python.modules import Module

_REGISTERS = frozenset({"tool", "add_tool"})
_REWORKS = frozenset({"parameters", "_tool_manager", "inputSchema"})
_ROUNDS = 3


class Helpers:
    """The names of such functions, and of those that return what such a function gives."""

    def __init__(self, modules: Sequence[Module]) -> None:
        nodes = [node for module in modules for node in module.nodes]
        # The inner ones come last, and are looked into once.
        self._said: dict[ast.AST, _Said] = {}
        functions = [n for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        for one in reversed(functions):
            self._said[one] = _look_into(one, self._said)
        self.names = {f.name for f in functions if self._said[f].attributes & _REGISTERS}
        self.names |= {*_aliases(nodes)}
        for _ in range(_ROUNDS):
            self.names |= {f.name for f in functions if self._said[f].returned & self.names}

    def reworks(self, node: ast.AST) -> bool:
        """Whether a helper takes up the schema of what it registered, as if to change it."""
        return node in self._said and bool(self._said[node].attributes & _REWORKS)


def _aliases(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield the names that a server's `tool` is given: as it is, or with some of its arguments."""
    for node in nodes:
        match node:
            case ast.Assign([ast.Name(name)], value):
                work = [value, *value.args, value.func] if isinstance(value, ast.Call) else [value]
                if any(isinstance(one, ast.Attribute) and one.attr == "tool" for one in work):
                    yield name


class _Said(NamedTuple):
    """The attributes of interest that a function asks for, by dot or by `getattr`, and the names of
    the functions whose result it returns.
    """

    attributes: frozenset[str]
    returned: frozenset[str]


def _look_into(function: ast.AST, known: Mapping[ast.AST, _Said]) -> _Said:
    """Return what a function says, with what the functions in it do."""
    attributes: set[str] = set()
    returned: set[str] = set()
    work = [*ast.iter_child_nodes(function)]
    while work:
        node = work.pop()
        if node in known:
            attributes |= known[node].attributes
            returned |= known[node].returned
            continue
        match node:
            case ast.Attribute(_, name):
                attributes.add(name)
            case ast.Call(ast.Name("getattr"), [_, ast.Constant(str() as name), *_]):
                attributes.add(name)
            case ast.Return(ast.Call(ast.Name(name) | ast.Attribute(_, name))):
                returned.add(name)
        work += ast.iter_child_nodes(node)
    return _Said(frozenset(attributes & (_REGISTERS | _REWORKS)), frozenset(returned))
