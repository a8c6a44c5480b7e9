"""One raw definition to a Tool: what can be read is kept as it is, the rest is noted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from toolgrade.model import Malformed, Origin, Place, Tool
from toolgrade.model.pointers import Trail, make_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolgrade.model import Pointer

MAX_NOTES = 100
"""Wrong types that are noted in one definition."""

_T = TypeVar("_T")
_Wrong = tuple[Trail, str]
_TEXTS = ("title", "description")
_OPTIONAL = (*_TEXTS, "outputSchema", "annotations", "_meta", "icons", "execution")
_SNAKE_CASE = {"inputSchema": "input_schema", "outputSchema": "output_schema"}
_SHAPED = frozenset(("required", "properties", "items"))
_HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")


def definition(
    raw: object,
    index: int,
    origin: Origin,
    repaired: tuple[Malformed, ...] = (),
    unseen: Sequence[str] = (),
) -> Tool:
    """Return the tool that `raw` defines as item `index` of its list.

    `repaired` says what the JSON reader already had to change in it; of the `unseen` fields, those
    it lacks are unknown rather than absent.
    """
    if not isinstance(raw, dict):
        fault = Malformed("not-an-object", "", "make the tool an object that has a name")
        return Tool(None, index, malformed=(fault, *repaired), origin=origin)
    respelled = {
        wire: snake for wire, snake in _SNAKE_CASE.items() if wire not in raw and snake in raw
    }
    if respelled:
        raw = {**raw, **{wire: raw[snake] for wire, snake in respelled.items()}}
        origin = Respelled(origin, respelled)
        back = {snake: wire for wire, snake in respelled.items()}
        repaired = tuple(Malformed(m.kind, _respell(m.pointer, back), m.note) for m in repaired)
    name = _only(str, raw.get("name"))
    named = bool(name and name.strip())
    return Tool(
        name=name if named else None,
        index=index,
        title=_only(str, raw.get("title")),
        description=_only(str, raw.get("description")),
        input_schema=_only(dict, raw.get("inputSchema")),
        output_schema=_only(dict, raw.get("outputSchema")),
        annotations=_only(dict, raw.get("annotations")),
        unknown=frozenset(f"/{key}" for key in unseen if key not in raw),
        malformed=(
            *(() if named else (_nameless(raw),)),
            *_wrong_types(raw, repaired),
            *_find_nulls(raw, repaired),
            *repaired,
        ),
        origin=origin,
        meta=_only(dict, raw.get("_meta")),
        raw=raw,
    )


@dataclass(frozen=True, slots=True)
class Respelled:
    """The origin of a tool whose file writes some of its keys otherwise than the wire does."""

    origin: Origin
    written: Mapping[str, str]

    def place(self, pointer: Pointer, start: int = 0) -> Place | None:
        """Return the place of a character, as an Origin does."""
        return self.origin.place(_respell(pointer, self.written), start)


def _respell(pointer: Pointer, spelling: Mapping[str, str]) -> Pointer:
    first, slash, rest = pointer[1:].partition("/")
    return f"/{spelling[first]}{slash}{rest}" if first in spelling else pointer


def _only(kind: type[_T], value: object) -> _T | None:
    return value if isinstance(value, kind) else None


def _nameless(raw: Mapping[str, Any]) -> Malformed:
    return Malformed("nameless", "/name" if "name" in raw else "", "give the tool a name")


def _wrong_types(raw: Mapping[str, Any], repaired: tuple[Malformed, ...]) -> Iterator[Malformed]:
    # What the repair made null was of another type before, and is noted already.
    nulled = {found.pointer for found in repaired if found.kind != "duplicate-key"}
    for trail, note in islice(_wrong(raw), MAX_NOTES):
        pointer = make_pointer(trail)
        if pointer not in nulled:
            yield Malformed("wrong-type", pointer, note)


def _find_nulls(raw: Mapping[str, Any], repaired: tuple[Malformed, ...]) -> Iterator[Malformed]:
    """Yield the fields that are null and may only be left out: some clients lose the list then."""
    nulled = {found.pointer for found in repaired}
    hints = _only(dict, raw.get("annotations")) or {}
    fields = [(f"/{key}", key) for key in _OPTIONAL if key in raw and raw[key] is None]
    fields += [
        (f"/annotations/{key}", key)
        for key in ("title", *_HINTS)
        if key in hints and hints[key] is None
    ]
    for pointer, key in fields:
        if pointer not in nulled:
            yield Malformed("null-field", pointer, f"leave {key} out instead of null")


def _wrong(raw: Mapping[str, Any]) -> Iterator[_Wrong]:
    for key in _TEXTS:
        if not isinstance(raw.get(key), str | None):
            yield (None, key), f"make {key} a string"
    for key in ("inputSchema", "outputSchema", "annotations"):
        # inputSchema is not optional, so null does not leave it out.
        absent = key not in raw or (raw[key] is None and key != "inputSchema")
        if not absent and not isinstance(raw[key], dict):
            yield (None, key), f"make {key} an object"
    for hint in _HINTS:
        if not isinstance((_only(dict, raw.get("annotations")) or {}).get(hint), bool | None):
            yield ((None, "annotations"), hint), f"make {hint} true or false"
    for key in _SNAKE_CASE:
        yield from _wrong_in_schema(raw.get(key), (None, key))


def _wrong_in_schema(schema: object, trail: Trail) -> Iterator[_Wrong]:
    """Yield what a reader of parameters would stumble over, in `schema` and what it nests."""
    if not isinstance(schema, dict):
        return
    required = schema.get("required", [])
    if not (isinstance(required, list) and all(isinstance(name, str) for name in required)):
        yield (trail, "required"), "make required a list of parameter names"
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        yield (trail, "properties"), "make properties an object of schemas"
        properties = {}
    for name, member in properties.items():
        if not isinstance(member, dict | bool):
            yield ((trail, "properties"), name), "make the property a schema: an object"
        elif isinstance(member, dict) and not _SHAPED.isdisjoint(member):
            yield from _wrong_in_schema(member, ((trail, "properties"), name))
    yield from _wrong_in_schema(schema.get("items"), (trail, "items"))
