"""The values of Java's expressions, and how its types are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Items, Scalar, Table, Text
from toolgrade.source.patterns import constants
from toolgrade.source.patterns.grammar import Mark
from toolgrade.source.patterns.literals import dedent_ranges, read_literal, trimmed_lines
from toolgrade.source.patterns.values import (
    Call,
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

_STRIPPED = ("strip", "trim")


def mark_of(node: Node) -> Mark | None:
    """Return a node as an annotation; None if it is not one."""
    if node.kind not in {"annotation", "marker_annotation"}:
        return None
    given: list[tuple[str, Node]] = []
    listed = node.get_field("arguments")
    for one in listed.children if listed else []:
        if one.kind == "element_value_pair":
            given.append((one.children[0].text, one.children[-1]))
        else:
            given.append(("", one))
    return Mark(node.children[0].text, tuple(given), node)


def kind(node: Node, ev: Interpreter) -> Kind:
    """Return a type as written."""
    if node.kind == "array_type":
        return Kind("[]", (kind(node.children[0], ev),), node.spot)
    if node.kind == "generic_type":
        outer = kind(node.children[0], ev)
        given = [kind(c, ev) for c in node.children[-1].children]
        return Kind(outer.name, tuple(given), node.spot, outer.own)
    if node.kind == "superclass":
        return kind(node.children[0], ev)
    if node.kind == "type_identifier":
        found = ev.modules.find_top_level(node.text, ev.modules.get_module_of_node(node))
        if found and found.what == "type":
            return Kind(found.name, (), node.spot, found)
    return Kind(node.text.rpartition(".")[2], (), node.spot)


def find_enclosing_call(name: Node) -> Node | None:
    """Return the call or creation whose function or type is the name at a node."""
    top = name
    while top.parent and top.parent.kind in {"scoped_type_identifier", "generic_type"}:
        top = top.parent
    parent = top.parent
    if parent and parent.kind == "method_invocation":
        return parent if parent.get_field("name") is top else None
    return parent if parent and parent.kind == "object_creation_expression" else None


def calls(ev: Interpreter, node: Node, path: str) -> bool:
    """Return whether a call or creation is of a function or type of this full name."""
    if node.kind == "object_creation_expression":
        of = node.get_field("type")
        return of is not None and _type_path(ev, of) == path
    of, name = node.get_field("object"), node.get_field("name")
    value = ev.value(of) if of else None
    return isinstance(value, Foreign) and bool(name) and f"{value.path}.{name.text}" == path  # type: ignore[union-attr]


def _type_path(ev: Interpreter, node: Node) -> str:
    """Return the full name of a type, as written or from the imports."""
    text = node.text.partition("<")[0]
    first, dot, rest = text.partition(".")
    module = ev.modules.get_module_of_node(node)
    path = module.imports.names.get(first)
    if path is None and first[:1].isupper():
        path = next((f"{p}.{first}" for p in module.imports.packages if _holds(p, first)), first)
    return f"{path or first}{dot}{rest}"


def _holds(package: str, name: str) -> bool:
    """Whether a package that is imported whole is known to contain a type."""
    return package.startswith("io.modelcontextprotocol") and name in {
        "McpSchema",
        "Tool",
        "JsonSchema",
    }


def chain(ev: Interpreter, call: Node, env: Env) -> list[Call]:
    """Return the methods that are called on a call's result, in order."""
    found: list[Call] = []
    node = call
    while (
        node.parent
        and node.parent.kind == "method_invocation"
        and node.parent.get_field("object") is node
    ):
        node = node.parent
        name, given = node.get_field("name"), node.get_field("arguments")
        values = [Given("", ev.value(one, env)) for one in (given.children if given else [])]
        found.append(Call(name.text if name else "", tuple(values), node.spot))
    return found


def call_of(ev: Interpreter, call: Node, env: Env) -> tuple[Any, list[Given]]:
    """Return the function that a call calls, and its arguments."""
    of, name, given = call.get_field("object"), call.get_field("name"), call.get_field("arguments")
    values = [Given("", ev.value(one, env)) for one in (given.children if given else [])]
    if name is None:
        return make_unknown(call.spot), values
    if of is None or of.kind == "this":
        return ev.name(call, name.text, env), values
    return ev.member(ev.value(of, env), name.text, name.spot), values


