"""The values of Kotlin's expressions, kotlinx.serialization's JSON among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Items, Scalar, Text, Unknown, concatenate
from toolgrade.source.patterns import constants
from toolgrade.source.patterns.literals import read_literal
from toolgrade.source.patterns.values import (
    Env,
    Foreign,
    Given,
    Kind,
    Method,
    make_unknown,
    mapping,
)

if TYPE_CHECKING:
    from toolgrade.source.nodes import Spot
    from toolgrade.source.patterns.grammar import Interpreter
    from toolgrade.source.tree import Node

_SDK = "io.modelcontextprotocol.kotlin.sdk."


def kind(node: Node, ev: Interpreter) -> Kind:
    """Return a type as written."""
    del ev
    return Kind(node.text, (), node.spot)


def find_enclosing_call(name: Node) -> Node | None:
    """Return the call whose function or type is the name at a node."""
    top = name
    if top.parent and top.parent.kind == "navigation_suffix":
        top = top.parent.parent or top
    parent = top.parent
    if parent and parent.kind == "call_expression" and parent.children[0] is top:
        return parent
    return None


def calls(ev: Interpreter, node: Node, path: str) -> bool:
    """Return whether a call is of a function or type of this full name."""
    callee = node.children[0]
    if path.startswith("."):
        last = callee.children[-1].children[0] if callee.kind == "navigation_expression" else callee
        return last.text == path[1:]
    value = ev.value(callee)
    return isinstance(value, Foreign) and value.path == path


def call_of(ev: Interpreter, call: Node, env: Env) -> tuple[Any, list[Given]]:
    """Return the function that a call calls, and its arguments except a trailing lambda."""
    suffix = call.children[-1]
    listed = next((c for c in suffix.children if c.kind == "value_arguments"), None)
    given: list[Given] = []
    for one in listed.children if listed else []:
        if len(one.children) > 1 and one.children[0].kind == "simple_identifier":
            given.append(Given(one.children[0].text, ev.value(one.children[-1], env)))
        elif one.children:
            given.append(Given("", ev.value(one.children[0], env)))
    return ev.value(call.children[0], env), given


def _block(call: Node) -> list[Node] | None:
    """Return the statements of a call's trailing lambda; None without one."""
    for one in call.children[-1].children:
        if one.kind == "annotated_lambda":
            inner = [c for c in one.children[-1].children if c.kind == "statements"]
            return inner[0].children if inner else []
    return None


def _string(ev: Interpreter, node: Node, env: Env) -> Any:
    raw = node.text.startswith('"""')
    quotes = 3 if raw else 1
    parts: list[Any] = []
    at = node.start + quotes
    for child in node.children:
        if child.kind.startswith("interpolation") and child.kind.endswith("start"):
            parts.append(read_literal(node, [(at, child.start)], escapes=not raw))
        elif child.kind == "interpolated_identifier":
            parts.append(ev.name(child, child.text, env))
            at = child.end
        elif child.kind == "interpolated_expression":
            parts.append(
                ev.value(child.children[0], env) if child.children else make_unknown(child.spot)
            )
            at = child.end + 1
    parts.append(read_literal(node, [(at, node.end - quotes)], escapes=not raw))
    return parts[0] if len(parts) == 1 else constants.join_texts(parts, node.spot)


def _character(_: Interpreter, node: Node, __: Env) -> Text:
    return read_literal(node, [(node.start + 1, node.end - 1)])


def _identifier(ev: Interpreter, node: Node, env: Env) -> Any:
    found = ev.name(node, node.text, env)
    if isinstance(found, Foreign) and found.path == node.text and node.text[:1].isupper():
        packages = ev.modules.get_module_of_node(node).imports.packages
        if any(f"{one}.".startswith(_SDK) for one in packages):
            return Foreign(_SDK + node.text, node.spot)
    if isinstance(found, Foreign) and found.path.startswith(_SDK):
        return Foreign(found.path.replace(".types.", "."), node.spot)
    return found


def _navigation(ev: Interpreter, node: Node, env: Env) -> Any:
    of, suffix = node.children[0], node.children[-1]
    return ev.member(
        ev.value(of, env), suffix.children[-1].text if suffix.children else "", node.spot
    )


def _call(ev: Interpreter, node: Node, env: Env) -> Any:
    target, given = call_of(ev, node, env)
    block = _block(node)
    name = target.path.rpartition(".")[2] if isinstance(target, Foreign) else ""
    if block is not None and not given and name in {"buildJsonObject", "buildJsonArray"}:
        return _build_json(ev, name, block, node.spot, env)
    values = [one.value for one in given]
    if name in _BUILTINS:
        return _BUILTINS[name](values, node.spot)
    if isinstance(target, Method) and isinstance(target.of, Text):
        return _of_text(target, values)
    return ev.call(target, given, node.spot)


