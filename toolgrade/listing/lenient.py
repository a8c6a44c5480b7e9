"""Bytes to JSON data: what can be repaired is, and is noted with its place.

The C scanner does the work. Its hooks only record that something odd went by; a walk in Python
looks for the places, and only then: a sound file of 10,000 tools never pays for it.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolgrade.model import InputError, Malformed
from toolgrade.model.pointers import make_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.model.pointers import Trail

MAX_DEPTH = 128
"""Levels of nesting that are read, the document's root being the first. Real schemas need about
thirty; this many can still be walked by recursion.
"""

MAX_NOTES = 1_000_000
"""Characters of pointers that are noted in a document; the rest is repaired without a note."""

_CONTAINERS = (dict, list)
_MARKS_OF_ORDER = {
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16's, which it begins with
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    codecs.BOM_UTF8: "utf-8",
}
_UNFIT = object()
_NOTES = {
    "not-a-number": "write a number JSON can hold, or leave it out",
    "duplicate-key": "write this key once: only the last one counts",
    "too-deep": f"nest no deeper than {MAX_DEPTH} levels",
}
_EXPECTED = {
    "Expecting value": "a value",
    "Expecting ','": "',' or a closing bracket",
    "Expecting ':'": "':'",
    "Expecting property name": "a name in double quotes",
    "Illegal trailing comma": "no comma before a closing bracket",
    "Unterminated string": "a closing quote for the string that begins here",
    "Invalid control": "no raw control character inside a string",
    "Invalid \\": "a valid escape after the backslash",
    "Extra data": "nothing after the first value; put several into one array",
}
# Possessive, and an unclosed string ends with the text: linear on whatever it is given.
_MARKS = re.compile(r'"[^"\\]*+(?:\\.?[^"\\]*+)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parsed:
    """`data` after repair, `repaired` with pointers from the root, sorted by pointer, and `text`
    that scans like the original, offset for offset, but is emptied below MAX_DEPTH.
    """

    data: Any
    repaired: tuple[Malformed, ...]
    text: str


def decode(content: bytes, label: str) -> str:
    """Return the text of `content`: UTF-8, UTF-16 or UTF-32, with or without a byte order mark."""
    if not content.strip():
        raise InputError(f"{label}: empty; expected a tools/list result as JSON")
    encoding = json.detect_encoding(content)
    try:
        text = content.decode(encoding, "surrogatepass")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{label}: neither UTF-8, UTF-16 nor UTF-32 text (byte {error.start}), so not JSON; "
            "save it as UTF-8"
        ) from None
    if "\0" in text:
        raise InputError(f"{label}: binary, not JSON; expected a tools/list result")
    return text


def encode_like(text: str, content: bytes) -> bytes:
    """Return a text in the encoding of `content`, with its byte order mark if it has one."""
    encoding = json.detect_encoding(content)
    # The codecs that read a mark write one, in the byte order of this machine.
    mark = next((m for m in _MARKS_OF_ORDER if content.startswith(m)), b"")
    if not mark:
        return text.encode(encoding, "surrogatepass")
    return mark + text.encode(_MARKS_OF_ORDER[mark], "surrogatepass")


def parse(text: str, label: str) -> Parsed:
    """Return the data of a JSON text. Raises InputError with the line and column of a fault."""
    hooks = _Hooks()
    try:
        data = hooks.decode(text, text, label)
        deep = _is_deep(data)
    except RecursionError:
        deep = True
    shallow = text
    if deep:
        shallow = _blank_deep_containers(text)
        hooks = _Hooks()
        data = hooks.decode(shallow, text, label)
    if not (deep or hooks.unfit or hooks.doubled):
        return Parsed(data, (), text)
    root = [data]
    repaired: list[Malformed] = []
    room = MAX_NOTES
    for kind, trail in _null_unfit(root, hooks.doubled):
        if room > 0:
            pointer = make_pointer(trail)
            room -= len(pointer) + 1
            repaired.append(Malformed(kind, pointer, _NOTES[kind]))
    return Parsed(root[0], tuple(sorted(repaired, key=lambda m: m.pointer)), shallow)


def _fault(error: json.JSONDecodeError, text: str, label: str) -> str:
    at = min(error.pos, len(text))
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    expected = next((say for cue, say in _EXPECTED.items() if error.msg.startswith(cue)), "JSON")
    cut_off = at >= len(text.rstrip()) or error.msg.startswith("Unterminated")
    what = "the JSON ends too early" if cut_off else "not JSON"
    return f"{label}:{line}:{column}: {what}: expected {expected}"


class _Hooks:
    """What the C scanner calls back with: the rare cases are marked for the walk to find."""

    def __init__(self) -> None:
        self.unfit = False
        # By identity; the dict is kept so that no other can take its identity.
        self.doubled: dict[int, tuple[dict[str, Any], list[str]]] = {}

    def decode(self, scanned: str, text: str, label: str) -> Any:  # noqa: ANN401 - it is JSON
        decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_constant=self._constant,
            parse_float=self._float,
            parse_int=self._int,
        )
        try:
            return decoder.decode(scanned)
        except json.JSONDecodeError as error:
            raise InputError(_fault(error, text, label)) from None

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            counts = Counter(key for key, _ in pairs)
            self.doubled[id(members)] = members, [key for key in counts if counts[key] > 1]
        return members

    def _constant(self, _: str) -> object:
        self.unfit = True
        return _UNFIT

    def _float(self, digits: str) -> object:
        number = float(digits)
        return number if math.isfinite(number) else self._constant(digits)

    def _int(self, digits: str) -> object:
        try:
            return int(digits)
        except ValueError:  # Python refuses to read thousands of digits: it takes quadratic time
            return self._constant(digits)


def _is_deep(data: object) -> bool:
    level: list[Any] = [data] if isinstance(data, _CONTAINERS) else []
    for _ in range(MAX_DEPTH):
        if not level:
            return False
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) in _CONTAINERS
        ]
    return bool(level)


def _blank_deep_containers(text: str) -> str:
    """Return `text` with the first container too deep on each path blanked between its brackets."""
    kept: list[str] = []
    depth = done = opened = 0
    for mark in _MARKS.finditer(text):
        at = mark.start()
        if text[at] in "[{":
            depth += 1
            if depth == MAX_DEPTH + 1:
                opened = mark.end()
        elif text[at] in "]}":
            if depth == MAX_DEPTH + 1:
                kept += (text[done:opened], " " * (at - opened))
                done = at
            depth -= 1
    if depth > MAX_DEPTH:
        kept += (text[done:opened], " " * (len(text) - opened))
        done = len(text)
    return "".join((*kept, text[done:]))


def _null_unfit(
    root: list[Any], doubled: dict[int, tuple[dict[str, Any], list[str]]]
) -> Iterator[tuple[str, Trail]]:
    """Null in place, below `root`, what is unfit or too deep; yield the kind and where."""
    waiting: list[tuple[Any, Any, Trail, int]] = [(root, 0, None, 1)]
    while waiting:
        holder, key, trail, depth = waiting.pop()
        value = holder[key]
        if value is _UNFIT or (depth > MAX_DEPTH and type(value) in _CONTAINERS):
            holder[key] = None
            yield "not-a-number" if value is _UNFIT else "too-deep", trail
        elif type(value) in _CONTAINERS:
            for name in doubled.get(id(value), (value, ()))[1]:
                yield "duplicate-key", (trail, name)
            members = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [
                (value, name, (trail, name), depth + 1)
                for name, member in members
                if member is _UNFIT or type(member) in _CONTAINERS
            ]
