"""What becomes of a file: the fixes of all its tools, as edits of its text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from toolgrade.fixes import combine, propose, rewrite
from toolgrade.fixes.json_text import apply_text_edits, edit_text
from toolgrade.fixes.names import Names
from toolgrade.fixes.patch import NoSuchPlaceError, split_pointer
from toolgrade.listing.definition import definition
from toolgrade.listing.written import find_written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from toolgrade.fixes.json_text import TextEdit
    from toolgrade.listing.positions import Document
    from toolgrade.listing.written import Written
    from toolgrade.model import Fix, Pointer, ServerReport, ToolReport

    Wanted = Callable[[Pointer, Fix], bool]

_MOST_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Change:
    """A tool's definition in a document, after its fixes."""

    tool: ToolReport
    written: Written
    fixes: tuple[Fix, ...]
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of one document: `changes` are its tools that change, by pointer."""

    document: Document
    changes: Mapping[Pointer, Change]

    def edits(self) -> list[TextEdit]:
        """Return the edits of the document's text, in order."""
        new = {
            pointer: change.written.respell(change.definition)
            for pointer, change in self.changes.items()
        }
        data = self.document.data
        return edit_text(self.document.text, data, _replace_at(data, _as_tree(new)))

    def text(self) -> str:
        """Return the text of the document after the changes."""
        return apply_text_edits(self.document.text, self.edits())


def make_plans(reports: Iterable[ServerReport], wanted: Wanted) -> list[Plan]:
    """Return what becomes of each document that holds tools of the reports, in order.

    `wanted` says of a tool's pointer in its document and a fix whether it is to be applied.
    """
    documents: dict[int, tuple[Document, dict[Pointer, Change]]] = {}
    for report in reports:
        names = Names(report.tools)
        for tool in report.tools:
            written = find_written(tool.tool.origin)
            if written is None:
                continue
            document = written.document
            changes = documents.setdefault(id(document), (document, {}))[1]
            if document.is_whole and (change := _change(tool, written, wanted, names)):
                changes[written.pointer] = change
    return [Plan(document, changes) for document, changes in documents.values()]


def _change(tool: ToolReport, written: Written, wanted: Wanted, names: Names) -> Change | None:
    if tool.tool.raw is None:
        return None
    fixes = tool.fixes or propose(tool, names)
    done: list[Fix] = []
    current, seen = dict(tool.tool.raw), tool
    for _ in range(_MOST_ROUNDS):
        kinds = {fix.kind for fix in done}
        asked = [f for f in fixes if f.kind not in kinds and wanted(written.pointer, f)]
        kept, waiting = combine(asked)
        try:
            current = rewrite(current, kept)
        except NoSuchPlaceError:
            break
        done += kept
        if not waiting:
            break
        # What waits is proposed again, for the definition as it is now.
        now = definition(current, tool.tool.index, tool.tool.origin)
        seen = replace(seen, tool=replace(now, unknown=tool.tool.unknown))
        again = {fix.kind for fix in waiting}
        fixes = tuple(fix for fix in propose(seen, names) if fix.kind in again)
    return Change(tool, written, tuple(done), current) if done else None


def _as_tree(new: Mapping[Pointer, Any]) -> dict[str, Any]:
    """Return new values by pointer as a tree of keys; a leaf is a tuple of one."""
    tree: dict[str, Any] = {}
    for pointer, value in new.items():
        node = tree
        keys = split_pointer(pointer)
        if not keys:
            return {"": (value,)}
        for key in keys[:-1]:
            node = node.setdefault(key, {})
        node[keys[-1]] = (value,)
    return tree


def _replace_at(data: Any, tree: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return data with the values of a tree in it; each container is copied once."""
    if isinstance(tree, tuple):
        return tree[0]
    if "" in tree:
        return tree[""][0]
    if isinstance(data, dict):
        return {k: _replace_at(v, tree[k]) if k in tree else v for k, v in data.items()}
    if isinstance(data, list):
        copy = list(data)
        for key, below in tree.items():
            copy[int(key)] = _replace_at(copy[int(key)], below)
        return copy
    return data


def change_definitions(
    reports: Iterable[ServerReport], changed: Mapping[int, Mapping[str, Any]]
) -> list[str]:
    """Return the text of each document that holds tools of the reports, with definitions that
    changed, by the identity of their tools.
    """
    documents: dict[int, tuple[Document, dict[Pointer, Any]]] = {}
    for report in reports:
        for tool in report.tools:
            written = find_written(tool.tool.origin)
            if written is None:
                continue
            new = documents.setdefault(id(written.document), (written.document, {}))[1]
            definition_ = changed.get(id(tool.tool))
            if definition_ is not None and written.document.is_whole:
                new[written.pointer] = written.respell(definition_)
    return [_write(document, new) for document, new in documents.values()]


def _write(document: Document, new: Mapping[Pointer, Any]) -> str:
    data = document.data
    edits = edit_text(document.text, data, _replace_at(data, _as_tree(new)))
    return apply_text_edits(document.text, edits)


def count_fixes(plans: Sequence[Plan]) -> tuple[int, int]:
    """Return how many fixes plans apply, and to how many tools."""
    changes = [change for plan in plans for change in plan.changes.values()]
    return sum(len(change.fixes) for change in changes), len(changes)
