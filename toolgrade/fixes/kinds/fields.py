"""Fixes of a tool's fields: nulls, lists for objects, root types, hints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.fixes.subject import Draft, Kind, point_at
from toolgrade.model import Edit
from toolgrade.model.pointers import make_pointer
from toolgrade.wording.hint_names import HINTS, find_meant_hint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.fixes.subject import Subject

_NO_PARAMETERS = {"type": "object", "properties": {}}
_MAPS = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")
_LEFT_OUT = frozenset(
    {"title", "description", "format", "pattern", "properties", "required", "$defs", "definitions"}
    | {"patternProperties", "enum", "examples", "minimum", "maximum", "exclusiveMinimum"}
    | {"exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties"}
    | {"maxProperties", "multipleOf", "uniqueItems", "anyOf", "oneOf", "allOf", "$comment"}
    | {"deprecated", "readOnly", "writeOnly", "$schema", "$id", "prefixItems"}
)
"""Keywords whose null no dialect allows, and which mean nothing where they are left out."""


def _find_null_fields(subject: Subject) -> Iterator[Draft]:
    found = [m.pointer for m in subject.report.tool.malformed if m.kind == "null-field"]
    if found:
        edits = tuple(Edit("remove", pointer) for pointer in found)
        yield Draft("malformed.null-field", f"leave out {_list_keys(found)}", edits)


def _find_null_keywords(subject: Subject) -> Iterator[Draft]:
    by_check: dict[str, list[str]] = {}
    for node, schema in subject.objects:
        if None not in schema.values():
            continue
        for keyword, value in schema.items():
            if value is None and keyword in _LEFT_OUT:
                pointer = point_at(node, keyword)
                is_list = keyword in {"properties", "required"}
                check = "malformed.wrong-type" if is_list else "schema.dialect"
                if subject.is_written(pointer):
                    by_check.setdefault(check, []).append(pointer)
    for check, found in by_check.items():
        edits = tuple(Edit("remove", pointer) for pointer in found)
        yield Draft(check, f"leave out {_list_keys(found)}", edits)


def _list_keys(pointers: list[str]) -> str:
    keys = dict.fromkeys(pointer.rpartition("/")[2][:40] for pointer in pointers)
    return f"null: {', '.join(list(keys)[:4])}"


def _find_lists_for_objects(subject: Subject) -> Iterator[Draft]:
    edits = [
        Edit("replace", f"/{key}", _NO_PARAMETERS if key == "inputSchema" else {})
        for key in ("inputSchema", "annotations")
        if subject.raw.get(key) == []
    ]
    for node, schema in subject.find_objects(*_MAPS, "required"):
        for keyword in _MAPS:
            value = schema.get(keyword)
            if value == []:
                edits.append(Edit("replace", point_at(node, keyword), {}))
            elif keyword == "properties" and isinstance(value, dict):
                edits += (
                    Edit("replace", point_at(node, keyword, name), {})
                    for name, member in value.items()
                    if member == []
                )
        if schema.get("required") == {}:
            edits.append(Edit("replace", point_at(node, "required"), []))
    if edits:
        yield Draft("malformed.wrong-type", "write an empty object as {}", tuple(edits))


def _find_root_types(subject: Subject) -> Iterator[Draft]:
    root = subject.raw.get("inputSchema")
    if not isinstance(root, dict) or "/inputSchema" in subject.report.tool.unknown:
        return
    kind = root.get("type")
    edits = []
    if "type" not in root:
        edits.append(Edit("add", "/inputSchema/type", "object"))
    elif isinstance(kind, list) and "object" in kind and set(map(str, kind)) <= {"object", "null"}:
        edits.append(Edit("replace", "/inputSchema/type", "object"))
    elif kind != "object":
        return
    if "properties" not in root and not root.keys() & {"$ref", "anyOf", "oneOf", "allOf"}:
        edits.append(Edit("add", "/inputSchema/properties", {}))
    if edits:
        of_client = "root-type" in subject.obstacles and "schema.root" not in subject.answered
        check = "client.root-type" if of_client else "schema.root"
        title = f"add {' and '.join(e.path.rpartition('/')[2] for e in edits)} to the root"
        yield Draft(check, title, tuple(edits))


def _find_missing_schema(subject: Subject) -> Iterator[Draft]:
    raw = subject.raw
    absent = "inputSchema" not in raw and "input_schema" not in raw
    is_null = "inputSchema" in raw and raw["inputSchema"] is None
    if "/inputSchema" in subject.report.tool.unknown or not subject.is_written("/inputSchema"):
        return
    if is_null:
        edit = Edit("replace", "/inputSchema", _NO_PARAMETERS)
        yield Draft("malformed.wrong-type", "write an input schema without parameters", (edit,))
    elif absent and "field-types" in subject.obstacles:
        edit = Edit("add", "/inputSchema", _NO_PARAMETERS)
        yield Draft("client.field-types", "write an input schema without parameters", (edit,))


def _find_hints(subject: Subject) -> Iterator[Draft]:
    if "hints.known" not in subject.open:
        return
    edits = [*_list_hint_edits(subject.raw)]
    if edits:
        yield Draft("hints.known", "write each hint in annotations, as it is spelled", tuple(edits))


def _list_hint_edits(raw: Mapping[str, Any]) -> Iterator[Edit]:
    given = raw.get("annotations")
    if given is not None and not isinstance(given, dict):
        return
    taken = {key for key in given or {} if key in HINTS or key == "title"}
    if isinstance(given, dict):
        yield from _list_spelling_edits(given, taken)
    loose = {hint: raw[hint] for hint in HINTS if isinstance(raw.get(hint), bool)}
    wanted = {hint: value for hint, value in loose.items() if hint not in taken}
    if wanted and not isinstance(given, dict):
        yield Edit("replace" if "annotations" in raw else "add", "/annotations", wanted)
        yield from (Edit("remove", f"/{hint}") for hint in wanted)
        return
    for hint in wanted:
        yield Edit("move", f"/annotations/{hint}", source=f"/{hint}")
    for hint in loose.keys() - wanted.keys():
        if given and given.get(hint) is loose[hint]:
            yield Edit("remove", f"/{hint}")


def _list_spelling_edits(given: Mapping[str, Any], taken: set[str]) -> Iterator[Edit]:
    for name, value in given.items():
        at = make_pointer(((None, "annotations"), name))
        if name == "annotations" and isinstance(value, dict):
            inner = {k: v for k, v in value.items() if k in HINTS and isinstance(v, bool)}
            if set(inner) == set(value) and not inner.keys() & taken:
                taken |= inner.keys()
                yield Edit("remove", at)
                yield from (Edit("add", f"/annotations/{k}", v) for k, v in inner.items())
        elif name not in taken and isinstance(value, bool):
            near = find_meant_hint(name)
            if near and near not in taken:
                taken.add(near)
                yield Edit("move", f"/annotations/{near}", source=at)


KINDS = (
    Kind(
        "null-field",
        safe=True,
        reason="an optional field that is null says what one that is left out says",
        find=_find_null_fields,
    ),
    Kind(
        "null-keyword",
        safe=True,
        reason="no dialect gives these keywords a null, so it asks for nothing",
        find=_find_null_keywords,
    ),
    Kind(
        "empty-list",
        safe=True,
        reason="an empty list where an object belongs is how PHP writes an empty object",
        find=_find_lists_for_objects,
    ),
    Kind(
        "missing-schema",
        safe=True,
        reason="arguments are always an object, and this asks for nothing more",
        find=_find_missing_schema,
    ),
    Kind(
        "root-type",
        safe=True,
        reason="arguments are always an object, and no property is asked for",
        find=_find_root_types,
    ),
    Kind(
        "hint-spelling",
        safe=True,
        reason="it says the same where clients look for it; a call is not changed",
        find=_find_hints,
    ),
)
