"""What a language tells the reader, a Grammar, and what its parts may ask of it, an Interpreter.

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
    """A parameter of a function or a field of a type; without a name it stands for all fields of
    its type. `default` is where its default stands; `needed` is "yes", "no" or "?" where the
    language itself says whether it must be given.
    """

    name: str
    node: Node
    kind: Node | None
    default: Node | None = None
    needed: str = ""


class Interpreter(Protocol):
    """The evaluator, as far as a language or another part of the reader may ask it."""

    @property
    def modules(self) -> Modules:
        """The files of the language in the package."""

    @property
    def grammar(self) -> Grammar:
        """The language."""

    @property
    def budget(self) -> Budget:
        """What may still be spent."""

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
        """Return what calling a function, or making an object of a type, gives."""

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
    """A language. What it does not have, or no SDK of it needs, keeps its default: nothing.

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
    """The names that a statement declares, each with its value if it has one of its own."""
    parameters: Callable[[Node], list[Field]]
    """The parameters of a function; the name of one that takes the rest begins with "..."."""
    kind: Callable[[Node, Interpreter], Kind]
    """A type as written."""
    spelled: Callable[[Field, Declaration | None, str], Text | None]
    """What a field is called on the wire where nothing else is said, by an SDK's rule for names;
    None if it is not there. Without a declaration it is a parameter."""

    is_too_deep: Callable[[str], bool] = _false
    """Whether a text is nested deeper than the parser can bear: it would end the process."""
    answer: Callable[[Node], Node | None] = _nothing
    """What a function returns, if returning it is all that it does."""
    results: Callable[[Node], list[Node | None]] = _none
    """The types of what a function returns."""
    statements: Callable[[Node], list[Node]] = _none
    """The statements of a function's body."""
    change: Callable[[Interpreter, Node, str, Env], list[Change] | None] = _nothing
    """What a statement sets in the value of a name; None if that cannot be told."""
    alias: str = ""
    """A pattern, behind |, of code that gives the value of a name another name too."""
    is_shared: Callable[[Node], bool] = _false
    """Whether an expression makes what may be changed by whoever it is given to."""

    is_reassigned: Callable[[Declaration, Modules], bool] = _false
    """Whether a package gives another value to what it declares at the top of a file."""

    is_unused: Callable[[Declaration, Modules], bool] = _false
    """Whether nobody can be given what is declared at the top of a file."""

    fields: Callable[[Declaration], list[Field] | None] = _nothing
    """The fields of a type; None if it has none."""
    cases: Callable[[Declaration], list[Field] | None] = _nothing
    """The cases of an enumeration; None if a type is none."""
    under: Callable[[Declaration], Node | None] = _nothing
    """The type that a type is another name of; None if it is none."""
    note: Callable[[Interpreter, Node, str], Any] = _nothing
    """What an annotation or tag of a declaration says, as `noted` spells it; None if nothing."""
    doc: Callable[[Node], Text | Unknown | None] = _nothing
    """The comment that documents a declaration."""
    tight_doc: Callable[[Node], Text | Unknown | None] = _nothing
    """That comment without its empty lines, each line trimmed."""

    marked: Callable[[Module, str], Iterable[tuple[Mark, Node]]] = _none
    """The functions of a file that have an annotation of a name."""
    means: Callable[[Module, str, str], bool] = _false
    """Whether an annotation as written is one of this full name."""
    called: Callable[[Node], Node | None] = _nothing
    """The call or literal that the name at a node is the function or type of."""
    calls: Callable[[Interpreter, Node, str], bool] = _false
    """Whether a call or literal is of a function or type of this full name."""
    elided: Callable[[Interpreter, Node, str], list[Node]] = _none
    """The literals of this full type that leave it out, as it stands in that of their list at a
    node."""
    call_of: Callable[[Interpreter, Node, Env], tuple[Any, list[Given]]] = _no_call
    """What a call calls, and what it gives."""
    chain: Callable[[Interpreter, Node, Env], list[Call]] = _none
    """The methods that are called on what a call makes, one after the other."""
