"""Members of values: of tables and lists, of classes and what is made of them, of namespaces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript import calls, exports, names, zod
from toolgrade.source.javascript.syntax import Node, arguments, find_call
from toolgrade.source.javascript.values import (
    REST,
    Absent,
    Class,
    Foreign,
    Function,
    Instance,
    Key,
    Keyed,
    Namespace,
    Perhaps,
    Zod,
)
from toolgrade.source.javascript.writes import read_method_write, writes
from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.javascript.evaluate import Evaluator
    from toolgrade.source.javascript.values import Env, Value
    from toolgrade.source.nodes import Spot

_FIELDS = frozenset({"public_field_definition", "field_definition"})


def member_expression(ev: Evaluator, node: Node, env: Env) -> Value:
    """Return what `a.b` stands for."""
    of, name = node.get_field("object"), node.get_field("property")
    if of is None or name is None:
        return Unknown("it is made when the server runs", node.spot)
    return member(ev, ev.value(of, env), name.text, node.spot)


def subscript_expression(ev: Evaluator, node: Node, env: Env) -> Value:
    """Return what `a[b]` stands for."""
    of, index = node.get_field("object"), node.get_field("index")
    if of is None or index is None:
        return Unknown("it is made when the server runs", node.spot)
    value, key = ev.value(of, env), ev.value(index, env)
    if isinstance(key, Text):
        return member(ev, value, key.value, node.spot)
    if isinstance(key, Scalar) and isinstance(key.value, int):
        if isinstance(value, Table):
            return member(ev, value, str(key.value), node.spot)
        return item(value, key.value, node.spot)
    return Unknown("it is made when the server runs", node.spot)


def item(value: Value, index: int, at: Spot) -> Value:
    """Return an item of a list."""
    if not isinstance(value, Items):
        return (
            value if isinstance(value, Unknown) else Unknown("it is made when the server runs", at)
        )
    if any(isinstance(one, Perhaps) for one in value.items[: index + 1]):
        return Unknown("it depends on a condition", at)
    inside = 0 <= index < len(value.items)
    return value.items[index] if inside else Absent(at)


def member(ev: Evaluator, value: Value, name: str, at: Spot) -> Value:
    """Return the member of a value that has a name."""
    match value:
        case Table(entries):
            found = entries.get(name, entries.get(REST, Absent(at)))
            sure = not isinstance(found, Perhaps)
            return found if sure else Unknown("it depends on a condition", found.at)
        case Foreign(package, path):
            return Foreign(package, (*path, name), at)
        case Namespace(module):
            return exports.evaluate_export(ev, module, name, at)
        case Zod():
            return zod.member(value, name, at)
        case Items(items) if name in {"length", "size"} and not any(
            isinstance(i, Perhaps) for i in items
        ):
            return Scalar(len(items), at)
        case Keyed(pairs) if name == "size" and not any(isinstance(p, Perhaps) for p in pairs):
            return Scalar(len(pairs), at)
        case Text(text) if name == "length":
            return Scalar(len(text), at)
        case Class() | Instance():
            return _evaluate_class_member(ev, value, name, at)
        case Unknown():
            return value
    return Unknown("it is made when the server runs", at)


def make_unknown_instance(ev: Evaluator, of: Class, at: Spot) -> Value:  # noqa: ARG001 - as others
    """Return an object of a class of whose making nothing is known."""
    return Instance(of, of.env, at)


def _evaluate_class_member(ev: Evaluator, self: Class | Instance, name: str, at: Spot) -> Value:
    static = isinstance(self, Class)
    of = self if isinstance(self, Class) else self.made_of
    for one in walk_class_chain(ev, of):
        env: Env = {**one.env, **(self.env if isinstance(self, Instance) else {})}
        env = {**env, names.THIS: self}
        body = one.node.get_field("body")
        for part in body.children if body else ():
            key = part.get_field("property") or part.get_field("name")
            if key is None or key.text != name or part.has("static") != static:
                continue
            if part.kind in _FIELDS and (given := part.get_field("value")):
                if not static and _is_set(one, name):
                    return Unknown("it is changed when the server runs", part.spot)
                return _apply_method_writes(ev, one, name, ev.value(given, env), env)
            if part.kind == "method_definition":
                method = Function(part, env, self)
                return calls.call(ev, method, [], at) if part.has("get") else method
        if not static and (given := _find_constructor_value(one, name)):
            return _apply_method_writes(ev, one, name, ev.value(given, env), env)
        if static and (given := _find_later_value(ev, one, name)):
            return ev.value(given, env)
    return Unknown("it is made when the server runs", at)


def walk_class_chain(ev: Evaluator, of: Class) -> Iterator[Class]:
    """Yield a class, the one it extends, and so on."""
    seen: list[Node] = []
    while of.node not in seen:
        seen.append(of.node)
        yield of
        heritage = next((c for c in of.node.children if c.kind == "class_heritage"), None)
        if heritage is None or not heritage.children:
            return
        first = heritage.children[0]
        parent = ev.value(first.children[0] if first.kind == "extends_clause" else first, of.env)
        if not isinstance(parent, Class):
            return
        of = parent


def constructor(of: Class) -> Node | None:
    """Return a class's own constructor."""
    body = of.node.get_field("body")
    for part in body.children if body else ():
        name = part.get_field("name")
        if part.kind == "method_definition" and name and name.text == "constructor":
            return part
    return None


