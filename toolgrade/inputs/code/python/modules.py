"""The Python files of one package, parsed when first needed, and what their names are bound to.

Nothing is imported: an import is followed to a file of the same package, or else ends in a dotted
name of somebody else's.
"""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from toolgrade.inputs.code.found import Failure
from toolgrade.inputs.code.nodes import File

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolgrade.inputs.code.discover import Source

FunctionNode: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"
Block: TypeAlias = "list[ast.stmt]"

_MUTATING = frozenset(
    "add append appendleft clear discard extend insert pop popitem remove reverse setdefault sort "  # noqa: SIM905 - read as one line
    "update".split()
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import binds: the module at `path` (as written, with its leading dots), and the
    name taken from it, if any.
    """

    path: str
    name: str | None


Binding: TypeAlias = "ast.expr | FunctionNode | ast.ClassDef | Imported | None"
"""What a name is bound to; None where that cannot be told: in a loop, by unpacking, by `del`."""


@dataclass(eq=False)
class Module:
    """One file: `parts` are the folders and the stem that lead to it from the package's root."""

    file: File
    tree: ast.Module
    parts: tuple[str, ...]
    is_package: bool

    @cached_property
    def names(self) -> Mapping[str, list[Binding]]:
        """Every binding of every module-level name, in the order written."""
        return bindings(self.tree.body)

    @cached_property
    def mutated(self) -> frozenset[str]:
        """Names of containers that some statement of the module changes, wherever it stands."""
        return frozenset(_mutated(self.tree))

    @cached_property
    def stars(self) -> tuple[str, ...]:
        """The modules all of whose names are imported."""
        return tuple(
            "." * node.level + (node.module or "")
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names)
        )


@dataclass
class Modules:
    """All modules of a package, by path from its root."""

    sources: Mapping[str, Source]
    failures: list[Failure] = field(default_factory=list)
    _parsed: dict[str, Module | None] = field(default_factory=dict)

    def load(self, path: str) -> Module | None:
        """Return the module in the file at `path`; None, and a failure noted, if it is no Python
        that can be read.
        """
        if path not in self._parsed:
            self._parsed[path] = self._load(path)
        return self._parsed[path]

    def _load(self, path: str) -> Module | None:
        source = self.sources[path]
        try:
            text = decoded(source.content())
            tree = parsed(text)
        except OSError as error:
            self.failures.append(Failure(source.label, f"cannot be read: {error.strerror}"))
        except (SyntaxError, ValueError) as error:
            at = f" in line {error.lineno}" if getattr(error, "lineno", None) else ""  # type: ignore[union-attr]
            why = "is no UTF-8 text" if isinstance(error, UnicodeError) else "is no valid Python 3"
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
            return self._exact((*base, *wanted))
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
        beside = [path for parts, path in ends if parts[: -len(wanted)] == home.parts[:-1]]
        chosen = beside or [path for _, path in ends]
        if len(wanted) == 1 and not beside:
            # A bare name may as well be an installed library's.
            chosen = [path for parts, path in ends if len(parts) == 1 or parts[0] == "src"]
        return self.load(chosen[0]) if len(chosen) == 1 else None

    def _exact(self, parts: tuple[str, ...]) -> Module | None:
        for path in ("/".join(parts) + ".py", "/".join((*parts, "__init__.py"))):
            if path in self.sources:
                return self.load(path)
        return None


def decoded(content: bytes) -> str:
    """Return a source's text: by its coding line, UTF-8 without one; newlines as Python has them.

    Raises SyntaxError for a coding there is not, UnicodeError for other bytes.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def parsed(text: str) -> ast.Module:
    """Return the syntax tree. Raises SyntaxError, ValueError (a null byte), RecursionError."""
    with warnings.catch_warnings():
        # An invalid escape in a stranger's file is no concern of ours.
        warnings.simplefilter("ignore")
        return ast.parse(text)


def bindings(body: Block) -> dict[str, list[Binding]]:
    """Return every binding of every name in a block, not looking into functions and classes."""
    found: dict[str, list[Binding]] = {}
    for statement in statements(body):
        for name, bound in _bound(statement):
            found.setdefault(name, []).append(bound)
    return found


def statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a block and of the blocks in it, as written."""
    work = list(body)[::-1]
    while work:
        statement = work.pop()
        yield statement
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for name in ("finalbody", "orelse", "handlers", "cases", "body"):
            work += getattr(statement, name, [])[::-1]


def _bound(statement: ast.stmt) -> Iterator[tuple[str, Binding]]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name, statement
        case ast.Import(names):
            for alias in names:
                yield from _module_import(alias)
        case ast.ImportFrom(module, names, level):
            for alias in names:
                path = "." * level + (module or "")
                yield alias.asname or alias.name, Imported(path, alias.name)
        case ast.Assign(targets, value):
            for target in targets:
                yield from _targets(target, value)
        case ast.AnnAssign(target, _, value) if value is not None:
            yield from _targets(target, value)
        case ast.AugAssign(target):
            yield from _targets(target, None)
        case ast.For(target) | ast.AsyncFor(target):
            yield from _targets(target, None)
        case ast.With(items) | ast.AsyncWith(items):
            for item in items:
                if item.optional_vars is not None:
                    yield from _targets(item.optional_vars, None)
        case ast.Delete(targets):
            for target in targets:
                yield from _targets(target, None)


def _module_import(alias: ast.alias) -> Iterator[tuple[str, Binding]]:
    if alias.asname:
        yield alias.asname, Imported(alias.name, None)
    else:
        first = alias.name.partition(".")[0]
        yield first, Imported(first, None)


def _targets(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, Binding]]:
    match target, value:
        case ast.Name(name), _:
            yield name, value
        case ((ast.Tuple(left) | ast.List(left)), (ast.Tuple(right) | ast.List(right))):
            pairs = zip(left, right, strict=False) if len(left) == len(right) else ()
            for one, other in pairs:
                yield from _targets(one, other)
        case ((ast.Tuple(left) | ast.List(left)), _):
            for one in left:
                yield from _targets(one, None)
        case ast.Starred(inner), _:
            yield from _targets(inner, None)


def _mutated(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(ast.Name(name), method)) if method in _MUTATING:
                yield name
            case ast.Subscript(ast.Name(name), _, ast.Store() | ast.Del()):
                yield name
            case ast.AugAssign(ast.Name(name)) | ast.AugAssign(ast.Subscript(ast.Name(name))):
                yield name
            case ast.Global(names):
                yield from names