def _string(_: Interpreter, node: Node, __: Env) -> Any:
    if not node.text.startswith('"""'):
        return read_literal(node, [(node.start + 1, node.end - 1)])
    source = node.file.text
    first = source.index("\n", node.start) + 1
    ranges = dedent_ranges(node, first, node.end - 3, closing=True)
    return read_literal(node, trimmed_lines(node, ranges))


def _identifier(ev: Interpreter, node: Node, env: Env) -> Any:
    found = ev.name(node, node.text, env)
    if isinstance(found, Foreign) and found.path == node.text and node.text[:1].isupper():
        return Foreign(_type_path(ev, node), node.spot)
    return found


def _evaluate_field(ev: Interpreter, node: Node, env: Env) -> Any:
    of, name = node.get_field("object"), node.get_field("field")
    if not (of and name):
        return make_unknown(node.spot)
    return ev.member(ev.value(of, env), name.text, node.spot)


def _call(ev: Interpreter, node: Node, env: Env) -> Any:
    target, given = call_of(ev, node, env)
    values = [one.value for one in given]
    if isinstance(target, Method) and isinstance(target.of, Text) and not values:
        return _of_text(target)
    if isinstance(target, Foreign):
        made = _BUILTINS.get(target.path.removeprefix("java.util."))
        if made:
            return made(values, node.spot)
    return ev.call(target, given, node.spot)


def _of_text(method: Method) -> Any:
    text = method.of.value
    if method.name in _STRIPPED:
        return method.of.cut(len(text) - len(text.lstrip()), len(text.rstrip()))
    return make_unknown(method.at)


def _list(given: list[Any], at: Spot) -> Any:
    return Items(tuple(given), at)


def _map(given: list[Any], at: Spot) -> Any:
    return mapping(list(zip(given[::2], given[1::2], strict=False)), at)


def _entries(given: list[Any], at: Spot) -> Any:
    pairs = [one.items for one in given if isinstance(one, Items) and len(one.items) == 2]
    return mapping([(a, b) for a, b in pairs], at) if len(pairs) == len(given) else make_unknown(at)


def _copy(given: list[Any], at: Spot) -> Any:
    return given[0] if given else Table({}, at)


_BUILTINS = {
    "List.of": _list,
    "Arrays.asList": _list,
    "Set.of": _list,
    "Map.of": _map,
    "Map.entry": _list,
    "Map.ofEntries": _entries,
}


def _evaluate_creation(ev: Interpreter, node: Node, env: Env) -> Any:
    of, given = node.get_field("type"), node.get_field("arguments")
    if not (of and given) or node.children[-1].kind == "class_body":
        return make_unknown(node.spot)
    values = [Given("", ev.value(one, env)) for one in given.children]
    path = _type_path(ev, of)
    if path.rpartition(".")[2] in {"HashMap", "LinkedHashMap", "ArrayList", "TreeMap"}:
        return _copy([one.value for one in values], node.spot)
    return Call(path, tuple(values), node.spot)


def _array(ev: Interpreter, node: Node, env: Env) -> Items:
    return Items(tuple(ev.value(one, env) for one in node.children), node.spot)


def _annotation(ev: Interpreter, node: Node, env: Env) -> Any:
    mark = mark_of(node)
    given = [
        Given(name or "value", ev.value(one, env)) for name, one in (mark.given if mark else ())
    ]
    return Call(mark.name if mark else "", tuple(given), node.spot)


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
    "decimal_integer_literal": constants.read_number,
    "hex_integer_literal": constants.read_number,
    "decimal_floating_point_literal": constants.read_number,
    "true": constants.read_constant,
    "false": constants.read_constant,
    "null_literal": constants.read_constant,
    "binary_expression": constants.add,
    "parenthesized_expression": constants.evaluate_inner,
    "cast_expression": constants.evaluate_inner,
    "unary_expression": _evaluate_negation,
    "identifier": _identifier,
    "field_access": _evaluate_field,
    "method_invocation": _call,
    "object_creation_expression": _evaluate_creation,
    "array_initializer": _array,
    "element_value_array_initializer": _array,
    "annotation": _annotation,
    "marker_annotation": _annotation,
}
