"""Where in its file a fix changes what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.fixes.json_text import edit_value
from toolgrade.fixes.patch import NoSuchPlaceError, apply_edits, find_value
from toolgrade.listing.written import find_written
from toolgrade.model import Replacement

if TYPE_CHECKING:
    from toolgrade.model import Fix, Tool


def place_edits(tool: Tool, fix: Fix) -> Fix:
    """Return a fix with its edits in the file; as it is, where the tool is in no JSON file."""
    written = find_written(tool.origin)
    if written is None or tool.raw is None or not written.document.is_whole:
        return fix
    document = written.document
    at = document.find_offset(written.pointer)
    if at is None:
        return fix
    try:
        old = find_value(document.data, written.pointer)
        new = written.respell(apply_edits(tool.raw, fix.edits))
    except NoSuchPlaceError:
        return fix
    return fix._replace(
        replacements=tuple(
            Replacement(document.place_at(edit.start), document.place_at(edit.end), edit.new)
            for edit in edit_value(document.text, at, old, new)
        )
    )
