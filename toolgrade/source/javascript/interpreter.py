"""What the parts of the reader may ask of the evaluator that wires them.

Values of names, members and calls depend on one another, so the part for one asks for the others
here, and imports none of them.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from toolgrade.source.javascript.budget import Budget
    from toolgrade.source.javascript.journal import Journal
    from toolgrade.source.javascript.modules import Module, Modules
    from toolgrade.source.javascript.package import Dialect
    from toolgrade.source.javascript.scopes import Binding, Key
    from toolgrade.source.javascript.syntax import Node
    from toolgrade.source.javascript.values import Env, Value
    from toolgrade.source.nodes import Spot

_T = TypeVar("_T")


class Needs:
    """What values depended on: `opened` are the parameters and loop variables that were asked for
    and had no value yet, `reads` the keys of an Env that were read.
    """

    def __init__(self) -> None:
        self.opened: list[Binding] = []
        self.reads: set[Key] = set()
        self._under_way: set[Hashable] = set()

    def is_under_way(self, what: Hashable) -> bool:
        """Return whether something is being worked out."""
        return what in self._under_way

    @contextmanager
    def work_out(self, what: Hashable) -> Iterator[None]:
        """Work something out that is not under way."""
        self._under_way.add(what)
        try:
            yield
        finally:
            self._under_way.discard(what)

    @contextmanager
    def collect(self) -> Iterator[list[Binding]]:
        """Collect what is opened meanwhile, apart from what was opened before."""
        outer, self.opened = self.opened, []
        try:
            yield self.opened
        finally:
            self.opened = outer


class Stack:
    """The functions whose statements are being followed, the innermost last."""

    def __init__(self) -> None:
        self._functions: list[Node] = []

    def __len__(self) -> int:
        return len(self._functions)

    def count(self, function: Node) -> int:
        """Return how many times a function is being followed."""
        return self._functions.count(function)

    def holds(self, node: Node) -> bool:
        """Return whether a node is in a function that is being followed."""
        return any(
            one.file is node.file and one.start <= node.start < one.end for one in self._functions
        )

    @contextmanager
    def enter(self, function: Node) -> Iterator[None]:
        """Follow a function within the others."""
        self._functions.append(function)
        try:
            yield
        finally:
            self._functions.pop()

    @contextmanager
    def start_over(self, *functions: Node) -> Iterator[None]:
        """Follow only these functions meanwhile."""
        outer, self._functions = self._functions, [*functions]
        try:
            yield
        finally:
            self._functions = outer


class Interpreter(Protocol):
    """Values of expressions in one package, and what finding them is about."""

    modules: Modules
    dialect: Dialect
    budget: Budget
    journal: Journal
    needs: Needs
    stack: Stack

    def value(self, node: Node, env: Env) -> Value:
        """Return the value of an expression."""

    def value_of_name(self, binding: Binding, env: Env) -> Value:
        """Return the value of a declared name."""

    def member(self, value: Value, name: str, at: Spot) -> Value:
        """Return the member of a value that has a name."""

    def apply(self, function: Value, values: list[Value], at: Spot) -> Value:
        """Return what a function returns for values."""

    def memoize(self, what: Hashable, env: Env, work: Callable[[], Value]) -> Value:
        """Return what `work` returns, or did under an Env that does not differ in what it read."""

    def once(self, what: Hashable, work: Callable[[], _T], meanwhile: _T | None = None) -> _T:
        """Return what `work` returns, worked out once. Asked for while it is being worked out, the
        answer is `meanwhile`.
        """

    def module(self, node: Node) -> Module:
        """Return the module that a node is in."""
