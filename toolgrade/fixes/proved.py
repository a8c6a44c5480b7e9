"""Plans of which every fix did what it was for: others are taken back, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolgrade.fixes.plan import Change, Plan, make_plans
from toolgrade.fixes.proof import Failing, find_failing
from toolgrade.listing.written import find_written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from toolgrade.model import Fix, Pointer, ServerReport

_MOST_ROUNDS = 6
_SUSPECTS = ("docstring-arguments", "filler", "sdk-title", "type-name", "required-flag")
"""Kinds that change words, which other checks read, or add rules: taken back first."""


class Proved(NamedTuple):
    """A plan of one document, and the fixes that were taken back, with the tool's name."""

    plan: Plan
    taken: tuple[tuple[str, Failing], ...]


def prove(
    reports: Sequence[ServerReport],
    wanted: Callable[[Fix], bool],
    regrade: Callable[[Plan], Sequence[ServerReport]],
    *,
    is_narrow: bool = False,
) -> list[Proved]:
    """Return the plan of each document that changes, with fixes that lower their finding and raise
    no other. `is_narrow` is as in `find_failing`.
    """
    proved: list[Proved] = []
    for plan in make_plans(reports, lambda _, fix: wanted(fix)):
        here = [r for r in reports if _holds(r, plan)]
        if plan.changes or not plan.document.is_whole:
            proved.append(_prove_one(here, wanted, regrade, plan, is_narrow=is_narrow))
    return proved


def _holds(report: ServerReport, plan: Plan) -> bool:
    written = (find_written(tool.tool.origin) for tool in report.tools[:1])
    return any(one is not None and one.document is plan.document for one in written)


def _prove_one(
    reports: Sequence[ServerReport],
    wanted: Callable[[Fix], bool],
    regrade: Callable[[Plan], Sequence[ServerReport]],
    plan: Plan,
    *,
    is_narrow: bool,
) -> Proved:
    dropped: set[tuple[Pointer, str]] = set()
    taken: list[tuple[str, Failing]] = []
    for round_ in range(_MOST_ROUNDS + 1):
        applied = _place(plan, reports)
        if not applied:
            break
        failing = find_failing(reports, regrade(plan), applied, is_narrow=is_narrow)
        if not failing:
            return Proved(plan, tuple(taken))
        chosen = failing if round_ == _MOST_ROUNDS else _choose_suspects(failing)
        for one in chosen:
            tool = reports[one.server].tools[one.tool].tool
            taken.append((tool.name or "", one))
            written = find_written(tool.origin)
            dropped.add((written.pointer if written else "", one.fix.kind))
        plans = make_plans(reports, lambda at, fix: (at, fix.kind) not in dropped and wanted(fix))
        plan = plans[0]
    return Proved(Plan(plan.document, {}), tuple(taken))


def _choose_suspects(failing: Sequence[Failing]) -> list[Failing]:
    """Return the fix of each tool that most likely is at fault."""
    by_tool: dict[tuple[int, int], list[Failing]] = {}
    for one in failing:
        by_tool.setdefault((one.server, one.tool), []).append(one)
    return [min(ones, key=_suspicion) for ones in by_tool.values()]


def _suspicion(one: Failing) -> int:
    kind = one.fix.kind
    return _SUSPECTS.index(kind) if kind in _SUSPECTS else len(_SUSPECTS)


def _place(plan: Plan, reports: Sequence[ServerReport]) -> dict[tuple[int, int], tuple[Fix, ...]]:
    changes: dict[int, Change] = {id(change.tool): change for change in plan.changes.values()}
    return {
        (number, at): changes[id(tool)].fixes
        for number, report in enumerate(reports)
        for at, tool in enumerate(report.tools)
        if id(tool) in changes
    }
