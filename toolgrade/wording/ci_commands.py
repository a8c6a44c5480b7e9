"""Words of others in the log of a CI job, whose runner would take some of them for commands."""

from __future__ import annotations

import re

# GitHub's runner obeys "::" where a line begins and "##[" anywhere, Azure's "##vso[" too. What
# follows a blank may begin a line once the text is wrapped.
_OBEYED = re.compile(r"(?<!\S):(?=:)|##(?=\[|vso\[)")


def defuse_commands(text: str) -> str:
    """Return `text` with a blank inside of whatever would be a command.

    >>> defuse_commands("::add-mask::x, ##[error]y, http://[::1]/mcp")
    ': :add-mask::x, ## [error]y, http://[::1]/mcp'
    """
    return _OBEYED.sub(r"\g<0> ", text)
