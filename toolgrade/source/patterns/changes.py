"""What happens to a value between its declaration and its use: assignments, and functions of the
package that make them. Whatever else touches it leaves it unknown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.source.nodes import Table, Unknown
from toolgrade.source.patterns.values import Call, Change, Foreign, Function, Given, make_unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.source.nodes import Spot
    from toolgrade.source.patterns.grammar import Interpreter
    from toolgrade.source.patterns.values import Env
    from toolgrade.source.tree import Node

OPTIONS = "()"
"""The last step of the way to what options are applied to."""

_HARMLESS = re.compile(
    r"github\.com/(?:mark3labs/mcp-go|modelcontextprotocol/go-sdk|metoro-io/mcp-golang)/"
    r"|encoding/json\.Marshal|fmt\.|append$|len$"
)
"""Functions of others that change nothing they are given."""

WHY = "it is changed on the way"
_ASSIGNED = (
    r"(?:\s*(?:[-+*/|&%]|\?\?)?=(?![=>])|\s*(?:\+\+|--)"
    r"|(?:\s*\.\s*\w+|\s*\[[^\]\n]*\])+\s*[-+]?=(?![=>]))"
)
_TOUCHED = r"(?<![\w.\"`]){name}\b(?:{assigned})|&(?:mut\s+)?{name}\b(?!\s*[.\[])"
_HANDED = (
    r"|(?<![\w.\"`]){name}\b(?=\s*[,)])"
    r"|(?<![\w.]){name}\s*\.\s*(?:add|put|append|push|insert|set|remove|with|clear)\w*\s*\("
)


def build_change_pattern(name: str) -> str:
    """Return the pattern of code that gives a name, or a member of it, another value."""
    return _TOUCHED.format(name=re.escape(name), assigned=_ASSIGNED)


class Held(NamedTuple):
    """A local name: the statement that declares it, the block that holds it, and a use of it."""

    name: str
    statement: Node
    block: Node
    use: Node


def find_changes(ev: Interpreter, held: Held, env: Env, *, shared: bool) -> list[Change] | None:
    """Return what is set in the value of a local name, in order; None if that cannot be told.

    `shared` says that whatever is given the value may change it too.
    """
    name, statement, block, use = held
    text = block.file.text
    first = text.find(name, statement.end, block.end)
    if first < 0:
        return []
    begin, end = _part(block, first), _part(block, text.rfind(name, first, block.end))
    more = (_HANDED + ev.grammar.alias).format(name=re.escape(name)) if shared else ""
    pattern = re.compile(build_change_pattern(name) + more)
    found: list[Change] = []
    done: set[int] = set()
    for match in pattern.finditer(
        text, begin.start if begin else statement.end, end.end if end else block.end
    ):
        if use.start - 1 <= match.start() < use.end:  # from its & on
            continue
        one = _part(block, match.start())
        made = ev.grammar.change(ev, one, name, env) if one and one.start not in done else []
        if one is None or made is None:
            return None
        done.add(one.start)
        found += made
    return found


def _part(block: Node, offset: int) -> Node | None:
    """Return the statement of a block at an offset; None if there is none."""
    index = bisect_right(block.children, offset, key=lambda child: child.start) - 1
    one = block.children[index] if index >= 0 else None
    return one if one and offset < one.end else None


def apply_changes(value: Any, changes: Sequence[Change]) -> Any:
    """Return a value with what is set in it."""
    for one in changes:
        value = _set(value, one.path, one.value)
    return value


def _set(value: Any, path: tuple[str, ...], to: Any) -> Any:
    if not path:
        return to
    if isinstance(value, Table):
        inner = _set(value.entries.get(path[0]), path[1:], to)
        return replace(value, entries={**value.entries, path[0]: inner})
    if isinstance(value, Call):
        inner = _set(value.get(path[0]), path[1:], to)
        given = [one for one in value.given if one.name != path[0]]
        return replace(value, given=(*given, Given(path[0], inner)))
    return Unknown(WHY, to.at)


def evaluate_returned_argument(
    ev: Interpreter, callee: Function, given: Sequence[Any], at: Spot
) -> Any:
    """Return what a function makes of an argument that it gives back."""
    body = ev.grammar.statements(callee.node)
    for place, one in enumerate(ev.grammar.parameters(callee.node)[: len(given)]):
        if body and body[-1].text == f"return {one.name}":
            changes = find_argument_changes(ev, callee, given, place)
            if changes is not None:
                return apply_changes(given[place], changes)
    return make_unknown(at)


def is_harmless(function: Foreign) -> bool:
    """Return whether a function of others is known to change nothing that it is given."""
    return _HARMLESS.match(function.path) is not None


def find_argument_changes(
    ev: Interpreter, callee: Any, given: Sequence[Any], place: int
) -> list[Change] | None:
    """Return what a function does to the argument at a place; None if that cannot be told."""
    if not isinstance(callee, Function):
        return None
    parameters = ev.grammar.parameters(callee.node)
    env = ev.bind_parameters(callee, [Given("", one) for one in given])
    if env is None or place >= len(parameters):
        return None
    name = parameters[place].name
    found: list[Change] = []
    for statement in ev.grammar.statements(callee.node):
        if re.search(rf"\b{re.escape(name)}\b", statement.text):
            made = ev.grammar.change(ev, statement, name, env)
            if made is None:
                return None
            found += made
    return found
