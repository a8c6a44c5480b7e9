"""Every shape in which Python code registers tools.

A decorator called `tool` is many libraries' word: what it belongs to is followed to its class, and
only the classes of MCP's own SDKs count. Where the object is an argument that nothing tells of, its
name must say that it is a server.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from toolgrade.inputs.code.found import Declared, Unread
from toolgrade.inputs.code.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.inputs.code.python import containers
from toolgrade.inputs.code.python.definitions import definition, renamed, without_schemas
from toolgrade.inputs.code.python.listing import listed
from toolgrade.inputs.code.python.values import (
    Either,
    External,
    Function,
    Instance,
    Scope,
    arguments,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolgrade.inputs.code.found import Findings
    from toolgrade.inputs.code.nodes import Spot
    from toolgrade.inputs.code.python.bindings import FunctionNode
    from toolgrade.inputs.code.python.calls import Calls
    from toolgrade.inputs.code.python.helpers import Helpers
    from toolgrade.inputs.code.python.modules import Module
    from toolgrade.inputs.code.python.rewriting import Rewriting
    from toolgrade.inputs.code.python.servers import Server, Servers
    from toolgrade.inputs.code.python.values import Value

_MARKS = re.compile(r"\btool\b|\badd_tool\b|list_tools\b")
_REGISTERING = frozenset(
    {"tool", "add_tool", "list_tools", "on_list_tools", "mount", "import_server"}
)
_FROM_FUNCTION = ("Tool.from_function", "FunctionTool.from_function")
_MAX_ROUNDS = 500
_MAX_HELPERS = 4


def may_register(text: str) -> bool:
    """Whether a file may register a tool itself: a plain test that spares parsing all others."""
    return "tool" in text and _MARKS.search(text) is not None


def calls_one_of(text: str, helpers: Iterable[str]) -> bool:
    """Whether a file may register a tool by one of `helpers`."""
    return any(f"{name}(" in text for name in helpers)


@dataclass(frozen=True, slots=True)
class _Where:
    """A registration: the server's, where it is written, and the condition it stands under;
    `decorator` where that is one.
    """

    server: Server
    site: Spot
    condition: Spot | None
    decorator: Spot | None = None


@dataclass(frozen=True, slots=True)
class _Registered:
    definition: Table
    at: Spot
    server: Server
    condition: Spot | None
    handler: Spot | None


class Shapes:
    """Finds the registrations of one package."""

    def __init__(
        self, calls: Calls, servers: Servers, helpers: Helpers, findings: Findings
    ) -> None:
        self.fold = calls.fold
        self.calls = calls
        self.servers = servers
        self.findings = findings
        self.helpers = helpers
        self._found: dict[tuple[str, Spot], _Registered] = {}
        self._unread: dict[Spot, Unread] = {}
        self._helping: list[ast.AST] = []
        self._lines: dict[Module, list[int]] = {}

    def read(self, module: Module) -> None:
        """Note what a module registers."""
        self._block(module.tree.body, Scope(module), None)

    def end(self, rewriting: Rewriting) -> None:
        """Add the tools, now that it is known which server is mounted on which; and the
        registrations that no call of the function around them made clear.
        """
        known = {site for _, site in self._found}
        self.findings.unread += [u for site, u in self._unread.items() if site not in known]
        for found in self._found.values():
            entries = found.definition.entries
            name = self.servers.prefixed(entries["name"], found.server.home)
            if isinstance(name, Unknown):
                self.findings.unread.append(Unread(name.why, found.at))
                continue
            made = rewriting.applied(renamed(found.definition, name))
            condition = found.condition or rewriting.at
            self.findings.tools.append(Declared(made, found.at, condition, found.handler))

    def _block(self, body: Sequence[ast.stmt], scope: Scope, condition: Spot | None) -> None:
        left: list[ast.expr] = []
        for statement in body:
            if self._helping or self._concerns(statement, scope.module):
                while left and not condition:
                    condition = self._condition(left.pop(0), scope)
                self._statement(statement, scope, condition)
            if isinstance(statement, ast.If) and _leaves(statement.body):
                # What follows is reached only where the condition did not hold.
                left.append(statement.test)

    def _concerns(self, statement: ast.stmt, module: Module) -> bool:
        """Whether a statement may register something: most of a server's do not, and need not be
        looked into.
        """
        if module not in self._lines:
            named = self.helpers.names | _REGISTERING
            found = (node.lineno for node in module.nodes if _names(node) in named)  # type: ignore[attr-defined]
            self._lines[module] = sorted(found)
        lines = self._lines[module]
        decorators = getattr(statement, "decorator_list", [])
        first = min(node.lineno for node in (statement, *decorators))
        return bisect_left(lines, first) < bisect_right(lines, statement.end_lineno or first)

    def _statement(self, statement: ast.stmt, scope: Scope, condition: Spot | None) -> None:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._decorated(statement, scope, condition)
                self._block(statement.body, scope.inside(statement), condition)
                return
            case ast.ClassDef():
                self._block(statement.body, scope.inside(statement), condition)
                return
            case ast.For(target, source, body):
                if self._concerns(statement, scope.module):
                    self._loop(target, self.fold.value(source, scope), body, scope, condition)
                return
            case ast.If(test, body, orelse):
                for way in (body, orelse):
                    here = condition or self._condition(test, scope)
                    self._block(way, scope, here)
                return
        for name in ("body", "orelse", "finalbody"):
            self._block(getattr(statement, name, []), scope, condition)
        for handler in getattr(statement, "handlers", []):
            self._block(handler.body, scope, condition)
        self._calls(statement, scope, condition)

    def _condition(self, test: ast.expr, scope: Scope) -> Spot | None:
        is_main = isinstance(test, ast.Compare) and "__name__" in ast.dump(test)
        return None if is_main or self.fold.truth(test, scope) else self.fold.at(test, scope)

    def _loop(
        self,
        target: ast.expr,
        source: Value,
        body: Sequence[ast.stmt],
        scope: Scope,
        condition: Spot | None,
    ) -> None:
        if not isinstance(source, Items | Table | Either):
            self._block(body, scope, condition)
            return
        for one in list(containers.each(source))[:_MAX_ROUNDS]:
            local = containers.bound(target, one)
            inner = scope.binding(local) if local is not None else scope
            for statement in body:
                if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                    more = containers.bound(
                        statement.targets[0], self.fold.value(statement.value, inner)
                    )
                    inner = inner.binding(more or {})
                self._statement(statement, inner, condition)

    def _decorated(self, node: FunctionNode, scope: Scope, condition: Spot | None) -> None:
        at = self.fold.at(node, scope)
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            named = call.func if call else decorator
            function = self.fold.function(node, scope, at)
            if _last(named) in self.helpers.names and self._wrapped(decorator, function, condition):
                continue
            above = self.fold.at(decorator, scope)
            if _last(named) == "tool" and (server := self.servers.standalone(named, scope)):
                self._add(
                    function,
                    self._given(call, scope) if call else {},
                    _Where(server, at, condition, above),
                )
            if not isinstance(named, ast.Attribute):
                continue
            if named.attr == "tool" and (server := self.servers.of(named.value, scope)):
                given = self._given(call, scope) if call else {}
                self._add(function, given, _Where(server, at, condition, above))
            elif named.attr == "list_tools" and call:
                if not self.servers.is_low_level(named.value, scope):
                    continue
                self._listed(function)

    def _calls(self, statement: ast.stmt, scope: Scope, condition: Spot | None) -> None:
        for node in _own_calls(statement):
            self._help(node, scope, condition)
            match node:
                case ast.Call(ast.Call(ast.Attribute(base, "tool")) as outer, [function]):
                    if server := self.servers.of(base, scope):
                        where = _Where(server, self.fold.at(node, scope), condition)
                        value = self.fold.value(function, scope)
                        self._add(value, self._given(outer, scope), where)
                case ast.Call(ast.Name(), [function]) if self._helping:
                    self._aliased(node, function, scope, condition)
                case ast.Call(ast.Attribute(base, "mount" | "import_server")):
                    self.servers.mount(node, base, scope)
                case ast.Call(ast.Attribute(base, "tool" | "add_tool"), [first, *_]):
                    self._direct(node, base, first, scope, condition)
                case ast.Call(ast.Attribute(base, "add_tool"), [], keywords):
                    named = next((k.value for k in keywords if k.arg in {"fn", "tool"}), None)
                    if named is not None:
                        self._direct(node, base, named, scope, condition)
                case ast.Call(ast.Call(ast.Attribute(base, "list_tools")), [function]):
                    if self.servers.is_low_level(base, scope):
                        self._listed(self.fold.value(function, scope))
                case ast.Call(_, _, keywords):
                    for keyword in keywords:
                        if keyword.arg == "on_list_tools":
                            self._listed(self.fold.value(keyword.value, scope))

    def _wrapped(self, decorator: ast.expr, function: Function, condition: Spot | None) -> bool:
        """Follow a decorator of the package's own that registers what it decorates; whether it is
        one.
        """
        value = self.fold.value(decorator, function.scope)
        if not isinstance(value, Function) or isinstance(value.node, ast.Lambda):
            return False
        given = arguments(value.node)[value.bound :]
        if not given or len(self._helping) > _MAX_HELPERS:
            return False
        scope = value.scope.inside(value.node).binding({given[0].arg: function})
        self._helping.append(value.node)
        self._block(value.node.body, scope, condition)
        self._helping.pop()
        return True

    def _help(self, node: ast.Call, scope: Scope, condition: Spot | None) -> None:
        """Follow a call of a function of the package that registers what it is given."""
        if _last(node.func) not in self.helpers.names or len(self._helping) > _MAX_HELPERS:
            return
        callee = self.fold.value(node.func, scope)
        given = self.calls.given(node, scope)
        if not isinstance(callee, Function) or isinstance(callee.node, ast.Lambda) or not given:
            return
        if any(callee.node is one for one in self._helping):
            return
        names = [a.arg for a in arguments(callee.node)]
        local = dict(zip(names[callee.bound :], given[0], strict=False)) | given[1]
        self._helping.append(callee.node)
        self._block(callee.node.body, callee.scope.inside(callee.node).binding(local), condition)
        self._helping.pop()

    def _aliased(
        self, node: ast.Call, function: ast.expr, scope: Scope, condition: Spot | None
    ) -> None:
        """Add `register(function)` where `register = server.tool(...)` was said before."""
        value = self.fold.value(node.func, scope)
        if isinstance(value, Instance) and (server := self.servers.decorator(value)):
            first = {"name": value.args[0]} if value.args else {}
            where = _Where(server, self.fold.at(node, scope), condition)
            self._add(self.fold.value(function, scope), {**first, **value.kwargs}, where)

    def _direct(
        self, node: ast.Call, base: ast.expr, first: ast.expr, scope: Scope, condition: Spot | None
    ) -> None:
        """Add `server.tool(function, ...)` or `server.add_tool(...)`."""
        value = self.fold.value(first, scope)
        server = None if isinstance(value, Text | Scalar) else self.servers.of(base, scope)
        if server is None:
            return
        where = _Where(server, self.fold.at(node, scope), condition)
        if (
            isinstance(value, Instance)
            and isinstance(value.kind, External)
            and value.kind.path.endswith(_FROM_FUNCTION)
            and value.args
        ):
            self._add(value.args[0], value.kwargs, where)
            return
        given = self._given(node, scope, skip=1)
        given.pop("fn", None)
        self._add(value, given, where)

    def _given(self, call: ast.Call, scope: Scope, skip: int = 0) -> dict[str, Any]:
        """Return what a registration says, by name; its first argument is the tool's name, once
        `skip` others are passed over.
        """
        found = self.calls.given(call, scope)
        if found is None:
            why = Unknown("its arguments are made at run time", self.fold.at(call, scope))
            unseen = dict[str, Any].fromkeys(("name", "description", "title", "annotations"), why)
            written = {k.arg: k.value for k in call.keywords if k.arg in unseen}
            if len(call.args) > skip and not isinstance(call.args[skip], ast.Starred):
                written["name"] = call.args[skip]
            return unseen | {key: self.fold.value(one, scope) for key, one in written.items()}
        args, kwargs = found
        args = args[skip:]
        given = {"name": args[0], **kwargs} if args else dict(kwargs)
        if len(args) > 1:
            # Which is the title and which the description depends on the SDK's version.
            why = Unknown("its place among the arguments tells no name", self.fold.at(call, scope))
            given = dict[str, Any].fromkeys(("title", "description", "annotations"), why) | given
        return given

    def _add(self, function: Value, given: Mapping[str, Any], where: _Where) -> None:
        if isinstance(function, Either):
            for option in function.options:
                self._add(option, given, replace(where, condition=where.condition or where.site))
            return
        at = function.at if isinstance(function, Function) else where.site
        made = definition(self.fold, function, given, where.server.sdk, at)
        if isinstance(made, Table) and any(self.helpers.reworks(one) for one in self._helping):
            made = without_schemas(made)
        if isinstance(made, Unknown):
            self._unread.setdefault(where.site, Unread(made.why, at))
            return
        key = (made.entries["name"].value, where.site)
        registered = where.decorator or where.site
        handler = function.at if isinstance(function, Function) else None
        self._found.setdefault(
            key, _Registered(made, registered, where.server, where.condition, handler)
        )

    def _listed(self, function: Value) -> None:
        tools, unread = listed(self.fold, self.calls, function)
        self.findings.tools += tools
        self.findings.unread += unread


def _names(node: ast.AST) -> str | None:
    """Return the name by which a node says what it calls, decorates with or passes."""
    match node:
        case ast.Attribute(_, name) | ast.Name(name) | ast.keyword(name):
            return name
    return None


def _last(node: ast.expr) -> str:
    """Return the last name of a dotted one."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _leaves(body: Sequence[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Return | ast.Raise | ast.Continue)


def _own_calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """Yield the calls in a statement, not those in the blocks it holds."""
    work: list[ast.AST] = [
        child for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.stmt)
    ]
    while work:
        node = work.pop()
        if isinstance(node, ast.ExceptHandler | ast.match_case | ast.Lambda):
            continue
        if isinstance(node, ast.Call):
            yield node
            if isinstance(node.func, ast.Call):
                work += [*node.func.args, *node.args]
                continue
        work += [c for c in ast.iter_child_nodes(node) if not isinstance(c, ast.stmt)]
