"""Runs a server as a child process, talks newline-delimited JSON with it, and ends it.

The SDK's stdio transport is not used. Its lines have no size limit and take quadratic time, one
byte that is not UTF-8 ends it, it loses the line it could not read, and in 1.x the server's own
children survive it. The SDK still says which environment variables a child may inherit.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import anyio
import anyio.lowlevel

from toolgrade.live.bounds import Gauge
from toolgrade.live.conversation import Gone, explain_unreadable
from toolgrade.live.leftovers import MARKER, Running, end_marked, find_descendants

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from anyio.abc import AsyncResource, ByteReceiveStream, ByteSendStream, Process

    from toolgrade.configs.launch import Launch

_STDERR_BYTES = 16 * 1024
_LINE_BREAK = b"\n"
_EXIT_POLL = 0.01
# 270 of 279 real servers exit when their input closes; the rest get a signal.
_PATIENCE = 2.0
_TERM_PATIENCE = 1.0
_REAP_PATIENCE = 2.0
_LAST_WORDS = 0.5
# A launcher may exit and leave the server to its child, which must then write something.
_ORPHAN_PATIENCE = 5.0
_LOOK = 0.5


@dataclass(slots=True)
class Child:
    """A running server as a Wire. `words` is the end of its stderr, shown if it fails."""

    process: Process
    stdin: ByteSendStream
    stdout: ByteReceiveStream
    stderr: ByteReceiveStream
    notice: Callable[[str], None]
    words: bytearray = field(default_factory=bytearray)
    _silent: anyio.Event = field(default_factory=anyio.Event)
    _buffer: bytearray = field(default_factory=bytearray)
    _messages: list[dict[str, Any]] = field(default_factory=list)
    _gauge: Gauge = field(default_factory=Gauge)
    _noted: bool = False

    async def send(self, message: Mapping[str, Any], version: str | None = None) -> None:  # noqa: ARG002 - a Wire: only HTTP repeats the version outside the message
        """Write one message. Raises Gone if the server no longer reads."""
        line = json.dumps(message, separators=(",", ":")).encode() + _LINE_BREAK
        try:
            await self.stdin.send(line)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
            raise Gone from None

    async def receive(self) -> dict[str, Any]:
        """Return the next JSON-RPC message; other lines on stdout are skipped.

        Raises Gone at the end, Flood above the bounds, Unreadable for a broken answer.
        """
        while not self._messages:
            self._messages = self._parse(await self._line())
            # A flood of short lines must not keep the timeout from firing.
            await anyio.lowlevel.checkpoint()
        return self._messages.pop(0)

    async def drain(self) -> None:
        """Read stderr to its end, so that the server never blocks on it."""
        # Closed: the server has ended, though its child still holds its stderr.
        over = (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError, OSError)
        with contextlib.suppress(*over):
            while True:
                self.words += await self.stderr.receive()
                del self.words[:-_STDERR_BYTES]
        self._silent.set()

    async def exit_status(self) -> int | None:
        """Return the exit status, or None if the server still runs.

        Waits a moment for a process that is about to exit, and for the end of its stderr.
        """
        await _wait(self.process, _TERM_PATIENCE)
        with anyio.move_on_after(_LAST_WORDS):
            await self._silent.wait()
        return self.process.returncode

    async def _line(self) -> bytes:
        searched = 0
        while (end := self._buffer.find(_LINE_BREAK, searched)) < 0:
            searched = len(self._buffer)
            chunk = await self._chunk()
            self._buffer += chunk
            self._gauge.add(chunk, self._buffer)
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._gauge.begin_answer()
        return line

    async def _chunk(self) -> bytes:
        """Return what the server writes next. Raises Gone if nothing more can come."""
        over = (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError)
        silent = 0.0
        while silent < _ORPHAN_PATIENCE:
            try:
                with anyio.move_on_after(_LOOK):
                    return await self.stdout.receive()
            except over:
                break
            if self.process.returncode is not None:
                silent += _LOOK
        raise Gone

    def _parse(self, line: bytes) -> list[dict[str, Any]]:
        text = line.decode("utf-8", "replace").strip()
        if text.startswith("\ufeff"):
            text = text.removeprefix("\ufeff")
            self.notice("clients refuse this server: it begins a message with a byte order mark")
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            # This was the answer: no other will come.
            if text.startswith(("{", "[")) and '"jsonrpc"' in text[:200] + text[-200:]:
                raise explain_unreadable(error) from None
            found = None
        batch = found if isinstance(found, list) else [found]
        messages = [one for one in batch if isinstance(one, dict) and "jsonrpc" in one]
        if messages and "\ufffd" in text and not _is_utf8(line):
            self.notice("clients refuse this server: what it writes is not UTF-8")
        if not messages and text and not self._noted:
            self._noted = True
            self.notice("writes lines that are not messages to its standard output; skipped")
        return messages


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@asynccontextmanager
async def running(launch: Launch, notice: Callable[[str], None]) -> AsyncIterator[Child]:
    """Run a command in its own process group.

    When the block ends, so have the group and what `leftovers.py` finds. Raises OSError if the
    command cannot be started.
    """
    from mcp.client.stdio import get_default_environment  # noqa: PLC0415 - costs a second

    marker = secrets.token_hex(8)
    given = {**_locale(), **dict(launch.env), MARKER: marker}
    whole = {**get_default_environment(), **given}
    program = shutil.which(launch.argv[0], path=whole.get("PATH"))
    if program is None:
        raise FileNotFoundError
    process = await anyio.open_process(
        [program, *launch.argv[1:]],
        env=whole,
        cwd=launch.cwd,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    child = Child(
        process,
        cast("ByteSendStream", process.stdin),
        cast("ByteReceiveStream", process.stdout),
        cast("ByteReceiveStream", process.stderr),
        notice,
    )
    known: set[Running] = set()
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.drain)
            try:
                yield child
            finally:
                known = find_descendants(process.pid)
                with anyio.CancelScope(shield=True):
                    await _end(child, known)
                tasks.cancel_scope.cancel()
    finally:
        if process.returncode is None:
            # A second Ctrl-C interrupted the polite end.
            _signal_group(process, "SIGKILL")
        end_marked(marker, known)


def _locale() -> dict[str, str]:
    # The SDK passes no locale, and without one older Pythons write ASCII to their pipes.
    return {name: value for name in ("LANG", "LC_ALL", "LC_CTYPE") if (value := os.getenv(name))}


async def _end(child: Child, known: set[Running]) -> None:
    """End the server, politely at first. Adds to `known` what it runs before it is killed."""
    process = child.process
    await _close(child.stdin)
    await _wait(process, _PATIENCE)
    if process.returncode is None:
        _signal_group(process, "SIGTERM")
        await _wait(process, _TERM_PATIENCE)
    known |= find_descendants(process.pid)
    _signal_group(process, "SIGKILL")
    await _wait(process, _REAP_PATIENCE)
    # A grandchild outside the group may hold the pipes: close our ends, or asyncio warns later.
    await _close(child.stdout)
    await _close(child.stderr)
    transport = getattr(getattr(process, "_process", None), "_transport", None)
    if transport is not None:
        with contextlib.suppress(PermissionError, ProcessLookupError):
            transport.close()


async def _close(stream: AsyncResource) -> None:
    with contextlib.suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
        await stream.aclose()


async def _wait(process: Process, seconds: float) -> None:
    # Not process.wait(): asyncio's also waits for the pipes, which a grandchild may hold open.
    with anyio.move_on_after(seconds):
        while process.returncode is None:  # noqa: ASYNC110 - anyio has no event for it
            await anyio.sleep(_EXIT_POLL)


def _signal_group(process: Process, name: str) -> None:
    if sys.platform == "win32":
        if process.returncode is None:
            taskkill = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
            subprocess.run(taskkill, check=False, capture_output=True)  # noqa: S603 - own words
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, getattr(signal, name))
