"""A list that chosen clients take: what they refuse or lose is written in another way, and what is
lost by that is said.

First the safe fixes are made; then one limit after another that a definition still passes. Limits
whose effect is mild (cut, misread, renamed) are left alone: the client takes the tool.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.clients import MEASURES, count_around, limits
from toolgrade.clients.facts import Part, Whole, locate
from toolgrade.fixes import propose, rewrite
from toolgrade.fixes.adapt import fields, keywords, references, types, unions
from toolgrade.fixes.adapt.piece import Loss, Piece
from toolgrade.fixes.patch import NoSuchPlaceError
from toolgrade.listing.definition import definition
from toolgrade.schema import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from toolgrade.clients.facts import Located
    from toolgrade.clients.limits import Limit
    from toolgrade.model import Client, Server, ServerReport, Tool, ToolReport

    Handler = Callable[[Piece, str, Limit], bool]

HARD = frozenset({"refused", "list lost", "lost"})
"""What a client does with what it does not take at all."""
_MOST_STEPS = 400
_FEWEST_STEPS = 20
_MOST_VISITS = 400_000
"""Schemas that are looked at for one tool: each step looks at all of them."""
_TOUCHING_NO_CLIENT = frozenset({"sdk-title", "blanks", "filler", "docstring-arguments"})
_COUNTED = "name-length"

_HANDLERS: Mapping[str, Handler] = {
    "array-items": types.fit_array,
    "boolean-additional-properties": keywords.open_object,
    "boolean-schemas": keywords.fit_boolean_schema,
    "bounds": keywords.fit_bound,
    "counts": keywords.fit_count,
    "declared-dialect": references.leave_out_dialect,
    "description-length": fields.cut_description,
    "description-present": fields.describe_by_name,
    "distinct-names": fields.rename_tool,
    "empty-lists": types.fit_invalid,
    "empty-values": keywords.fit_values,
    "enum-beside-type": keywords.fit_enum_beside_type,
    "field-types": fields.fit_field,
    "formats": keywords.fit_format,
    "hint-types": fields.fit_hint,
    "icons": fields.fit_icon,
    "item-lists": types.fit_tuple,
    "item-unions": unions.fit_any_union,
    "keyword-types": types.fit_invalid,
    "keywords": keywords.fit_keyword,
    "keywords-anywhere": keywords.fit_keyword,
    "known-types": types.fit_known_type,
    "name-characters": fields.rename_tool,
    "name-length": fields.rename_tool,
    "nested-booleans": keywords.fit_boolean_schema,
    "nested-keywords": keywords.fit_keyword,
    "nested-unions": unions.fit_any_union,
    "null-fields": fields.leave_out,
    "numeric-bounds": types.fit_boolean_bound,
    "output-beside-execution": keywords.fit_output,
    "output-compiles": keywords.fit_output,
    "output-dialect": references.leave_out_dialect,
    "output-property-schemas": keywords.fit_boolean_schema,
    "output-root-keywords": keywords.fit_output,
    "output-root-type": keywords.fit_output_root,
    "output-valid": keywords.fit_output,
    "pattern-compiles": keywords.fit_pattern,
    "pattern-features": keywords.fit_pattern,
    "property-members": keywords.fit_boolean_schema,
    "property-names": fields.rename_parameter,
    "property-schemas": keywords.fit_boolean_schema,
    "recursive-references": references.fit_reference,
    "reference-siblings": references.fit_reference,
    "references": references.fit_reference,
    "refused-formats": keywords.fit_format,
    "reserved-properties": fields.rename_parameter,
    "root-keywords": unions.merge_root,
    "root-properties": keywords.add_properties,
    "root-type": keywords.fit_root_type,
    "scalar-values": keywords.fit_values,
    "several-types": types.fit_several_types,
    "single-types": types.fit_several_types,
    "strict-objects": keywords.close_object,
    "task-support": fields.leave_out_execution,
    "text-values": keywords.fit_values,
    "typed": types.fit_type,
    "typed-strictly": types.fit_type,
    "uniform-values": keywords.fit_values,
    "union-types": unions.move_type_into_branches,
    "valid-under": types.fit_invalid,
}
HANDLED = frozenset(_HANDLERS)
"""The measures of tools for which there is a way."""

_REFERENCES = frozenset({"$ref", "$defs", "definitions", "$dynamicRef", "$recursiveRef", "$anchor"})


class Left(NamedTuple):
    """What is still not taken: of the tool at an index (None: the server), by which clients."""

    tool: int | None
    measure: str
    note: str
    clients: tuple[str, ...]


class Adapted(NamedTuple):
    """A server's definitions by index, those that are objects; what each lost; what is left."""

    definitions: Mapping[int, Mapping[str, Any]]
    losses: Mapping[int, tuple[Loss, ...]]
    left: tuple[Left, ...]


def adapt(report: ServerReport, asked: Iterable[Client]) -> Adapted:
    """Return the definitions of a server, graded with those clients, as they take them."""
    keys = {client.key for client in asked}
    held = [limit for limit in limits() if limit.client.key in keys and limit.effect in HARD]
    of_tool = [limit for limit in held if not MEASURES[limit.measure].of_server]
    pieces = {
        tool.tool.index: _adapt_tool(tool, of_tool, report.server)
        for tool in report.tools
        if tool.tool.raw is not None
    }
    server = _part_names(pieces, report.server, held)
    left = [*_find_left(server, of_tool), *_find_left_of_server(server, held)]
    return Adapted(
        {index: piece.definition for index, piece in pieces.items()},
        {index: tuple(piece.losses) for index, piece in pieces.items() if piece.losses},
        tuple(left),
    )


