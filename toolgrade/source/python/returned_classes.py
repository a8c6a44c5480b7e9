"""The output schema that the official SDK makes of a class of the package."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Items, Scalar, Table, Text, unknowns
from toolgrade.source.python import constraints
from toolgrade.source.python.bindings import names_in
from toolgrade.source.python.fields import has_generated_title
from toolgrade.source.python.titles import make_title
from toolgrade.source.python.values import Class, External, Hint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.source.nodes import Node, Spot
    from toolgrade.source.python.hints import Hints
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.sdk import Sdk
    from toolgrade.source.python.values import Scope

_OUTER = frozenset({"typing.Protocol", "builtins.object", "abc.ABC", "typing.Generic"})


def has_hints(ev: Interpreter, owned: Class) -> bool:
    """Whether a class or one above it has annotated attributes."""
    return any(
        isinstance(statement, ast.AnnAssign)
        for base in ev.bases(owned)
        if isinstance(base, Class)
        for statement in base.node.body
    )


def build_class_output(hints: Hints, owned: Class, sdk: Sdk, at: Spot) -> Node | None:
    """Return the output schema of a class; None if that is not known."""
    ev = hints.ev
    outside = {base.path for base in ev.bases(owned) if isinstance(base, External)}
    is_dict = any(path.endswith(".TypedDict") for path in outside)
    if any("BaseModel" in path for path in outside) or (is_dict and sdk.below > (2,)):
        return _build_model(hints, owned, sdk, at)
    if outside - _OUTER and not is_dict:
        return None
    return _build_from_hints(hints, owned, at, is_dict=is_dict)


def _build_model(hints: Hints, owned: Class, sdk: Sdk, at: Spot) -> Node | None:
    """Return a model's own schema; where it refers to itself, it is among the definitions too."""
    name = owned.node.name
    hints.reference(owned, at)
    models = dict(hints.models)
    own = models.get(name)
    if not isinstance(own, Table) or "properties" not in own.entries:
        return None
    if not any(_refers(one, name) for one in models.values()):
        del models[name]
    elif sdk.below <= (1, 29):
        return None
    entries = {**own.entries, "$defs": Table(models, at)} if models else dict(own.entries)
    made = Table(entries, own.at)
    return None if any(unknowns(made)) else made


def _refers(node: Node, name: str) -> bool:
    match node:
        case Table(entries):
            reference = entries.get("$ref")
            is_one = isinstance(reference, Text) and reference.value == f"#/$defs/{name}"
            return is_one or any(_refers(one, name) for one in entries.values())
        case Items(items):
            return any(_refers(one, name) for one in items)
    return False


def _build_from_hints(hints: Hints, owned: Class, at: Spot, *, is_dict: bool) -> Node | None:
    """Return the schema that is made of a class's hints alone; `Annotated` is dropped from them,
    and so they must have none here.
    """
    properties: dict[str, Node] = {}
    required: dict[str, None] = {}
    for statement, name, scope in _list_fields(hints.ev, owned):
        if names_in(statement.annotation) & {"Annotated", "ClassVar", "Final", "InitVar"}:
            return None
        value = hints.ev.value(statement.annotation, scope)
        if isinstance(statement.annotation, ast.Name) and isinstance(value, Hint):
            return None
        schema = hints.schema(statement.annotation, scope)
        needed = _is_needed(statement, owned) if is_dict else True
        if is_dict and not needed:
            schema = Table({**schema.entries, "default": Scalar(None, at)}, at)
        if not is_dict and statement.value is not None:
            given = hints.ev.value(statement.value, scope)
            default, _ = constraints.default_of(hints.ev, given)
            if default is not None and getattr(default, "why", "") != constraints.FACTORY:
                schema, needed = Table({**schema.entries, "default": default}, at), False
        if "title" not in schema.entries and has_generated_title(schema):
            schema = Table({**schema.entries, "title": Text(make_title(name), at)}, at)
        properties[name] = schema
        required.pop(name, None)
        required |= {name: None} if needed else {}
    if not properties:
        return None
    entries: dict[str, Node] = {"properties": Table(properties, at)}
    if required:
        entries["required"] = Items(tuple(Text(one, at) for one in required), at)
    entries |= {"title": Text(owned.node.name, at), "type": Text("object", at)}
    if hints.models:
        entries["$defs"] = Table(hints.models, at)
    made = Table(entries, at)
    return None if any(unknowns(made)) else made


def _list_fields(ev: Interpreter, owned: Class) -> Iterator[tuple[ast.AnnAssign, str, Scope]]:
    for base in reversed(ev.bases(owned)):
        for statement in base.node.body if isinstance(base, Class) else ():
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                name = statement.target.id
                if not name.startswith("_") and isinstance(base, Class):
                    yield statement, name, base.scope.inside(base.node)


def _is_needed(statement: ast.AnnAssign, owned: Class) -> bool:
    """Whether a key of a typed dict must be there."""
    said = names_in(statement.annotation) & {"NotRequired", "Required"}
    if said:
        return "NotRequired" not in said
    return not any(
        k.arg == "total" and isinstance(k.value, ast.Constant) and k.value.value is False
        for k in owned.node.keywords
    )
