"""Where tools are registered with a server.

Each way of registering is recognized by its method. Only what reaches a server counts: an object
that looks like a tool is not one until one of these methods takes it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from toolgrade.source.found import Declared, Findings, Unread
from toolgrade.source.javascript import (
    conditions,
    contexts,
    definitions,
    handles,
    libraries,
    list_handlers,
    replacements,
    statements,
)
from toolgrade.source.javascript.budget import TOO_DEEP, TOO_LARGE, LimitError
from toolgrade.source.javascript.package import registers
from toolgrade.source.javascript.parameters import evaluate_arguments
from toolgrade.source.javascript.syntax import Node, arguments, find_call, strip_wrappers
from toolgrade.source.javascript.values import (
    NO_ENV,
    Array,
    Class,
    Env,
    Function,
    Instance,
    Object,
    Perhaps,
    Zod,
)
from toolgrade.source.nodes import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolgrade.source.javascript.interpreter import Interpreter

_T = TypeVar("_T")
_SITE = re.compile(
    r"\.\s*(registerTool(?:Task)?|tool|addTools?|setRequestHandler)\s*(?:<[^()]{0,200}>\s*)?\("
    r"|(registerAppTool)\d*\)?\("
)
_FAST = ("fastmcp", "litemcp")


def read(ev: Interpreter, only: str, findings: Findings) -> None:
    """Add the tools that the modules in use register, or the one at the path `only`."""
    instead = replacements.find_replacements(ev)
    for module in ev.modules.in_use:
        if only not in {"", module.path} or not registers(module.text):
            continue
        for match in _SITE.finditer(module.text):
            node = module.root.deepest(match.start(match.lastindex or 1))
            if node.is_cut:
                findings.add(Unread(TOO_DEEP, node.spot))
            place = find_call(node)
            if place:
                method = match[match.lastindex or 1]
                if not ev.budget.start_registration():
                    findings.add(Unread(TOO_LARGE, place[0].spot))
                    continue
                try:
                    for found in _read_registration(ev, place[0], method, instead):
                        findings.add(found)
                except (LimitError, RecursionError):
                    findings.add(Unread(TOO_LARGE, place[0].spot))
    if not findings.tools:
        for found in list_handlers.find_hand_listed_tools(ev, only):
            ev.budget.start_registration()
            findings.add(found)


def _read_registration(
    ev: Interpreter, call: Node, method: str, instead: dict[str, list[Node]]
) -> Iterator[Declared | Unread]:
    given = arguments(call)
    if method == "setRequestHandler":
        if len(given) > 1 and list_handlers.is_asked(ev, given):
            for listed in _look_in_each_context(
                ev, call, lambda env: list_handlers.find_answered_tools(ev, given[1], env)
            ):
                yield from listed
        return
    if _is_own(ev, call) or not given:
        return
    first = 1 if method == "registerAppTool" else 0
    many = len(given) > 1 + first or any(one.kind == "spread_element" for one in given)
    read: Callable[[list[Any], Env], Declared | Unread] | None = None
    if method == "addTool":
        if len(given) == 1 and _uses_fastmcp(ev):
            read = lambda values, env: libraries.read_settings_table(ev, call, values[0], env)  # noqa: E731
    elif method == "addTools":
        if len(given) == 1 and _uses_fastmcp(ev):
            for several in _look_in_each_context(
                ev, call, lambda env: _read_list(ev, call, given[0], env)
            ):
                yield from several
        return
    elif method in instead and many:
        read = lambda values, env: replacements.read_through_replacement(  # noqa: E731
            ev, instead[method], method, call, values, env
        )
    elif method == "tool" and many and _is_callback(given[-1]):
        read = lambda values, env: definitions.read_tool_arguments(ev, call, values, env)  # noqa: E731
    elif method.startswith("register") and many:
        read = lambda values, env: definitions.read_register_tool(ev, call, values[first:], env)  # noqa: E731
    if read:

        def read_and_follow(env: Env) -> Declared | Unread | None:
            made = read(evaluate_arguments(ev, call, env), env)
            return handles.follow_handle(ev, call, made, env, definitions.convert_schema)

        found: Iterator[Declared | Unread] = _look_in_each_context(ev, call, read_and_follow)
        yield from found


def _read_list(ev: Interpreter, call: Node, given: Node, env: Env) -> list[Declared | Unread]:
    """Return the tools of `server.addTools([...])`."""
    value = ev.value(given, env)
    if not isinstance(value, Array):
        return [definitions.make_unread(value, call)]
    found: list[Declared | Unread] = []
    for item in value.items:
        one = item.value if isinstance(item, Perhaps) else item
        made = libraries.read_settings_table(ev, call, one, env)
        if isinstance(item, Perhaps) and isinstance(made, Declared):
            made = replace(made, condition=made.condition or item.at)
        found.append(made)
    return found


def _look_in_each_context(
    ev: Interpreter, call: Node, look: Callable[[Env], _T | None]
) -> Iterator[_T]:
    """Yield what `look` finds at a call in each context, after the statements before it. Their
    changes are then taken back.
    """

    def look_and_roll_back(env: Env) -> _T | None:
        mark = ev.journal.mark()
        try:
            made = statements.build_env_before(ev, call, env)
            found = look(made)
            return None if conditions.is_unreachable(ev, call, made) else found
        finally:
            ev.journal.roll_back(mark)

    return (
        found
        for found in contexts.look_in_each_context(ev, look_and_roll_back)
        if found is not None
    )


def _is_callback(node: Node) -> bool:
    return strip_wrappers(node).kind not in {
        "object",
        "string",
        "array",
        "number",
        "template_string",
    }


def _uses_fastmcp(ev: Interpreter) -> bool:
    return any(
        "FastMCPSession" in module.text or any(s.endswith(_FAST) for s in module.specifiers)
        for module in ev.modules.in_use
    )


def _is_own(ev: Interpreter, call: Node) -> bool:
    """Return whether the method called is defined by the package itself."""
    callee = call.get_field("function")
    of = callee.get_field("object") if callee else None
    if callee is None or of is None:
        return False
    with ev.needs.collect():
        value = ev.value(of, NO_ENV)
    if isinstance(value, Instance | Class):
        name = callee.get_field("property")
        method = ev.member(value, name.text if name else "", call.spot)
        return isinstance(method, Function) and not _is_sdk(method.node)
    return isinstance(value, Object | Zod | Array | Text)


def _is_sdk(method: Node) -> bool:
    """Return whether a method is the SDK's own, which a bundle has in it."""
    holder = next((a for a in method.above() if a.kind == "class_body"), method)
    return any(mark in holder.text for mark in (list_handlers.OWN, "FastMCPSession"))
