"""Reads a class of a pattern, `[...]`: its members, its ranges and, in Rust, the classes in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.clients.regexes.escapes import FaultError, read_escape

if TYPE_CHECKING:
    from toolgrade.clients.regexes.escapes import Engine

_KINDS = (
    *("alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct"),
    *("space", "upper", "word", "xdigit"),
)
_NAMED = re.compile(rf"\[:\^?(?:{'|'.join(_KINDS)}):\]")
_DASHES = re.compile("-*")
_OPERATORS = ("&&", "--", "~~")
_MOST_SHOWN = 24


def read_class(text: str, at: int, engine: Engine, features: set[str]) -> int:
    """Return the index after the class whose bracket is at `at`. What it uses goes to `features`.
    Raises FaultError if `engine` does not compile it.
    """
    if engine == "rust":
        return _read_rust_class(text, at, features)
    at += 2 if text.startswith("^", at + 1) else 1
    first = at
    while at < len(text):
        if text[at] == "]" and not (at == first and engine == "python"):
            return at + 1
        at = _read_range(text, at, engine, features)
    raise FaultError("has a class [ that is not closed")


def _read_rust_class(text: str, at: int, features: set[str]) -> int:
    depth = 0
    while at < len(text):
        if text[at] == "[":
            named = _NAMED.match(text, at) if depth else None
            at = named.end() if named else _open_rust_class(text, at)
            depth += not named
        elif text[at] == "]":
            at += 1
            depth -= 1
            if not depth:
                return at
        elif text.startswith(_OPERATORS, at):
            at += 2
        else:
            at = _read_range(text, at, "rust", features)
    raise FaultError("has a class [ that is not closed")


def _open_rust_class(text: str, at: int) -> int:
    """Return the index after a bracket and what follows it as it is: dashes, or else a ]."""
    at += 2 if text.startswith("^", at + 1) else 1
    dashes = _DASHES.match(text, at)
    end = dashes.end() if dashes else at
    return end + 1 if end == at and text.startswith("]", at) else end


def _read_range(text: str, at: int, engine: Engine, features: set[str]) -> int:
    """Return the index after one member of a class, or after the range that it begins."""
    middle, low = _read_member(text, at, engine, features)
    after = text[middle + 1 : middle + 2]
    if not text.startswith("-", middle) or after == "]" or (engine == "rust" and after == "-"):
        return middle
    if not after:
        raise FaultError("has a class [ that is not closed")
    end, high = _read_member(text, middle + 1, engine, features)
    shown = text[at:end][:_MOST_SHOWN]
    if low is None or high is None:
        raise FaultError(f"has a range in a class that begins or ends in a set, {shown}")
    if high < low:
        raise FaultError(f"has a range out of order, {shown}")
    return end


def _read_member(text: str, at: int, engine: Engine, features: set[str]) -> tuple[int, int | None]:
    r"""Return the index after a member, and its code point; None for a set such as `\d`."""
    if text[at] != "\\":
        return at + 1, ord(text[at])
    escape = read_escape(text, at, engine, in_class=True)
    if escape.feature:
        features.add(escape.feature)
    return escape.end, escape.point
