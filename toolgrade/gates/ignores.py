"""Findings that are ignored for a reason: left out of lists and thresholds, scored all the same.

The reason is written in a config, or in a comment of the source, which is about one tool or a part
of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.checks import checks
from toolgrade.gates.walk import change_findings_of
from toolgrade.model import COHERENCE, DIMENSIONS, MALFORMED, SHADOWED, InputError, Notice
from toolgrade.wording.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolgrade.gates.walk import Change
    from toolgrade.model import (
        Finding,
        IgnoreComment,
        Place,
        Pointer,
        Report,
        ServerReport,
        Source,
        ToolReport,
    )
    from toolgrade.rubric import Rubric

NOT_SELECTED = "not selected"


@dataclass(frozen=True, slots=True)
class Ignore:
    """What to leave: a check's id, or all of a dimension or family ("usage", "malformed"); of the
    tools whose whole name `tool` matches ("*" means any characters), None for everything.

    `place` is where it is written ("toolgrade.toml:12"), "" on the command line.
    """

    check: str
    reason: str
    tool: str | None = None
    place: str = ""

    def covers(self, tool: ToolReport | None, dimension: str, check: str) -> bool:
        """Whether it is meant for a check's finding; `tool` is None for a server's own."""
        if not _is_name_for(self.check, dimension, check):
            return False
        if self.tool is None:
            return True
        name = tool.tool.name if tool else None
        return name is not None and _matches(self.tool, name)


def _is_name_for(name: str, dimension: str, check: str) -> bool:
    """Whether a name is a check's, or its dimension's or family's."""
    return name in {check, dimension, check.partition(".")[0]}


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


def prove_names(asked: Iterable[str], rubric: Rubric) -> None:
    """Raise InputError for the first name that an ignore may not use under a rubric."""
    known = names(rubric)
    for name in asked:
        if name not in known:
            raise InputError(explain_unknown_check(name, known))


def explain_unknown_check(name: str, known: set[str]) -> str:
    """Return the message for a name that is not a check, a dimension or a family."""
    hint = suggest(name, known, "`toolgrade checks` lists them")
    return f"there is no check {name[:80]!r}{hint}"


def apply_comments(report: Report, rubric: Rubric) -> Report:
    """Return a report with what comments in its source ask to leave marked with their reasons; no
    score changes. A comment that is not written as it must be, or that nothing answers to, becomes
    a notice, and the finding that it may have meant stays open.
    """
    if not any(server.server.ignores for server in report.servers):
        return report
    used: set[_Said] = set()
    elsewhere: dict[_Said, Place] = {}

    def owner(server: ServerReport, tool: ToolReport | None) -> Change:
        here = [
            (_Said(comment, check), pointer)
            for comment in server.server.ignores
            for index, pointer in comment.targets
            if comment.reason and tool and index == tool.tool.index
            for check in comment.checks
        ]

        def mark_commented(dimension: str, finding: Finding) -> Finding:
            named = [one for one in here if _is_name_for(one[0].check, dimension, finding.check)]
            found = [said for said, pointer in named if tool and _is_at(tool, finding, pointer)]
            used.update(found)
            if found:
                return finding._replace(ignored=found[0].comment.reason, inline=True)
            if finding.place:
                elsewhere.update((said, finding.place) for said, _ in named)
            return finding

        return mark_commented

    marked = change_findings_of(report, owner)
    known, of_a_tool = names(rubric), _list_tool_check_names(rubric)
    notices = []
    for server in report.servers:
        for comment in server.server.ignores:
            for said in [_Said(comment, check) for check in comment.checks or ("",)]:
                fault = _fault(said, known, of_a_tool) or _explain_unused(said, used, elsewhere)
                if fault:
                    notices.append(_notice(fault, comment.place, server.server.source))
    return replace(marked, notices=(*report.notices, *notices))


class _Said(NamedTuple):
    """One of the checks that a comment names; "" where it names none."""

    comment: IgnoreComment
    check: str


