"""Parses TOML from an unknown author, only where that is sure to be quick."""

from __future__ import annotations

import re
from typing import Any

MAX_CHARS = 2**20
MAX_DOTS = 100
"""In one line, outside of quotes and comments: the time that a dotted key takes to parse grows with
the square of its parts.
"""

_LONG_NUMBER = re.compile(r"0[xob][0-9A-Fa-f_]{101}")
"""Decimal numbers are bounded by Python. The time that these take to convert grows with the square
of their digits, and Python refuses to write them."""

_QUOTED = re.compile(r"""\"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?|'[^'\n]*+'?|#[^\n]*+""")


def loads(text: str) -> dict[str, Any]:
    """Return the data of a TOML text. Raises ValueError, for one beyond MAX_CHARS or MAX_DOTS too,
    and RecursionError.

    >>> loads("a.b = 1.5")
    {'a': {'b': 1.5}}
    """
    check_bounds(text)
    import tomllib  # noqa: PLC0415 - start-up time

    return tomllib.loads(text)


def check_bounds(text: str) -> None:
    """Raise ValueError for a text that is larger than MAX_CHARS, has more than
    MAX_DOTS in a line, or a long number.
    """
    if len(text) > MAX_CHARS:
        raise ValueError(f"larger than {MAX_CHARS >> 20} MB")
    for line, bare in enumerate(_QUOTED.sub("", text).split("\n"), 1):
        if bare.count(".") > MAX_DOTS:
            raise ValueError(f"more than {MAX_DOTS} dots (at line {line}, column 1)")
        if _LONG_NUMBER.search(bare):
            raise ValueError(f"a number of more than 100 digits (at line {line}, column 1)")
