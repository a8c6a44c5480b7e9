"""Whether a place in the code is only reached under a condition."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from toolgrade.source.javascript import contexts
from toolgrade.source.javascript.scopes import FUNCTIONS
from toolgrade.source.javascript.values import CONDITION, Env, truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.javascript.interpreter import Interpreter
    from toolgrade.source.javascript.syntax import Node
    from toolgrade.source.nodes import Spot

_LEAVES = re.compile(r"\b(?:continue|return|break)\b")
_BRANCHES = frozenset({"if_statement", "ternary_expression", "switch_case"})


def find_condition(ev: Interpreter, call: Node, env: Env) -> Spot | None:
    """Return the place of the condition under which a call is reached, if any: around it, or around
    every call of the functions it is in.
    """
    found: Spot | None = _find_enclosing_condition(ev, call) or env.get(CONDITION)
    return found or _find_caller_condition(ev, call, set())


def is_unreachable(ev: Interpreter, call: Node, env: Env) -> bool:
    """Return whether a call is surely not reached in the context of an Env."""
    below = call
    with ev.needs.collect():
        for above in call.above():
            if above.kind in {"if_statement", "ternary_expression"}:
                test = above.get_field("condition")
                holds = truth(ev.value(test, env)) if test and test is not below else None
                if holds is (above.get_field("alternative") is below):
                    return True
            if above.kind == "statement_block" and _is_left(ev, above, below, env):
                return True
            below = above
    return False


def _is_left(ev: Interpreter, block: Node, below: Node, env: Env) -> bool:
    """Return whether a block is surely left before one of its statements."""
    for before, test in ev.once(("tests", block), lambda: list(_find_leaving_tests(block))):
        if before.start >= below.start:
            return False
        if truth(ev.value(test, env)):
            return True
    return False


def _find_leaving_tests(block: Node) -> Iterator[tuple[Node, Node]]:
    """Yield the statements `if (test) return` of a block, each with its test."""
    for statement in block.children:
        if statement.kind != "if_statement" or statement.get_field("alternative"):
            continue
        test, then = statement.get_field("condition"), statement.get_field("consequence")
        last = then
        if then and then.kind == "statement_block" and then.children:
            last = then.children[-1]
        if test and last and _LEAVES.match(last.text):
            yield statement, test


def _find_enclosing_condition(ev: Interpreter, call: Node) -> Spot | None:
    below = call
    for above in call.above():
        if above.kind in _BRANCHES and above.get_field("condition") is not below:
            return above.spot
        if above.kind == "binary_expression" and above.get_field("left") is not below:
            return above.spot
        if above.kind == "statement_block":
            leaving = ev.once(("leaving", above), partial(_find_leaving_statement, above))
            if leaving and leaving.start < below.start:
                return leaving.spot
        below = above
    return None


def _find_leaving_statement(block: Node) -> Node | None:
    """Return the first `if` of a block that may leave it."""
    ifs = (child for child in block.children if child.kind == "if_statement")
    return next((one for one in ifs if _LEAVES.search(one.text)), None)


def _find_caller_condition(ev: Interpreter, call: Node, seen: set[Node]) -> Spot | None:
    for function in (above for above in call.above() if above.kind in FUNCTIONS):
        if function in seen:
            return None
        seen.add(function)
        work = partial(_find_shared_condition, ev, function, seen)
        not_yet: tuple[bool, Spot | None] = (False, None)
        is_called, condition = ev.once(("condition", function), work, not_yet)
        if is_called:
            return condition
    return None


def _find_shared_condition(
    ev: Interpreter, function: Node, seen: set[Node]
) -> tuple[bool, Spot | None]:
    """Return whether a function is called, and where a condition is if each call depends on one."""
    found = [
        _find_enclosing_condition(ev, one) or _find_caller_condition(ev, one, seen)
        for one in contexts.find_calls(ev, function)
    ]
    return bool(found), found[0] if found and all(found) else None
