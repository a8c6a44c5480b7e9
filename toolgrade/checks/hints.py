"""Do the annotations make sense together? Unpriced: what each is worth stands under behavior."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.checks.check import NOT_APPLICABLE, met, unmet

if TYPE_CHECKING:
    from toolgrade.model import Verdict
    from toolgrade.view import ToolView


def consistent(tool: ToolView) -> Verdict:
    """Does not call itself read-only and destructive.

    What changes nothing cannot destroy: one of the two hints is wrong, and a client that trusts the
    first runs without asking what the second warns of.

    Source: MCP specification 2025-03-26: destructiveHint means something only if readOnlyHint is false.

    Bad:
        name = "find_page"
        annotations = { readOnlyHint = true, destructiveHint = true }

    Good:
        name = "find_page"
        annotations = { readOnlyHint = true, destructiveHint = false }
    """
    if not tool.annotated:
        return NOT_APPLICABLE
    if tool.hint("readOnlyHint") and tool.hint("destructiveHint"):
        return unmet("declare readOnlyHint or destructiveHint, not both", at="/annotations")
    return met()
