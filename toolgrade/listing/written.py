"""Where a definition is written in a document, for those that change it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolgrade.listing.definition import Respelled
from toolgrade.listing.positions import Inside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolgrade.listing.positions import Document
    from toolgrade.model import Origin, Pointer


class Written(NamedTuple):
    """The document that holds a definition, where in it, and the keys that it spells otherwise than
    the wire does: the file's by the wire's.
    """

    document: Document
    pointer: Pointer
    spelling: Mapping[str, str]

    def respell(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        """Return a definition in the wire's spelling as the document spells it."""
        wires = {written: wire for wire, written in self.spelling.items()}
        return {
            key: definition[wires[key]] if key in wires else value
            for key, value in definition.items()
            if key not in self.spelling
        }


def find_written(origin: Origin) -> Written | None:
    """Return where the definition of an origin is written; None if that is in no document."""
    spelling: Mapping[str, str] = {}
    inside = origin
    if isinstance(origin, Respelled):
        inside, spelling = origin.origin, origin.written
    return Written(inside.document, inside.base, spelling) if isinstance(inside, Inside) else None
