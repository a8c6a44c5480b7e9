"""The one order of passes from servers to a report, for the command line and for Python programs.

    grade -> clients -> profiles -> tokens -> comments -> ignores -> baseline -> thresholds

Each pass takes a report and returns the same report with its own answer added; none changes a
score.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.gates.baseline import compare_with_baseline, records
from toolgrade.gates.ignores import apply_comments, apply_ignores
from toolgrade.gates.thresholds import check_thresholds
from toolgrade.grading.budget import Budget, Watch
from toolgrade.grading.grade import grade
from toolgrade.model import STRICTEST, Notice, SourceError, Thresholds
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolgrade.gates.baseline import Record
    from toolgrade.gates.ignores import Ignore
    from toolgrade.model import Report, Server
    from toolgrade.rubric import Rubric


NO_THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is already known: `known` records, or None to take those of this run. `label` names it
    in notices.
    """

    label: str
    known: tuple[Record, ...] | None


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a run besides scores.

    `spec` is the revision of the MCP specification that schemas must follow. `clients` and
    `profiles` are names; an unknown one raises InputError. `whole` is False where only some of the
    sources are graded that the ignores and the baseline were written for: then one that matches
    nothing is not reported. `fixes` asks for fixes of the findings, `replacements` for their edits
    in the file too.
    """

    spec: str = STRICTEST
    clients: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    tokens: bool = False
    max_tokens: int | None = None
    ignores: tuple[Ignore, ...] = ()
    select: tuple[str, ...] = ()
    baseline: Baseline | None = None
    thresholds: Thresholds = NO_THRESHOLDS
    whole: bool = True
    renames: bool = False
    fixes: bool = False
    replacements: bool = False


class Result(NamedTuple):
    """A report, and the baseline records of this run if the request asked to take them."""

    report: Report
    renewed: tuple[Record, ...] | None


def run(
    servers: Iterable[Server],
    rubric: Rubric,
    request: Request,
    errors: Sequence[SourceError] = (),
    budgets: Iterable[Budget] = (),
) -> Result:
    """Grade servers, each within its budget if any, and answer a request. Raises InputError for an
    unknown client or profile.
    """
    servers = tuple(servers)
    held = tuple(islice(chain(budgets, repeat(Budget())), len(servers)))
    report = grade(servers, rubric, errors, request.spec, held, renames=request.renames)
    report = add_readers(report, request, held)
    report = apply_comments(report, rubric)
    before = report.notices
    report = apply_ignores(report, request.ignores, request.select)
    report, renewed, comparable = _apply_baseline(report, request.baseline)
    if not request.whole:
        report = replace(report, notices=before)
    # Thresholds that apply to what is new cannot be checked without the baseline.
    report = check_thresholds(report, request.thresholds if comparable else NO_THRESHOLDS)
    if request.max_tokens is not None:
        from toolgrade.gates.tokens import limit_tokens  # noqa: PLC0415 - start-up time

        report = limit_tokens(report, request.max_tokens)
    return Result(find_fixes(report, request), renewed)


def find_fixes(report: Report, request: Request) -> Report:
    """Return a report with the fixes that are asked for."""
    if not request.fixes:
        return report
    from toolgrade.fixes import add_fixes  # noqa: PLC0415 - start-up time

    return add_fixes(report, is_placed=request.replacements)


def add_readers(report: Report, request: Request, budgets: Sequence[Budget]) -> Report:
    """Return a report with what those who read the definitions make of them, as far as there is
    time.
    """
    watch = Watch(budgets)
    for budget in budgets:
        budget.is_overdrawn = False
    if request.clients:
        from toolgrade.clients import check_compatibility, select_clients  # noqa: PLC0415 - start-up time

        report = check_compatibility(report, select_clients(request.clients), watch.is_late)
    if request.profiles:
        from toolgrade.gates.profiles import review_servers  # noqa: PLC0415 - start-up time

        report = review_servers(report, request.profiles, watch.is_late)
    if request.tokens or request.max_tokens is not None:
        from toolgrade.gates.tokens import count_tokens  # noqa: PLC0415 - start-up time

        report = count_tokens(report, watch.is_late)
    late = [s.server for s, b in zip(report.servers, budgets, strict=True) if b.is_overdrawn]
    return replace(report, errors=(*report.errors, *_make_timeout_errors(late, report.errors)))


def _make_timeout_errors(
    late: Iterable[Server], errors: Sequence[SourceError]
) -> Iterator[SourceError]:
    """Yield an error for each server of which nothing is said yet."""
    said = "its clients, directories or tokens were not all checked in time; raise --timeout"
    for server in late:
        source, name = str(server.source), f"{make_legible(server.name)}: "
        if not any(one.source == source and one.message.startswith(name) for one in errors):
            yield SourceError(source, name + said)


def _apply_baseline(
    report: Report, baseline: Baseline | None
) -> tuple[Report, tuple[Record, ...] | None, bool]:
    """Return a report compared with a baseline, the records to save, and whether thresholds can be
    checked.
    """
    if baseline is None:
        return report, None, True
    if baseline.known is not None:
        return compare_with_baseline(report, baseline.known, baseline.label), None, True
    if report.errors:
        notice = Notice(f"{baseline.label}: not written, because a source could not be graded")
        return replace(report, notices=(*report.notices, notice)), None, False
    renewed = tuple(records(report))
    return compare_with_baseline(report, renewed, baseline.label), renewed, True
