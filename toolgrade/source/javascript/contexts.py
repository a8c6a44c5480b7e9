"""The contexts in which a place in the code is reached: the loops and calls around it.

Only what is needed is evaluated: a registration that names a parameter is followed to the calls
that give it, one in a loop to the list the loop goes over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from toolgrade.source.javascript.budget import TOO_LARGE, LimitError
from toolgrade.source.javascript.classes import walk_class_chain
from toolgrade.source.javascript.combine import unwrap_perhaps
from toolgrade.source.javascript.scopes import FUNCTIONS, Binding, parameters
from toolgrade.source.javascript.syntax import Node, find_call
from toolgrade.source.javascript.values import (
    CONDITION,
    NO_ENV,
    RUN_TIME,
    Argument,
    Array,
    Class,
    Env,
    Function,
    Instance,
    Keyed,
    Perhaps,
    Value,
)
from toolgrade.source.nodes import Scalar, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolgrade.source.javascript.interpreter import Interpreter

MAX_CONTEXTS = 5_000
"""Contexts that are evaluated for one place."""

MAX_MENTIONS = 2_000
"""Calls by one name in a file that are looked at; a minified one has more."""

_T = TypeVar("_T")
_CALL = re.compile(r"\s*(?:<[^()]{0,200}>\s*)?(?:\)\s*)?\(")
_NEW = re.compile(r"\bnew\s+([\w$]+)")


def look_in_each_context(
    ev: Interpreter,
    look: Callable[[Env], _T],
    start: Env = NO_ENV,
    within: Node | None = None,
) -> Iterator[_T]:
    """Yield what `look` finds in each context that makes a difference to it.

    With `within`, the contexts of that node itself are left to the caller. Raises LimitError after
    the last that could be looked at, if there are more.
    """
    work: list[Env] = [start]
    count = 0
    while work and count < MAX_CONTEXTS and (ev.budget.expand() or not count):
        env = work.pop()
        count += 1
        with ev.needs.collect() as asked:
            found = look(env)
        opened = [one for one in asked if one.key not in env]
        outer = [one for one in opened if within and _encloses(one.scope, within)]
        inner = [one for one in opened if one not in outer]
        ev.needs.opened += outer
        if inner and not outer:
            with ev.needs.collect():
                work += reversed(_expand_binding(ev, inner[0], env))
        else:
            yield found
    if work:
        raise LimitError(TOO_LARGE)


def _encloses(scope: Node, node: Node) -> bool:
    return scope.file is node.file and scope.start <= node.start and node.end <= scope.end


def _expand_binding(ev: Interpreter, binding: Binding, env: Env) -> list[Env]:
    """Return an Env for each value that a parameter or loop variable may have."""
    holder = binding.scope
    if binding.kind == "this":
        return [{**env, binding.key: made} for made in _find_instances(ev, binding, env)]
    if binding.kind == "each" or find_list_of_callback(holder):
        with ev.needs.collect() as asked:
            found = _expand_loop(ev, holder, env)
        outer = [one for one in asked if one.key not in env and one is not binding]
        return _expand_binding(ev, outer[0], env) if outer else found
    given = list(parameters(holder))
    nothing = {
        b.key: Unknown("no call of the function can be followed", b.name.spot) for b in given
    }
    if any(b.kind == "rest" for b in given):
        return [{**env, **nothing}]
    found = [
        {**env, **{b.key: Argument(call, b.index) for b in given}}
        for call in find_calls(ev, holder)
    ]
    return found or [{**env, **nothing}]


def find_list_of_callback(function: Node) -> Node | None:
    """Return the list that a function is called for each item of, by map or forEach."""
    call = function.parent.parent if function.parent else None
    callee = call.get_field("function") if call and call.kind == "call_expression" else None
    if callee is None or callee.kind != "member_expression":
        return None
    method = callee.get_field("property")
    is_each = method is not None and method.text in {"forEach", "map", "flatMap"}
    return callee.get_field("object") if is_each else None


def _expand_loop(ev: Interpreter, loop: Node, env: Env) -> list[Env]:
    """Return an Env for each round of a loop or call of a callback; one if that is not known."""
    is_callback = loop.kind in FUNCTIONS
    over = find_list_of_callback(loop) if is_callback else loop.get_field("right")
    value = ev.value(over, env) if over else None
    scopes = ev.module(loop).scopes
    bindings = (
        list(scopes.parameters(loop))
        if is_callback
        else list(scopes.get_declarations(loop).values())
    )
    if isinstance(value, Keyed):
        value = Array(value.pairs, value.at)
    if not isinstance(value, Array):
        why = value if isinstance(value, Unknown) else Unknown(RUN_TIME, loop.spot)
        return [{**env, **{b.key: why for b in bindings}}]
    found: list[Env] = []
    for i, item in enumerate(value.items):
        inner = {**env}
        for b in bindings:
            is_index = is_callback and b.index == 1
            inner[b.key] = Scalar(i, b.name.spot) if is_index else unwrap_perhaps(item)
        if isinstance(item, Perhaps):
            inner[CONDITION] = item.at
        found.append(inner)
    return found


def _find_instances(ev: Interpreter, binding: Binding, env: Env) -> list[Value]:
    """Return the objects that the package makes of a class or of one that extends it."""

    def find_made() -> list[Value]:
        made = [ev.value(new, NO_ENV) for new in _find_new_expressions(ev).get(binding.node, ())]
        return made or [Instance(Class(binding.node, env), env, binding.name.spot)]

    return ev.once(("instances", binding.node), find_made)


def _find_new_expressions(ev: Interpreter) -> dict[Node, list[Node]]:
    """Return the `new` expressions of each class of the package and of those that extend it."""

    def find_all() -> dict[Node, list[Node]]:
        found: dict[Node, list[Node]] = {}
        for module in ev.modules.in_use:
            for node in module.find_nodes(_NEW):
                top = node
                while top.parent and top.parent.kind == "member_expression":
                    top = top.parent
                new = top.parent
                if new is None or new.kind != "new_expression":
                    continue
                with ev.needs.collect():
                    of = ev.value(top, NO_ENV)
                for one in walk_class_chain(ev, of) if isinstance(of, Class) else ():
                    found.setdefault(one.node, []).append(new)
        ev.budget.require()
        return found

    return ev.once("new expressions", find_all)


def find_calls(ev: Interpreter, function: Node) -> list[Node]:
    """Return the calls of a function in the package, in the order of files and lines."""
    found: list[Node] = []

    def find_all() -> list[Node]:
        for name in sorted(_names(function) | _find_result_names(ev, function)):
            for module in ev.modules.find_mentions(name):
                for offset in _find_called(module.text, name):
                    node = module.root.deepest(offset)
                    place = find_call(node) if node.start == offset else None
                    if place and _refers_to(ev, place[1], function):
                        found.append(place[0])
        ev.budget.require()
        return found

    return ev.once(("calls", function), find_all, meanwhile=found)


def _find_result_names(ev: Interpreter, function: Node) -> set[str]:
    """Return the names that a function which another one returns is given there."""
    parent = function.parent
    if parent is None or parent.kind not in {"return_statement", "arrow_function"}:
        return set()
    maker = next((above for above in function.above() if above.kind in FUNCTIONS), None)
    found: set[str] = set()
    for call in find_calls(ev, maker) if maker else ():
        holder = next(call.above())
        while holder.kind == "await_expression" and holder.parent:
            holder = holder.parent
        name = holder.get_field("name") or holder.get_field("left")
        found |= {name.text} if name and name.kind == "identifier" else set()
    return found


def _find_called(text: str, name: str) -> list[int]:
    """Return where a name is called in a text; nowhere if it is a name for too many things."""
    found: list[int] = []
    at = text.find(name)
    while at >= 0 and len(found) <= MAX_MENTIONS:
        is_word = at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "_$")
        if is_word and _CALL.match(text, at + len(name)):
            found.append(at)
        at = text.find(name, at + 1)
    return found if len(found) <= MAX_MENTIONS else []


def _names(function: Node) -> set[str]:
    """Return the names under which a function may be called."""
    own = function.get_field("name")
    found = {own.text} if own else set()
    parent = function.parent
    if parent is None:
        return found
    if parent.kind == "variable_declarator" and (name := parent.get_field("name")):
        found.add(name.text)
    elif parent.kind == "pair" and (key := parent.get_field("key")):
        found.add(key.text.strip("'\""))
    elif parent.kind == "assignment_expression" and (left := parent.get_field("left")):
        last = left.get_field("property") or left
        found.add(last.text)
    elif parent.kind in {"public_field_definition", "field_definition"}:
        key = parent.get_field("property") or parent.get_field("name")
        found |= {key.text} if key else set()
    return {one for one in found if one != "constructor"}


def _refers_to(ev: Interpreter, callee: Node, function: Node) -> bool:
    with ev.needs.collect():
        value = ev.value(callee, NO_ENV)
    if isinstance(value, Function):
        return value.node is function or _overrides(ev, function, value.node)
    # An object that cannot be known, with a method of that name: ours, if it is one's.
    return isinstance(value, Unknown) and _is_method(function) and "." in callee.text


def _overrides(ev: Interpreter, function: Node, method: Node) -> bool:
    """Return whether a function is a method that overrides another in a class that extends the
    other's class.
    """
    mine, its = (
        one.parent.parent if one.kind == "method_definition" and one.parent else None
        for one in (function, method)
    )
    if mine is None or its is None or mine is its:
        return False
    return any(one.node is its for one in walk_class_chain(ev, Class(mine, NO_ENV)))


def _is_method(function: Node) -> bool:
    """Return whether a function is a method, or is put where one would be."""
    parent = function.parent
    if function.kind == "method_definition" or parent is None:
        return True
    left = parent.get_field("left") if parent.kind == "assignment_expression" else None
    return left is not None and left.kind == "member_expression"
