"""The JSON Schemas that an SDK makes of types, fields and parameters, by the rules rules of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.source.budget import TOO_LARGE
from toolgrade.source.nodes import Items, Scalar, Table, Text, Unknown, convert_from_data
from toolgrade.source.patterns.field_notes import Notes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.source.nodes import Spot
    from toolgrade.source.patterns.grammar import Field, Interpreter
    from toolgrade.source.patterns.modules import Declaration
    from toolgrade.source.patterns.sdk import Schemas
    from toolgrade.source.patterns.values import Kind

MAX_NESTED = 12
"""How deep types within types are followed."""

_ELSEWHERE = "its type is from another library"
_SERVICE = "it may be a service that the server supplies"
_NULL = "the SDK's versions differ on what may be null"


class Member(NamedTuple):
    """A property: `required` is None where it is not known."""

    name: Text
    schema: Table | Unknown
    required: bool | None


class SchemaBuilder:
    """Builds schemas by one SDK's rules."""

    def __init__(self, ev: Interpreter, rules: Schemas) -> None:
        self.ev = ev
        self.rules = rules
        self.notes = Notes(ev, rules)
        self._seen: list[Declaration] = []
        self._defs: dict[str, Any] = {}

    def build_schema(self, kind: Kind) -> Any:
        """Return the schema of a type."""
        if not self.ev.budget.write():
            return Unknown(TOO_LARGE, kind.at)
        rules = self.rules
        if kind.name in rules.unwrapped and kind.of:
            return self.build_schema(kind.of[0])
        if kind.name in rules.nullable and kind.of:
            how = kind.of[0] if rules.nullable_how == "values" else None
            return self._nullable(self.build_schema(kind.of[0]), kind.at, how)
        if kind.name in rules.list and kind.of:
            how = convert_from_data(rules.list_type, kind.at)
            return Table({"type": how, "items": self.build_schema(kind.of[0])}, kind.at)
        if kind.name in rules.map and len(kind.of) > 1:
            known = {
                "type": Text("object", kind.at),
                "additionalProperties": self.build_schema(kind.of[1]),
            }
            return Table(known, kind.at)
        if kind.own:
            return (
                self._make_reference(kind.own, kind.at)
                if rules.refs
                else self._build_declared_schema(kind.own, kind.at)
            )
        if kind.name in rules.types:
            return convert_from_data(rules.types[kind.name], kind.at)
        return Unknown(_ELSEWHERE, kind.at)

    def _nullable(self, schema: Any, at: Spot, of: Kind | None = None) -> Any:
        if not isinstance(schema, Table) or self.rules.nullable_how == "ignored":
            return schema
        entries = dict(schema.entries)
        kind = entries.get("type")
        null = Text("null", at)
        if self.rules.nullable_how == "unknown" or (of and of.name not in self.rules.values):
            return replace(schema, entries={**entries, "type": Unknown(_NULL, at)})
        if isinstance(kind, Text):
            pair = (null, kind) if self.rules.nullable_how == "first" else (kind, null)
            entries["type"] = Items(pair, at)
        elif "$ref" in entries:
            return Table({"anyOf": Items((schema, Table({"type": null}, at)), at)}, at)
        elif entries and kind is None:
            return Unknown(_NULL, at)
        return replace(schema, entries=entries)

    def _make_reference(self, declaration: Declaration, at: Spot) -> Any:
        """Return a reference to the schema of a type, which is kept in `$defs`."""
        if self.ev.grammar.under(declaration) is not None:
            return self._build_declared_schema(declaration, at)
        if declaration.name not in self._defs:
            self._defs[declaration.name] = unmade = Unknown("it contains itself", at)
            made = self._build_declared_schema(declaration, at)
            if isinstance(made, Unknown):
                del self._defs[declaration.name]
                return made
            if self._defs[declaration.name] is unmade:
                self._defs[declaration.name] = made
        return Table({"$ref": Text(f"#/$defs/{declaration.name}", at)}, at)

    def _build_declared_schema(self, declaration: Declaration, at: Spot) -> Any:
        if declaration in self._seen or len(self._seen) > MAX_NESTED:
            return Unknown("it contains itself", at)
        self._seen.append(declaration)
        try:
            members = self.ev.grammar.fields(declaration)
            if members is not None:
                return self.build_object_schema(members, at, declaration)
            cases = self.ev.grammar.cases(declaration)
            if cases is not None:
                return self._cases(cases, declaration, at)
            under = self.ev.grammar.under(declaration)
            return self.build_schema(self.ev.kind(under)) if under else Unknown(_ELSEWHERE, at)
        except IndexError:
            return Unknown("it is not valid code", at)
        finally:
            self._seen.pop()

    def _cases(self, cases: list[Field], of: Declaration, at: Spot) -> Any:
        if self.rules.cases == "unknown":
            return Unknown("the SDK's versions differ on enumerations", at)
        names = [self.notes.case(one, of) for one in cases]
        values = tuple(name for name in names if name is not None)
        kind = Text("string", at)
        return Table({"type": kind, "enum": Items(values, at)}, at)

    def build_root_schema(self, kind: Kind) -> Any:
        """Return the schema of the type that holds all parameters."""
        self._defs = {}
        schema = self.build_schema(kind)
        while isinstance(schema, Table) and "$ref" in schema.entries:
            schema = self._defs.pop(schema.entries["$ref"].value.rpartition("/")[2])
        if not isinstance(schema, Table) or not self.rules.refs:
            return schema
        entries = {
            **{k: convert_from_data(v, kind.at) for k, v in self.rules.starts.items()},
            **schema.entries,
        }
        defs = {"$defs": Table(dict(self._defs), kind.at)} if self._defs else {}
        return replace(schema, entries={**entries, **defs})

    def build_object_schema(
        self, fields: Sequence[Field], at: Spot, of: Declaration | None = None
    ) -> Table:
        """Return the schema of an object that has these fields."""
        members = list(self._members(fields, of))
        starts = {} if of else self.rules.starts
        entries: dict[str, Any] = {key: convert_from_data(v, at) for key, v in starts.items()}
        entries["type"] = Text("object", at)
        closed = self._build_additional_properties(at, of)
        if any(one is None for one in members):
            why = Unknown("some of it is from another library", at)
            return Table({**entries, "properties": why, "required": why, **closed}, at)
        known = [one for one in members if one]
        properties = {one.name.value: one.schema for one in known}
        keys = {one.name.value: one.name.at for one in known}
        entries["properties"] = Table(properties, at, keys)
        if any(one.required is None for one in known):
            entries["required"] = Unknown("the SDK's versions differ on what is required", at)
        elif needed := tuple(Text(o.name.value, o.name.at) for o in known if o.required):
            entries["required"] = Items(needed, at)
        return Table({**entries, **closed}, at)

    def _build_additional_properties(self, at: Spot, of: Declaration | None) -> dict[str, Any]:
        if (
            of
            and self.rules.closed_by
            and self.ev.grammar.note(self.ev, of.node, self.rules.closed_by)
        ):
            return {"additionalProperties": Scalar(False, at)}
        if self.rules.closed == "unknown":
            return {"additionalProperties": Unknown("the SDK's versions differ on it", at)}
        return {"additionalProperties": Scalar(False, at)} if self.rules.closed else {}

    def _members(self, fields: Sequence[Field], of: Declaration | None) -> Iterator[Member | None]:
        """Yield each property; None for an embedded type whose properties are unknown."""
        for one in fields:
            kind = self.ev.kind(one.kind) if one.kind else None
            if not one.name:
                yield from self._find_embedded_members(kind)
                continue
            if kind and self._is_handed_in(kind):
                continue
            if (
                self.notes.note(one, tuple(f"{source}!?" for source in self.rules.skipped))
                is not None
            ):
                continue
            name = self.notes.name(one, of)
            if name is None:
                continue
            options = self.notes.options(one)
            schema = self.build_schema(kind) if kind else Unknown("it has no type", one.node.spot)
            if of is None and kind and self._may_be_handed_in(kind, schema, one):
                # It may be a service that the server supplies.
                yield Member(name, Unknown(_SERVICE, one.node.spot), None)
                continue
            yield Member(
                name,
                self.notes.add_field_notes(schema, one, kind, options),
                self.notes.is_required(one, kind, of, options),
            )

    def _is_handed_in(self, kind: Kind) -> bool:
        """Whether the server supplies parameters of this type, so that the schema omits them."""
        rules = self.rules
        name = kind.name.rpartition(".")[2] if "/" not in kind.name else kind.name
        if name in rules.ignored or kind.name in rules.ignored:
            return True
        if not rules.injected or name in {*rules.list, *rules.map}:
            return False
        return re.match(rules.injected, name) is not None

    def _may_be_handed_in(self, kind: Kind, schema: Any, one: Field) -> bool:
        while kind.name in self.rules.nullable and kind.of:
            kind = kind.of[0]
        unclear = isinstance(schema, Unknown) or (
            kind.own and kind.own.node.kind == "class_declaration"
        )
        described = self.notes.note(one, self.rules.description)
        return bool(self.rules.injected and unclear and described is None)

    def _find_embedded_members(self, kind: Kind | None) -> Iterator[Member | None]:
        while kind and kind.name == "*":
            kind = kind.of[0]
        inner = self.ev.grammar.fields(kind.own) if kind and kind.own else None
        if inner is None or kind is None or kind.own in self._seen:
            yield None
        else:
            yield from self._members(inner, kind.own)
