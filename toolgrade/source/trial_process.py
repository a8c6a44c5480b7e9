"""The process that `trial` starts: parses each text that comes in, and answers when it has.

It runs as a script, without toolgrade. A parser that does not return cannot see that the process
that asked is gone, so this one ends itself when its time is over.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from contextlib import suppress


def parse(text: str, grammar: str) -> None:
    """Parse a text."""
    from ast_grep_py import SgRoot  # noqa: PLC0415 - the path to it is an argument

    SgRoot(text, grammar).root()


def main() -> None:
    """Answer texts until the input ends. Before each is a line: its grammar, its size in bytes, and
    for how many seconds of CPU and of time this process may be at it.
    """
    # Ctrl-C reaches every process of a terminal; the one that asked ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path += sys.argv[1:]
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - start-up time
        while header := sys.stdin.buffer.readline():
            grammar, size, cpu, seconds = header.decode().split()
            # Neither needs Python, which does not run before the parser returns.
            faulthandler.dump_traceback_later(float(seconds), exit=True, file=nowhere)
            if hasattr(signal, "setitimer"):
                signal.setitimer(signal.ITIMER_PROF, float(cpu))
            text = sys.stdin.buffer.read(int(size)).decode("utf-8", "surrogatepass")
            with suppress(Exception):  # raised again where it is seen
                parse(text, grammar)
            if hasattr(signal, "setitimer"):
                signal.setitimer(signal.ITIMER_PROF, 0)
            faulthandler.cancel_dump_traceback_later()
            sys.stdout.buffer.write(b"\n")
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
