"""Sites for tests: small servers of our own words, built without a process of their own."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from toolgrade.catalog.build import Built, Settings, build, digest_rules
from toolgrade.catalog.site import Site
from toolgrade.listing.parse import Reading, servers
from toolgrade.listing.positions import Document
from toolgrade.model import Server, Source, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DATE = "2026-01-02T03:04:05Z"
LATER = "2026-02-03T04:05:06Z"


def tool(name: str, description: str = "", **more: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {}}
    return {"name": name, "description": description, "inputSchema": schema, **more}


def server(name: str, *tools: Any, file: str = "", **around: Any) -> Server:
    """Return a server as it is read from a file."""
    data = {"serverInfo": {"name": name}, "tools": list(tools), **around}
    label = file or f"{len(name)}.json"
    document = Document(json.dumps(data), label)
    source = Source("file", "path", label)
    reading = Reading(source, label, "server", document.origin, document.find_malformed)
    (found,) = servers(document.data, reading)
    return found


NOTES = server(
    "notes",
    tool("create_note", "Create a note with a title. Use it for a new note, not to change one."),
    tool("delete_note", "Delete a note for good."),
    file="notes.json",
)
MEMOS = server(
    "memos",
    tool("create_note", "Create a note."),
    tool("list_tags", "List every tag in use.", annotations={"readOnlyHint": True}),
    file="memos.json",
)


def make(
    folder: Path,
    *found: Server | SourceError,
    jobs: int = 1,
    date: str = DATE,
    url: str = "",
    build_digest: str = "",
) -> Built:
    rules = build_digest or digest_rules("tdqs", url)
    settings = Settings(Site(folder, url), "tdqs", 60, date, rules)
    return build(wrap(found), settings, jobs, lambda _: None)


def wrap(
    found: Iterable[Server | SourceError],
) -> Iterable[tuple[Server, ...] | SourceError]:
    return (each if isinstance(each, SourceError) else (each,) for each in found)


def read_all(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def api(folder: Path, name: str) -> Any:
    return json.loads((folder / "api" / name).read_bytes())


class Page(HTMLParser):
    """The elements of a page with their attributes, its links, ids and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def ids(self) -> set[str]:
        return {attrs["id"] or "" for _, attrs in self.elements if "id" in attrs}

    @property
    def links(self) -> list[str]:
        return [
            attrs[key] or ""
            for tag, attrs in self.elements
            for key in ("href", "src")
            if key in attrs and tag != "meta"
        ]