def _list_tool_check_names(rubric: Rubric) -> set[str]:
    """Return those of `names` that one tool's finding may have."""
    asked = {question.check.id for rules in rubric.dimensions for question in rules.questions}
    asked |= {id_ for id_, check in checks().items() if check.of_tool}
    asked |= {f"malformed.{kind}" for kind in MALFORMED}
    own = {*DIMENSIONS, *(rules.words.key for rules in rubric.dimensions)}
    return asked | own | {check.partition(".")[0] for check in asked}


def _is_at(tool: ToolReport, finding: Finding, pointer: Pointer) -> bool:
    """Whether a tool's finding is about the value at `pointer`, or about what is in it."""
    if not pointer or (finding.place and finding.place == tool.tool.origin.place(pointer)):
        return True
    return any(f"{quote.pointer}/".startswith(f"{pointer}/") for quote in finding.quotes)


def _fault(said: _Said, known: set[str], of_a_tool: set[str]) -> str:
    """Return what is wrong with a comment as it is written, "" for nothing."""
    if not said.check:
        return 'write this ignore as "toolgrade: ignore[usage.exclusion] why it is left so"'
    if said.check not in known:
        hint = suggest(said.check, known, "`toolgrade checks` lists them")
        return f"ignore: there is no check '{said.check}'{hint}"
    no_effect = f"this ignore of {said.check} has no effect:"
    if said.check not in of_a_tool:
        where = "write it in the config, as [[ignore]]"
        return f"{no_effect} the check is about the server as a whole; {where}"
    return "" if said.comment.reason else f"{no_effect} it gives no reason; write one after the ]"


def _explain_unused(said: _Said, used: set[_Said], elsewhere: Mapping[_Said, Place]) -> str:
    """Return why nothing answers to a comment that is well written, "" if something does."""
    if said in used:
        return ""
    if not said.comment.targets:
        where = "write it on a tool's line, on a line of its texts, or right above one"
        return f"this ignore of {said.check} is not at a tool; {where}"
    if place := elsewhere.get(said):
        where = f"write it on the tool's line, or at {place.file}:{place.line}"
        return f"this ignore of {said.check} matches nothing here; {where}"
    return _describe_unused(said.check)


def _notice(text: str, place: Place, source: Source) -> Notice:
    """Return a notice with its place, in words where that is in no file of the repository."""
    if source.base is None:
        return Notice(str(Notice(text, place)))
    return Notice(text, place, source.base)


def _describe_unused(name: str) -> str:
    return f"this ignore of {name} no longer matches anything; remove it"


def apply_ignores(report: Report, ignores: Sequence[Ignore], select: Sequence[str] = ()) -> Report:
    """Return a report with what is ignored, or not of the checks to `select` (empty: all), marked
    with the first reason that covers it; no score changes. A written ignore that covers nothing
    becomes a notice.
    """
    settled, used = mark_ignored(report, ignores, select)
    return replace(settled, notices=(*report.notices, *list_unused(ignores, used)))


def mark_ignored(
    report: Report, ignores: Sequence[Ignore], select: Sequence[str]
) -> tuple[Report, set[Ignore]]:
    """Return what `apply_ignores` does, without notices, and the ignores that cover something."""
    if not ignores and not select:
        return report, set()
    chosen = [Ignore(name, "") for name in select]
    used: set[Ignore] = set()

    def owner(_server: ServerReport, tool: ToolReport | None) -> Change:
        def mark_ignored(dimension: str, finding: Finding) -> Finding:
            found = [ignore for ignore in ignores if ignore.covers(tool, dimension, finding.check)]
            used.update(found)
            if finding.ignored:
                return finding
            if found:
                return finding._replace(ignored=found[0].reason)
            if chosen and not any(c.covers(tool, dimension, finding.check) for c in chosen):
                return finding._replace(ignored=NOT_SELECTED)
            return finding

        return mark_ignored

    return change_findings_of(report, owner), used


def list_unused(ignores: Sequence[Ignore], used: set[Ignore]) -> Iterator[Notice]:
    """Yield a notice for each written ignore that is not among those that cover something."""
    for ignore in ignores:
        if ignore.place and ignore not in used:
            yield Notice(f"{ignore.place}: {_describe_unused(ignore.check)}")
