"""Findings that somebody leaves as they are, with the reason: quieted, never scored differently."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolgrade.checks import checks
from toolgrade.each import each
from toolgrade.model import COHERENCE, DIMENSIONS, MALFORMED, SHADOWED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.each import Change
    from toolgrade.model import Finding, Report, ServerReport, ToolReport
    from toolgrade.rubric import Rubric

NOT_SELECTED = "not selected"


@dataclass(frozen=True, slots=True)
class Ignore:
    """What to leave: a check's id, or all of a dimension or family ("usage", "malformed"); of the
    tools whose whole name `tool` matches ("*" stands for any characters), None for everything.

    `place` is where it is written ("toolgrade.toml:12"), "" on the command line.
    """

    check: str
    reason: str
    tool: str | None = None
    place: str = ""

    def covers(self, tool: ToolReport | None, dimension: str, check: str) -> bool:
        """Whether it is meant for a check's finding; `tool` is None for a server's own."""
        if self.check not in {check, dimension, check.partition(".")[0]}:
            return False
        if self.tool is None:
            return True
        name = tool.tool.name if tool else None
        return name is not None and _matches(self.tool, name)


def _matches(pattern: str, name: str) -> bool:
    """Whether a name is a pattern's, in linear time, which no backtracking expression is.

    >>> _matches("get_*_by_*", "get_user_by_id"), _matches("a*a", "a"), _matches("a", "ab")
    (True, False, False)
    """
    first, *rest = pattern.split("*")
    if not rest:
        return name == pattern
    *middle, last = rest
    at, end = len(first), len(name) - len(last)
    if not (name.startswith(first) and name.endswith(last)):
        return False
    for part in middle:
        if (found := name.find(part, at, max(at, end))) < 0:
            return False
        at = found + len(part)
    return at <= end


def names(rubric: Rubric) -> set[str]:
    """Return every check, dimension and family that an ignore may name under a rubric."""
    asked = {question.check.id for rules in rubric.every_dimension for question in rules.questions}
    asked |= {*checks(), *(f"malformed.{kind}" for kind in MALFORMED), f"shadowing.{SHADOWED}"}
    own = {*DIMENSIONS, *COHERENCE, *(rules.words.key for rules in rubric.dimensions)}
    return asked | own | {check.partition(".")[0] for check in asked}


def settle(report: Report, ignores: Sequence[Ignore], select: Sequence[str] = ()) -> Report:
    """Return a report with what is ignored, or not of the checks to `select` (empty: all), marked
    with the first reason that covers it; no score changes. A written ignore that covers nothing
    becomes a notice.
    """
    if not ignores and not select:
        return report
    chosen = [Ignore(name, "") for name in select]
    used: set[Ignore] = set()

    def owner(_server: ServerReport, tool: ToolReport | None) -> Change:
        def marked(dimension: str, finding: Finding) -> Finding:
            found = [ignore for ignore in ignores if ignore.covers(tool, dimension, finding.check)]
            used.update(found)
            if found:
                return finding._replace(ignored=found[0].reason)
            if chosen and not any(c.covers(tool, dimension, finding.check) for c in chosen):
                return finding._replace(ignored=NOT_SELECTED)
            return finding

        return marked

    settled = each(report, owner)
    notices = tuple(
        f"{ignore.place}: this ignore of {ignore.check} matches nothing any more; remove it"
        for ignore in ignores
        if ignore.place and ignore not in used
    )
    return replace(settled, notices=report.notices + notices)
