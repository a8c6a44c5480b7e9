"""What a server writes on the wire for the values that its code gives an SDK."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolgrade.source.budget import TOO_LARGE
from toolgrade.source.nodes import (
    Items,
    Scalar,
    Table,
    Text,
    Unknown,
    convert_from_data,
    parse_json_text,
)
from toolgrade.source.patterns.schemas import SchemaBuilder
from toolgrade.source.patterns.values import Call, make_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.source.nodes import Spot
    from toolgrade.source.patterns.evaluator import Evaluator
    from toolgrade.source.patterns.sdk import Sdk

_EACH = "items"
_HOLDING = frozenset({"properties", "patternProperties", "$defs", "definitions"})
_LISTING = frozenset({"anyOf", "allOf", "oneOf", "prefixItems"})
_NESTING = frozenset({_EACH, "additionalProperties", "propertyNames", "contains", "not"})
_UNSEEN = ("type", "description", "enum", "default", "properties", "items")
_MAJOR = re.compile(r"/v\d+(?=[./]|$)")
_LONGEST_NUMBER = 9


class Wire:
    """Converts values to JSON as one SDK writes them."""

    def __init__(self, ev: Evaluator, sdk: Sdk, settings: Mapping[str, str]) -> None:
        self.ev = ev
        self.sdk = sdk
        self._version = version_of(sdk, settings)
        newer = self._version is not None and self._version >= tuple(sdk.newer.get("since", (0,)))
        schemas = (
            replace(sdk.schemas, **sdk.newer["schemas"]) if sdk.newer and newer else sdk.schemas
        )
        self.maker = SchemaBuilder(ev, schemas)

    def option(self, value: Any) -> Mapping[str, Any] | None:
        """Return the rule of an option; None if there is none."""
        if not isinstance(value, Call):
            return None
        return self.sdk.options.get(_MAJOR.sub("", value.path))

    def convert_keyword(self, key: str, value: Any) -> Any:
        """Return a keyword's value as JSON; a schema given as text is parsed."""
        made = self.json(value)
        if not (key.endswith("Schema") and isinstance(made, Text)):
            return made
        if not self.ev.budget.build(len(made.value)):
            return Unknown(TOO_LARGE, made.at)
        return parse_json_text(made)

    def json(self, value: Any) -> Any:
        """Convert a value to the nodes that all languages share."""
        if isinstance(value, Text | Scalar | Unknown):
            return value
        if not self.ev.budget.write():
            return Unknown(TOO_LARGE, value.at)
        match value:
            case Table(entries, at, keys):
                return Table({k: self.json(v) for k, v in entries.items()}, at, keys)
            case Items(items, at):
                return Items(tuple(map(self.json, items)), at)
            case Call(path, at=at):
                return self._convert_call(value, _MAJOR.sub("", path), at)
        return make_unknown(value.at)

    def schema(self, value: Any) -> Any:
        """Return a schema that keeps the names of parameters whose own schemas are unknown."""
        if self.sdk.bare and isinstance(value, Table):
            value = replace(
                value, entries={k: _simplify_schema(k, v) for k, v in value.entries.items()}
            )
        properties = value.entries.get("properties") if isinstance(value, Table) else None
        if not isinstance(properties, Table):
            return value
        named = {
            key: Table(dict.fromkeys(_UNSEEN, one), one.at) if isinstance(one, Unknown) else one
            for key, one in properties.entries.items()
        }
        return replace(
            value, entries={**value.entries, "properties": replace(properties, entries=named)}
        )

    def _convert_call(self, value: Call, path: str, at: Spot) -> Any:
        if path in self.sdk.same:
            inner = value.get(self.sdk.same[path])
            return make_unknown(at) if inner is None else self.json(inner)
        rules = self.sdk.objects.get(path)
        if rules is None:
            return make_unknown(at)
        keys: Mapping[str, str] = rules["keys"]
        order: list[str] = rules.get("order", list(keys))
        entries: dict[str, Any] = {
            key: convert_from_data(one, at) for key, one in rules.get("starts", {}).items()
        }
        places = 0
        for one in value.given:
            name = one.name
            if not name:
                name = order[places] if places < len(order) else ""
                places += 1
            if name in keys:
                entries[keys[name]] = self.json(one.value)
            elif name not in rules.get("drops", ()):
                return Unknown("it is given what the reader does not know", at)
        self._written_false(rules, entries, at)
        return Table({k: v for k, v in entries.items() if not _null(v)}, at)

    def _written_false(self, rules: Mapping[str, Any], entries: dict[str, Any], at: Spot) -> None:
        """Settle what false and nothing become, which depends on the SDK's version."""
        rule = rules.get("false")
        if not rule:
            return
        for key in rule["keys"]:
            given = entries.get(key)
            if given is not None and not (isinstance(given, Scalar) and given.value is False):
                continue
            if self._version is None:
                entries[key] = Unknown("it depends on the SDK's version", at)
            elif self._version >= tuple(rule["since"]):
                entries[key] = given or Scalar(False, at)
            else:
                entries.pop(key, None)


def _simplify_schema(key: str, value: Any) -> Any:
    """Return the value of a keyword, with each schema that asks for nothing as true."""
    match value:
        case Table(entries, at) if key in _HOLDING:
            return replace(
                value, entries={k: _simplify_schema(_EACH, v) for k, v in entries.items()}
            )
        case Items(items, at) if key in _LISTING:
            return Items(tuple(_simplify_schema(_EACH, one) for one in items), at)
        case Table(entries, at) if key in _NESTING:
            inner = {k: _simplify_schema(k, v) for k, v in entries.items()}
            denied = inner.get("not")
            if isinstance(denied, Scalar) and len(inner) == 1:
                return Scalar(not denied.value, at)
            return replace(value, entries=inner) if inner else Scalar(True, at)
    return value


def _null(value: Any) -> bool:
    return isinstance(value, Scalar) and value.value is None


def version_of(sdk: Sdk, settings: Mapping[str, str]) -> tuple[int, int] | None:
    """Return the version of an SDK that a manifest asks for; None if it does not say."""
    manifest = settings.get(sdk.version.get("file", ""), "")
    found = re.search(sdk.version.get("pattern", r"(?!)"), manifest)
    if found is None:
        return None
    return int(found[1][:_LONGEST_NUMBER]), int((found[2] or "0")[:_LONGEST_NUMBER])
