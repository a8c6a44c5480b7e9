"""Names that are safe as a file's on every system and in an address, whatever a stranger wrote."""

from __future__ import annotations

import hashlib
import re
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

_LONGEST = 60
_SHOWN_DIGITS = 8
_SLUG = re.compile(r"[a-z0-9_][a-z0-9_-]{0,89}")
_UNSAFE = re.compile(r"[^a-z0-9_]+")
# Windows keeps these for devices, whatever their ending; `index` is the server's own page.
_RESERVED = frozenset(
    ["aux", "con", "index", "nul", "prn"]
    + [f"{device}{digit}" for device in ("com", "lpt") for digit in range(10)]
)


def is_slug(text: object) -> bool:
    """Whether `make_slug` could have made it; what another run wrote may be anything."""
    return isinstance(text, str) and _SLUG.fullmatch(text) is not None


def make_slug(name: str, taken: Container[str], number: int = 1) -> str:
    """Return a file name for `name` that is not `taken`: at most 90 lower-case letters, digits, "-"
    and "_". What such a name cannot say, a part of the name's SHA-256 does; `number` tells apart
    those of one name.

    >>> make_slug("GitHub MCP", ()), make_slug("../etc", {"etc"}), make_slug("CON", ())
    ('github-mcp', 'etc-f7f9121f', 'con-a3dbc4b6')
    """
    plain = _UNSAFE.sub("-", name[: 4 * _LONGEST].lower()).strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_SHOWN_DIGITS]
    cut = plain[:_LONGEST].rstrip("-")
    distinct = f"{cut}-{digest}".lstrip("-")
    if cut == plain and plain and plain not in _RESERVED and plain not in taken:
        return plain
    if distinct not in taken:
        return distinct
    return next(slug for n in count(number) if (slug := f"{distinct}-{n}") not in taken)