def _make_tool(raw: Mapping[str, Any], before: Tool) -> Tool:
    return replace(definition(raw, before.index, before.origin), unknown=before.unknown)


def _adapt_tool(report: ToolReport, held: Sequence[Limit], server: Server) -> Piece:
    raw = dict(report.tool.raw or {})
    for fix in propose(report):
        if fix.safe and fix.kind not in _TOUCHING_NO_CLIENT:
            try:
                raw = rewrite(raw, [fix])
            except NoSuchPlaceError:
                continue  # an earlier fix changed the place; what is left is made to fit below
    piece = Piece(raw)
    tried: set[tuple[str, str, str]] = set()
    size = sum(1 for key in ("inputSchema", "outputSchema") for _ in walk(raw.get(key)))
    for _ in range(min(_MOST_STEPS, max(_FEWEST_STEPS, _MOST_VISITS // (size + 1)))):
        tool = _make_tool(piece.definition, report.tool)
        found = next(_walk_faults(tool, held, server, tried), None)
        if found is None:
            break
        limit, (pointer, _note) = found
        before = piece.definition
        _fit(piece, pointer, limit, server)
        if piece.definition is before:
            tried.add((limit.measure, pointer, str(limit.is_)))
    return piece


def _fit(piece: Piece, pointer: str, limit: Limit, server: Server) -> None:
    handler = _HANDLERS.get(limit.measure)
    if pointer.rpartition("/")[2] in _REFERENCES and limit.measure.startswith("keywords"):
        handler = references.fit_reference
    if handler is fields.rename_tool and limit.measure == _COUNTED:
        around = count_around(limit.client, server)
        limit = replace(limit, is_=limit.is_ - around)
    if handler is not None:
        handler(piece, pointer, limit)


def _walk_faults(
    tool: Tool, held: Sequence[Limit], server: Server, tried: set[tuple[str, str, str]]
) -> Iterator[tuple[Limit, Located]]:
    """Yield where a tool passes a limit, with the limit, unless nothing helped there before."""
    part = Part(tool)
    asked: set[tuple[str, str, int]] = set()
    for limit in held:
        part.around = count_around(limit.client, server) if limit.measure == _COUNTED else 0
        key = (limit.measure, str(limit.is_), part.around)
        if key not in asked:
            asked.add(key)
            for fault in map(locate, MEASURES[limit.measure].ask(part, limit.is_)):
                if (limit.measure, fault[0], str(limit.is_)) not in tried:
                    yield limit, fault


def _part_names(pieces: Mapping[int, Piece], server: Server, held: Sequence[Limit]) -> Server:
    """Return a server of the pieces, after those tools have another name whose name a client takes
    for that of a tool before them.
    """
    part = [limit for limit in held if limit.measure == "distinct-names"]
    for _ in range(_MOST_STEPS):
        tools = (
            _make_tool(pieces[t.index].definition, t) if t.index in pieces else t
            for t in server.tools
        )
        now = replace(server, tools=tuple(tools))
        whole = Whole(now, 0)
        found = (f for one in part for f in MEASURES[one.measure].ask(whole, one.is_))
        pointer = locate(next(found, ("", "")))[0]
        if not pointer:
            break
        _number(pieces, int(pointer.split("/")[2]))
    return now


def _number(pieces: Mapping[int, Piece], index: int) -> None:
    """Give the tool at an index a number at the end of its name that no other has."""
    piece = pieces[index]
    name = str(piece.definition["name"])
    taken = {str(other.definition.get("name")).lower() for other in pieces.values()}
    new = next(n for i in range(2, 100_000) if (n := f"{name}_{i}").lower() not in taken)
    piece.put("/name", new)
    piece.lose("/name", "other calls", f"{name[:64]} is the name of another: this one is numbered")


def _find_left(server: Server, held: Sequence[Limit]) -> Iterator[Left]:
    for tool in server.tools:
        found: dict[tuple[str, str], list[str]] = {}
        part = Part(tool)
        for limit in held:
            part.around = count_around(limit.client, server) if limit.measure == _COUNTED else 0
            for _, note in MEASURES[limit.measure].ask(part, limit.is_):
                found.setdefault((limit.measure, note), []).append(limit.client.title)
        for (measure, note), titles in found.items():
            yield Left(tool.index, measure, note, tuple(dict.fromkeys(titles)))


def _find_left_of_server(server: Server, held: Sequence[Limit]) -> Iterator[Left]:
    found: dict[tuple[str, str], list[str]] = {}
    for limit in held:
        if MEASURES[limit.measure].of_server:
            for _, note in MEASURES[limit.measure].ask(Whole(server, 0), limit.is_):
                found.setdefault((limit.measure, note), []).append(limit.client.title)
    for (measure, note), titles in found.items():
        yield Left(None, measure, note, tuple(dict.fromkeys(titles)))
