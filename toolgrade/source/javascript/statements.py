"""The effects of statements, in order: names assigned, members set, lists filled, branches, loops.

Only what changes something, or returns, is followed; names that nothing changes are evaluated when
they are used. Where it is unknown which branch is taken, each is followed, and the
results are joined.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from toolgrade.source.javascript import builtin
from toolgrade.source.javascript.effects import follow_expression
from toolgrade.source.javascript.members import destructure
from toolgrade.source.javascript.relevance import (
    WORD,
    changes_any_name,
    find_changed_names,
    find_relevant_names,
    has_effect,
    may_leave,
)
from toolgrade.source.javascript.scopes import FUNCTIONS, SCOPES, Binding, Key
from toolgrade.source.javascript.values import (
    NO_ENV,
    RUN_TIME,
    Absent,
    Array,
    Env,
    Frame,
    Keyed,
    Perhaps,
    Settled,
    Value,
    truth,
)
from toolgrade.source.nodes import Scalar, Spot, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from toolgrade.source.javascript.interpreter import Interpreter
    from toolgrade.source.javascript.modules import Module
    from toolgrade.source.javascript.syntax import Node

MAX_ROUNDS = 1_000
"""Times round one loop that are followed."""

MAX_BODY = 200_000
"""Characters of the longest function whose statements are followed; a bundle is one."""

MAX_WITHIN = 6
"""Functions within functions in which the statements before a call are followed."""

MAX_INITIAL = 2**20
"""Characters of the longest module whose own statements are followed."""

_DECLARED = frozenset(
    {"function_declaration", "class_declaration", "generator_function_declaration", "comment"}
    | {"import_statement", "interface_declaration", "type_alias_declaration", "enum_declaration"}
)
_EFFECTIVE = frozenset({"return_statement", "lexical_declaration", "variable_declaration"})
_BLOCKS = frozenset({"statement_block", "switch_case", "switch_default"})
_LOOPS = frozenset({"for_statement", "while_statement", "do_statement"})


class End(Enum):
    """How statements end: before what follows them, or by leaving the function, the round of a loop
    or all of it.
    """

    NEXT = 0
    RETURN = 1
    CONTINUE = 2
    BREAK = 3


@dataclass
class Course:
    """One call that is followed. `found` is what it may return, each with whether that depends on a
    condition; `sure` is whether what comes next is surely reached, `left` whether the round of a
    loop may have been left, and `broke` the loop.
    """

    ev: Interpreter
    function: Node
    found: list[tuple[Value, bool]] = field(default_factory=list)
    sure: bool = True
    left: bool = False
    broke: bool = False


def collect_returns(ev: Interpreter, body: Node, frame: Frame) -> list[tuple[Value, bool]]:
    """Return the values that a function's body may return, each with whether it depends on a
    condition.
    """
    if body.end - body.start > MAX_BODY:
        return [(Unknown("it is too long", body.spot), False)]
    course = Course(ev, body.parent or body)
    end = follow(course, body.children, frame)
    if end is not End.RETURN and course.found:
        course.found.append((Absent(body.spot), not course.sure))
    return course.found


def follow_module(ev: Interpreter, module: Module) -> Frame | None:
    """Return what a module's own statements make of its names; None while that is being worked
    out, or where there are too many.
    """

    def work() -> Frame | None:
        if len(module.text) > MAX_INITIAL:
            return None
        frame = Frame({}, NO_ENV, module.root)
        mark = ev.journal.mark()
        with ev.stack.start_over(module.root):
            follow(Course(ev, module.root), module.root.children, frame)
        ev.journal.keep(mark)
        return frame

    return ev.once(("names of", module.path), work)


def build_env_before(ev: Interpreter, site: Node, env: Env) -> Env:
    """Return the Env with what the functions around a place have done to their names by then."""
    if len(ev.stack) > MAX_WITHIN:
        return env
    around = [one for one in site.above() if one.kind in FUNCTIONS][::-1]
    for function, below in zip(around, [*around[1:], site], strict=False):
        body = function.get_field("body")
        if body is None or body.kind != "statement_block" or body.end - body.start > MAX_BODY:
            continue
        if not find_changed_names(ev, function):
            continue
        words = find_relevant_names(ev, function, site)
        if not words:
            continue
        frame = Frame({}, env, function)
        course = Course(ev, function)
        with ev.stack.enter(function):
            for binding in ev.module(function).scopes.parameters(function):
                if binding.key in find_changed_names(ev, function):
                    frame.own[binding.key] = Settled(ev.value_of_name(binding, env))
            _follow_until(course, body, below, frame, words)
        env = frame
    return env


def _follow_until(course: Course, block: Node, site: Node, frame: Frame, words: set[str]) -> None:
    """Follow the statements in front of a place that concern it, in a block and in those within."""
    while block is not site:
        if block.kind in _BLOCKS:
            for child, used in _find_effective_statements(course.ev, block):
                if child.end > site.start:
                    break
                if words & used:
                    _follow_statement(course, child, frame)
        index = bisect_right(block.children, site.start, key=lambda child: child.start) - 1
        inner = block.children[index] if index >= 0 else site
        block = inner if inner.end > site.start else site


def _find_effective_statements(ev: Interpreter, block: Node) -> list[tuple[Node, frozenset[str]]]:
    """Return the statements of a block that do something, each with the words in it."""

    def find_all() -> list[tuple[Node, frozenset[str]]]:
        return [
            (child, frozenset(WORD.findall(child.text)))
            for child in block.children
            if child.kind in _EFFECTIVE or (child.kind not in _DECLARED and _is_followed(ev, child))
        ]

    return ev.once(("effective statements", block), find_all)


def follow(course: Course, statements: Sequence[Node], frame: Frame) -> End:
    """Follow statements, to the end or to where they surely leave."""
    for statement in statements:
        end = _follow_statement(course, statement, frame)
        if end is not End.NEXT:
            return end
    return End.NEXT


def _follow_statement(course: Course, node: Node, frame: Frame) -> End:
    budget = course.ev.budget
    budget.require(1)
    try:
        budget.enter_statement()
        return _statement(course, node, frame)
    finally:
        budget.leave_statement()


def _statement(course: Course, node: Node, frame: Frame) -> End:
    kind = node.kind
    if kind in _DECLARED:
        return End.NEXT
    if kind == "return_statement":
        value = course.ev.value(node.children[0], frame) if node.children else Absent(node.spot)
        course.found.append((value, not course.sure))
        return End.RETURN
    if kind == "throw_statement":
        return End.RETURN
    if kind in {"break_statement", "continue_statement"}:
        return End.BREAK if kind.startswith("break") else End.CONTINUE
    if kind in {"lexical_declaration", "variable_declaration"}:
        _declare(course, node, frame)
        return End.NEXT
    if kind == "export_statement":
        declared = node.get_field("declaration")
        return _follow_statement(course, declared, frame) if declared else End.NEXT
    if not _is_followed(course.ev, node):
        return End.NEXT
    if kind == "if_statement":
        return _if(course, node, frame)
    if kind == "statement_block":
        return follow(course, node.children, frame)
    if kind == "try_statement":
        end = _follow_try(course, node, frame)
        last = next((c for c in node.children if c.kind == "finally_clause"), None)
        return (_body(course, last, frame) if last else End.NEXT) if end is End.NEXT else end
    if kind == "labeled_statement":
        return follow(course, node.children[-1:], frame)
    if kind == "for_in_statement":
        return _for_each(course, node, frame)
    if kind in _LOOPS:
        return _loop(course, node, frame)
    if kind == "switch_statement":
        return _switch(course, node, frame)
    if kind == "expression_statement":
        follow_expression(course.ev, node.children[0], frame)
    return End.NEXT


def _is_followed(ev: Interpreter, statement: Node) -> bool:
    """Return whether a statement may leave the function or change something."""
    return ev.once(
        ("is followed", statement), lambda: may_leave(ev, statement) or has_effect(ev, statement)
    )


def _follow_try(course: Course, node: Node, frame: Frame) -> End:
    """Follow what is tried, and what is done where it fails if that changes something."""
    handler = node.get_field("handler")
    if handler is None or not changes_any_name(course.ev, handler):
        return _body(course, node, frame)
    ways = [lambda: _body(course, node, frame), lambda: _body(course, handler, frame)]
    return _fork(course, ways, node.spot)


def _body(course: Course, node: Node, frame: Frame) -> End:
    body = node.get_field("body") or node.children[-1]
    return follow(course, body.children if body.kind == "statement_block" else [body], frame)


def _declare(course: Course, node: Node, frame: Frame) -> None:
    """Set the names that a declaration gives and that are changed later."""
    for binding in _bindings(course.ev, node):
        if binding.key in find_changed_names(course.ev, course.function):
            value: Value = Absent(binding.name.spot)
            if binding.kind == "value":
                value = course.ev.value(binding.node, frame)
                value = destructure(course.ev, value, binding, frame)
            frame.own[binding.key] = Settled(value)


def _bindings(ev: Interpreter, node: Node) -> Iterator[Binding]:
    scope = next(above for above in node.above() if above.kind in SCOPES)
    scopes = ev.module(node).scopes
    for declarator in node.children:
        if name := declarator.get_field("name"):
            for one in name.below():
                if one.kind.endswith(("identifier", "identifier_pattern")):
                    binding = scopes.get_declarations(scope).get(one.text) or scopes.find(one)
                    if binding and binding.name.start == one.start:
                        yield binding


def _if(course: Course, node: Node, frame: Frame) -> End:
    condition, yes, no = map(node.get_field, ("condition", "consequence", "alternative"))
    holds = truth(course.ev.value(condition, frame)) if condition else None
    if holds is not None:
        return follow(course, _block(yes if holds else no), frame)
    return _fork(
        course,
        [
            lambda: follow(course, _block(yes), frame),
            lambda: follow(course, _block(no), frame),
        ],
        node.spot,
    )


def _block(node: Node | None) -> list[Node]:
    if node is None:
        return []
    if node.kind == "else_clause":
        node = node.children[0]
    return node.children if node.kind == "statement_block" else [node]


def _fork(course: Course, ways: list[Callable[[], End]], at: Spot) -> End:
    """Follow each branch from the same start, then go on from the joined results."""
    sure, count = course.sure, len(course.found)
    ends: list[End] = []
    results = []
    journal = course.ev.journal
    for way in ways:
        course.sure = False
        mark = journal.mark()
        ends.append(way())
        made = journal.roll_back(mark)
        if ends[-1] is End.NEXT:
            results.append(made)
    course.sure = sure and len(course.found) == count
    course.left |= End.CONTINUE in ends or End.BREAK in ends
    course.broke |= End.BREAK in ends
    if not results:
        return End.CONTINUE if course.left else End.RETURN
    journal.join(results, at)
    return End.NEXT


def _switch(course: Course, node: Node, frame: Frame) -> End:
    value_node, body = node.get_field("value"), node.get_field("body")
    value = course.ev.value(value_node, frame) if value_node else None
    cases = [c for c in body.children if c.kind.startswith("switch")] if body else []
    tests = [course.ev.value(t, frame) if (t := c.get_field("value")) else None for c in cases]
    plain = (Text, Scalar)
    if isinstance(value, plain) and all(isinstance(t, plain) or t is None for t in tests):
        hits = [i for i, t in enumerate(tests) if t and t.value == value.value]  # type: ignore[union-attr]
        hits = hits or [i for i, t in enumerate(tests) if t is None]
        return _case(course, cases, hits[0], frame) if hits else End.NEXT
    ways: list[Callable[[], End]] = [
        partial(_case, course, cases, start, frame) for start in range(len(cases))
    ]
    if all(c.get_field("value") for c in cases):
        ways.append(lambda: End.NEXT)
    return _fork(course, ways, node.spot)


def _case(course: Course, cases: list[Node], start: int, frame: Frame) -> End:
    """Follow a case and those it falls through to."""
    for case in islice(cases, start, None):
        course.ev.budget.require()
        test = case.get_field("value")
        end = follow(course, [c for c in case.children if c is not test], frame)
        if end is not End.NEXT:
            return End.NEXT if end is End.BREAK else end
    return End.NEXT


def _for_each(course: Course, node: Node, frame: Frame) -> End:
    """Follow for (... of ...) and for (... in ...) round by round."""
    over = node.get_field("right")
    value = course.ev.value(over, frame) if over else None
    if node.word("operator") == "in":
        value = builtin.list_members(course.ev, value, "keys", node.spot) if value else None
    if isinstance(value, Keyed):
        value = Array(value.pairs, value.at)
    if isinstance(value, Array):
        rounds = [
            (
                _start_round(
                    course, node, item.value if isinstance(item, Perhaps) else item, frame
                ),
                not isinstance(item, Perhaps),
            )
            for item in value.items[:MAX_ROUNDS]
        ]
        end = _follow_rounds(course, node, rounds)
        if end is not End.NEXT or len(value.items) <= MAX_ROUNDS:
            return end
        value = Unknown("the list is too long to follow", node.spot)
    why = value if isinstance(value, Unknown) else Unknown(RUN_TIME, node.spot)
    return _follow_unknown_rounds(course, node, _start_round(course, node, why, frame))


def _start_round(course: Course, loop: Node, value: Value, frame: Frame) -> Frame:
    own: dict[Key, Any] = {}
    inner = Frame(own, frame, loop)
    for binding in course.ev.module(loop).scopes.get_declarations(loop).values():
        own[binding.key] = Settled(destructure(course.ev, value, binding, inner))
    return inner


def _follow_rounds(course: Course, loop: Node, rounds: Iterable[tuple[Frame, bool]]) -> End:
    """Follow a loop's body for each round, given whether it is surely gone."""
    outer = course.left, course.broke, course.sure
    course.broke = False
    end = End.NEXT
    for frame, sure in rounds:
        sure = sure and not course.broke  # noqa: PLW2901 - what may have ended ends the rest too
        course.left, course.sure = False, course.sure and sure
        mark, count = course.ev.journal.mark(), len(course.found)
        end = _body(course, loop, frame)
        if course.left or not sure:
            made = course.ev.journal.roll_back(mark)
            course.ev.journal.join([made, {}], loop.spot)
        if len(course.found) == count:
            course.sure = outer[2]
        if sure and not course.left and end in {End.RETURN, End.BREAK}:
            break
        end = End.NEXT
    course.left, course.broke, _ = outer
    return end if end is End.RETURN else End.NEXT


