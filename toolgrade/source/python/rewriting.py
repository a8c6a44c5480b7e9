"""Find the fields that a package may change after registration, when a client lists the tools.

A middleware or transform may rewrite or hide any of them, and a tool may be taken away again. What
such code does is not known, but which fields it mentions is: those are unknown.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Table, Unknown
from toolgrade.source.python.bindings import walk
from toolgrade.source.python.literals import spot
from toolgrade.source.python.marks import INSIDE, LISTING, LISTING_OF_A_SERVER, may_rewrite
from toolgrade.source.python.modules import extent
from toolgrade.source.python.values import Function, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolgrade.source.nodes import Spot
    from toolgrade.source.python.bindings import FunctionNode
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.modules import Module
    from toolgrade.source.python.servers import Servers

_FIELDS = {
    "description": "description",
    "title": "title",
    "annotations": "annotations",
    "parameters": "inputSchema",
    "fn_metadata": "inputSchema",
    "inputSchema": "inputSchema",
    "input_schema": "inputSchema",
    "output_schema": "outputSchema",
    "outputSchema": "outputSchema",
}
_MOST_FOLLOWED = 50
"""How many functions are followed from such a method."""
_SCHEMAS = frozenset({"parameters", "inputSchema", "input_schema", "fn_metadata", "output_schema"})
_READING = frozenset({"get", "items", "keys", "copy"})
_REMOVING = frozenset({"remove_tool", "disable"})


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Where a package changes or hides tools (None: nowhere), the fields it mentions and where,
    and those of some tools alone, by name.
    """

    at: Spot | None = None
    fields: Mapping[str, Spot] = field(default_factory=dict)
    named: Mapping[str, Mapping[str, Spot]] = field(default_factory=dict)

    def mark_rewritten_fields(self, made: Table) -> Table:
        """Return a definition in which fields that may be rewritten are unknown."""
        fields = {**self.named.get(made.entries["name"].value, {}), **self.fields}
        why = "the package rewrites it when a client asks for the tools"
        lost = {name: Unknown(why, fields[name]) for name in sorted(fields)}
        return Table({**made.entries, **lost}, made.at, made.keys)


def find_rewriting(modules: Iterable[Module], servers: Servers) -> Rewriting:
    """Return what the modules of a package change in its tools when they are listed."""
    at: Spot | None = None
    fields: dict[str, Spot] = {}
    named: dict[str, dict[str, Spot]] = {}
    budget = servers.ev.budget
    for module in modules:
        if not may_rewrite(module.file.text):
            continue
        reaches = any(word in module.file.text for word in INSIDE)
        for node in module.nodes:
            here: Spot | None = None
            match node:
                case ast.ClassDef() if method := _listing(node, Scope(module), servers):
                    here = spot(module.file, method)
                    parts = _collect_reached_code(method, Scope(module).inside(node), servers.ev)
                    for test, names in _find_name_conditions(parts):
                        for name in names:
                            spoken = dict.fromkeys(_find_changed_fields([test]), here)
                            named[name] = {**spoken, **named.get(name, {})}
                    fields = {**dict.fromkeys(_find_changed_fields(parts), here), **fields}
                case ast.FunctionDef() | ast.AsyncFunctionDef() if (
                    reaches and budget.step(extent(module, node)) and _reaches_inside(node)
                ):
                    here = spot(module.file, node)
                    fields = {**dict.fromkeys(_find_set_fields(node), here), **fields}
                case ast.ClassDef() if any(_is_function_named(one, "tool") for one in node.body):
                    here = spot(module.file, node)
                case ast.Call(ast.Attribute(_, name)) if name in _REMOVING:
                    here = spot(module.file, node)
            at = at or here
    return Rewriting(at, fields, named)


