"""How types, and the keywords that a type goes with, are made to fit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from toolgrade.fixes.adapt.piece import split_keyword
from toolgrade.fixes.kinds.schemas import TYPE_NAMES
from toolgrade.schema import dialect
from toolgrade.schema.fits import kind_of

if TYPE_CHECKING:
    from toolgrade.clients.limits import Limit
    from toolgrade.fixes.adapt.piece import Piece
    from toolgrade.model import Pointer


def fit_array(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Say that the items of an array are of any kind."""
    piece.put(f"{pointer}/items", {})
    return True


def fit_tuple(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Write the items of a tuple as one schema: what each of them takes, any may be."""
    schema, keyword = split_keyword(pointer)
    given = piece.get(pointer)
    if not isinstance(given, list):
        return False
    rest = piece.get(f"{schema}/additionalItems") if keyword == "items" else None
    options = list({json.dumps(one, sort_keys=True): one for one in given}.values())
    if isinstance(rest, dict):
        options.append(rest)
    is_open = keyword == "items" and rest in (None, True, {})
    piece.remove(f"{schema}/additionalItems")
    if not options or is_open:
        piece.put(pointer, {})
    else:
        piece.put(pointer, options[0] if len(options) == 1 else {"anyOf": options})
    if options:
        kinds = ", ".join(str(o.get("type", "any")) for o in options if isinstance(o, dict))
        piece.say(schema, f"In this order: {kinds}.")
        piece.lose(pointer, "takes more", "the items may come in any order and number")
    return True


def fit_type(piece: Piece, pointer: Pointer, limit: Limit) -> bool:
    """Give a parameter a type: what its values are of, or else text."""
    held = piece.get(pointer)
    if not isinstance(held, dict):
        return False
    values = held.get("enum", [held["const"]] if "const" in held else [])
    kinds = {kind_of(value) for value in values} if isinstance(values, list) else set()
    if len(kinds) == 1:
        piece.put(f"{pointer}/type", kinds.pop())
        return True
    if "properties" in held or "items" in held:
        kind = "object" if "properties" in held else "array"
    else:
        kind = "string"
    piece.put(f"{pointer}/type", kind)
    piece.lose(f"{pointer}/type", "takes less", f"it took anything, and takes {kind} only")
    return limit is not None


def fit_several_types(piece: Piece, pointer: Pointer, limit: Limit) -> bool:
    """Name one type: the one next to null, or a union of them."""
    schema, _ = split_keyword(pointer)
    given = piece.get(pointer)
    if not isinstance(given, list):
        return False
    if not given:
        piece.remove(pointer)
        piece.lose(pointer, "takes more", "an empty list of types is left out")
        return True
    kinds = [kind for kind in given if kind != "null"]
    if len(kinds) == 1:
        piece.put(pointer, kinds[0])
        if len(given) > 1:
            piece.lose(pointer, "takes less", "null is no longer taken: leave it out")
        return True
    if "anyOf" in (piece.get(schema) or {}) or limit.measure == "several-types":
        piece.put(pointer, kinds[0] if kinds else "null")
        piece.lose(pointer, "takes less", f"only {kinds[0] if kinds else 'null'} is taken")
        return True
    piece.remove(pointer)
    piece.put(f"{schema}/anyOf", [{"type": kind} for kind in given])
    return True


def fit_known_type(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Name a type as JSON Schema does, or none."""
    given = piece.get(pointer)
    known = TYPE_NAMES.get(given.lower()) if isinstance(given, str) else None
    if isinstance(given, str) and given.lower() in dialect.TYPES:
        known = given.lower()
    if known:
        piece.put(pointer, known)
        piece.lose(pointer, "takes less", f"{str(given)[:20]} is written as {known}")
    else:
        piece.remove(pointer)
        piece.lose(
            pointer, "takes more", f"the type {str(given)[:20]} is left out: it is not known"
        )
    return True


def fit_boolean_bound(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Write an exclusive bound as a number."""
    schema, keyword = split_keyword(pointer)
    plain = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}[keyword]
    bound = piece.get(f"{schema}/{plain}")
    if piece.get(pointer) is True and isinstance(bound, int | float):
        piece.remove(f"{schema}/{plain}")
        piece.put(pointer, bound)
    else:
        piece.remove(pointer)
    return True


def fit_invalid(piece: Piece, pointer: Pointer, limit: Limit) -> bool:  # noqa: PLR0911 - a way for each keyword
    """Do without a keyword whose value its dialect does not allow."""
    _, keyword = split_keyword(pointer)
    value = piece.get(pointer)
    if keyword == "type":
        return fit_known_type(piece, pointer, limit)
    if keyword in {"exclusiveMinimum", "exclusiveMaximum"} and isinstance(value, bool):
        return fit_boolean_bound(piece, pointer, limit)
    if keyword in {"items", "prefixItems"} and isinstance(value, list):
        return fit_tuple(piece, pointer, limit)
    if keyword in {"properties", "$defs", "definitions"} and value in (None, []):
        piece.put(pointer, {})
        return True
    if not piece.has(pointer):
        return False
    names = isinstance(value, list) and keyword in {"required", "enum"}
    once = list({json.dumps(one, sort_keys=True): one for one in value}.values()) if names else []
    if names and len(once) < len(value):
        piece.put(pointer, once)
        return True
    piece.remove(pointer)
    if value is not None:
        piece.lose(pointer, "takes more", f"{keyword[:40]} is left out: its value is not allowed")
    return True
