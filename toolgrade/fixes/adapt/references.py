"""How references and dialects are made to fit: `$ref` is written out, as far as it has an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.fixes.references import (
    CannotInlineError,
    inline_references,
    is_scoped,
    list_references,
)
from toolgrade.schema import resolve, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.clients.limits import Limit
    from toolgrade.fixes.adapt.piece import Piece
    from toolgrade.model import Pointer

_DEPTH = 2
"""How often what leads back to itself is written out."""
_TIES = ("$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor")
_LINKS = ("$dynamicRef", "$recursiveRef")


def fit_reference(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Write out what the references of a schema name."""
    key = pointer.split("/")[1]
    keyword = pointer.rpartition("/")[2]
    root = piece.get(f"/{key}")
    is_unused = isinstance(root, dict) and not is_scoped(root) and not [*list_references(root)]
    if keyword in {"$defs", "definitions"} and is_unused:
        piece.remove(pointer)
        return True
    return write_out(piece, key)


def write_out(piece: Piece, key: str) -> bool:
    """Write out every reference of the schema at a tool's key; False if nothing changes."""
    root = piece.get(f"/{key}")
    if not isinstance(root, dict):
        return False
    try:
        written = inline_references(root)
    except CannotInlineError:
        untied = _untie(piece, root, key)
        try:
            written = inline_references(untied)
        except CannotInlineError:
            try:
                written = inline_references(untied, _DEPTH)
            except CannotInlineError:
                return False
            said = f"what leads back to itself is written out {_DEPTH} times, then takes anything"
            piece.lose(f"/{key}", "takes more", said)
    if written == root:
        return False
    piece.put(f"/{key}", written)
    return True


def _untie(piece: Piece, root: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a schema whose references are pointers to what they name, without names of schemas.

    What a reference does not find by its pointer is looked for by name; what is nowhere takes
    anything.
    """
    knots = _Knots(root)
    untied: dict[str, Any] = knots.untie(dict(root))
    if knots.found:
        held = untied.get("$defs")
        found = {name: knots.untie(schema) for name, schema in [*knots.found.items()]}
        untied["$defs"] = {**(held if isinstance(held, dict) else {}), **knots.found, **found}
        piece.lose(f"/{key}", "takes less", "references are followed that led to no place")
    for reference in dict.fromkeys(knots.missing):
        said = f"{reference[:60]} names nothing in it, and takes anything"
        piece.lose(f"/{key}", "takes more", said)
    return untied


class _Knots:
    """The references of a schema that are not pointers: those that were `found` by name, as
    definitions, and those that were `missing`.
    """

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._named = dict(_list_names(root))
        self.found: dict[str, Any] = {}
        self.missing: list[str] = []

    def untie(self, schema: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(schema, list):
            return [self.untie(one) for one in schema]
        if not isinstance(schema, dict):
            return schema
        changed = {
            k: self.untie(v) for k, v in schema.items() if not (k in _TIES and isinstance(v, str))
        }
        for link in _LINKS:
            if isinstance(changed.get(link), str):
                changed["$ref"] = changed.pop(link)
        if "$ref" in changed and not isinstance(changed["$ref"], dict):
            self._follow(changed)
        return changed

    def _follow(self, schema: dict[str, Any]) -> None:
        reference = schema["$ref"]
        if not isinstance(reference, str):
            del schema["$ref"]
            self.missing.append("what is not a text")
        elif resolve(self._root, reference) is None:
            target = self._named.get(reference)
            target = target or self._named.get(f"/{reference.rpartition('/')[2]}")
            if target is None:
                self.missing.append(reference)
                del schema["$ref"]
            else:
                name = f"found{len(self.found)}"
                self.found[name] = target
                schema["$ref"] = f"#/$defs/{name}"


def _list_names(root: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the schemas that have a name: an anchor, an address, or a key in definitions."""
    for node in walk(root):
        schema = node.schema
        if not isinstance(schema, dict):
            continue
        for tie in _TIES:
            name = schema.get(tie)
            if isinstance(name, str):
                yield name if "id" in tie.lower() else f"#{name}", schema
        if node.under in {"$defs", "definitions"} and node.trail:
            yield f"/{node.trail[1]}", schema


def leave_out_dialect(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Leave out the dialect, and write what it has of its own as 2020-12 does."""
    key = pointer.split("/")[1]
    root = piece.get(f"/{key}")
    if not isinstance(root, dict):
        return False
    if any("$ref" in n.schema for n in walk(root) if isinstance(n.schema, dict)):
        write_out(piece, key)
        root = piece.get(f"/{key}")
    modern = _modernise(root)
    modern.pop("$schema", None)
    piece.put(f"/{key}", modern)
    piece.remove(pointer)
    return True


def _modernise(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a schema of draft-04 to draft-07 as 2020-12 writes it."""
    if isinstance(schema, list):
        return [_modernise(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {
        key: value if key in {"enum", "const", "default", "examples"} else _modernise(value)
        for key, value in schema.items()
    }
    if isinstance(found.get("items"), list):
        found["prefixItems"] = found.pop("items")
        if "additionalItems" in found:
            found["items"] = found.pop("additionalItems")
    dependencies = found.get("dependencies")
    if isinstance(dependencies, dict) and "properties" in schema:
        names = {k: v for k, v in dependencies.items() if isinstance(v, list)}
        schemas = {k: v for k, v in dependencies.items() if not isinstance(v, list)}
        del found["dependencies"]
        found |= {"dependentRequired": names} if names else {}
        found |= {"dependentSchemas": schemas} if schemas else {}
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if found.get(exclusive) is True and bound in found:
            found[exclusive] = found.pop(bound)
        elif isinstance(found.get(exclusive), bool):
            del found[exclusive]
    return found
