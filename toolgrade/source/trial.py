"""Tries in a process of its own whether the parser returns for a text, before it is parsed here.

The parser is another project's, and there are broken files for which it does not return. Meanwhile
no Python runs, so neither a signal nor a timer of this process could end it.
"""

from __future__ import annotations

import hashlib
import math
import sys
import time
import weakref
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen

SECONDS = 5
"""Seconds of CPU that the parser may take for a text, and as many for each MB of it: it needs about
0.1 for one.
"""

PATIENCE = 4
"""How often longer the process may take for it, as others need the processor too."""

MAX_FAILED = 3
"""Texts for which the parser does not return, after which no more of a source is tried."""

SCRIPT = Path(__file__).with_name("trial_process.py")
STOPPED = f"{MAX_FAILED} other files could not be parsed"


class Trial:
    """Tries texts, in one process that is started for the first of them."""

    def __init__(self) -> None:
        self._process: Popen[bytes] | None = None
        self._known: dict[str, str] = {}
        self._failed = 0

    def explain_failure(self, text: str, grammar: str, end: float = math.inf) -> str:
        """Return why a text cannot be parsed, "" if it can; not later than `end`, on the clock of
        `time.monotonic`.
        """
        content = text.encode("utf-8", "surrogatepass")
        key = f"{grammar} {hashlib.sha256(content).hexdigest()}"
        if key not in self._known:
            if self._failed == MAX_FAILED:
                return STOPPED
            self._known[key] = self._try(content, grammar, end)
            self._failed += self._known[key] != ""
        return self._known[key]

    def _try(self, content: bytes, grammar: str, end: float) -> str:
        cpu = SECONDS * (1 + (len(content) >> 20))
        left = min(PATIENCE * cpu, max(end - time.monotonic(), 0))
        try:
            process = self._process or self._start()
        except OSError as error:
            return f"no process could be started to parse it: {error.strerror}"
        assert process.stdin  # noqa: S101 - for types
        assert process.stdout  # noqa: S101 - for types
        answer = b""
        # The process ends itself too: this is for one that was stopped or that hangs elsewhere.
        timer = Timer(left + 1, process.kill)
        timer.start()
        try:
            process.stdin.write(f"{grammar} {len(content)} {cpu} {left + 0.01}\n".encode())
            process.stdin.write(content)
            process.stdin.flush()
            answer = process.stdout.read(1)
        except OSError:
            pass
        finally:
            # A process with threads is never forked.
            timer.cancel()
            timer.join()
            if not answer:
                self.end()
        return "" if answer else f"the parser did not finish it within {cpu} s"

    def _start(self) -> Popen[bytes]:
        """Start the process. Raises OSError."""
        import subprocess  # noqa: PLC0415 - start-up time

        found = find_spec("ast_grep_py")
        where = [str(Path(found.origin).parents[1])] if found and found.origin else []
        # Without what the environment or the working folder could have it import.
        argv = [sys.executable, "-I", "-S", str(SCRIPT), *where]
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        process = subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=nowhere)  # noqa: S603 - its own
        self._process = process
        self._finalizer = weakref.finalize(self, _end, process)
        return process

    def end(self) -> None:
        """End the process, if there is one; another text starts another."""
        if self._process:
            self._process = None
            self._finalizer()


def _end(process: Popen[bytes]) -> None:
    process.kill()
    process.communicate()
