"""A running server's tools, as the tools/list JSON a client sees. Needs the extra `live`.

Everything asynchronous, every process and every connection stays behind two plain functions, and
nothing of it is imported before one of them is called: the SDK costs a second.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolgrade.inputs.advice import (
    advise,
    ended,
    last_lines,
    over_http,
    shown,
    speaks_older,
    unreached,
)
from toolgrade.inputs.secrets import mask_argv, mask_text, mask_url
from toolgrade.model import InputError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from toolgrade.inputs.child import Child
    from toolgrade.inputs.conversation import Conversation, Versions, Wire

_SLOW = 5.0
_GOODBYE = 2.0
_NO_COMMAND = "there is no such command; install it, or give its whole path"
_NAME_WIDTH = 80
_ERROR_LENGTH = 4000
_SURROGATE = re.compile("[\ud800-\udfff]")


def _ignore(_: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Options:
    """How to reach a server. `timeout` is seconds from launch to last page.

    `notice` is told, in one line each, what a user should know while waiting.
    """

    timeout: float = 90
    headers: tuple[tuple[str, str], ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    notice: Callable[[str], None] = _ignore


def fetch_command(argv: Sequence[str], options: Options) -> str:
    """Start the stdio server `argv`, return what it shows a client as JSON text, and end it.

    Its own children end with it, whatever happens. Raises InputError.
    """
    name = shown(" ".join(mask_argv(argv)), _NAME_WIDTH)
    if shutil.which(argv[0], path=dict(options.env).get("PATH")) is None:
        # Told at once: importing the SDK takes a second or more.
        raise InputError(f"{name}: {_NO_COMMAND}")
    return _run(_Attempt(name, options), lambda attempt: _from_command(attempt, argv))


def fetch_url(url: str, options: Options) -> str:
    """Return what the server at `url` shows a client as JSON text.

    Tries Streamable HTTP, then the older SSE. Raises InputError.
    """
    name = shown(mask_url(url), _NAME_WIDTH)
    return _run(_Attempt(name, options), lambda attempt: _from_url(attempt, url))


@dataclass(slots=True)
class _Attempt:
    """What is known so far of one server: the answer, or else the words for why there is none."""

    name: str
    options: Options
    found: dict[str, Any] | None = None
    failure: str = ""
    talk: Conversation | None = None
    child: Child | None = None
    noticed: set[str] = field(default_factory=set)

    def notice(self, words: str) -> None:
        if words not in self.noticed:
            self.noticed.add(words)
            self.options.notice(f"{self.name}: {words}")

    def stage(self) -> str:
        return self.talk.stage if self.talk else "the first request"

    def stderr(self) -> str:
        return self.child.words.decode("utf-8", "replace") if self.child else ""

    def known(self) -> list[str]:
        """Return the secrets the user handed in, whole and by word ("Bearer KEY")."""
        values = [value for _, value in (*self.options.env, *self.options.headers)]
        return [*values, *(word for value in values for word in value.split())]

    def quoted(self, words: str) -> str:
        return shown(mask_text(words, self.known()))


def _run(attempt: _Attempt, work: Callable[[_Attempt], Awaitable[None]]) -> str:
    try:
        import anyio  # noqa: PLC0415 - see the module's docstring
        import mcp  # noqa: F401, PLC0415 - as above
    except ModuleNotFoundError:
        raise InputError("live servers need the extra: pip install 'toolgrade[live]'") from None
    except ImportError as error:
        said = f"the MCP SDK cannot be imported ({shown(str(error))})"
        raise InputError(f"{said}: pip install -U 'toolgrade[live]'") from None
    with _quiet():
        anyio.run(_limited, attempt, work)
    if attempt.found is not None:
        return _as_json(attempt.name, attempt.found)
    if not attempt.failure:
        seconds = f"{attempt.options.timeout:g} s"
        attempt.failure = f"no answer to {attempt.stage()} within {seconds}; " + (
            advise(attempt.stderr(), ())
            or "raise --timeout, or see whether it speaks MCP "
            + ("on its standard output" if attempt.child else "at this address")
        )
    words = last_lines(attempt.stderr(), attempt.known())
    raise InputError(f"{attempt.name}: {attempt.failure}{words}")


async def _limited(attempt: _Attempt, work: Callable[[_Attempt], Awaitable[None]]) -> None:
    import anyio  # noqa: PLC0415 - see the module's docstring

    with anyio.move_on_after(attempt.options.timeout):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_say_slow, attempt)
            await work(attempt)
            tasks.cancel_scope.cancel()


async def _say_slow(attempt: _Attempt) -> None:
    import anyio  # noqa: PLC0415 - see the module's docstring

    begun = anyio.current_time()
    while True:
        await anyio.sleep(_SLOW)
        seconds = anyio.current_time() - begun
        attempt.notice(f"still waiting for {attempt.stage()} after {seconds:.0f} s")


async def _from_command(attempt: _Attempt, argv: Sequence[str]) -> None:
    from toolgrade.inputs.child import running  # noqa: PLC0415 - see the module's docstring
    from toolgrade.inputs.conversation import Versions, spoken  # noqa: PLC0415 - as above

    versions = spoken()
    env = dict(attempt.options.env)
    try:
        async with running(argv, env, attempt.notice) as attempt.child:
            died = await _converse(attempt, attempt.child, versions, argv)
        if died and versions.modern and attempt.stage() in {"server/discover", "initialize"}:
            # Some old servers fall over anything that comes before initialize.
            attempt.failure = ""
            async with running(argv, env, attempt.notice) as attempt.child:
                await _converse(attempt, attempt.child, Versions(versions.handshake), argv)
    except FileNotFoundError:
        attempt.failure = _NO_COMMAND
    except OSError as error:
        attempt.failure = f"cannot be started: {error.strerror}"


async def _from_url(attempt: _Attempt, url: str) -> None:
    import anyio  # noqa: PLC0415 - see the module's docstring

    from toolgrade.inputs.conversation import spoken  # noqa: PLC0415 - as above
    from toolgrade.inputs.remote import Seen, events, streamable  # noqa: PLC0415 - see above

    versions = spoken()
    failures: list[str] = []
    for connect in (streamable, events):
        seen, attempt.failure, attempt.talk = Seen(), "", None
        headers, timeout = dict(attempt.options.headers), attempt.options.timeout
        try:
            with anyio.CancelScope() as goodbye:
                async with connect(url, headers, timeout, seen) as wire:
                    await _converse(attempt, wire, versions)
                    goodbye.deadline = anyio.current_time() + _GOODBYE
        except Exception as error:  # noqa: BLE001 - the SDK raises its HTTP library's, in groups
            said = f"sent {seen.flooded}; gave up" if seen.flooded else unreached(error)
            attempt.failure = attempt.failure or said
        if attempt.found is not None:
            return
        failures.append(over_http(seen.status, seen.content_type, attempt.failure))
        if not speaks_older(seen.status):
            break
    attempt.failure = failures[-1] if attempt.talk else failures[0]


async def _converse(
    attempt: _Attempt, wire: Wire, versions: Versions, argv: Sequence[str] = ()
) -> bool:
    """Fetch over `wire` into `attempt`; return True if the server ended without a reason given."""
    from toolgrade.inputs import conversation as said  # noqa: PLC0415 - see the module's docstring

    attempt.talk = said.Conversation(wire, versions, attempt.notice)
    try:
        attempt.found = await attempt.talk.fetch()
    except said.Gone:
        attempt.failure = f"ended before it answered {attempt.stage()}"
        if attempt.child:
            status = await attempt.child.exit_status()
            advice = advise(attempt.stderr(), argv)
            attempt.failure = ended(attempt.stage(), status) + (f"; {advice}" if advice else "")
            return not advice
    except said.Flood as error:
        attempt.failure = f"answered {attempt.stage()} with {error}; gave up"
    except said.Unreadable as error:
        attempt.failure = f"answered {attempt.stage()} {error}"
    except said.Refused as error:
        words = str(error)[:_ERROR_LENGTH]
        advice = advise(f"{words}\n{attempt.stderr()}", argv)
        attempt.failure = f"answered {attempt.stage()} with an error: {attempt.quoted(words)}" + (
            f"; {advice}" if advice else ""
        )
    return False


@contextmanager
def _quiet() -> Iterator[None]:
    # The SDK logs a traceback for every line it cannot read.
    logger = logging.getLogger("mcp")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _as_json(name: str, found: dict[str, Any]) -> str:
    try:
        text = json.dumps(found, indent=2, ensure_ascii=False)
    except RecursionError:
        raise InputError(f"{name}: answered tools/list with JSON nested too deep") from None
    # No encoding can write half a surrogate pair; as an escape it stays what the server sent.
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text) + "\n"
