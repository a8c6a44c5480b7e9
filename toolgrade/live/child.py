"""A server as a child process: newline-delimited JSON on its pipes, and a sure end.

The SDK's stdio transport is not used here. Its lines have no size limit and cost quadratic time,
one byte that is not UTF-8 ends it, it forgets the line it could not read, and in 1.x the server's
own children survive it. The SDK still says which environment variables a child may inherit.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import anyio
import anyio.lowlevel

from toolgrade.live.conversation import ANSWER_BYTES, TOTAL_BYTES, Flood, Gone, unreadable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from anyio.abc import AsyncResource, ByteReceiveStream, ByteSendStream, Process

    from toolgrade.configs.launch import Launch

_STDERR_BYTES = 16 * 1024
_LINE_BREAK = b"\n"
_EXIT_POLL = 0.01
# 270 of 279 real servers end by themselves when their input closes; the rest get a signal.
_PATIENCE = 2.0
_TERM_PATIENCE = 1.0
_REAP_PATIENCE = 2.0
_LAST_WORDS = 0.5
# A launcher may end and leave the server to a child of its own; one that says nothing is none.
_ORPHAN_PATIENCE = 5.0
_LOOK = 0.5


@dataclass(slots=True)
class Child:
    """A running server as a Wire; `words` is the tail of its stderr, to show if it fails."""

    process: Process
    stdin: ByteSendStream
    stdout: ByteReceiveStream
    stderr: ByteReceiveStream
    notice: Callable[[str], None]
    words: bytearray = field(default_factory=bytearray)
    _silent: anyio.Event = field(default_factory=anyio.Event)
    _buffer: bytearray = field(default_factory=bytearray)
    _messages: list[dict[str, Any]] = field(default_factory=list)
    _received: int = 0
    _noted: bool = False

    async def send(self, message: Mapping[str, Any], version: str | None = None) -> None:  # noqa: ARG002 - a Wire: only HTTP repeats the version outside the message
        """Write one message. Raises Gone if the server no longer reads."""
        line = json.dumps(message, separators=(",", ":")).encode() + _LINE_BREAK
        try:
            await self.stdin.send(line)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
            raise Gone from None

    async def receive(self) -> dict[str, Any]:
        """Return the next JSON-RPC message, passing over whatever else stands on stdout.

        Raises Gone at its end, Flood past the limits, Unreadable for a broken answer.
        """
        while not self._messages:
            self._messages = self._parse(await self._line())
            # A flood of short lines must not keep the clock from being looked at.
            await anyio.lowlevel.checkpoint()
        return self._messages.pop(0)

    async def drain(self) -> None:
        """Read stderr to its end, so that the server never waits for a reader."""
        # Closed: the server has ended, though a child of its own still holds its stderr.
        over = (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError, OSError)
        with contextlib.suppress(*over):
            while True:
                self.words += await self.stderr.receive()
                del self.words[:-_STDERR_BYTES]
        self._silent.set()

    async def exit_status(self) -> int | None:
        """Return the exit status, None if it runs on.

        Waits a moment for a process about to end, and for its last words on stderr.
        """
        await _wait(self.process, _TERM_PATIENCE)
        with anyio.move_on_after(_LAST_WORDS):
            await self._silent.wait()
        return self.process.returncode

    async def _line(self) -> bytes:
        searched = 0
        while (end := self._buffer.find(_LINE_BREAK, searched)) < 0:
            searched = len(self._buffer)
            if searched > ANSWER_BYTES:
                raise Flood(f"a line of more than {ANSWER_BYTES >> 20} MB")
            chunk = await self._chunk()
            self._received += len(chunk)
            if self._received > TOTAL_BYTES:
                raise Flood(f"more than {TOTAL_BYTES >> 20} MB")
            self._buffer += chunk
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    async def _chunk(self) -> bytes:
        """Return what the server writes next. Raises Gone where nothing more will come."""
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
        text = line.decode("utf-8", "replace").strip().removeprefix("\ufeff")
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            # Waiting on would be for nothing: this was the answer.
            if text.startswith(("{", "[")) and '"jsonrpc"' in text[:200] + text[-200:]:
                raise unreadable(error) from None
            found = None
        batch = found if isinstance(found, list) else [found]
        messages = [one for one in batch if isinstance(one, dict) and "jsonrpc" in one]
        if not messages and text and not self._noted:
            self._noted = True
            self.notice("writes lines that are no messages to its standard output; passed over")
        return messages


@asynccontextmanager
async def running(launch: Launch, notice: Callable[[str], None]) -> AsyncIterator[Child]:
    """Run a command in a group of its own.

    The whole group is gone when the block is left. Raises OSError if it cannot be started.
    """
    from mcp.client.stdio import get_default_environment  # noqa: PLC0415 - costs a second

    whole = {**get_default_environment(), **_locale(), **dict(launch.env)}
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
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.drain)
            try:
                yield child
            finally:
                with anyio.CancelScope(shield=True):
                    await _end(child)
                tasks.cancel_scope.cancel()
    finally:
        if process.returncode is None:
            # A second Ctrl-C broke off the polite ending.
            _signal_group(process, "SIGKILL")


def _locale() -> dict[str, str]:
    # The SDK passes no locale; without one, older Pythons write their pipes in ASCII.
    return {name: value for name in ("LANG", "LC_ALL", "LC_CTYPE") if (value := os.getenv(name))}


async def _end(child: Child) -> None:
    process = child.process
    await _close(child.stdin)
    await _wait(process, _PATIENCE)
    if process.returncode is None:
        _signal_group(process, "SIGTERM")
        await _wait(process, _TERM_PATIENCE)
    _signal_group(process, "SIGKILL")
    await _wait(process, _REAP_PATIENCE)
    # A grandchild that left the group may hold the pipes: close our ends, or asyncio warns later.
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
