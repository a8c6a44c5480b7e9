"""Outputs that are written again as they were, where nothing changed that they depend on.

For every format: unlike a JSON report, most are about all servers together.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import zlib
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.files import cache

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolgrade.cli.showing import Showing
    from toolgrade.gates.pipeline import Request
    from toolgrade.model import Report, Server, SourceError
    from toolgrade.rubric import Rubric

_MOST = 16 * 2**20
"""Characters of all outputs that are kept at most."""


class Recording(NamedTuple):
    """The text of each output, the lines on stderr, the page for GitHub's summary (None: none was
    asked for) and the exit status.
    """

    texts: list[str]
    lines: list[str]
    summary: str | None
    status: int


class Recorder:
    """Keeps what a run writes, and finds what the same run wrote the last time."""

    def __init__(
        self,
        servers: Sequence[Server],
        errors: Sequence[SourceError],
        rubric: Rubric,
        request: Request,
        outputs: Sequence[tuple[str, str]],
        showing: Showing,
    ) -> None:
        self._folder = cache.find_folder() if all(s.digest for s in servers) else None
        of = (
            cache.stamp_code(),
            rubric.stamp.digest,
            request,
            showing,
            [(server.digest, server.source) for server in servers],
            errors,
            [(format_, bool(file), file.lower()[-5:] == ".json") for format_, file in outputs],
            (
                sys.stdout.isatty(),
                os.environ.get("NO_COLOR"),
                os.environ.get("SOURCE_DATE_EPOCH"),
                shutil.get_terminal_size((80, 24)),
            ),
        )
        self._key = hashlib.sha256(repr(of).encode("utf-8", "surrogatepass")).hexdigest()
        self._errors = len(errors)
        self._texts: list[list[str]] = []
        self._size = 0

    def find(self) -> Recording | None:
        """Return what the same run wrote the last time, None where that was not kept."""
        body = cache.load(self._folder, self._key) if self._folder else None
        try:
            return Recording(*json.loads(zlib.decompress(body))) if body else None
        except (zlib.error, ValueError, TypeError):
            return None

    def copy(self, chunks: Iterable[str]) -> Iterator[str]:
        """Yield the chunks of an output, and remember them while they are few."""
        text: list[str] = []
        self._texts.append(text)
        for chunk in chunks:
            self._size += len(chunk)
            if self._folder and self._size <= _MOST:
                text.append(chunk)
            yield chunk

    def keep(self, report: Report, lines: list[str], summary: str | None, status: int) -> None:
        """Keep what was copied of a report, and how the run ended; unless some was not judged in
        time, which may be the next time.
        """
        if self._folder is None or self._size > _MOST or len(report.errors) > self._errors:
            return
        made = Recording(["".join(text) for text in self._texts], lines, summary, status)
        # Lone surrogates of a definition are escaped by json.
        cache.keep(self._folder, self._key, zlib.compress(json.dumps(made).encode(), 1))