def _build_json(ev: Interpreter, name: str, block: list[Node], at: Spot, env: Env) -> Any:
    """Return the value that buildJsonObject or buildJsonArray makes from its block."""
    try:
        if not ev.budget.enter():
            return Unknown(ev.budget.why, at)
        return _add_members(ev, name, block, at, env)
    finally:
        ev.budget.leave()


def _add_members(ev: Interpreter, name: str, block: list[Node], at: Spot, env: Env) -> Any:
    pairs: list[tuple[Any, Any]] = []
    items: list[Any] = []
    for one in block:
        if one.kind != "call_expression":
            return make_unknown(one.spot)
        target, given = call_of(ev, one, env)
        path = target.path.rpartition(".")[2] if isinstance(target, Foreign) else ""
        inner = _block(one)
        values = [g.value for g in given]
        if path == "put" and len(values) == 2:
            pairs.append((values[0], values[1]))
        elif path in {"putJsonObject", "putJsonArray"} and values and inner is not None:
            made = "buildJsonObject" if path == "putJsonObject" else "buildJsonArray"
            pairs.append((values[0], _build_json(ev, made, inner, one.spot, env)))
        elif path == "add" and len(values) == 1:
            items.append(values[0])
        elif path == "addJsonObject" and inner is not None:
            items.append(_build_json(ev, "buildJsonObject", inner, one.spot, env))
        else:
            return make_unknown(one.spot)
    return mapping(pairs, at) if name == "buildJsonObject" else Items(tuple(items), at)


def _of_text(method: Method, given: list[Any]) -> Any:
    text: Text = method.of
    if method.name == "trimIndent" and not given:
        return _trim_margin(text, "")
    if method.name == "trimMargin" and all(isinstance(one, Text) for one in given):
        return _trim_margin(text, given[0].value if given else "|")
    if method.name == "trim" and not given:
        value = text.value
        return text.cut(len(value) - len(value.lstrip()), len(value.rstrip()))
    return make_unknown(method.at)


def _trim_margin(text: Text, margin: str) -> Any:
    """Return lines without what they begin with in common, or up to a margin, and without the first
    and last if they are blank.
    """
    lines: list[Text] = []
    at = 0
    for written_line in text.value.split("\n"):
        lines.append(text.cut(at, at + len(written_line)))
        at += len(written_line) + 1
    common = min((_indent(line.value) for line in lines if line.value.strip()), default=0)
    if not lines[0].value.strip():
        lines = lines[1:]
    if lines and not lines[-1].value.strip():
        lines = lines[:-1]
    parts: list[Text] = []
    for line in lines:
        cut = common
        if margin:
            indent = _indent(line.value)
            cut = indent + len(margin) if line.value[indent:].startswith(margin) else 0
        rest = line.cut(min(cut, len(line.value)), len(line.value))
        parts += [Text("\n", line.at), rest] if parts else [rest]
    return concatenate(parts, text.at)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _list(given: list[Any], at: Spot) -> Items:
    return Items(tuple(given), at)


def _map(given: list[Any], at: Spot) -> Any:
    pairs = [one.items for one in given if isinstance(one, Items) and len(one.items) == 2]
    return mapping([(a, b) for a, b in pairs], at) if len(pairs) == len(given) else make_unknown(at)


def _only(given: list[Any], at: Spot) -> Any:
    return given[0] if len(given) == 1 else make_unknown(at)


_BUILTINS = {
    "listOf": _list,
    "emptyList": _list,
    "mapOf": _map,
    "JsonObject": _only,
    "JsonArray": _only,
    "JsonPrimitive": _only,
}


def _infix(ev: Interpreter, node: Node, env: Env) -> Any:
    if len(node.children) == 3 and node.children[1].text == "to":
        return Items((ev.value(node.children[0], env), ev.value(node.children[2], env)), node.spot)
    return make_unknown(node.spot)


def _evaluate_negation(ev: Interpreter, node: Node, env: Env) -> Any:
    value = ev.value(node.children[-1], env)
    if (
        node.text.startswith("-")
        and isinstance(value, Scalar)
        and isinstance(value.value, int | float)
    ):
        return Scalar(-value.value, node.spot)
    return value if isinstance(value, Unknown) else make_unknown(node.spot)


KINDS = {
    "string_literal": _string,
    "character_literal": _character,
    "integer_literal": constants.read_number,
    "long_literal": constants.read_number,
    "real_literal": constants.read_number,
    "boolean_literal": constants.read_constant,
    "null_literal": constants.read_constant,
    "null": constants.read_constant,
    "additive_expression": constants.add,
    "parenthesized_expression": constants.evaluate_inner,
    "prefix_expression": _evaluate_negation,
    "infix_expression": _infix,
    "simple_identifier": _identifier,
    "navigation_expression": _navigation,
    "call_expression": _call,
}
