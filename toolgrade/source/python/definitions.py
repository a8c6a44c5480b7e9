"""Build the definition that an SDK sends to clients for one registration."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown
from toolgrade.source.python import texts
from toolgrade.source.python.decorators import (
    find_signature_change,
    get_documentation,
    get_function_name,
)
from toolgrade.source.python.docstrings import split_docstring
from toolgrade.source.python.input_schemas import input_schema
from toolgrade.source.python.output_schemas import output_schema
from toolgrade.source.python.sdk_models import convert_keys_to_camel
from toolgrade.source.python.values import Function, Instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.source.nodes import Node, Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.sdk import Sdk
    from toolgrade.source.python.values import Value


def build_definition(
    ev: Interpreter, function: Value, given: Mapping[str, Any], sdk: Sdk, at: Spot
) -> Table | Unknown:
    """Return the definition that registering `function` with the arguments `given` makes.

    It is unknown if the tool's name is.
    """
    name = ev.data(given["name"]) if "name" in given else Scalar(None, at)
    if isinstance(name, Scalar) and name.value is None:
        name = get_function_name(function, at)
    if not isinstance(name, Text):
        return name if isinstance(name, Unknown) else Unknown("its name is not a text", at)
    entries: dict[str, Node] = {"name": name}
    entries |= _build_description_and_schema(ev, function, given, sdk, at)
    for key in ("title", "annotations", "output_schema"):
        if key in given:
            entries[key] = ev.data(given[key])
    if isinstance(entries.get("annotations"), Table):
        entries["annotations"] = convert_keys_to_camel(entries["annotations"])  # type: ignore[arg-type] # it is one
    if "output_schema" not in entries:
        made = _output(ev, function, given, sdk, at)
        if made is not None:
            entries["outputSchema"] = made
    return convert_keys_to_camel(Table(entries, at))


def drop_schemas(made: Table) -> Table:
    """Return a definition whose schemas the package changes after it is registered."""
    why = Unknown("the package changes it after it is registered", made.at)
    entries = {**made.entries, "inputSchema": why}
    return Table(entries | ({"outputSchema": why} if "outputSchema" in entries else {}), made.at)


def set_client_name(made: Table, name: Text, sdk: Sdk) -> Table:
    """Return a definition with the name that a client sees, and with the title that the SDK makes
    if none is written.
    """
    entries = {**made.entries, "name": name}
    if sdk.fastmcp and "title" not in entries:
        entries |= _title(name, entries.get("annotations"), sdk)
    return Table(entries, made.at, made.keys)


def _title(name: Text, annotations: Node | None, sdk: Sdk) -> dict[str, Node]:
    if isinstance(annotations, Unknown):
        return {"title": Unknown(annotations.why, name.at)}
    if isinstance(annotations, Table) and "title" in annotations.entries:
        return {"title": annotations.entries["title"]}
    words = name.value.replace("_", " ").replace("-", " ")
    return {"title": Text(words.title(), name.at)} if sdk.makes_titles else {}


def _build_description_and_schema(
    ev: Interpreter, function: Value, given: Mapping[str, Any], sdk: Sdk, at: Spot
) -> dict[str, Node]:
    """Return the description and the input schema; a docstring may contribute to both."""
    said = ev.data(given["description"]) if "description" in given else Scalar(None, at)
    if not isinstance(function, Function) or isinstance(function.node, ast.Lambda):
        why = Unknown("the function is not of this package", at)
        entries: dict[str, Node] = {"inputSchema": why}
        return entries | {"description": said if isinstance(said, Text) and said.value else why}
    changed = find_signature_change(ev, function)
    doc = get_documentation(function)
    described: Mapping[str, Text] = {}
    if isinstance(doc, Text) and sdk.dedents and function.says is None:
        doc = texts.compile_docstring(doc)
    if isinstance(doc, Text) and sdk.fastmcp:
        doc = texts.clean_docstring(doc)
        if sdk.splits_docstrings:
            is_empty = not doc.value
            doc, described = split_docstring(doc, any_section=sdk.below > (4,))
            doc = None if is_empty else doc
    excluded = ev.data(given["exclude_args"]) if "exclude_args" in given else None
    schema: Node = input_schema(ev, function, sdk, described, function.at)
    if excluded is not None:
        schema = _exclude_parameters(schema, excluded)
    if changed is not None:
        schema = changed
    if isinstance(said, Unknown) or (isinstance(said, Text) and said.value):
        return {"description": said, "inputSchema": schema}
    if changed is not None and "__doc__" in changed.why:
        return {"description": changed, "inputSchema": schema}
    if doc is None:
        return (
            {"inputSchema": schema}
            if sdk.fastmcp
            else {"description": Text("", at), "inputSchema": schema}
        )
    return {"description": doc, "inputSchema": schema}


def _exclude_parameters(schema: Node, excluded: Node) -> Node:
    """Return an input schema without the parameters that a registration names."""
    names = [one.value for one in excluded.items] if isinstance(excluded, Items) else []
    if isinstance(excluded, Scalar) and excluded.value is None:
        return schema
    properties = schema.entries.get("properties") if isinstance(schema, Table) else None
    if not names or not isinstance(properties, Table) or not isinstance(schema, Table):
        return Unknown("the parameters that are excluded are not known", excluded.at)
    kept = {key: one for key, one in properties.entries.items() if key not in names}
    return Table(
        {**schema.entries, "properties": Table(kept, properties.at, properties.keys)}, schema.at
    )


def _output(
    ev: Interpreter, function: Value, given: Mapping[str, Any], sdk: Sdk, at: Spot
) -> Node | None:
    structured = given.get("structured_output")
    if isinstance(structured, Scalar) and structured.value is False:
        return None
    if not isinstance(function, Function) or isinstance(structured, Unknown | Instance):
        return Unknown("the SDK makes it of the return type", at)
    if find_signature_change(ev, function) is not None:
        return Unknown("a decorator may change the return type", at)
    return output_schema(ev, function, sdk)
