"""What can be done about a finding: edits of a definition, and whether a caller would notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

    from toolgrade.model.tool import Place, Pointer

Operation = Literal["add", "remove", "replace", "move"]


class Edit(NamedTuple):
    """One operation of a JSON Patch (RFC 6902) on a definition; `source` is a move's `from`."""

    op: Operation
    path: Pointer
    value: Any = None
    source: Pointer = ""

    def as_json(self) -> dict[str, Any]:
        """Return the operation as a JSON Patch has it."""
        found: dict[str, Any] = {"op": self.op, "path": self.path}
        if self.op == "move":
            found["from"] = self.source
        elif self.op != "remove":
            found["value"] = self.value
        return found


class Replacement(NamedTuple):
    """What a file holds from `start` up to `end`, the place after it, becomes `text`."""

    start: Place
    end: Place
    text: str


class Fix(NamedTuple):
    """Edits that answer the finding of `check` ("" where they only save tokens). `kind` names what
    is done, `title` says it. `safe` is whether no caller sees a difference in which calls are valid
    or what they mean; `reason` says why, or else what may change. `slots` are what a person must
    fill in, as they are written in the edits. `score` is what the tool's unrounded TDQS gains,
    `clients` are those that take more of the tool then, `tokens` about what it saves.
    `replacements` are the same edits in the file, if they were asked for.
    """

    kind: str
    check: str
    title: str
    edits: tuple[Edit, ...]
    safe: bool
    reason: str
    score: Decimal
    slots: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    tokens: int = 0
    replacements: tuple[Replacement, ...] = ()
