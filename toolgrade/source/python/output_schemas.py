"""Build the output schema that an SDK makes from a function's return type.

The SDKs have a rule for every kind of type, and these change between versions. Rules that all
versions share are followed; for other types the schema is unknown.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown, unknowns
from toolgrade.source.python.hints import Hints
from toolgrade.source.python.plain_types import shorten_type_name
from toolgrade.source.python.values import Class, External, Hint, parse_quoted_annotation

if TYPE_CHECKING:
    from toolgrade.source.nodes import Node, Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.sdk import Sdk
    from toolgrade.source.python.values import Function, Scope, Value

_PRIMITIVES = frozenset({"str", "int", "float", "bool"})
_CONTENT = frozenset(
    {
        "AudioContent",
        "ContentBlock",
        "EmbeddedResource",
        "ImageContent",
        "ResourceLink",
        "TextContent",
    }
)
"""The types of result content, which need no schema."""
_RESULTS = frozenset({"CallToolResult", "ToolResult"})
_UNTOLD = frozenset(
    {
        "builtins.dict",
        "builtins.list",
        "builtins.object",
        "builtins.tuple",
        "datetime.datetime",
        "typing.Any",
    }
)
"""The types for which the official SDK makes no schema."""
_BARE = frozenset({"typing.Dict", "typing.List"})
_IMAGES = frozenset({"Image", "Audio", "File"})
_TRANSPARENT = frozenset({"Union", "Optional", "list", "Sequence", "Iterable"})


def output_schema(ev: Interpreter, function: Function, sdk: Sdk) -> Node | None:
    """Return the output schema, None if there is none."""
    node = function.node
    if isinstance(node, ast.Lambda) or node.returns is None or not sdk.has_output:
        return None
    at = ev.at(node.returns, function.scope)
    value = ev.value(parse_quoted_annotation(node.returns), function.scope)
    if _is_ready(ev, value, sdk):
        return None
    hints = Hints(ev, titles=not sdk.fastmcp)
    if sdk.fastmcp:
        return _fastmcp(hints, value, at) if sdk.below > (3,) else _make_unknown(at)
    return _official(hints, value, node.name, at)


def _is_ready(ev: Interpreter, value: Value, sdk: Sdk) -> bool:
    """Whether a function returns protocol content that is sent as it is and has no schema."""
    match value:
        case External(path) if path.startswith(("mcp.", "mcp_types.", "fastmcp.")):
            name = path.rpartition(".")[2]
            if name == "CallToolResult":
                return sdk.has_ready_results and not sdk.fastmcp
            return name in _IMAGES or (
                sdk.content_is_ready and (name in _CONTENT or name in _RESULTS)
            )
        case Hint(ast.BinOp(left, _, right), scope):
            sides = [ev.value(parse_quoted_annotation(side), scope) for side in (left, right)]
            return any(_is_ready(ev, side, sdk) for side in sides)
        case Hint(ast.Subscript(base, inner), scope):
            named = ev.value(base, scope)
            if not isinstance(named, External) or shorten_type_name(named.path) not in _TRANSPARENT:
                return False
            inside = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return any(
                _is_ready(ev, ev.value(parse_quoted_annotation(i), scope), sdk) for i in inside
            )
    return False


def _make_unknown(at: Spot) -> Unknown:
    return Unknown("the SDK makes it of the return type", at)


def _official(hints: Hints, value: Value, name: str, at: Spot) -> Node | None:
    unknown = _make_unknown(at)
    match value:
        case External(path) if path in _UNTOLD:
            return None
        case External(path) if shorten_type_name(path) not in _PRIMITIVES and path not in _BARE:
            return unknown
        case Class():
            if _is_dict(hints.ev, value):
                return unknown
            own = hints.build_model_schema(value, at)
            is_model = isinstance(own, Table) and "properties" in own.entries
            return _attach_models(own, hints, unknown) if is_model else unknown
        case Hint(ast.Subscript(base) as inner, scope):
            named = hints.ev.value(base, scope)
            schema = hints.schema(inner, scope)
            if (
                isinstance(named, External)
                and named.path == "builtins.dict"
                and _has_text_keys(hints.ev, inner, scope)
            ):
                entries = {**schema.entries, "title": Text(f"{name}DictOutput", at)}
                return _attach_models(Table(entries, at), hints, unknown)
        case Hint(inner, scope):
            schema = hints.schema(inner, scope)
        case External() | Scalar(None):
            schema = hints.build_type_schema(value, at)
        case _:
            return unknown
    result = Table({"title": Text("Result", at), **schema.entries}, at)
    wrapped = _wrap_result(result, at, {"title": Text(f"{name}Output", at)})
    return _attach_models(wrapped, hints, unknown)


def _has_text_keys(ev: Interpreter, node: ast.Subscript, scope: Scope) -> bool:
    inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    value = ev.value(inside[0], scope) if inside else None
    return isinstance(value, External) and value.path == "builtins.str"


def _is_dict(ev: Interpreter, owned: Class) -> bool:
    return any(isinstance(b, External) and b.path.endswith(".TypedDict") for b in ev.bases(owned))


def _fastmcp(hints: Hints, value: Value, at: Spot) -> Node | None:
    unknown = _make_unknown(at)
    match value:
        case Scalar(None):
            return None
        case External(path) if shorten_type_name(path) == "Any":
            return None
        case External(path) if shorten_type_name(path) in _PRIMITIVES | {"dict"}:
            schema = hints.build_type_schema(value, at)
        case Hint(inner, scope):
            schema = hints.schema(inner, scope)
        case _:
            return unknown
    # A list without an item type has a schema in some versions only; models are spelled
    # as they are written out, not as they are read in.
    items = schema.entries.get("items")
    if hints.models or (isinstance(items, Table) and not items.entries):
        return unknown
    kind = schema.entries.get("type")
    if isinstance(kind, Text) and kind.value == "object":
        return _attach_models(schema, hints, unknown)
    mark: dict[str, Node] = {"x-fastmcp-wrap-result": Scalar(True, at)}
    return _attach_models(_wrap_result(schema, at, mark), hints, unknown)


def _wrap_result(result: Table, at: Spot, more: dict[str, Node]) -> Table:
    entries: dict[str, Node] = {
        "properties": Table({"result": result}, at),
        "required": Items((Text("result", at),), at),
        "type": Text("object", at),
    }
    return Table(entries | more, at)


def _attach_models(schema: Node | None, hints: Hints, unknown: Unknown) -> Node:
    """Return a schema with the models it refers to; unknown if any part of it is."""
    if not isinstance(schema, Table):
        return unknown
    if models := hints.models:
        schema = Table({**schema.entries, "$defs": Table(models, schema.at)}, schema.at)
    return unknown if any(unknowns(schema)) else schema
