"""The values of Go's expressions, and how its types are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Items, Scalar, Spot, Table, Text
from toolgrade.source.patterns import constants
from toolgrade.source.patterns.grammar import Field
from toolgrade.source.patterns.grammars.go_builtins import BUILTINS, CONVERSIONS
from toolgrade.source.patterns.literals import read_literal
from toolgrade.source.patterns.values import (
    Call,
    Env,
    Foreign,
    Function,
    Given,
    Kind,
    Method,
    OwnType,
    make_unknown,
)

if TYPE_CHECKING:
    from toolgrade.source.patterns.grammar import Interpreter
    from toolgrade.source.tree import Node


FUNCTIONS = frozenset({"function_declaration", "method_declaration", "func_literal"})


_HOLDING = frozenset(
    {
        "qualified_type",
        "pointer_type",
        "slice_type",
        "array_type",
        "implicit_length_array_type",
        "map_type",
    }
)
_MAJOR = re.compile(r"/v\d+(?=[./]|$)")


def parameters(function: Node) -> list[Field]:
    """Return the parameters of a function."""
    given = function.get_field("parameters")
    found: list[Field] = []
    for one in given.children if given else []:
        kind = one.get_field("type")
        names = [c for c in one.children if c.kind == "identifier"]
        if one.kind == "parameter_declaration":
            found += [Field(name.text, name, kind) for name in names] or [Field("", one, kind)]
        else:
            found += [Field(f"...{name.text}", name, kind) for name in names]
    return found


def kind(node: Node, ev: Interpreter) -> Kind:
    """Return a type as written."""
    inner = [kind(c, ev) for c in node.children if c.kind != "package_identifier"]
    if node.kind == "pointer_type":
        return Kind("*", tuple(inner[:1]), node.spot)
    if node.kind == "slice_type":
        return Kind("[]", tuple(inner[:1]), node.spot)
    if node.kind == "map_type":
        return Kind("map", tuple(inner[:2]), node.spot)
    if node.kind == "interface_type":
        return Kind("any" if not inner else "interface", (), node.spot)
    if node.kind == "qualified_type":
        package = node.get_field("package")
        name = node.get_field("name")
        if package and name:
            of = _package(ev, package)
            return _kind_of(ev.member(of, name.text, node.spot), node.spot)
    if node.kind in {"type_identifier", "identifier"}:
        return _kind_of(ev.name(node, node.text, {}), node.spot)
    if node.kind == "selector_expression":
        return _kind_of(ev.value(node), node.spot)
    if node.kind == "struct_type" and not (node.children and node.children[0].children):
        return Kind("struct{}", (), node.spot)
    return Kind("", (), node.spot)


def _kind_of(value: Any, at: Spot) -> Kind:
    if isinstance(value, OwnType):
        return Kind(value.declaration.name, (), at, value.declaration)
    return Kind(value.path if isinstance(value, Foreign) else "", (), at)


def _package(ev: Interpreter, node: Node) -> Foreign:
    path = ev.modules.get_module_of_node(node).imports.names.get(node.text, node.text)
    own = ev.modules.root_path
    if own and (path == own or path.startswith(f"{own}/")):
        path = f"./{path.removeprefix(own).removeprefix('/')}"
    return Foreign(path, node.spot)


def _identifier(ev: Interpreter, node: Node, env: Env) -> Any:
    found = ev.name(node, node.text, env)
    if (
        isinstance(found, Foreign)
        and node.text in ev.modules.get_module_of_node(node).imports.names
    ):
        return _package(ev, node)
    return found


def _string(_: Interpreter, node: Node, __: Env) -> Text:
    return read_literal(node, [(node.start + 1, node.end - 1)])


def _raw(_: Interpreter, node: Node, __: Env) -> Text:
    return read_literal(node, [(node.start + 1, node.end - 1)], escapes=False)


def _selector(ev: Interpreter, node: Node, env: Env) -> Any:
    of, name = node.get_field("operand"), node.get_field("field")
    if not (of and name):
        return make_unknown(node.spot)
    return ev.member(ev.value(of, env), name.text, node.spot)


def _unary(ev: Interpreter, node: Node, env: Env) -> Any:
    value = ev.value(node.children[-1], env)
    operator = node.word("operator")
    if operator == "-" and isinstance(value, Scalar) and isinstance(value.value, int | float):
        return Scalar(-value.value, node.spot)
    return value if operator in {"&", "*"} else make_unknown(node.spot)


def _function(ev: Interpreter, node: Node, env: Env) -> Function:
    return Function(node, ev.modules.get_module_of_node(node), env)


def find_enclosing_call(name: Node) -> Node | None:
    """Return the call or literal whose function or type is the name at a node."""
    top = name
    while top.parent and top.parent.kind in {
        "selector_expression",
        "qualified_type",
        "index_expression",
    }:
        if top.parent.kind == "selector_expression" and top.parent.get_field("field") is not top:
            return None
        top = top.parent
    parent = top.parent
    if parent is None:
        return None
    if parent.kind == "call_expression":
        return parent if parent.get_field("function") is top else None
    return parent if parent.kind == "composite_literal" else None


def calls(ev: Interpreter, node: Node, path: str) -> bool:
    """Return whether a call or literal is of a function or type of this full name."""
    of = node.get_field("type")
    if of:
        return _MAJOR.sub("", kind(of, ev).name) == path
    callee = node.get_field("function")
    if callee is None:
        return False
    if callee.kind == "index_expression":
        callee = callee.children[0]
    value = ev.value(callee)
    if isinstance(value, Method):
        return path == f".{value.name}"
    return isinstance(value, Foreign) and _MAJOR.sub("", value.path) == path


def find_untyped_literals(ev: Interpreter, name: Node, path: str) -> list[Node]:
    """Return the literals in a list or map that omit their type; the type is at a node."""
    top = name
    while top.parent and top.parent.kind in _HOLDING:
        top = top.parent
    holder = top.parent
    body = holder.get_field("body") if holder and holder.kind == "composite_literal" else None
    of = name.parent if name.parent and name.parent.kind == "qualified_type" else name
    if body is None or top is of or _MAJOR.sub("", kind(of, ev).name) != path:
        return []
    last = [one.children[-1] if one.children else one for one in body.children]
    inner = [n.children[0] if n.kind == "literal_element" else n for n in last]
    return [one for one in inner if one.kind == "literal_value"]


def call_of(ev: Interpreter, call: Node, env: Env) -> tuple[Any, list[Given]]:
    """Return the function that a call calls, and its arguments."""
    callee, given = call.get_field("function"), call.get_field("arguments")
    if not (callee and given):
        return make_unknown(call.spot), []
    if callee.kind == "index_expression":
        callee = callee.children[0]
    values: list[Any] = []
    for one in given.children:
        if one.kind == "variadic_argument":
            rest = ev.value(one.children[0], env)
            values += rest.items if isinstance(rest, Items) else [make_unknown(rest.at)]
        else:
            values.append(ev.value(one, env))
    return ev.value(callee, env), [Given("", one) for one in values]


def _call(ev: Interpreter, node: Node, env: Env) -> Any:
    callee, given = node.get_field("function"), node.get_field("arguments")
    if not (callee and given):
        return make_unknown(node.spot)
    default = _default(ev, callee)
    if default is not None and default < len(given.children):
        return ev.value(given.children[default], env)
    types: list[Kind] = []
    listed = node.get_field("type_arguments")
    if listed:
        types = [kind(c.children[0] if c.kind == "type_elem" else c, ev) for c in listed.children]
    if callee.kind == "index_expression":
        types = [kind(c, ev) for c in callee.children[1:]]
    target, values = call_of(ev, node, env)
    if len(values) == 1 and (isinstance(target, OwnType) or callee.text in CONVERSIONS):
        return values[0].value
    if isinstance(target, Foreign) and target.path in BUILTINS:
        given_values = [one.value for one in values]
        ev.budget.build(sum(len(one.value) for one in given_values if isinstance(one, Text)))
        return BUILTINS[target.path](given_values, node.spot)
    return ev.call(target, values, node.spot, types)


def _default(ev: Interpreter, callee: Node) -> int | None:
    """Return which argument a function gives back that was handed in to look up a text, and has a
    parameter for the default: no one has set another text before the server is configured.
    """
    function = next(
        (a for a in callee.above() if a.kind in FUNCTIONS and a.kind != "func_literal"), None
    )
    handed = [p for p in parameters(function) if p.name == callee.text] if function else []
    of = kind(handed[0].kind, ev).own if handed and handed[0].kind else None
    signature = of.node.get_field("type") if of else None
    if signature is None or signature.kind != "function_type":
        return None
    named = [one.name.lower() for one in parameters(signature)]
    return next((i for i, name in enumerate(named) if name.startswith("default")), None)


def _type(_: Interpreter, node: Node, __: Env) -> Foreign:
    return Foreign(node.text, node.spot)


def _composite(ev: Interpreter, node: Node, env: Env) -> Any:
    of, body = node.get_field("type"), node.get_field("body")
    if not (of and body):
        return make_unknown(node.spot)
    return _literal(ev, body, of, node.spot, env)


def _literal(ev: Interpreter, body: Node, of: Node, at: Spot, env: Env) -> Any:
    """Return the value of a literal of a type; its members may omit their own type."""
    if of.kind in {"slice_type", "array_type", "implicit_length_array_type"}:
        element = of.children[-1]
        items = [_element(ev, one, element, env) for one in body.children]
        return Items(tuple(items), at)
    if of.kind == "map_type":
        return _map(ev, body, of, at, env)
    named = kind(of, ev)
    given: list[Given] = []
    for one in body.children:
        if one.kind == "keyed_element":
            key, value = one.children[0], one.children[-1]
            given.append(Given(key.text, _element(ev, value, None, env)))
        else:
            given.append(Given("", _element(ev, one, None, env)))
    declared = named.own
    if (
        declared
        and (under := declared.node.get_field("type"))
        and under.kind in {"map_type", "slice_type"}
    ):
        return _literal(ev, body, under, at, env)
    path = f"{declared.module.home}.{declared.name}" if declared else named.name
    return Call(path, tuple(given), at)


def _map(ev: Interpreter, body: Node, of: Node, at: Spot, env: Env) -> Any:
    entries: dict[str, Any] = {}
    keys: dict[str, Spot] = {}
    element = of.get_field("value")
    for one in body.children:
        if one.kind != "keyed_element":
            return make_unknown(one.spot)
        key = ev.value(one.children[0].children[0], env)
        if not isinstance(key, Text):
            return key if not isinstance(key, Call) else make_unknown(one.spot)
        entries[key.value] = _element(ev, one.children[-1], element, env)
        keys[key.value] = key.at
    return Table(entries, at, keys)


def _element(ev: Interpreter, node: Node, element: Node | None, env: Env) -> Any:
    inner = node.children[0] if node.kind == "literal_element" and node.children else node
    if inner.kind == "literal_value":
        while element is not None and element.kind == "pointer_type":
            element = element.children[0]
        return (
            _literal(ev, inner, element, inner.spot, env) if element else make_unknown(inner.spot)
        )
    return ev.value(inner, env)


KINDS = {
    "interpreted_string_literal": _string,
    "raw_string_literal": _raw,
    "int_literal": constants.read_number,
    "float_literal": constants.read_number,
    "true": constants.read_constant,
    "false": constants.read_constant,
    "nil": constants.read_constant,
    "binary_expression": constants.add,
    "parenthesized_expression": constants.evaluate_inner,
    "unary_expression": _unary,
    "identifier": _identifier,
    "selector_expression": _selector,
    "call_expression": _call,
    "composite_literal": _composite,
    "func_literal": _function,
    "type_conversion_expression": constants.evaluate_inner,
    "slice_type": _type,
}
