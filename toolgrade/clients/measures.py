"""What clients limit: a closed set of measures. Which client limits what, and how far, is data in
rubrics/clients.toml; nothing here knows a client's name.

A public generator is a measure. It is asked with a limit's value and yields where a tool, or for
those that take a `Whole` the server, goes past it and what to do there.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.model.pointers import make_pointer
from toolgrade.model.unknown import find_unknown
from toolgrade.schema import dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolgrade.model import Pointer, Server, Tool
    from toolgrade.schema import Node

_SHOWN = 40
_BYTES_A_TOKEN = 4


class Part(NamedTuple):
    """A tool, the schemas in it, and what a client puts before its name."""

    tool: Tool
    schemas: Sequence[Node]
    prefix: str

    def objects(self) -> Iterator[tuple[Node, Mapping[str, Any]]]:
        """Yield the schemas that are objects."""
        return ((node, node.schema) for node in self.schemas if isinstance(node.schema, dict))

    def root(self, key: str) -> tuple[Node, Mapping[str, Any]] | None:
        """Return the root of `inputSchema` or `outputSchema`, None if there is none."""
        return next((x for x in self.objects() if x[0].trail == (None, key)), None)


class Whole(NamedTuple):
    """A server with the size of its tools' definitions in bytes."""

    server: Server
    definition_bytes: int


Fault = tuple["Pointer", str]


def _build_pointer(node: Node, *keys: str | int) -> Pointer:
    trail = node.trail
    for key in keys:
        trail = (trail, key)
    return make_pointer(trail)


def _is_in_input(node: Node) -> bool:
    trail = node.trail
    while trail and trail[0]:
        trail = trail[0]
    return trail == (None, "inputSchema")


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def name_length(part: Part, most: int) -> Iterator[Fault]:
    """Has a name that is short enough, with what the client puts before it."""
    full = len(part.prefix) + len(part.tool.name or "")
    if full > most:
        before = f", {len(part.prefix)} of them its prefix" if part.prefix else ""
        yield "/name", f"shorten the name: {full} characters{before}, {most} at most"


def name_characters(part: Part, allowed: str) -> Iterator[Fault]:
    """Has a name of the characters that are taken."""
    if not _pattern(allowed).fullmatch(part.tool.name or ""):
        yield "/name", f"rename it: names must match {allowed}"


def description_length(part: Part, most: int) -> Iterator[Fault]:
    """Has a description that is not cut or refused for its length."""
    length = len(part.tool.description or "")
    if length > most:
        yield "/description", f"shorten the description: {length} characters, {most} at most"


def root_type(part: Part, kind: str) -> Iterator[Fault]:
    """Has an input schema with the root type that is asked."""
    found = part.root("inputSchema")
    if found is None or found[1].get("type") != kind:
        yield "/inputSchema", f'give the root of inputSchema "type": "{kind}"'


def output_root_type(part: Part, kind: str) -> Iterator[Fault]:
    """Has an output schema with the root type that is asked."""
    found = part.root("outputSchema")
    if found and found[1].get("type") != kind:
        yield "/outputSchema", f'give the root of outputSchema "type": "{kind}"'