def _is_function_named(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name


def _listing(owned: ast.ClassDef, scope: Scope, servers: Servers) -> FunctionNode | None:
    """Return the method with which a class changes the list of tools; None if it has none."""
    if not owned.bases:
        return None
    for one in owned.body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and (
            one.name in LISTING
            or (one.name in LISTING_OF_A_SERVER and servers.is_class_of(owned, scope))
        ):
            return one
    return None


def _collect_reached_code(method: FunctionNode, scope: Scope, ev: Interpreter) -> list[ast.AST]:
    """Return a method and the functions of the package that it refers to, directly or not."""
    found: list[ast.AST] = []
    work: list[tuple[ast.AST, Scope]] = [(method, scope.inside(method))]
    while work and len(found) < _MOST_FOLLOWED:
        node, inside = work.pop()
        if node in found:
            continue
        found.append(node)
        for name in walk(node):
            if not ev.budget.is_left():
                break
            if isinstance(name, ast.Name) or (
                isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name)
            ):
                value = ev.value(name, inside)
                if isinstance(value, Function):
                    work.append((value.node, value.scope.inside(value.node)))
    return found


def _reaches_inside(function: ast.AST) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr in INSIDE for n in walk(function))


def _find_set_fields(function: ast.AST) -> set[str]:
    """Return the fields that a function sets, and the schemas that it may change."""
    found: set[str] = set()
    only_read = {id(one) for one in _find_read_only_uses(function)}
    for node in walk(function):
        match node:
            case ast.Attribute(_, name, ast.Store()):
                found.add(name)
            case ast.Attribute(_, name) if name in _SCHEMAS and id(node) not in only_read:
                found.add(name)
            case ast.Call(ast.Name("getattr"), [_, ast.Constant(str() as name), *_]):
                found |= {name} & _SCHEMAS
            case ast.Call(ast.Name("setattr"), [_, ast.Constant(str() as name), _]):
                found.add(name)
    return {_FIELDS[name] for name in found if name in _FIELDS}


def _find_read_only_uses(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions of which only a reading method is used."""
    for inner in walk(node):
        if isinstance(inner, ast.Attribute) and inner.attr in _READING:
            yield inner.value


def _find_changed_fields(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """Return the fields that code sets for any tool, by keyword, key or attribute, and the schemas
    that it may change.
    """
    found: set[str] = set()
    only_read = {id(one) for node in nodes for one in _find_read_only_uses(node)}
    work = list(nodes)
    while work:
        node = work.pop()
        if node not in nodes and isinstance(node, ast.If) and _read_compared_names(node.test):
            # This branch is for single tools.
            work += [node.test, *node.orelse]
            continue
        work += ast.iter_child_nodes(node)
        match node:
            case ast.keyword(str() as name) | ast.Attribute(_, name, ast.Store()):
                found.add(name)
            case ast.Attribute(_, name) if name in _SCHEMAS and id(node) not in only_read:
                found.add(name)
            case ast.Subscript(_, ast.Constant(str() as name), ast.Store()):
                found.add(name)
            case ast.Dict(keys):
                found |= {str(k.value) for k in keys if isinstance(k, ast.Constant)}
    return frozenset(_FIELDS[name] for name in found if name in _FIELDS)


def _find_name_conditions(parts: Sequence[ast.AST]) -> Iterator[tuple[ast.If, list[str]]]:
    """Yield the conditions that compare a tool's name, with the names."""
    for node in (inner for part in parts for inner in walk(part)):
        if isinstance(node, ast.If) and (names := _read_compared_names(node.test)):
            yield ast.If(node.test, node.body, []), names


def _read_compared_names(test: ast.expr) -> list[str]:
    """Return the names that `tool.name == "a"` or `tool.name in ("a", "b")` compares with."""
    match test:
        case ast.Compare(ast.Attribute(_, "name"), [ast.Eq()], [ast.Constant(str() as name)]):
            return [name]
        case ast.Compare(
            ast.Attribute(_, "name"),
            [ast.In()],
            [ast.Tuple(each) | ast.List(each) | ast.Set(each)],
        ) if all(isinstance(one, ast.Constant) for one in each):
            return [str(one.value) for one in each if isinstance(one, ast.Constant)]
    return []
