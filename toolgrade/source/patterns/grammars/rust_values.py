"""The values of Rust's expressions, and how its types are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolgrade.source.patterns import constants
from toolgrade.source.patterns.literals import read_literal
from toolgrade.source.patterns.values import Call, Env, Foreign, Given, Kind, make_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.patterns.grammar import Interpreter
    from toolgrade.source.tree import Node

_STANDARD = ("std::", "core::", "alloc::")


OWN = ("crate", "self", "super")


def tokens(tree: Node) -> Iterator[tuple[str, Any]]:
    """Yield what is between the commas of an attribute: a name, and its value's last node."""
    text = tree.file.text
    parts: list[tuple[int, list[Node]]] = [(tree.start + 1, [])]
    at = tree.start + 1
    for child in tree.children:
        comma = text.rfind(",", at, child.start)
        if comma >= 0:
            # What has no node, as the word default, ends at a comma too.
            parts += [(at + m.end(), []) for m in re.finditer(",", text[at : comma + 1])]
        parts[-1][1].append(child)
        at = child.end
    parts += [(at + m.end(), []) for m in re.finditer(",", text[at : tree.end - 1])]
    for start, nodes in parts:
        name = re.compile(r"\s*([A-Za-z_]\w*)").match(text, start)
        if name:
            values = [n for n in nodes if n.start >= name.end()]
            yield name[1], values[-1] if values else None


def kind(node: Node, ev: Interpreter) -> Kind:
    """Return a type as written."""
    if node.kind == "reference_type":
        return kind(node.children[-1], ev)
    if node.kind == "array_type":
        return Kind("[]", (kind(node.children[0], ev),), node.spot)
    if node.kind == "generic_type":
        outer = kind(node.children[0], ev)
        listed = [c for c in node.children[-1].children if c.kind != "lifetime"]
        return Kind(outer.name, tuple(kind(c, ev) for c in listed), node.spot, outer.own)
    module = ev.modules.get_module_of_node(node)
    if node.kind == "type_identifier":
        found = ev.modules.find_top_level(node.text, module)
        if found and found.what == "type":
            return Kind(found.name, (), node.spot, found)
    if node.kind not in {"type_identifier", "scoped_type_identifier", "primitive_type"}:
        return Kind("", (), node.spot)
    first, sign, rest = node.text.partition("::")
    if first in OWN:
        found = ev.modules.find_top_level(node.text.rpartition("::")[2], module)
        return Kind(found.name, (), node.spot, found) if found else Kind("", (), node.spot)
    path = module.imports.names.get(first, first) + sign + rest
    return Kind(
        path.rpartition("::")[2] if path.startswith((*_STANDARD, "rmcp::")) else path, (), node.spot
    )


def call_of(ev: Interpreter, call: Node, env: Env) -> tuple[Any, list[Given]]:
    """Return the function that a call calls, and its arguments."""
    callee, given = call.get_field("function"), call.get_field("arguments")
    values = [Given("", ev.value(one, env)) for one in (given.children if given else [])]
    return (ev.value(callee, env) if callee else make_unknown(call.spot)), values


def _string(_: Interpreter, node: Node, __: Env) -> Any:
    text = node.text
    if not text.startswith('"'):
        return make_unknown(node.spot)
    return read_literal(node, [(node.start + 1, node.end - 1)])


def _raw(_: Interpreter, node: Node, __: Env) -> Any:
    found = re.match(r'r(#*)"', node.text)
    if not found:
        return make_unknown(node.spot)
    return read_literal(
        node, [(node.start + found.end(), node.end - len(found[1]) - 1)], escapes=False
    )


def _identifier(ev: Interpreter, node: Node, env: Env) -> Any:
    return ev.name(node, node.text, env)


def _evaluate_scoped_name(ev: Interpreter, node: Node, env: Env) -> Any:
    first, _, last = node.text.rpartition("::")
    if first.partition("::")[0] in OWN:
        found = ev.modules.find_top_level(last, ev.modules.get_module_of_node(node))
        if found:
            return ev.evaluate_declaration(found, node.spot)
    owner = ev.modules.find_top_level(first, ev.modules.get_module_of_node(node))
    found = ev.modules.member(owner, last) if owner else None
    del env
    return ev.evaluate_declaration(found, node.spot) if found else Foreign(node.text, node.spot)


def _call(ev: Interpreter, node: Node, env: Env) -> Any:
    target, given = call_of(ev, node, env)
    return ev.call(target, given, node.spot)


def _macro(ev: Interpreter, node: Node, env: Env) -> Any:
    name, tokens = node.children[0].text, node.children[-1]
    if name not in {"concat", "std::concat"} or tokens.kind != "token_tree":
        return make_unknown(node.spot)
    return constants.join_texts([ev.value(one, env) for one in tokens.children], node.spot)


def _arguments(ev: Interpreter, node: Node, env: Env) -> Call:
    """Return the arguments inside an attribute, as in annotations(title = "…")."""
    given = [Given(k, ev.value(v, env)) for k, v in tokens(node) if v is not None]
    return Call("()", tuple(given), node.spot)


KINDS = {
    "string_literal": _string,
    "raw_string_literal": _raw,
    "integer_literal": constants.read_number,
    "float_literal": constants.read_number,
    "boolean_literal": constants.read_constant,
    "parenthesized_expression": constants.evaluate_inner,
    "reference_expression": constants.evaluate_inner,
    "identifier": _identifier,
    "scoped_identifier": _evaluate_scoped_name,
    "call_expression": _call,
    "macro_invocation": _macro,
    "token_tree": _arguments,
}
