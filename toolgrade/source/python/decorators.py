"""What a function's decorators make of it, and what it is then called and says."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Run, Text, Unknown, Verbatim
from toolgrade.source.python.docstrings import find_docstring
from toolgrade.source.python.values import Class, External, Function

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Value

_BUILT_IN = frozenset(f"builtins.{name}" for name in dir(builtins))
_TELLTALE = ("__signature__", "__annotations__", "__doc__")


def apply_decorators(
    ev: Interpreter, function: Function, decorators: Sequence[ast.expr]
) -> Function:
    """Return the function that decorators of the package, the outermost first, put in the place of
    another.
    """
    for decorator in reversed(decorators):
        value = ev.value(decorator, function.scope)
        if isinstance(value, Function) and not _is_wrapper(value):
            made = ev.calls.call_value(value, (function,), {}, function.at)
            if isinstance(made, Function) and not isinstance(made.node, ast.Lambda):
                function = made
    return function


def _is_wrapper(decorator: Function) -> bool:
    """Whether a decorator returns a function that takes any arguments."""
    return not isinstance(decorator.node, ast.Lambda) and decorator.scope.module.is_wrapper(
        decorator.node
    )


def get_function_name(function: Value, at: Spot) -> Text | Unknown:
    """Return a function's name."""
    match function:
        case Function() if function.called is not None:
            if isinstance(function.called, Text):
                return function.called
            return Unknown("a function is renamed at run time", function.at)
        case Function(ast.FunctionDef() | ast.AsyncFunctionDef() as node):
            written = function.scope.module.file.text.find(node.name, function.at.offset)
            spot = function.at._replace(offset=max(written, function.at.offset))
            return Text(node.name, spot, (Run(Verbatim(spot), 0, len(node.name)),))
        case External(path) if not path.startswith("builtins.") or path in _BUILT_IN:
            return Text(path.rpartition(".")[2], at)
        case Unknown():
            return function
    return Unknown("what is registered is made at run time", at)


def get_documentation(function: Function) -> Text | Unknown | None:
    """Return a function's docstring as it is written, or what was set in its place; None if it has
    none.
    """
    if function.says is not None:
        if isinstance(function.says, Text):
            return function.says
        why = "its docstring is set at run time"
        return None if _is_none(function.says) else Unknown(why, function.at)
    if isinstance(function.node, ast.Lambda):
        return None
    return find_docstring(function.node, function.scope)


def _is_none(value: object) -> bool:
    return getattr(value, "value", "") is None


def find_signature_change(ev: Interpreter, function: Function) -> Unknown | None:
    """Return why the signature may differ from the source: a decorator that changes it."""
    if function.changed:
        return Unknown(f"a wrapper changes {function.changed}", function.at)
    decorators = getattr(function.node, "decorator_list", [])
    for decorator in decorators:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        value = ev.value(named, function.scope)
        if isinstance(value, Function) and not isinstance(value.node, ast.Lambda):
            words = value.scope.module.words_of(value.node)
            telling = [word for word in _TELLTALE if any(word in one for one in words)]
            if telling or ("wraps" not in words and _is_wrapper(value)):
                what = " and ".join(telling) or "the signature"
                return Unknown(f"the decorator {value.node.name} changes {what}", value.at)
        elif isinstance(value, Class):
            return Unknown(f"the decorator {value.node.name} may change it", value.at)
    return None
