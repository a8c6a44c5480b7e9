"""A run server by server, so that none has to wait in memory for the others.

For requests that ask nothing of all servers together: no baseline, and no comments in their source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolgrade.files.version import VERSION
from toolgrade.gates.ignores import list_unused, mark_ignored
from toolgrade.gates.pipeline import add_readers, find_fixes
from toolgrade.gates.thresholds import check_thresholds
from toolgrade.grading.grade import grade
from toolgrade.model import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.gates.pipeline import Request
    from toolgrade.grading.budget import Budget
    from toolgrade.model import Server, ServerReport, SourceError
    from toolgrade.rubric import Rubric


class Outcome(NamedTuple):
    """What a server adds to the end of a report: why it was not all judged (None: it was), which of
    the request's ignores cover something, by index, and the thresholds that it misses: first all
    but that of tokens, then that.
    """

    error: SourceError | None = None
    used: tuple[int, ...] = ()
    missed: tuple[str, ...] = ()
    costly: tuple[str, ...] = ()


def can_part(servers: Sequence[Server], request: Request) -> bool:
    """Whether a run can be done server by server."""
    return request.baseline is None and not any(server.ignores for server in servers)


def run_part(
    server: Server, rubric: Rubric, request: Request, budget: Budget
) -> tuple[ServerReport, Outcome]:
    """Do for one server what `pipeline.run` does for all."""
    report = grade((server,), rubric, (), request.spec, (budget,))
    report = add_readers(report, request, (budget,))
    report, covering = mark_ignored(report, request.ignores, request.select)
    report = check_thresholds(report, request.thresholds)
    costly: list[str] = []
    if request.max_tokens is not None:
        from toolgrade.gates.tokens import list_costly  # noqa: PLC0415 - start-up time

        costly = list_costly(report, request.max_tokens)
    report = find_fixes(report, request)
    used = tuple(at for at, ignore in enumerate(request.ignores) if ignore in covering)
    error = report.errors[0] if report.errors else None
    return report.servers[0], Outcome(error, used, report.missed, tuple(costly))


def begin(rubric: Rubric) -> Report:
    """Return a report of which only its head is known."""
    return Report(VERSION, rubric.stamp, ())


def finish(
    rubric: Rubric, request: Request, errors: Sequence[SourceError], outcomes: Sequence[Outcome]
) -> Report:
    """Return what `pipeline.run` does, but for the servers."""
    used = {request.ignores[at] for one in outcomes for at in one.used}
    missed = [line for one in outcomes for line in one.missed]
    costly = [line for one in outcomes for line in one.costly]
    return Report(
        VERSION,
        rubric.stamp,
        (),
        errors=(*errors, *(one.error for one in outcomes if one.error)),
        thresholds=request.thresholds,
        missed=(*missed, *costly),
        notices=tuple(list_unused(request.ignores, used)) if request.whole else (),
    )
