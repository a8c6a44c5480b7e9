"""The section of a description that lists arguments, as Google's docstrings have it.

It is read only where every line of it is plain, so that what is moved is all that it says.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_HEAD = re.compile(r"[ \t]*(?:args|arguments|parameters|params):[ \t]*", re.IGNORECASE)
_ENTRY = re.compile(
    r"(?:[-*\u2022] )?(?:`([A-Za-z_][\w-]{0,63})`|([A-Za-z_][\w-]{0,63}))"
    r"[ \t]*+(?:\(([^()\n]{0,80})\))?[ \t]*+:[ \t]++(\S.*)"
)
_TYPE = re.compile(r"[\w\[\], |.]{1,80}")
_MOST_LINES = 500


class Section(NamedTuple):
    """Where the section is in the text, heading and all, and what it says of each name."""

    start: int
    end: int
    entries: dict[str, str]


def read_arguments(text: str) -> Section | None:
    r"""Return the one arguments section of a text; None if there is none that is wholly understood.

    >>> read_arguments("Adds.\n\nArgs:\n    a (int): one\n        more\n    b: two\n").entries
    {'a': 'one more', 'b': 'two'}
    """
    lines = text.splitlines(keepends=True)[:_MOST_LINES]
    heads = [number for number, line in enumerate(lines) if _HEAD.fullmatch(line.rstrip("\r\n"))]
    if len(heads) != 1:
        return None
    first = heads[0]
    last, entries = _read_entries(lines, first + 1)
    if not entries:
        return None
    start = sum(map(len, lines[:first]))
    return Section(start, start + sum(map(len, lines[first:last])), entries)


def _read_entries(lines: list[str], number: int) -> tuple[int, dict[str, str]]:
    """Return the line after the section, and its entries; none if a line is not understood."""
    entries: dict[str, str] = {}
    name, depth = "", -1
    while number < len(lines):
        line = lines[number]
        indent, said = _measure_indent(line), line.strip()
        if not said:
            # A blank line ends it, unless what follows is as deep as its entries.
            following = next((after for after in lines[number:] if after.strip()), "")
            if not following or _measure_indent(following) < max(depth, 1):
                break
        elif depth < 0 or indent == depth:
            found = _ENTRY.fullmatch(said)
            if not found or (found[1] or found[2]) in entries:
                return number, {}
            depth, name = indent, found[1] or found[2]
            entries[name] = _join_type(found[3] or "", found[4])
        elif indent > depth:
            entries[name] = f"{entries[name]} {said}"
        else:
            break
        number += 1
    return number, entries


def _measure_indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _join_type(given: str, said: str) -> str:
    """Return what is said of an argument; a type alone is what the schema says."""
    plain = " ".join(said.split())
    return plain if not given or _TYPE.fullmatch(given) else f"({given}) {plain}"
