"""Reads a pattern from its beginning to its end: its groups, its quantifiers, and how many
characters each part matches, which Python wants to know of what looks behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.clients.regexes.classes import read_class
from toolgrade.clients.regexes.escapes import FaultError, read_escape

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolgrade.clients.regexes.escapes import Engine

_LOOK = {"<=": "lookbehind", "<!": "lookbehind", "=": "lookahead", "!": "lookahead"}
_COUNT = re.compile(r"\{([0-9]*)(,?)([0-9]*)\}")
_FLAGS = re.compile(r"([A-Za-z]*)(-?)([A-Za-z]*)([:)])")
_FLAGS_OF = {"python": "aiLmsux", "rust": "imsRUux"}
_NOT_WITH_OTHERS = frozenset("auL")
"""Python's flags that say what a letter is: at most one of them, and never off."""
_START, _END = ("^", "\\A"), ("$", "\\Z", "\\z")
_MOST = 2**32 - 1
"""The largest count that an engine keeps."""
_MOST_DIGITS = 4_000
_BRANCHES = 2


class VerboseError(Exception):
    """The pattern asks for spaces and comments to be left out: the rest of it is not read."""


class _Width(NamedTuple):
    """The fewest and the most characters that something matches."""

    least: int
    most: int

    def add(self, other: _Width) -> _Width:
        return _Width(min(self.least + other.least, _MOST), min(self.most + other.most, _MOST))

    def repeat(self, least: int, most: int) -> _Width:
        return _Width(min(self.least * least, _MOST), min(self.most * most, _MOST))

    def join(self, other: _Width | None) -> _Width:
        if other is None:
            return self
        return _Width(min(self.least, other.least), max(self.most, other.most))


_NONE, _ONE = _Width(0, 0), _Width(1, 1)


@dataclass(slots=True)
class _Group:
    """A group that is open: `before` and `last` are what its branch holds so far, and `branches`
    those that ended. `number` is 0 where it captures nothing.
    """

    kind: str = ""
    number: int = 0
    first: int = 0
    before: _Width = _NONE
    last: _Width = _NONE
    branches: _Width | None = None
    count: int = 1


