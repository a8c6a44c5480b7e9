"""Whether fixes did what they were for: a report before them is held against one after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolgrade.model import Finding, Fix, ServerReport, ToolReport


class Failing(NamedTuple):
    """A fix that is to be taken back: of the tool at an index of a server's list, and why."""

    server: int
    tool: int
    fix: Fix
    why: str


def find_failing(
    before: Sequence[ServerReport],
    after: Sequence[ServerReport],
    applied: Mapping[tuple[int, int], Sequence[Fix]],
    *,
    is_narrow: bool = False,
) -> list[Failing]:
    """Return the fixes that did not lower their finding, and of a tool that has another finding
    now, all; `applied` has them by the places of their server and tool. With `is_narrow`, only some
    checks were selected, so the score does not count.
    """
    found: list[Failing] = []
    for (server, tool), fixes in applied.items():
        old, new = before[server].tools[tool], after[server].tools[tool]
        if raised := _find_raised(old, new, is_narrow=is_narrow):
            found += (Failing(server, tool, fix, f"it would raise {raised}") for fix in fixes)
            continue
        for fix in fixes:
            if fix.check and not _is_lowered(fix.check, old, new):
                found.append(Failing(server, tool, fix, f"{fix.check} would stay as it is"))
    return found or list(_find_elsewhere(before, after, applied, is_narrow=is_narrow))


def _find_elsewhere(
    before: Sequence[ServerReport],
    after: Sequence[ServerReport],
    applied: Mapping[tuple[int, int], Sequence[Fix]],
    *,
    is_narrow: bool,
) -> Iterator[Failing]:
    """Yield every fix of a server in which another tool, or the server, has a new finding."""
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        pairs = zip(old.tools, new.tools, strict=True)
        untouched = (
            _find_raised(a, b, is_narrow=is_narrow)
            for at, (a, b) in enumerate(pairs)
            if (number, at) not in applied
        )
        raised = (
            next(filter(None, untouched), "")
            or _compare(
                _list_answers(old.walk_server_findings()),
                _list_answers(new.walk_server_findings()),
            )
            or _compare_remarks(old.findings, new.findings)
        )
        if raised:
            for (server, tool), fixes in applied.items():
                if server == number:
                    yield from (
                        Failing(server, tool, fix, f"it would raise {raised} elsewhere")
                        for fix in fixes
                    )


def _find_raised(old: ToolReport, new: ToolReport, *, is_narrow: bool) -> str:
    """Return the check that a tool met and does not meet now, or not so well; "" for none."""
    raised = _compare(_list_answers(old.walk_findings()), _list_answers(new.walk_findings()))
    raised = raised or _compare_remarks(old.findings, new.findings)
    if (
        not (raised or is_narrow)
        and old.score
        and new.score
        and new.score.expected < old.score.expected
    ):
        return "no finding, but lower the score"
    return raised


def _list_answers(findings: Iterable[Finding]) -> dict[str, Finding]:
    return {f.check: f for f in findings if f.share is not None and not f.ignored}


def _compare(old: Mapping[str, Finding], new: Mapping[str, Finding]) -> str:
    """Return the first check whose answer is worse. One that did not apply before is not."""
    for check, finding in new.items():
        before = old.get(check)
        if before and (before.share or 0) > (finding.share or 0):
            return check
    return ""


def _compare_remarks(old: Iterable[Finding], new: Iterable[Finding]) -> str:
    """Return the first check of findings without a price that only the new ones have. A note is
    about some versions or settings only.
    """
    known = {finding.check for finding in old}
    grave = (f.check for f in new if f.is_open and f.level != "note" and f.check not in known)
    return next(grave, "")


def _is_lowered(check: str, old: ToolReport, new: ToolReport) -> bool:
    before = _list_answers(old.walk_findings()).get(check)
    after = _list_answers(new.walk_findings()).get(check)
    if after is None or before is None:
        return True
    better = after.share is not None and before.share is not None and after.share > before.share
    return better or after.note != before.note
