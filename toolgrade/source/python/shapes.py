"""Find the registrations of tools in Python code, in every supported form.

A decorator called `tool` is many libraries' word: what it belongs to is followed to its class, and
only the classes of MCP's own SDKs count. Where the object is an argument of unknown type, its
name must say that it is a server.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from toolgrade.source.budget import NOT_TO_ITS_END
from toolgrade.source.nodes import Items, Scalar, Text
from toolgrade.source.python.bindings import words_in
from toolgrade.source.python.blocks import Blocks, find_own_calls
from toolgrade.source.python.marks import calls_one_of, may_register
from toolgrade.source.python.mixins import REGISTERING, find_mixed_tools
from toolgrade.source.python.registrations import RegistrationSite, ToolSource, read_tool_source
from toolgrade.source.python.values import Either, Function, Instance, Scope, arguments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.bindings import FunctionNode
    from toolgrade.source.python.helpers import Helpers
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.modules import Module
    from toolgrade.source.python.registrations import Registrations
    from toolgrade.source.python.servers import Server, Servers
    from toolgrade.source.python.values import Value

_MAX_HELPERS = 4


class Shapes:
    """Finds the registrations of one package."""

    def __init__(
        self, ev: Interpreter, servers: Servers, helpers: Helpers, registrations: Registrations
    ) -> None:
        self.ev = ev
        self.servers = servers
        self.helpers = helpers
        self.registrations = registrations
        self._helping: list[ast.AST] = []
        self._marks: dict[Spot, Mapping[str, Value]] = {}
        # A helper may register a tool under another name.
        self.blocks = Blocks(
            self.ev,
            lambda text: (
                bool(self._helping) or may_register(text) or calls_one_of(text, helpers.names)
            ),
        )

    def read(self, module: Module) -> None:
        """Add the tools that a module registers."""
        try:
            self._block(module.tree.body, Scope(module), None)
        except RecursionError:
            self.registrations.add_failure(module, "is nested too deep to be read")
        if self.ev.budget.is_spent or self.blocks.is_cut:
            self.registrations.add_failure(module, NOT_TO_ITS_END)
        self.blocks.is_cut = False

    def _block(self, body: Sequence[ast.stmt], scope: Scope, condition: Spot | None) -> None:
        for statement, here, when in self.blocks.steps(body, scope, condition):
            if not self._helping:
                self.ev.budget.start_definition()
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                self._read_decorators(statement, here, when)
            elif isinstance(statement, ast.ClassDef):
                self._read_overriding_method(statement, here)
            else:
                self._calls(statement, here, when)
                self._handler(statement, here)

    def _read_overriding_method(self, node: ast.ClassDef, scope: Scope) -> None:
        """Note what a class of servers lists by its own method."""
        for method in node.body:
            if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            is_whole = method.name == "list_tools" and "super" not in words_in(method)
            if is_whole and self.servers.is_class_of(node, scope):
                inside = scope.inside(node)
                at = self.ev.at(method, inside)
                self.registrations.add_listed_tools(Function(method, inside, at))

    def _handler(self, statement: ast.stmt, scope: Scope) -> None:
        """Add the tools of `server.request_handlers[ListToolsRequest] = function`."""
        match statement:
            case ast.Assign([ast.Subscript(ast.Attribute(base, "request_handlers"), key)], run):
                if _get_last_name(key) == "ListToolsRequest" and self.servers.is_low_level(
                    base, scope
                ):
                    self.registrations.add_listed_tools(self.ev.value(run, scope))

    def _make_site(self, server: Server, site: Spot, condition: Spot | None) -> RegistrationSite:
        reworked = any(self.helpers.reworks(one) for one in self._helping)
        return RegistrationSite(server, site, condition, reworked)

    def _read_decorators(self, node: FunctionNode, scope: Scope, condition: Spot | None) -> None:
        at = self.ev.at(node, scope)
        for place, decorator in enumerate(node.decorator_list):
            call = decorator if isinstance(decorator, ast.Call) else None
            named = call.func if call else decorator
            function = Function(node, scope, at)
            if _get_last_name(named) in self.helpers.names and self._follow_decorator(
                decorator, function, condition
            ):
                continue
            server = (
                self.servers.standalone(named, scope) if _get_last_name(named) == "tool" else None
            )
            said: dict[str, Value] = {}
            if isinstance(named, ast.Attribute) and named.attr == "tool":
                server = server or self.servers.find_server(named.value, scope)
            elif server is None and (alias := self.servers.decorator(self.ev.value(named, scope))):
                server, earlier = alias
                said = _get_earlier_arguments(earlier)
            if server:
                given = self.registrations.read_arguments(call, scope, server.sdk) if call else {}
                given = {**said, **given}
                where = replace(
                    self._make_site(server, at, condition),
                    decorator=self.ev.at(decorator, scope),
                    below=node.decorator_list[place + 1 :],
                )
                self._marks.setdefault(function.at, given)
                self.registrations.add(function, given, where)
            elif (
                call
                and isinstance(named, ast.Attribute)
                and named.attr == "list_tools"
                and self.servers.is_low_level(named.value, scope)
            ):
                self.registrations.add_listed_tools(function)

    def _calls(self, statement: ast.stmt, scope: Scope, condition: Spot | None) -> None:
        for node in find_own_calls(statement):
            self._follow_helper_call(node, scope, condition)
            match node:
                case ast.Call(ast.Call(ast.Attribute(base, "tool")) as outer, [function]):
                    if server := self.servers.find_server(base, scope):
                        where = self._make_site(server, self.ev.at(node, scope), condition)
                        given = self.registrations.read_arguments(outer, scope, server.sdk)
                        self.registrations.add(self.ev.value(function, scope), given, where)
                case ast.Call(ast.Name(), [function]) if self._helping:
                    self._add_aliased_registration(node, function, scope, condition)
                case ast.Call(ast.Attribute(_, method)) if method in REGISTERING:
                    self._add_mixed_tools(node, scope, condition)
                case ast.Call(ast.Attribute(base, "mount" | "import_server")):
                    self.servers.mount(node, base, scope)
                case ast.Call(ast.Attribute(base, "tool" | "add_tool"), [first, *_]):
                    self._add_direct_registration(
                        node, base, self.ev.value(first, scope), scope, condition
                    )
                case ast.Call(ast.Attribute(base, "add_tool"), []):
                    _, said = self.ev.calls.evaluate_arguments(node, scope) or ((), {})
                    if (tool := said.get("fn", said.get("tool"))) is not None:
                        self._add_direct_registration(node, base, tool, scope, condition)
                case ast.Call(ast.Call(ast.Attribute(base, "list_tools")), [function]):
                    if self.servers.is_low_level(base, scope):
                        self.registrations.add_listed_tools(self.ev.value(function, scope))
                case ast.Call(
                    ast.Attribute(base, "add_request_handler"),
                    [ast.Constant("tools/list"), *_, run],
                ):
                    self.registrations.add_listed_tools(self.ev.value(run, scope))
                case ast.Call(_, _, keywords):
                    for keyword in keywords:
                        if keyword.arg == "on_list_tools":
                            self.registrations.add_listed_tools(self.ev.value(keyword.value, scope))
                        elif keyword.arg == "tools":
                            self._add_constructor_tools(node, keyword.value, scope, condition)

    def _add_mixed_tools(self, node: ast.Call, scope: Scope, condition: Spot | None) -> None:
        """Add the tools of `object.register_all(server)`."""
        found = find_mixed_tools(self.ev, node, scope)
        server = found and self.servers.find_server(found[0], scope)
        if not found or not server:
            return
        for index, one in enumerate(found[1]):
            site = self.ev.at(node, scope)
            where = self._make_site(server, site._replace(offset=site.offset + index), condition)
            # Before FastMCP 3 the mixin asks for no output schema.
            unsaid = {} if server.sdk.marks_functions else {"output_schema": Scalar(None, site)}
            self.registrations.add(one.function, {**unsaid, **one.given}, where)

    def _add_constructor_tools(
        self, node: ast.Call, tools: ast.expr, scope: Scope, condition: Spot | None
    ) -> None:
        """Add the tools of `FastMCP(tools=[...])`."""
        value = self.ev.value(tools, scope)
        server = self.servers.find_server(node, scope)
        if server is None or not isinstance(value, Items):
            return
        for one in value.items:
            where = self._make_site(server, self.ev.at(node, scope), condition)
            self.registrations.add_one_of([read_tool_source(one) or ToolSource(one, {})], where)

    def _follow_body(
        self, node: ast.AST, body: Sequence[ast.stmt], scope: Scope, condition: Spot | None
    ) -> None:
        """Read the body of a helper, for no more than the share of one tool."""
        self._helping.append(node)
        self.blocks.renews = False
        self._block(body, scope, condition)
        self._helping.pop()
        self.blocks.renews = not self._helping

    def _follow_decorator(
        self, decorator: ast.expr, function: Function, condition: Spot | None
    ) -> bool:
        """Follow a decorator of the package that registers what it decorates; return whether it is
        one.
        """
        value = self.ev.value(decorator, function.scope)
        if not isinstance(value, Function) or isinstance(value.node, ast.Lambda):
            return False
        given = arguments(value.node)[value.bound :]
        if not given or len(self._helping) > _MAX_HELPERS:
            return False
        scope = value.scope.inside(value.node).bind_names({given[0].arg: function})
        self._follow_body(value.node, value.node.body, scope, condition)
        return True

    def _follow_helper_call(self, node: ast.Call, scope: Scope, condition: Spot | None) -> None:
        """Follow a call of a function of the package that registers its arguments."""
        if _get_last_name(node.func) not in self.helpers.names or len(self._helping) > _MAX_HELPERS:
            return
        callee = self.ev.value(node.func, scope)
        given = self.ev.calls.evaluate_arguments(node, scope)
        if not isinstance(callee, Function) or isinstance(callee.node, ast.Lambda) or not given:
            return
        if any(callee.node is one for one in self._helping):
            return
        local = self.ev.calls.bind_parameters(callee, *given)
        inside = callee.scope.inside(callee.node).bind_names(local)
        self._follow_body(callee.node, callee.node.body, inside, condition)

    def _add_aliased_registration(
        self, node: ast.Call, function: ast.expr, scope: Scope, condition: Spot | None
    ) -> None:
        """Add the tool of `register(function)`, after `register = server.tool(...)`."""
        value = self.ev.value(node.func, scope)
        if alias := self.servers.decorator(value):
            where = self._make_site(alias[0], self.ev.at(node, scope), condition)
            self.registrations.add(
                self.ev.value(function, scope), _get_earlier_arguments(alias[1]), where
            )

    def _add_direct_registration(
        self, node: ast.Call, base: ast.expr, value: Value, scope: Scope, condition: Spot | None
    ) -> None:
        """Add the tool of `server.tool(function, ...)` or `server.add_tool(...)`."""
        server = None if isinstance(value, Text | Scalar) else self.servers.find_server(base, scope)
        if server is None:
            return
        where = self._make_site(server, self.ev.at(node, scope), condition)
        made = [
            read_tool_source(one)
            for one in (value.options if isinstance(value, Either) else [value])
        ]
        if None not in made:
            self.registrations.add_one_of([one for one in made if one is not None], where)
            return
        given = self.registrations.read_arguments(node, scope, server.sdk, skip=1)
        given.pop("fn", None)
        given.pop("tool", None)
        if server.sdk.marks_functions and isinstance(value, Function):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "add_tool":
                given = dict(self._find_mark(value) or given)
            self._marks.setdefault(value.at, given)
        self.registrations.add(value, given, where)

    def _find_mark(self, function: Function) -> Mapping[str, Value] | None:
        """Return the arguments with which a function was made a tool before; None if it was not."""
        if function.at in self._marks:
            return self._marks[function.at]
        for decorator in getattr(function.node, "decorator_list", ()):
            named = decorator.func if isinstance(decorator, ast.Call) else decorator
            if (
                _get_last_name(named) == "tool"
                and isinstance(decorator, ast.Call)
                and (server := self.servers.standalone(named, function.scope))
            ):
                return self.registrations.read_arguments(decorator, function.scope, server.sdk)
        return None


def _get_earlier_arguments(earlier: Instance | None) -> dict[str, Value]:
    """Return the arguments that a decorator was called with."""
    if earlier is None:
        return {}
    return {**({"name": earlier.args[0]} if earlier.args else {}), **earlier.kwargs}


def _get_last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
