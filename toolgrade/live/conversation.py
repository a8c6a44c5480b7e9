"""Talks to a server: a handshake, then tools/list page by page, its result kept raw.

It works below the SDK's session, which refuses exactly the definitions that most need grading.
`server/discover` goes first, because it shows what today's clients see; `initialize` follows on
any refusal and, since old servers ignore unknown requests, after a short silence. The first answer
decides. No tool is called, and no capability is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

import anyio

from toolgrade.files.version import VERSION
from toolgrade.live.bounds import MOST_TOOLS, Flood
from toolgrade.live.refusals import check_handshake, check_list, may_change
from toolgrade.wording.counts import format_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_PAGES = 1000
_SILENCE = 2.0
_CHANGED = "notifications/tools/list_changed"
_METHOD_NOT_FOUND = -32601
_META = "io.modelcontextprotocol/"


class Gone(Exception):  # noqa: N818 - a state of the server; attempt.py words it for the user
    """The server ended the connection."""


class Unreadable(Exception):  # noqa: N818 - as Gone
    """The server's answer is not JSON, or not the JSON that the protocol asks for."""


def explain_unreadable(error: Exception) -> Unreadable:
    """Return an error of json.loads as an Unreadable."""
    deep = isinstance(error, RecursionError)
    return Unreadable("with JSON nested too deep" if deep else f"with what is not JSON ({error})")


class Refused(Exception):  # noqa: N818 - as Gone
    """The server answered with an error, whose message this is."""


class Wire(Protocol):
    """A way to exchange decoded JSON-RPC messages with a server."""

    async def send(self, message: Mapping[str, Any], version: str | None = None) -> None:
        """Send one message, with its protocol version if the transport must name it."""

    async def receive(self) -> dict[str, Any]:
        """Return the next message. Raises Gone, Flood or Unreadable."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The SDK's protocol versions: the newest for `initialize`, and those for `server/discover`."""

    handshake: str
    modern: tuple[str, ...] = ()


def read_sdk_versions() -> Versions:
    """Return the protocol versions of the installed SDK. 1.x has no `server/discover`."""
    try:
        from mcp_types.version import (  # noqa: PLC0415 - costs a second
            LATEST_HANDSHAKE_VERSION,
            MODERN_PROTOCOL_VERSIONS,
        )
    except ModuleNotFoundError:
        from mcp.types import LATEST_PROTOCOL_VERSION  # noqa: PLC0415 - as above

        return Versions(LATEST_PROTOCOL_VERSION)
    return Versions(LATEST_HANDSHAKE_VERSION, MODERN_PROTOCOL_VERSIONS)


