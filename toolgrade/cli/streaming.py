"""A JSON report that is written as its servers are judged, by several processes or as kept."""

from __future__ import annotations

import hashlib
import json
import time
import zlib
from typing import TYPE_CHECKING

from toolgrade.files import cache
from toolgrade.gates.parts import Outcome, begin, finish, run_part
from toolgrade.grading.budget import Budget
from toolgrade.model import SourceError
from toolgrade.outputs.json import render_parts, render_server
from toolgrade.processes import can_spread, spread
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from toolgrade.gates.pipeline import Request
    from toolgrade.model import Report, Server
    from toolgrade.rubric import Rubric

    _Made = tuple[Outcome, Iterable[str]]
    """What a server adds to the end of a report, and its text in chunks."""

_FASTEST = 1
"""The level of compression: a report repeats itself so much that more saves little."""

_PIECE = 2**20
"""Bytes of a kept text that are in memory at once."""


class Stream:
    """A run whose report is written server by server; `report` has its end once it is written.

    `budgets` has the time to judge each server; `jobs` is the number of processes.
    """

    def __init__(
        self,
        servers: Sequence[Server],
        budgets: Sequence[Budget],
        rubric: Rubric,
        request: Request,
        errors: Sequence[SourceError],
        jobs: int,
    ) -> None:
        self._servers, self._budgets, self._errors = servers, budgets, errors
        self._rubric, self._request, self._jobs = rubric, request, jobs
        self._outcomes: list[Outcome] = []
        self._ends: dict[int, float] = {}
        self._folder = cache.find_folder()
        self._common = repr((cache.stamp_code(), rubric.stamp.digest, request))
        self.report = begin(rubric)

    def render(self) -> Iterator[str]:
        """Return the report in chunks, judging as they are taken."""
        return render_parts(begin(self._rubric), self._texts(), self._finish)

    def _finish(self) -> Report:
        self.report = finish(self._rubric, self._request, self._errors, self._outcomes)
        return self.report

    def _texts(self) -> Iterator[Iterable[str]]:
        """Yield the text of each server, and note what it adds to the end."""
        keys = [self._key(server) for server in self._servers]
        todo = [at for at, key in enumerate(keys) if not self._is_kept(key)]
        spreads = self._jobs > 1 and len(todo) > 1 and can_spread()
        made = self._spread(todo, keys) if spreads else None
        new = set(todo)
        for at, key in enumerate(keys):
            found = (next(made) if made else None) if at in new else self._load(key)
            outcome, chunks = found or self._judge(at, self._budgets[at], key)
            self._outcomes.append(outcome)
            yield chunks

    def _spread(self, todo: Sequence[int], keys: Sequence[str]) -> Iterator[_Made]:
        """Judge servers in several processes."""

        def work(at: int, seconds: float) -> bytes:
            outcome, chunks = self._judge(at, Budget(seconds), keys[at])
            return _pack(outcome) + "".join(chunks).encode()

        for at, result in zip(todo, spread(work, todo, self._jobs, self._left), strict=True):
            if result is None:
                yield self._lose(at)
            else:
                head, _, text = result.partition(b"\n")
                yield _unpack(head), (text.decode(),)

    def _left(self, at: int) -> float:
        """Return the seconds that are left to judge a server, of those that its source has."""
        budget = self._budgets[at]
        end = self._ends.setdefault(id(budget), time.monotonic() + budget.left)
        return max(0.0, end - time.monotonic())

    def _judge(self, at: int, budget: Budget, key: str) -> _Made:
        """Return what a server adds to a report; its text is kept as it is taken, if it has a
        key.
        """
        report, outcome = run_part(self._servers[at], self._rubric, self._request, budget)
        chunks = render_server(report)
        # What was not all judged in time may be, the next time.
        if key and self._folder and outcome.error is None:
            chunks = _keep(chunks, outcome, self._folder, key)
        return outcome, chunks

    def _lose(self, at: int) -> _Made:
        """Return what a server adds whose process died: it is listed, and not graded."""
        server = self._servers[at]
        report, _ = run_part(server, self._rubric, self._request, Budget(0))
        said = "the process that graded it was ended; grade it again, with -j 1 if it lacks memory"
        error = SourceError(str(server.source), f"{make_legible(server.name)}: {said}")
        return Outcome(error), render_server(report)

    def _key(self, server: Server) -> str:
        """Return the key of what a server adds, "" where it is not kept."""
        if self._folder is None or not server.digest:
            return ""
        return hashlib.sha256(f"{self._common}{server.digest}".encode()).hexdigest()

    def _is_kept(self, key: str) -> bool:
        return bool(key and self._folder and cache.is_kept(self._folder, key))

    def _load(self, key: str) -> _Made | None:
        body = cache.load(self._folder, key) if self._folder else None
        head, _, packed = (body or b"").partition(b"\n")
        try:
            outcome = _unpack(head)
            for _ in _inflate(packed):
                pass  # nothing is written before all of it is known to be whole
        except (zlib.error, ValueError, TypeError, LookupError):
            return None
        return outcome, _inflate(packed)


def _keep(chunks: Iterable[str], outcome: Outcome, folder: Path, key: str) -> Iterator[str]:
    """Yield chunks, and keep them with their outcome when all were taken."""
    packer = zlib.compressobj(_FASTEST)
    packed = bytearray(_pack(outcome))
    for chunk in chunks:
        if len(packed) < cache.MAX_ENTRY:
            packed += packer.compress(chunk.encode())
        yield chunk
    cache.keep(folder, key, bytes(packed + packer.flush()))


def _inflate(packed: bytes) -> Iterator[str]:
    """Yield a text that was compressed, piece by piece: all of it is ASCII. Raises zlib.error."""
    unpacker = zlib.decompressobj()
    while packed:
        yield unpacker.decompress(packed, _PIECE).decode()
        packed = unpacker.unconsumed_tail
    if not unpacker.eof:
        raise zlib.error("cut off")


def _pack(outcome: Outcome) -> bytes:
    """Return an outcome as a line."""
    why = outcome.error and (outcome.error.source, outcome.error.message)
    return json.dumps((why, *outcome[1:])).encode() + b"\n"


def _unpack(line: bytes) -> Outcome:
    error, used, missed, costly = json.loads(line)
    why = SourceError(*error) if error else None
    return Outcome(why, tuple(used), tuple(missed), tuple(costly))
