"""How keywords, types and values of a schema are made to fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.fixes.adapt.piece import describe_rule, split_keyword
from toolgrade.fixes.adapt.unions import fit_union, merge_all
from toolgrade.fixes.patterns import rewrite_pattern
from toolgrade.schema.fits import kind_of

if TYPE_CHECKING:
    from toolgrade.clients.limits import Limit
    from toolgrade.fixes.adapt.piece import Effect, Piece
    from toolgrade.model import Pointer

_SAID_ONLY = frozenset(
    {"title", "description", "default", "examples", "$comment", "contentEncoding", "deprecated"}
    | {"contentMediaType", "enumDescriptions", "format", "$schema", "readOnly", "writeOnly"}
)
"""Keywords that allow and forbid nothing."""
_UNIONS = frozenset({"anyOf", "oneOf"})
_FEWEST = {"minLength": 0, "minItems": 0, "minProperties": 0}


def fit_keyword(piece: Piece, pointer: Pointer, limit: Limit) -> bool:  # noqa: PLR0911 - a way for each keyword
    """Do without a keyword, by one that says the same if there is one."""
    schema, keyword = split_keyword(pointer)
    held = piece.get(schema)
    if not isinstance(held, dict):
        return False
    if keyword == "const" and "const" not in _also_refused(limit, "enum"):
        piece.remove(pointer)
        piece.put(f"{schema}/enum", [held["const"]])
        return True
    if keyword in _UNIONS:
        return fit_union(piece, schema, keyword, limit)
    if keyword == "allOf":
        return merge_all(piece, schema)
    if keyword in {"exclusiveMinimum", "exclusiveMaximum"} and _is_whole_bound(held, keyword):
        return _include_bound(piece, schema, keyword, limit)
    if keyword == "additionalProperties" and held[keyword] in (True, {}):
        piece.remove(pointer)
        return True
    effect: Effect = "says less" if keyword in _SAID_ONLY else "takes more"
    said = keyword not in {"$comment", "$schema", "title", "additionalProperties", "required"}
    piece.drop(pointer, effect, said=said)
    return True


def _also_refused(limit: Limit, keyword: str) -> tuple[str, ...]:
    refused = limit.is_ if isinstance(limit.is_, list) else ()
    return ("const",) if keyword in refused else ()


def _is_whole_bound(held: dict[str, Any], keyword: str) -> bool:
    value = held[keyword]
    return held.get("type") == "integer" and isinstance(value, int) and not isinstance(value, bool)


def _include_bound(piece: Piece, schema: Pointer, keyword: str, limit: Limit) -> bool:
    """Write an exclusive bound of an integer as the next integer, which is included."""
    plain = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}[keyword]
    value = piece.get(f"{schema}/{keyword}")
    if isinstance(limit.is_, list) and plain in limit.is_:
        piece.drop(f"{schema}/{keyword}", "takes more")
        return True
    bound = value + 1 if plain == "minimum" else value - 1
    other = piece.get(f"{schema}/{plain}")
    if isinstance(other, int | float):
        bound = max(bound, other) if plain == "minimum" else min(bound, other)
    piece.remove(f"{schema}/{keyword}")
    piece.put(f"{schema}/{plain}", bound)
    return True


def fit_boolean_schema(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Write true, false, or what is not a schema, as an object."""
    value = piece.get(pointer)
    piece.put(pointer, {"not": {}} if value is False else {})
    if not isinstance(value, bool) and value is not None and value != []:
        piece.lose(pointer, "takes more", f"it was {kind_of(value)}, and takes anything now")
    return True


def fit_root_type(piece: Piece, pointer: Pointer, limit: Limit) -> bool:
    """Give the root of the input schema its type."""
    given = piece.get(f"{pointer}/type")
    kinds = given if isinstance(given, list) else [given]
    piece.put(f"{pointer}/type", limit.is_)
    if given is not None and limit.is_ not in kinds:
        piece.lose(f"{pointer}/type", "other calls", f"the root was of type {str(given)[:20]}")
    return True


