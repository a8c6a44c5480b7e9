"""Two versions of a tool's definition in, what changed out; what a side does not know is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.compare.hidden import drop_hidden
from toolgrade.compare.keywords import excerpts
from toolgrade.compare.kinds import INPUT, OUTPUT, TOOL
from toolgrade.compare.references import as_json
from toolgrade.compare.schema import changes as schema_changes
from toolgrade.model.comparison import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.model import Pointer, Tool

FIELDS = ("/title", "/description", "/inputSchema", "/outputSchema", "/annotations")
_LONGEST = 80
# What a hint promises, and what the protocol takes it for where it is not given.
_PROMISES = {
    "readOnlyHint": (True, False),
    "destructiveHint": (False, True),
    "idempotentHint": (True, False),
    "openWorldHint": (False, True),
}


def list_unknown(old: Tool, new: Tool) -> tuple[Pointer, ...]:
    """Return what a side cannot tell, in the order of the fields on the wire."""
    hidden = sorted(old.unknown | new.unknown)
    return tuple(p for field in FIELDS for p in hidden if f"{p}/".startswith(f"{field}/"))


def changes(old: Tool, new: Tool) -> tuple[Change, ...]:
    """Return what changed in a definition besides its name, in the order of its fields."""
    hidden = old.unknown | new.unknown
    return tuple(
        change
        for field, found in _by_field(old, new)
        if field not in hidden
        for change in found
        if not any(f"{change.pointer}/".startswith(f"{pointer}/") for pointer in hidden)
    )


def _by_field(old: Tool, new: Tool) -> Iterator[tuple[Pointer, Iterator[Change]]]:
    yield "/title", _title(old, new)
    yield "/description", _description(old, new)
    hidden = old.unknown | new.unknown
    ours, theirs = (drop_hidden(t.input_schema or {}, "inputSchema", hidden) for t in (old, new))
    yield "/inputSchema", iter(schema_changes(ours, theirs, "inputSchema", INPUT))
    yield "/outputSchema", _output(old, new)
    yield "/annotations", _annotations(old, new)


def _title(old: Tool, new: Tool) -> Iterator[Change]:
    if old.title != new.title:
        shown = map(_cut, excerpts(old.title, new.title))
        yield Change(TOOL["title-changed"], "/title", "", *shown)


def _description(old: Tool, new: Tool) -> Iterator[Change]:
    if old.description != new.description:
        shown = map(_cut, excerpts(old.description, new.description))
        yield Change(TOOL["description-changed"], "/description", "", *shown)


def _output(old: Tool, new: Tool) -> Iterator[Change]:
    before, after = old.output_schema, new.output_schema
    if before is not None and after is not None:
        hidden = old.unknown | new.unknown
        ours, theirs = (drop_hidden(side, "outputSchema", hidden) for side in (before, after))
        yield from schema_changes(ours, theirs, "outputSchema", OUTPUT)
    elif before is not None or after is not None:
        kind = "output-schema-added" if before is None else "output-schema-removed"
        yield Change(TOOL[kind], "/outputSchema", "", "", "")


def _annotations(old: Tool, new: Tool) -> Iterator[Change]:
    ours, theirs = old.annotations or {}, new.annotations or {}
    for key in dict.fromkeys((*ours, *theirs)):
        before, after = ours.get(key), theirs.get(key)
        if as_json(before) == as_json(after):
            continue
        shown = [_format_value(value) for value in (before, after)]
        kind = _kind_of_hint(key, before, after)
        yield Change(TOOL[kind], f"/annotations/{_escape_key(key)}", key, *shown)


def _kind_of_hint(key: str, before: object, after: object) -> str:
    if key not in _PROMISES:
        return "annotation-changed"
    promise, otherwise = _PROMISES[key]
    held, holds = (
        (side if isinstance(side, bool) else otherwise) is promise for side in (before, after)
    )
    if held is holds:
        return "annotation-changed"
    return "promise-withdrawn" if held else "promise-made"


def _escape_key(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _format_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value is None else _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
