"""What the parts of the reader may ask of one another, by way of the evaluator."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol

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
    """What calls give; see `Calls`."""

    def evaluate(self, node: ast.Call, scope: Scope) -> Value:
        """Return what a call gives."""

    def evaluate_arguments(
        self, node: ast.Call, scope: Scope
    ) -> tuple[tuple[Value, ...], dict[str, Value]] | None:
        """Return a call's arguments; None if it spreads what is not known."""

    def call_value(
        self, callee: Value, args: tuple[Value, ...], kwargs: Mapping[str, Value], at: Spot
    ) -> Value:
        """Return what calling a value with these arguments gives."""

    def call_function(
        self, function: Function, args: tuple[Value, ...], kwargs: Mapping[str, Value], at: Spot
    ) -> Value:
        """Return what a function of the package gives; unknown unless it is one thing only."""

    def results(self, function: Function) -> list[Value]:
        """Return all that a function may give."""

    def bind_parameters(
        self, function: Function, args: tuple[Value, ...], kwargs: Mapping[str, Value]
    ) -> dict[str, Value]:
        """Return the values of a function's parameters in a call, by name."""

    def evaluate_final_binding(self, node: FunctionNode, scope: Scope, name: str) -> Value:
        """Return the value of one of a function's own names when the function ends."""


class ContainerReader(Protocol):
    """What the package puts into its lists and tables; see `Registries`."""

    def fill_container(self, holder: Module | Class, name: str, start: Value) -> Value:
        """Return `start` with all that is put into it under a name of a module or class."""


class HintReader(Protocol):
    """The schemas of type hints; see `Hints`."""

    @property
    def ev(self) -> Interpreter:
        """Reads the expressions in hints."""

    @property
    def titles(self) -> bool:
        """Whether titles are made from names."""

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
        """Whether arguments that are not known are their defaults."""

    @abstractmethod
    def assume_defaults(self) -> AbstractContextManager[None]:
        """Read meanwhile what the package does where nothing is set."""

    @abstractmethod
    def charge(self, value: Value) -> Value:
        """Return a value that was built, once its size is spent; unknown if it is too large."""

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
        """Return what a loop over an expression goes through."""

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
        """Return a class and those that it is made from, in the order of lookup."""

    @abstractmethod
    def subclasses(self, owned: Class) -> list[Class]:
        """Return the package's classes that are made from another."""

    @abstractmethod
    def is_enum(self, owned: Class) -> bool:
        """Whether a class is an enum."""

    @abstractmethod
    def class_member(self, owned: Class, name: str, at: Spot) -> Value:
        """Return the value of a class's attribute."""
