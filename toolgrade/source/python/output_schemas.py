"""Build the output schema that an SDK makes from a function's return type.

The SDKs have a rule for every kind of type, and these change between versions.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown, unknowns
from toolgrade.source.python.decorators import get_function_name
from toolgrade.source.python.fields import has_generated_title
from toolgrade.source.python.hints import Hints
from toolgrade.source.python.inlining import inline_models
from toolgrade.source.python.interpreter import Writing
from toolgrade.source.python.plain_types import shorten_type_name
from toolgrade.source.python.returned_classes import build_class_output, has_hints
from toolgrade.source.python.titles import prune_titles
from toolgrade.source.python.values import Class, External, Hint, parse_quoted_annotation

if TYPE_CHECKING:
    from toolgrade.source.nodes import Node, Spot
    from toolgrade.source.python.interpreter import Interpreter
    from toolgrade.source.python.sdk import Sdk
    from toolgrade.source.python.values import Function, Scope, Value

_PRIMITIVES = frozenset({"str", "int", "float", "bool", "bytes"})
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
        "builtins.set",
        "builtins.tuple",
        "datetime.date",
        "datetime.datetime",
        "typing.Any",
    }
)
"""The types for which the official SDK makes no schema."""
_BARE = frozenset({"typing.Dict", "typing.List"})
_IMAGES = frozenset({"Image", "Audio", "File"})
_TRANSPARENT = frozenset({"Union", "Optional", "list", "Sequence", "Iterable"})
_SEQUENCES = frozenset({"list", "tuple", "Sequence"})
_GENERIC = "Generic wrapper for non-object return types."


def output_schema(ev: Interpreter, function: Function, sdk: Sdk) -> Node | None:
    """Return the output schema, None if there is none."""
    node = function.node
    if isinstance(node, ast.Lambda) or node.returns is None or not sdk.has_output:
        return None
    at = ev.at(node.returns, function.scope)
    value = ev.value(parse_quoted_annotation(node.returns), function.scope)
    if _is_ready(ev, value, sdk):
        return None
    if sdk.fastmcp:
        return _fastmcp(Hints(ev, Writing(sdk.writes_aliases)), value, sdk, at)
    name = get_function_name(function, at)
    if not isinstance(name, Text):
        return _make_unknown(at)
    return _official(Hints(ev), value, name.value, sdk, at)


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


def _strip_annotated(ev: Interpreter, value: Value) -> Value:
    """Return the type in `Annotated[type, ...]`."""
    while isinstance(value, Hint):
        if isinstance(value.node, ast.Name | ast.Attribute):
            value = ev.value(value.node, value.scope)
            continue
        if _get_generic(ev, value) != "Annotated" or not isinstance(value.node, ast.Subscript):
            return value
        inside = value.node.slice
        first = inside.elts[0] if isinstance(inside, ast.Tuple) and inside.elts else inside
        value = ev.value(parse_quoted_annotation(first), value.scope)
    return value


def _get_generic(ev: Interpreter, value: Value) -> str:
    """Return the short name of X in `X[...]`; "" for other values."""
    if not (isinstance(value, Hint) and isinstance(value.node, ast.Subscript)):
        return ""
    named = ev.value(value.node.value, value.scope)
    return shorten_type_name(named.path) if isinstance(named, External) else ""


def _official(hints: Hints, value: Value, name: str, sdk: Sdk, at: Spot) -> Node | None:
    unknown = _make_unknown(at)
    bare = _strip_annotated(hints.ev, value)
    match bare:
        case External(path) if path in _UNTOLD:
            return None
        case External(path) if shorten_type_name(path) not in _PRIMITIVES and path not in _BARE:
            return unknown
        case Class() if hints.ev.is_enum(bare):
            return None if not has_hints(hints.ev, bare) else unknown
        case Class():
            return build_class_output(hints, bare, sdk, at) or unknown
        case Hint(ast.Subscript() as inner, scope) if _get_generic(hints.ev, bare) == "dict":
            if _is_text_table(hints.ev, inner, scope):
                schema = hints.schema(inner, scope)
                entries = {**schema.entries, "title": Text(f"{name}DictOutput", at)}
                return _attach_models(Table(entries, at), hints, unknown)
    result = _build_result(hints, value, at)
    if result is None:
        return unknown
    wrapped = _wrap_result(result, at, {"title": Text(f"{name}Output", at)})
    return _attach_models(wrapped, hints, unknown)


def _build_result(hints: Hints, value: Value, at: Spot) -> Table | None:
    """Return the schema of a field called `result`; None if that is not known."""
    match value:
        case Hint(inner, scope):
            schema = hints.schema(inner, scope)
        case External() | Scalar(None) | Class():
            schema = hints.build_type_schema(value, at)
        case _:
            instance = hints.build_type_schema(value, at)
            if any(unknowns(instance)):
                return None
            schema = instance
    if "title" not in schema.entries and has_generated_title(schema):
        schema = Table({"title": Text("Result", at), **schema.entries}, at)
    return schema


def _is_text_table(ev: Interpreter, node: ast.Subscript, scope: Scope) -> bool:
    named = ev.value(node.value, scope)
    inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    value = ev.value(inside[0], scope) if inside else None
    kinds = [one.path for one in (named, value) if isinstance(one, External)]
    return kinds == ["builtins.dict", "builtins.str"]


def _fastmcp(hints: Hints, value: Value, sdk: Sdk, at: Spot) -> Node | None:
    unknown = _make_unknown(at)
    bare = _strip_annotated(hints.ev, value)
    match bare:
        case Scalar(None):
            return None
        case External(path) if shorten_type_name(path) == "Any":
            return None
        case External(path) if sdk.skips_bytes and path == "builtins.bytes":
            return None
        case Class() if bare is not value and not hints.ev.is_enum(bare) and sdk.below <= (4,):
            # What is said beside a model is merged in another way.
            return unknown
        case Unknown():
            return unknown
    if _says_nothing_of_items(hints.ev, bare):
        if sdk.skips_bare_lists:
            return None
        if sdk.below > (4,):
            return unknown
    schema = _build_result(hints, value, at)
    if schema is None:
        return unknown
    whole = _resolve_reference(schema, hints)
    kind = whole.entries.get("type")
    if isinstance(kind, Text) and kind.value == "object":
        if whole is schema and isinstance(schema.entries.get("title"), Text):
            whole = Table({k: v for k, v in schema.entries.items() if k != "title"}, at)
        return _finish(_attach_models(whole, hints, unknown), sdk, hints)
    mark: dict[str, Node] = {"x-fastmcp-wrap-result": Scalar(True, at)}
    if sdk.says_generic:
        mark["description"] = Text(_GENERIC, at)
    return _finish(_attach_models(_wrap_result(schema, at, mark), hints, unknown), sdk, hints)


def _says_nothing_of_items(ev: Interpreter, value: Value) -> bool:
    """Whether a type is a list whose members may be anything."""
    if isinstance(value, External):
        return shorten_type_name(value.path) in _SEQUENCES
    if _get_generic(ev, value) not in _SEQUENCES or not isinstance(value, Hint):
        return False
    inner = value.node.slice if isinstance(value.node, ast.Subscript) else value.node
    inside = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    kinds = [ev.value(one, value.scope) for one in inside]
    is_any = [isinstance(k, External) and shorten_type_name(k.path) == "Any" for k in kinds]
    if _get_generic(ev, value) == "tuple":
        return len(inside) > 1 and is_any[0] and isinstance(kinds[1], Unknown)
    return all(is_any)


def _resolve_reference(schema: Table, hints: Hints) -> Table:
    """Return the model that a schema is a reference to, with what the schema says besides; the
    schema itself if it is none.
    """
    reference = schema.entries.get("$ref")
    if not isinstance(reference, Text):
        return schema
    found = hints.models.get(reference.value.rpartition("/")[2])
    said = {key: one for key, one in schema.entries.items() if key != "$ref"}
    return Table({**found.entries, **said}, found.at) if isinstance(found, Table) else schema


def _finish(schema: Node, sdk: Sdk, hints: Hints) -> Node:
    """Return a schema of FastMCP's without titles, and with its models in place."""
    if not isinstance(schema, Table):
        return schema
    pruned = prune_titles(schema, sdk)
    defs = pruned.entries.get("$defs")
    if not isinstance(defs, Table):
        return pruned
    entries = {key: one for key, one in pruned.entries.items() if key != "$defs"}
    if sdk.inlines:
        inlined = inline_models(Table(entries, pruned.at), defs.entries, hints.ev.budget)
        if inlined is not None:
            return inlined
    used = _find_used(Table(entries, pruned.at), defs)
    kept = {name: one for name, one in defs.entries.items() if name in used}
    return Table({**entries, "$defs": Table(kept, defs.at)} if kept else entries, pruned.at)


def _find_used(schema: Node, defs: Table) -> set[str]:
    """Return the names of the models that a schema refers to, directly or not."""
    found: set[str] = set()
    work: list[Node] = [schema]
    while work:
        node = work.pop()
        if isinstance(node, Items):
            work += node.items
        elif isinstance(node, Table):
            work += node.entries.values()
            reference = node.entries.get("$ref")
            name = reference.value.rpartition("/")[2] if isinstance(reference, Text) else ""
            if name in defs.entries and name not in found:
                found.add(name)
                work.append(defs.entries[name])
    return found


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
