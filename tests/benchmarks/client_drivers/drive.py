"""What every Python driver shares: it offers each definition alone to a client and writes rows.

A driver calls `drive(list_tools, bind)`. `list_tools(server)` is an async context manager that
yields what the client lists; `bind(listed)` returns what the model would be given, as dicts of
name, description and schema. The command line is `DRIVER DEFINITIONS OUT [FLAVOUR]`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from contextlib import AbstractAsyncContextManager

    Listing = Callable[[list[str]], AbstractAsyncContextManager[Any]]
    Binding = Callable[[Any], Awaitable[list[dict[str, Any]]]]

SECONDS = 20
FLAVOUR = sys.argv[3] if len(sys.argv) > 3 else ""


def find_cause(error: BaseException) -> BaseException:
    """Return the first error within groups of errors."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def describe(error: BaseException) -> str:
    """Return the error's type and text on one line."""
    cause = find_cause(error)
    return " ".join(f"{type(cause).__name__}: {cause}".split())


async def try_one(server: list[str], list_tools: Listing, bind: Binding) -> dict[str, Any]:
    """Return the tools that the model would be given, or the step that failed and why."""
    step = "list"

    async def attempt() -> list[dict[str, Any]]:
        nonlocal step
        async with list_tools(server) as listed:
            step = "bind"
            return await bind(listed)

    try:
        return {"tools": await asyncio.wait_for(attempt(), SECONDS)}
    except TimeoutError:
        return {"failed": step, "why": f"no answer in {SECONDS} s"}
    except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001  # any error is the result
        return {"failed": step, "why": describe(error)}


def find_servers() -> Iterator[tuple[str, list[str]]]:
    """Yield the id of each definition with the command that serves it."""
    definitions = sys.argv[1]
    serve = str(Path(__file__).with_name("serve.py"))
    for line in Path(definitions).read_text(encoding="utf-8").splitlines():
        name = json.loads(line)["id"]
        server = [sys.executable, "-S", serve, definitions, name]
        yield name, server + ["modern"] * (FLAVOUR == "modern")


async def drive_all(list_tools: Listing, bind: Binding) -> None:
    """Write a row for each definition; one event loop serves them all, as some clients expect."""
    for name, server in find_servers():
        row = await try_one(server, list_tools, bind)
        if row.get("tools") == []:
            again = await try_one([*server, "companion"], list_tools, bind)
            row["companion"] = bool(again.get("tools"))
        append_row({"id": name, **row})


def append_row(row: dict[str, Any]) -> None:
    """Add a row to the output."""
    with Path(sys.argv[2]).open("a", encoding="utf-8") as rows:
        rows.write(json.dumps(row) + "\n")


def drive(list_tools: Listing, bind: Binding) -> None:
    """Write a row for each definition."""
    asyncio.run(drive_all(list_tools, bind))
