"""How anyOf, oneOf and allOf are made to fit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from toolgrade.fixes.adapt.piece import split_keyword
from toolgrade.fixes.adapt.references import write_out

if TYPE_CHECKING:
    from toolgrade.clients.limits import Limit
    from toolgrade.fixes.adapt.piece import Piece
    from toolgrade.model import Pointer

_SAID = frozenset({"title", "description", "default", "examples", "$comment", "deprecated"})
_MOST_SAID = 6


def fit_union(piece: Piece, schema: Pointer, keyword: str, limit: Limit | None) -> bool:
    """Write a union in a way that is taken: as another union, a list of values or one type."""
    held = piece.get(schema)
    options = held.get(keyword) if isinstance(held, dict) else None
    if isinstance(held, dict) and not isinstance(options, list):
        piece.drop(f"{schema}/{keyword}", "takes more", said=False)
        return True
    if not isinstance(held, dict) or not isinstance(options, list):
        return False
    rest = {key: value for key, value in held.items() if key != keyword}
    values = _list_values(options)
    if values is not None and "enum" not in rest:
        piece.put(schema, {**rest, "enum": values})
        return True
    refused = limit.is_ if limit and isinstance(limit.is_, list) else ("anyOf",)
    if keyword == "oneOf" and "anyOf" not in refused and "anyOf" not in held:
        piece.put(schema, {"anyOf" if k == "oneOf" else k: v for k, v in held.items()})
        if not _are_apart(options):
            piece.lose(schema, "takes more", "what fits several branches of oneOf is taken")
        return True
    kept = [o for o in options if not (isinstance(o, dict) and o.get("type") == "null")]
    if len(kept) == 1 and isinstance(kept[0], dict) and not _meet(kept[0], rest):
        piece.put(schema, {**kept[0], **rest})
        if len(kept) < len(options):
            piece.lose(schema, "takes less", "null is no longer taken: leave it out")
        return True
    return _drop_union(piece, schema, rest, keyword, kept)


def _drop_union(
    piece: Piece, schema: Pointer, rest: dict[str, Any], keyword: str, options: list[Any]
) -> bool:
    kinds = {o.get("type") for o in options if isinstance(o, dict) and _is_text(o.get("type"))}
    whole = all(isinstance(o, dict) and _is_text(o.get("type")) for o in options)
    if whole and len(kinds) == 1 and "type" not in rest:
        rest = {**rest, "type": kinds.pop()}
    piece.put(schema, rest)
    shown = [json.dumps(o, ensure_ascii=False) for o in options[:_MOST_SAID]]
    text = " or ".join(one if len(one) <= 120 else f"{one[:120]}..." for one in shown)  # noqa: PLR2004 - as much as a line holds
    piece.say(schema, f"One of: {text}.")
    piece.lose(schema, "takes more", f"{keyword} is left out, and said in the description")
    return True


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _list_values(options: list[Any]) -> list[Any] | None:
    """Return the values of branches that are each a const or an enum; None if one is more."""
    found: dict[str, Any] = {}
    for option in options:
        if not isinstance(option, dict) or option.keys() - _SAID - {"const", "enum", "type"}:
            return None
        if _SAID & option.keys() or not option.keys() & {"const", "enum"}:
            return None
        values = option.get("enum", [option["const"]] if "const" in option else None)
        if not isinstance(values, list) or {"const", "enum"} <= option.keys():
            return None
        for value in values:
            key = json.dumps(value, sort_keys=True)
            if key in found or ("type" in option and not _is_of(value, option["type"])):
                return None
            found[key] = value
    return list(found.values())


def _is_of(value: Any, kind: Any) -> bool:  # noqa: ANN401 - any JSON
    plain: dict[str, Any] = {"string": str, "integer": int, "number": (int, float)}
    if isinstance(value, bool):
        return bool(kind == "boolean")
    return isinstance(kind, str) and kind in plain and isinstance(value, plain[kind])


def _are_apart(options: list[Any]) -> bool:
    """Whether no value fits two branches, by their types or by their values."""
    kinds = [o.get("type") if isinstance(o, dict) else None for o in options]
    texts = [kind for kind in kinds if isinstance(kind, str)]
    alike = {"integer", "number"} <= set(texts)
    return len(texts) == len(options) and len(set(texts)) == len(texts) and not alike


def _meet(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two schemas have rules that cannot simply be written together."""
    mine, theirs = one.keys() - _SAID, other.keys() - _SAID
    parts = {"properties", "required", "additionalProperties", "items", "prefixItems", "if"}
    return bool(mine & theirs) or (not parts.isdisjoint(mine) and not parts.isdisjoint(theirs))


