"""Changes that Go statements make to a value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Table, Text
from toolgrade.source.patterns.changes import (
    OPTIONS,
    TOUCHED,
    find_argument_changes,
    find_matches,
    is_harmless,
)
from toolgrade.source.patterns.grammars.go_values import call_of
from toolgrade.source.patterns.values import Change, Env, Foreign, Method

if TYPE_CHECKING:
    from toolgrade.source.patterns.grammar import Interpreter
    from toolgrade.source.tree import Node

_KEEPS = re.compile(r"(?i)add|append|register|set|with")
"""Methods that keep their arguments unchanged, such as a server's AddTool."""


_ASSIGN = frozenset({"short_var_declaration", "assignment_statement"})
ALIAS = r"|(?<![=!<>])=\s*&?\w+\b(?!\s*[.\[(])"
"""A pattern of code that gives a value a second name, such as p := t."""
_TOUCHES = re.compile(TOUCHED)


def statements(function: Node) -> list[Node]:
    """Return the statements of a function's body."""
    body = function.get_field("body")
    lists = body.children if body else []
    return [s for one in lists for s in (one.children if one.kind == "statement_list" else [one])]


def is_shared(value: Node) -> bool:
    """Return whether an expression makes what may be changed by the function it is given to."""
    if value.kind == "unary_expression":
        return True
    of = value.get_field("type") if value.kind == "composite_literal" else None
    return value.kind == "call_expression" or bool(of and of.kind in {"map_type", "slice_type"})


def change(ev: Interpreter, statement: Node, name: str, env: Env) -> list[Change] | None:
    """Return what a statement sets in the value of a name; None if that is not known."""
    inner = statement.text.partition("func(")[2]
    if _is_touched(inner, name) or _is_given_on(statement, name):
        return None
    if statement.kind == "expression_statement":
        return _find_call_changes(ev, statement.children[0], name, env)
    left, right = statement.get_field("left"), statement.get_field("right")
    if left and right and statement.kind == "assignment_statement":
        if statement.word("operator") == "=" and len(left.children) == len(right.children) == 1:
            path = _path(ev, left.children[0], name, env)
            return [Change(path, ev.value(right.children[0], env))] if path else None
        if re.search(rf"(?<![\w.]){name}\b", left.text):
            return None
    if statement.kind == "return_statement" and statement.text == f"return {name}":
        return []
    if statement.kind in {"short_var_declaration", "return_statement", "assignment_statement"}:
        calls = [n for n in statement.below() if n.kind == "call_expression"]
        return [] if all(_find_call_changes(ev, one, name, env) == [] for one in calls) else None
    if statement.kind == "for_statement":
        return _options(ev, statement, name, env)
    if statement.kind == "if_statement" and (start := statement.get_field("initializer")):
        rest = statement.get_field("consequence")
        inner = rest.text if rest else ""
        return change(ev, start, name, env) if not re.search(rf"\b{name}\b", inner) else None
    return None


def _is_touched(text: str, name: str) -> bool:
    """Return whether code reassigns a name or a member of it."""
    if name not in text:
        return False
    offsets = (found.start() for found in re.finditer(rf"\b{re.escape(name)}\b", text))
    return any(find_matches(_TOUCHES, text, offsets))


def _is_given_on(statement: Node, name: str) -> bool:
    """Return whether a statement gives a second name to the value of a name."""
    right = statement.get_field("right") if statement.kind in _ASSIGN else None
    return any(one.text.lstrip("&") == name for one in (right.children if right else ()))


def _find_call_changes(ev: Interpreter, node: Node, name: str, env: Env) -> list[Change] | None:
    """Return what a call sets in the value of a name that is one of its arguments."""
    given = node.get_field("arguments") if node.kind == "call_expression" else None
    places = (
        [i for i, c in enumerate(given.children) if c.text.lstrip("&") == name] if given else []
    )
    if not places:
        return [] if f"&{name}" not in node.text else None
    of = node.get_field("function")
    callee = ev.value(of, env) if of else None
    if isinstance(callee, Method):
        return [] if _KEEPS.match(callee.name) else None
    if isinstance(callee, Foreign) and callee.path != "maps.Copy":
        return [] if is_harmless(callee) else None
    values = call_of(ev, node, env)[1]
    if isinstance(callee, Foreign):
        other = values[1].value if places == [0] else None
        return (
            [Change((k,), v) for k, v in other.entries.items()]
            if isinstance(other, Table)
            else None
        )
    return find_argument_changes(ev, callee, [one.value for one in values], places[0])


def _path(ev: Interpreter, node: Node, name: str, env: Env) -> tuple[str, ...]:
    """Return the path from a name to its member, such as x.Properties["a"]; () if unclear."""
    path: list[str] = []
    while node.kind in {"selector_expression", "index_expression"}:
        last = node.children[-1]
        if node.kind == "index_expression":
            key = ev.value(last, env)
            if not isinstance(key, Text):
                return ()
            path.append(key.value)
        else:
            path.append(last.text)
        node = node.children[0]
    return tuple(reversed(path)) if node.text == name else ()


def _options(ev: Interpreter, statement: Node, name: str, env: Env) -> list[Change] | None:
    """Return the options that a loop applies: for _, option := range options { option(&t) }."""
    clause, body = statement.children[0], statement.children[-1]
    left, right = clause.get_field("left"), clause.get_field("right")
    inner = [s for one in body.children for s in one.children]
    if not (left and right and len(inner) == 1) or clause.kind != "range_clause":
        return None
    if inner[0].text != f"{left.children[-1].text}(&{name})":
        return None
    return [Change((OPTIONS,), ev.value(right, env))]
