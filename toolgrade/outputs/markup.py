"""A stranger's words in Markdown, where nothing of them acts.

They are put in a code span, or are escaped character by character. What GitHub would link in
running text (@people, #issues, addresses) escaping cannot stop, since links are made after it; so
the sign that begins it is put in a code span of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolgrade.outputs.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_TEXT = 300
_LONGEST_NAME = 80
_NOT_FOR_CODE = re.compile(r"[`|\\]")
_ACTS = re.compile(r"(?P<links>(?:@|#|\$|://|www\.)+)|[\\`*_\[\]<>|~&]", re.IGNORECASE)

# What makes a list, a heading or a rule of the line that it begins.
_OPENS = re.compile(r"^(\s*\d{0,9})([-+=.)])(?=[-=\s]|$)")


def row(cells: Sequence[str]) -> str:
    """Return a table's row of cells that are Markdown already."""
    return f"| {' | '.join(cells)} |"


def code(text: str) -> str:
    """Return the beginning of a text as a code span, or escaped where a span could not hold it."""
    shown = _cut(visible(text[:_LONGEST_TEXT], lines=False), _LONGEST_NAME)
    return (
        f"`{shown}`" if shown.strip() and not _NOT_FOR_CODE.search(shown) else _escape_markup(shown)
    )


def prose(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Return the beginning of a text escaped, on one line."""
    return _escape_markup(_cut(visible(text[:longest], lines=False), longest))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _escape_markup(text: str) -> str:
    inert = _ACTS.sub(lambda found: f"`{found[0]}`" if found["links"] else f"\\{found[0]}", text)
    return _OPENS.sub(r"\1\\\2", inert)