@dataclass(slots=True)
class Conversation:
    """One handshake and list. `stage` names the request that is under way."""

    wire: Wire
    versions: Versions
    notice: Callable[[str], None]
    stage: str = "server/discover"
    _changes: int = 0
    _version: str | None = None
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    async def fetch(self) -> dict[str, Any]:
        """Return what a client sees: all tools, serverInfo, instructions and version."""
        hello = await self._greet()
        modern = self._version in self.versions.modern
        self.stage = "tools/list"
        tools = await self._tools(modern=modern)
        if not tools and may_change(hello):
            tools = await self._wait_for_tools(modern=modern)
        info = hello.get("serverInfo")
        if info is None and isinstance(meta := hello.get("_meta"), dict):
            info = meta.get(f"{_META}serverInfo")
        return {
            "tools": tools,
            "serverInfo": info if isinstance(info, dict) else {},
            "instructions": hello.get("instructions"),
            "protocolVersion": self._version,
        }

    async def _wait_for_tools(self, *, modern: bool) -> list[Any]:
        """Return the list that comes after a change, for a server that registers its tools late."""
        if not self._changes:
            with anyio.move_on_after(_SILENCE):
                while not self._changes:
                    await self._take()
        if self._changes:
            tools = await self._tools(modern=modern)
            if tools:
                self.notice(f"lists {format_count(len(tools), 'tool')} only after list_changed")
                return tools
        self.notice("lists no tool yet and declares listChanged: it may register its tools later")
        return []

    def _warn(self, refusals: Iterable[str]) -> None:
        for why in refusals:
            self.notice(f"clients refuse this server: {why}")

    async def _greet(self) -> dict[str, Any]:
        probe = None
        if self.versions.modern:
            probe = await self._ask("server/discover", self._stamp(), self.versions.modern[-1])
            with anyio.move_on_after(_SILENCE):
                answer = await self._answer(probe)
                if self._is_modern(answer):
                    return _result(answer)
                probe = None
        return await self._initialize(probe)

    async def _initialize(self, probe: int | None) -> dict[str, Any]:
        self.stage = "initialize"
        client = {"name": "toolgrade", "version": VERSION}
        asked = {
            "protocolVersion": self.versions.handshake,
            "capabilities": {},
            "clientInfo": client,
        }
        first = await self._ask("initialize", asked)
        answer = await self._answer(first, probe)
        if answer.get("id") == probe and self._is_modern(answer):
            return _result(answer)
        if answer.get("id") == probe:
            answer = await self._answer(first)
        elif "error" in answer and probe is not None:
            # A server that took the slow probe for a handshake refuses the second one.
            with anyio.move_on_after(_SILENCE):
                late = await self._answer(probe)
                if self._is_modern(late):
                    return _result(late)
        hello = _result(answer)
        self._warn(check_handshake(hello))
        agreed = hello.get("protocolVersion")
        self._version = agreed if isinstance(agreed, str) else self.versions.handshake
        await self.wire.send(
            {"jsonrpc": "2.0", "method": "notifications/initialized"}, self._version
        )
        return hello

    async def _tools(self, *, modern: bool) -> list[Any]:
        tools: list[Any] = []
        seen: set[str] = set()
        first = 0
        params: dict[str, Any] = self._stamp() if modern else {}
        for page in range(1, _PAGES + 1):
            self.stage = f"tools/list, page {page}"
            result = _result(await self._answer(await self._ask("tools/list", params)))
            found = result.get("tools")
            if not isinstance(found, list):
                raise Unreadable('without a list of "tools"')
            self._warn(check_list(result, modern=modern))
            first = first if tools else len(found)
            tools += found
            if len(tools) > MOST_TOOLS:
                raise Flood(f"more than {MOST_TOOLS:,} tools")
            cursor = result.get("nextCursor")
            # An empty string is a cursor too. Only null, or no cursor, ends the list.
            if cursor is None:
                if len(tools) > first:
                    self.notice(
                        f"{len(tools) - first} of {len(tools)} tools come after the first page: "
                        "clients that ask once do not show them"
                    )
                return tools
            if not isinstance(cursor, str):
                raise Unreadable("with a nextCursor that is not a string")
            if cursor in seen:
                raise Flood(f"the same page again after {page} pages")
            seen.add(cursor)
            params = {**params, "cursor": cursor}
        raise Flood(f"more than {_PAGES:,} pages")

    async def _ask(self, method: str, params: dict[str, Any], version: str | None = None) -> int:
        number = next(self._ids)
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        await self.wire.send(message, version or self._version)
        return number

    async def _answer(self, *numbers: int | None) -> dict[str, Any]:
        wanted = {str(number): number for number in numbers if number is not None}
        while True:
            message = await self._take()
            if "method" not in message and ("result" in message or "error" in message):
                known = wanted.get(str(message.get("id")))
                # An error that names no request is about the one that was waiting.
                if known is None and message.get("id") is None and "error" in message:
                    known = next(iter(wanted.values()))
                if known is not None:
                    return {**message, "id": known}

    async def _take(self) -> dict[str, Any]:
        """Return the next message, once what it asks of a client is answered."""
        message = await self.wire.receive()
        if "method" in message:
            self._changes += message["method"] == _CHANGED
            if message.get("id") is not None:
                await self._reply(message)
        return message

    async def _reply(self, request: dict[str, Any]) -> None:
        answers: dict[str, dict[str, Any]] = {"roots/list": {"roots": []}, "ping": {}}
        reply: dict[str, Any] = {"jsonrpc": "2.0", "id": request["id"]}
        if isinstance(method := request["method"], str) and method in answers:
            reply["result"] = answers[method]
        else:
            reply["error"] = {"code": _METHOD_NOT_FOUND, "message": "Method not found"}
        await self.wire.send(reply, self._version)

    def _stamp(self) -> dict[str, Any]:
        return {
            "_meta": {
                f"{_META}protocolVersion": self.versions.modern[-1],
                f"{_META}clientInfo": {"name": "toolgrade", "version": VERSION},
                f"{_META}clientCapabilities": {},
            }
        }

    def _is_modern(self, answer: dict[str, Any]) -> bool:
        result = answer.get("result")
        supported = result.get("supportedVersions") if isinstance(result, dict) else None
        if not isinstance(supported, list):
            return False
        both = [version for version in self.versions.modern if version in supported]
        if both:
            self._version = both[-1]
        return bool(both)


def _result(answer: dict[str, Any]) -> dict[str, Any]:
    if "error" in answer:
        error = answer["error"]
        message = error.get("message") if isinstance(error, dict) else error
        raise Refused(message if isinstance(message, str) else str(message))
    result = answer["result"]
    if not isinstance(result, dict):
        raise Unreadable(f"with {_KINDS.get(type(result), 'a number')} where an object should be")
    return result


_KINDS: dict[type, str] = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
