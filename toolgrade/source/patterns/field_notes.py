"""What is said of a field or parameter: its name, its text, its default, if it is needed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolgrade.source.nodes import Scalar, Table, Text, Unknown
from toolgrade.source.patterns.grammar import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.source.patterns.grammar import Interpreter
    from toolgrade.source.patterns.modules import Declaration
    from toolgrade.source.patterns.sdk import Schemas
    from toolgrade.source.patterns.values import Kind

_OPTIONS = frozenset({"enum", "default", "minimum", "maximum", "example", "format", "pattern"})
_OPTION = re.compile(r"((?:[^,\\]|\\.)*)(?:,|$)")


class Notes:
    """Reads the notes on fields by one SDK's rules."""

    def __init__(self, ev: Interpreter, rules: Schemas) -> None:
        self.ev = ev
        self.rules = rules

    def name(self, one: Field, of: Declaration | None) -> Text | None:
        """Return the name of a field on the wire; None if it is not sent."""
        sources = (self.rules.fields_name or self.rules.name) if of else self.rules.name
        written = self.note(one, sources)
        if isinstance(written, Text):
            name = written.value.partition(",")[0]
            if name == "-" and written.value == "-":
                return None
            if name:
                return written.cut(0, len(name))
        return self.ev.grammar.spelled(one, of, self.rules.naming)

    def case(self, one: Field, of: Declaration) -> Text | None:
        """Return the name of a case of an enumeration on the wire."""
        written = self.note(one, self.rules.cases_name)
        return written if isinstance(written, Text) else self.ev.grammar.spelled(one, of, "")

    def note(self, one: Field, sources: Sequence[str]) -> Any:
        """Return the value of the first annotation or tag that is present; None without one."""
        for source in sources:
            found = self.ev.grammar.note(self.ev, one.node, source)
            if found is not None:
                return found
        return None

    def options(self, one: Field) -> dict[str, Text] | None:
        """Return the options of a tag, such as required,description=...; None without."""
        text = self.note(one, (self.rules.options,)) if self.rules.options else None
        if not isinstance(text, Text):
            return None
        found: dict[str, Text] = {}
        for part in _OPTION.finditer(text.value):
            key, sign, _ = part[1].partition("=")
            if key and key not in found:
                at = part.start(1) + len(key) + len(sign)
                found[key] = text.cut(at, part.end(1))
        return found

    def add_field_notes(
        self, schema: Any, one: Field, kind: Kind | None, options: dict[str, Text] | None
    ) -> Any:
        """Return a schema with what is said of the field."""
        found: dict[str, Any] = {}
        text = self.note(one, self.rules.description)
        if text is None and kind and kind.own and self.rules.description:
            text = self.note(Field("", kind.own.node, None), self.rules.description)
        if text is None and self.rules.doc:
            text = self.ev.grammar.doc(one.node)
        if options:
            text = options.get("description", text)
            found |= dict.fromkeys(
                options.keys() & _OPTIONS, Unknown("it is in a tag", one.node.spot)
            )
            if "title" in options:
                found["title"] = options["title"]
            if isinstance(text, Text) and "\\" in text.value:
                text = Unknown("it has commas", text.at)
        if isinstance(text, Text) and not text.value:
            text = None
        if text is not None:
            found["description"] = (
                text
                if isinstance(text, Text | Unknown)
                else Unknown("it is not a text", one.node.spot)
            )
        default = self._default(one)
        if default is not None:
            found["default"] = default
        for source, keys in self.rules.unsure.items():
            if self.note(one, (f"{source}!?",)) is not None:
                found |= dict.fromkeys(
                    keys, Unknown("the SDK's versions differ on it", one.node.spot)
                )
        if isinstance(schema, Table):
            return replace(schema, entries={**schema.entries, **found})
        # Its type is not known; what is said of it is.
        unsure = dict.fromkeys(("type", "properties", "items", "enum"), schema)
        return Table({**unsure, **found}, one.node.spot)

    def _default(self, one: Field) -> Any:
        if one.default is None:
            return self._find_noted_default(one)
        if self.rules.default == "none":
            return None
        if self.rules.default == "unknown":
            return Unknown("the SDK's versions differ on it", one.default.spot)
        value = self.ev.value(one.default)
        plain = isinstance(value, Text | Scalar)
        return value if plain else Unknown("it is made when the server runs", one.default.spot)

    def _find_noted_default(self, one: Field) -> Any:
        """Return the default that an annotation gives; None without one."""
        noted = self.rules.default_note
        found = self.note(one, (noted,)) if noted else None
        if found is None or isinstance(found, Text | Scalar):
            return found
        return Unknown("it is made when the server runs", one.node.spot)

    def is_required(
        self, one: Field, kind: Kind | None, of: Declaration | None, options: dict[str, Text] | None
    ) -> bool | None:
        """Whether it must be given; None where it is not known."""
        rule = (self.rules.fields_required or self.rules.required) if of else self.rules.required
        said = self.note(one, self.rules.optional)
        if isinstance(said, Scalar) and isinstance(said.value, bool):
            return said.value
        if said is not None:
            return None if isinstance(said, Unknown) else False
        if one.needed:
            return {"yes": True, "no": False}.get(one.needed)
        nullable = bool(kind and kind.name in self.rules.nullable)
        match rule:
            case "told":
                return bool(options and "required" in options)
            case "unless omitted":
                text = self.note(one, self.rules.name)
                parts = text.value.split(",")[1:] if isinstance(text, Text) else []
                return not {"omitempty", "omitzero"} & set(parts)
            case "unless default":
                return one.default is None and self._find_noted_default(one) is None
            case "unless optional":
                return not (kind and kind.name in self.rules.unwrapped)
            case "unless nullable":
                return not nullable
            case "unless nullable or default":
                return not nullable and one.default is None
            case "always":
                return True
        return None
