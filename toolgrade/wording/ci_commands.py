"""Defuses text that the runner of a CI job would take for a command."""

from __future__ import annotations

import re

# GitHub's runner obeys "::" at the start of a line and "##[" anywhere, Azure's also "##vso[".
# What follows a blank may start a line once the text is wrapped.
_OBEYED = re.compile(r"(?<!\S):(?=:)|##(?=\[|vso\[)")


def defuse_commands(text: str) -> str:
    """Return `text` with a blank inside anything that would be a command.

    >>> defuse_commands("::add-mask::x, ##[error]y, http://[::1]/mcp")
    ': :add-mask::x, ## [error]y, http://[::1]/mcp'
    """
    return _OBEYED.sub(r"\g<0> ", text)
