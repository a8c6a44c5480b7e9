"""Reads one escape of a pattern: where it ends, and which character it is, if it is one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Literal, NamedTuple

from toolgrade.clients.regexes.properties import is_property

Engine = Literal["javascript", "python", "rust"]

_CONTROLS = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_BACKSPACE = 8
_SIZES = {"x": 2, "u": 4, "U": 8}
_CODE_POINTS = 0x110000
_SURROGATES = range(0xD800, 0xE000)
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)
_MOST_OCTAL = 0o377
_HEX = re.compile(r"[0-9A-Fa-f]+")
_OCTAL = re.compile(r"[0-7]{1,3}")
_DIGITS = re.compile(r"[0-9]+")
_CHARACTER = re.compile(r"\{([A-Za-z0-9 -]{1,100})\}")
_BOUNDARY = re.compile(r"\{([A-Za-z-]+)\}?")
_BOUNDARIES = ("start", "end", "start-half", "end-half")
_JAVASCRIPT_SIGNS = frozenset("^$\\.*+?()[]{}|/")


class FaultError(Exception):
    """Why an engine does not compile a pattern."""


class Escape(NamedTuple):
    """An escape. `point` is the code point of the one character that it means, None for a set and
    for what matches no character; `group` the number or the name of a group it refers back to.
    """

    end: int
    point: int | None = None
    feature: str = ""
    is_assertion: bool = False
    group: int | str | None = None


def read_escape(text: str, at: int, engine: Engine, *, in_class: bool = False) -> Escape:
    r"""Return the escape whose backslash is at `at`. Raises FaultError if `engine` has none such.

    >>> read_escape(r"\x41", 0, "python").point, read_escape(r"\d", 0, "rust").feature
    (65, 'shorthand')
    """
    letter = text[at + 1 : at + 2]
    if not letter:
        raise FaultError("ends in a backslash")
    read = _READERS[engine].get(letter, _read_identity)
    return read(text, at, engine, in_class)


def _name_shorthand(letter: str) -> str:
    return "negated-shorthand" if letter.isupper() else "shorthand"


def _read_set(text: str, at: int, _: Engine, _in_class: bool) -> Escape:  # noqa: FBT001
    return Escape(at + 2, feature=_name_shorthand(text[at + 1]))


def _read_letter(text: str, at: int, _: Engine, _in_class: bool) -> Escape:  # noqa: FBT001
    return Escape(at + 2, _CONTROLS[text[at + 1]])


def _read_assertion(text: str, at: int, engine: Engine, in_class: bool) -> Escape:  # noqa: FBT001
    letter = text[at + 1]
    if in_class:
        if letter == "b" and engine != "rust":
            return Escape(at + 2, _BACKSPACE)
        raise FaultError(f"escapes {letter} in a class")
    feature = _name_shorthand(letter) if letter in "bB" else ""
    named = _BOUNDARY.match(text, at + 2) if letter == "b" and engine == "rust" else None
    if named and not (named[0].endswith("}") and named[1] in _BOUNDARIES):
        raise FaultError("has \\b{...} with a boundary that its engine does not know")
    return Escape(named.end() if named else at + 2, feature=feature, is_assertion=True)


def _read_code(text: str, at: int, engine: Engine, _: bool) -> Escape:  # noqa: FBT001
    letter, start = text[at + 1], at + 2
    in_braces = engine == "rust" or (engine == "javascript" and letter == "u")
    if in_braces and text.startswith("{", start):
        found = _HEX.match(text, start + 1)
        is_whole = found and text.startswith("}", found.end())
        end = found.end() + 1 if found else start
    else:
        found = _HEX.match(text, start, start + _SIZES[letter])
        end = start + _SIZES[letter]
        is_whole = found and found.end() == end
    digits = found[0].lstrip("0") if found and is_whole else "-"
    # More digits than that are over the last code point.
    point = _CODE_POINTS if digits == "-" else int(digits[: _SIZES["U"]] or "0", 16)
    if point >= _CODE_POINTS or (engine == "rust" and point in _SURROGATES):
        raise FaultError(f"has \\{letter} without the digits of a character")
    if engine == "javascript" and letter == "u" and point in _HIGH:
        return _join_surrogates(text, end, point)
    return Escape(end, point)


def _join_surrogates(text: str, at: int, high: int) -> Escape:
    """Return the one character of two escapes, as the flag u reads them."""
    digits = text[at + 2 : at + 6]
    low = int(digits, 16) if text.startswith("\\u", at) and _HEX.fullmatch(digits) else 0
    if len(digits) < _SIZES["u"] or low not in _LOW:
        return Escape(at, high)
    return Escape(at + 6, 0x10000 + (high - _HIGH.start) * 0x400 + low - _LOW.start)


def _read_digits(text: str, at: int, engine: Engine, in_class: bool) -> Escape:  # noqa: FBT001
    found = _DIGITS.match(text, at + 1)
    digits = found[0] if found else ""
    if engine == "javascript" and digits == "0":
        return Escape(at + 2, 0)
    if digits.startswith("0"):
        raise FaultError("has an octal escape")
    if engine == "rust" or in_class:
        raise FaultError("refers back to a group, which its engine cannot")
    # A text this long has fewer groups than more digits would say.
    number = int(digits[:9])
    return Escape(at + 1 + len(digits), feature="backreference", group=number)


def _read_python_digits(text: str, at: int, _: Engine, in_class: bool) -> Escape:  # noqa: FBT001
    octal = _OCTAL.match(text, at + 1)
    size = len(octal[0]) if octal else 0
    if octal and (in_class or octal[0].startswith("0") or size == len("377")):
        if int(octal[0], 8) > _MOST_OCTAL:
            raise FaultError("has an octal escape over 377")
        return Escape(octal.end(), int(octal[0], 8))
    if in_class:
        raise FaultError(f"escapes {text[at + 1]} in a class")
    digits = text[at + 1 : at + 3]
    found = digits if _DIGITS.fullmatch(digits) else digits[0]
    return Escape(at + 1 + len(found), feature="backreference", group=int(found))


def _read_property(text: str, at: int, engine: Engine, _: bool) -> Escape:  # noqa: FBT001
    end = text.find("}", at) + 1 if text.startswith("{", at + 2) else 0
    name = text[at + 3 : end - 1] if end else text[at + 2 : at + 3]
    if not end and (engine == "javascript" or not name):
        raise FaultError("has a Unicode property without its name in braces")
    if not is_property(name, is_loose=engine == "rust"):
        raise FaultError(f"has a Unicode property that its engine does not know: {name[:40]}")
    return Escape(end or at + 3, feature="unicode-property")


def _read_character(text: str, at: int, _: Engine, _in_class: bool) -> Escape:  # noqa: FBT001
    found = _CHARACTER.match(text, at + 2)
    try:
        point = ord(unicodedata.lookup(found[1])) if found else None
    except (KeyError, TypeError):
        point = None
    if not found or point is None:
        raise FaultError("has \\N without the name of a character")
    return Escape(found.end(), point)


def _read_control(text: str, at: int, _: Engine, _in_class: bool) -> Escape:  # noqa: FBT001
    letter = text[at + 2 : at + 3]
    if not (letter.isascii() and letter.isalpha()):
        raise FaultError("has \\c without its letter")
    return Escape(at + 3, ord(letter) % 32)


def _read_name(text: str, at: int, _: Engine, in_class: bool) -> Escape:  # noqa: FBT001
    end = -1 if in_class else text.find(">", at)
    if not text.startswith("<", at + 2) or end < 0:
        raise FaultError("has \\k without the name of a group")
    return Escape(end + 1, feature="backreference", group=text[at + 3 : end])


def _read_identity(text: str, at: int, engine: Engine, in_class: bool) -> Escape:  # noqa: FBT001
    letter = text[at + 1]
    if engine == "javascript":
        is_known = letter in _JAVASCRIPT_SIGNS or (in_class and letter == "-")
    else:
        is_known = not (letter.isascii() and letter.isalnum())
    if engine == "rust":
        is_known = is_known and letter.isascii() and letter not in "<>"
    if not is_known and letter.isascii() and letter.isalnum():
        raise FaultError(f"escapes {letter}, which its engine does not know")
    if not is_known:
        raise FaultError(f"escapes {letter} for no reason, an error to its engine")
    return Escape(at + 2, ord(letter), "escaped-slash" if letter == "/" else "")


Reader = Callable[[str, int, Engine, bool], Escape]
_COMMON: dict[str, Reader] = {
    **dict.fromkeys("dDwWsS", _read_set),
    **dict.fromkeys("fnrtv", _read_letter),
    **dict.fromkeys("bB", _read_assertion),
    **dict.fromkeys("xu", _read_code),
}
_READERS: dict[Engine, dict[str, Reader]] = {
    "javascript": {
        **_COMMON,
        **dict.fromkeys("0123456789", _read_digits),
        **dict.fromkeys("pP", _read_property),
        "c": _read_control,
        "k": _read_name,
    },
    "python": {
        **_COMMON,
        **dict.fromkeys("0123456789", _read_python_digits),
        **dict.fromkeys("AZ", _read_assertion),
        "U": _read_code,
        "N": _read_character,
        "a": _read_letter,
    },
    "rust": {
        **_COMMON,
        **dict.fromkeys("0123456789", _read_digits),
        **dict.fromkeys("Az<>", _read_assertion),
        **dict.fromkeys("pP", _read_property),
        "U": _read_code,
        "a": _read_letter,
    },
}
