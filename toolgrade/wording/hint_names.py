"""The names of annotation hints, and which one a misspelt name was meant to be."""

from __future__ import annotations

from toolgrade.wording.suggest import find_nearest

HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
_BODIES = {hint.lower().removesuffix("hint"): hint for hint in HINTS}
_ALIKE = 0.8
_LONGEST = 40


def find_meant_hint(name: str) -> str:
    """Return the hint that a name was meant to be, "" for a name that is something else.

    >>> find_meant_hint("readonly_hint"), find_meant_hint("audience")
    ('readOnlyHint', '')
    """
    plain = "".join(c for c in name[:_LONGEST].lower() if c.isalnum()).removesuffix("hint")
    return _BODIES.get(find_nearest(plain, _BODIES, _ALIKE), "")
