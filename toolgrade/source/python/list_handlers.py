"""Read the tools of low-level servers, where a function returns the definitions themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.source.found import Declared, Unread
from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.source.python.sdk_models import convert_keys_to_camel
from toolgrade.source.python.values import Either, Function, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.values import Value


def find_listed_tools(ev: Interpreter, function: Value) -> tuple[list[Declared], list[Unread]]:
    """Return the tools that a function may list, and those that are not known."""
    if not isinstance(function, Function):
        why = (
            function.why if isinstance(function, Unknown) else "it is not a function of the package"
        )
        return [], [Unread(why, function.at)]
    tools: list[Declared] = []
    unread: list[Unread] = []
    names: set[str] = set()
    for result in ev.calls.results(function):
        for value, condition in _each(result):
            made = ev.data(value)
            if not isinstance(made, Table):
                why = made.why if isinstance(made, Unknown) else "what is listed is not a tool"
                unread.append(Unread(why, made.at))
                continue
            made = convert_keys_to_camel(made)
            name = made.entries.get("name")
            if isinstance(name, Unknown):
                unread.append(Unread(name.why, made.at))
            elif not (isinstance(name, Text) and name.value in names):
                # Two branches of the function may list the same tool.
                names |= {name.value} if isinstance(name, Text) else set()
                tools.append(Declared(made, made.at, condition))
    return tools, unread


def _each(result: Value, condition: Spot | None = None) -> Iterator[tuple[Value, Spot | None]]:
    """Yield the tools in what a function returns, and the condition that each depends on."""
    if isinstance(result, Instance) and "tools" in result.kwargs:
        result = result.kwargs["tools"]
    if isinstance(result, Items | Either):
        inside = result.items if isinstance(result, Items) else result.options
        here = result.at if isinstance(result, Either) else condition
        for one in inside:
            yield from _each(one, here)
    elif not isinstance(result, Scalar):
        yield result, condition
