"""The folder of a site: proved to be one, read back, written file by file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from toolgrade.catalog.entry import SCHEMA
from toolgrade.catalog.slugs import is_slug
from toolgrade.files.inside import is_inside
from toolgrade.files.opening import does_exist, is_folder, read_file
from toolgrade.files.saving import save
from toolgrade.model import InputError
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

INDEX = "api/index.json"
CHANGES = "api/changes.json"
CHANGE = ("date", "server", "slug", "kind", "summary")
"""The members of a change, all of them texts."""

_MOST_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Site:
    """The folder `root`, which is published at `url`: "" or an address that ends in "/"."""

    root: Path
    url: str = ""

    def prove(self) -> None:
        """Raise InputError unless the folder is a catalogue, empty, or can be made."""
        shown = make_legible(str(self.root), 4096)
        other = "give -o an empty folder, a new one, or that of an earlier catalogue"
        if not does_exist(self.root):
            return
        if not is_folder(self.root):
            raise InputError(f"{shown}: is not a folder; {other}")
        try:
            is_empty = not any(self.root.iterdir())
        except OSError as error:
            raise InputError(f"{shown}: cannot be read: {error.strerror}") from None
        if not is_empty and not self.index:
            raise InputError(f"{shown}: holds something else than a catalogue; {other}")

    @cached_property
    def index(self) -> dict[str, Any]:
        """What an earlier run wrote of all servers; empty where there is none."""
        found = self.load(INDEX)
        is_index = isinstance(found, dict) and found.get("schema") == SCHEMA
        servers = found.get("servers") if is_index else None
        is_whole = isinstance(servers, list) and all(_is_listed(server) for server in servers)
        is_dated = is_whole and all(isinstance(found.get(key), str) for key in ("since", "date"))
        return found if is_dated else {}

    def load_changes(self) -> list[dict[str, str]]:
        """Return what earlier runs changed, the newest first; without what is none of theirs."""
        found = self.load(CHANGES)
        rows = found.get("changes") if isinstance(found, dict) else None
        return [row for row in rows if _is_change(row)] if isinstance(rows, list) else []

    def load(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a JSON file of the site, None if it is absent or damaged."""
        try:
            return json.loads(read_file(self.root / path, _MOST_BYTES, links=False))
        except (OSError, ValueError, RecursionError):
            return None

    def load_entry(self, slug: str) -> dict[str, Any] | None:
        """Return what an earlier run kept of a server, None if it is absent or damaged."""
        found = self.load(f"api/servers/{slug}.json") if is_slug(slug) else None
        if not isinstance(found, dict) or found.get("schema") != SCHEMA:
            return None
        return found if found.get("slug") == slug and _is_whole(found) else None

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file of the site: it is whole, or as it was before. Raises InputError."""
        file = self._find(path)
        encoded = content.encode("utf-8") if isinstance(content, str) else content
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            save(file, [encoded])
        except OSError as error:
            shown = make_legible(str(file), 4096)
            raise InputError(f"{shown}: cannot be written: {error.strerror}") from None

    def read(self, path: str) -> bytes:
        """Return a file of the site. Raises InputError."""
        try:
            return read_file(self._find(path), _MOST_BYTES, links=False)
        except OSError as error:
            shown = make_legible(str(self.root / path), 4096)
            raise InputError(f"{shown}: cannot be read: {error.strerror}; try again") from None

    def _find(self, path: str) -> Path:
        """Return where a file of the site is. Raises InputError where a link leads out of it."""
        if not is_inside(self.root, path):
            shown = make_legible(str(self.root / path), 4096)
            raise InputError(f"{shown}: a link leads out of the site; remove it")
        return self.root / path

    def write_json(self, path: str, data: Mapping[str, Any]) -> None:
        """Write a JSON file, in ASCII, so that it can quote what no encoding can hold."""
        self.write(path, json.dumps(data, separators=(",", ":")) + "\n")

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files of the site, and the folders that are empty then."""
        folders = set()
        for path in paths:
            file = self._find(path)
            file.unlink(missing_ok=True)
            folders.add(file.parent)
        for folder in folders:
            if folder != self.root and not any(folder.iterdir()):
                folder.rmdir()


def _is_listed(server: object) -> bool:
    is_object = isinstance(server, dict) and isinstance(server.get("name"), str)
    return is_object and is_slug(server.get("slug"))  # type: ignore[attr-defined]


def _is_change(row: object) -> bool:
    return isinstance(row, dict) and all(isinstance(row.get(key), str) for key in CHANGE)


def _is_whole(entry: Mapping[str, Any]) -> bool:
    """Whether what another run, or someone else, wrote can be read as an entry."""
    tools, changes = entry.get("tools"), entry.get("changes")
    return (
        isinstance(tools, list)
        and isinstance(changes, list)
        and all(isinstance(tool, dict) and is_slug(tool.get("slug")) for tool in tools)
    )
