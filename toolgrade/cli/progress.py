"""Says on stderr what is waited for: after a second on a terminal, after ten in a log.

A timer of the process does it, and no thread: other processes are started from this one.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterator

_ON_A_TERMINAL = 1.0
_ELSEWHERE = 10.0
_LONGEST = 60
_ERASE = "\r\x1b[K"


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """Say what is done inside of the block, "reading server/", if that takes long.

    On a terminal the line is kept up to date, and erased at the end.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() != threading.main_thread():
        yield
        return
    is_terminal = sys.stderr.isatty()
    shown, begun, is_said = make_legible(text, _LONGEST), time.monotonic(), False

    def say(_number: int, _frame: object) -> None:
        nonlocal is_said
        is_said = True
        seconds = int(time.monotonic() - begun)
        if is_terminal:
            _write(f"{_ERASE}toolgrade: {shown} ({seconds} s)")
        else:
            _write(f"toolgrade: {shown} takes longer than {seconds} s\n")

    before = signal.signal(signal.SIGALRM, say)
    wait = _ON_A_TERMINAL if is_terminal else _ELSEWHERE
    signal.setitimer(signal.ITIMER_REAL, wait, _ON_A_TERMINAL if is_terminal else 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if is_said and is_terminal:
            _write(_ERASE)


def _write(text: str) -> None:
    # Not through sys.stderr, which may be in the middle of a line when the timer ends.
    with suppress(OSError, ValueError):
        os.write(sys.stderr.fileno(), text.encode("utf-8", "replace"))
