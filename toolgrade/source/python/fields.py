"""Read a field of a model or a parameter of a function: its name in JSON, schema and default."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.source.python import constraints
from toolgrade.source.python.bindings import names_in
from toolgrade.source.python.generators import Generators, choose_alias
from toolgrade.source.python.titles import make_title
from toolgrade.source.python.values import External, Hint, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.source.python.interpreter import HintReader
    from toolgrade.source.python.values import Scope


class FieldOwner(NamedTuple):
    """What the class of a field says of all its fields: its generators, and whether fields without
    a default are required.
    """

    generators: Generators
    total: bool


class UnnamedFieldError(Exception):
    """A field's name in JSON is made at run time."""


def build_field(
    hints: HintReader,
    node: ast.AnnAssign | ast.arg,
    default: ast.expr | None,
    scope: Scope,
    owner: FieldOwner | None = None,
) -> tuple[str, Table, bool]:
    """Return a field's or parameter's name in JSON, its schema, and whether it is required.
    Raises UnnamedFieldError.
    """
    ev = hints.ev
    at = ev.at(node, scope)
    hint = node.annotation or ast.copy_location(ast.Constant(None), node)
    name = node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)
    schema = hints.schema(hint, scope)
    inner = _named_field(hints, hint, scope)
    needed = default is None and (owner is None or owner.total)
    if said := names_in(hint) & {"NotRequired", "Required"}:
        needed = "NotRequired" not in said
    said_of_it = dict(inner)
    if default is None and ("default" in inner or "default_factory" in inner):
        needed = False
        if "default" in inner:
            schema = Table({**schema.entries, "default": ev.data(inner["default"])}, at)
    if default is not None:
        value = ev.value(default, scope)
        given, kwargs = constraints.default_of(ev, value)
        schema = constraints.apply_field_arguments(ev, schema, kwargs, at)
        said_of_it |= kwargs
        if given is None:
            needed = True
        elif not (isinstance(given, Unknown) and given.why == constraints.FACTORY):
            schema = Table({**schema.entries, "default": given}, at)
    generators = owner.generators if owner else Generators(ev, {})
    titled = said_of_it.get("field_title_generator")
    own = generators.make_field_title(name, at, titled)
    if own is not None and "title" not in schema.entries:
        schema = Table({**schema.entries, "title": own}, at)
    alias = _find_alias(hints, said_of_it)
    if alias is None and (hints.writes is None or hints.writes.by_alias):
        alias = generators.make_alias(name, at)
    if isinstance(alias, Text):
        name = alias.value
    elif alias is not None and not (isinstance(alias, Scalar) and alias.value is None):
        raise UnnamedFieldError
    if "title" not in schema.entries and has_generated_title(schema):
        kind = schema.entries.get("type")
        # It may be a reference, which has none.
        made = kind if isinstance(kind, Unknown) else Text(make_title(name), at)
        schema = Table({**schema.entries, "title": made}, at)
    return name, Table(schema.entries, at), needed


def _find_alias(hints: HintReader, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a value
    """Return the alias that is a field's name in JSON; None if it has none."""
    if "alias_priority" in said:
        raise UnnamedFieldError
    if hints.writes is None:
        return choose_alias(said.get("validation_alias", said.get("alias")))
    if not hints.writes.by_alias:
        return None
    return said.get("serialization_alias", said.get("alias"))


def _named_field(hints: HintReader, node: ast.expr, scope: Scope) -> Mapping[str, Any]:
    """Return the arguments of the Fields in an `Annotated[...]` hint."""
    found: dict[str, Any] = {}
    for value in _metadata(hints, node, scope):
        if constraints.is_field(value) and isinstance(value, Instance):
            found |= value.kwargs
            if value.args:
                found["default"] = value.args[0]
    if isinstance(found.get("default"), Unknown) or found.get("default") is None:
        found.pop("default", None)
    return found


def _metadata(hints: HintReader, node: ast.expr, scope: Scope) -> Iterator[object]:
    if isinstance(node, ast.Name):
        value = hints.ev.value(node, scope)
        if isinstance(value, Hint) and value.node is not node:
            yield from _metadata(hints, value.node, value.scope)
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        base = hints.ev.value(node.value, scope)
        if isinstance(base, External) and base.path.endswith(".Annotated"):
            for one in node.slice.elts[1:]:
                yield hints.ev.value(one, scope)


def has_generated_title(schema: Table) -> bool:
    """Whether pydantic gives a field of this schema a title made from its name."""
    if "$ref" in schema.entries:
        return False
    options = schema.entries.get("anyOf")
    if isinstance(options, Items) and len(options.items) == 2:  # noqa: PLR2004 - X and null
        first, last = options.items
        kind = last.entries.get("type") if isinstance(last, Table) else None
        if isinstance(first, Table) and isinstance(kind, Text) and kind.value == "null":
            return "$ref" not in first.entries
    return True
