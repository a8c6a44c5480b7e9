"""Do the annotations agree with each other? Unpriced: each hint has its price in `behavior`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolgrade.checks.check import NOT_APPLICABLE, faulty, met, unmet
from toolgrade.model.pointers import make_pointer
from toolgrade.risk import classify
from toolgrade.wording.hint_names import HINTS, find_meant_hint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolgrade.model import Pointer, Verdict
    from toolgrade.view import ToolView

_FIELDS = frozenset({*HINTS, "title"})
_SHOWN = 40
_OUTRIGHT = 2
"""Points of a verb in the name or at the head of the text that says little else than one thing."""


def known(tool: ToolView) -> Verdict:
    """Writes its hints where clients look for them, and in the right spelling.

    A misspelt hint, or one outside `annotations`, is ignored without a word: the tool is taken for
    one that may destroy. Annotations of other names are left alone unless they are nearly a hint.

    Source: MCP specification 2025-03-26, ToolAnnotations; cloudflare/mcp-server-cloudflare#364.

    Bad:
        name = "find_page"
        annotations = { readonlyHint = true }

    Good:
        name = "find_page"
        annotations = { readOnlyHint = true }
    """
    raw = tool.tool.raw or {}
    hints = tool.tool.annotations or {}
    if not hints and not any(name in raw for name in HINTS):
        return NOT_APPLICABLE
    return faulty([*_find_misplaced(raw), *_find_misspelt(hints)])


def _find_misplaced(raw: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    for name in HINTS:
        if name in raw:
            yield f"/{name}", f"move {name} into annotations"


def _find_misspelt(hints: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    for name in hints:
        at = make_pointer(((None, "annotations"), name))
        if name == "annotations":
            yield at, "write the hints in annotations itself, not in annotations.annotations"
        elif name not in _FIELDS and (near := find_meant_hint(name)):
            yield at, f"write {near} instead of {name[:_SHOWN]}"


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


def sparing(tool: ToolView) -> Verdict:
    """Does not call a pure read a change.

    Clients ask the user before every call of a tool that may destroy. If they ask for tools that
    only look something up, users learn to approve without reading. Unmet by a tool with
    destructiveHint true whose words say that it reads, and nothing else.

    Source: MCP specification 2025-03-26, ToolAnnotations: destructiveHint is for updates that
    destroy.

    Related: behavior.read-only-hint, behavior.agrees, hints.consistent

    Bad:
        name = "list_pages"
        description = "List the pages of a notebook."
        annotations = { readOnlyHint = false, destructiveHint = true }

    Good:
        name = "list_pages"
        description = "List the pages of a notebook."
        annotations = { readOnlyHint = true }
    """
    if not tool.annotated:
        return NOT_APPLICABLE
    if not tool.hint("destructiveHint") or tool.hint("readOnlyHint"):
        return met()
    risk = classify(tool)
    said = [reason for reason in risk.reasons if reason.quotes]
    sure = any(reason.points >= _OUTRIGHT for reason in said)
    if risk.confidence == "low" or not sure or any(reason.category != "Read" for reason in said):
        return NOT_APPLICABLE
    note = (
        "set readOnlyHint to true and leave out destructiveHint: the text says that it only reads"
    )
    return unmet(note, said[0].quotes[0])
