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
    from collections.abc import Iterator, Sequence

    from toolgrade.gates.pipeline import Request
    from toolgrade.model import Report, Server
    from toolgrade.rubric import Rubric

_FASTEST = 1
"""The level of compression: a report repeats itself so much that more saves little."""


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

    def _texts(self) -> Iterator[tuple[str]]:
        """Yield the text of each server, and note what it adds to the end."""
        keys = [self._key(server) for server in self._servers]
        todo = [at for at, key in enumerate(keys) if not self._is_kept(key)]
        made = self._make(todo, keys)
        new = set(todo)
        for at, key in enumerate(keys):
            found = next(made) if at in new else self._load(key)
            if found is None:  # it was kept when this run began
                found = _unpack(self._judge(at, self._left(at), key))
            self._outcomes.append(found[1])
            yield (found[0],)

    def _make(self, todo: Sequence[int], keys: Sequence[str]) -> Iterator[tuple[str, Outcome]]:
        """Judge servers, in this process or in several."""

        def work(at: int, seconds: float) -> bytes:
            return self._judge(at, seconds, keys[at])

        if self._jobs > 1 and len(todo) > 1 and can_spread():
            for at, result in zip(todo, spread(work, todo, self._jobs, self._left), strict=True):
                yield _unpack(result) if result is not None else self._lose(at)
        else:
            for at in todo:
                yield _unpack(work(at, self._budgets[at].left))

    def _left(self, at: int) -> float:
        """Return the seconds that are left to judge a server, of those that its source has."""
        budget = self._budgets[at]
        end = self._ends.setdefault(id(budget), time.monotonic() + budget.left)
        return max(0.0, end - time.monotonic())

    def _judge(self, at: int, seconds: float, key: str) -> bytes:
        """Return what a server adds to a report, as bytes; kept, if it has a key."""
        budget = Budget(seconds)
        report, outcome = run_part(self._servers[at], self._rubric, self._request, budget)
        self._budgets[at].left = budget.left
        error = outcome.error
        why = error and (error.source, error.message)
        head = json.dumps((why, *outcome[1:])).encode()
        text = "".join(render_server(report)).encode()
        # What was not all judged in time may be, the next time.
        if key and self._folder and outcome.error is None:
            cache.keep(self._folder, key, head + b"\n" + zlib.compress(text, _FASTEST))
        return head + b"\n" + text

    def _lose(self, at: int) -> tuple[str, Outcome]:
        """Return what a server adds whose process died: it is listed, and not graded."""
        server = self._servers[at]
        report, _ = run_part(server, self._rubric, self._request, Budget(0))
        said = "the process that graded it was ended; grade it again, with -j 1 if it lacks memory"
        error = SourceError(str(server.source), f"{make_legible(server.name)}: {said}")
        return "".join(render_server(report)), Outcome(error)

    def _key(self, server: Server) -> str:
        """Return the key of what a server adds, "" where it is not kept."""
        if self._folder is None or not server.digest:
            return ""
        return hashlib.sha256(f"{self._common}{server.digest}".encode()).hexdigest()

    def _is_kept(self, key: str) -> bool:
        return bool(key and self._folder and cache.is_kept(self._folder, key))

    def _load(self, key: str) -> tuple[str, Outcome] | None:
        body = cache.load(self._folder, key) if self._folder else None
        if body is None:
            return None
        try:
            head, _, packed = body.partition(b"\n")
            return _unpack(head + b"\n" + zlib.decompress(packed))
        except (zlib.error, ValueError, TypeError, LookupError):
            return None


def _unpack(result: bytes) -> tuple[str, Outcome]:
    head, _, text = result.partition(b"\n")
    error, used, missed, costly = json.loads(head)
    why = SourceError(*error) if error else None
    return text.decode(), Outcome(why, tuple(used), tuple(missed), tuple(costly))
