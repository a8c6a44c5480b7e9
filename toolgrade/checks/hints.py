"""Do the annotations agree with each other? Unpriced: each hint has its price in `behavior`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.checks.check import NOT_APPLICABLE, met, unmet

if TYPE_CHECKING:
    from toolgrade.model import Verdict
    from toolgrade.view import ToolView


def consistent(tool: ToolView) -> Verdict:
    """Does not claim to be both read-only and destructive.

    A tool that changes nothing cannot destroy anything: one of the two hints is wrong. A client
    that trusts readOnlyHint calls the tool without asking the user, although destructiveHint
    warns of damage.

    Source: MCP specification 2025-03-26: destructiveHint is meaningful only if readOnlyHint is
    false.

    Related: behavior.read-only-hint, behavior.agrees

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
        return unmet(
            "set either readOnlyHint or destructiveHint to false: both cannot be true",
            at="/annotations",
        )
    return met()
