"""Find a package's helpers: functions or decorators that register their arguments as tools."""

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
    """The names of helpers, and of functions that return the result of a helper."""

    def __init__(self, modules: Sequence[Module]) -> None:
        nodes = [node for module in modules for node in module.nodes]
        # Inner functions come last, and are read once.
        self._said: dict[ast.AST, _Said] = {}
        functions = [n for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        for one in reversed(functions):
            self._said[one] = _look_into(one, self._said)
        self.names = {f.name for f in functions if self._said[f].attributes & _REGISTERS}
        self.names |= {*_aliases(nodes)}
        for _ in range(_ROUNDS):
            self.names |= {f.name for f in functions if self._said[f].returned & self.names}

    def reworks(self, node: ast.AST) -> bool:
        """Whether a helper uses the schema of the tool it registered, and so may change it."""
        return node in self._said and bool(self._said[node].attributes & _REWORKS)


def _aliases(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield the names bound to a server's `tool`: the method itself, or a call or partial of it."""
    for node in nodes:
        match node:
            case ast.Assign([ast.Name(name)], value):
                work = [value, *value.args, value.func] if isinstance(value, ast.Call) else [value]
                if any(isinstance(one, ast.Attribute) and one.attr == "tool" for one in work):
                    yield name


class _Said(NamedTuple):
    """The relevant attributes that a function reads, with a dot or with `getattr`, and the names of
    the functions whose result it returns.
    """

    attributes: frozenset[str]
    returned: frozenset[str]


def _look_into(function: ast.AST, known: Mapping[ast.AST, _Said]) -> _Said:
    """Return the summary of a function, including the functions inside it."""
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
