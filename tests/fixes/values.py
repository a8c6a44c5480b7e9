"""Values to hold against two schemas: what they allow, nearly allow, and do not allow."""

from __future__ import annotations

import random
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from jsonschema.validators import validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

ODD: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 3, 10, 0.5, 1.5, 10**6, "", "a", "b", "ab", "north", "a1"),
    *("5", "2024-01-01", "x" * 30, "a\n", "\u0661", "a/b", "a_b", "A", " "),
    *([], ["a"], ["a", "b"], [1], [1, 2, 3], [None], {}, {"a": 1}, {"pier": "north"}),
]


class Maker:
    """Makes values from a schema, with a seed: the same each time."""

    def __init__(self, root: Any, seed: int) -> None:
        self.root = root
        self.random = random.Random(seed)

    def make(self, schema: Any, depth: int = 0) -> Any:
        if not isinstance(schema, dict) or depth > 6 or self.random.random() < 0.08:
            return self.random.choice(ODD)
        for keyword in ("anyOf", "oneOf", "allOf"):
            options = schema.get(keyword)
            if isinstance(options, list) and options and self.random.random() < 0.7:
                found = self.make(self.random.choice(options), depth + 1)
                rest = {k: v for k, v in schema.items() if k != keyword}
                more = self.make(rest, depth + 1) if "properties" in rest else None
                both = isinstance(found, dict) and isinstance(more, dict)
                return {**more, **found} if both else found
        if isinstance(ref := schema.get("$ref"), str) and ref.startswith("#"):
            return self.make(self.find(ref), depth + 1)
        if "const" in schema:
            return schema["const"]
        values = schema.get("enum")
        if isinstance(values, list) and values:
            return self.random.choice(values)
        return self.make_of_type(schema, depth)

    def find(self, reference: str) -> Any:
        value = self.root
        for token in reference.split("/")[1:]:
            value = value.get(token, {}) if isinstance(value, dict) else {}
        return value

    def make_of_type(self, schema: dict[str, Any], depth: int) -> Any:
        kinds = schema.get("type", "object" if "properties" in schema else None)
        kind = self.random.choice(kinds) if isinstance(kinds, list) and kinds else kinds
        if kind == "object":
            return self.make_object(schema, depth)
        if kind == "array":
            return self.make_array(schema, depth)
        if kind in {"integer", "number"}:
            bounds = [
                schema[k]
                for k in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
                if isinstance(schema.get(k), int | float) and not isinstance(schema[k], bool)
            ]
            base = self.random.choice([*bounds, 0, 1, 5])
            return base + self.random.choice([-1, 0, 0, 1])
        if kind == "string":
            size = schema.get("minLength", 0)
            size = size if isinstance(size, int) and not isinstance(size, bool) else 0
            return self.random.choice(["a" * max(size, 1), "7" * max(size, 1), *ODD[10:20]])
        plain = {"boolean": True, "null": None}
        return plain[kind] if isinstance(kind, str) and kind in plain else self.random.choice(ODD)

    def make_object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties")
        members = properties if isinstance(properties, dict) else {}
        listed = schema.get("required")
        required = [r for r in listed if isinstance(r, str)] if isinstance(listed, list) else []
        names = {n for n in (*members, *required) if n in required or self.random.random() < 0.6}
        if names and self.random.random() < 0.2:
            names.discard(self.random.choice(sorted(names)))
        if self.random.random() < 0.15:
            names.add("surplus")
        return {name: self.make(members.get(name, {}), depth + 1) for name in sorted(names)}

    def make_array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        items = schema.get("prefixItems", schema.get("items"))
        if isinstance(items, list):
            made = [self.make(item, depth + 1) for item in items]
            made += [1] if self.random.random() < 0.3 else []
            return made[: self.random.randint(0, len(made))] if self.random.random() < 0.3 else made
        return [self.make(items, depth + 1) for _ in range(self.random.randint(0, 3))]


def find_difference(before: Any, after: Any, *, most: int = 60) -> Any | None:
    """Return an object of arguments that one schema takes and the other does not; None if none of
    `most` was found. A schema that its dialect refuses takes nothing that could be compared.
    """
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return None
    judges = []
    for schema in (before, after):
        kind = validator_for(schema, default=Draft202012Validator)
        try:
            kind.check_schema(schema)
        except SchemaError:
            return None
        judges.append(kind(schema, registry=Registry()))
    made = [Maker(schema, seed) for seed in range(most // 2) for schema in (before, after)]
    for maker in made:
        value = maker.make(maker.root)
        if isinstance(value, dict):
            before_, after_ = (is_valid(judge, value) for judge in judges)
            if before_ is not None and before_ != after_:
                return value
    return None


def is_valid(judge: Any, value: Any) -> bool | None:
    """Return whether a value is valid, None if a reference leads nowhere or for ever back."""
    try:
        return bool(judge.is_valid(value))
    except (Unresolvable, RecursionError):
        return None