def merge_all(piece: Piece, schema: Pointer) -> bool:
    """Write the parts of an allOf as one schema."""
    held = piece.get(schema)
    parts = held.get("allOf") if isinstance(held, dict) else None
    if not isinstance(held, dict) or not isinstance(parts, list):
        return False
    if any(isinstance(part, dict) and "$ref" in part for part in parts):
        return write_out(piece, schema.split("/")[1])
    merged = {key: value for key, value in held.items() if key != "allOf"}
    exact = True
    for part in parts:
        exact &= _merge(merged, part) if isinstance(part, dict) else part is True
    piece.put(schema, merged)
    if not exact:
        piece.lose(schema, "takes more", "a part of allOf that does not fit the others is left out")
    return True


def _merge(merged: dict[str, Any], part: dict[str, Any]) -> bool:
    """Write a schema into another, and return whether both together say the same as before."""
    closed = "additionalProperties" in merged or "additionalProperties" in part
    exact = not (closed and ("properties" in part or "properties" in merged))
    for key, value in part.items():
        if key == "additionalProperties" and closed:
            continue
        if key not in merged:
            merged[key] = value
        elif key == "properties" and isinstance(value, dict) and isinstance(merged[key], dict):
            for name, member in value.items():
                exact = exact and merged[key].get(name, member) == member
            merged[key] = {**value, **merged[key]}
        elif key == "required" and isinstance(value, list) and isinstance(merged[key], list):
            merged[key] = [*merged[key], *(one for one in value if one not in merged[key])]
        elif key not in _SAID and merged[key] != value:
            exact = False
    return exact


def merge_root(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Do without a keyword at the root of the input schema."""
    schema, keyword = split_keyword(pointer)
    held = piece.get(schema)
    if not isinstance(held, dict):
        return False
    if keyword == "allOf":
        return merge_all(piece, schema)
    if keyword == "$ref":
        return write_out(piece, "inputSchema")
    options = held.get(keyword)
    if keyword not in {"anyOf", "oneOf"} or not isinstance(options, list):
        piece.drop(pointer, "takes more", said=keyword not in {"then", "else"})
        return True
    if any(isinstance(option, dict) and "$ref" in option for option in options):
        return write_out(piece, "inputSchema")
    _merge_branches(piece, schema, keyword, [o for o in options if isinstance(o, dict)])
    return True


def _merge_branches(
    piece: Piece, schema: Pointer, keyword: str, options: list[dict[str, Any]]
) -> None:
    """Offer the properties of all branches, require those that all require, and say which belong
    together.
    """
    held = {key: value for key, value in piece.get(schema).items() if key != keyword}
    own = held.get("properties")
    properties: dict[str, Any] = dict(own) if isinstance(own, dict) else {}
    needed: list[list[str]] = []
    for option in options:
        given, listed = option.get("properties"), option.get("required")
        for name, member in given.items() if isinstance(given, dict) else ():
            if name not in properties:
                properties[name] = member
            elif properties[name] != member:
                properties[name] = _either(properties[name], member)
        needed.append([n for n in listed if isinstance(n, str)] if isinstance(listed, list) else [])
    shared = [name for name in needed[0] if all(name in one for one in needed)] if needed else []
    before = held.get("required")
    required = [*before] if isinstance(before, list) else []
    required += [name for name in shared if name not in required]
    piece.put(
        schema, {**held, "properties": properties, **({"required": required} if required else {})}
    )
    own_needs = [[name for name in one if name not in required] for one in needed]
    ways = [" and ".join(f"`{name}`" for name in one) for one in own_needs if one]
    if len(ways) > 1:
        piece.say(schema, f"Give {' or '.join(dict.fromkeys(ways))}.")
    piece.lose(f"{schema}/{keyword}", "takes more", f"{keyword} is left out of the root")


def _either(one: Any, other: Any) -> Any:  # noqa: ANN401 - any JSON
    options = one["anyOf"] if isinstance(one, dict) and [*one] == ["anyOf"] else [one]
    return {"anyOf": options if other in options else [*options, other]}


def fit_any_union(piece: Piece, pointer: Pointer, limit: Limit) -> bool:
    """Do without a union where none is taken."""
    schema, keyword = split_keyword(pointer)
    return fit_union(piece, schema, keyword, limit)


def move_type_into_branches(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Name the type in each branch of a union, not next to it."""
    schema = pointer.rpartition("/")[0]
    held = piece.get(schema)
    keyword = (
        next((k for k in ("anyOf", "oneOf") if k in held), "") if isinstance(held, dict) else ""
    )
    options = held.get(keyword) if isinstance(held, dict) else None
    if not isinstance(held, dict) or not isinstance(options, list):
        return False
    kind = held["type"]
    written: list[Any] = []
    exact = True
    for option in options:
        if isinstance(option, dict) and "type" not in option:
            written.append({"type": kind, **option})
        else:
            exact = exact and isinstance(option, dict) and option["type"] == kind
            written.append(option)
    piece.put(schema, {k: v for k, v in {**held, keyword: written}.items() if k != "type"})
    if not exact:
        piece.lose(schema, "takes more", f"the branches of {keyword} name other types")
    return True
