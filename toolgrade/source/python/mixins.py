"""Read the tools of classes with FastMCP's `MCPMixin`, whose marked methods an object registers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.source.nodes import Scalar, Text, Unknown, concatenate
from toolgrade.source.python.decorators import get_function_name
from toolgrade.source.python.values import Class, External, Function, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.source.python.bindings import FunctionNode
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Scope, Value

REGISTERING = frozenset({"register_all", "register_tools"})
_SEPARATORS = {"register_all": "tool_separator", "register_tools": "separator"}


class MixedTool(NamedTuple):
    """A marked method, and the arguments with which it is registered."""

    function: Function
    given: Mapping[str, Value]


def find_mixed_tools(
    ev: Interpreter, call: ast.Call, scope: Scope
) -> tuple[ast.expr, list[MixedTool]] | None:
    """Return the server of `object.register_all(server, ...)`, and the tools; None for any other
    call.
    """
    if not isinstance(call.func, ast.Attribute):
        return None
    owner = ev.value(call.func.value, scope)
    if not (isinstance(owner, Instance) and isinstance(owner.kind, Class)):
        return None
    bases = ev.bases(owner.kind)
    if not any(isinstance(one, External) and one.path.endswith(".MCPMixin") for one in bases):
        return None
    names = ("mcp_server", "prefix", _SEPARATORS[call.func.attr])
    given = dict(zip(names, call.args, strict=False))
    given |= {k.arg: k.value for k in call.keywords if k.arg}
    server = given.pop("mcp_server", None)
    if server is None:
        return None
    said = {name: ev.value(one, scope) for name, one in given.items()}
    prefix, separator = said.get("prefix"), said.get(names[-1], Text("_", ev.at(call, scope)))
    return server, [
        MixedTool(function, {**marks, "name": _prefix(marks["name"], prefix, separator)})
        for function, marks in _find_marked(ev, owner, bases)
    ]


def _prefix(name: Value, prefix: Value | None, separator: Value) -> Value:
    if prefix is None or (isinstance(prefix, Scalar | Text) and not prefix.value):
        return name
    if isinstance(prefix, Text) and isinstance(separator, Text) and isinstance(name, Text):
        return concatenate([prefix, separator, name], name.at)
    return Unknown("its prefix is made at run time", name.at)


def _find_marked(
    ev: Interpreter, owner: Instance, bases: list[External | Class]
) -> Iterator[tuple[Function, dict[str, Value]]]:
    """Yield the methods of an object that `@mcp_tool(...)` marks, by name, with what it says."""
    methods: dict[str, tuple[FunctionNode, Class]] = {}
    for base in reversed([one for one in bases if isinstance(one, Class)]):
        for statement in base.node.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                methods[statement.name] = (statement, base)
    for _, (node, base) in sorted(methods.items()):
        inside = base.scope.inside(base.node)
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call):
                continue
            mark = ev.value(decorator.func, inside)
            if not (isinstance(mark, External) and mark.path.endswith(".mcp_tool")):
                continue
            function = Function(node, inside, ev.at(node, inside), bound=True, owner=owner)
            args, marks = ev.calls.evaluate_arguments(decorator, inside) or ((), {})
            marks = {**({"name": args[0]} if args else {}), **marks}
            enabled = marks.pop("enabled", None)
            name = marks.get("name")
            if name is None or (isinstance(name, Scalar) and name.value is None):
                marks["name"] = get_function_name(function, function.at)
            if not (isinstance(enabled, Scalar) and enabled.value is False):
                yield function, marks
