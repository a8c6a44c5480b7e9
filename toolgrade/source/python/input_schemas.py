"""Build the input schema that an SDK makes from a function's signature."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.source.python import constraints
from toolgrade.source.python.bindings import names_in
from toolgrade.source.python.decorators import get_function_name
from toolgrade.source.python.fields import UnnamedFieldError, build_field
from toolgrade.source.python.hints import Hints
from toolgrade.source.python.inlining import inline_models
from toolgrade.source.python.sdk import strip_vendor_folder
from toolgrade.source.python.titles import make_title, prune_titles
from toolgrade.source.python.values import Class, External, Instance, arguments, defaults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.source.budget import Budget
    from toolgrade.source.nodes import Node, Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.sdk import Sdk
    from toolgrade.source.python.values import Function, Scope

_INJECTED = ("fastmcp.dependencies.", "fastmcp.server.dependencies.", "docket.", "uncalled_for.")


def input_schema(
    ev: Interpreter, function: Function, sdk: Sdk, described: Mapping[str, Text], at: Spot
) -> Table | Unknown:
    """Return the input schema; `described` are the parameters that the docstring describes."""
    hints = Hints(ev)
    properties: dict[str, Node] = {}
    keys: dict[str, Spot] = {}
    required: list[Node] = []
    for argument, default in _parameters(function, sdk):
        if _is_injected(ev, argument, default, function.scope):
            continue
        try:
            name, schema, needed = _parameter(hints, argument, default, function.scope, sdk)
        except UnnamedFieldError:
            return Unknown("a parameter's name is made at run time", at)
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
    if hints.models:
        entries["$defs"] = Table(hints.models, at)
    if sdk.fastmcp:
        entries = _finish_fastmcp(Table(entries, at), sdk, ev.budget)
    if sdk.fastmcp and sdk.below > (3,):
        entries["additionalProperties"] = Scalar(False, at)
    if not sdk.fastmcp:
        called = get_function_name(function, at)
        if isinstance(function.node, ast.Lambda):
            called = Text("<lambda>", at)
        entries["title"] = (
            Text(f"{called.value}Arguments", at) if isinstance(called, Text) else called
        )
    return Table(entries, at)


def _finish_fastmcp(schema: Table, sdk: Sdk, budget: Budget) -> dict[str, Node]:
    """Return a schema without generated titles, and with its models in place."""
    pruned = prune_titles(schema, sdk)
    entries = dict(pruned.entries)
    properties, defs = entries["properties"], entries.get("$defs")
    if not isinstance(properties, Table):
        return entries
    if sdk.keeps_titles:
        properties = _restore_titles(properties, schema.entries["properties"])
        entries["properties"] = properties
    if isinstance(defs, Table) and sdk.inlines:
        inlined = inline_models(properties, defs.entries, budget)
        if inlined is not None:
            entries["properties"] = inlined
            del entries["$defs"]
    return entries


def _restore_titles(pruned: Table, properties: Table) -> Table:
    """Return parameters with the titles that are not made of their names."""
    entries = dict(pruned.entries)
    for name, one in entries.items():
        raw = properties.entries[name]
        title = raw.entries.get("title") if isinstance(raw, Table) else None
        if isinstance(title, Text) and title.value != make_title(name):
            entries[name] = Table({**one.entries, "title": title}, one.at)
    return Table(entries, pruned.at, pruned.keys)


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
    return name, Table(entries, at), needed


def _build_untyped_parameter(
    hints: Hints, argument: ast.arg, default: ast.expr | None, scope: Scope, sdk: Sdk
) -> tuple[str, Table, bool]:
    """Return the schema of a parameter without a hint: any type; in the official SDK, a string."""
    at = hints.ev.at(argument, scope)
    name = argument.arg
    entries: dict[str, Node] = {"title": Text(make_title(name), at)}
    if not sdk.fastmcp:
        entries = {"title": Text(name, at), "type": Text("string", at)}
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
