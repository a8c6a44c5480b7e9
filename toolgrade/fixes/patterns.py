r"""Rewrites a `pattern` into what every client's engine reads, where both match the same texts.

JSON Schema's patterns are ECMAScript's, in which `\d` is `[0-9]` and `\w` is `[A-Za-z0-9_]`: to
write the class out changes nothing. Python's own forms (`\A`, `\Z`, `(?P<name>...)`) are not
ECMAScript's, so they mean what Python says. What looks around or refers back is left as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.clients.regexes import MOST_READ, read_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSIDE = {"d": "0-9", "w": "A-Za-z0-9_", "/": "/"}
_OUTSIDE = {
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": "[A-Za-z0-9_]",
    "W": "[^A-Za-z0-9_]",
    "/": "/",
    "A": "^",
    "Z": "$",
}
_ONLY_OUTSIDE = frozenset("DWAZ")
_NOT_COMMON = frozenset("sSbBpP")
# The characters that JavaScript's dot does not match.
_ANY = "(.|[\\n\\r\u2028\u2029])*"
_STUCK = frozenset({"lookahead", "lookbehind", "backreference", "inline-flags", "atomic"})
_NAMED = re.compile(r"\(\?P?<[A-Za-z_]\w{0,100}>", re.ASCII)


def rewrite_pattern(pattern: str, *, anchors: bool = False) -> str | None:
    r"""Return the pattern in common forms, None where it cannot be rewritten. With `anchors` it
    begins with ^ and ends with $ too.

    >>> rewrite_pattern(r"^\d{4}\/[\w.]+$"), rewrite_pattern("^(?!x)a$")
    ('^[0-9]{4}/[A-Za-z0-9_.]+$', None)
    """
    if len(pattern) > MOST_READ:
        return None
    javascript, python = read_pattern(pattern, "javascript"), read_pattern(pattern, "python")
    if (javascript.fault and python.fault) or _STUCK & (javascript.features | python.features):
        return None
    if javascript.fault and python.features & {"shorthand", "negated-shorthand"}:
        # It is Python's, where \d is more than [0-9].
        return None
    pieces: list[str] = []
    for piece, is_inside in _split(pattern):
        written = _write(piece, is_inside=is_inside)
        if written is None:
            return None
        pieces.append(written)
    found = "".join(pieces)
    if anchors:
        found = _anchor(found)
    return found


def _split(pattern: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a pattern, an escape in one, and whether each is inside of a class."""
    at, inside, first = 0, False, False
    while at < len(pattern):
        if pattern[at] == "\\":
            yield pattern[at : at + 2], inside
            at += 2
            first = False
            continue
        sign = pattern[at]
        if not inside and sign == "(" and (named := _NAMED.match(pattern, at)):
            yield named[0], False
            at = named.end()
            continue
        if inside and sign == "]" and not first:
            yield sign, inside
            inside = False
        else:
            yield sign, inside
            first = (not inside and sign == "[") or (first and sign == "^")
            inside = inside or sign == "["
        at += 1


def _write(piece: str, *, is_inside: bool) -> str | None:
    if len(piece) > 2:  # noqa: PLR2004 - a named group
        return "("
    if not piece.startswith("\\"):
        return piece
    letter = piece[1:]
    if letter in _NOT_COMMON or (is_inside and letter in _ONLY_OUTSIDE):
        return None
    return (_INSIDE if is_inside else _OUTSIDE).get(letter, piece)


def _anchor(pattern: str) -> str:
    r"""Return a pattern that matches the same texts, from their beginning to their end.

    >>> _anchor("^a|b$")
    '^(.|[\\n\\r\u2028\u2029])*(^a|b$)(.|[\\n\\r\u2028\u2029])*$'
    """
    begins = pattern.startswith("^")
    ends = pattern.endswith("$") and not pattern.endswith("\\$")
    if begins and ends and not _has_top_bar(pattern):
        return pattern
    if _has_top_bar(pattern):
        return f"^{_ANY}({pattern}){_ANY}$"
    return f"{'' if begins else f'^{_ANY}'}{pattern}{'' if ends else f'{_ANY}$'}"


def _has_top_bar(pattern: str) -> bool:
    depth = 0
    for piece, is_inside in _split(pattern):
        if is_inside:
            continue
        depth += {"(": 1, ")": -1}.get(piece[:1], 0)
        if piece == "|" and depth == 0:
            return True
    return False
