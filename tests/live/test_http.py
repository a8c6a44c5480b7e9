"""Servers over HTTP: the SDK's own, and web servers that are none."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pytest

from toolgrade.live import attempt
from toolgrade.live.fetch import fetch_url
from toolgrade.live.options import Options
from toolgrade.model import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.live


def failure(url: str, timeout: float = 20, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        fetch_url(url, Options(timeout=timeout, **options))
    return str(caught.value)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


@pytest.mark.parametrize(("transport", "path"), [("streamable-http", "/mcp"), ("sse", "/sse")])
def test_servers_made_with_the_sdk(
    command: Callable[..., list[str]], transport: str, path: str
) -> None:
    port = free_port()
    server = subprocess.Popen(
        command("http_sdk", transport, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        text = fetch_url(f"http://127.0.0.1:{port}{path}", Options(timeout=20))
    finally:
        server.kill()
        server.wait()
    found = json.loads(text)
    assert [tool["name"] for tool in found["tools"]] == ["add"]
    assert found["serverInfo"]["name"] == "http-fixture"
    assert found["instructions"] == "Over HTTP."


class Odd(BaseHTTPRequestHandler):
    """Answers by path; /mcp is a server of the older protocol that wants a key."""

    def do_GET(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        time.sleep(30)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        case = unquote(self.path.strip("/").partition("?")[0])
        if case.isdigit():
            self.respond(int(case), b"no", location="https://elsewhere.example/mcp")
        elif case == "html":
            self.respond(200, b"<html>Welcome", "text/html; charset=utf-8")
        elif case == "silent":
            time.sleep(30)
        elif case == "flood":
            self.flood()
        elif case.startswith("packed-"):
            coding, _, status = case.removeprefix("packed-").partition("-")
            body = b"\x1f\x8b" + b"\0" * 100
            self.respond(int(status or 200), body, **{"content-encoding": coding})
        elif case == "packed":
            self.pack()
        elif self.command == "GET":
            self.respond(405, b"")
        else:
            self.talk(case, json.loads(body))

    def talk(self, case: str, request: dict[str, Any]) -> None:
        method = request.get("method")
        if self.headers.get("x-key") != "hunter2-in-header":
            self.respond(403, b"{}")
        elif method == "initialize":
            info = {"name": "odd", "version": "1"}
            said = {"protocolVersion": "2025-03-26", "capabilities": {}, "serverInfo": info}
            self.answer(request, result=said)
        elif method == "tools/list" and case == "error":
            self.answer(request, error={"code": 1, "message": "no hunter2-in-header here"})
        elif method == "tools/list" and case == "array":
            self.answer(request, result=[])
        elif method == "tools/list" and case == "deep":
            self.respond(200, b'{"jsonrpc": "2.0", "id": 3, "result": ' + b'{"a":' * 100_000)
        elif method == "tools/list" and case.startswith("half"):
            self.answer(request, result={"tools": [{"description": "half \ud83d"}]})
        elif method == "tools/list":
            self.answer(request, result={"tools": [{"inputSchema": None}]})
        elif "id" in request:
            self.answer(request, error={"code": -32601, "message": "Method not found"})
        else:
            self.respond(202, b"")

    def answer(self, request: dict[str, Any], **said: Any) -> None:
        answer = json.dumps({"jsonrpc": "2.0", "id": request["id"], **said}).encode()
        session = {"mcp-session-id": "s1"}
        if "events" in self.path:
            event = b": hello\r\n\r\nevent: message\r\ndata: " + answer + b"\r\n\r\n"
            self.respond(200, event, "text/event-stream", **session)
        else:
            self.respond(200, answer, **session)

    def respond(
        self, status: int, body: bytes, kind: str = "application/json", **headers: str
    ) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def pack(self) -> None:
        """Refuse what is sent, and answer with a compressed stream that does not end."""
        if self.command == "POST":
            self.respond(405, b"")
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-encoding", "gzip")
        self.end_headers()
        self.wfile.write(b"\x1f\x8b")
        time.sleep(30)

    def flood(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        with suppress(OSError):
            for _ in range(100):
                self.wfile.write(b"x" * 1_000_000)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(autouse=True)
def short_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "_GOODBYE", 0.5)


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


KEY = (("X-Key", "hunter2-in-header"),)


def test_definitions_stay_raw_and_goodbye_is_short(odd: str) -> None:
    """The server never answers the DELETE that ends its session."""
    begun = time.monotonic()
    found = json.loads(fetch_url(f"{odd}/mcp", Options(timeout=25, headers=KEY)))
    assert found["tools"] == [{"inputSchema": None}]
    assert found["protocolVersion"] == "2025-03-26"
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("path", ["half", "half-events"])
def test_half_a_surrogate_pair_stays_an_escape(odd: str, path: str) -> None:
    text = fetch_url(f"{odd}/{path}", Options(timeout=20, headers=KEY))
    assert "half \\ud83d" in text
    assert json.loads(text)["tools"] == [{"description": "half \ud83d"}]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("401", "answers HTTP 401: add a key with --header 'Authorization: Bearer …'"),
        ("403", "answers HTTP 403: add a key with --header"),
        ("404", "answers HTTP 404: no MCP server at this path"),
        ("500", "answers HTTP 500"),
        ("307", "answers HTTP 307, a redirect elsewhere: give the address it leads to"),
        ("html", "answers with a web page: give the address of the MCP endpoint"),
        ("flood", "more than 64 MB"),
        *(
            (f"packed-{coding}", "sent a compressed answer, which toolgrade did not ask for")
            for coding in ("gzip", "br", "deflate", "zstd", "GZIP", "identity, gzip")
        ),
        ("packed-gzip-500", "answers HTTP 500: sent a compressed answer"),
        ("packed-gzip-401", "answers HTTP 401: add a key"),
        ("packed", "sent a compressed answer, which toolgrade did not ask for"),
        ("mcp", "answers HTTP 403"),
    ],
)
def test_web_servers_that_are_no_mcp_server(odd: str, path: str, words: str) -> None:
    begun = time.monotonic()
    message = failure(f"{odd}/{quote(path)}?key=hunter2-in-url")
    assert time.monotonic() - begun < 15, "refused at once"
    assert words in message
    assert "hunter2" not in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("error", "answered tools/list, page 1 with an error: no *** here"),
        ("array", "answered tools/list, page 1 with an array where an object should be"),
        ("deep", "answered tools/list, page 1 with"),
    ],
)
def test_servers_that_fail_at_the_list(odd: str, path: str, words: str) -> None:
    assert words in failure(f"{odd}/{path}", headers=KEY)


def test_nothing_hangs_past_the_timeout(odd: str) -> None:
    begun = time.monotonic()
    assert "within 2 s" in failure(f"{odd}/silent", timeout=2)
    assert time.monotonic() - begun < 2 + 3


@pytest.mark.parametrize("address", ["127.0.0.1:{port}", "no-such-host.invalid"])
def test_nobody_there(address: str) -> None:
    url = f"http://{address.format(port=free_port())}/mcp"
    assert "cannot be reached" in failure(url)


def test_headers_that_cannot_be_sent_are_not_shown() -> None:
    message = failure("http://127.0.0.1:9/mcp", headers=(("X-Key", "hunter2\nX: y"),))
    assert "hunter2" not in message


def test_an_address_that_is_none() -> None:
    assert "http" in failure("http://[nowhere/mcp")
