"""Measures of a tool's fields next to its schemas: their types, nulls, icons and texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.clients.facts import is_coerced
from toolgrade.model.pointers import make_pointer
from toolgrade.model.unknown import find_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolgrade.clients.facts import Fault, Part
    from toolgrade.model import Pointer, Tool
    from toolgrade.model.pointers import Trail

_ABSENT: Any = object()
_HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
_TYPES: dict[str, tuple[type, str]] = {
    "name": (str, "a text"),
    "title": (str, "a text"),
    "description": (str, "a text"),
    "inputSchema": (dict, "an object"),
    "outputSchema": (dict, "an object"),
    "annotations": (dict, "an object"),
    "_meta": (dict, "an object"),
    "execution": (dict, "an object"),
    "icons": (list, "a list"),
    "annotations.title": (str, "a text"),
    "inputSchema.$schema": (str, "a text"),
    "outputSchema.$schema": (str, "a text"),
    "inputSchema.properties": (dict, "an object"),
    "inputSchema.required": (list, "a list"),
    "outputSchema.properties": (dict, "an object"),
    "outputSchema.required": (list, "a list"),
}
_REQUIRED = frozenset({"name", "inputSchema"})
_FIELDS = {path: tuple(path.split(".")) for path in _TYPES}
_THEMES = frozenset({"light", "dark"})
_NULL = "null"


def _read(raw: Mapping[str, Any], keys: Sequence[str]) -> Any:  # noqa: ANN401 - any JSON
    value: Any = raw
    for key in keys:
        if not isinstance(value, dict):
            return _ABSENT
        value = value.get(key, _ABSENT)
    return value


def _point(keys: Sequence[str]) -> Pointer:
    trail: Trail = None
    for key in keys:
        trail = (trail, key)
    return make_pointer(trail)


def null_fields(part: Part, refused: Sequence[str]) -> Iterator[Fault]:
    """Has no null in a field that may only be left out."""
    raw = part.tool.raw
    if raw is None:
        return
    for path in refused:
        if path == "hints":
            for hint in _HINTS:
                if _read(raw, ("annotations", hint)) is None:
                    yield f"/annotations/{hint}", f"leave {hint} out instead of null"
        elif _read(raw, keys := _FIELDS[path]) is None:
            yield _point(keys), f"leave {path} out instead of null"


def field_types(part: Part, checked: Sequence[str]) -> Iterator[Fault]:
    """Has fields of the types that the specification gives them."""
    if part.tool.raw is None:
        if any(found.kind == "not-an-object" for found in part.tool.malformed):
            yield "", "make the tool an object"
        return
    wrong: dict[str, Fault] | None = part.memory.get("wrong fields")
    if wrong is None:
        wrong = part.memory["wrong fields"] = dict(_find_wrong_fields(part.tool.raw))
    yield from (wrong[path] for path in checked if path in wrong)


def _find_wrong_fields(raw: Mapping[str, Any]) -> Iterator[tuple[str, Fault]]:
    for path, keys in _FIELDS.items():
        kind, words = _TYPES[path]
        value: Any = _read(raw, keys)
        if value is _ABSENT or value is None:
            if path in _REQUIRED:
                said = f"give the tool {'its' if value is _ABSENT else 'a'} {path}"
                yield path, (f"/{path}", said)
        elif not isinstance(value, kind):
            yield path, (_point(keys), f"make {path} {words}")
        elif path.endswith(".required") and not _holds_texts(value):
            yield path, (_point(keys), f"list texts in {path}")


def _holds_texts(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return all(isinstance(member, str) for member in value)


def hint_types(part: Part, how: str) -> Iterator[Fault]:
    """Has hints that are true or false."""
    hints = part.tool.annotations or {}
    for hint in _HINTS:
        value = hints.get(hint)
        if value is None or isinstance(value, bool) or (how == "coerced" and is_coerced(value)):
            continue
        yield f"/annotations/{hint}", f"make {hint} true or false"


def icons(part: Part, checked: Sequence[str]) -> Iterator[Fault]:
    """Has icons as the specification writes them."""
    given = part.tool.raw.get("icons") if part.tool.raw else None
    for index, icon in enumerate(given if isinstance(given, list) else ()):
        at = f"/icons/{index}"
        if not isinstance(icon, dict):
            yield at, "make the icon an object"
            continue
        for field in checked:
            value = icon.get(field, _ABSENT)
            if value is _ABSENT and field != "src":
                continue
            if value is None and field != "src":
                if _NULL in checked:
                    yield f"{at}/{field}", f"leave {field} out instead of null"
            elif fault := _check_icon_field(field, value):
                yield (at if value is _ABSENT else f"{at}/{field}"), fault


def _check_icon_field(field: str, value: object) -> str:
    if field == "sizes":
        fine = isinstance(value, list) and all(isinstance(size, str) for size in value)
        return "" if fine else 'list the sizes: ["48x48"]'
    if field == "theme":
        fine = isinstance(value, str) and value in _THEMES
        return "" if fine else "make theme light or dark"
    return "" if isinstance(value, str) or field == _NULL else f"give the icon a text as {field}"


def task_support(part: Part, allowed: Sequence[str]) -> Iterator[Fault]:
    """Has a value of `execution.taskSupport` that is known."""
    value = _read(part.tool.raw, ("execution", "taskSupport")) if part.tool.raw else _ABSENT
    known = value is _ABSENT or (value is None and _NULL in allowed)
    if not known and not (isinstance(value, str) and value in allowed and value != _NULL):
        named = ", ".join(word for word in allowed if word != _NULL)
        yield "/execution/taskSupport", f"set taskSupport to one of {named}, or leave it out"


def output_beside_execution(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Has an output schema or `execution`, and not both."""
    raw = part.tool.raw or {}
    if part.output.root is not None and isinstance(raw.get("execution"), dict):
        yield "/outputSchema", "leave out outputSchema, or execution"


def description_length(part: Part, most: int) -> Iterator[Fault]:
    """Has a description that is not cut or refused for its length."""
    length = len(part.tool.description or "")
    if length > most:
        yield "/description", f"shorten the description: {length} characters, {most} at most"


def description_present(part: Part, _: bool) -> Iterator[Fault]:  # noqa: FBT001 - a limit's value
    """Has a description that is not empty."""
    if not part.tool.description:
        yield "/description", "describe the tool"


def declared(part: Part, wanted: Sequence[str]) -> Iterator[Fault]:
    """Declares what is asked: fields of the tool or of its annotations, "a|b" for either."""
    absent = [
        field
        for field in wanted
        if all(has_field(part.tool, name) is False for name in field.split("|"))
    ]
    if absent:
        hints = part.tool.annotations
        at = "" if absent[0] in {"title", "outputSchema"} or not hints else "/annotations"
        yield at, f"declare {', '.join(field.replace('|', ' or ') for field in absent)}"


def has_field(tool: Tool, field: str) -> bool | None:
    """Return whether a tool declares a field that `declared` asks for; None if it is not known."""
    hints = tool.annotations or {}
    if field == "title":
        found = bool(tool.title)
    elif field == "outputSchema":
        found = tool.output_schema is not None
    elif field == "annotations.title":
        found = isinstance(hints.get("title"), str) and bool(hints["title"])
    else:
        found = isinstance(hints.get(field), bool)
    return found or (None if find_unknown(tool, [locate_field(field)]) else False)


def locate_field(field: str) -> Pointer:
    """Return where the field is that `declared` asks for."""
    top = field in {"title", "outputSchema"}
    return f"/{field}" if top else f"/annotations/{field.removeprefix('annotations.')}"