def make_instance(ev: Evaluator, of: Class, given: list[Value], at: Spot) -> Instance:
    """Return what `new` makes of a class: its constructors' parameters are bound, none is run."""
    env: dict[Key, Any] = dict(of.env)
    for one in walk_class_chain(ev, of):
        built = constructor(one)
        if built is None:
            continue
        env |= calls.bind(ev, Function(built, env), given)
        raised = next(
            (n for n in built.below() if n.kind == "call_expression" and _is_super(n)), None
        )
        if raised is None:
            break
        given = [ev.value(argument, env) for argument in arguments(raised)]
    return Instance(of, env, at)


def _is_super(call: Node) -> bool:
    function = call.get_field("function")
    return function is not None and function.kind == "super"


def _find_constructor_value(of: Class, name: str) -> Node | None:
    """Return what the constructor sets `this.name` to, if only it does and only once."""
    found = list(_sets(of, name))
    built = constructor(of)
    if len(found) != 1 or built is None or not built.start <= found[0].start < built.end:
        parameters = built.get_field("parameters") if built else None
        for parameter in parameters.children if parameters else ():
            pattern = parameter.get_field("pattern")
            if (
                pattern
                and pattern.text == name
                and parameter.children[0].kind
                in {
                    "accessibility_modifier",
                    "readonly",
                }
            ):
                return pattern
        return None
    return found[0].get_field("right")


def _is_set(of: Class, name: str) -> bool:
    return next(_sets(of, name), None) is not None


def _sets(of: Class, name: str) -> Iterator[Node]:
    wanted = f"this.{name}"
    text = of.node.text
    at = text.find(wanted)
    while at >= 0:
        node = of.node.deepest(of.node.start + at + len("this."))
        top = node.parent
        outer = top.parent if top else None
        if top and outer and top.text == wanted and outer.kind == "assignment_expression":
            left = outer.get_field("left")
            if left and left.start == top.start and left.end == top.end:
                yield outer
        at = text.find(wanted, at + 1)


def _apply_method_writes(ev: Evaluator, of: Class, name: str, value: Value, env: Env) -> Value:
    """Return a field's list or map with what the class's methods add to it."""
    if not isinstance(value, Items | Keyed):
        return value
    for match in re.finditer(rf"this\.{re.escape(name)}\.([a-z]+)\(", of.node.text):
        place = find_call(of.node.deepest(of.node.start + match.start(1)))
        write = read_method_write(match[1], place[0]) if place else None
        if write and write.how == "other":
            return Unknown("it is changed when the server runs", write.node.spot)
        if write:
            value = names.apply_push(ev, value, write, of.node, env)
    return value


def _find_later_value(ev: Evaluator, of: Class, name: str) -> Node | None:
    """Return what `Class.name = ...` gives a class later, if it is given once."""
    own = of.node.get_field("name")
    module = ev.module(of.node)
    binding = module.scopes.find(own) if own else None
    holder = of.node.parent
    if holder and holder.kind == "variable_declarator" and (called := holder.get_field("name")):
        binding = module.scopes.find(called)
    found = [w for w in writes(module, binding) if w.key == name] if binding else []
    return found[0].right if len(found) == 1 else None
