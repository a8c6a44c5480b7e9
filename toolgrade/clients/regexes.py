"""Reads a `pattern` without running it: whether an engine can compile it, and what it uses.

A pattern is a stranger's text, so nothing here matches with it. One pass over its characters says
what is wrong under the rules of an engine: JavaScript's with the flag `u` (as ajv compiles),
Python's `re`, or Rust's `regex` (which pydantic uses).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

Engine = Literal["javascript", "python", "rust"]

MOST_READ = 10_000
"""Characters of a pattern that are read; a longer one counts as valid, and as without features."""

_LOOK = {"=": "lookahead", "!": "lookahead", "<=": "lookbehind", "<!": "lookbehind"}
_META = frozenset("^$\\.*+?()[]{}|/")
_LETTERS: dict[Engine, frozenset[str]] = {
    "javascript": frozenset("bBdDsSwWfnrtv"),
    "python": frozenset("AbBdDsSwWZafnrtv"),
    "rust": frozenset("AbBdDsSwWzafnrtv"),
}
_CODE_POINTS = 0x110000
_HEX = re.compile(r"[0-9A-Fa-f]+")
_COUNT = re.compile(r"\{(\d{1,9})(,(\d{0,9}))?\}")
_NAME = re.compile(r"[A-Za-z_$][\w$]{0,200}", re.ASCII)
_FLAGS = re.compile(r"[a-zA-Z]{0,10}(?:-[a-zA-Z]{1,10})?")
_PROPERTY = re.compile(r"\{\^?[A-Za-z0-9_=: ]{1,80}\}")
_DIGITS = re.compile(r"[1-9][0-9]{0,2}")
_SHORTHAND = frozenset("dDwWsSbB")
_START, _END = ("^", "\\A"), ("$", "\\Z", "\\z")


class Shape(NamedTuple):
    """What a pattern is to an engine: `fault` says why it does not compile ("" if it does), and
    `features` what it uses, as far as it was read.
    """

    fault: str
    features: frozenset[str]


class _FaultError(Exception):
    pass


@lru_cache(maxsize=4096)
def read_pattern(pattern: str, engine: Engine) -> Shape:
    """Return what `pattern` is to `engine`."""
    if len(pattern) > MOST_READ:
        return Shape("", frozenset())
    reader = _Reader(pattern, engine)
    try:
        reader.read()
    except _FaultError as error:
        return Shape(str(error), frozenset(reader.features))
    return Shape("", frozenset(reader.features))


@dataclass(slots=True)
class _Group:
    is_look: bool


class _Reader:
    """One pass over a pattern. `repeatable` is whether a quantifier may come next."""

    def __init__(self, text: str, engine: Engine) -> None:
        self.text = text
        self.engine = engine
        self.at = 0
        self.repeatable = False
        self.features: set[str] = set()
        self.groups: list[_Group] = []
        self.count = 0
        self.largest = 0
        self.names: set[str] = set()
        self.wanted: set[str] = set()
        self.steps: dict[str, Callable[[], None]] = {
            "\\": self._escape,
            "[": self._class,
            "(": self._open,
            ")": self._close,
            "|": self._bar,
            "^": self._assert,
            "$": self._assert,
            "*": self._repeat,
            "+": self._repeat,
            "?": self._repeat,
            "{": self._brace,
            "}": self._lone,
            "]": self._lone,
        }

    def read(self) -> None:
        text, size = self.text, len(self.text)
        if not (text.startswith(_START) and text.endswith(_END)) or text.endswith("\\$"):
            self.features.add("unanchored")
        while self.at < size:
            step = self.steps.get(text[self.at])
            if step is None:
                self.at += 1
                self.repeatable = True
            else:
                step()
        if self.groups:
            raise _FaultError("has a group that is not closed")
        if self.largest > self.count or self.wanted - self.names:
            raise _FaultError("refers back to a group it does not have")

    def _peek(self, more: int = 0) -> str:
        return self.text[self.at + more : self.at + more + 1]

    def _bar(self) -> None:
        self.at += 1
        self.repeatable = False

    def _assert(self) -> None:
        self.at += 1
        self.repeatable = self.engine == "rust"

    def _lone(self) -> None:
        if self.engine == "javascript":
            raise _FaultError(f"has a {self._peek()} without its opening bracket")
        self.at += 1
        self.repeatable = True

    def _repeat(self) -> None:
        if not self.repeatable:
            raise _FaultError(f"has nothing that {self._peek()} could repeat")
        self.at += 1
        self._after_quantifier()

    def _brace(self) -> None:
        found = _COUNT.match(self.text, self.at)
        if not found and self.engine == "python":
            self.at += 1
            self.repeatable = True
            return
        if not found or not self.repeatable:
            raise _FaultError("has a { that is not a count after something to repeat")
        most = found[3]
        if most and int(most) < int(found[1]):
            raise _FaultError(f"has a count out of order, {found[0]}")
        self.at = found.end()
        self._after_quantifier()

    def _after_quantifier(self) -> None:
        if self._peek() == "?":
            self.at += 1
        elif self._peek() == "+" and self.engine == "python":
            self.at += 1
            self.features.add("possessive")
        self.repeatable = self.engine == "rust"

    def _open(self) -> None:
        self.at += 1
        self.repeatable = False
        if self._peek() != "?":
            self.count += 1
            self.groups.append(_Group(is_look=False))
            return
        self.at += 1
        for sign in ("<=", "<!", "=", "!"):
            if self.text.startswith(sign, self.at):
                self.features.add(_LOOK[sign])
                if self.engine == "rust":
                    raise _FaultError("looks around, which Rust's regex cannot")
                self.at += len(sign)
                self.groups.append(_Group(is_look=True))
                return
        if self._peek() == ":":
            self.at += 1
            self.groups.append(_Group(is_look=False))
        elif self._peek() == "<":
            self._named("<", self.engine != "python", "js-group")
        elif self.text.startswith("P<", self.at):
            self._named("P<", self.engine != "javascript", "python-group")
        else:
            self._rare_group()

    def _named(self, opening: str, taken: bool, feature: str) -> None:  # noqa: FBT001 - by engine
        self.features.add(feature)
        found = _NAME.match(self.text, self.at + len(opening))
        if not taken or not found or self.text[found.end() : found.end() + 1] != ">":
            raise _FaultError(f"has a group (?{opening}...>, which its engine does not know")
        self.names.add(found[0])
        self.count += 1
        self.at = found.end() + 1
        self.groups.append(_Group(is_look=False))

    def _rare_group(self) -> None:
        if self.engine == "python":
            if self.text.startswith("P=", self.at):
                found = _NAME.match(self.text, self.at + 2)
                if found and found[0] in self.names and self.text.startswith(")", found.end()):
                    self.features.add("backreference")
                    self.at, self.repeatable = found.end() + 1, True
                    return
            if self._peek() == ">":
                self.features.add("atomic")
                self.at += 1
                self.groups.append(_Group(is_look=False))
                return
            if self._peek() == "#" and (end := self.text.find(")", self.at)) > 0:
                self.at = end + 1
                return
        found = _FLAGS.match(self.text, self.at)
        end = found.end() if found else self.at
        closing = self.text[end : end + 1]
        if end > self.at and closing in {":", ")"}:
            self.features.add("inline-flags")
            whole = closing == ")"
            first = self.at == len("(?")
            if not whole or self.engine == "rust" or (self.engine == "python" and first):
                self.at = end + 1
                if not whole:
                    self.groups.append(_Group(is_look=False))
                return
        raise _FaultError(f"has a group (?{self._peek()}, which its engine does not know")

    def _close(self) -> None:
        if not self.groups:
            raise _FaultError("has a ) without its (")
        look = self.groups.pop().is_look
        self.at += 1
        self.repeatable = not look or self.engine == "python"

    def _escape(self, *, in_class: bool = False) -> None:
        r"""Read what follows a backslash; in a class, `\b` is a character."""
        letter = self._peek(1)
        if not letter:
            raise _FaultError("ends in a backslash")
        self.repeatable = True
        if letter in _LETTERS[self.engine]:
            self._letter(letter, in_class=in_class)
            return
        if letter == "/":
            self.features.add("escaped-slash")
        if letter in "pP" and self.engine != "python":
            self._property()
        elif letter in "xuU":
            self._code(letter)
        elif letter.isdigit():
            self._digits(in_class=in_class)
        elif self.engine == "javascript" and letter in "kc":
            self._javascript_only(letter)
        else:
            self._identity(letter, in_class=in_class)

    def _letter(self, letter: str, *, in_class: bool) -> None:
        if in_class and (letter in "BAZz" or (letter == "b" and self.engine == "rust")):
            raise _FaultError(f"escapes {letter} in a class")
        if letter in _SHORTHAND and not (in_class and letter == "b"):
            self.features.add("negated-shorthand" if letter.isupper() else "shorthand")
        self.at += 2
        self.repeatable = letter not in "bBAZz" or self.engine == "rust"

    def _identity(self, letter: str, *, in_class: bool) -> None:
        if letter.isascii() and letter.isalnum():
            raise _FaultError(f"escapes {letter}, which its engine does not know")
        known = letter in _META or (in_class and letter == "-")
        if self.engine == "javascript" and not known:
            raise _FaultError(f"escapes {letter} for no reason, an error under the flag u")
        self.at += 2

    def _property(self) -> None:
        self.features.add("unicode-property")
        found = _PROPERTY.match(self.text, self.at + 2)
        if found:
            self.at = found.end()
        elif self.engine == "rust" and self._peek(2).isalpha():
            self.at += 3
        else:
            raise _FaultError("has a Unicode property without its name in braces")

    def _code(self, letter: str) -> None:
        start = self.at + 2
        if self._peek(2) == "{" and (
            (letter == "u" and self.engine == "javascript") or self.engine == "rust"
        ):
            found = _HEX.match(self.text, start + 1)
            if (
                found
                and self.text.startswith("}", found.end())
                and int(found[0][-8:], 16) < _CODE_POINTS
            ):
                self.at = found.end() + 1
                return
        size = {"x": 2, "u": 4, "U": 8}[letter]
        digits = self.text[start : start + size]
        known = letter != "U" or self.engine != "javascript"
        if not known or len(digits) < size or not _HEX.fullmatch(digits):
            raise _FaultError(f"has \\{letter} without its digits")
        self.at = start + size

    def _digits(self, *, in_class: bool) -> None:
        found = _DIGITS.match(self.text, self.at + 1)
        if found is None:  # \0
            if self.engine == "rust" or (self.engine == "javascript" and self._peek(2).isdigit()):
                raise _FaultError("has an octal escape")
            self.at += 2
            return
        if self.engine == "rust" or (in_class and self.engine == "javascript"):
            raise _FaultError("refers back to a group, which its engine cannot")
        self.features.add("backreference")
        self.largest = max(self.largest, 0 if in_class else int(found[0]))
        self.at = found.end()

    def _javascript_only(self, letter: str) -> None:
        if letter == "c":
            if not (self._peek(2).isascii() and self._peek(2).isalpha()):
                raise _FaultError("has \\c without its letter")
            self.at += 3
            return
        found = _NAME.match(self.text, self.at + 3) if self._peek(2) == "<" else None
        if not found or not self.text.startswith(">", found.end()):
            raise _FaultError("has \\k without the name of a group")
        self.features.add("backreference")
        self.wanted.add(found[0])
        self.at = found.end() + 1

    def _class(self) -> None:
        text, size = self.text, len(self.text)
        self.at += 1
        if self._peek() == "^":
            self.at += 1
        first, depth, before = True, 1, ""
        while self.at < size:
            sign = text[self.at]
            if sign == "]" and not (first and self.engine != "javascript"):
                self.at += 1
                depth -= 1
                if not depth:
                    self.repeatable = True
                    return
            elif sign == "[" and self.engine == "rust":
                if text.startswith("[:", self.at):
                    end = text.find(":]", self.at)
                    self.at = size if end < 0 else end + 2
                else:
                    depth += 1
                    self.at += 1
            else:
                before = self._member(before)
                first = False
                continue
            first, before = False, ""
        raise _FaultError("has a class [ that is not closed")

    def _member(self, before: str) -> str:
        """Read one member of a class, or the range that `before` and a dash begin."""
        is_range = bool(before) and self._peek() == "-" and self._peek(1) not in {"]", ""}
        if is_range:
            self.at += 1
        start = self.at
        if self._peek() == "\\":
            self._escape(in_class=True)
        else:
            self.at += 1
        member = self.text[start : self.at]
        if not is_range:
            return "" if before == "-" and member == "-" else member
        if _is_set(member) or _is_set(before):
            raise _FaultError("has a range in a class that begins or ends in a set")
        if len(member) == len(before) == 1 and member < before:
            raise _FaultError(f"has a range out of order, {before}-{member}")
        return ""


def _is_set(member: str) -> bool:
    return member[:2] in {"\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\p", "\\P"}
