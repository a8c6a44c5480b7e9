"""What becomes of source code: the fixes after which it declares what they say, and nothing else.

The package is read again with the changed files. Where a definition is another than its fixes make
it, or a definition changed that no fix is of, the fixes at that place are taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from toolgrade.fixes import propose, rewrite
from toolgrade.fixes.code.draft import MEETS, Draft
from toolgrade.fixes.code.edits import Placement, Placer, is_inside
from toolgrade.fixes.code.files import UnfitFileError
from toolgrade.fixes.code.texts import CannotPlaceError, keep_line_ends
from toolgrade.fixes.names import Names
from toolgrade.fixes.patch import NoSuchPlaceError, find_value, meet
from toolgrade.model import InputError
from toolgrade.source.nodes import Text, Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from toolgrade.fixes.code.files import CodeFile
    from toolgrade.fixes.json_text import TextEdit
    from toolgrade.fixes.proof import Failing
    from toolgrade.model import Edit, Fix, Pointer, Server, ServerReport, ToolReport

_MOST_ROUNDS = 12
_EACH_ALONE = frozenset({"blanks", "sdk-title", "null-keyword"})
"""Kinds whose edits are of one another independent: those that can be made are made."""
_OTHERWISE = "the definition would be read otherwise"


class CodeSource(Protocol):
    """The code that was graded."""

    def check_time(self) -> None:
        """Raise UnfitFileError when the time to fix it is over."""

    def load(self, label: str) -> CodeFile:
        """Return a file that a reader named so. Raises UnfitFileError."""

    def read(self, contents: Mapping[str, bytes]) -> Sequence[Server]:
        """Return the servers as they would be with other contents of files, by label. Raises
        InputError.
        """


class Refused(NamedTuple):
    """A fix that is not applied: of the tool with this name, and why."""

    tool: str
    fix: Fix
    why: str


@dataclass(slots=True)
class CodePlan:
    """The edits of each file, in order, and the fixes that they are, by server and tool."""

    files: list[tuple[CodeFile, list[TextEdit]]] = field(default_factory=list)
    applied: dict[tuple[int, int], tuple[Fix, ...]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


_Place = tuple[int, int]
Judge: TypeAlias = "Callable[[Sequence[Server], Mapping[_Place, Sequence[Fix]]], Sequence[Failing]]"
"""Returns the fixes that do not help, of servers as they would be with some fixes."""


def plan_code(
    reports: Sequence[ServerReport],
    wanted: Callable[[Fix], bool],
    source: CodeSource,
    judge: Judge | None = None,
) -> CodePlan:
    """Return what becomes of the code of servers that were read from one source."""
    dropped: dict[tuple[_Place, str], str] = {}
    placer = _Attempt(reports, wanted, source)
    for round_ in range(_MOST_ROUNDS + 1):
        plan, expected = placer.draft(dropped)
        if not plan.files:
            return plan
        if round_ == _MOST_ROUNDS:
            dropped |= dict.fromkeys(_list_keys(plan.applied), _OTHERWISE)
            continue
        try:
            servers = source.read({f.label: f.encode(f.apply(edits)) for f, edits in plan.files})
        except (InputError, UnfitFileError) as error:
            why = f"the code could not be read again: {error}"
            dropped |= dict.fromkeys(_list_keys(plan.applied), why)
            continue
        found = _compare(reports, servers, expected, plan.applied)
        if not found and judge:
            found = {
                ((one.server, one.tool), one.fix.kind): one.why
                for one in judge(servers, plan.applied)
            }
        if not found:
            return plan
        dropped |= found
    return placer.draft(dropped)[0]


def _list_keys(applied: Mapping[_Place, Sequence[Fix]]) -> Iterator[tuple[_Place, str]]:
    for at, fixes in applied.items():
        yield from ((at, fix.kind) for fix in fixes)


class _Attempt:
    """Proposes the fixes once, and drafts their edits as often as some are dropped."""

    def __init__(
        self,
        reports: Sequence[ServerReport],
        wanted: Callable[[Fix], bool],
        source: CodeSource,
    ) -> None:
        self._source = source
        self._placer = Placer()
        self._files: dict[str, CodeFile] = {}
        self._fixes: list[tuple[_Place, ToolReport, Fix]] = []
        for number, report in enumerate(reports):
            names = Names(report.tools)
            for at, tool in enumerate(report.tools):
                proposed = tool.fixes or propose(tool, names)
                self._fixes += (((number, at), tool, fix) for fix in proposed if wanted(fix))

    def _load(self, label: str) -> CodeFile:
        if label not in self._files:
            file = self._source.load(label)
            generator = file.find_generator()
            if generator is not None:
                by = f"by {generator}" if generator else "by a program"
                raise UnfitFileError(f"{label} says that it was generated {by}: change its source")
            self._files[label] = file
        return self._files[label]

    def draft(
        self, dropped: Mapping[tuple[_Place, str], str]
    ) -> tuple[CodePlan, dict[_Place, dict[str, Any]]]:
        """Return the edits of all fixes that are not dropped and can be made, and the definitions
        that they make.
        """
        draft = Draft(self._load, self._placer.find_syntax)
        plan = CodePlan()
        expected: dict[_Place, dict[str, Any]] = {}
        for place, tool, proposed in self._fixes:
            why = dropped.get((place, proposed.kind), "")
            try:
                if not why:
                    self._source.check_time()
                    before = expected.get(place, dict(tool.tool.raw or {}))
                    fix = self._narrow(tool, proposed)
                    if any(meet(fix.edits, other.edits) for other in plan.applied.get(place, ())):
                        raise CannotPlaceError(MEETS)  # noqa: TRY301 - as a place in code that meets
                    after = rewrite(before, [fix])
                    draft.add(self._place(tool, fix))
                    expected[place] = after
                    plan.applied[place] = (*plan.applied.get(place, ()), fix)
            except (CannotPlaceError, UnfitFileError) as error:
                why = str(error)
            except NoSuchPlaceError:
                why = MEETS
            except (SyntaxError, ValueError, RecursionError):
                why = "its file cannot be parsed"
            if why:
                plan.refused.append(Refused(tool.tool.name or "", proposed, why))
        plan.files = list(draft.walk())
        return plan, expected

    def _place(self, tool: ToolReport, fix: Fix) -> Placement:
        origin = tool.tool.origin
        if not isinstance(origin, Written):
            raise CannotPlaceError("its place is not known")
        return self._placer.place(origin.node, tool.tool.raw or {}, fix)

    def _narrow(self, tool: ToolReport, fix: Fix) -> Fix:
        """Return a fix as source code takes it: lines at the ends of a docstring stay, and of edits
        that do not need each other those stay that can be made. Raises CannotPlaceError for none.
        """
        if fix.kind not in _EACH_ALONE:
            return fix
        kept: list[Edit] = []
        why = CannotPlaceError("nothing changes")
        for edit in fix.edits:
            one = _keep_lines(tool, edit) if fix.kind == "blanks" else edit
            if one.op == "replace" and one.value == find_value(tool.tool.raw, one.path):
                continue
            try:
                self._place(tool, fix._replace(edits=(one,)))
            except CannotPlaceError as error:
                why = error
            else:
                kept.append(one)
        if not kept:
            raise why
        return fix._replace(edits=tuple(kept))


def _keep_lines(tool: ToolReport, edit: Edit) -> Edit:
    origin = tool.tool.origin
    node = origin.find(edit.path) if isinstance(origin, Written) else None
    return edit._replace(value=keep_line_ends(node, edit.value)) if isinstance(node, Text) else edit


def _compare(
    reports: Sequence[ServerReport],
    servers: Sequence[Server],
    expected: Mapping[_Place, Mapping[str, Any]],
    applied: Mapping[_Place, Sequence[Fix]],
) -> dict[tuple[_Place, str], str]:
    """Return the fixes because of which a definition is another than it should be, and why."""
    shapes = [
        [
            (server.name, tuple(tool.name for tool in server.tools), len(server.malformed))
            for server in held
        ]
        for held in ((report.server for report in reports), servers)
    ]
    every = dict.fromkeys(_list_keys(applied), _OTHERWISE)
    if shapes[0] != shapes[1]:
        return every
    found: dict[tuple[_Place, str], str] = {}
    is_same = True
    for number, (report, server) in enumerate(zip(reports, servers, strict=True)):
        for at, (old, new) in enumerate(zip(report.server.tools, server.tools, strict=True)):
            place = (number, at)
            wanted = expected.get(place, old.raw)
            if new.raw == wanted and new.unknown == old.unknown:
                continue
            is_same = False
            own = {(place, fix.kind): _OTHERWISE for fix in applied.get(place, ())}
            pointers = [*_list_differences(wanted, new.raw, "")]
            at_fault = {
                (other, fix.kind): _OTHERWISE if other == place else "another tool has it too"
                for other, fixes in applied.items()
                for fix in fixes
                if (other == place or place not in applied)
                and any(is_inside(pointer, fix) for pointer in pointers)
            }
            found |= at_fault or own
    return found or ({} if is_same else every)


def _list_differences(one: Any, other: Any, pointer: Pointer) -> Iterator[Pointer]:  # noqa: ANN401 - any JSON
    """Yield where two values differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            at = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            if key in one and key in other:
                yield from _list_differences(one[key], other[key], at)
            else:
                yield at
    elif one != other:
        yield pointer
