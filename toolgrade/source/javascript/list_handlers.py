"""Lists of tools that a server answers with: by the SDK's handler, or by one written by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.source.found import Unread
from toolgrade.source.javascript import calls, contexts, definitions, statements
from toolgrade.source.javascript.budget import TOO_DEEP, TOO_LARGE, LimitError
from toolgrade.source.javascript.scopes import FUNCTIONS
from toolgrade.source.javascript.syntax import Node, arguments, strip_wrappers
from toolgrade.source.javascript.values import (
    NO_ENV,
    RUN_TIME,
    Array,
    Env,
    Foreign,
    Function,
    Perhaps,
    Value,
)
from toolgrade.source.nodes import Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.found import Declared
    from toolgrade.source.javascript.interpreter import Interpreter

OWN = "_registeredTools"
"""The SDK's own handler, which a bundle has in it, lists what the registrations gave it."""

_ASKED = re.compile(r"""["']tools/list["']""")
_WRAPPED = frozenset({"arrow_function", "function_expression", "call_expression", "identifier"})


def is_asked(ev: Interpreter, given: list[Node]) -> bool:
    """Return whether what setRequestHandler is given answers tools/list, and is not the SDK's."""
    schema, handler = given[:2]
    if OWN in handler.text:
        return False
    if "ListToolsRequest" in schema.text:
        return True
    with ev.needs.collect():
        value = ev.value(schema, NO_ENV)
    if isinstance(value, Text):
        return value.value == "tools/list"
    if isinstance(value, Foreign):
        return value.path[-1:] == ("ListToolsRequestSchema",)
    binding = ev.module(schema).scopes.find(schema) if schema.kind == "identifier" else None
    return bool(binding and _ASKED.search(binding.node.text[:300]))


def find_answered_tools(ev: Interpreter, handler: Node, env: Env) -> list[Declared | Unread]:
    """Return the tools that a handler answers with."""
    found: list[Declared | Unread] = []
    for result in _answers(ev, handler, env):
        tools = ev.member(result, "tools", handler.spot)
        if not isinstance(tools, Array) or not tools.items:
            # An empty list is unlikely: it is filled in a way that was not seen.
            found.append(definitions.make_unread(tools, handler))
        else:
            found += _each(ev, tools, handler)
    return found


def _each(ev: Interpreter, tools: Array, at: Node) -> Iterator[Declared | Unread]:
    for item in tools.items:
        tool = item.value if isinstance(item, Perhaps) else item
        yield definitions.read_literal_tool(
            ev, tool, at, item.at if isinstance(item, Perhaps) else None
        )


def _answers(ev: Interpreter, handler: Node, env: Env) -> list[Value]:
    """Return the possible answers of a handler, also of one that another function wraps."""
    value = ev.value(handler, env)
    if isinstance(value, Function):
        asked = [Unknown(RUN_TIME, handler.spot)] * 3
        answers = [one for one, _ in calls.find_outcomes(ev, value, asked)]
        if handler.kind != "call_expression" or _lists_any(ev, answers, handler):
            return answers
    node = strip_wrappers(handler)
    for one in arguments(node) if node.kind == "call_expression" else ():
        if strip_wrappers(one).kind in _WRAPPED:
            answers = _answers(ev, one, env)
            if _lists_any(ev, answers, one):
                return answers
    return [value if isinstance(value, Unknown) else Unknown(RUN_TIME, handler.spot)]


def _lists_any(ev: Interpreter, answers: list[Value], at: Node) -> bool:
    return any(isinstance(ev.member(a, "tools", at.spot), Array) for a in answers)


def find_hand_listed_tools(ev: Interpreter, only: str) -> Iterator[Declared | Unread]:
    """Yield the tools that are listed by code that handles tools/list without the SDK. Only lists
    that are known as a whole count, because clients contain the same words.
    """
    for module in ev.modules.in_use:
        if only not in {"", module.path} or "tools/list" not in module.text:
            continue
        for match in _ASKED.finditer(module.text):
            node = module.root.deepest(match.start())
            while node.kind == "string_fragment" and node.parent:
                node = node.parent
            region = _region(node)
            for place in _places(region) if region else ():
                for tools in _lists(ev, place):
                    yield from tools


def _region(asked: Node) -> Node | None:
    """Return the code that is reached when the method is tools/list."""
    parent = asked.parent
    if parent is None:
        return None
    if parent.kind in {"switch_case", "pair"}:
        return parent
    if parent.kind == "binary_expression":
        outer = next((a for a in parent.above() if a.kind == "if_statement"), None)
        return outer.get_field("consequence") if outer else None
    if parent.kind == "arguments":
        return next((c for c in parent.children if c.kind in FUNCTIONS), None)
    return None


def _places(region: Node) -> Iterator[Node]:
    """Yield the expressions in some code that may be an answer with tools."""
    for node in region.below():
        keys = (
            [(c.get_field("key") or c).text for c in node.children] if node.kind == "object" else []
        )
        if "tools" in keys or (node.kind == "call_expression" and not arguments(node)):
            yield node


def _lists(ev: Interpreter, place: Node) -> Iterator[list[Declared | Unread]]:
    def find_tools_in(env: Env) -> list[Declared | Unread]:
        mark = ev.journal.mark()
        try:
            value = ev.value(place, statements.build_env_before(ev, place, env))
            tools = ev.member(value, "tools", place.spot)
            if isinstance(tools, Array):
                return list(_each(ev, tools, place))
            is_cut = isinstance(tools, Unknown) and tools.why in {TOO_LARGE, TOO_DEEP}
            return [Unread(TOO_LARGE, place.spot)] if is_cut else []
        except (LimitError, RecursionError):
            return [Unread(TOO_LARGE, place.spot)]
        finally:
            ev.journal.roll_back(mark)

    try:
        yield from contexts.look_in_each_context(ev, find_tools_in)
    except LimitError:
        yield [Unread(TOO_LARGE, place.spot)]
