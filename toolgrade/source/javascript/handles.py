"""What a package does to a tool after its registration, through the handle that this returns."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from toolgrade.source.found import Declared, Unread
from toolgrade.source.javascript import conditions
from toolgrade.source.javascript.conversion import convert_for_json
from toolgrade.source.javascript.parameters import evaluate_arguments
from toolgrade.source.javascript.scopes import FUNCTIONS
from toolgrade.source.javascript.values import REST, Absent, Env, Object, truth
from toolgrade.source.nodes import Scalar, Table, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.javascript.interpreter import Interpreter
    from toolgrade.source.javascript.syntax import Node
    from toolgrade.source.javascript.values import Value

_CHANGES = ("update", "disable", "enable", "remove")
_CHANGE = re.compile(r"([\w$]+)\s*[?!]?\.\s*(?:update|disable|enable|remove)\s*\(")
_FIELDS = {
    "title": "title",
    "description": "description",
    "annotations": "annotations",
    "paramsSchema": "inputSchema",
    "outputSchema": "outputSchema",
}
_PLAIN = frozenset({"statement_block", "expression_statement", "else_clause"})
_LATER = "the package updates it when the server runs"


class Convert(Protocol):
    """Makes the JSON Schema of a schema, as the SDK does."""

    def __call__(self, ev: Interpreter, value: Value, *, output: bool) -> Any:
        """Return the JSON Schema, with `output` that of a result."""


def follow_handle(
    ev: Interpreter,
    call: Node,
    found: Declared | Unread,
    env: Env,
    convert: Convert,
) -> Declared | Unread | None:
    """Return a tool as it is after what the package does to it while it is loaded; None if it is
    not listed then.
    """
    if isinstance(found, Unread):
        return found
    is_shown = True
    for change, name in _find_changes(ev, call):
        if conditions.is_unreachable(ev, change, env):
            continue
        condition = conditions.find_condition(ev, change, env)
        is_known = condition in {None, found.condition} or _is_surely_reached(ev, change, call, env)
        is_sure = _holder(change) is _holder(call) and is_known
        if name == "update":
            given = evaluate_arguments(ev, change, env)
            settings = given[0] if given else Absent(change.spot)
            made = _update(ev, found, settings, change, convert, is_sure=is_sure)
            if made is None:
                is_shown = False
            elif isinstance(made, Unread):
                return made
            else:
                found = made
        elif is_sure:
            is_shown = name == "enable"
            if name == "remove":
                return None
        elif _holder(change) is _holder(call) or not is_shown:
            # It may be listed, and it may not.
            found, is_shown = replace(found, condition=found.condition or change.spot), True
    return found if is_shown else None


def _is_surely_reached(ev: Interpreter, change: Node, call: Node, env: Env) -> bool:
    """Return whether every condition around a change, which is reachable, is known to hold."""
    below = change
    for above in change.above():
        if above.start <= call.start and call.end <= above.end:
            return True
        if above.kind not in _PLAIN:
            test = above.get_field("condition") if above.kind == "if_statement" else None
            if test is None or truth(ev.value(test, env)) is None:
                return False
        below = above
    return below is not change


def _holder(node: Node) -> Node | None:
    """Return the function that a node is in."""
    return next((above for above in node.above() if above.kind in FUNCTIONS), None)


def _find_changes(ev: Interpreter, call: Node) -> Iterator[tuple[Node, str]]:
    """Yield the calls of a handle's methods, with their names, in the order of the text."""
    top, holder = call, call.parent
    while holder and holder.kind in {"await_expression", "parenthesized_expression"}:
        top, holder = holder, holder.parent
    if holder is None:
        return
    if holder.kind == "member_expression":
        method = holder.get_field("property")
        if method and method.text in _CHANGES and holder.parent:
            yield holder.parent, method.text
        return
    name = holder.get_field("name") if holder.kind == "variable_declarator" else None
    if holder.kind == "assignment_expression" and holder.get_field("right") is top:
        name = holder.get_field("left")
    if name is None or name.kind != "identifier":
        return
    module = ev.module(call)
    binding = module.scopes.find(name)
    for node in module.find_nodes(_CHANGE) if binding else ():
        if node.text != name.text or module.scopes.find(node) is not binding:
            continue
        access = node.parent
        while access and access.kind == "non_null_expression":
            access = access.parent
        method = access.get_field("property") if access else None
        if access and access.parent and method and access.parent.kind == "call_expression":
            yield access.parent, method.text


def _update(  # noqa: PLR0913 - one call, and how it is read
    ev: Interpreter,
    found: Declared,
    settings: Value,
    change: Node,
    convert: Convert,
    *,
    is_sure: bool,
) -> Declared | Unread | None:
    """Return a tool after `handle.update(settings)`; None if that hides or removes it."""
    later = Unknown(_LATER, change.spot)
    if not isinstance(settings, Object) or REST in settings.entries:
        return _set(found, dict.fromkeys(_FIELDS.values(), later)) if is_sure else found
    if not is_sure and _holder(change) is None:
        return found
    given = {key: one for key, one in settings.entries.items() if not isinstance(one, Absent)}
    fields: dict[str, Any] = {}
    for key, field in _FIELDS.items():
        if key in given:
            fields[field] = later if not is_sure else _convert(ev, field, given[key], convert)
    name, enabled = given.get("name"), given.get("enabled")
    if is_sure and name is not None:
        if isinstance(name, Scalar) and name.value is None:
            return None
        if not isinstance(name, Text):
            return Unread(getattr(name, "why", _LATER), change.spot)
        fields["name"] = name
    if is_sure and isinstance(enabled, Scalar) and enabled.value is False:
        return None
    return _set(found, fields)


def _convert(ev: Interpreter, field: str, value: Value, convert: Convert) -> Any:
    if field.endswith("Schema"):
        return convert(ev, value, output=field == "outputSchema")
    return convert_for_json(value, ev.budget)


def _set(found: Declared, fields: dict[str, Any]) -> Declared:
    table = found.definition
    made = Table({**table.entries, **fields}, table.at, table.keys)
    return replace(found, definition=made)
