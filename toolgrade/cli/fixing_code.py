"""`--diff` and `--fix` of source code."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import TYPE_CHECKING

from toolgrade.files.opening import read_file
from toolgrade.files.saving import save
from toolgrade.fixes.code.files import CodeFile, UnfitFileError
from toolgrade.fixes.code.plan import plan_code
from toolgrade.fixes.proof import find_failing
from toolgrade.inputs.code import find_code_file, read_source_code
from toolgrade.inputs.named import format_path, is_code
from toolgrade.model import InputError
from toolgrade.source.allowance import LATE, Allowance
from toolgrade.source.discover import MAX_SEARCHED
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from toolgrade.fixes.code.plan import CodePlan, Judge
    from toolgrade.model import Fix, Report, Server, ServerReport


class GradedCode:
    """A folder or a file of source code that was graded, and may be fixed for some seconds."""

    def __init__(self, source: str, seconds: float = math.inf) -> None:
        self._end = time.monotonic() + seconds
        self._path = Path(source)
        self._label = format_path(self._path)

    def check_time(self) -> None:
        """Raise UnfitFileError when the time is over."""
        if time.monotonic() >= self._end:
            raise UnfitFileError(LATE)

    def load(self, label: str) -> CodeFile:
        """Return a file that reports call `label`. Raises UnfitFileError."""
        path = find_code_file(self._path, self._label, label)
        try:
            return CodeFile(label, read_file(path, MAX_SEARCHED, links=False))
        except OSError as error:
            raise UnfitFileError(f"{label} cannot be read: {error.strerror}") from error

    def read(self, contents: Mapping[str, bytes]) -> Sequence[Server]:
        """Return the servers as they would be with other contents of files. Raises InputError, and
        UnfitFileError when the time is over.
        """
        found = read_source_code(self._path, self._label, Allowance(self._end), contents)
        self.check_time()
        return found

    def write(self, plan: CodePlan) -> None:
        """Write the files that a plan changes, unless one of them is another by now. Raises
        InputError.
        """
        for file, _ in plan.files:
            try:
                is_same = self.load(file.label).content == file.content
            except UnfitFileError as error:
                raise InputError(str(error)) from error
            if not is_same:
                raise InputError(
                    f"{file.label}: was changed while it was graded, so nothing is written; run "
                    "this again"
                )
        for file, edits in plan.files:
            try:
                path = find_code_file(self._path, self._label, file.label)
                save(path, [file.encode(file.apply(edits))], links=False)
            except OSError as error:
                shown = make_legible(file.label, 4096)
                raise InputError(f"{shown}: cannot be written: {error.strerror}") from error


def plan_sources(
    report: Report,
    wanted: Callable[[Fix], bool],
    sources: Sequence[str],
    grade: Callable[[Sequence[Server]], Sequence[ServerReport]] | None,
    *,
    is_narrow: bool = False,
    seconds: float = math.inf,
) -> list[tuple[GradedCode, CodePlan]]:
    """Return what becomes of each source that is code. With `grade`, fixes that do not lower their
    finding, or raise another, are taken back; `is_narrow` is as in `find_failing`. What is not
    planned after `seconds` is not applied.
    """
    found: list[tuple[GradedCode, CodePlan]] = []
    for source in dict.fromkeys(filter(is_code, sources)):
        label = format_path(Path(source))
        held = [one for one in report.servers if str(one.server.source) == label]
        code = GradedCode(source, seconds)
        judge = _make_judge(held, grade, is_narrow=is_narrow) if grade else None
        found.append((code, plan_code(held, wanted, code, judge)))
    return found


def _make_judge(
    before: Sequence[ServerReport],
    grade: Callable[[Sequence[Server]], Sequence[ServerReport]],
    *,
    is_narrow: bool,
) -> Judge:
    return lambda servers, applied: find_failing(
        before, grade(servers), applied, is_narrow=is_narrow
    )
