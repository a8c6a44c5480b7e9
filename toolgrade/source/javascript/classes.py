"""Classes of the package: what they extend, and what `new` makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript.parameters import bind
from toolgrade.source.javascript.syntax import Node, arguments
from toolgrade.source.javascript.values import Class, Function, Instance, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.javascript.interpreter import Interpreter
    from toolgrade.source.javascript.scopes import Key
    from toolgrade.source.nodes import Spot


def walk_class_chain(ev: Interpreter, of: Class) -> Iterator[Class]:
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


def find_constructor(of: Class) -> Node | None:
    """Return a class's own constructor."""
    body = of.node.get_field("body")
    for part in body.children if body else ():
        name = part.get_field("name")
        if part.kind == "method_definition" and name and name.text == "constructor":
            return part
    return None


def make_instance(ev: Interpreter, of: Class, given: list[Value], at: Spot) -> Instance:
    """Return what `new` makes of a class: its constructors' parameters are bound, none is run."""
    env: dict[Key, Any] = dict(of.env)
    for one in walk_class_chain(ev, of):
        built = find_constructor(one)
        if built is None:
            continue
        env |= bind(ev, Function(built, env), given)
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
