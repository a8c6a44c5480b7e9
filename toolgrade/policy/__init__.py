"""A policy for a gateway or client, from what each tool can do.

`rules` decides, a dialect writes. Every named tool gets one rule, in the order of names. What is
not on the list is denied or asked for wherever the dialect can say so.

**Updating a file** never overrules a person: a rule in the file stays as it is, and only tools that
it does not mention yet are added. A rule equal to one that toolgrade once wrote may have been
chosen on purpose, and no dialect has a place to record who wrote it; so nothing is guessed, and a
rule that differs from what would be written today is reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.policy import claude_code, codex, intercept, markdown, policylayer

if TYPE_CHECKING:
    from toolgrade.policy.rules import Dialect

DIALECTS: dict[str, Dialect] = {
    "markdown": markdown.DIALECT,
    "policylayer": policylayer.DIALECT,
    "intercept": intercept.DIALECT,
    "claude-code": claude_code.DIALECT,
    "codex": codex.DIALECT,
}
