"""The edits of all files that fixes are, put together one fix at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.fixes.code.edits import Placement, list_files
from toolgrade.fixes.code.objects import Change, Holder, change_members
from toolgrade.fixes.code.texts import CannotPlaceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolgrade.fixes.code.edits import Syntax
    from toolgrade.fixes.code.files import CodeFile
    from toolgrade.fixes.json_text import TextEdit

MEETS = "another fix changes the same place"
_Changes = dict[str, Change]
"""What becomes of the members of an object, by name."""


class FileDraft:
    """The edits of one file. What is written twice, for tools that share a text, is done once."""

    def __init__(self, file: CodeFile, syntax: Syntax | None) -> None:
        self.file = file
        self._syntax = syntax
        self._cuts: dict[TextEdit, None] = {}
        self._changes: dict[Holder, _Changes] = {}
        self._written: dict[Holder, list[TextEdit]] = {}

    def add(self, placement: Placement) -> None:
        """Add what a fix edits in this file, or nothing of it. Raises CannotPlaceError."""
        cuts = {cut.edit: None for cut in placement.cuts if cut.edit not in self._cuts}
        changes: dict[Holder, _Changes] = {}
        for one in placement.members:
            held = changes.setdefault(one.holder, dict(self._changes.get(one.holder, {})))
            if held.setdefault(one.name, one.change) != one.change:
                raise CannotPlaceError(MEETS)
        written = {holder: self._write(holder, held) for holder, held in changes.items()}
        new = [*cuts, *(edit for edits in written.values() for edit in edits)]
        old = [
            *self._cuts,
            *(e for h, edits in self._written.items() if h not in changes for e in edits),
        ]
        for at, edit in enumerate(new):
            if any(_meet(edit, other) for other in (*old, *new[at + 1 :])):
                raise CannotPlaceError(MEETS)
        self._changes |= changes
        self._written |= written
        self._cuts |= cuts

    def _write(self, holder: Holder, changes: _Changes) -> list[TextEdit]:
        if self._syntax is None:
            raise CannotPlaceError("only words can be changed in this language")
        return change_members(
            self.file.text, holder, changes, self._syntax.spelling, self.file.newline
        )

    def edits(self) -> list[TextEdit]:
        """Return the edits of the file's text, in order."""
        return sorted((*self._cuts, *(e for edits in self._written.values() for e in edits)))


def _meet(one: TextEdit, other: TextEdit) -> bool:
    if one.start == one.end == other.start == other.end:
        return True
    return one.start < other.end and other.start < one.end


class Draft:
    """The edits of all files."""

    def __init__(
        self, load: Callable[[str], CodeFile], find_syntax: Callable[[str], Syntax | None]
    ) -> None:
        self._load = load
        self._find_syntax = find_syntax
        self.files: dict[str, FileDraft] = {}

    def add(self, placement: Placement) -> None:
        """Add what a fix edits. Raises CannotPlaceError and UnfitFileError."""
        files = {file.label: file for file in list_files(placement)}
        if len(files) != 1:
            raise CannotPlaceError("it is written in several files" if files else "nothing changes")
        ((label, file),) = files.items()
        if label not in self.files:
            loaded = self._load(label)
            if loaded.text != file.text:
                raise CannotPlaceError("the file was changed while it was graded: run this again")
            self.files[label] = FileDraft(loaded, self._find_syntax(label))
        self.files[label].add(placement)

    def walk(self) -> Iterator[tuple[CodeFile, list[TextEdit]]]:
        """Yield each file that changes, with its edits in order."""
        for draft in self.files.values():
            if edits := draft.edits():
                yield draft.file, edits
