"""Parses TOML from an unknown author, only where that is sure to be quick."""

from __future__ import annotations

import re
import tomllib
from typing import Any

MAX_CHARS = 2**20
MAX_DOTS = 100
"""In one line, outside of quotes and comments: the time that a dotted key takes to parse grows with
the square of its parts.
"""

_QUOTED = re.compile(r"""\"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?|'[^'\n]*+'?|#[^\n]*+""")


def loads(text: str) -> dict[str, Any]:
    """Return the data of a TOML text. Raises ValueError, for one beyond MAX_CHARS or MAX_DOTS too,
    and RecursionError.

    >>> loads("a.b = 1.5")
    {'a': {'b': 1.5}}
    """
    check_bounds(text)
    return tomllib.loads(text)


def check_bounds(text: str) -> None:
    """Raise ValueError for a text that is larger than MAX_CHARS, or has more than MAX_DOTS."""
    if len(text) > MAX_CHARS:
        raise ValueError(f"larger than {MAX_CHARS >> 20} MB")
    for line, bare in enumerate(_QUOTED.sub("", text).split("\n"), 1):
        if bare.count(".") > MAX_DOTS:
            raise ValueError(f"more than {MAX_DOTS} dots (at line {line}, column 1)")
