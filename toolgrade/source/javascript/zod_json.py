"""Zod schemas as JSON Schema, as zod-to-json-schema (zod 3) and zod 4 itself write them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolgrade.source.found import REFUSED
from toolgrade.source.javascript.budget import TOO_DEEP, TOO_LARGE, Budget
from toolgrade.source.javascript.conversion import convert_for_json
from toolgrade.source.javascript.values import (
    CONDITIONAL,
    FROM_ITSELF,
    REST,
    RUN_TIME,
    Absent,
    Array,
    Object,
    Pattern,
    Perhaps,
    Value,
    Zod,
)
from toolgrade.source.nodes import Items, Scalar, Spot, Table, Text, Unknown

if TYPE_CHECKING:
    from toolgrade.source.nodes import Node

REFERENCE = "a schema that leads back to itself is spelled as a reference"
_REFUSED = frozenset(
    "date bigint symbol undefined void nan map set custom".split()  # noqa: SIM905 - read as one line
)
_THREE = 3
_KEYWORDS = (
    *("type", "description", "title", "enum", "const", "default", "format", "pattern", "$ref"),
    *("properties", "required", "additionalProperties", "propertyNames", "items", "minItems"),
    *("maxItems", "minimum", "maximum", "minLength", "maxLength", "anyOf", "oneOf", "allOf"),
)
_SAFE = 2**53 - 1
_TYPES = {"string": "string", "number": "number", "boolean": "boolean", "null": "null"}
_FORMATS = {
    "email": "email",
    "url": "uri",
    "uuid": "uuid",
    "uuidv4": "uuid",
    "guid": "uuid",
    "datetime": "date-time",
    "date": "date",
    "time": "time",
    "duration": "duration",
    "cuid": "cuid",
    "cuid2": "cuid2",
    "ulid": "ulid",
    "nanoid": "nanoid",
    "ipv4": "ipv4",
    "ipv6": "ipv6",
    "base64url": "base64url",
    "base64": "base64",
    "jwt": "jwt",
    "e164": "e164",
}
_AFFIXES = {"startsWith": "starts_with", "endsWith": "ends_with", "includes": "includes"}
_AS_PATTERN = frozenset({"cuid", "cuid2", "ulid", "nanoid", "emoji", "base64url", "jwt"})
_BOUNDS = {
    "gt": "exclusiveMinimum",
    "gte": "minimum",
    "lt": "exclusiveMaximum",
    "lte": "maximum",
    "min": "minimum",
    "max": "maximum",
}
_SIGNS = {
    "positive": "exclusiveMinimum",
    "nonnegative": "minimum",
    "negative": "exclusiveMaximum",
    "nonpositive": "maximum",
}


def write_json_schema(  # noqa: PLR0913 - settings of a conversion
    schema: Zod,
    budget: Budget,
    version: int,
    target: str,
    *,
    strict_unions: bool,
    output: bool,
    refers: bool = True,
    closes: bool = True,
    compacts: bool = True,
    is_early: bool = False,
    refuses: bool = False,
    name: str | None = None,
) -> Node:
    """Return a whole JSON Schema as the converter of a major version makes it.

    `target` is its $schema, `output` whether it describes what comes out of the schema rather than
    what goes in, `refers` whether zod 3's refers back to a schema it has met before, `closes`
    whether it says that an object holds nothing else, `compacts` whether zod 4 is known to spell a
    choice between types as a list of types, `is_early` whether it is the one that zod 3.25 brings,
    `refuses` whether what zod 4 cannot write makes the whole list of tools fail, and `name` under
    which definition zod 3's puts it.
    """
    writer = _Writer(budget, three=version == _THREE, strict_unions=strict_unions, output=output)
    writer.refers = writer.three and refers
    writer.closes, writer.compacts, writer.is_early = closes, compacts, is_early
    writer.refuses = refuses
    writer.lists = "prefixItems" if "2020" in target else "items"
    made: Node = writer.schema(schema, ("#", "definitions", name) if name else ("#",))
    if not isinstance(made, Table):
        return made
    if not budget.can_write():
        return Unknown(TOO_LARGE, schema.at)
    if writer.backs and not writer.three:
        held = "$defs" if "2020" in target else "definitions"
        made = Table({**made.entries, held: Unknown(REFERENCE, made.at)}, made.at, made.keys)
    if name:
        entries = {
            "$ref": Text(f"#/definitions/{name}", made.at),
            "definitions": Table({name: made}, made.at),
        }
        made = Table(entries, made.at)
    return Table({**made.entries, "$schema": Text(target, schema.at)}, made.at, made.keys)


@dataclass
class _Writer:
    """One conversion. `seen` are the schemas met, by which object they are, with the way to each;
    `member` is the way to the member of an object that is being written, `required` whether a
    member with a schema must be there, `backs` how many schemas lead back to one around them.
    """

    budget: Budget
    three: bool
    strict_unions: bool
    output: bool
    refers: bool = False
    closes: bool = True
    compacts: bool = True
    is_early: bool = False
    refuses: bool = False
    backs: int = 0
    lists: str = "items"
    seen: dict[Zod, tuple[str, ...]] = field(default_factory=dict)
    member: tuple[str, ...] = ()
    required: dict[Zod, bool | None] = field(default_factory=dict)

    def schema(self, of: Value, path: tuple[str, ...]) -> Any:
        if not isinstance(of, Zod):
            self.backs += isinstance(of, Unknown) and of.why == FROM_ITSELF
            return of if isinstance(of, Unknown) else Unknown(RUN_TIME, of.at)
        if self.refers and of in self.seen:
            return Table({"$ref": Text("/".join(self.seen[of]), of.at)}, of.at)
        self.seen[of] = path
        backs = self.backs
        made = self._write(of, path)
        if not isinstance(made, Table):
            return made
        if not self.three and len(path) > 1 and self.backs > backs:
            return Unknown(REFERENCE, of.at)
        entries = {**made.entries}
        if "readonly" in of.of and not self.three:
            entries["readOnly"] = Scalar(True, of.at)
        if "meta" in of.of:
            for key, one in of.of["meta"].entries.items():
                entries[key] = convert_for_json(one, self.budget)
        if of.description is not None and not isinstance(of.description, Absent):
            entries["description"] = convert_for_json(of.description, self.budget)
        return Table(entries, of.at, made.keys)

    def _write(self, of: Zod, path: tuple[str, ...]) -> Node:
        if not self.three and self.refuses and of.kind in _REFUSED:
            return Unknown(f"{REFUSED}z.{of.kind}(), so that tools/list fails", of.at)
        write = getattr(self, f"_write_{of.kind}", None)
        if write is None:
            return Unknown(RUN_TIME, of.at)
        if not self.budget.write():
            return Unknown(TOO_LARGE, of.at)
        with self.budget.nest() as is_shallow:
            return write(of, path) if is_shallow else Unknown(TOO_DEEP, of.at)

    def _write_string(self, of: Zod, _: tuple[str, ...]) -> Any:
        entries: dict[str, Any] = {"type": Text("string", of.at)}
        patterns: list[Any] = []
        for name, given in of.checks:
            first = given[0] if given else None
            if name in {"min", "max", "length", "nonempty"}:
                value = Scalar(1, of.at) if name == "nonempty" else _number(first, of.at)
                if name != "max":
                    _narrow(entries, "minLength", value, max)
                if name in {"max", "length"}:
                    _narrow(entries, "maxLength", value, min)
            elif name == "regex" and isinstance(first, Pattern):
                patterns.append(Text(first.source, first.at))
            elif name in {"startsWith", "endsWith", "includes"} and isinstance(first, Text):
                patterns.append(_affix(name, first, three=self.three))
                if not (self.three or self.is_early):
                    entries["format"] = Text(_AFFIXES[name], of.at)
            elif name in _FORMATS and (not self.three or name not in _AS_PATTERN):
                self._format(name, entries, patterns, of.at)
            elif name not in {"uppercase", "lowercase"} or not self.three:
                patterns.append(Unknown(RUN_TIME, of.at))
                entries["anyOf"] = entries["format"] = Unknown(RUN_TIME, of.at)
        if len(patterns) == 1:
            entries["pattern"] = patterns[0]
        elif patterns:
            entries["allOf"] = Unknown(RUN_TIME, of.at)
        return Table(entries, of.at)

    def _format(self, name: str, entries: dict[str, Any], patterns: list[Any], at: Spot) -> None:
        if "format" in entries:
            entries["format"] = Unknown(RUN_TIME, at)
        elif self.three and name == "base64":
            entries["contentEncoding"] = Text("base64", at)
        elif name == "time" and not (self.three or self.is_early):
            if not self.compacts:
                entries["format"] = Unknown("it depends on the installed version of zod", at)
        else:
            entries["format"] = Text(_FORMATS[name], at)
        if not self.three and name in {"base64", "base64url"}:
            entries["contentEncoding"] = Text(name, at)
        if not self.three and name not in {"url", "jwt"}:
            patterns.append(Unknown("zod decides it", at))

    def _write_number(self, of: Zod, _: tuple[str, ...]) -> Any:
        entries: dict[str, Any] = {"type": Text("number", of.at)}
        for name, given in of.checks:
            first = given[0] if given else None
            if name == "int":
                entries["type"] = Text("integer", of.at)
                if not self.three:
                    self._bound(entries, "minimum", Scalar(-_SAFE, of.at))
                    self._bound(entries, "maximum", Scalar(_SAFE, of.at))
            elif name in _SIGNS:
                self._bound(entries, _SIGNS[name], Scalar(0, of.at))
            elif name in _BOUNDS:
                self._bound(entries, _BOUNDS[name], _number(first, of.at))
            elif name in {"multipleOf", "step"}:
                entries["multipleOf"] = _number(first, of.at)
            elif name == "safe":
                self._bound(entries, "minimum", Scalar(-_SAFE, of.at))
                self._bound(entries, "maximum", Scalar(_SAFE, of.at))
                if not self.three:
                    entries["type"] = Text("integer", of.at)
        if not self.three:
            _keep_tighter(entries)
        return Table(entries, of.at)

    def _bound(self, entries: dict[str, Any], key: str, value: Any) -> None:
        """Set a bound: in zod 3 the later one counts, in zod 4 the tighter one."""
        if self.three:
            entries[key] = value
        else:
            _narrow(entries, key, value, max if "Minimum" in key or key == "minimum" else min)

    def _write_boolean(self, of: Zod, _: tuple[str, ...]) -> Any:
        return Table({"type": Text("boolean", of.at)}, of.at)

    def _write_null(self, of: Zod, _: tuple[str, ...]) -> Any:
        return Table({"type": Text("null", of.at)}, of.at)

    def _write_any(self, of: Zod, _: tuple[str, ...]) -> Any:
        return Table({}, of.at)

    _write_unknown = _write_any

    def _write_never(self, of: Zod, _: tuple[str, ...]) -> Any:
        return Table({"not": Table({}, of.at)}, of.at)

    def _write_date(self, of: Zod, _: tuple[str, ...]) -> Any:
        if not self.three or of.checks:
            return Unknown(RUN_TIME, of.at)
        return Table({"type": Text("string", of.at), "format": Text("date-time", of.at)}, of.at)

    def _write_bigint(self, of: Zod, _: tuple[str, ...]) -> Any:
        if not self.three or of.checks:
            return Unknown(RUN_TIME, of.at)
        return Table({"type": Text("integer", of.at), "format": Text("int64", of.at)}, of.at)

    def _write_literal(self, of: Zod, _: tuple[str, ...]) -> Any:
        value = of.of["value"]
        if isinstance(value, Array) and not self.three:
            return _write_enum_values(value, of.at, self.budget)
        kind = _type(value)
        if kind is None:
            return Unknown(RUN_TIME, of.at)
        return Table({"type": Text(kind, of.at), "const": value}, of.at)

    def _write_enum(self, of: Zod, _: tuple[str, ...]) -> Any:
        values = of.of["values"]
        if isinstance(values, Object):
            if REST in values.entries:
                return Unknown(RUN_TIME, of.at)
            named = {k: v for k, v in values.entries.items() if not re.fullmatch("-?[0-9]+", k)}
            values = Array(tuple(named.values()), values.at)
        return (
            _write_enum_values(values, of.at, self.budget)
            if isinstance(values, Array)
            else _gone(values, of.at)
        )

    def _write_array(self, of: Zod, path: tuple[str, ...]) -> Any:
        entries: dict[str, Any] = {"type": Text("array", of.at)}
        inner = of.of["inner"]
        if not (self.three and isinstance(inner, Zod) and inner.kind == "any"):
            entries["items"] = self.schema(inner, (*path, "items"))
        for name, given in of.checks:
            value = (
                Scalar(1, of.at)
                if name == "nonempty"
                else _number(given[0] if given else None, of.at)
            )
            if name != "max":
                entries["minItems"] = value
            if name in {"max", "length"}:
                entries["maxItems"] = value
        return Table(entries, of.at)

    def _write_object(self, of: Zod, path: tuple[str, ...]) -> Any:
        shape = of.of["shape"]
        if not isinstance(shape, Object) or REST in shape.entries:
            return Table(
                {
                    "type": Text("object", of.at),
                    "properties": Unknown(RUN_TIME, of.at),
                    "required": Unknown(RUN_TIME, of.at),
                },
                of.at,
            )
        properties: dict[str, Any] = {}
        required: list[Any] = []
        for name, one in shape.entries.items():
            if isinstance(one, Absent):
                continue
            if isinstance(one, Perhaps):
                properties[name] = Unknown(CONDITIONAL, one.at)
                if self._is_required(one.value) is not False:
                    required.append(properties[name])
                continue
            self.member = (*path, "properties", name)
            made = self.schema(one, self.member)
            # That there is such a parameter is known all the same.
            bare = Table(dict.fromkeys(_KEYWORDS, made), made.at)
            properties[name] = bare if isinstance(made, Unknown) else made
            needed = self._is_required(one)
            if needed is None:
                required.append(Unknown("whether it is required is decided by code", one.at))
            elif needed:
                required.append(Text(name, shape.keys.get(name, one.at)))
        entries: dict[str, Any] = {
            "type": Text("object", of.at),
            "properties": Table(properties, shape.at, dict(shape.keys)),
        }
        if required:
            entries["required"] = Items(tuple(required), of.at)
        self._rest(of, path, entries)
        return Table(entries, of.at)

    def _rest(self, of: Zod, path: tuple[str, ...], entries: dict[str, Any]) -> None:
        rest = of.of.get("rest", "strip")
        if rest == "catchall":
            entries["additionalProperties"] = self.schema(
                of.of["catchall"], (*path, "additionalProperties")
            )
        elif rest == "passthrough":
            more = Scalar(True, of.at) if self.three else Table({}, of.at)
            entries["additionalProperties"] = more
        elif self.closes and (rest == "strict" or self.three or self.output):
            entries["additionalProperties"] = Scalar(False, of.at)

    def _write_record(self, of: Zod, path: tuple[str, ...]) -> Any:
        entries: dict[str, Any] = {"type": Text("object", of.at)}
        key = of.of["key"]
        if not self.three:
            made = self.schema(key, ()) if key else Table({"type": Text("string", of.at)}, of.at)
            entries["propertyNames"] = made
            if isinstance(key, Zod) and key.kind == "enum" and not self.is_early:
                entries["required"] = Unknown("zod decides it", of.at)
        elif isinstance(key, Zod) and key.kind == "enum" and isinstance(key.of["values"], Array):
            entries["propertyNames"] = Table(
                {"enum": convert_for_json(key.of["values"], self.budget)}, of.at
            )
        elif isinstance(key, Zod) and key.checks:
            entries["propertyNames"] = Unknown(RUN_TIME, of.at)
        entries["additionalProperties"] = self.schema(
            of.of["inner"], (*path, "additionalProperties")
        )
        return Table(entries, of.at)

    def _write_tuple(self, of: Zod, path: tuple[str, ...]) -> Any:
        items = of.of["items"]
        if not isinstance(items, Array):
            return _gone(items, of.at)
        made = [self.schema(one, (*path, "items", str(i))) for i, one in enumerate(items.items)]
        entries: dict[str, Any] = {"type": Text("array", of.at)}
        entries[self.lists] = Items(tuple(made), items.at)
        rest = of.of.get("rest")
        rest = None if isinstance(rest, Absent) else rest
        if self.three:
            count = Scalar(len(made), of.at)
            entries |= {"minItems": count}
            if rest is not None:
                entries["additionalItems"] = self.schema(rest, (*path, "additionalItems"))
            else:
                entries["maxItems"] = count
        elif self.is_early:
            if rest is not None:
                entries["items"] = entries["additionalItems"] = Unknown("zod decides it", of.at)
        else:
            entries |= self._write_tuple_length(items, rest, of.at, path)
        return Table(entries, of.at)

    def _write_union(self, of: Zod, path: tuple[str, ...]) -> Any:
        options = of.of["options"]
        if not isinstance(options, Array):
            return _gone(options, of.at)
        listed = [one for one in options.items if isinstance(one, Zod)]
        if (
            self.three
            and len(listed) == len(options.items)
            and (short := _write_short_union(listed, of.at, self.budget))
        ):
            return short
        made = [self.schema(one, (*path, "anyOf", str(i))) for i, one in enumerate(options.items)]
        if self.three and self.strict_unions:
            made = [m for m in made if not isinstance(m, Table) or m.entries]
        return self._any_of(made, of.at)

    def _any_of(self, made: list[Any], at: Spot) -> Table:
        """Return a choice; zod 4 spells one between bare types as a list of types."""
        if not self.three and all(
            isinstance(m, Table) and m.entries.keys() == {"type"} for m in made
        ):
            kinds: dict[str, Text] = {}
            for one in made:
                of_type = one.entries["type"]
                for kind in of_type.items if isinstance(of_type, Items) else (of_type,):
                    kinds.setdefault(kind.value, kind)
            if not self.compacts:
                unsure = Unknown("it depends on the installed version of zod", at)
                return Table({"type": unsure, "anyOf": unsure}, at)
            if len(kinds) > 1:
                return Table({"type": Items(tuple(kinds.values()), at)}, at)
        return Table({"anyOf": Items(tuple(made), at)}, at)

    def _write_tuple_length(
        self, items: Array, rest: Value | None, at: Spot, path: tuple[str, ...]
    ) -> dict[str, Any]:
        """Return what zod 4 says of how many members a tuple has, and of those behind the last."""
        # What it says differs from version to version.
        vague = None if self.compacts else Unknown("zod decides it", at)
        needed = [self._is_required(one) for one in items.items]
        least = len(needed)
        while least and needed[least - 1] is False:
            least -= 1
        behind = "items" if self.lists == "prefixItems" else "additionalItems"
        made: dict[str, Any] = {behind: vague or Scalar(False, at)}
        if vague or least:
            made["minItems"] = vague or Scalar(least, at)
        if rest is not None:
            made[behind] = vague or self.schema(rest, (*path, behind))
        else:
            made["maxItems"] = vague or Scalar(len(needed), at)
        return made

    def _write_discriminated(self, of: Zod, path: tuple[str, ...]) -> Any:
        options = of.of["options"]
        if not isinstance(options, Array):
            return _gone(options, of.at)
        key = "anyOf" if self.three or self.is_early else "oneOf"
        made = [self.schema(one, (*path, key, str(i))) for i, one in enumerate(options.items)]
        return Table({key: Items(tuple(made), options.at)}, of.at)

    def _write_optional(self, of: Zod, path: tuple[str, ...]) -> Any:
        is_member = path == self.member
        made = self.schema(of.of["inner"], path)
        if self.three and not is_member and isinstance(made, Table):
            nothing = Table({"not": Table({}, of.at)}, of.at)
            return Table({"anyOf": Items((nothing, made), of.at)}, of.at)
        return made

    def _write_nullable(self, of: Zod, path: tuple[str, ...]) -> Any:
        inner = of.of["inner"]
        null = Text("null", of.at)
        if self.three and isinstance(inner, Zod) and inner.kind in _TYPES and not inner.checks:
            return Table({"type": Items((Text(inner.kind, of.at), null), of.at)}, of.at)
        made = self.schema(inner, (*path, "anyOf", "0") if self.three else path)
        if isinstance(made, Unknown):
            return made
        return self._any_of([made, Table({"type": null}, of.at)], of.at)

    def _write_default(self, of: Zod, path: tuple[str, ...]) -> Any:
        made = self.schema(of.of["inner"], path)
        if not isinstance(made, Table):
            return made
        return Table(
            {**made.entries, "default": convert_for_json(of.of["value"], self.budget)},
            made.at,
            made.keys,
        )

    _write_prefault = _write_default

    def _write_catch(self, of: Zod, path: tuple[str, ...]) -> Any:
        return self.schema(of.of["inner"], path) if self.three else self._write_default(of, path)

    def _write_preprocess(self, of: Zod, path: tuple[str, ...]) -> Any:
        return self.schema(of.of["inner"], path)

    def _is_required(self, of: Any) -> bool | None:
        """Return whether a member of an object must be there; None if that cannot be known."""
        if not isinstance(of, Zod):
            return None
        if of not in self.required:
            with self.budget.nest() as is_shallow:
                self.required[of] = self._must_be_there(of) if is_shallow else None
        return self.required[of]

    def _must_be_there(self, of: Zod) -> bool | None:
        inner = of.of.get("inner")
        match of.kind:
            case "optional" | "undefined" | "void":
                return False
            case "catch" if not self.three:
                return None
            case "default" | "catch" | "prefault":
                return self.output and not self.three
            case "any" | "unknown":
                return not self.three
            case "nullable":
                return self._is_required(inner)
            case "preprocess":
                needed = self._is_required(inner)
                return None if self.three and needed else needed
            case "union":
                options = of.of["options"]
                if not isinstance(options, Array):
                    return None
                needs = [self._is_required(o) for o in options.items]
                return None if None in needs else all(needs)
        if self.three and of.of.get("coerced"):
            # The checks see what undefined is coerced to.
            return (
                None if of.checks and of.kind != "number" else of.kind not in {"string", "boolean"}
            )
        return True


def _write_short_union(options: list[Zod], at: Spot, budget: Budget) -> Any:
    """Return the short form of a union of bare types, of literals or of enums, in zod 3."""
    if all(o.kind in _TYPES and not o.checks for o in options):
        names = list(dict.fromkeys(o.kind for o in options))
        kinds = Items(tuple(Text(n, at) for n in names), at)
        return Table({"type": kinds if len(names) > 1 else kinds.items[0]}, at)
    if all(o.kind == "literal" and o.description is None for o in options):
        return _write_enum_values(Array(tuple(o.of["value"] for o in options), at), at, budget)
    if all(o.kind == "enum" and isinstance(o.of["values"], Array) for o in options):
        values = {v.value: v for o in options for v in o.of["values"].items if isinstance(v, Text)}
        return _write_enum_values(Array(tuple(values.values()), at), at, budget)
    return None


def _write_enum_values(values: Array, at: Spot, budget: Budget) -> Table:
    kinds = list(dict.fromkeys(_type(v) for v in values.items))
    if None in kinds or not kinds:
        return Table({"type": Unknown(RUN_TIME, at), "enum": Unknown(RUN_TIME, at)}, at)
    names = [Text(kind, at) for kind in kinds if kind]
    kind = names[0] if len(names) == 1 else Items(tuple(names), at)
    return Table({"type": kind, "enum": convert_for_json(values, budget)}, at)


def _type(value: Value) -> str | None:
    match value:
        case Text():
            return "string"
        case Scalar(scalar) if isinstance(scalar, bool):
            return "boolean"
        case Scalar(scalar) if scalar is not None:
            return "number"
        case Scalar():
            return "null"
    return None


def _narrow(entries: dict[str, Any], key: str, value: Any, tighter: Any) -> None:
    before = entries.get(key)
    if isinstance(before, Scalar) and isinstance(value, Scalar):
        value = before if tighter(before.value, value.value) == before.value else value
    entries[key] = before if isinstance(before, Unknown) else value


def _keep_tighter(entries: dict[str, Any]) -> None:
    """Leave one bound on each side, as zod 4 does."""
    for bound, open_, sign in (
        ("minimum", "exclusiveMinimum", 1),
        ("maximum", "exclusiveMaximum", -1),
    ):
        one, other = entries.get(bound), entries.get(open_)
        if isinstance(one, Scalar) and isinstance(other, Scalar):
            is_open = sign * (other.value or 0) >= sign * (one.value or 0)
            entries.pop(bound if is_open else open_)
        elif one is not None and other is not None:
            entries[bound] = entries[open_] = Unknown(RUN_TIME, one.at)


def _number(value: Any, at: Spot) -> Any:
    plain = isinstance(value, Scalar) and isinstance(value.value, int | float)
    return value if plain else Unknown(RUN_TIME, at)


def _affix(name: str, text: Text, *, three: bool) -> Any:
    if not re.fullmatch(r"[A-Za-z0-9 ]*", text.value):
        return Unknown("zod escapes it", text.at)
    forms = {"startsWith": "^{}", "endsWith": "{}$", "includes": "{}"}
    if not three:
        forms = {"startsWith": "^{}.*", "endsWith": ".*{}$", "includes": "{}"}
    return Text(forms[name].format(text.value), text.at)


def _gone(value: Any, at: Spot) -> Unknown:
    return value if isinstance(value, Unknown) else Unknown(RUN_TIME, at)
