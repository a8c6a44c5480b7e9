"""Find the tools that a module removes again while it is loaded, so that no client sees them.

Tools that are removed under a condition, or by code that runs later, are handled in `rewriting`.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.source.nodes import Items, Text
from toolgrade.source.python.blocks import Blocks
from toolgrade.source.python.values import Function, Instance, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.modules import Module
    from toolgrade.source.python.servers import Servers
    from toolgrade.source.python.values import Value

_MARKS = re.compile(r"\bremove_tool\(|\.disable\(|\.remove\(\)")
_BACK = ".enable("
"""The call that makes a disabled tool visible again."""
_KEY = "tool:"


class Removal(NamedTuple):
    """A removed tool: identified by its name on the server made at `home` (None: on any server), or
    by the place of its `handler`, the function that implements it.
    """

    at: Spot
    name: str = ""
    home: Spot | None = None
    handler: Spot | None = None

    def takes(self, name: str, home: Spot | None, handler: Spot | None, at: Spot) -> bool:
        """Whether this removes a tool that is registered at `at`."""
        if at.file is self.at.file and at.offset > self.at.offset:
            # The tool is registered after the removal.
            return False
        if self.handler is not None:
            return handler == self.handler
        return name == self.name and (self.home is None or home is None or home == self.home)


def find_removals(modules: Sequence[Module], servers: Servers) -> list[Removal]:
    """Return the tools that the modules of a package remove in every run."""
    may_be_back = any(_BACK in module.file.text for module in modules)
    found: list[Removal] = []
    for module in modules:
        if not _MARKS.search(module.file.text):
            continue
        blocks = Blocks(servers.ev, lambda text: _MARKS.search(text) is not None)
        for statement, scope, condition in blocks.steps(module.tree.body, Scope(module)):
            if condition is None and not scope.within and isinstance(statement, ast.Expr):
                found += _find_removals(statement.value, scope, servers, may_be_back=may_be_back)
    return found


def _find_removals(
    node: ast.expr, scope: Scope, servers: Servers, *, may_be_back: bool
) -> Iterator[Removal]:
    ev = servers.ev
    at = ev.at(node, scope)
    match node:
        case ast.Call(ast.Attribute(base, "remove_tool"), [named], []):
            if isinstance(base, ast.Attribute) and base.attr == "local_provider":
                base = base.value
            server, name = servers.find_server(base, scope), ev.data(ev.value(named, scope))
            if server is not None and isinstance(name, Text):
                yield Removal(at, name.value, server.home)
        case ast.Call(ast.Attribute(_, "disable")) if may_be_back:
            return
        case ast.Call(ast.Attribute(base, "remove" | "disable"), [], []):
            handler = _handler(ev.value(base, scope))
            if handler is not None:
                yield Removal(at, handler=handler)
        case ast.Call(ast.Attribute(base, "disable"), [], [ast.keyword("names" | "keys", names)]):
            if (owner := servers.find_server(base, scope)) is not None:
                for one in _names(names, scope, ev):
                    yield Removal(at, one, owner.home)


def _handler(value: Value) -> Spot | None:
    """Return where the function begins that a tool is made of; None if that is not known."""
    if isinstance(value, Instance) and value.called and value.args:
        value = value.args[0]
    return value.at if isinstance(value, Function) else None


def _names(node: ast.expr, scope: Scope, ev: Interpreter) -> list[str]:
    value = ev.value(node, scope)
    members = value.items if isinstance(value, Items) else ()
    return [one.value.removeprefix(_KEY) for one in members if isinstance(one, Text)]
