"""Classes of the package to JSON Schema: pydantic models, dataclasses, typed dicts and enums."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.inputs.code.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.inputs.code.python import constraints, literals, texts
from toolgrade.inputs.code.python.values import Class, External, Hint, Instance, Member

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.inputs.code.nodes import Node, Spot
    from toolgrade.inputs.code.python.hints import Hints
    from toolgrade.inputs.code.python.values import Scope

_MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})
_DICTS = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})
_DATACLASSES = frozenset({"dataclasses.dataclass", "pydantic.dataclasses.dataclass"})
_HARMLESS = frozenset(
    {"abc.ABC", "builtins.object", "typing.Protocol", "builtins.str", "builtins.int"}
)
_OWN_SCHEMA = frozenset(
    {"__get_pydantic_json_schema__", "__get_pydantic_core_schema__", "model_json_schema"}
)


def model(hints: Hints, owned: Class) -> Table | Unknown:
    """Return the schema of a class; unknown if it is none of those that pydantic spells alike."""
    fold = hints.fold
    bases = fold.bases(owned)
    outside = {base.path for base in bases if isinstance(base, External)}
    if any(isinstance(base, Class) and _OWN_SCHEMA & set(fold.inside(base.node)) for base in bases):
        return Unknown(f"{owned.node.name} makes its own schema", owned.at)
    if fold.is_enum(owned):
        return _enum(hints, owned)
    if outside & _MODELS and not outside - _MODELS - _HARMLESS:
        return _object(hints, owned, bases)
    if outside & _DICTS and not outside - _DICTS:
        return _object(hints, owned, bases)
    if not outside and _is_dataclass(hints, owned):
        return _object(hints, owned, bases)
    return Unknown(f"{owned.node.name} is no class whose schema can be told", owned.at)


def _is_dataclass(hints: Hints, owned: Class) -> bool:
    for decorator in owned.node.decorator_list:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        value = hints.fold.value(named, owned.scope)
        if isinstance(value, External) and value.path in _DATACLASSES:
            return True
    return False


def docstring(
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope
) -> Text | None:
    """Return a docstring as it is written, not cleaned; None if there is none."""
    first = node.body[0] if node.body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return literals.text(scope.module.file, first.value)
    return None


def _enum(hints: Hints, owned: Class) -> Table | Unknown:
    fold = hints.fold
    values: list[Node] = []
    for base in reversed(fold.bases(owned)):
        if not isinstance(base, Class):
            continue
        for name, found in fold.inside(base.node).items():
            is_method = any(
                isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) for one in found
            )
            if name.startswith("_") or is_method:
                continue
            member = fold.class_member(owned, name, owned.at)
            value = fold.data(member)
            if not isinstance(member, Member) or not isinstance(value, Text | Scalar):
                return Unknown(f"the values of {owned.node.name} are made at run time", owned.at)
            if all(value.value != v.value for v in values if isinstance(v, Text | Scalar)):
                values.append(value)
    from toolgrade.inputs.code.python.hints import choices  # noqa: PLC0415 - hints and models need one another

    if not values:
        return Unknown(f"{owned.node.name} has no members that can be told", owned.at)
    entries = dict(choices(values, owned.at).entries)
    entries["enum"] = Items(tuple(values), owned.at)
    entries.pop("const", None)
    doc = docstring(owned.node, owned.scope)
    if doc is not None and doc.value.strip():
        entries["description"] = texts.cleaned(doc)
    if hints.titles:
        entries["title"] = Text(owned.node.name, owned.at)
    return Table(entries, owned.at)


def _object(hints: Hints, owned: Class, bases: list[External | Class]) -> Table | Unknown:
    properties: dict[str, Node] = {}
    required: dict[str, None] = {}
    keys: dict[str, Spot] = {}
    config: dict[str, Node] = {}
    for base in reversed(bases):
        if not isinstance(base, Class):
            continue
        settings = _config(hints, base)
        if isinstance(settings, Unknown):
            return settings
        config |= settings
        total = _is_total(base)
        for statement in base.node.body:
            if not _is_field(statement):
                continue
            assert isinstance(statement, ast.AnnAssign)
            assert isinstance(statement.target, ast.Name)
            scope = base.scope.inside(base.node)
            name, schema, needed = field(hints, statement.target.id, statement, scope, total=total)
            properties.pop(name, None)
            properties[name] = schema
            keys[name] = hints.fold.at(statement, scope)
            required.pop(name, None)
            if needed:
                required[name] = None
    if "alias_generator" in config:
        return Unknown("an alias generator names its fields", owned.at)
    entries: dict[str, Node] = {"properties": Table(properties, owned.at, keys)}
    if required:
        entries["required"] = Items(tuple(Text(r, keys[r]) for r in required), owned.at)
    entries["type"] = Text("object", owned.at)
    if hints.titles:
        entries["title"] = config.get("title", Text(owned.node.name, owned.at))
    extra = config.get("extra")
    if isinstance(extra, Text) and extra.value in {"forbid", "allow"}:
        entries["additionalProperties"] = Scalar(extra.value == "allow", owned.at)
    doc = docstring(owned.node, owned.scope)
    if doc is not None and doc.value.strip():
        entries["description"] = texts.cleaned(doc)
    more = config.get("json_schema_extra")
    if isinstance(more, Table):
        entries |= more.entries
    elif more is not None:
        return Unknown("json_schema_extra is made at run time", owned.at)
    return Table(entries, owned.at)


def _is_field(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and not statement.target.id.startswith("_")
        and statement.target.id != "model_config"
        and "ClassVar" not in ast.dump(statement.annotation)
    )


def _is_total(owned: Class) -> bool:
    return not any(
        k.arg == "total" and isinstance(k.value, ast.Constant) and k.value.value is False
        for k in owned.node.keywords
    )


def _config(hints: Hints, owned: Class) -> dict[str, Node] | Unknown:
    scope = owned.scope.inside(owned.node)
    found: dict[str, Node] = {}
    for keyword in owned.node.keywords:
        if keyword.arg == "extra":
            found["extra"] = hints.fold.node(keyword.value, owned.scope)
    for statement in owned.node.body:
        match statement:
            case ast.Assign([ast.Name("model_config")], value) | ast.AnnAssign(
                ast.Name("model_config"), _, ast.expr() as value
            ):
                settings = hints.fold.value(value, scope)
                kwargs = settings.kwargs if isinstance(settings, Instance) else None
                if isinstance(settings, Table):
                    kwargs = settings.entries
                if kwargs is None:
                    return Unknown("its model_config is made at run time", owned.at)
                found |= {key: hints.fold.data(one) for key, one in kwargs.items()}
            case ast.ClassDef("Config", _, _, body):
                for inner in body:
                    if isinstance(inner, ast.Assign) and isinstance(inner.targets[0], ast.Name):
                        found[inner.targets[0].id] = hints.fold.node(inner.value, scope)
    truth = found.get("use_attribute_docstrings")
    if isinstance(truth, Scalar) and truth.value:
        return Unknown("its fields are described by what follows them", owned.at)
    return found


def field(
    hints: Hints,
    name: str,
    node: ast.AnnAssign | ast.arg,
    scope: Scope,
    *,
    total: bool = True,
    default: ast.expr | None = None,
) -> tuple[str, Table, bool]:
    """Return what a field or a parameter is called on the wire, its schema, and whether it is
    required.
    """
    fold = hints.fold
    at = fold.at(node, scope)
    written = node.value if isinstance(node, ast.AnnAssign) else default
    assert node.annotation is not None
    schema = hints.schema(node.annotation, scope)
    inner = _named_field(hints, node.annotation, scope)
    needed = written is None and total
    dumped = ast.dump(node.annotation)
    if "id='NotRequired'" in dumped or "id='Required'" in dumped:
        needed = "id='NotRequired'" not in dumped
    alias = inner.get("validation_alias", inner.get("alias"))
    if written is None and ("default" in inner or "default_factory" in inner):
        needed = False
        if "default" in inner:
            schema = Table({**schema.entries, "default": fold.data(inner["default"])}, at)
    if written is not None:
        value = fold.value(written, scope)
        given, kwargs = constraints.default_of(fold, value)
        schema = constraints.applied(fold, schema, kwargs, at)
        alias = kwargs.get("validation_alias", kwargs.get("alias", alias))
        if given is None:
            needed = True
        elif not (isinstance(given, Unknown) and given.why == constraints.FACTORY):
            schema = Table({**schema.entries, "default": given}, at)
    if isinstance(alias, Text):
        name = alias.value
    if hints.titles and "title" not in schema.entries and _titled(schema):
        title = Text(name.replace("_", " ").title(), at)
        schema = Table({**schema.entries, "title": title}, at)
    return name, Table(schema.entries, at), needed


def _named_field(hints: Hints, node: ast.expr, scope: Scope) -> Mapping[str, object]:
    """Return what the Fields in an `Annotated[...]` hint say."""
    found: dict[str, object] = {}
    for value in _metadata(hints, node, scope):
        if constraints.is_field(value) and isinstance(value, Instance):
            found |= value.kwargs
            if value.args:
                found["default"] = value.args[0]
    if isinstance(found.get("default"), Unknown) or found.get("default") is None:
        found.pop("default", None)
    return found


def _metadata(hints: Hints, node: ast.expr, scope: Scope) -> Iterator[object]:
    if isinstance(node, ast.Name):
        value = hints.fold.value(node, scope)
        if isinstance(value, Hint) and value.node is not node:
            yield from _metadata(hints, value.node, value.scope)
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        base = hints.fold.value(node.value, scope)
        if isinstance(base, External) and base.path.endswith(".Annotated"):
            for one in node.slice.elts[1:]:
                yield hints.fold.value(one, scope)


def _titled(schema: Table) -> bool:
    """Whether pydantic gives a field of this schema a title made from its name."""
    if "$ref" in schema.entries:
        return False
    options = schema.entries.get("anyOf")
    if isinstance(options, Items) and len(options.items) == 2:  # noqa: PLR2004 - X and null
        last = options.items[-1].entries.get("type")
        if isinstance(last, Text) and last.value == "null":
            return "$ref" not in options.items[0].entries
    return True
