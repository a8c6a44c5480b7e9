"""What a package does to its tools after they are registered, whenever a client asks for them.

A middleware or transform may rewrite or hide any of them, and a tool may be taken away again. What
such code does cannot be told, but which fields it speaks of can: those are unknown.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolgrade.inputs.code.nodes import Table, Unknown
from toolgrade.inputs.code.python.literals import spot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolgrade.inputs.code.nodes import Spot
    from toolgrade.inputs.code.python.modules import Module

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
_LISTING = frozenset({"on_list_tools", "list_tools", "transform_tools"})
"""Methods that are given the tools before a client is, of a class that is made from another."""
_INSIDE = frozenset({"_tool_manager", "_local_provider"})
"""Where a server keeps its tools, which is nobody's business but the SDK's."""
_SCHEMAS = frozenset({"parameters", "inputSchema", "input_schema", "fn_metadata", "output_schema"})
_READING = frozenset({"get", "items", "keys", "copy"})
_REMOVING = frozenset({"remove_tool", "disable"})


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Where a package changes or hides tools (None: nowhere), the fields it speaks of, and those
    of some tools alone, by name.
    """

    at: Spot | None = None
    fields: frozenset[str] = frozenset()
    named: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def applied(self, made: Table) -> Table:
        """Return a definition without what may have been rewritten."""
        fields = self.fields | self.named.get(made.entries["name"].value, frozenset())
        if self.at is None or not fields:
            return made
        why = Unknown("the package rewrites it when a client asks for the tools", self.at)
        return Table({**made.entries, **dict.fromkeys(sorted(fields), why)}, made.at)


def rewriting(modules: Iterable[Module]) -> Rewriting:
    """Return what the modules of a package do to its tools when they are listed."""
    at: Spot | None = None
    fields: set[str] = set()
    named: dict[str, frozenset[str]] = {}
    for module in modules:
        for node in module.nodes:
            match node:
                case ast.ClassDef() if _rewrites(node):
                    for test, names in _for_some(node):
                        for name in names:
                            named[name] = named.get(name, frozenset()) | _spoken_of([test])
                    fields |= _spoken_of([node])
                    at = at or spot(module.file, node)
                case ast.FunctionDef() | ast.AsyncFunctionDef() if _reaches_inside(node):
                    fields |= _taken_up(node)
                    at = at or spot(module.file, node)
                case ast.ClassDef() if any(_named(one, "tool") for one in node.body):
                    at = at or spot(module.file, node)
                case ast.Call(ast.Attribute(_, name)) if name in _REMOVING:
                    at = at or spot(module.file, node)
    return Rewriting(at, frozenset(fields), named)


def _named(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name


def _rewrites(owned: ast.ClassDef) -> bool:
    return bool(owned.bases) and any(_named(one, name) for one in owned.body for name in _LISTING)


def _reaches_inside(function: ast.AST) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr in _INSIDE for n in ast.walk(function))


def _taken_up(function: ast.AST) -> set[str]:
    """Return the fields that a function sets, and the schemas that it takes in hand."""
    found: set[str] = set()
    only_read = {
        id(n.value)
        for n in ast.walk(function)
        if isinstance(n, ast.Attribute) and n.attr in _READING
    }
    for node in ast.walk(function):
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


def _spoken_of(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """Return the fields that code sets, by keyword, by key, or by attribute, for any tool."""
    found: set[str] = set()
    work = list(nodes)
    while work:
        node = work.pop()
        if node not in nodes and isinstance(node, ast.If) and _names_asked_for(node.test):
            # Those are of some tools alone.
            work += [node.test, *node.orelse]
            continue
        work += ast.iter_child_nodes(node)
        match node:
            case ast.keyword(str() as name) | ast.Attribute(_, name, ast.Store()):
                found.add(name)
            case ast.Subscript(_, ast.Constant(str() as name), ast.Store()):
                found.add(name)
            case ast.Dict(keys):
                found |= {str(k.value) for k in keys if isinstance(k, ast.Constant)}
    return frozenset(_FIELDS[name] for name in found if name in _FIELDS)


def _for_some(owned: ast.ClassDef) -> Iterator[tuple[ast.If, list[str]]]:
    """Yield the conditions that ask for a tool's name, and the names."""
    for node in ast.walk(owned):
        if isinstance(node, ast.If) and (names := _names_asked_for(node.test)):
            yield ast.If(node.test, node.body, []), names


def _names_asked_for(test: ast.expr) -> list[str]:
    """Return the names that `tool.name == "a"` or `tool.name in ("a", "b")` asks for."""
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
