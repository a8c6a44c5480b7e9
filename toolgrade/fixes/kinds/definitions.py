"""Fixes of `$defs`, `$ref` and the titles that SDKs write."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from toolgrade.fixes.references import (
    CannotInlineError,
    inline_references,
    is_scoped,
    list_references,
)
from toolgrade.fixes.subject import SCHEMAS, Draft, Kind, point_at
from toolgrade.model import Edit
from toolgrade.model.pointers import key_of, make_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.fixes.subject import Subject
    from toolgrade.model.pointers import Trail
    from toolgrade.schema import Node

_FOLDERS = ("$defs", "definitions")
_MOST_COPIES = 20
"""Copies that are merged in one schema: to prove each takes a walk through all of it."""
_MODEL_TITLE = re.compile(
    r"\w{1,100}(?:Arguments|Args|Output|Input|Params|Request|DictModel)", re.ASCII
)
_REFERENCE_MEASURES = ("keywords", "keywords-anywhere", "references", "reference-siblings")


def _find_sdk_titles(subject: Subject) -> Iterator[Draft]:
    edits = [
        Edit("remove", point_at(node, "title"))
        for node, schema in subject.find_objects("title")
        if isinstance(title := schema.get("title"), str) and _is_made_by_sdk(title, node)
    ]
    if edits:
        yield Draft("", "leave out the titles that only repeat a name", tuple(edits))


def _is_made_by_sdk(title: str, node: Node) -> bool:
    """Whether a title says what its key does: as pydantic makes it, or empty."""
    if not title.strip():
        return True
    trail: Trail = node.trail
    if trail is None or trail[0] is None:
        return bool(_MODEL_TITLE.fullmatch(title))
    key = str(trail[1])
    if node.under == "properties":
        return title in {key, key.replace("_", " ").title()}
    return node.under in _FOLDERS and title == key


def _find_unreached(subject: Subject) -> Iterator[Draft]:
    edits: list[Edit] = []
    for key in SCHEMAS:
        root = subject.raw.get(key)
        if isinstance(root, dict) and any(isinstance(root.get(f), dict) for f in _FOLDERS):
            edits += _list_unreached(root, (None, key))
    if edits:
        yield Draft("", "leave out definitions that nothing refers to", tuple(edits))


def _list_unreached(root: Mapping[str, Any], start: Trail) -> Iterator[Edit]:
    if is_scoped(root):
        return
    reached = _find_reached(root)
    if reached is None:
        return
    for folder in _FOLDERS:
        held = root.get(folder)
        if isinstance(held, dict):
            unused = [name for name in held if (folder, name) not in reached]
            if len(unused) == len(held):
                yield Edit("remove", make_pointer((start, folder)))
            else:
                yield from (Edit("remove", make_pointer(((start, folder), n))) for n in unused)


def _find_reached(root: Mapping[str, Any]) -> set[tuple[str, str]] | None:
    """Return the definitions at the root that references lead to, by folder and name; None if a
    reference may lead elsewhere.
    """
    work: list[object] = [{k: v for k, v in root.items() if k not in _FOLDERS}]
    reached: set[tuple[str, str]] = set()
    while work:
        for reference in list_references(work.pop()):
            parts = unquote(reference).split("/")
            if parts[0] != "#" or reference == "#":
                if reference != "#":
                    return None
                continue
            if parts[1] not in _FOLDERS or len(parts) < len(("#", "$defs", "name")):
                continue
            step = (parts[1], key_of(parts[2]))
            held = root.get(step[0])
            if step not in reached and isinstance(held, dict) and step[1] in held:
                reached.add(step)
                work.append(held[step[1]])
    return reached


def _find_copies(subject: Subject) -> Iterator[Draft]:
    edits: list[Edit] = []
    for key in SCHEMAS:
        root = subject.raw.get(key)
        if isinstance(root, dict) and not is_scoped(root):
            for folder in _FOLDERS:
                held = root.get(folder)
                if isinstance(held, dict) and len(held) > 1:
                    edits += _merge_copies(subject, key, folder, root)
    if edits:
        yield Draft("", "keep one of definitions that are the same", tuple(edits))


def _merge_copies(
    subject: Subject, key: str, folder: str, root: Mapping[str, Any]
) -> Iterator[Edit]:
    first: dict[str, str] = {}
    left = _MOST_COPIES
    same: dict[str, str] = {}
    for name, member in root[folder].items():
        if isinstance(member, dict):
            own = {k: v for k, v in member.items() if k != "title" or v != name}
            kept = first.setdefault(json.dumps(own, sort_keys=True), name)
            if kept == name or not left:
                continue
            left -= 1
            if not _is_named_elsewhere(root, f"#/{folder}/{_escape(name)}"):
                same[f"#/{folder}/{_escape(name)}"] = f"#/{folder}/{_escape(kept)}"
                yield Edit("remove", make_pointer((((None, key), folder), name)))
    gone = [f"{make_pointer(((None, key), folder))}{old[len(folder) + 2 :]}/" for old in same]
    for node, schema in subject.find_objects("$ref"):
        at = point_at(node, "$ref")
        if at.startswith(f"/{key}/") and not at.startswith(tuple(gone)):
            reference = schema.get("$ref")
            if isinstance(reference, str) and reference in same:
                yield Edit("replace", at, same[reference])


def _is_named_elsewhere(root: Mapping[str, Any], reference: str) -> bool:
    """Whether anything but a whole $ref names a definition, or a part of it."""
    work: list[Any] = [root]
    while work:
        value = work.pop()
        if isinstance(value, dict):
            work += (v for k, v in value.items() if k != "$ref" or v != reference)
        elif isinstance(value, list):
            work += value
        elif isinstance(value, str) and value.startswith(reference):
            rest = value[len(reference) :]
            if not rest or rest.startswith("/"):
                return True
    return False


def _escape(name: str) -> str:
    return make_pointer((None, name))[1:]


def _find_references(subject: Subject) -> Iterator[Draft]:
    for measure in _REFERENCE_MEASURES:
        for obstacle in subject.obstacles.get(measure, ()):
            key, _, rest = obstacle.pointer[1:].partition("/")
            if rest.endswith(("$ref", "$defs", "definitions")) or measure == "reference-siblings":
                root = subject.raw.get(key)
                if isinstance(root, dict):
                    yield from _inline(root, key, measure)
                    return


def _inline(root: Mapping[str, Any], key: str, measure: str) -> Iterator[Draft]:
    try:
        written = inline_references(root)
    except CannotInlineError:
        return
    if written != root:
        edit = Edit("replace", f"/{key}", written)
        yield Draft(f"client.{measure}", "write out what each $ref names", (edit,))


KINDS = (
    Kind(
        "sdk-title",
        safe=True,
        reason="it repeats the name of what it is written at, and allows and forbids nothing",
        find=_find_sdk_titles,
    ),
    Kind(
        "unreached-definition",
        safe=True,
        reason="no reference leads to it, so no value is held against it",
        find=_find_unreached,
    ),
    Kind(
        "copied-definition",
        safe=True,
        reason="both say the same, and what referred to the one refers to the other",
        find=_find_copies,
    ),
    Kind(
        "inlined-reference",
        safe=True,
        reason="a reference means what it names, written in its place",
        find=_find_references,
    ),
)
