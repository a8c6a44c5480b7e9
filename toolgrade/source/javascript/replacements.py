"""Registrations by a method that the package replaces.

The replacement does something and then calls the original method: the arguments of that call are
what is registered.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from toolgrade.source.found import Declared, Unread
from toolgrade.source.javascript import definitions, statements
from toolgrade.source.javascript.combine import spread
from toolgrade.source.javascript.parameters import bind, evaluate_arguments
from toolgrade.source.javascript.scopes import FUNCTIONS
from toolgrade.source.javascript.syntax import Node, arguments, strip_wrappers
from toolgrade.source.javascript.values import NO_ENV, Env, Frame, Function, Perhaps, Value
from toolgrade.source.nodes import Unknown, convert_to_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.source.javascript.interpreter import Interpreter

_METHODS = ("registerTool", "tool", "addTool")
_PROXY = re.compile(r"\bnew\s+(Proxy)\s*\(")
_REPLACED = re.compile(r"\.(registerTool|tool|addTool)\s*=(?![=>])")
_CALLED = frozenset({"call", "apply"})


def find_replacements(ev: Interpreter) -> dict[str, list[Node]]:
    """Return the replacements of each method, by an assignment or a Proxy."""
    found: dict[str, list[Node]] = {}
    for module in ev.modules.in_use:
        for node in module.find_nodes(_REPLACED):
            member = node.parent
            outer = member.parent if member else None
            if outer and outer.get_field("left") is member and (right := outer.get_field("right")):
                found.setdefault(node.text, []).append(strip_wrappers(right))
        for node in module.find_nodes(_PROXY):
            new = node.parent
            for method in _METHODS if new and new.kind == "new_expression" else ():
                if new and re.search(rf"""["']{method}["']""", new.text):
                    inside = [
                        f for f in new.below() if next(_find_original_calls(ev, f, method), None)
                    ]
                    found.setdefault(method, []).append(inside[-1] if inside else new)
    return found


def read_through_replacement(  # noqa: PLR0913, PLR0917 - a registration's parts
    ev: Interpreter,
    made: list[Node],
    method: str,
    call: Node,
    given: Sequence[Value],
    env: Env,
) -> Declared | Unread:
    """Return the tool that a call registers through the method's replacement."""
    read = definitions.read_tool_arguments if method == "tool" else definitions.read_register_tool
    plainly = read(ev, call, given, env)
    if isinstance(plainly, Unread):
        return plainly
    changed: list[Declared] = []
    for one in made:
        inner = next(_find_original_calls(ev, one, method), None)
        if inner is None:
            return _hide_all_but_name(plainly)
        own = bind(ev, Function(one, NO_ENV), given)
        frame = statements.build_env_before(ev, inner, Frame(own, NO_ENV, one))
        passed = read(ev, inner, _evaluate_passed_arguments(ev, inner, frame), env)
        if isinstance(passed, Unread):
            return _hide_all_but_name(plainly)
        if convert_to_data(passed.definition) != convert_to_data(plainly.definition):
            changed.append(replace(passed, at=plainly.at, condition=plainly.condition))
    # Where several change it, their order decides, which is not known.
    return _hide_all_but_name(plainly) if len(changed) > 1 else (*changed, plainly)[0]


def _find_original_calls(ev: Interpreter, function: Node, method: str) -> Iterator[Node]:
    """Yield the calls in a function of the method that it replaces, kept under another name."""
    if function.kind not in FUNCTIONS:
        return
    kept = re.compile(rf"\.{method}\b")
    for node in function.below():
        callee = node.get_field("function") if node.kind == "call_expression" else None
        if callee is None:
            continue
        name = callee.get_field("property")
        if name and name.text in _CALLED:
            callee = callee.get_field("object") or callee
        own = callee.get_field("property")
        binding = ev.module(callee).scopes.find(callee) if callee.kind == "identifier" else None
        if (own and own.text == method) or (binding and kept.search(binding.node.text[:300])):
            yield node


def _evaluate_passed_arguments(ev: Interpreter, inner: Node, env: Env) -> list[Value]:
    callee = inner.get_field("function")
    name = callee.get_field("property") if callee else None
    given = evaluate_arguments(ev, inner, env)
    if name and name.text == "call":
        return given[1:]
    if name and name.text == "apply" and len(arguments(inner)) > 1:
        values = spread(given[1], inner.spot)
        return [v.value if isinstance(v, Perhaps) else v for v in values]
    return given


def _hide_all_but_name(found: Declared) -> Declared:
    """Return a tool of which only the name is known."""
    why = Unknown("the method that registers it is replaced", found.at)
    entries = {k: v if k == "name" else why for k, v in found.definition.entries.items()}
    for key in definitions.FIELDS:
        entries.setdefault(key, why)
    return replace(found, definition=replace(found.definition, entries=entries))
