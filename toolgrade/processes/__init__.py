"""Work that is spread over processes: results come in order, and one that dies loses only its own.

The processes are forked, after everything was read: so a rubric is loaded once, and nothing but
numbers and results goes through a pipe. A process with threads is never forked; where it would be,
and where the system cannot fork, all is done in this one. (Processes that are spawned would have to
import, load and read again, which takes longer than a server does.)
"""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

    Work = Callable[[int, float], bytes]

_AHEAD = 8
"""How many results for each process may wait for an earlier one: what bounds memory."""

_DONE, _AGAIN = b"\1", b"\0"


def count_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def can_spread() -> bool:
    """Whether work can be spread: the system can fork, and no other thread runs here."""
    return hasattr(os, "fork") and threading.active_count() == 1


class _Worker:
    """A forked process, and the number of the work it is at; None while it has none."""

    def __init__(self, work: Work, others: Sequence[Connection]) -> None:
        from multiprocessing import get_context  # noqa: PLC0415 - start-up time

        fork = get_context("fork")
        self.pipe, theirs = fork.Pipe()
        self.at: int | None = None
        self.process: ForkProcess = fork.Process(
            target=_serve, args=(work, theirs, [self.pipe, *others]), daemon=True
        )
        self.process.start()
        theirs.close()

    def end(self) -> None:
        """End the process, whatever it is at."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _serve(work: Work, pipe: Connection, others: Sequence[Connection]) -> None:
    """Answer numbers with results until the pipe is closed: also when the parent was killed."""
    # Ctrl-C reaches every process of a terminal; the parent ends this one.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, signal.SIG_IGN if name == "SIGINT" else signal.SIG_DFL)
    for other in others:
        other.close()  # else the pipe of a parent that was killed stays open
    try:
        while True:
            number, seconds = pipe.recv()
            try:
                result = _DONE + work(number, seconds)
            except Exception:  # noqa: BLE001 - the parent does it again, and raises it where it is seen
                result = _AGAIN
            pipe.send_bytes(result)
    finally:
        # No exit handler of the parent's, and nothing that it had still to write, is for this one.
        os._exit(0)


class _Pool:
    """Workers, what is still to give them, and the results that wait for an earlier one."""

    def __init__(self, work: Work, todo: Sequence[int], jobs: int) -> None:
        self.ready: dict[int, bytes | None] = {}
        self._work, self._todo, self._jobs = work, todo, jobs
        self._given = 0
        self._workers: list[_Worker] = []

    def give(self, most: int, left: Callable[[int], float]) -> None:
        """Give each worker that has nothing to do a number, of the first `most`."""
        most = min(most, len(self._todo))
        while self._given < most:
            worker = next((one for one in self._workers if one.at is None), None)
            if worker is None:
                if len(self._workers) == self._jobs:
                    return
                worker = _Worker(self._work, [other.pipe for other in self._workers])
                self._workers.append(worker)
            worker.at = self._todo[self._given]
            self._given += 1
            try:
                worker.pipe.send((worker.at, left(worker.at)))
            except OSError:
                self._bury(worker)

    def collect(self) -> None:
        """Wait for results, and take them."""
        from multiprocessing.connection import wait  # noqa: PLC0415 - start-up time

        busy = [worker for worker in self._workers if worker.at is not None]
        found = wait([worker.pipe for worker in busy])
        for worker in [one for one in busy if one.pipe in found]:
            try:
                result = worker.pipe.recv_bytes()
            except (OSError, EOFError):
                self._bury(worker)
                continue
            if worker.at is not None:
                self.ready[worker.at] = result
            worker.at = None

    def _bury(self, worker: _Worker) -> None:
        """Let go of a worker that died, and of what it was at."""
        self._workers.remove(worker)
        worker.end()
        if worker.at is not None:
            self.ready[worker.at] = None

    def end(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.end()


def spread(
    work: Work, todo: Sequence[int], jobs: int, left: Callable[[int], float]
) -> Iterator[bytes | None]:
    """Yield what `work` returns for each number `todo`, in order; None where the process died.

    Besides its number, work gets the seconds that are `left` for it when it begins. What it raises
    is raised here.
    """
    pool = _Pool(work, todo, jobs)
    try:
        for at, number in enumerate(todo):
            while number not in pool.ready:
                pool.give(at + _AHEAD * jobs, left)
                if number not in pool.ready:
                    pool.collect()
            result = pool.ready.pop(number)
            if result == _AGAIN:
                yield work(number, left(number))
            else:
                yield result and result[1:]
    finally:
        pool.end()
