"""Protocols of the evaluator and its parts, through which they call each other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from toolgrade.source.budget import Budget
    from toolgrade.source.nodes import Node, Spot, Table
    from toolgrade.source.python.bindings import Binding, FunctionNode
    from toolgrade.source.python.modules import Module, Modules
    from toolgrade.source.python.values import Class, External, Function, Scope, Value


class CallReader(Protocol):
    """Evaluates calls; see `Calls`."""

    def evaluate(self, node: ast.Call, scope: Scope) -> Value:
        """Return the result of a call."""

    def evaluate_arguments(
        self, node: ast.Call, scope: Scope
    ) -> tuple[tuple[Value, ...], dict[str, Value]] | None:
        """Return a call's arguments; None if it unpacks an unknown value."""

    def call_value(
        self, callee: Value, args: tuple[Value, ...], kwargs: Mapping[str, Value], at: Spot
    ) -> Value:
        """Return the result of calling a value with these arguments."""

    def call_function(
        self, function: Function, args: tuple[Value, ...], kwargs: Mapping[str, Value], at: Spot
    ) -> Value:
        """Return the result of a function of the package; unknown if there may be more than one."""

    def results(self, function: Function) -> list[Value]:
        """Return all possible results of a function."""

    def bind_parameters(
        self, function: Function, args: tuple[Value, ...], kwargs: Mapping[str, Value]
    ) -> dict[str, Value]:
        """Return the values of a function's parameters in a call, by name."""

    def evaluate_final_binding(self, node: FunctionNode, scope: Scope, name: str) -> Value:
        """Return the value of a function's local name when the function ends."""


class ContainerReader(Protocol):
    """Finds what the package adds to its lists and tables; see `Registries`."""

    def fill_container(self, holder: Module | Class, name: str, start: Value) -> Value:
        """Return `start` with all that is added to it through a name of a module or class."""


class Writing(NamedTuple):
    """How fields are written out: under their aliases, or under their own names."""

    by_alias: bool


class HintReader(Protocol):
    """Converts type hints to schemas; see `Hints`."""

    @property
    def ev(self) -> Interpreter:
        """The evaluator for the expressions in hints."""

    @property
    def writes(self) -> Writing | None:
        """How fields are written, if the schema is of what is written out."""

    def schema(self, node: ast.expr, scope: Scope) -> Table:
        """Return the schema of a hint."""


class Interpreter(ABC):
    """The evaluator of one package's expressions, as its parts know it."""

    modules: Modules
    budget: Budget
    calls: CallReader
    registries: ContainerReader

    @property
    @abstractmethod
    def assumes_defaults(self) -> bool:
        """Whether unknown arguments are assumed to have their defaults."""

    @abstractmethod
    def assume_defaults(self) -> AbstractContextManager[None]:
        """Within the context, assume that unknown arguments have their defaults."""

    @abstractmethod
    def charge(self, value: Value) -> Value:
        """Charge the budget for a value and return it; unknown if it is too large."""

    @abstractmethod
    def at(self, node: ast.AST, scope: Scope) -> Spot:
        """Return where a node begins."""

    @abstractmethod
    def value(self, node: ast.expr, scope: Scope) -> Value:
        """Return the value of an expression."""

    @abstractmethod
    def node(self, node: ast.expr, scope: Scope) -> Node:
        """Return the value of an expression as data."""

    @abstractmethod
    def data(self, value: Value) -> Node:
        """Return a value as data."""

    @abstractmethod
    def truth(self, node: ast.expr, scope: Scope) -> bool | None:
        """Return whether an expression is true; None if that is not known."""

    @abstractmethod
    def evaluate_iterable(self, node: ast.expr, scope: Scope) -> Value:
        """Return what a loop over an expression visits."""

    @abstractmethod
    def evaluate_definition(self, node: FunctionNode | ast.ClassDef, scope: Scope) -> Value:
        """Return what a definition binds."""

    @abstractmethod
    def evaluate_bindings(self, found: list[Binding], scope: Scope, name: str, at: Spot) -> Value:
        """Return the value of a name that has these bindings."""

    @abstractmethod
    def collect_bindings_in(self, node: FunctionNode | ast.ClassDef) -> Mapping[str, list[Binding]]:
        """Return the bindings of a function's or class's own body."""

    @abstractmethod
    def resolve_annotation(self, node: ast.expr, scope: Scope) -> External | Class | None:
        """Return the class that an annotation names."""

    @abstractmethod
    def member(self, module: Module, name: str, at: Spot) -> Value:
        """Return the value of a module's name."""

    @abstractmethod
    def attribute(self, base: Value, name: str, at: Spot) -> Value:
        """Return the value of an attribute."""

    @abstractmethod
    def bases(self, owned: Class) -> list[External | Class]:
        """Return a class and its base classes, in the order of lookup."""

    @abstractmethod
    def subclasses(self, owned: Class) -> list[Class]:
        """Return the package's subclasses of a class."""

    @abstractmethod
    def is_enum(self, owned: Class) -> bool:
        """Whether a class is an enum."""

    @abstractmethod
    def class_member(self, owned: Class, name: str, at: Spot) -> Value:
        """Return the value of a class's attribute."""
