"""Walk the statements of a block in the order they run: into functions and classes, through both
branches of a condition, and through a loop once for each member.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.source.nodes import Items, Spot, Table
from toolgrade.source.python import containers
from toolgrade.source.python.bindings import words_in
from toolgrade.source.python.modules import is_exit, segment
from toolgrade.source.python.values import Either, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.modules import Module

_MAX_ROUNDS = 500
_MAX_ALL_ROUNDS = 20_000
_OTHERS = (
    ast.ExceptHandler,
    ast.match_case,
    ast.Lambda,
    ast.ListComp,
    ast.GeneratorExp,
    ast.SetComp,
    ast.DictComp,
)
"""Nodes that hold their own statements or names."""


class Step(NamedTuple):
    """A statement, where its names are looked up, and the condition that it depends on, if any."""

    statement: ast.stmt
    scope: Scope
    condition: Spot | None = None


class Blocks:
    """Walks the statements whose text `matters` accepts; the others are skipped, and their
    conditions are not read.
    """

    def __init__(self, ev: Interpreter, matters: Callable[[str], bool]) -> None:
        self.ev = ev
        self.matters = matters
        self._rounds_left = _MAX_ALL_ROUNDS
        self.renews = True
        """Whether statements that took the share of one tool get another."""
        self.is_cut = False
        """Whether a loop was left before its end."""

    def steps(
        self, body: Sequence[ast.stmt], scope: Scope, condition: Spot | None = None
    ) -> Iterator[Step]:
        """Yield the statements of a block and of all blocks in it."""
        left: list[ast.expr] = []
        for statement in body:
            if not self._has_more():
                return
            if self._matters(scope.module, statement):
                while left and condition is None:
                    condition = self._condition(left.pop(), scope)
                yield from self._steps(statement, scope, condition)
            if isinstance(statement, ast.If) and is_exit(statement.body):
                # What follows is reached only where the condition did not hold.
                left.append(statement.test)

    def _has_more(self) -> bool:
        """Return whether another statement may be looked at."""
        budget = self.ev.budget
        if self.renews and not (budget.is_left() or budget.is_spent):
            # Statements that register nothing took the share of one tool.
            budget.start_definition()
        return budget.is_left()

    def _matters(self, module: Module, statement: ast.stmt) -> bool:
        """Return whether to walk a statement."""
        text = segment(module, statement)
        self.ev.budget.step(1 + len(text) // 1024)
        return self.matters(text)

    def _steps(self, statement: ast.stmt, scope: Scope, condition: Spot | None) -> Iterator[Step]:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield Step(statement, scope, condition)
                yield from self.steps(statement.body, scope.inside(statement), condition)
                return
            case ast.For() | ast.AsyncFor():
                yield from self._unroll_loop(statement, scope, condition)
                return
            case ast.Expr(ast.ListComp() | ast.GeneratorExp() as all_of) | ast.Assign(
                _, ast.ListComp() as all_of
            ):
                yield from self._steps(_convert_to_loop(all_of, statement), scope, condition)
                yield Step(statement, scope, condition)
                return
            case ast.If():
                yield from self._follow_branches(statement, scope, condition)
                return
        for name in ("body", "orelse", "finalbody"):
            yield from self.steps(getattr(statement, name, []), scope, condition)
        for inner in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield from self.steps(inner.body, scope, condition)
        yield Step(statement, scope, condition)

    def _follow_branches(
        self, statement: ast.If, scope: Scope, condition: Spot | None
    ) -> Iterator[Step]:
        """Yield the statements of both branches of a condition, and of each `elif` after it."""
        while True:
            if any(
                self._matters(scope.module, one) for one in (*statement.body, *statement.orelse)
            ):
                condition = condition or self._condition(statement.test, scope)
            yield from self.steps(statement.body, scope, condition)
            after = statement.orelse
            if not (len(after) == 1 and isinstance(after[0], ast.If)):
                yield from self.steps(after, scope, condition)
                return
            statement = after[0]
            if not self._matters(scope.module, statement):
                return

    def _condition(self, test: ast.expr, scope: Scope) -> Spot | None:
        is_main = isinstance(test, ast.Compare) and "__name__" in words_in(test)
        return None if is_main or self.ev.truth(test, scope) else self.ev.at(test, scope)

    def _unroll_loop(
        self, loop: ast.For | ast.AsyncFor, scope: Scope, condition: Spot | None
    ) -> Iterator[Step]:
        body, useful = self._find_useful_statements(loop.body, scope.module)
        if not body:
            return
        if not words_in(loop.target) & words_in(*body):
            # Each round does the same.
            yield from self.steps(loop.body, scope, condition)
            return
        source = self.ev.evaluate_iterable(loop.iter, scope)
        if not isinstance(source, Items | Table | Either):
            yield from self.steps(loop.body, scope, condition)
            return
        for number, member in enumerate(containers.iterate_members(source)):
            self._rounds_left -= 1
            if self._rounds_left < 0 or number == _MAX_ROUNDS:
                self.is_cut = True
                return
            one, here = member, condition
            if isinstance(member, Either) and len(member.options) == 1:
                one, here = member.options[0], condition or member.at
            inner = scope.bind_names(containers.bind_target(loop.target, one) or {})
            for statement in body:
                if isinstance(statement, ast.Assign) and statement in useful:
                    value = self.ev.value(statement.value, inner)
                    inner = inner.bind_names(
                        containers.bind_target(statement.targets[0], value) or {}
                    )
                if self._matters(scope.module, statement):
                    yield from self._steps(statement, inner, here)
                if isinstance(statement, ast.If) and is_exit(statement.body):
                    here = here or self._condition(statement.test, inner)

    def _find_useful_statements(
        self, body: Sequence[ast.stmt], module: Module
    ) -> tuple[Sequence[ast.stmt], list[ast.stmt]]:
        """Return the statements of a loop up to the last one that matters, and the assignments
        among them whose values are used by one after them that matters.
        """
        used: set[str] = set()
        useful: list[ast.stmt] = []
        last = -1
        for place in range(len(body) - 1, -1, -1):
            statement = body[place]
            matters = self._matters(module, statement)
            last = place if matters and last < 0 else last
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                if words_in(statement.targets[0]) & used:
                    useful.append(statement)
                    used |= words_in(statement.value)
            elif matters:
                used |= words_in(statement)
        return body[: last + 1], useful


def _convert_to_loop(all_of: ast.ListComp | ast.GeneratorExp, statement: ast.stmt) -> ast.stmt:
    """Return a comprehension that is used only for its side effects as a loop."""
    inner: ast.stmt = ast.copy_location(ast.Expr(all_of.elt), statement)
    for one in reversed(all_of.generators):
        for test in reversed(one.ifs):
            inner = ast.copy_location(ast.If(test, [inner], []), statement)
        inner = ast.copy_location(ast.For(one.target, one.iter, [inner], []), statement)
    return inner


def find_own_calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """Yield the calls in a statement, except those in its blocks."""
    work: list[ast.AST] = [
        child for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.stmt)
    ]
    while work:
        node = work.pop()
        if isinstance(node, _OTHERS):
            continue
        if isinstance(node, ast.Call):
            yield node
            if isinstance(node.func, ast.Call):
                work += [*node.func.args, *node.args]
                continue
        work += [c for c in ast.iter_child_nodes(node) if not isinstance(c, ast.stmt)]
