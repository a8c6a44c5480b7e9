"""Find what the statements of a block bind names to."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FunctionNode: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"
Block: TypeAlias = "list[ast.stmt]"

MUTATING = frozenset(
    "add append appendleft clear discard extend insert pop popitem remove reverse setdefault sort "  # noqa: SIM905 - read as one line
    "update".split()
)
"""The methods that change a container."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import binds: the module at `path` (as written, with its leading dots), and the
    name taken from it, if any.
    """

    path: str
    name: str | None


Binding: TypeAlias = "ast.expr | FunctionNode | ast.ClassDef | Imported | None"
"""What a name is bound to; None where that is not known: in a loop, by unpacking, by `del`."""


def bindings(body: Block) -> dict[str, list[Binding]]:
    """Return every binding of every name in a block, except those inside functions and classes."""
    found: dict[str, list[Binding]] = {}
    for statement in statements(body):
        for name, bound in _list_statement_bindings(statement):
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


def _list_statement_bindings(statement: ast.stmt) -> Iterator[tuple[str, Binding]]:
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


def walk(*tops: ast.AST) -> list[ast.AST]:
    """Return some nodes and all below them, the outer ones first: `ast.walk` in half the time."""
    found = [*tops]
    for node in found:
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                found.append(value)
            elif isinstance(value, list):
                found += [one for one in value if isinstance(one, ast.AST)]
    return found


def find_changed_names(
    statements: Iterable[ast.AST], loops: dict[ast.AST, set[str]] | None = None
) -> set[str]:
    """Return the names of values that are changed in place: directly, through a member, or by a
    loop over the members. For each loop, add to `loops` the names that its body changes.
    """
    loops = {} if loops is None else loops
    found: set[str] = set()
    work = list(statements)
    while work:
        node = work.pop()
        if isinstance(node, ast.For | ast.AsyncFor):
            inside = loops[node] = find_changed_names(node.body, loops)
            found |= inside
            if names_in(node.target) & inside:
                found |= names_in(node.iter)
            work += [node.target, node.iter, *node.orelse]
            continue
        if (base := find_changed_target(node)) is not None:
            found.update(find_root_name(base))
        work += ast.iter_child_nodes(node)
    return found


def find_changed_target(node: ast.AST) -> ast.expr | None:
    """Return the expression whose value a node changes in place; None if it changes none."""
    match node:
        case ast.Call(ast.Attribute(base, method)) if method in MUTATING:
            return base
        case (
            ast.Subscript(base, _, ast.Store() | ast.Del())
            | ast.Attribute(base, _, ast.Store() | ast.Del())
            | ast.AugAssign(base)
        ):
            return base
    return None


def find_root_name(node: ast.expr) -> Iterator[str]:
    """Yield the name that `a`, `a[0]["x"]` or `a.b` begins with, if it is one."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def names_in(node: ast.expr) -> set[str]:
    """Return every name in an expression."""
    return {inner.id for inner in walk(node) if isinstance(inner, ast.Name)}


def words_in(*nodes: ast.AST) -> set[str]:
    """Return every name, attribute, parameter and text in some code."""
    found: set[str] = set()
    for node in walk(*nodes):
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, str):
                found.add(value)
    return found


def is_made_from_itself(found: list[Binding], name: str) -> bool:
    """Whether each new binding of a name is made from its previous value."""
    later = [one for one in found[1:] if isinstance(one, ast.expr)]
    return bool(later) and len(later) == len(found) - 1 and all(name in names_in(o) for o in later)
