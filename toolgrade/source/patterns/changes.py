"""Changes to a value between its declaration and its use: assignments, and calls of the package's
functions that assign. Any other use that may change the value makes it unknown.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.source.nodes import Table, Unknown
from toolgrade.source.patterns.values import Call, Change, Foreign, Function, Given, make_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolgrade.source.nodes import Spot
    from toolgrade.source.patterns.grammar import Interpreter
    from toolgrade.source.patterns.values import Env
    from toolgrade.source.tree import Node

OPTIONS = "()"
"""The last step of a path whose value is options to apply."""

_HARMLESS = re.compile(
    r"github\.com/(?:mark3labs/mcp-go|modelcontextprotocol/go-sdk|metoro-io/mcp-golang)/"
    r"|encoding/json\.Marshal|fmt\.|append$|len$"
)
"""Functions of other packages that do not change their arguments."""

WHY = "it is changed before it is used"
_ASSIGNED = (
    r"(?:\s*(?:[-+*/|&%]|\?\?)?=(?![=>])|\s*(?:\+\+|--)"
    r"|(?:\s*\.\s*\w+|\s*\[[^\]\n]*\])+\s*[-+]?=(?![=>]))"
)
TOUCHED = rf"(?<![\w.\"`])\w+\b(?:{_ASSIGNED})|&(?:mut\s+)?\w+\b(?!\s*[.\[])"
"""A pattern, for `find_matches`, of code that gives a name, or a member of it, another value."""
_HANDED = (
    r"|(?<![\w.\"`])\w+\b(?=\s*[,)])"
    r"|(?<![\w.])\w+\s*\.\s*(?:add|put|append|push|insert|set|remove|with|clear)\w*\s*\("
)
_TOUCHES = re.compile(TOUCHED)
_BEFORE = re.compile(r"(?:=\s*)?(?:&(?:mut\s+)?)?")
_LONGEST_BEFORE = 40


def find_matches(
    pattern: re.Pattern[str], text: str, offsets: Iterable[int]
) -> Iterator[re.Match[str]]:
    """Yield what a pattern matches at a name, whose offsets are given, or at the "=", "&" or "&mut"
    before it. The name is any word in the pattern.
    """
    for offset in offsets:
        first = max(offset - _LONGEST_BEFORE, 0)
        starts = [i for i in range(first, offset) if text[i] in "=&"]
        for start in [one for one in starts if _BEFORE.fullmatch(text, one, offset)] + [offset]:
            found = pattern.match(text, start)
            if found is not None:
                yield found
                break


class Held(NamedTuple):
    """A local name: the statement that declares it, the block that holds it, and a use of it."""

    name: str
    statement: Node
    block: Node
    use: Node


class Effect(NamedTuple):
    """A statement that may change a local name: its offsets, and what it sets; None if unknown."""

    offsets: tuple[int, ...]
    changes: list[Change] | None


def find_effects(
    ev: Interpreter, held: Held, env: Env, found: list[Effect], *, shared: bool
) -> None:
    """Add the effects on the value of a local name, in order, to `found`.

    `shared` says that code the value is passed to may change it too. An effect may use the value as
    it was before, with the effects found until then.
    """
    name, statement, block, _ = held
    pattern = _compile(ev.grammar.alias) if shared else _TOUCHES
    text = block.file.text
    words = ev.modules.get_module(block.file).words.get(name, [])
    inside = words[bisect_left(words, statement.end) : bisect_left(words, block.end)]
    ev.budget.step(len(inside) // 4)
    offsets: dict[int, list[int]] = {}
    parts: dict[int, Node | None] = {}
    for match in find_matches(pattern, text, inside):
        one = _part(block, match.start())
        place = one.start if one else -1
        parts[place] = one
        offsets.setdefault(place, []).append(match.start())
    for place, one in parts.items():
        made = ev.grammar.change(ev, one, name, env) if one else None
        if made is None or made:
            found.append(Effect(tuple(offsets[place]), made))


@cache
def _compile(alias: str) -> re.Pattern[str]:
    """Return the pattern of code that may change a shared value, in a language."""
    return re.compile(TOUCHED + _HANDED + alias)


def apply_effects(effects: Sequence[Effect], use: Node) -> list[Change] | None:
    """Return what is set in a value before a use of it; None if that is unknown."""
    found: list[Change] = []
    for effect in effects:
        # The use itself, with the & before it, is not an effect.
        if all(use.start - 1 <= offset < use.end for offset in effect.offsets):
            continue
        if effect.changes is None:
            return None
        found += effect.changes
    return found


def _part(block: Node, offset: int) -> Node | None:
    """Return the statement of a block at an offset; None if there is none."""
    index = bisect_right(block.children, offset, key=lambda child: child.start) - 1
    one = block.children[index] if index >= 0 else None
    return one if one and offset < one.end else None


def apply_changes(value: Any, changes: Sequence[Change]) -> Any:
    """Return a value with changes applied."""
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
    """Return the argument that a function returns, with the function's changes."""
    body = ev.grammar.statements(callee.node)
    for place, one in enumerate(ev.grammar.parameters(callee.node)[: len(given)]):
        if body and body[-1].text == f"return {one.name}":
            changes = find_argument_changes(ev, callee, given, place)
            if changes is not None:
                return apply_changes(given[place], changes)
    return make_unknown(at)


def is_harmless(function: Foreign) -> bool:
    """Return whether a function of another package is known not to change its arguments."""
    return _HARMLESS.match(function.path) is not None


def find_argument_changes(
    ev: Interpreter, callee: Any, given: Sequence[Any], place: int
) -> list[Change] | None:
    """Return what a function sets in the argument at a place; None if that is unknown."""
    if not isinstance(callee, Function):
        return None
    parameters = ev.grammar.parameters(callee.node)
    env = ev.bind_parameters(callee, [Given("", one) for one in given])
    if env is None or place >= len(parameters):
        return None
    name = parameters[place].name
    found: list[Change] = []
    for statement in ev.grammar.statements(callee.node):
        if not ev.budget.step(1 + (statement.end - statement.start) // 256):
            return None
        if re.search(rf"\b{re.escape(name)}\b", statement.text):
            made = ev.grammar.change(ev, statement, name, env)
            if made is None:
                return None
            found += made
    return found
