"""Servers over HTTP: the SDK's transports, used at their message streams, with bounds.

Both majors of the SDK hide why a request failed (one raises out of a task group, the other invents
a JSON-RPC error), so a hook on the HTTP client keeps the last status and content type.
"""

from __future__ import annotations

import inspect
import json
import re
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

import anyio

from toolgrade.live.bounds import ANSWER_BYTES, Flood, Gauge
from toolgrade.live.conversation import Gone, Unreadable, explain_unreadable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

_PARSE_ERROR = -32700
_EVENT_END = re.compile(r"\r?\n\r?\n")
_DATA = re.compile(r"^data: ?(.*?)\r?$", re.MULTILINE)
_NOT_PACKED = frozenset({"", "identity"})
_FIELDS = ("jsonrpc", "id", "method", "params", "result")


@dataclass(slots=True)
class Seen:
    """The last HTTP response: its status is None before the first.

    `flooded` says what was refused; `give_up` then ends the exchange.
    """

    give_up: Callable[[], None]
    status: int | None = None
    content_type: str = ""
    body: bytearray = field(default_factory=bytearray)
    gauge: Gauge = field(default_factory=Gauge)
    flooded: str = ""

    def refuse(self, what: str) -> None:
        """Note what was too much, and end the exchange."""
        self.flooded = what
        self.give_up()

    def reread(self) -> list[dict[str, Any]]:
        """Return the answers in the last response, read leniently. Raises Unreadable."""
        text = self.body.decode("utf-8", "replace")
        texts = [text]
        if self.content_type.startswith("text/event-stream"):
            texts = ["\n".join(_DATA.findall(event)) for event in _EVENT_END.split(text)]
        try:
            found = [json.loads(one) for one in texts if one.lstrip().startswith("{")]
        except (ValueError, RecursionError) as error:
            raise explain_unreadable(error) from None
        return [one for one in found if "result" in one or "error" in one]


@dataclass(slots=True)
class Streams:
    """The SDK's two message streams as a Wire."""

    read: Any
    write: Any
    seen: Seen
    encode: Callable[[Any], Any] = field(init=False)
    _reread: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        from mcp.types import JSONRPCMessage  # noqa: PLC0415 - costs a second
        from pydantic import TypeAdapter  # noqa: PLC0415 - comes with mcp

        self.encode = TypeAdapter(JSONRPCMessage).validate_python

    async def send(self, message: Mapping[str, Any], version: str | None = None) -> None:
        """Send one message, with the headers that the newer protocol requires. Raises Gone."""
        from mcp.shared.message import ClientMessageMetadata, SessionMessage  # noqa: PLC0415 - as above

        metadata = None
        # In 1.x the transport reads the version from the handshake itself.
        if version and "headers" in inspect.signature(ClientMessageMetadata).parameters:
            headers = {"mcp-protocol-version": version}
            if "method" in message:
                headers["mcp-method"] = message["method"]
            metadata = ClientMessageMetadata(headers=headers)
        try:
            await self.write.send(SessionMessage(self.encode(dict(message)), metadata))
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            raise Gone from None

    async def receive(self) -> dict[str, Any]:
        """Return the next message. Raises Gone, Flood or Unreadable.

        What the SDK cannot parse, such as half a surrogate pair, is read again from the bytes.
        """
        if self._reread:
            return self._reread.pop(0)
        try:
            item = await self.read.receive()
        except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
            raise Gone from None
        if self.seen.flooded:
            raise Flood(self.seen.flooded)
        # 1.x hands over the exception, 2.x invents an error of the server.
        message: Any = getattr(item, "message", None)
        message = getattr(message, "root", message)
        code = getattr(getattr(message, "error", None), "code", None)
        if isinstance(item, Exception) or code == _PARSE_ERROR:
            self._reread = self.seen.reread()
            if not self._reread:
                raise Unreadable("with a message the MCP SDK cannot read")
            return self._reread.pop(0)
        found = {name: getattr(message, name) for name in _FIELDS if hasattr(message, name)}
        if hasattr(message, "error"):
            found["error"] = message.error.model_dump()
        return found


@asynccontextmanager
async def streamable(
    url: str, headers: Mapping[str, str], seconds: float, seen: Seen
) -> AsyncIterator[Streams]:
    """Connect by Streamable HTTP. Raises what the SDK raises, often in an ExceptionGroup."""
    sdk: Any = import_module("mcp.client.streamable_http")
    factory = _client_factory(sdk, seen, "POST")
    async with AsyncExitStack() as stack:
        if connect := getattr(sdk, "streamable_http_client", None):
            client = await stack.enter_async_context(factory(dict(headers), seconds))
            sized = "max_sse_event_size" in inspect.signature(connect).parameters
            options: dict[str, Any] = {"max_sse_event_size": ANSWER_BYTES} if sized else {}
            streams = connect(url, http_client=client, **options)
        else:
            # Older versions make their own client, with this factory.
            connect = sdk.streamablehttp_client
            streams = connect(url, dict(headers), httpx_client_factory=factory)
        read, write, *_ = await stack.enter_async_context(streams)
        yield Streams(await stack.enter_async_context(read), write, seen)


@asynccontextmanager
async def events(
    url: str, headers: Mapping[str, str], seconds: float, seen: Seen
) -> AsyncIterator[Streams]:
    """Connect by the older HTTP with SSE. Raises as `streamable` does."""
    sdk: Any = import_module("mcp.client.sse")
    async with (
        sdk.sse_client(
            url,
            headers=dict(headers),
            timeout=seconds,
            sse_read_timeout=seconds,
            httpx_client_factory=_client_factory(sdk, seen, "GET"),
        ) as (read, write),
        read,
    ):
        yield Streams(read, write, seen)


def _client_factory(sdk: Any, seen: Seen, method: str) -> Callable[..., Any]:  # noqa: ANN401 - a module
    http = getattr(sdk, "httpx2", None) or sdk.httpx

    base: Any = http.AsyncByteStream

    # The class is httpx's or httpx2's; either checks that a stream is one of its own.
    class Bounded(base):  # type: ignore[misc]
        def __init__(self, stream: Any, body: bytearray) -> None:  # noqa: ANN401 - httpx or httpx2
            self.stream = stream
            self.body = body
            seen.gauge.begin_answer()
            self.gauge = seen.gauge

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for chunk in self.stream:
                self.body += chunk
                try:
                    self.gauge.add(chunk, self.body)
                except Flood as error:
                    seen.refuse(str(error))
                    raise http.ReadError(seen.flooded) from None
                yield chunk

        async def aclose(self) -> None:
            await self.stream.aclose()

    async def watch(response: Any) -> None:  # noqa: ANN401 - httpx or httpx2
        if counts := response.request.method == method:
            seen.status = response.status_code
            seen.content_type = response.headers.get("content-type", "").lower()
            seen.body = bytearray()
        if response.headers.get("content-encoding", "identity").strip().lower() not in _NOT_PACKED:
            # Decompressed, it could have any size.
            seen.refuse("a compressed answer, which toolgrade did not ask for and does not read")
            raise http.ReadError(seen.flooded)
        response.stream = Bounded(response.stream, seen.body if counts else bytearray())

    def factory(headers: Any = None, timeout: Any = None, auth: Any = None) -> Any:  # noqa: ANN401 - as the SDK's
        client = http.AsyncClient(timeout=timeout, auth=auth, event_hooks={"response": [watch]})
        client.headers["accept-encoding"] = "identity"
        client.headers.update(headers or {})
        return client

    return factory
