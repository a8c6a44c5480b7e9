"""How the program ends: one line and an exit status, whatever stopped it."""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from types import FrameType, TracebackType

_FAILED = 2
_SIGNALLED = 128
_LONGEST_LINE = 1000


class Stopped(KeyboardInterrupt):
    """The program was asked to end by the signal `number`."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class _Stream(io.FileIO):
    """A standard stream that drops what its reader no longer wants.

    With `is_lossy`, it drops what cannot be written for any other reason too.
    """

    def __init__(self, descriptor: int, *, is_lossy: bool) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self.is_lossy = is_lossy

    def write(self, content: object) -> int:
        """Write or drop `content`."""
        view = memoryview(content)  # type: ignore[arg-type]
        try:
            return super().write(view)
        except BrokenPipeError:
            return view.nbytes
        except OSError:
            if self.is_lossy:
                return view.nbytes
            raise


def prepare_streams() -> None:
    """Make closed or broken standard streams harmless.

    A closed one gets the reading end of an empty pipe, so that no file takes its number, reading
    finds nothing and writing fails. A reader that has gone (head, less) is not an error, and a
    message that stderr cannot take changes no status.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            _open_empty()
    if sys.stdin is None:
        # Opened here, as 0 may be a file: Python opens a script before it runs it.
        sys.stdin = os.fdopen(_open_empty(), encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(_Stream(1, is_lossy=False)), "utf-8")
    if sys.stderr is None:
        stderr = io.BufferedWriter(_Stream(2, is_lossy=True))
        sys.stderr = io.TextIOWrapper(stderr, "utf-8", "backslashreplace", line_buffering=True)
    sys.stdout = _wrap_stream(sys.stdout, sys.__stdout__, is_lossy=False)
    sys.stderr = _wrap_stream(sys.stderr, sys.__stderr__, is_lossy=True)


def _open_empty() -> int:
    """Return the lowest free descriptor: it has nothing to read and takes nothing.

    Not of /dev/null, which in a container or after a careless `rm` may be a file with content.
    """
    reading, writing = os.pipe()
    os.close(writing)
    return reading


def _wrap_stream(stream: TextIO, original: TextIO | None, *, is_lossy: bool) -> TextIO:
    """Return `stream` without its errors, or as it is if it is closed, replaced or a terminal."""
    if stream is None or stream is not original or stream.isatty():
        return stream
    raw = _Stream(stream.fileno(), is_lossy=is_lossy)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=is_lossy,
    )


def stop_on_signals() -> None:
    """Make SIGTERM and SIGHUP end the program as Ctrl-C does, so that servers are ended too."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Under nohup, SIGHUP is ignored and stays so.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    raise Stopped(number)


def report_end(error: BaseException, *, is_debug: bool) -> int:
    """Say on stderr in one line what ended the program, and return its exit status.

    An internal error's own message is left out, as it may quote a server or a secret; with
    `is_debug`, the traceback follows.
    """
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else _FAILED if error.code else 0
    if isinstance(error, click.Abort):
        error = error.__cause__ or error.__context__ or KeyboardInterrupt()
    if isinstance(error, Stopped):
        _say(f"ended by {signal.Signals(error.number).name}")
        return _SIGNALLED + error.number
    if isinstance(error, KeyboardInterrupt):
        _say("interrupted")
        return _SIGNALLED + signal.SIGINT
    if isinstance(error, click.ClickException):
        with suppress(OSError):
            error.show()
    elif _is_refusal(error):
        _say(str(error))
    elif isinstance(error, OSError) and error.filename is None and _is_stdout_broken():
        _say(f"the output cannot be written: {error.strerror}")
    else:
        _say_internal(error, is_debug=is_debug)
    return _FAILED


def _is_refusal(error: BaseException) -> bool:
    from toolgrade.model import InputError, RubricError  # noqa: PLC0415 - start-up time

    return isinstance(error, InputError | RubricError)


def _is_stdout_broken() -> bool:
    """Return whether stdout takes nothing more; then forget what waits to be written to it."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False


def _say_internal(error: BaseException, *, is_debug: bool) -> None:
    where = _find_place(error.__traceback__)
    hint = "" if is_debug else "; run again with --debug for the traceback"
    _say(f"internal error: {type(error).__name__}{where}{hint}")
    if is_debug:
        import traceback  # noqa: PLC0415 - start-up time

        from toolgrade.wording.legible import make_legible  # noqa: PLC0415 - as above
        from toolgrade.wording.secrets import mask_text  # noqa: PLC0415 - as above

        for line in mask_text("".join(traceback.format_exception(error))).splitlines():
            indent = line[: len(line) - len(line.lstrip())]
            click.echo(f"{indent}{make_legible(line, _LONGEST_LINE)}", err=True)


def _find_place(trace: TracebackType | None) -> str:
    """Return where in toolgrade an error came from, as the end of a sentence."""
    import traceback  # noqa: PLC0415 - start-up time
    from pathlib import Path  # noqa: PLC0415 - as above

    package = Path(__file__).parents[1]
    frames = [
        f" in toolgrade/{path.relative_to(package).as_posix()}, line {frame.lineno}"
        for frame in traceback.extract_tb(trace)
        if (path := Path(frame.filename)).is_relative_to(package)
    ]
    return frames[-1] if frames else ""


def _say(message: str) -> None:
    with suppress(OSError):
        click.echo(f"toolgrade: {message}", err=True)
