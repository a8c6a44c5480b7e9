"""Build the input schema that an SDK makes from a function's signature."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.source.python import constraints
from toolgrade.source.python.bindings import names_in
from toolgrade.source.python.fields import build_field
from toolgrade.source.python.hints import Hints
from toolgrade.source.python.sdk import strip_vendor_folder
from toolgrade.source.python.values import Class, External, Instance, arguments, defaults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.source.budget import Budget
    from toolgrade.source.nodes import Node, Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.sdk import Sdk
    from toolgrade.source.python.values import Function, Scope

_MOST_INLINED = 20_000
_INLINED_CELLS = 16
_INJECTED = ("fastmcp.dependencies.", "fastmcp.server.dependencies.", "docket.", "uncalled_for.")


def input_schema(
    ev: Interpreter, function: Function, sdk: Sdk, described: Mapping[str, Text], at: Spot
) -> Table:
    """Return the input schema; `described` are the parameters that the docstring describes."""
    hints = Hints(ev, titles=not sdk.fastmcp)
    properties: dict[str, Node] = {}
    keys: dict[str, Spot] = {}
    required: list[Node] = []
    for argument, default in _parameters(function, sdk):
        if _is_injected(ev, argument, default, function.scope):
            continue
        name, schema, needed = _parameter(hints, argument, default, function.scope, sdk)
        if "description" not in schema.entries and name in described:
            schema = Table({**schema.entries, "description": described[name]}, schema.at)
        properties[name] = schema
        keys[name] = ev.at(argument, function.scope)
        if needed:
            required.append(Text(name, keys[name]))
    entries: dict[str, Node] = {"properties": Table(properties, at, keys)}
    if required:
        entries["required"] = Items(tuple(required), at)
    entries["type"] = Text("object", at)
    models = hints.models
    inlined = _inline_models(properties, models, ev.budget) if models and sdk.inlines else None
    if inlined is not None:
        entries["properties"] = Table(inlined, at, keys)
    elif models:
        entries["$defs"] = Table(models, at)
    if sdk.fastmcp and sdk.below > (3,):
        entries["additionalProperties"] = Scalar(False, at)
    if not sdk.fastmcp:
        name = function.node.name if not isinstance(function.node, ast.Lambda) else "<lambda>"
        entries["title"] = Text(f"{name}Arguments", at)
    return Table(entries, at)


def _inline_models(
    properties: Mapping[str, Node], defs: Mapping[str, Node], budget: Budget
) -> dict[str, Node] | None:
    """Return the properties with each reference replaced by its model; None if a model contains
    itself, or if the result is too large.
    """
    work = _Inline(defs, budget)
    found = {name: work.resolve_references(schema, ()) for name, schema in properties.items()}
    return None if work.failed else found


class _Inline:
    """Replaces references with the models they name, up to a limit."""

    def __init__(self, defs: Mapping[str, Node], budget: Budget) -> None:
        self._defs = defs
        self._budget = budget
        self._left = _MOST_INLINED
        self.failed = False

    def resolve_references(self, node: Node, around: tuple[str, ...]) -> Node:
        self._left -= 1
        self.failed = self.failed or self._left < 0 or not self._budget.build(_INLINED_CELLS)
        if self.failed:
            return node
        if isinstance(node, Items):
            return Items(tuple(self.resolve_references(one, around) for one in node.items), node.at)
        if not isinstance(node, Table):
            return node
        entries = {key: self.resolve_references(one, around) for key, one in node.entries.items()}
        reference = entries.pop("$ref", None)
        if isinstance(reference, Text):
            name = reference.value.rpartition("/")[2]
            self.failed = self.failed or name in around
            inner = self.resolve_references(self._defs[name], (*around, name))
            if isinstance(inner, Table):
                entries = {**inner.entries, **entries}
        return Table(entries, node.at, node.keys)


def _parameters(function: Function, sdk: Sdk) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    given = defaults(function.node)
    every = arguments(function.node)
    owner = function.scope.within[-1] if function.scope.within else None
    is_method = isinstance(owner, ast.ClassDef) and not _is_static(function.node)
    if every and (function.bound or is_method) and every[0].arg in {"self", "cls"}:
        every = every[1:]
    for argument in every:
        yield argument, given.get(argument.arg)
    for starred in (function.node.args.vararg, function.node.args.kwarg):
        if starred is not None and not sdk.fastmcp:
            yield starred, None


def _is_static(node: ast.AST) -> bool:
    return any(
        isinstance(d, ast.Name) and d.id == "staticmethod"
        for d in getattr(node, "decorator_list", ())
    )


def _is_injected(
    ev: Interpreter, argument: ast.arg, default: ast.expr | None, scope: Scope
) -> bool:
    """Whether the SDK supplies a parameter itself, so that it is not in the schema."""
    if argument.annotation is not None:
        kind = ev.resolve_annotation(argument.annotation, scope)
        if isinstance(kind, Class):
            kind = next((b for b in ev.bases(kind) if isinstance(b, External)), None)
        if isinstance(kind, External):
            first, last = (
                strip_vendor_folder(kind.path).partition(".")[0],
                kind.path.rpartition(".")[2],
            )
            if last == "Context" and first in {"mcp", "fastmcp"}:
                return True
        if names_in(argument.annotation) & {"Resolve", "Depends"}:
            return True
    if default is not None:
        value = ev.value(default, scope)
        if isinstance(value, Instance) and isinstance(value.kind, External):
            return value.kind.path.startswith(_INJECTED)
    return False


def _parameter(
    hints: Hints, argument: ast.arg, default: ast.expr | None, scope: Scope, sdk: Sdk
) -> tuple[str, Table, bool]:
    at = hints.ev.at(argument, scope)
    if argument.annotation is None:
        return _build_untyped_parameter(hints, argument, default, scope, sdk)
    name, schema, needed = build_field(hints, argument, default, scope)
    entries = dict(schema.entries)
    shorthand = entries.pop(constraints.SHORTHAND, None)
    if shorthand is not None and sdk.fastmcp:
        entries["description"] = shorthand
    if not sdk.keeps_titles:
        entries.pop("title", None)
    return name, Table(entries, at), needed


def _build_untyped_parameter(
    hints: Hints, argument: ast.arg, default: ast.expr | None, scope: Scope, sdk: Sdk
) -> tuple[str, Table, bool]:
    """Return the schema of a parameter without a hint: any type; in the official SDK, a string."""
    at = hints.ev.at(argument, scope)
    name = argument.arg
    entries: dict[str, Node] = {}
    if not sdk.fastmcp:
        entries = {"title": Text(name, at), "type": Text("string", at)}
    elif sdk.below <= (3,) and default is None:
        entries = {"title": Text(name.replace("_", " ").title(), at)}
    schema = Table(entries, at)
    if default is None:
        return name, schema, True
    given, kwargs = constraints.default_of(hints.ev, hints.ev.value(default, scope))
    schema = constraints.apply_field_arguments(hints.ev, schema, kwargs, at)
    if given is None:
        return name, schema, True
    if isinstance(given, Unknown) and given.why == constraints.FACTORY:
        return name, schema, False
    return name, Table({**schema.entries, "default": given}, at), False
