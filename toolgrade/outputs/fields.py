"""An input schema as a flat table: a row per property, nested ones under dotted names.

Schemas are written by strangers: anything may be of the wrong type, references may loop, and a few
lines may describe millions of properties. So a walk is bounded in depth, steps and rows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.model import Pointer

MOST_ROWS = 200
_MOST_STEPS = 2000
_DEEPEST = 8
_DEEPEST_KIND = 3
_MOST_OPTIONS = 10
_MOST_VALUES = 40
_LONGEST_VALUE = 200
_LIMITS = (
    ("format", "format {}"),
    ("pattern", "pattern {}"),
    ("minimum", "at least {}"),
    ("exclusiveMinimum", "above {}"),
    ("maximum", "at most {}"),
    ("exclusiveMaximum", "below {}"),
    ("multipleOf", "in steps of {}"),
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minItems", "at least {} items"),
    ("maxItems", "at most {} items"),
    ("const", "always {}"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """A property; `pointer` is its description's place, `values` its enum, `limits` in words."""

    path: str
    kind: str
    required: bool
    default: str | None
    values: tuple[str, ...]
    limits: tuple[str, ...]
    description: str
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class _Step:
    schema: Mapping[str, Any]
    pointer: Pointer
    path: str
    depth: int
    seen: frozenset[str]


def fields(root: Mapping[str, Any], pointer: Pointer) -> tuple[Field, ...]:
    """Return the schema's properties, parents before children, at most MOST_ROWS + 1 of them."""
    found: list[Field] = []
    work: list[_Step | Field] = [_Step(root, pointer, "", 0, frozenset())]
    for _ in range(_MOST_STEPS):
        if not work or len(found) > MOST_ROWS:
            break
        step = work.pop()
        if isinstance(step, Field):
            found.append(step)
        elif step.depth < _DEEPEST:
            work.extend(reversed(list(_below(step, root, pointer))))
    return tuple(found)


def format_value(value: object) -> str:
    """Return a JSON value as it is written, cut if it is long; a string without its quotes."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def _below(step: _Step, root: Mapping[str, Any], top: Pointer) -> Iterator[_Step | Field]:
    schema, deeper = step.schema, step.depth + 1
    reference = schema.get("$ref")
    target = _definition(reference, root)
    if isinstance(reference, str) and target is not None and reference not in step.seen:
        yield _Step(target, top + reference[1:], step.path, deeper, step.seen | {reference})
    required = schema.get("required")
    needed = required if isinstance(required, list) else []
    for name, value in islice(_mapping(schema.get("properties")).items(), MOST_ROWS + 1):
        place = f"{step.pointer}/properties/{name.replace('~', '~0').replace('/', '~1')}"
        path = f"{step.path}.{name}" if step.path else name
        inner = _mapping(value)
        yield _describe_field(inner, place, path, required=name in needed)
        yield _Step(inner, place, path, deeper, step.seen)
    items = _mapping(schema.get("items"))
    if items:
        yield _Step(items, f"{step.pointer}/items", f"{step.path}[]", deeper, step.seen)
    for keyword in ("anyOf", "oneOf", "allOf"):
        for index, option in enumerate(_options(schema, keyword)):
            inside = f"{step.pointer}/{keyword}/{index}"
            yield _Step(_mapping(option), inside, step.path, deeper, step.seen)


def _describe_field(
    schema: Mapping[str, Any], pointer: Pointer, path: str, *, required: bool
) -> Field:
    holder = schema if "enum" in schema else _mapping(schema.get("items"))
    values = holder.get("enum")
    listed = (
        [format_value(value) for value in values[: _MOST_VALUES + 1]]
        if isinstance(values, list)
        else []
    )
    if len(listed) > _MOST_VALUES:
        listed[_MOST_VALUES:] = ["…"]
    description = schema.get("description")
    return Field(
        path=path,
        kind=_kind(schema, 0),
        required=required,
        default=format_value(schema["default"]) if "default" in schema else None,
        values=tuple(listed),
        limits=tuple(
            words.format(format_value(schema[key])) for key, words in _LIMITS if key in schema
        ),
        description=description if isinstance(description, str) else "",
        pointer=f"{pointer}/description",
    )


def _kind(schema: Mapping[str, Any], depth: int) -> str:
    if depth >= _DEEPEST_KIND:
        return "…"
    given, items = schema.get("type"), _mapping(schema.get("items"))
    kinds = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    names = [
        f"array of {_kind(items, depth + 1)}" if k == "array" and items else format_value(k)
        for k in kinds
    ]
    reference = schema.get("$ref")
    if not names and isinstance(reference, str):
        names = [format_value(reference.rpartition("/")[2])]
    if not names:
        options = [*_options(schema, "anyOf"), *_options(schema, "oneOf")][:_MOST_OPTIONS]
        names = [_kind(_mapping(option), depth + 1) for option in options]
    return " or ".join(dict.fromkeys(names[:_MOST_OPTIONS])) or "any"


def _definition(reference: object, root: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None
    value: Any = root
    for token in reference[2:].split("/")[:_DEEPEST]:
        value = _mapping(value).get(token.replace("~1", "/").replace("~0", "~"))
    return value if isinstance(value, dict) else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _options(schema: Mapping[str, Any], keyword: str) -> list[Any]:
    options = schema.get(keyword)
    return options[:_MOST_OPTIONS] if isinstance(options, list) else []
