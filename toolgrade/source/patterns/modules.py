"""The files of one language in a package: what each declares and imports, found by name."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

from toolgrade.source.nodes import File
from toolgrade.source.tree import Node, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from toolgrade.source.allowance import Allowance

_WORD = re.compile(r"\w+")


class Readable(Protocol):
    """A file that can be read."""

    label: str

    def peek_text(self) -> str:
        """Return its text; "" if it cannot be read."""


class Declaration(NamedTuple):
    """A value, function or type at the top of a file or in a type.

    `owner` is the type that it is in, "" for none; `value` what a value is given, if it never
    changes.
    """

    name: str
    what: str
    owner: str
    node: Node
    module: Module
    value: Node | None = None


class Imports(NamedTuple):
    """What a file imports: full names by the names it uses, and whole packages."""

    names: Mapping[str, str]
    packages: tuple[str, ...] = ()


class Syntax(Protocol):
    """The part of a Grammar that a module uses."""

    @property
    def name(self) -> str:
        """What the parser calls the language."""

    @property
    def declares(self) -> re.Pattern[str]:
        """Finds, as group 1, the names that a text may declare."""

    @property
    def home(self) -> Callable[[Module], str]:
        """Returns the package or namespace that a file belongs to."""

    @property
    def imports(self) -> Callable[[Module], Imports]:
        """Returns what a file imports."""

    @property
    def declarations(self) -> Callable[[Module], Iterable[Declaration]]:
        """Returns what a file declares."""


class Module:
    """A source file, parsed when its tree is first used."""

    def __init__(self, path: str, source: Readable, syntax: Syntax, allowance: Allowance) -> None:
        self.path = path
        self.label = source.label
        self._syntax = syntax
        self._source = source
        self._allowance = allowance

    @cached_property
    def text(self) -> str:
        """Its text, without a byte order mark."""
        return self._source.peek_text().removeprefix("\ufeff")

    @cached_property
    def file(self) -> File:
        """Its text with its name: what nodes and places refer to."""
        return File(self.label, self.text)

    @cached_property
    def root(self) -> Node:
        """Its syntax tree; an empty one if there is nothing left to parse it with."""
        is_read = self._allowance.parse_with(self._syntax.name, self.label, self.text)
        return parse(self.file if is_read else File(self.label, ""), self._syntax.name)

    @cached_property
    def words(self) -> Mapping[str, list[int]]:
        """The offsets of each word of its text, in order."""
        found: dict[str, list[int]] = {}
        for word in _WORD.finditer(self.text):
            found.setdefault(word[0], []).append(word.start())
        return found

    @cached_property
    def home(self) -> str:
        """The package or namespace it belongs to."""
        return self._syntax.home(self)

    @cached_property
    def imports(self) -> Imports:
        """What it imports."""
        try:
            return self._syntax.imports(self)
        except (IndexError, RecursionError):
            return Imports({})

    @cached_property
    def names(self) -> frozenset[str]:
        """The names it may declare, found without parsing."""
        return frozenset(found[1] for found in self._syntax.declares.finditer(self.text))

    @cached_property
    def declared(self) -> Mapping[tuple[str, str], list[Declaration]]:
        """What it declares, by owner and name."""
        found: dict[tuple[str, str], list[Declaration]] = {}
        # Declarations after one that is cut off, or nested too deep, are not found.
        with suppress(IndexError, RecursionError):
            for one in self._syntax.declarations(self):
                found.setdefault((one.owner, one.name), []).append(one)
        return found


class Modules:
    """All files of one language in a package. `root_path` is the prefix of its own imports."""

    def __init__(self, modules: list[Module], root_path: str, allowance: Allowance) -> None:
        self.allowance = allowance
        self.all = modules
        self.root_path = root_path
        self._by_file: dict[File, Module] = {}
        self._by_home: dict[str, list[Module]] = {}
        self._naming: dict[tuple[str, frozenset[str]], list[Module]] = {}
        self._methods: dict[tuple[str, str], Declaration | None] = {}

    def get_module_of_node(self, node: Node) -> Module:
        """Return the module that a node is in."""
        return self.get_module(node.file)

    def get_module(self, file: File) -> Module:
        """Return the module of a file."""
        if file not in self._by_file:
            self._by_file = {one.file: one for one in self.all}
        return self._by_file[file]

    def find_top_level(self, name: str, near: Module) -> Declaration | None:
        """Return the top-level declaration that a name refers to in a file."""
        found = near.declared.get(("", name))
        if found:
            return _get_single(found)
        homes = {near.home, *near.imports.packages}
        imported = near.imports.names.get(name)
        if imported:
            homes = {imported.rpartition(".")[0]}
        return self._one(name, homes)

    def list_naming(self, name: str, home: str) -> list[Module]:
        """Return the files of a package that contain a name as a word."""
        return [one for one in self._list_at_home(home) if name in one.text and name in one.words]

    def find_in_home(self, home: str, name: str) -> Declaration | None:
        """Return the declaration of a name in a package or namespace of this package."""
        return self._one(name, {home})

    def member(self, owner: Declaration, name: str) -> Declaration | None:
        """Return a member of a type."""
        found = owner.module.declared.get((owner.name, name))
        return _get_single(found) if found else None

    def method(self, name: str, near: Module) -> Declaration | None:
        """Return the only method of this name in a module's package, of any type."""
        key = (name, near.home)
        if key not in self._methods:
            held = self._find_naming_modules(name, {near.home})
            named = (d for m in held for (_, n), ds in m.declared.items() if n == name for d in ds)
            self._methods[key] = _get_single([one for one in named if one.owner])
        return self._methods[key]

    def _one(self, name: str, homes: set[str]) -> Declaration | None:
        found = self._find_naming_modules(name, homes)
        return _get_single([one for m in found for one in m.declared.get(("", name), ())])

    def _list_at_home(self, home: str) -> list[Module]:
        if not self._by_home:
            for module in self.all:
                self._by_home.setdefault(module.home, []).append(module)
        return self._by_home.get(home, [])

    def _find_naming_modules(self, name: str, homes: set[str]) -> list[Module]:
        """Return the files of some packages that may declare a name."""
        key = (name, frozenset(homes))
        if key not in self._naming:
            near = (m for home in sorted(homes) for m in self._list_at_home(home))
            self._naming[key] = [module for module in near if name in module.names]
        return self._naming[key]


def _get_single(found: list[Declaration]) -> Declaration | None:
    """Return the only declaration; None if there are several, such as one for each platform."""
    return found[0] if len(found) == 1 else None
