"""Members of values: of tables and lists, of classes and what is made of them, of namespaces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.source.javascript import exports, zod
from toolgrade.source.javascript.classes import find_constructor, walk_class_chain
from toolgrade.source.javascript.later_changes import apply_push
from toolgrade.source.javascript.syntax import Node, find_call
from toolgrade.source.javascript.values import (
    CONDITIONAL,
    REST,
    RUN_TIME,
    THIS,
    Absent,
    Array,
    Class,
    Env,
    Foreign,
    Function,
    Instance,
    Keyed,
    Namespace,
    Object,
    Perhaps,
    Value,
    Zod,
)
from toolgrade.source.javascript.writes import read_method_write
from toolgrade.source.nodes import Scalar, Spot, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.javascript.interpreter import Interpreter
    from toolgrade.source.javascript.scopes import Binding

_FIELDS = frozenset({"public_field_definition", "field_definition"})


def evaluate_member_expression(ev: Interpreter, node: Node, env: Env) -> Value:
    """Return the value of `a.b`."""
    of, name = node.get_field("object"), node.get_field("property")
    if of is None or name is None:
        return Unknown(RUN_TIME, node.spot)
    return evaluate_member(ev, ev.value(of, env), name.text, node.spot)


def evaluate_subscript(ev: Interpreter, node: Node, env: Env) -> Value:
    """Return the value of `a[b]`."""
    of, index = node.get_field("object"), node.get_field("index")
    if of is None or index is None:
        return Unknown(RUN_TIME, node.spot)
    value, key = ev.value(of, env), ev.value(index, env)
    if isinstance(key, Text):
        return evaluate_member(ev, value, key.value, node.spot)
    if isinstance(key, Scalar) and isinstance(key.value, int):
        if isinstance(value, Object):
            return evaluate_member(ev, value, str(key.value), node.spot)
        return pick_item(value, key.value, node.spot)
    return Unknown(RUN_TIME, node.spot)


def pick_item(value: Value, index: int, at: Spot) -> Value:
    """Return an item of a list."""
    if not isinstance(value, Array):
        return value if isinstance(value, Unknown) else Unknown(RUN_TIME, at)
    if any(isinstance(one, Perhaps) for one in value.items[: index + 1]):
        return Unknown(CONDITIONAL, at)
    inside = 0 <= index < len(value.items)
    return value.items[index] if inside else Absent(at)


def evaluate_member(ev: Interpreter, value: Value, name: str, at: Spot) -> Value:
    """Return the member of a value that has a name."""
    match value:
        case Object(entries):
            found = entries.get(name, entries.get(REST, Absent(at)))
            sure = not isinstance(found, Perhaps)
            return found if sure else Unknown(CONDITIONAL, found.at)
        case Foreign(package, path):
            return Foreign(package, (*path, name), at)
        case Namespace(module):
            return exports.evaluate_export(ev, module, name, at)
        case Zod():
            return zod.member(value, name, at)
        case Array(items) if name in {"length", "size"} and not any(
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
    return Unknown(RUN_TIME, at)


def _evaluate_class_member(ev: Interpreter, self: Class | Instance, name: str, at: Spot) -> Value:
    static = isinstance(self, Class)
    of = self if isinstance(self, Class) else self.made_of
    for one in walk_class_chain(ev, of):
        env: Env = {**one.env, **(self.env if isinstance(self, Instance) else {})}
        env = {**env, THIS: self}
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
                return ev.apply(method, [], at) if part.has("get") else method
        if not static and (given := _find_constructor_value(one, name)):
            return _apply_method_writes(ev, one, name, ev.value(given, env), env)
        if static and (given := _find_later_value(ev, one, name)):
            return ev.value(given, env)
    return Unknown(RUN_TIME, at)


def _find_constructor_value(of: Class, name: str) -> Node | None:
    """Return what the constructor sets `this.name` to, if only it does and only once."""
    found = list(_sets(of, name))
    built = find_constructor(of)
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


def _apply_method_writes(ev: Interpreter, of: Class, name: str, value: Value, env: Env) -> Value:
    """Return a field's list or map with what the class's methods add to it."""
    if not isinstance(value, Array | Keyed):
        return value
    for match in re.finditer(rf"this\.{re.escape(name)}\.([a-z]+)\(", of.node.text):
        place = find_call(of.node.deepest(of.node.start + match.start(1)))
        write = read_method_write(match[1], place[0]) if place else None
        if write and write.how == "other":
            return Unknown("it is changed when the server runs", write.node.spot)
        if write:
            value = apply_push(ev, value, write, of.node, env)
    return value


def _find_later_value(ev: Interpreter, of: Class, name: str) -> Node | None:
    """Return what `Class.name = ...` gives a class later, if it is given once."""
    own = of.node.get_field("name")
    module = ev.module(of.node)
    binding = module.scopes.find(own) if own else None
    holder = of.node.parent
    if holder and holder.kind == "variable_declarator" and (called := holder.get_field("name")):
        binding = module.scopes.find(called)
    found = [w for w in module.writes.of(binding) if w.key == name] if binding else []
    return found[0].right if len(found) == 1 else None


def destructure(ev: Interpreter, value: Value, binding: Binding, env: Env) -> Value:
    """Return what is at a binding's path in a value."""
    for step in binding.path:
        if isinstance(step, Node):
            if isinstance(value, Absent):
                value = ev.value(step, env)
        elif isinstance(step, str):
            value = evaluate_member(ev, value, step, binding.name.spot)
        elif isinstance(step, int):
            value = pick_item(value, step, binding.name.spot)
        elif isinstance(value, Object):
            kept = {k: v for k, v in value.entries.items() if k not in step}
            value = Object(kept, value.at, value.keys)
        elif not isinstance(value, Unknown):
            value = Unknown(RUN_TIME, binding.name.spot)
    return value
