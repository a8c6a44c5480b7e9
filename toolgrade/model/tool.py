"""What was read: a server's tools as a client sees them, and where they are defined."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


Pointer = str
"""An RFC 6901 JSON Pointer that starts at the tool: "/inputSchema/properties/path/description"."""

STRICTEST = "strictest"
"""Not one revision but all: what every client since 2024-11-05 accepts."""

_OBJECT = "the roots of both schemas say type: object, and hold no union"

SPECS: dict[str, str] = {
    "2024-11-05": _OBJECT,
    "2025-03-26": _OBJECT,
    "2025-06-18": f"{_OBJECT}; outputSchema, title and _meta are new",
    "2025-11-25": f"{_OBJECT}; a schema is JSON Schema 2020-12 unless it says otherwise",
    "2026-07-28": "only the input schema's root must say type: object; x-mcp-header is new",
}
"""The specification's revisions, oldest first, with what checks hold a definition to."""


class InputError(Exception):
    """A source that cannot be graded: one line saying what, where and how to fix it."""


class Place(NamedTuple):
    """A position in a file; `file` as it may be shown, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Origin(Protocol):
    """Where a tool was read from. Opaque: asked once, when a finding gets its place."""

    def place(self, pointer: Pointer, start: int = 0) -> Place | None:
        """Return the place of character `start` of the value at `pointer`; None if unknown."""


class _Nowhere:
    def place(self, pointer: Pointer, start: int = 0) -> Place | None:  # noqa: ARG002 - an Origin
        return None


NOWHERE: Origin = _Nowhere()
"""The origin of a definition that is in no file, such as a live server's."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """Something the reader had to repair or skip in a definition.

    `kind` is one of MALFORMED; `pointer` says where in the tool; `note` says what to do. `place` is
    where that is done, None where the pointer tells.
    """

    kind: str
    pointer: Pointer
    note: str
    place: Place | None = None


MALFORMED = (
    "nameless",
    "not-an-object",
    "duplicate-name",
    "wrong-type",
    "null-field",
    "not-a-number",
    "duplicate-key",
    "too-deep",
    "unread-file",
    "unread-tool",
    "unlistable-tool",
)


class Handler(NamedTuple):
    """The function that carries a tool out: where it begins, and the lines of code around that,
    the first of which is the file's line `first`. `is_text_only`: it is seen to return no
    structured content.
    """

    place: Place
    first: int
    lines: tuple[str, ...]
    is_text_only: bool = False


@dataclass(frozen=True, slots=True)
class Tool:
    """One definition as a client sees it, in the wire's spelling, from wherever it was read.

    `index` is its place in the list; `name` is None where none was given. A field that was absent,
    null or of the wrong type is None. `unknown` holds the pointers the reader could not see, which
    is not the same as absent. `conditional` is whether its source registers it only under
    a condition. `raw` is the definition as written, None where it is not an object.
    """

    name: str | None
    index: int = 0
    title: str | None = None
    description: str | None = None
    input_schema: Mapping[str, Any] | None = None
    output_schema: Mapping[str, Any] | None = None
    annotations: Mapping[str, Any] | None = None
    unknown: frozenset[Pointer] = frozenset()
    malformed: tuple[Malformed, ...] = ()
    origin: Origin = NOWHERE
    meta: Mapping[str, Any] | None = None
    handler: Handler | None = None
    conditional: bool = False
    raw: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)

    @property
    def is_app_only(self) -> bool:
        """Whether only an MCP App sees the tool: its `_meta.ui.visibility` leaves the model out."""
        ui = self.meta.get("ui") if self.meta else None
        visibility = ui.get("visibility") if isinstance(ui, dict) else None
        return isinstance(visibility, list) and "app" in visibility and "model" not in visibility


@dataclass(frozen=True, slots=True)
class Source:
    """What the user named: a kind, the JSON key it is reported under, and its harmless spelling.

    `value` is already safe to print: paths are relative, URLs and argv carry no secret. `here` is
    False where a file of that name in the working folder would be another: `value` is then a base
    name, or a file at a revision. Its paths and those of its places start from the folder `near`
    (from the working folder; "" for that itself), which is `base` from the root of the repository
    (None where it is in none).
    """

    kind: Literal["file", "stdin", "live", "code", "config"]
    key: Literal["path", "url", "command"]
    value: str | tuple[str, ...]
    here: bool = True
    near: str = ""
    base: str | None = ""

    def __str__(self) -> str:
        return self.value if isinstance(self.value, str) else " ".join(self.value)


UNFILED = frozenset({"live", "stdin", "config"})
"""Kinds of source whose tools are in no file that a user could open at a line."""


class IgnoreComment(NamedTuple):
    """A comment in source code that asks to leave the findings of some checks as they are, and why;
    both empty where it does not say so. Its words are harmless already.

    `targets` are what it is written at: tools by index, with a pointer into them ("": all of it).
    """

    place: Place
    checks: tuple[str, ...]
    reason: str
    targets: tuple[tuple[int, Pointer], ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """A list of tools and what the server says of itself. `complete` is False where the list is
    known to be only a part of the server's tools (then a missing sibling proves nothing);
    `malformed` is what was repaired around the tools, by pointers from the server. `files` are the
    names at the top of the folder it was read from, None where it was read from no folder.
    `ignores` are the comments in its source that ask to leave a finding. `key` is the name that a
    client's config gives it, None where it was not read from one. `digest` is of all that it was
    read from, "" where that is not known. `version` is the one that it gives itself.
    """

    name: str
    tools: tuple[Tool, ...]
    source: Source
    instructions: str | None = None
    complete: bool = True
    malformed: tuple[Malformed, ...] = ()
    origin: Origin = NOWHERE
    files: frozenset[str] | None = None
    ignores: tuple[IgnoreComment, ...] = ()
    key: str | None = None
    digest: str = field(default="", compare=False, repr=False)
    version: str | None = None

    @property
    def is_unread(self) -> bool:
        """Whether its code registers tools, none of which can be read: it is listed with the
        others of its repository, and not judged.
        """
        return self.source.kind == "code" and not self.tools