class Reader:
    """One pass over a pattern. `repeatable` is whether a quantifier may come next."""

    def __init__(self, text: str, engine: Engine) -> None:
        self.text = text
        self.engine = engine
        self.at = 0
        self.repeatable = False
        self.features: set[str] = set()
        self.groups = [_Group()]
        self.is_empty = True
        self.letters: set[str] = set()
        self.widths: list[_Width | None] = [None]
        self.names: dict[str, int] = {}
        self.wanted: set[int | str] = set()
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
        """Read it all. Raises FaultError where the engine would not compile it, VerboseError where
        it cannot be read on.
        """
        text, size = self.text, len(self.text)
        if not (text.startswith(_START) and text.endswith(_END)) or text.endswith("\\$"):
            self.features.add("unanchored")
        while self.at < size:
            step = self.steps.get(text[self.at])
            if step is None:
                self._take(self.at + 1, _ONE)
            else:
                step()
        if len(self.groups) > 1:
            raise FaultError("has a group that is not closed")
        for one in self.wanted:
            if one not in self.names if isinstance(one, str) else one >= len(self.widths):
                raise FaultError("refers back to a group it does not have")

    def _peek(self, more: int = 0) -> str:
        return self.text[self.at + more : self.at + more + 1]

    def _take(self, end: int, width: _Width, *, repeatable: bool = True) -> None:
        """Go on after something that matches so many characters."""
        group = self.groups[-1]
        group.before, group.last = group.before.add(group.last), width
        self.at, self.repeatable, self.is_empty = end, repeatable, False

    def _bar(self) -> None:
        group = self.groups[-1]
        group.branches = group.before.add(group.last).join(group.branches)
        group.before = group.last = _NONE
        group.count += 1
        if group.kind == "condition" and group.count > _BRANCHES:
            raise FaultError("has a condition with more than two branches")
        self.at += 1
        self.repeatable = self.is_empty = False

    def _assert(self) -> None:
        self._take(self.at + 1, _NONE, repeatable=self.engine == "rust")

    def _lone(self) -> None:
        if self.engine == "javascript":
            raise FaultError(f"has a {self._peek()} without its opening bracket")
        self._take(self.at + 1, _ONE)

    def _class(self) -> None:
        self._take(read_class(self.text, self.at, self.engine, self.features), _ONE)

    def _repeat(self) -> None:
        sign = self._peek()
        if not self.repeatable:
            raise FaultError(f"has nothing that {sign} could repeat")
        self.at += 1
        self._after_quantifier(int(sign == "+"), 1 if sign == "?" else _MOST)

    def _brace(self) -> None:
        found = _COUNT.match(self.text, self.at)
        is_count = found and (found[1] or (self.engine == "python" and found[2]))
        if not found or not is_count:
            if self.engine != "python":
                raise FaultError("has a { that is not a count after something to repeat")
            self._take(self.at + 1, _ONE)
            return
        least = _read_count(found[1], 0)
        most = _read_count(found[3], _MOST) if found[2] else least
        if most < least:
            raise FaultError(f"has a count out of order, {found[0][:24]}")
        if self.engine != "javascript" and max(least, most if found[3] else 0) > _MOST - (
            self.engine == "python"
        ):
            raise FaultError("has a count that is too large")
        if not self.repeatable:
            raise FaultError("has a { that is not a count after something to repeat")
        self.at = found.end()
        self._after_quantifier(least, most)

    def _after_quantifier(self, least: int, most: int) -> None:
        group = self.groups[-1]
        group.last = group.last.repeat(least, most)
        if self._peek() == "?":
            self.at += 1
        elif self._peek() == "+" and self.engine == "python":
            self.at += 1
            self.features.add("possessive")
        self.repeatable = self.engine == "rust"

    def _open(self) -> None:
        if self._peek(1) != "?":
            self._begin(self.at + 1, captures=True)
            return
        start = self.at + 2
        for sign, kind in _LOOK.items():
            if self.text.startswith(sign, start):
                self.features.add(kind)
                if self.engine == "rust":
                    raise FaultError("looks around, which Rust's regex cannot")
                self._begin(start + len(sign), kind)
                return
        if self.text.startswith(":", start):
            self._begin(start + 1)
        elif self.text.startswith("<", start):
            self._named("<", "js-group", taken=self.engine != "python")
        elif self.text.startswith("P<", start):
            self._named("P<", "python-group", taken=self.engine != "javascript")
        elif self.engine == "python" and self._open_rare(start):
            return
        else:
            self._flags(start)

    def _begin(self, at: int, kind: str = "", *, captures: bool = False) -> None:
        if captures:
            self.widths.append(None)
        number = len(self.widths) - 1 if captures else 0
        self.groups.append(_Group(kind, number, len(self.widths)))
        self.at = at
        self.repeatable = self.is_empty = False

    def _named(self, opening: str, feature: str, *, taken: bool) -> None:
        self.features.add(feature)
        start = self.at + 2 + len(opening)
        end = self.text.find(">", start)
        name = self.text[start : max(end, start)]
        if not taken or not _is_name(name, self.engine):
            raise FaultError(f"has a group (?{opening}...>, which its engine does not know")
        if name in self.names:
            raise FaultError(f"has two groups of the name {name[:24]}")
        self.names[name] = len(self.widths)
        self._begin(end + 1, captures=True)

    def _open_rare(self, start: int) -> bool:
        """Read what only Python has after `(?`; return False if it is something else."""
        sign = self._peek(2)
        end = self.text.find(")", start)
        if sign == ">":
            self.features.add("atomic")
            self._begin(start + 1)
        elif sign == "#" and end > 0:
            self.at = end + 1
        elif self.text.startswith("P=", start) and end > 0:
            name = self.text[start + 2 : end]
            if name not in self.names:
                raise FaultError("refers back to a group it does not have")
            self._refer(self.names[name], end + 1)
        elif sign == "(" and end > 0:
            self._condition(self.text[start + 1 : end], end + 1)
        else:
            return False
        return True

    def _condition(self, name: str, at: int) -> None:
        if name.isascii() and name.isdigit() and name.strip("0"):
            self.wanted.add(int(name[-9:]) if len(name.lstrip("0")) <= len("999999999") else _MOST)
        elif name not in self.names:
            raise FaultError("asks for a group it does not have")
        self._begin(at, "condition")

    def _flags(self, start: int) -> None:
        found = _FLAGS.match(self.text, start)
        if not found or self.engine == "javascript" or not _are_flags(found, self.engine):
            raise FaultError(f"has a group (?{self._peek(2)}, which its engine does not know")
        self.features.add("inline-flags")
        is_whole = found[4] == ")"
        if is_whole and self.engine == "python":
            self.letters |= _NOT_WITH_OTHERS & set(found[1])
            if found[2] or not self.is_empty:
                raise FaultError("sets flags after its beginning")
            if len(self.letters) > 1:
                raise FaultError("sets flags that exclude one another")
        if "x" in found[1]:
            raise VerboseError
        if not is_whole:
            self._begin(found.end())
        else:
            self.at, self.repeatable = found.end(), False

    def _close(self) -> None:
        if len(self.groups) == 1:
            raise FaultError("has a ) without its (")
        group = self.groups.pop()
        width = group.before.add(group.last).join(group.branches)
        if group.kind == "condition" and group.count < _BRANCHES:
            width = width.join(_NONE)
        if group.kind == "lookbehind" and self.engine == "python" and width.least != width.most:
            raise FaultError("looks behind for texts of more than one length")
        if group.number:
            self.widths[group.number] = width
        is_look = group.kind in _LOOK.values()
        repeatable = not is_look or self.engine == "python"
        self._take(self.at + 1, _NONE if is_look else width, repeatable=repeatable)

    def _escape(self) -> None:
        escape = read_escape(self.text, self.at, self.engine)
        if escape.feature:
            self.features.add(escape.feature)
        if escape.group is not None and self.engine == "python":
            self._refer(int(escape.group), escape.end)
            return
        if escape.group is not None:
            self.wanted.add(escape.group)
        repeatable = not escape.is_assertion or self.engine == "rust"
        self._take(escape.end, _NONE if escape.is_assertion else _ONE, repeatable=repeatable)

    def _refer(self, number: int, end: int) -> None:
        """Refer back to a group, as Python does: it must have ended."""
        self.features.add("backreference")
        width = self.widths[number] if number < len(self.widths) else None
        if width is None:
            raise FaultError("refers back to a group it does not have")
        behind = next((group for group in self.groups if group.kind == "lookbehind"), None)
        if behind and number >= behind.first:
            raise FaultError("refers back to a group within what looks behind")
        self._take(end, width)


def _read_count(digits: str, otherwise: int) -> int:
    if len(digits) > _MOST_DIGITS:
        return _MOST + 1
    return int(digits) if digits else otherwise


def _is_name(name: str, engine: Engine) -> bool:
    if engine == "python":
        return name.isidentifier()
    if engine == "javascript":
        return name.replace("$", "_").isidentifier()
    more = name[1:].replace("_", "").replace(".", "").replace("[", "").replace("]", "")
    begins = name[:1] == "_" or name[:1].isalpha()
    return begins and (not more or more.isalnum())


def _are_flags(found: re.Match[str], engine: Engine) -> bool:
    on, off = found[1], found[3]
    known = all(flag in _FLAGS_OF[engine] for flag in on + off)
    if engine == "rust":
        return known and len(set(on + off)) == len(on + off) > 0 and (bool(off) or not found[2])
    kinds = _NOT_WITH_OTHERS & set(on)
    return (
        known
        and bool(on or off)
        and len(kinds) < 2  # noqa: PLR2004 - no two together
        and "L" not in kinds
        and not _NOT_WITH_OTHERS & set(off)
        and not set(on) & set(off)
        and bool(off) == bool(found[2])
    )
