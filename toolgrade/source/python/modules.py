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
from typing import TYPE_CHECKING

from toolgrade.source.found import Failure
from toolgrade.source.nodes import File
from toolgrade.source.python.bindings import bindings, find_mutated_names, walk
from toolgrade.source.python.newer import downgrade_source

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping

    from toolgrade.source.discover import Source
    from toolgrade.source.python.bindings import Binding


@dataclass(eq=False)
class Module:
    """One file: `parts` are the folders and the stem that lead to it from the package's root."""

    file: File
    tree: ast.Module
    parts: tuple[str, ...]
    is_package: bool

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of its tree, the outer ones first."""
        return walk(self.tree)

    @cached_property
    def names(self) -> Mapping[str, list[Binding]]:
        """Every binding of every module-level name, in the order written."""
        return bindings(self.tree.body)

    @cached_property
    def mutated(self) -> frozenset[str]:
        """Names of containers that some statement of the module changes, wherever it stands."""
        return frozenset(find_mutated_names(self.nodes))

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
    failures: list[Failure] = field(default_factory=list)
    _parsed: dict[str, Module | None] = field(default_factory=dict)

    def load(self, path: str) -> Module | None:
        """Return the module in the file at `path`; None, and a failure noted, if it is no Python
        that can be read.
        """
        if path not in self._parsed:
            self._parsed[path] = self._load(path)
        return self._parsed[path]

    def find_modules_with(self, words: re.Pattern[str]) -> Iterator[Module]:
        """Yield the modules in whose text `words` is found."""
        for path, source in self.sources.items():
            if words.search(source.peek_text()) and (module := self.load(path)) is not None:
                yield module

    def _load(self, path: str) -> Module | None:
        source = self.sources[path]
        try:
            text = decode_source(source.content())
            tree = parse_source(text)
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
        beside = [path for parts, path in ends if parts[: -len(wanted)] == home.parts[:-1]]
        chosen = beside or [path for _, path in ends]
        if len(wanted) == 1 and not beside:
            # A bare name may as well be an installed library's.
            chosen = [path for parts, path in ends if len(parts) == 1 or parts[0] == "src"]
        return self.load(chosen[0]) if len(chosen) == 1 else None

    def _find_exact(self, parts: tuple[str, ...]) -> Module | None:
        for path in ("/".join(parts) + ".py", "/".join((*parts, "__init__.py"))):
            if path in self.sources:
                return self.load(path)
        return None


def decode_source(content: bytes) -> str:
    """Return a source's text: by its coding line, UTF-8 without one; newlines as Python has them.

    Raises SyntaxError for a coding there is not, UnicodeError for other bytes.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def parse_source(text: str) -> ast.Module:
    """Return the syntax tree. Raises SyntaxError, ValueError (a null byte), RecursionError."""
    with warnings.catch_warnings():
        # An invalid escape in a stranger's file is no concern of ours.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except SyntaxError as error:
            try:
                return ast.parse(downgrade_source(text))
            except (SyntaxError, ValueError):
                raise error from None
