"""The values of C#'s expressions, and how its types are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Scalar, Text
from toolgrade.source.patterns import constants
from toolgrade.source.patterns.literals import dedent_ranges, read_literal
from toolgrade.source.patterns.values import Env, Given, Kind, make_unknown

if TYPE_CHECKING:
    from toolgrade.source.patterns.grammar import Interpreter
    from toolgrade.source.tree import Node


def kind(node: Node, ev: Interpreter) -> Kind:
    """Return a type as written."""
    inner = [c for c in node.children if c.kind != "array_rank_specifier"]
    if node.kind == "nullable_type":
        return Kind("?", (kind(inner[0], ev),), node.spot)
    if node.kind == "array_type":
        return Kind("[]", (kind(inner[0], ev),), node.spot)
    if node.kind == "generic_name":
        given = [
            kind(c, ev) for a in node.children for c in a.children if a.kind == "type_argument_list"
        ]
        return Kind(node.children[0].text, tuple(given), node.spot)
    if node.kind == "qualified_name":
        return kind(node.children[-1], ev)
    if node.kind == "identifier":
        found = ev.modules.find_top_level(node.text, ev.modules.get_module_of_node(node))
        if found and found.what == "type":
            return Kind(found.name, (), node.spot, found)
    return Kind(node.text, (), node.spot)


def call_of(ev: Interpreter, call: Node, env: Env) -> tuple[Any, list[Given]]:
    """Return the function that a call calls, and its arguments."""
    del ev, env
    return make_unknown(call.spot), []


def _string(_: Interpreter, node: Node, __: Env) -> Any:
    if node.text.endswith("u8"):
        return make_unknown(node.spot)
    return read_literal(node, [(node.start + 1, node.end - 1)])


def _verbatim(_: Interpreter, node: Node, __: Env) -> Text:
    start = node.file.text.index('"', node.start) + 1
    return read_literal(node, [(start, node.end - 1)], doubled='"')


def _raw(_: Interpreter, node: Node, __: Env) -> Text:
    quotes = re.match(r'"+', node.text)
    count = len(quotes[0]) if quotes else 3
    start, end = node.start + count, node.end - count
    source = node.file.text
    if "\n" not in source[start:end]:
        return read_literal(node, [(start, end)], escapes=False)
    first = source.index("\n", start) + 1
    ranges = dedent_ranges(node, first, end, closing=True)[:-1]
    if ranges:
        begin, stop = ranges[-1]
        stop -= 2 if source[stop - 2 : stop] == "\r\n" else 1
        ranges[-1] = (min(begin, stop), stop)
    return read_literal(node, ranges, escapes=False)


def _evaluate_interpolation(ev: Interpreter, node: Node, env: Env) -> Any:
    if not node.text.startswith('$"') or node.text.startswith('$"""'):
        return make_unknown(node.spot)
    parts: list[Any] = []
    for child in node.children:
        if child.kind in {"string_content", "escape_sequence"}:
            parts.append(read_literal(child, [(child.start, child.end)]))
        elif child.kind == "interpolation":
            inner = [c for c in child.children if c.kind != "interpolation_brace"]
            parts.append(ev.value(inner[0], env) if len(inner) == 1 else make_unknown(child.spot))
    if "{{" in node.text or "}}" in node.text:
        return make_unknown(node.spot)
    return constants.join_texts(parts, node.spot) if parts else Text("", node.spot)


def _identifier(ev: Interpreter, node: Node, env: Env) -> Any:
    return ev.name(node, node.text, env)


def _member(ev: Interpreter, node: Node, env: Env) -> Any:
    of, name = node.get_field("expression"), node.get_field("name")
    if not (of and name):
        return make_unknown(node.spot)
    value = ev.value(of, env)
    return ev.member(value, name.text, node.spot)


def _call(ev: Interpreter, node: Node, env: Env) -> Any:
    del env
    callee = node.get_field("function")
    given = node.get_field("arguments")
    if callee and callee.text == "nameof" and given and given.children:
        last = re.split(r"[.?]+", given.children[0].text)[-1]
        return Text(last, given.children[0].spot)
    del ev
    return make_unknown(node.spot)


def _evaluate_negation(ev: Interpreter, node: Node, env: Env) -> Any:
    value = ev.value(node.children[-1], env)
    if (
        node.text.startswith("-")
        and isinstance(value, Scalar)
        and isinstance(value.value, int | float)
    ):
        return Scalar(-value.value, node.spot)
    return make_unknown(node.spot)


KINDS = {
    "string_literal": _string,
    "verbatim_string_literal": _verbatim,
    "raw_string_literal": _raw,
    "interpolated_string_expression": _evaluate_interpolation,
    "integer_literal": constants.read_number,
    "real_literal": constants.read_number,
    "boolean_literal": constants.read_constant,
    "null_literal": constants.read_constant,
    "binary_expression": constants.add,
    "parenthesized_expression": constants.evaluate_inner,
    "prefix_unary_expression": _evaluate_negation,
    "identifier": _identifier,
    "member_access_expression": _member,
    "invocation_expression": _call,
}
