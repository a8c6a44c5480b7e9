"""What can be done about the findings of a report, as edits of the definitions.

A fix is *safe* if no caller sees a difference in which calls are valid or what they mean: the tests
generate values and hold them against the schema before and after. Nothing here opens or writes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from toolgrade.fixes.kinds import KINDS, ON_REQUEST
from toolgrade.fixes.names import Names
from toolgrade.fixes.patch import NoSuchPlaceError, apply_edits, find_value, meet
from toolgrade.fixes.subject import Subject
from toolgrade.model import Fix
from toolgrade.wording.secrets import keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolgrade.fixes.subject import Draft, Kind
    from toolgrade.model import Edit, Report, ServerReport, ToolReport

__all__ = ("add_fixes", "combine", "propose")

_ZERO = Decimal(0)
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_BYTES_A_TOKEN = 4.25
"""As tokens are estimated for schemas, where most of what is saved is."""


def propose(report: ToolReport, names: Names | None = None) -> tuple[Fix, ...]:
    """Return every fix for a tool, in the order of the kinds; none if it is not an object. `names`
    are those of its server.
    """
    if report.tool.raw is None or report.tool.name is None:
        return ()
    subject = Subject(report, names or Names())
    return tuple(
        _make_fix(kind, draft, subject)
        for kind in KINDS
        for draft in kind.find(subject)
        if draft.check not in subject.ignored
    )


def add_fixes(report: Report, *, is_placed: bool = False) -> Report:
    """Return a report whose tools carry their fixes, but for those made only on request; with
    `is_placed`, the safe ones with their edits in the file.
    """
    servers = (_add_to_server(server, is_placed=is_placed) for server in report.servers)
    return replace(report, servers=tuple(servers))


def _add_to_server(server: ServerReport, *, is_placed: bool) -> ServerReport:
    tools, names = [], Names(server.tools)
    for tool in server.tools:
        fixes = [
            fix
            for fix in propose(tool, names)
            if fix.kind not in ON_REQUEST and not _holds_key(edit.value for edit in fix.edits)
        ]
        if is_placed:
            fixes = [_place(tool, fix) if fix.safe else fix for fix in fixes]
        tools.append(replace(tool, fixes=tuple(fixes)))
    return replace(server, tools=tuple(tools))


def _place(tool: ToolReport, fix: Fix) -> Fix:
    from toolgrade.fixes.places import place_edits  # noqa: PLC0415 - start-up time

    placed = place_edits(tool.tool, fix)
    return fix if _holds_key(one.text for one in placed.replacements) else placed


def _holds_key(values: Iterable[Any]) -> bool:
    """Whether a key is in what a report would show: it shows none."""
    texts = (v if isinstance(v, str) else _write(v) for v in values)
    return any(True for text in texts for _ in keys(text))


def combine(fixes: Iterable[Fix]) -> tuple[tuple[Fix, ...], tuple[Fix, ...]]:
    """Return the fixes that can be applied together, the first of those at one place, and those
    that must wait for another reading.
    """
    kept: list[Fix] = []
    waiting: list[Fix] = []
    for fix in fixes:
        meets = any(meet(fix.edits, other.edits) for other in kept)
        (waiting if meets else kept).append(fix)
    return tuple(kept), tuple(waiting)


def _make_fix(kind: Kind, draft: Draft, subject: Subject) -> Fix:
    return Fix(
        kind=kind.name,
        check=draft.check,
        title=draft.title,
        edits=draft.edits,
        safe=kind.safe,
        reason=draft.note or kind.reason,
        score=subject.open.get(draft.check, _ZERO),
        slots=draft.slots,
        clients=_find_gaining_clients(draft, subject),
        tokens=_count_saved(draft.edits, subject.raw),
    )


def _find_gaining_clients(draft: Draft, subject: Subject) -> tuple[str, ...]:
    """Return the clients that were asked for and do not take what is edited."""
    return tuple(
        dict.fromkeys(
            obstacle.client
            for obstacle in subject.report.clients or ()
            if any(_is_at(obstacle.pointer, edit) for edit in draft.edits)
        )
    )


def _is_at(pointer: str, edit: Edit) -> bool:
    at = edit.source or edit.path
    parent = edit.path.rpartition("/")[0]
    return at == pointer or pointer.startswith(f"{at}/") or (edit.op == "add" and pointer == parent)


def _count_saved(edits: Iterable[Edit], raw: Any) -> int:  # noqa: ANN401 - any JSON
    """Return about how many tokens an agent saves, below 0 if it pays more."""
    saved = 0
    for edit in edits:
        if edit.op != "move":
            saved -= _measure(edit.value) if edit.op != "remove" else 0
            try:
                saved += _measure(find_value(raw, edit.path))
            except NoSuchPlaceError:
                saved -= len(edit.path.rpartition("/")[2])
            else:
                saved += len(edit.path.rpartition("/")[2]) if edit.op == "remove" else 0
    return round(saved / _BYTES_A_TOKEN)


def _measure(value: Any) -> int:  # noqa: ANN401 - any JSON
    return len(_write(value))


def rewrite(definition: dict[str, Any], fixes: Iterable[Fix]) -> dict[str, Any]:
    """Return a definition after fixes that do not meet. Raises NoSuchPlaceError."""
    return apply_edits(definition, (edit for fix in fixes for edit in fix.edits))
