"""Grammar describes a language to the reader; Interpreter is what a language may ask of it.

Each language is one Grammar, in the module of `grammars` that has its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from toolgrade.source.nodes import Unknown
from toolgrade.source.patterns.values import NO_ENV

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from toolgrade.source.budget import Budget
    from toolgrade.source.nodes import Spot, Text
    from toolgrade.source.patterns.modules import Declaration, Imports, Module, Modules
    from toolgrade.source.patterns.values import Call, Change, Env, Function, Given, Kind
    from toolgrade.source.tree import Node


class Mark(NamedTuple):
    """An annotation, attribute or macro: its name as written, and its arguments."""

    name: str
    given: tuple[tuple[str, Node], ...]
    node: Node


class Field(NamedTuple):
    """A parameter of a function or a field of a type; without a name it is all fields of
    its type. `default` is where its default is; `needed` is "yes", "no" or "?" where the
    language itself says whether it must be given.
    """

    name: str
    node: Node
    kind: Node | None
    default: Node | None = None
    needed: str = ""


class Interpreter(Protocol):
    """The part of the evaluator that languages and other parts of the reader may use."""

    @property
    def modules(self) -> Modules:
        """The files of the language in the package."""

    @property
    def grammar(self) -> Grammar:
        """The language."""

    @property
    def budget(self) -> Budget:
        """The limits on steps, depth and size, and how much is used."""

    def kind(self, node: Node) -> Kind:
        """Return a type as written."""

    def value(self, node: Node, env: Env = NO_ENV) -> Any:
        """Return the value of an expression."""

    def name(self, node: Node, name: str, env: Env) -> Any:
        """Return what a name means at a node."""

    def member(self, of: Any, name: str, at: Spot) -> Any:
        """Return what a name means as a member of a value."""

    def call(
        self, callee: Any, given: Sequence[Given], at: Spot, types: Sequence[Kind] = ()
    ) -> Any:
        """Return the result of calling a function or constructing a type."""

    def evaluate_declaration(self, found: Declaration, at: Spot) -> Any:
        """Return the value of what is declared."""

    def bind_parameters(self, function: Function, given: Sequence[Given]) -> Env | None:
        """Return the values of a function's parameters in a call; None if that is unclear."""


def _nothing(*_: object) -> None:
    return None


def _false(*_: object) -> bool:
    return False


def _none(*_: object) -> list[Any]:
    return []


def _no_call(_: Interpreter, call: Node, __: Env) -> tuple[Any, list[Given]]:
    return Unknown("it is made when the server runs", call.spot), []


@dataclass(frozen=True)
class Grammar:
    """A language. Members that it or its SDKs do not need keep their defaults.

    `name` is what the parser calls it; `declares` finds, as group 1, the names that a text may
    declare; `kinds` has the value of each kind of expression; `functions` and `bodies` are the
    kinds of nodes that have parameters, and that hold the members of a file or type.
    """

    name: str
    suffixes: tuple[str, ...]
    declares: re.Pattern[str]
    kinds: Mapping[str, Callable[[Interpreter, Node, Env], Any]]
    functions: frozenset[str]
    bodies: frozenset[str]

    named: Callable[[Node], str]
    """The name of a declaration; "" if it has none."""
    home: Callable[[Module], str]
    """The package or namespace that a file belongs to."""
    imports: Callable[[Module], Imports]
    """What a file imports."""
    declarations: Callable[[Module], Iterable[Declaration]]
    """What a file declares."""
    bindings: Callable[[Node], Iterable[tuple[str, Node | None]]]
    """The names that a statement declares, each with its value if it has one."""
    parameters: Callable[[Node], list[Field]]
    """The parameters of a function; the name of one that takes the rest begins with "..."."""
    kind: Callable[[Node, Interpreter], Kind]
    """A type as written."""
    spelled: Callable[[Field, Declaration | None, str], Text | None]
    """The default name of a field on the wire, by an SDK's rule for names; None if it is not
    sent. Without a declaration it is a parameter."""

    is_too_deep: Callable[[str], bool] = _false
    """Whether a text is nested too deep for the parser, which would crash the process."""
    answer: Callable[[Node], Node | None] = _nothing
    """The value a function returns, if its body is only that return."""
    results: Callable[[Node], list[Node | None]] = _none
    """The types of a function's results."""
    statements: Callable[[Node], list[Node]] = _none
    """The statements of a function's body."""
    change: Callable[[Interpreter, Node, str, Env], list[Change] | None] = _nothing
    """What a statement sets in the value of a name; None if that is not known."""
    alias: str = ""
    """A pattern, after |, of code that gives the value of a name a second name."""
    is_shared: Callable[[Node], bool] = _false
    """Whether an expression makes what may be changed by the function it is given to."""

    is_reassigned: Callable[[Declaration, Modules], bool] = _false
    """Whether a package reassigns what it declares at the top of a file."""

    is_unused: Callable[[Declaration, Modules], bool] = _false
    """Whether what is declared at the top of a file is never used."""

    fields: Callable[[Declaration], list[Field] | None] = _nothing
    """The fields of a type; None if it has none."""
    cases: Callable[[Declaration], list[Field] | None] = _nothing
    """The cases of an enumeration; None if a type is not one."""
    under: Callable[[Declaration], Node | None] = _nothing
    """The type that a type is an alias of; None if it is not an alias."""
    note: Callable[[Interpreter, Node, str], Any] = _nothing
    """The value of an annotation or tag, named as in `sdks`; None if it is missing."""
    doc: Callable[[Node], Text | Unknown | None] = _nothing
    """The comment that documents a declaration."""
    tight_doc: Callable[[Node], Text | Unknown | None] = _nothing
    """That comment without its empty lines, each line trimmed."""

    marked: Callable[[Module, str], Iterable[tuple[Mark, Node]]] = _none
    """The functions of a file that have an annotation of a name."""
    means: Callable[[Module, str, str], bool] = _false
    """Whether an annotation as written has this full name."""
    called: Callable[[Node], Node | None] = _nothing
    """The call or literal whose function or type is the name at a node."""
    calls: Callable[[Interpreter, Node, str], bool] = _false
    """Whether a call or literal is of a function or type with this full name."""
    elided: Callable[[Interpreter, Node, str], list[Node]] = _none
    """The literals of this full type that leave it out, as their list at a node
    has it."""
    call_of: Callable[[Interpreter, Node, Env], tuple[Any, list[Given]]] = _no_call
    """The function that a call calls, and its arguments."""
    chain: Callable[[Interpreter, Node, Env], list[Call]] = _none
    """The methods that are called on a call's result, in order."""