def root_keywords(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Has no keyword at the root of its input schema that is not taken there."""
    found = part.root("inputSchema")
    for keyword in refused if found else ():
        if found and keyword in found[1]:
            yield f"/inputSchema/{keyword}", f"move {keyword} away from the root of inputSchema"


def keywords(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Uses no keyword in its input schema that is not understood."""
    for node, schema in part.objects():
        for keyword in refused:
            if keyword in schema and _is_in_input(node):
                yield _build_pointer(node, keyword), _advise_without(keyword)


def keywords_anywhere(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Uses no keyword in its input or output schema that is not understood."""
    for node, schema in part.objects():
        for keyword in refused:
            if keyword in schema:
                yield _build_pointer(node, keyword), _advise_without(keyword)


def _advise_without(keyword: str) -> str:
    if keyword in {"$ref", "$defs", "definitions"}:
        return "write the schema out instead of $ref"
    return f"do without {keyword}, and say it in the description"


def nested_unions(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Has no union below the root of its input schema."""
    for node, schema in part.objects():
        for keyword in refused:
            if node.depth and keyword in schema and _is_in_input(node):
                yield _build_pointer(node, keyword), f"use one plain type instead of {keyword}"


def property_names(part: Part, allowed: str) -> Iterator[Fault]:
    """Has parameter names of the characters that are taken."""
    for node, schema in part.objects():
        properties = schema.get("properties")
        if isinstance(properties, dict) and _is_in_input(node):
            for key in properties:
                if not _pattern(allowed).fullmatch(key):
                    yield (
                        _build_pointer(node, "properties", key),
                        f"rename '{key[:_SHOWN]}': parameters must match {allowed}",
                    )


def declared_dialect(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Declares no dialect that is refused."""
    for node, schema in part.objects():
        given = schema.get("$schema")
        if isinstance(given, str) and any(word in dialect.name(given) for word in refused):
            yield _build_pointer(node, "$schema"), "take out $schema, or declare 2020-12"


def valid_under(part: Part, address: str) -> Iterator[Fault]:
    """Has an input schema that is valid under the dialect that is asked."""
    for node, schema in part.objects():
        if _is_in_input(node) and not dialect.is_sound(schema, address):
            fault = dialect.fault(schema, address)
            if fault:
                keyword = fault[0][0] if fault[0] else "it"
                yield _build_pointer(node, *fault[0]), f"mend {keyword}: it {fault[1]}"


def array_items(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Says of every array what its items are."""
    for node, schema in part.objects():
        kind = schema.get("type")
        listed = kind == "array" or (isinstance(kind, list) and "array" in kind)
        if listed and not {"items", "prefixItems"} & schema.keys() and _is_in_input(node):
            yield _build_pointer(node), 'give the array "items"'


def root_properties(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Lists the properties at the root of its input schema, if only {}."""
    found = part.root("inputSchema")
    if found and found[1].get("type") == "object" and "properties" not in found[1]:
        yield "/inputSchema", 'give the root of inputSchema "properties", if only {}'


def typed(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Gives every parameter a type."""
    says = {"type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"}
    for node, schema in part.objects():
        if node.under == "properties" and _is_in_input(node) and not says & schema.keys():
            yield _build_pointer(node), "give the parameter a type"


def single_types(part: Part, where: str) -> Iterator[Fault]:
    """Names one type at a time: everywhere, or inside `items`."""
    for node, schema in part.objects():
        several = isinstance(schema.get("type"), list) and _is_in_input(node)
        if several and (where == "everywhere" or node.under == "items"):
            yield _build_pointer(node, "type"), "name one type, and leave the parameter optional"


def boolean_schemas(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Has an object wherever a parameter's schema stands."""
    for node in part.schemas:
        if isinstance(node.schema, bool) and node.under in {"properties", "items", "anyOf"}:
            yield _build_pointer(node), "write an object instead of true or false"


def text_values(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Lists only texts as values to choose from."""
    for node, schema in part.objects():
        values = schema.get("enum")
        listed = values if isinstance(values, list) else []
        listed = [*listed, schema["const"]] if "const" in schema else listed
        if any(not isinstance(value, str) for value in listed) and _is_in_input(node):
            keyword = "const" if "const" in schema else "enum"
            yield _build_pointer(node, keyword), "list texts, or say the values in the description"


def enum_beside_type(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Lists values where they are of the type that stands beside."""
    for node, schema in part.objects():
        if "enum" in schema and schema.get("type") in {"null", "array"} and _is_in_input(node):
            yield (
                _build_pointer(node, "enum"),
                "move enum to the items, or to the branch with the type",
            )


def known_types(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Names only types that JSON has."""
    for node, schema in part.objects():
        given = schema.get("type")
        kinds = given if isinstance(given, list) else [given] if "type" in schema else []
        if not all(isinstance(kind, str) and kind in dialect.TYPES for kind in kinds):
            yield _build_pointer(node, "type"), f"name one of {', '.join(sorted(dialect.TYPES))}"


def strict_objects(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Closes every object, and requires every property."""
    for node, schema in part.objects():
        properties = schema.get("properties")
        if not isinstance(properties, dict) or not _is_in_input(node):
            continue
        required = schema.get("required")
        listed = required if isinstance(required, list) else []
        if schema.get("additionalProperties") is not False or set(properties) - {
            name for name in listed if isinstance(name, str)
        }:
            yield (
                _build_pointer(node),
                'set "additionalProperties": false and require every property',
            )


def declared(part: Part, wanted: Sequence[str]) -> Iterator[Fault]:
    """Declares what is asked: fields of the tool or of its annotations, "a|b" for either."""
    absent = [
        field
        for field in wanted
        if all(has_field(part.tool, name) is False for name in field.split("|"))
    ]
    if absent:
        hints = part.tool.annotations
        at = "" if absent[0] in {"title", "outputSchema"} or not hints else "/annotations"
        yield at, f"declare {', '.join(field.replace('|', ' or ') for field in absent)}"


def has_field(tool: Tool, field: str) -> bool | None:
    """Return whether a tool declares a field that `declared` asks for; None if it is not known."""
    hints = tool.annotations or {}
    if field == "title":
        found = bool(tool.title)
    elif field == "outputSchema":
        found = tool.output_schema is not None
    elif field == "annotations.title":
        found = isinstance(hints.get("title"), str) and bool(hints["title"])
    else:
        found = isinstance(hints.get(field), bool)
    return found or (None if find_unknown(tool, [locate_field(field)]) else False)


def locate_field(field: str) -> Pointer:
    """Return where a field stands that `declared` asks for."""
    beside = field in {"title", "outputSchema"}
    return f"/{field}" if beside else f"/annotations/{field.removeprefix('annotations.')}"


def parameters_avoided(part: Part, names: Sequence[str]) -> Iterator[Fault]:
    """Takes no parameter that turns one tool into many."""
    found = part.root("inputSchema")
    properties = found[1].get("properties") if found else None
    for name in properties if isinstance(properties, dict) else ():
        if name.lower() in names:
            pointer = make_pointer(((found[0].trail, "properties"), name)) if found else ""
            yield pointer, f"make a tool of each value of '{name[:_SHOWN]}'"


def instructions_length(whole: Whole, most: int) -> Iterator[Fault]:
    """Has instructions that are not cut."""
    length = len(whole.server.instructions or "")
    if length > most:
        yield "/instructions", f"shorten the instructions: {length} characters, {most} at most"


def tool_count(whole: Whole, most: int) -> Iterator[Fault]:
    """Lists no more tools than are taken, were it the only server."""
    count = len(whole.server.tools)
    if count > most:
        yield (
            "/tools",
            f"list at most {most} tools, not {count}: split the server, or let users choose",
        )


def total_tokens(whole: Whole, most: int) -> Iterator[Fault]:
    """Takes no more of the context than is given at once, by an estimate."""
    tokens = whole.definition_bytes // _BYTES_A_TOKEN
    if tokens > most:
        yield "/tools", f"cut the definitions to {most} tokens: they are about {tokens}"


def distinct_names(whole: Whole, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Has names that differ by more than case."""
    seen: dict[str, str] = {}
    for tool in whole.server.tools:
        name = tool.name or ""
        other = seen.setdefault(name.lower(), name)
        if other != name:
            yield f"/tools/{tool.index}/name", f"rename '{name[:_SHOWN]}' or '{other[:_SHOWN]}'"
