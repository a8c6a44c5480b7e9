"""Ends the processes that a server leaves behind in sessions of their own, on Linux.

Three ways to find them: by a variable that every process of a server inherits, as descendants of
the server before it ends, and, if toolgrade adopts orphans, as new children of toolgrade itself.
On other systems, only the server's process group (on Windows, its process tree) is ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MARKER = "TOOLGRADE_SERVER"
"""The environment variable that marks the processes of one server."""

_PROC = Path("/proc")
_PATIENCE = 2.0
_LOOK = 0.01
_SET_CHILD_SUBREAPER = 36


class Running(NamedTuple):
    """A process; `started` tells it from a later one of the same number."""

    pid: int
    started: str


def adopt_orphans() -> None:
    """Make this process the parent of its descendants whose parents exit, if the system can."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def find_descendants(pid: int) -> set[Running]:
    """Return the running processes below `pid`."""
    children: dict[int, list[Running]] = {}
    for process, parent in _list_processes():
        children.setdefault(parent, []).append(process)
    found: set[Running] = set()
    waiting = [pid]
    while waiting:
        new = set(children.get(waiting.pop(), ())) - found
        found |= new
        waiting += [process.pid for process in new]
    return found


def end_marked(marker: str, known: set[Running]) -> None:
    """Kill the processes of the server that has `marker`, and those of `known` that still run."""
    assigned = f"{MARKER}={marker}".encode()
    _end_all(
        lambda: {
            process
            for process, _ in _list_processes()
            if process in known or _has_variable(process.pid, assigned)
        }
    )


def end_new_children(before: set[Running]) -> None:
    """Kill the processes below this one, except those that were there `before`."""
    _end_all(lambda: find_descendants(os.getpid()) - before)
    if sys.platform == "linux":
        # Adopted, they would stay in the process table: not every init takes them out of it.
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _end_all(find: Callable[[], set[Running]]) -> None:
    """Kill what `find` finds until it finds nothing, for at most two seconds."""
    over = time.monotonic() + _PATIENCE
    while (found := find()) and time.monotonic() < over:
        for process in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process.pid, signal.SIGKILL)
        time.sleep(_LOOK)


def _list_processes() -> Iterator[tuple[Running, int]]:
    """Yield every process that runs, with its parent's number; nothing where there is no /proc."""
    if sys.platform != "linux":
        return
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                stat = (folder / "stat").read_text(errors="replace")
                # The command's name, in parentheses, may hold blanks and parentheses.
                state, parent, *rest = stat.rpartition(")")[2].split()
                if state not in "ZX":
                    yield Running(int(folder.name), rest[17]), int(parent)


def _has_variable(pid: int, assigned: bytes) -> bool:
    try:
        return assigned in (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
