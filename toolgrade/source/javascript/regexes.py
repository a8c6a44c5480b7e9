"""Regular expressions, as far as both languages mean the same by them and no text takes long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolgrade.source.javascript.values import Pattern

MAX_LENGTH = 20_000
"""Characters of the longest text that is searched."""

_UNLIKE = re.compile(r"\(|\\[pPukcxB0-9]|\[\^?\]|\[\[|--|&&|\|\||~~|\{,")
_REPEATS = re.compile(r"(?<!\\)[*+?]|\{\d")
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}


def translate_pattern(pattern: Pattern) -> re.Pattern[str] | None:
    """Return a pattern as Python has it; None if it may mean another thing there, or take long: no
    groups, and one repetition at most.
    """
    source = pattern.source
    if (
        _UNLIKE.search(source)
        or len(_REPEATS.findall(source)) > 1
        or set(pattern.flags) - set("gims")
    ):
        return None
    flags = re.ASCII
    for letter, flag in _FLAGS.items():
        flags |= flag if letter in pattern.flags else flags
    if "m" not in pattern.flags:
        source = re.sub(r"(?<!\\)\$$", r"\\Z", source)
    try:
        return re.compile(source, flags)
    except re.error:
        return None
