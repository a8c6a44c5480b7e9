"""Makes texts of others legible inside our messages: no control or invisible character stays."""

from __future__ import annotations

import re

from toolgrade.wording.ci_commands import defuse_commands

_ESCAPE = re.compile(r"\\(?:[nrt]|x[0-9a-f]{2}|u[0-9a-f]{4}|U000[0-9a-f]{5}|U0010[0-9a-f]{4})")


def make_legible(text: str, width: int = 200) -> str:
    """Return `text` as one harmless line of at most `width` characters of the original."""
    line = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in text.strip()[:width]
    )
    return defuse_commands(line if len(text.strip()) <= width else f"{line}…")


def restore_path(label: str) -> str:
    r"""Return the path of a file of which `make_legible` made `label`.

    >>> restore_path(make_legible("a\nb.json"))
    'a\nb.json'
    """
    return _ESCAPE.sub(_restore, label)


def _restore(found: re.Match[str]) -> str:
    char = found[0].encode().decode("unicode_escape")
    return found[0] if char.isprintable() else char
