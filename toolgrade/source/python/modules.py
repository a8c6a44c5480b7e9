"""Load the Python files of one package, parsed when first needed, and the bindings of their names.

Nothing is imported: an import is followed to a file of the same package, or else ends in a dotted
name of another distribution.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from toolgrade.source.found import Failure
from toolgrade.source.nodes import File
from toolgrade.source.python import literals
from toolgrade.source.python.bindings import (
    bindings,
    find_changed_names,
    names_in,
    walk,
    words_in,
)
from toolgrade.source.python.downgrade import downgrade_source
from toolgrade.source.python.marks import calls_one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from toolgrade.source.allowance import Allowance
    from toolgrade.source.budget import Budget
    from toolgrade.source.discover import Source
    from toolgrade.source.python.bindings import Binding


_WORD = re.compile(r"\w+")
_WEIGHT = 2
"""Of a mark: a tree of Python takes twice the memory of one of another language."""
_SEARCHED_A_STEP = 2**16
"""Characters that are searched for a name in the time of a step of the budget."""


@dataclass(eq=False)
class Module:
    """One file: `parts` are the folders and the stem that lead to it from the package's root."""

    file: File
    tree: ast.Module
    parts: tuple[str, ...]
    is_package: bool

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the file's syntax tree, the outer ones first."""
        return walk(self.tree)

    @cached_property
    def names(self) -> Mapping[str, list[Binding]]:
        """Every binding of every module-level name, in the order written."""
        return bindings(self.tree.body)

    def words_of(self, node: ast.AST) -> frozenset[str]:
        """Return every name and text in a definition of the module."""
        if node not in self._words_of:
            self._words_of[node] = frozenset(words_in(node))
        return self._words_of[node]

    @cached_property
    def _words_of(self) -> dict[ast.AST, frozenset[str]]:
        return {}

    def is_wrapper(self, node: ast.AST) -> bool:
        """Whether a decorator puts another function in the place of the one it is given."""
        if node not in self._wrappers:
            inner = [n for n in walk(node) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
            self._wrappers[node] = any(n.args.vararg or n.args.kwarg for n in inner[1:])
        return self._wrappers[node]

    @cached_property
    def _wrappers(self) -> dict[ast.AST, bool]:
        return {}

    def list_statements(self, name: str) -> list[ast.stmt]:
        """Return the module-level statements that contain a name as a word, and those that may end
        the module early.
        """
        places = sorted({*self._places_by_word.get(name, ()), *self._places_by_word[""]})
        return [self.tree.body[place] for place in places]

    @cached_property
    def _places_by_word(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {"": []}
        for place, statement in enumerate(self.tree.body):
            for word in {*_WORD.findall(segment(self, statement))}:
                found.setdefault(word, []).append(place)
            if isinstance(statement, ast.If) and is_exit(statement.body):
                found[""].append(place)
        return found

    @cached_property
    def mutated(self) -> frozenset[str]:
        """Names of containers that some statement of the module changes, wherever it is."""
        found = find_changed_names(self.tree.body)
        found.update(n for node in self.nodes if isinstance(node, ast.Global) for n in node.names)
        return frozenset(found)

    @cached_property
    def changed_by_loops(self) -> frozenset[str]:
        """Names and attributes that a loop iterates over and whose members it changes."""
        loops: dict[ast.AST, set[str]] = {}
        find_changed_names(self.tree.body, loops)
        found: set[str] = set()
        for loop, changed in loops.items():
            if isinstance(loop, ast.For | ast.AsyncFor) and names_in(loop.target) & changed:
                found |= names_in(loop.iter)
                found |= {n.attr for n in walk(loop.iter) if isinstance(n, ast.Attribute)}
        return frozenset(found)

    @cached_property
    def stars(self) -> tuple[str, ...]:
        """The modules all of whose names are imported."""
        return tuple(
            "." * node.level + (node.module or "")
            for node in self.nodes
            if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names)
        )


@dataclass
class Modules:
    """All modules of a package, by path from its root."""

    sources: Mapping[str, Source]
    allowance: Allowance
    failures: list[Failure] = field(default_factory=list)
    _parsed: dict[str, Module | None] = field(default_factory=dict)
    _words: dict[str, frozenset[str]] = field(default_factory=dict)

    def load(self, path: str) -> Module | None:
        """Return the module in the file at `path`; None, and a failure noted, if it is not Python
        that can be read.
        """
        if path not in self._parsed:
            self._parsed[path] = self._load(path)
        return self._parsed[path]

    def find_modules_with(self, names: Iterable[str], budget: Budget) -> Iterator[Module]:
        """Yield the modules whose text contains one of the names as a word."""
        wanted = [*names]
        return self._find(
            budget,
            lambda path, text: any(
                name in text and name in self._words_in(path) for name in wanted
            ),
        )

    def find_modules_calling(self, names: Iterable[str], budget: Budget) -> Iterator[Module]:
        """Yield the modules whose text calls one of the names, or decorates with it."""
        wanted = {*names}
        return self._find(budget, lambda _, text: calls_one_of(text, wanted))

    def _find(self, budget: Budget, holds: Callable[[str, str], bool]) -> Iterator[Module]:
        """Yield the modules whose path and text are what is looked for."""
        if not budget.step(1 + self._size // _SEARCHED_A_STEP):
            return
        for path, text in self.texts.items():
            if holds(path, text):
                if not budget.step():
                    return
                module = self.load(path)
                if module is not None:
                    yield module

    @cached_property
    def _size(self) -> int:
        return sum(len(text) for text in self.texts.values())

    def _words_in(self, path: str) -> frozenset[str]:
        if path not in self._words:
            self._words[path] = frozenset(_WORD.findall(self.texts[path]))
        return self._words[path]

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The text of each file, by its path; "" for one that cannot be read."""
        return {path: source.peek_text() for path, source in self.sources.items()}

    def _load(self, path: str) -> Module | None:
        source = self.sources[path]
        try:
            text = decode_source(source.content())
            if not self.allowance.parse(source.label, text, _WEIGHT):
                return None
            tree = parse_source(text)
        except OSError as error:
            self.failures.append(Failure(source.label, f"cannot be read: {error.strerror}"))
        except (SyntaxError, ValueError) as error:
            at = f" in line {error.lineno}" if getattr(error, "lineno", None) else ""  # type: ignore[union-attr]
            why = (
                "is not UTF-8 text" if isinstance(error, UnicodeError) else "is not valid Python 3"
            )
            self.failures.append(Failure(source.label, f"{why}{at}"))
        except (RecursionError, MemoryError):
            self.failures.append(Failure(source.label, "is nested too deep to be read"))
        else:
            pure = PurePosixPath(path)
            is_package = pure.stem == "__init__"
            parts = pure.parent.parts if is_package else (*pure.parent.parts, pure.stem)
            return Module(File(source.label, text), tree, parts, is_package)
        return None

    @cached_property
    def _by_tail(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.sources:
            pure = PurePosixPath(path)
            name = pure.parent.name if pure.stem == "__init__" else pure.stem
            found.setdefault(name, []).append(path)
        return found

    def find(self, dotted: str, home: Module) -> Module | None:
        """Return the module that `dotted` names in an import of the module `home`.

        Absolute names are looked for as the end of a path, since the folder that Python would
        start from (src, a parent, the script's own) is not written anywhere. None: not of this
        package, or two files could be meant.
        """
        level = len(dotted) - len(dotted.lstrip("."))
        wanted = tuple(part for part in dotted[level:].split(".") if part)
        if level:
            up = level - 1 if home.is_package else level
            base = home.parts[: len(home.parts) - up] if up else home.parts
            return self._find_exact((*base, *wanted))
        if not wanted:
            return None
        ends = []
        for path in self._by_tail.get(wanted[-1], ()):
            pure = PurePosixPath(path)
            parts = (
                pure.parent.parts if pure.stem == "__init__" else (*pure.parent.parts, pure.stem)
            )
            if parts[-len(wanted) :] == wanted:
                ends.append((parts, path))
        near = [path for parts, path in ends if parts[: -len(wanted)] == home.parts[:-1]]
        chosen = near or [path for _, path in ends]
        if len(wanted) == 1 and not near:
            # A bare name may as well be an installed library's.
            chosen = [path for parts, path in ends if len(parts) == 1 or parts[0] == "src"]
        return self.load(chosen[0]) if len(chosen) == 1 else None

    def _find_exact(self, parts: tuple[str, ...]) -> Module | None:
        for path in ("/".join(parts) + ".py", "/".join((*parts, "__init__.py"))):
            if path in self.sources:
                return self.load(path)
        return None


def segment(module: Module, statement: ast.stmt) -> str:
    """Return the text of a statement, with its decorators. A line may hold many statements."""
    file = module.file
    decorators = [one.lineno for one in getattr(statement, "decorator_list", ())]
    first = file.lines[min(decorators) - 1] if decorators else literals.spot(file, statement).offset
    end = statement.end_lineno or statement.lineno
    return file.text[first : file.offset(end, statement.end_col_offset or 0)]


def is_exit(body: Sequence[ast.stmt]) -> bool:
    """Whether a block ends with a jump, so that code after its `if` runs only if that is false."""
    return isinstance(body[-1], ast.Return | ast.Raise | ast.Continue)


def extent(module: Module, node: ast.stmt) -> int:
    """Return the budget steps that searching a statement costs, by its length."""
    first = module.file.lines[node.lineno - 1]
    last = node.end_lineno or node.lineno
    lines = module.file.lines
    return ((lines[last] if last < len(lines) else len(module.file.text)) - first) // 64


def decode_source(content: bytes) -> str:
    """Decode a source by its coding line (UTF-8 without one), with newlines as Python reads them.

    Raises SyntaxError for an unknown coding, UnicodeError for bytes that do not fit the coding.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def parse_source(text: str) -> ast.Module:
    """Return the syntax tree. Raises SyntaxError, ValueError (a null byte), RecursionError."""
    with warnings.catch_warnings():
        # An invalid escape in someone else's file is not toolgrade's business.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except SyntaxError as error:
            try:
                return ast.parse(downgrade_source(text))
            except (SyntaxError, ValueError):
                raise error from None
