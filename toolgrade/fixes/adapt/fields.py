"""How the fields of a tool, and names, are made to fit."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from toolgrade.model.pointers import key_of
from toolgrade.wording.hint_names import HINTS

if TYPE_CHECKING:
    from toolgrade.clients.limits import Limit
    from toolgrade.fixes.adapt.piece import Piece
    from toolgrade.model import Pointer

_NO_PARAMETERS: dict[str, Any] = {"type": "object", "properties": {}}
_TRUE, _FALSE = frozenset({"true", "yes", "1", "on"}), frozenset({"false", "no", "0", "off"})
_LONGEST = 64
_HASH = 6
_ELLIPSIS = " ..."


def fit_field(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Give a field its type, or leave it out."""
    value = piece.get(pointer)
    key = pointer.rpartition("/")[2]
    if pointer in {"", "/name"}:
        return False
    if pointer == "/inputSchema":
        piece.put(pointer, dict(_NO_PARAMETERS))
        if value not in (None, []):
            piece.lose(pointer, "takes more", "it was not an object, so it names no parameter")
    elif key in {"title", "description"} and isinstance(value, int | float):
        piece.put(pointer, str(value))
    elif key == "properties":
        piece.put(pointer, {})
        if value != []:
            piece.lose(pointer, "takes more", "properties were not an object, and are empty")
    elif key == "required" and isinstance(value, list):
        piece.put(pointer, [name for name in value if isinstance(name, str)])
        piece.lose(pointer, "takes more", "what was not a name is no longer required")
    else:
        piece.remove(pointer)
        if value is not None and value != []:
            said = f"{key} is left out: it was not of its type"
            piece.lose(pointer, "takes more" if key == "required" else "says less", said)
    return True


def leave_out(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Leave out a field that is null."""
    piece.remove(pointer)
    return True


def fit_hint(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Make a hint true or false, or leave it out."""
    word = str(piece.get(pointer)).lower()
    hint = pointer.rpartition("/")[2]
    if hint not in HINTS:
        return False
    if word in _TRUE | _FALSE:
        piece.put(pointer, word in _TRUE)
        piece.lose(pointer, "says less", f"{hint} was written as {word[:20]}")
    else:
        piece.remove(pointer)
        piece.lose(pointer, "says less", f"{hint} is left out: it was neither true nor false")
    return True


def fit_icon(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Write an icon as the specification does, or leave it out."""
    value = piece.get(pointer)
    if pointer.endswith("/sizes") and isinstance(value, str):
        piece.put(pointer, value.split())
        return True
    parts = pointer.split("/")
    is_field = len(parts) > len(("", "icons", "0")) and parts[-1] != "src"
    at = pointer if is_field else "/".join(parts[:3])
    piece.remove(at)
    if value is not None:
        what = parts[-1] if is_field else "it"
        piece.lose(at, "says less", f"{what} is left out of the icons" if is_field else "left out")
    return True


def leave_out_execution(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Leave out a taskSupport that is not known."""
    piece.remove(pointer)
    piece.lose(pointer, "says less", "taskSupport is left out: clients do not know its value")
    return True


def cut_description(piece: Piece, pointer: Pointer, limit: Limit) -> bool:
    """Cut a description to what is read, at the end of a sentence or else of a word."""
    text = piece.get(pointer)
    if not isinstance(text, str):
        return False
    room = text[: limit.is_]
    end = max(room.rfind(". "), room.rfind(".\n"))
    if end < limit.is_ // 2:
        room = text[: limit.is_ - len(_ELLIPSIS)]
        kept = f"{room[: max(room.rfind(' '), len(room) // 2)].rstrip()}{_ELLIPSIS}"
    else:
        kept = room[: end + 1]
    piece.put(pointer, kept)
    piece.lose(pointer, "says less", f"{len(text) - len(kept)} characters are cut")
    return True


def describe_by_name(piece: Piece, pointer: Pointer, _: Limit) -> bool:
    """Take the title as the description, or else the words of the name."""
    title, name = piece.get("/title"), piece.get("/name")
    said = title if isinstance(title, str) and title.strip() else name
    if not isinstance(said, str) or not said.strip():
        return False
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_.-]+", " ", said).strip()
    piece.put(pointer, f"{words[:1].upper()}{words[1:]}.")
    piece.lose(pointer, "says less", "there was no description: the name is written out")
    return True


def rename_tool(piece: Piece, pointer: Pointer, limit: Limit) -> bool:
    """Give a tool a name that is taken; a caller must know its own."""
    name = piece.get(pointer)
    if not isinstance(name, str):
        return False
    allowed = limit.is_ if isinstance(limit.is_, str) else "[a-zA-Z0-9_-]*"
    new = fit_name(name, allowed)
    if isinstance(limit.is_, int):
        new = shorten(name, max(limit.is_, _HASH + 2))
    return _rename(piece, name, new)


def _rename(piece: Piece, name: str, new: str) -> bool:
    if new == name or not new:
        return False
    piece.put("/name", new)
    piece.lose("/name", "other calls", f"it was called {name[:_LONGEST]}: call it by that name")
    return True


def fit_name(name: str, allowed: str) -> str:
    """Return a name in which what is not allowed is "_"; as it is if that does not help."""
    takes = re.compile(allowed).fullmatch
    for first in ("", "t_"):
        plain = re.sub(r"[^A-Za-z0-9_-]", "_", first + name)
        for candidate in (plain, plain.replace("-", "_"), shorten(plain, _LONGEST)):
            if takes(candidate):
                return candidate
    return name


def shorten(name: str, most: int) -> str:
    """Return a name of at most `most` characters: cut, with a hash of all of it."""
    if len(name) <= most:
        return name
    return (
        f"{name[: most - _HASH - 1]}_{sha256(name.encode('utf-8', 'replace')).hexdigest()[:_HASH]}"
    )


def rename_parameter(piece: Piece, pointer: Pointer, limit: Limit) -> bool:
    """Give a parameter a name that is taken."""
    holder, _, token = pointer.rpartition("/")
    schema = holder.rpartition("/")[0]
    name, properties = key_of(token), piece.get(holder)
    if not isinstance(properties, dict) or name not in properties:
        return False
    new = _find_free_name(name, limit, properties)
    if not new:
        return False
    renamed = {new if key == name else key: value for key, value in properties.items()}
    piece.put(holder, renamed)
    required = piece.get(f"{schema}/required")
    if isinstance(required, list) and name in required:
        piece.put(f"{schema}/required", [new if one == name else one for one in required])
    piece.lose(f"{holder}/{new}", "other calls", f"it was called {name[:_LONGEST]}: send that name")
    return True


def _find_free_name(name: str, limit: Limit, taken: dict[str, Any]) -> str:
    allowed = limit.is_ if isinstance(limit.is_, str) else "[A-Za-z][A-Za-z0-9_]*"
    refused = limit.is_ if isinstance(limit.is_, list) else ()
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
    cores = (plain, plain.strip("_"), f"p_{plain.strip('_')}", f"p_{shorten(plain, 40)}")
    for core in cores:
        for end in ("", "_2", "_3"):
            new = f"{core}{end}"
            fits = re.fullmatch(allowed, new) is not None
            if fits and new not in taken and new not in refused and new != name:
                return new
    return ""
