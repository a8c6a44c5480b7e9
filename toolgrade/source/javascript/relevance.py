"""Which statements change something, which names they change, and which names a place depends on:
as far as text and names show, so that no other statement is followed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.source.javascript.scopes import FUNCTIONS, Binding, Key
from toolgrade.source.javascript.syntax import Node, arguments, strip_wrappers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.javascript.interpreter import Interpreter

_MADE = re.compile(
    r"\b(?:const|let|var)\s+([\w$]+)\s*(?::[^=;\n]{0,80})?=\s*(?:[\[{]|new\s+(?:Map|Set)\b)"
)
_HANDED = re.compile(r"[(,]\s*([\w$]+)(?=\s*[,)])")
WORD = re.compile(r"[A-Za-z_$][\w$]*")
_DECLARED_AS = re.compile(
    r"\b(?:const|let|var|of)\s+([\w$]+|[{\[][^=;]{1,400}[}\]])\s*(?::[^=;\n]{0,80})?=\s*([^;]{1,2000})"
)


def find_relevant_names(ev: Interpreter, function: Node, site: Node) -> set[str]:
    """Return the names on which the arguments at a place may depend and that are changed in the
    function.
    """
    changed, declarations = ev.once(
        ("texts of", function),
        lambda: (_find_changing_texts(ev, function), _index_declarations(function)),
    )
    words = set(WORD.findall(_given_text(site)))
    work = [word for word in words if word in declarations]
    done: set[int] = set()
    while work and ev.budget.spend(1):
        word = work.pop()
        for number, own, used in declarations.get(word, ()):
            if number not in done and (word in own or own & changed):
                done.add(number)
                new = (own | used) - words
                words |= new
                work += [one for one in new if one in declarations]
    return words & changed


def _find_changing_texts(ev: Interpreter, function: Node) -> set[str]:
    """Return the names through which something is changed in a function."""
    writes = ev.module(function).writes
    changing = writes.find_changing_names(function.start, function.end)
    return {name.text for name in changing if not name.is_cut} | _find_passed_names(ev, function)


def _index_declarations(function: Node) -> dict[str, list[tuple[int, set[str], set[str]]]]:
    """Return, by each word in it, the declarations in a function: a number, the names that it
    gives, and the words it uses.
    """
    found: dict[str, list[tuple[int, set[str], set[str]]]] = {}
    for number, (left, right) in enumerate(_DECLARED_AS.findall(function.text)):
        own, used = set(WORD.findall(left)), set(WORD.findall(right))
        for word in own | used:
            found.setdefault(word, []).append((number, own, used))
    return found


def _given_text(site: Node) -> str:
    """Return the text of a call's arguments, except the function that a tool runs."""
    if site.kind != "call_expression" or "setRequestHandler" in site.text[:200]:
        return site.text
    given = arguments(site)
    return " ".join(
        one.text for one in given[:1] + [g for g in given[1:] if g.kind not in FUNCTIONS]
    )


def changes_any_name(ev: Interpreter, node: Node) -> bool:
    """Return whether something is changed through a name in some code."""
    changing = ev.module(node).writes.find_changing_names(node.start, node.end)
    return next(changing, None) is not None


def has_effect(ev: Interpreter, statement: Node) -> bool:
    """Return whether something is changed in a statement, as far as its text shows."""
    is_call = statement.kind == "expression_statement"
    return changes_any_name(ev, statement) or (is_call and _fills(ev, statement))


def _fills(ev: Interpreter, statement: Node) -> bool:
    """Return whether a statement is a call that is given a list or table made in the function."""
    call = strip_wrappers(statement.children[0])
    given = call.get_field("arguments") if call.kind == "call_expression" else None
    if given is None or not any(one.kind == "identifier" for one in given.children):
        return False
    function = next((above for above in statement.above() if above.kind in FUNCTIONS), None)
    made = _find_passed_names(ev, function) if function else frozenset()
    return any(one.kind == "identifier" and one.text in made for one in given.children)


def _find_passed_names(ev: Interpreter, function: Node) -> frozenset[str]:
    """Return the names of lists and objects that a function makes and hands to calls."""

    def find_all() -> frozenset[str]:
        text = function.text
        made = {found[1] for found in _MADE.finditer(text)}
        return frozenset(made & {found[1] for found in _HANDED.finditer(text)} if made else made)

    return ev.once(("passed names", function), find_all)


def may_leave(ev: Interpreter, statement: Node) -> bool:
    """Return whether a statement may leave the function or the loop it is in."""
    if statement.kind == "expression_statement":
        return False
    module = ev.module(statement)
    at = statement.start
    while node := module.find_jump(at, statement.end):
        if node is statement and node.kind == "throw_statement":
            return False
        blocker = _find_blocker(node, statement)
        if blocker is None:
            return True
        at = blocker.end
    return False


def _find_blocker(jump: Node, statement: Node) -> Node | None:
    """Return the outermost function or expression in a statement that a jump in it cannot leave."""
    found: Node | None = None
    node: Node | None = jump
    while node and node is not statement:
        if node.kind in FUNCTIONS or node.kind.endswith("expression"):
            found = node
        node = node.parent
    return found


def find_changed_names(ev: Interpreter, function: Node) -> frozenset[Key]:
    """Return which of the names declared in a function are changed there."""

    def find_all() -> frozenset[Key]:
        module = ev.module(function)
        found: set[Key] = set()
        for name in module.writes.find_changing_names(function.start, function.end):
            binding = None if name.is_cut else module.scopes.find(name)
            if binding and function.start <= binding.scope.start < function.end:
                found.add(binding.key)
        for word in _find_passed_names(ev, function):
            found |= {b.key for b in _find_own_binding(ev, function, word)}
        return frozenset(found)

    return ev.once(("changed names", function), find_all)


def _find_own_binding(ev: Interpreter, function: Node, name: str) -> Iterator[Binding]:
    body = function.get_field("body")
    binding = (
        ev.module(function).scopes.get_declarations(body).get(name)
        if body and body.kind == "statement_block"
        else None
    )
    if binding:
        yield binding
