"""Convert the package's pydantic models, dataclasses, typed dicts and enums to JSON Schema."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.source.python import texts
from toolgrade.source.python.bindings import words_in
from toolgrade.source.python.docstrings import find_docstring
from toolgrade.source.python.fields import FieldOwner, UnnamedFieldError, build_field
from toolgrade.source.python.generators import Generators
from toolgrade.source.python.plain_types import build_choice_schema
from toolgrade.source.python.values import Class, External, Instance, Member

if TYPE_CHECKING:
    from toolgrade.source.nodes import Node, Spot
    from toolgrade.source.python.interpreter import HintReader
    from toolgrade.source.python.values import Scope

_MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})
_DICTS = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})
_DATACLASSES = frozenset({"dataclasses.dataclass", "pydantic.dataclasses.dataclass"})
_HARMLESS = frozenset(
    {"abc.ABC", "builtins.object", "typing.Protocol", "builtins.str", "builtins.int"}
)
_OWN_SCHEMA = frozenset(
    {"__get_pydantic_json_schema__", "__get_pydantic_core_schema__", "model_json_schema"}
)


_WRITING = frozenset({"computed_field", "field_serializer", "model_serializer"})
"""The decorators with which a class writes its fields in its own way."""


def model(hints: HintReader, owned: Class) -> Table | Unknown:
    """Return the schema of a class; unknown if it is not of a supported kind."""
    ev = hints.ev
    bases = ev.bases(owned)
    outside = {base.path for base in bases if isinstance(base, External)}
    if any(
        isinstance(base, Class) and _OWN_SCHEMA & set(ev.collect_bindings_in(base.node))
        for base in bases
    ):
        return Unknown(f"{owned.node.name} makes its own schema", owned.at)
    if ev.is_enum(owned):
        return _enum(hints, owned)
    if hints.writes and _writes_in_its_own_way(bases):
        return Unknown(f"{owned.node.name} is written in its own way", owned.at)
    if outside & _MODELS and not outside - _MODELS - _HARMLESS:
        return _object(hints, owned, bases)
    if outside & _DICTS and not outside - _DICTS:
        return _object(hints, owned, bases)
    if not outside and _is_dataclass(hints, owned):
        return _object(hints, owned, bases)
    return Unknown(f"{owned.node.name} is not a class whose schema is known", owned.at)


def _writes_in_its_own_way(bases: list[External | Class]) -> bool:
    """Whether a class computes fields or serializes them itself."""
    return any(
        words_in(*getattr(statement, "decorator_list", ())) & _WRITING
        for base in bases
        if isinstance(base, Class)
        for statement in base.node.body
    ) or any(
        isinstance(base, Class) and "serialize_by_alias" in words_in(*base.node.body)
        for base in bases
    )


def _is_dataclass(hints: HintReader, owned: Class) -> bool:
    for decorator in owned.node.decorator_list:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        value = hints.ev.value(named, owned.scope)
        if isinstance(value, External) and value.path in _DATACLASSES:
            return True
    return False


def _enum(hints: HintReader, owned: Class) -> Table | Unknown:
    ev = hints.ev
    values: list[Node] = []
    for base in reversed(ev.bases(owned)):
        if not isinstance(base, Class):
            continue
        for name, found in ev.collect_bindings_in(base.node).items():
            is_method = any(
                isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) for one in found
            )
            if name.startswith("_") or is_method:
                continue
            member = ev.class_member(owned, name, owned.at)
            value = ev.data(member)
            if not isinstance(member, Member) or not isinstance(value, Text | Scalar):
                return Unknown(f"the values of {owned.node.name} are made at run time", owned.at)
            values.append(value)
    if not values:
        return Unknown(f"{owned.node.name} has no members that are known", owned.at)
    entries = dict(build_choice_schema(values, owned.at).entries)
    entries["enum"] = Items(tuple(values), owned.at)
    entries.pop("const", None)
    doc = find_docstring(owned.node, owned.scope)
    if doc is not None and doc.value.strip():
        entries["description"] = texts.clean_docstring(doc)
    entries["title"] = Text(owned.node.name, owned.at)
    return Table(entries, owned.at)


def _object(hints: HintReader, owned: Class, bases: list[External | Class]) -> Table | Unknown:
    properties: dict[str, Node] = {}
    required: dict[str, None] = {}
    keys: dict[str, Spot] = {}
    config: dict[str, Any] = {}
    is_model = any(isinstance(one, External) and one.path in _MODELS for one in bases)
    for base in reversed(bases):
        if not isinstance(base, Class):
            continue
        settings = _config(hints, base)
        if isinstance(settings, Unknown):
            return settings
        config |= settings
        generators = Generators(hints.ev, config)
        owner = FieldOwner(generators, _is_total(base))
        for statement in base.node.body:
            if not (isinstance(statement, ast.AnnAssign) and _is_field(statement)):
                continue
            scope = base.scope.inside(base.node)
            if is_model and statement.value is not None and _is_final(hints, statement, scope):
                continue
            try:
                name, schema, needed = build_field(hints, statement, statement.value, scope, owner)
            except UnnamedFieldError:
                return Unknown("the names of its fields are made at run time", owned.at)
            properties.pop(name, None)
            properties[name] = schema
            keys[name] = hints.ev.at(statement, scope)
            required.pop(name, None)
            if needed:
                required[name] = None
    entries: dict[str, Node] = {"properties": Table(properties, owned.at, keys)}
    if required:
        entries["required"] = Items(tuple(Text(r, keys[r]) for r in required), owned.at)
    entries["type"] = Text("object", owned.at)
    entries["title"] = generators.make_model_title(owned)
    extra = hints.ev.data(config["extra"]) if "extra" in config else None
    if isinstance(extra, Text) and extra.value in {"forbid", "allow"}:
        entries["additionalProperties"] = Scalar(extra.value == "allow", owned.at)
    doc = find_docstring(owned.node, owned.scope)
    if doc is not None and doc.value.strip():
        entries["description"] = texts.clean_docstring(doc)
    more = hints.ev.data(config["json_schema_extra"]) if "json_schema_extra" in config else None
    if isinstance(more, Table):
        entries |= more.entries
    elif more is not None:
        return Unknown("json_schema_extra is made at run time", owned.at)
    return Table(entries, owned.at)


def _is_final(hints: HintReader, statement: ast.AnnAssign, scope: Scope) -> bool:
    """Whether a field of a model is `Final` with a value, which makes it an attribute."""
    node = statement.annotation
    base = hints.ev.value(node.value if isinstance(node, ast.Subscript) else node, scope)
    return isinstance(base, External) and base.path.endswith(".Final")


def _is_field(statement: ast.AnnAssign) -> bool:
    return (
        isinstance(statement.target, ast.Name)
        and not statement.target.id.startswith("_")
        and statement.target.id != "model_config"
        and not any("ClassVar" in word for word in words_in(statement.annotation))
    )


def _is_total(owned: Class) -> bool:
    return not any(
        k.arg == "total" and isinstance(k.value, ast.Constant) and k.value.value is False
        for k in owned.node.keywords
    )


def _config(hints: HintReader, owned: Class) -> dict[str, Any] | Unknown:
    """Return the settings of a class, as values."""
    scope = owned.scope.inside(owned.node)
    found: dict[str, Any] = {}
    for keyword in owned.node.keywords:
        if keyword.arg == "extra":
            found["extra"] = hints.ev.value(keyword.value, owned.scope)
    for statement in owned.node.body:
        match statement:
            case ast.Assign([ast.Name("model_config")], value) | ast.AnnAssign(
                ast.Name("model_config"), _, ast.expr() as value
            ):
                settings = hints.ev.value(value, scope)
                kwargs = settings.kwargs if isinstance(settings, Instance) else None
                if isinstance(settings, Table):
                    kwargs = settings.entries
                if kwargs is None:
                    return Unknown("its model_config is made at run time", owned.at)
                found |= kwargs
            case ast.ClassDef("Config", _, _, body):
                for inner in body:
                    if isinstance(inner, ast.Assign) and isinstance(inner.targets[0], ast.Name):
                        found[inner.targets[0].id] = hints.ev.value(inner.value, scope)
    truth = found.get("use_attribute_docstrings")
    if isinstance(truth, Scalar) and truth.value:
        return Unknown("its fields are described by what follows them", owned.at)
    return found