def _follow_unknown_rounds(course: Course, loop: Node, frame: Frame) -> End:
    """Follow a loop's body as if it ran an unknown number of times."""
    left, course.left = course.left, False
    was_sure, course.sure = course.sure, False
    mark = course.ev.journal.mark()
    _body(course, loop, frame)
    made = course.ev.journal.roll_back(mark)
    course.ev.journal.blur(made, loop.spot)
    course.sure, course.left = was_sure and not course.found, left
    return End.NEXT


def _loop(course: Course, node: Node, frame: Frame) -> End:
    """Follow while, do and for loops as long as their condition is known to hold."""
    first, step = node.get_field("initializer"), node.get_field("increment")
    if first:
        for binding in _bindings_of_loop(course.ev, node):
            value = course.ev.value(binding.node, frame)
            frame.own[binding.key] = Settled(destructure(course.ev, value, binding, frame))
    condition = node.get_field("condition")
    while condition and condition.kind in {"expression_statement", "parenthesized_expression"}:
        condition = condition.children[0]
    holds: bool | None = None

    def rounds() -> Iterator[tuple[Frame, bool]]:
        nonlocal holds
        for _ in range(MAX_ROUNDS):
            holds = truth(course.ev.value(condition, frame)) if condition else None
            if not holds:
                return
            yield frame, True
            if step:
                follow_expression(course.ev, step, frame)
        holds = None

    end = _follow_rounds(course, node, rounds())
    return _follow_unknown_rounds(course, node, frame) if end is End.NEXT and holds is None else end


def _bindings_of_loop(ev: Interpreter, loop: Node) -> list[Binding]:
    return [b for b in ev.module(loop).scopes.get_declarations(loop).values() if b.kind == "value"]
