"""Fetches a running server's tools as the tools/list JSON a client sees. Needs the extra `live`.

Everything asynchronous, every process and every connection is behind a few plain functions. The SDK
takes a second to import, so it is imported when one of them is called.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from toolgrade.configs.launch import Launch
from toolgrade.live.advice import clean_words, last_lines
from toolgrade.live.attempt import NO_COMMAND, Attempt, reach
from toolgrade.live.leftovers import adopt_orphans, end_new_children, find_descendants
from toolgrade.model import InputError
from toolgrade.wording.secrets import mask_argv, mask_data, mask_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from anyio import CapacityLimiter

    from toolgrade.live.options import Options

_SLOW = 5.0
_AT_ONCE = 4
_NAME_WIDTH = 80
_TOO_DEEP = "answered tools/list with JSON nested too deep; that is for its author to fix"
_SURROGATE = re.compile("[\ud800-\udfff]")


def fetch_command(argv: Sequence[str], options: Options) -> str:
    """Start the stdio server `argv`, return what it shows a client as JSON text, and end it.

    The processes that it started are ended too. Raises InputError.
    """
    name = clean_words(" ".join(mask_argv(argv)), _NAME_WIDTH)
    return _fetch(Launch(name, tuple(argv), options.env), options)


def fetch_url(url: str, options: Options) -> str:
    """Return what the server at `url` shows a client as JSON text.

    Tries Streamable HTTP, then the older SSE. Raises InputError.
    """
    name = clean_words(mask_url(url), _NAME_WIDTH)
    return _fetch(Launch(name, url=url, headers=options.headers), options)


def fetch_each(
    launches: Sequence[Launch], options: Options
) -> tuple[dict[str, Any] | InputError, ...]:
    """Return for each server, in order, what it shows a client, or why it could not be read.

    A few run at a time, and all of them may take `timeout` seconds. Raises InputError without the
    extra.
    """
    attempts = [Attempt(launch, options.timeout, options.notice) for launch in launches]
    for attempt in attempts:
        argv, path = attempt.launch.argv, dict(attempt.launch.env).get("PATH")
        if argv and shutil.which(argv[0], path=path) is None:
            # Reported at once: importing the SDK takes a second or more.
            attempt.failure = NO_COMMAND
    if waiting := [attempt for attempt in attempts if not attempt.failure]:
        _run(waiting, options)
    return tuple(map(_outcome, attempts))


def as_json(name: str, found: dict[str, Any]) -> str:
    """Return what was fetched as JSON text. Raises InputError if it is nested too deep."""
    try:
        text = json.dumps(found, indent=2, ensure_ascii=False)
    except RecursionError:
        raise InputError(f"{name}: {_TOO_DEEP}") from None
    # No encoding can write half a surrogate pair; an escape keeps what the server sent.
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text) + "\n"


def _fetch(launch: Launch, options: Options) -> str:
    (found,) = fetch_each([launch], options)
    if isinstance(found, InputError):
        raise found
    return as_json(launch.name, found)


def _run(attempts: Sequence[Attempt], options: Options) -> None:
    try:
        import anyio  # noqa: PLC0415 - see the module's docstring
        import mcp  # noqa: F401, PLC0415 - as above
    except ModuleNotFoundError:
        raise InputError("live servers need the extra: pip install 'toolgrade[live]'") from None
    except ImportError as error:
        said = f"the MCP SDK cannot be imported ({clean_words(str(error))})"
        raise InputError(f"{said}: pip install -U 'toolgrade[live]'") from None
    with _quiet(), _adopting() if options.adopt else nullcontext():
        anyio.run(_all, attempts, options.timeout)


def _outcome(attempt: Attempt) -> dict[str, Any] | InputError:
    if attempt.found is not None:
        return _without_secrets(attempt, attempt.found)
    if not attempt.failure and not attempt.is_begun:
        attempt.failure = f"was not started within {attempt.seconds:g} s; raise --timeout"
    if not attempt.failure:
        attempt.failure = f"no answer to {attempt.stage()} within {attempt.seconds:g} s; " + (
            attempt.advice()
            or "raise --timeout, or see whether it speaks MCP "
            + ("on its standard output" if attempt.child else "at this address")
        )
    words = last_lines(attempt.stderr(), attempt.launch.secrets())
    return InputError(f"{attempt.launch.name}: {attempt.failure}{words}")


def _without_secrets(attempt: Attempt, found: dict[str, Any]) -> dict[str, Any] | InputError:
    """Return what a server shows, with the secrets that it was given masked."""
    try:
        kept: dict[str, Any] = mask_data(found, attempt.launch.secrets())
        is_masked = kept is not found
    except RecursionError:
        return InputError(f"{attempt.launch.name}: {_TOO_DEEP}")
    if is_masked:
        attempt.notice("what it lists repeats a secret that it was given, shown here as ***")
    return kept


async def _all(attempts: Sequence[Attempt], seconds: float) -> None:
    import anyio  # noqa: PLC0415 - see the module's docstring

    limit = anyio.CapacityLimiter(_AT_ONCE)
    with anyio.move_on_after(seconds):
        async with anyio.create_task_group() as tasks:
            for attempt in attempts:
                tasks.start_soon(_limited, attempt, limit)


async def _limited(attempt: Attempt, limit: CapacityLimiter) -> None:
    import anyio  # noqa: PLC0415 - see the module's docstring

    async with limit, anyio.create_task_group() as tasks:
        attempt.is_begun = True
        tasks.start_soon(_say_slow, attempt)
        await reach(attempt)
        tasks.cancel_scope.cancel()


async def _say_slow(attempt: Attempt) -> None:
    import anyio  # noqa: PLC0415 - see the module's docstring

    begun = anyio.current_time()
    while True:
        await anyio.sleep(_SLOW)
        seconds = anyio.current_time() - begun
        attempt.notice(f"still waiting for {attempt.stage()} after {seconds:.0f} s")


@contextmanager
def _adopting() -> Iterator[None]:
    before = find_descendants(os.getpid())
    adopt_orphans()
    try:
        yield
    finally:
        end_new_children(before)


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
