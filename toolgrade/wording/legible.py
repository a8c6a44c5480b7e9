"""Words of others inside our messages: no control, bidi or zero-width character gets through."""

from __future__ import annotations

from toolgrade.wording.ci_commands import defuse_commands


def make_legible(text: str, width: int = 200) -> str:
    """Return `text` as one harmless line of at most `width` characters of the original."""
    line = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in text.strip()[:width]
    )
    return defuse_commands(line if len(text.strip()) <= width else f"{line}…")