def fit_output(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Do without what an output schema may not hold, or without all of it."""
    schema, keyword = split_keyword(pointer)
    if keyword in {"pattern", "format", "default", "$schema"} and schema.startswith(
        "/outputSchema"
    ):
        piece.drop(pointer, "says less", said=keyword != "$schema")
    else:
        piece.remove("/outputSchema")
        piece.lose("/outputSchema", "says less", "it is left out: it could not be read")
    return True


def fit_output_root(piece: Piece, pointer: Pointer, limit: Limit) -> bool:
    """Give the root of the output schema its type, or do without the schema."""
    given = piece.get(f"{pointer}/type")
    kinds = given if isinstance(given, list) else [given]
    if limit.is_ in kinds or (
        given is None and isinstance(piece.get(f"{pointer}/properties"), dict)
    ):
        piece.put(f"{pointer}/type", limit.is_)
        piece.lose(f"{pointer}/type", "says less", "a result is an object, and nothing else")
    else:
        piece.remove(pointer)
        piece.lose(pointer, "says less", "it is left out: its root is not an object")
    return True


def add_properties(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Write that there are no properties."""
    piece.put(f"{pointer}/properties", {})
    return True


def fit_pattern(piece: Piece, pointer: Pointer, limit: Limit) -> bool:
    """Write a pattern in common forms, or say it in the description."""
    pattern = piece.get(pointer)
    wants_ends = isinstance(limit.is_, list) and "unanchored" in limit.is_
    written = rewrite_pattern(pattern, anchors=wants_ends) if isinstance(pattern, str) else None
    if written is not None and written != pattern:
        piece.put(pointer, written)
    else:
        piece.drop(pointer, "takes more")
    return True


def fit_bound(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Say a bound that is too large in the description."""
    piece.drop(pointer, "takes more")
    return True


def fit_count(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Leave out a count below 0, which no value is under; no value is within one that limits."""
    keyword = split_keyword(pointer)[1]
    piece.remove(pointer)
    if keyword not in _FEWEST:
        piece.lose(pointer, "takes more", f"{keyword} is left out: nothing is within it")
    return True


def fit_values(piece: Piece, pointer: Pointer, limit: Limit) -> bool:
    """List only values that are taken, or say them in the description."""
    schema, keyword = split_keyword(pointer)
    held = piece.get(schema)
    if not isinstance(held, dict):
        return False
    values = held[keyword] if keyword == "enum" else [held[keyword]]
    if not isinstance(values, list):
        piece.drop(pointer, "takes more", said=False)
        return True
    if limit.measure == "empty-values":
        return _drop_empty_value(piece, pointer, values)
    kinds = {"number" if kind_of(v) == "integer" else kind_of(v) for v in values}
    if kinds == {"boolean"} and len({*values}) == 2 and held.get("type") == "boolean":  # noqa: PLR2004 - true and false
        piece.remove(pointer)
        return True
    if "type" not in held and len(kinds) == 1:
        whole = all(kind_of(value) == "integer" for value in values)
        piece.put(f"{schema}/type", "integer" if whole else next(iter(kinds)))
    piece.drop(pointer, "takes more")
    return True


def _drop_empty_value(piece: Piece, pointer: Pointer, values: list[Any]) -> bool:
    left = [value for value in values if value != ""]
    if not left:
        piece.drop(pointer, "takes more")
        return True
    piece.put(pointer, left)
    piece.lose(pointer, "takes less", "the empty value is left out: leave out the parameter")
    return True


def fit_enum_beside_type(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Move the values of a list to its items, or say them in the description."""
    schema, _keyword = split_keyword(pointer)
    held = piece.get(schema)
    items = held.get("items", {}) if isinstance(held, dict) else None
    if isinstance(held, dict) and held.get("type") == "array" and isinstance(items, dict):
        values = held["enum"]
        if "enum" not in items and not any(isinstance(value, list) for value in values):
            piece.remove(pointer)
            piece.put(f"{schema}/items", {**items, "enum": values})
            piece.lose(pointer, "other calls", "the values are those of the items")
            return True
    piece.drop(pointer, "takes more")
    return True


def fit_format(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Say a format in the description: it only informs."""
    piece.drop(pointer, "says less")
    return True


def open_object(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Say of additional properties only that they may be."""
    value = piece.get(pointer)
    piece.put(pointer, True)  # noqa: FBT003 - true is JSON here
    if value != {}:
        piece.say(split_keyword(pointer)[0], describe_rule("Additional properties", value))
        piece.lose(pointer, "takes more", "additional properties may be of any kind")
    return True


def close_object(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Close an object, and require every property; what was optional may be null."""
    held = piece.get(pointer)
    if not isinstance(held, dict) or not isinstance(held.get("properties"), dict):
        return False
    given = held.get("required")
    listed = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
    properties = {
        name: member if name in listed else {"anyOf": [member, {"type": "null"}]}
        for name, member in held["properties"].items()
    }
    closed = {"properties": properties, "additionalProperties": False, "required": [*properties]}
    piece.put(pointer, {**held, **closed})
    piece.lose(pointer, "other calls", "send null for what is left out, and nothing else besides")
    return True
