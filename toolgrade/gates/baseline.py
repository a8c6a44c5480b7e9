"""The baseline: findings that were open before are known, and only new or worse ones count.

A tool is found again by its name and how many of that name came before it, on the same server
first, so that reordering, a renamed file or a move to another server disturbs nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from toolgrade.gates.walk import change_findings_of
from toolgrade.model import Notice
from toolgrade.wording.counts import format_count, inflect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolgrade.gates.walk import Change
    from toolgrade.model import Finding, Report, ServerReport, State, ToolReport

_ROUNDING = Decimal("0.002")
"""Gains are kept in thousandths: what two of them may differ by and yet be the same."""

Which: TypeAlias = tuple[str, int]
"""A check, and how many of the same owner's findings by that check came before."""


class Known(NamedTuple):
    """A recorded finding: its gain, and the points it adds to its dimension."""

    gain: Decimal
    points: Decimal


class Record(NamedTuple):
    """A tool, or (`tool` False) a server's own findings, as a baseline keeps them.

    `nth` is how many of that name came before under the server's name; `findings` are sorted.
    """

    server: str
    tool: bool
    name: str | None
    nth: int
    tdqs: Decimal | None
    findings: tuple[tuple[Which, Known], ...]


# By what a tool is found again, the surest first. Equal ones come first of all, so that of several
# tools with one name each finds itself in any order.
_SAME: tuple[Callable[[Record], tuple[object, ...]], ...] = (
    lambda r: (r.server, r.tool, r.name, r.tdqs, r.findings),
    lambda r: (r.server, r.tool, r.name, r.nth),
    lambda r: (r.server, r.tool, r.name),
    lambda r: (r.tool, r.name, r.tdqs, r.findings),
    lambda r: (r.tool, r.name),
)


def records(report: Report) -> list[Record]:
    """Return what is open in a report, without what is ignored: a record for each server, then one
    for each of its tools, in order.
    """
    seen: Counter[tuple[str, bool, str | None]] = Counter()
    made = []
    for server, tool in _owners(report):
        key = server.server.name, tool is not None, tool.tool.name if tool else None
        made.append(_record(server, tool, seen[key]))
        seen[key] += 1
    return made


def compare_with_baseline(report: Report, known: Sequence[Record], file: str) -> Report:
    """Return the report with the state of its tools and open findings against a baseline; a notice
    counts the baseline's entries that no longer occur. `file` is its name in the notice.

    A finding is worse that both gains more and adds fewer points than it did: its gain alone also
    rises when another finding of its dimension is fixed. Entries of servers that are not in the
    report are not looked for.
    """
    made = records(report)
    partners = _partners(made, known)
    before = iter(partners)

    def owner(_server: ServerReport, _tool: ToolReport | None) -> Change:
        record = next(before)
        recorded = dict(record.findings) if record else {}
        seen: Counter[str] = Counter()

        def set_state(_dimension: str, finding: Finding) -> Finding:
            if finding.ignored:
                return finding
            which = finding.check, seen[finding.check]
            seen[finding.check] += 1
            return finding._replace(state=_state(finding, recorded.get(which)))

        return set_state

    marked = change_findings_of(report, owner)
    states = iter(
        [_compare_scores(*pair) for pair in zip(made, partners, strict=True) if pair[0].tool]
    )
    servers = tuple(
        replace(server, tools=tuple(replace(tool, state=next(states)) for tool in server.tools))
        for server in marked.servers
    )
    stale = _count_stale(report, made, partners, known)
    notice = Notice(
        f"{file}: {format_count(stale, 'entry')} no longer {inflect(stale, 'occurs', 'occur')}; "
        "renew it with --update-baseline"
    )
    return replace(marked, servers=servers, notices=report.notices + ((notice,) if stale else ()))


def _owners(report: Report) -> Iterator[tuple[ServerReport, ToolReport | None]]:
    for server in report.servers:
        yield server, None
        for tool in server.tools:
            yield server, tool


def _record(server: ServerReport, tool: ToolReport | None, nth: int) -> Record:
    seen: Counter[str] = Counter()
    entries = []
    for finding in _walk_open_findings(server, tool):
        if not finding.ignored:
            entries.append(
                ((finding.check, seen[finding.check]), Known(finding.gain, finding.delta))
            )
            seen[finding.check] += 1
    tdqs = tool.score.tdqs if tool and tool.score else None
    name = tool.tool.name if tool else None
    return Record(server.server.name, tool is not None, name, nth, tdqs, tuple(sorted(entries)))


def _walk_open_findings(server: ServerReport, tool: ToolReport | None) -> Iterator[Finding]:
    found = tool.walk_findings() if tool else server.walk_server_findings()
    return (finding for finding in found if finding.level)


def _partners(made: Sequence[Record], known: Sequence[Record]) -> list[Record | None]:
    """Return for each record the known one that it was, each of them once."""
    found: list[Record | None] = [None] * len(made)
    left = list(known)
    for key in _SAME:
        waiting: defaultdict[tuple[object, ...], deque[Record]] = defaultdict(deque)
        for record in left:
            waiting[key(record)].append(record)
        for at, record in enumerate(made):
            if found[at] is None and waiting.get(key(record)):
                found[at] = waiting[key(record)].popleft()
        left = [record for records_ in waiting.values() for record in records_]
    return found


def _state(finding: Finding, before: Known | None) -> State:
    if before is None:
        return "new"
    worse = finding.gain - before.gain > _ROUNDING and finding.delta < before.points
    return "worse" if worse else "known"


def _compare_scores(made: Record, before: Record | None) -> State:
    if before is None:
        return "new"
    fell = before.tdqs is not None and (made.tdqs is None or made.tdqs < before.tdqs)
    return "worse" if fell else "known"


def _count_stale(
    report: Report,
    made: Sequence[Record],
    partners: Sequence[Record | None],
    known: Sequence[Record],
) -> int:
    """Count the entries that no longer occur; what is ignored now does occur."""
    here = {record.server for record in made}
    claimed = {id(partner) for partner in partners}
    gone = [record for record in known if record.server in here and id(record) not in claimed]
    count = sum(len(record.findings) + record.tool for record in gone)
    for (server, tool), partner in zip(_owners(report), partners, strict=True):
        if partner:
            occurring = Counter(finding.check for finding in _walk_open_findings(server, tool))
            count += sum(which[1] >= occurring[which[0]] for which, _ in partner.findings)
    return count
