"""Servers over stdio, the well-behaved and the others."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from processes import is_alive, still_running

from toolgrade.live import bounds, child, conversation
from toolgrade.live import fetch as live
from toolgrade.live.fetch import fetch_command
from toolgrade.live.options import Options
from toolgrade.model import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., list[str]]

pytestmark = pytest.mark.live
modern_sdk = pytest.mark.skipif(
    importlib.util.find_spec("mcp_types") is None, reason="mcp 1.x has no server/discover"
)


def fetch(argv: list[str], **options: Any) -> dict[str, Any]:
    return json.loads(fetch_command(argv, Options(timeout=20, **options)))


def failure(argv: list[str], timeout: float = 20, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        fetch_command(argv, Options(timeout=timeout, **options))
    return str(caught.value)


def names(found: dict[str, Any]) -> list[str | None]:
    return [tool and tool.get("name") for tool in found["tools"]]


def test_what_a_client_sees(command: Command) -> None:
    text = fetch_command(command("good"), Options(timeout=20))
    found = json.loads(text)
    assert names(found) == ["one", "two"]
    assert found["serverInfo"] == {"name": "fixture", "version": "1"}
    assert found["instructions"] == "Use one before two."
    assert found["protocolVersion"] == "2025-11-25"
    assert text.endswith("}\n")
    assert '\n  "tools": [\n' in text
    assert "Eins ß" in text


def test_healthy_noise_on_stderr_is_nobodys_business(
    command: Command, capfd: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    fetch(command("good"), notice=said.append)
    assert (said, *capfd.readouterr()) == ([], "", "")


def test_every_page_is_read_and_an_empty_string_is_a_cursor(command: Command) -> None:
    assert names(fetch(command("paged"))) == ["after None", "after ''", "after 'zwei\\u2028?'"]


def test_banners_are_passed_over_with_one_notice(command: Command) -> None:
    said: list[str] = []
    assert names(fetch(command("banner"), notice=said.append)) == ["one"]
    assert len(said) == 1
    assert "standard output" in said[0]


def test_requests_of_the_server_are_answered(command: Command) -> None:
    replies = json.loads(fetch(command("asks"))["tools"][0]["description"])
    assert replies == {
        "roots/list": {"roots": []},
        "ping": {},
        "sampling/createMessage": "refused",
        "elicitation/create": "refused",
        "log": "refused",
    }


def test_a_line_of_two_megabytes(command: Command) -> None:
    assert len(fetch(command("big_line"))["tools"][0]["description"]) == 1_200_000


def test_definitions_stay_raw(command: Command) -> None:
    nameless, null, wrong, nan, none = fetch(command("odd_tools"))["tools"]
    assert nameless == {"description": "nameless"}
    assert (null["inputSchema"], null["annotations"]) == (None, None)
    assert (wrong["description"], wrong["inputSchema"]) == (7, [])
    assert nan["inputSchema"]["maximum"] != nan["inputSchema"]["maximum"]
    assert none is None


def test_half_a_surrogate_pair_stays_an_escape(command: Command) -> None:
    text = fetch_command(command("surrogate"), Options(timeout=20))
    assert "half \\ud83d, é" in text
    text.encode()
    assert json.loads(text)["tools"][0]["description"] == "half \ud83d, é"


@pytest.mark.parametrize(("server", "version"), [("old", "2024-11-05"), ("deaf", "2025-06-18")])
def test_older_protocols(
    command: Command, monkeypatch: pytest.MonkeyPatch, server: str, version: str
) -> None:
    monkeypatch.setattr(conversation, "_SILENCE", 0.5)
    found = fetch(command(server))
    assert (names(found), found["protocolVersion"]) == (["one"], version)


@modern_sdk
@pytest.mark.parametrize("seconds", [0, 1])
def test_the_protocol_without_a_handshake(
    command: Command, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """However long it takes to start: `initialize` may have been tried in between."""
    monkeypatch.setattr(conversation, "_SILENCE", 0.5)
    found = fetch(command("modern", seconds))
    assert names(found) == ["new", "new"]
    assert found["protocolVersion"] == "2026-07-28"
    assert found["serverInfo"] == {"name": "modern", "version": "2"}
    assert found["instructions"] == "New."


def test_a_slow_start_is_told(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_SLOW", 0.3)
    said: list[str] = []
    assert names(fetch(command("slow"), notice=said.append)) == ["one"]
    assert "still waiting" in said[0]


def test_the_child_gets_a_minimal_environment(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIXTURE_API_KEY", "inherited")
    assert "--env FIXTURE_API_KEY" in failure(command("needs_key"))
    env = (("FIXTURE_API_KEY", "given"),)
    assert names(fetch(command("needs_key"), env=env)) == ["given"]


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("array_result", "answered tools/list, page 1 with an array where an object should be"),
        ("broken_by_sdk", "written for version 1 of the MCP SDK: pip install 'mcp<2'"),
        ("deep", "nested too deep"),
        ("dies", "exited with status 3 before it answered"),
        ("flood", "more than 64 MB in one answer"),
        ("pages_forever", "more than 1,000 pages"),
        ("pages_loop", "the same page again after 2 pages"),
        ("refuses", "answered tools/list, page 1 with an error: backend is \\x1b[31mdown"),
        ("truncated", "with what is not JSON"),
    ],
)
def test_failures_are_one_line(command: Command, server: str, words: str) -> None:
    first, *rest = failure(command(server)).splitlines()
    assert words in first
    assert not [line for line in rest if not line.startswith("    ")]


@pytest.mark.parametrize(
    ("server", "stage"), [("silent", "initialize"), ("silent_list", "tools/list, page 1")]
)
def test_nothing_hangs_past_the_timeout(command: Command, server: str, stage: str) -> None:
    begun = time.monotonic()
    message = failure(command(server), timeout=3)
    assert f"no answer to {stage} within 3 s; raise --timeout" in message
    assert time.monotonic() - begun < 3 + 3


def test_a_command_that_is_not_there() -> None:
    assert "there is no such command" in failure(["no-such-server-anywhere"])


def test_a_command_that_cannot_be_run(tmp_path: Path) -> None:
    script = tmp_path / "server"
    script.write_text("no program")
    script.chmod(0o755)
    assert "cannot be started" in failure([str(script)])


def test_last_words_are_harmless(command: Command) -> None:
    env = (("FIXTURE_PASSWORD", "hunter2-from-env"),)
    lines = failure(command("dies"), env=env).splitlines()[1:]
    assert len(lines) == 10
    assert "first words" not in "".join(lines)
    assert "\\x1b[31mFatal:\\x1b[0m cannot read \\u202e/etc/thing" in lines[-2]
    assert len(lines[-2]) <= 204
    assert lines[-1] == "    using *** and ***"


def test_the_help_for_uvx_is_a_command(command: Command, tmp_path: Path) -> None:
    uvx = tmp_path / "uvx"
    uvx.write_text(f"#!/bin/sh\nexec {' '.join(command('broken_by_sdk'))}\n")
    uvx.chmod(0o755)
    message = failure([str(uvx), "some-server", "--api-key", "k"])
    assert f"{uvx} --with 'mcp<2' some-server --api-key '***'" in message


def test_a_stubborn_server_and_its_child_are_ended(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_PATIENCE", 0.5)
    monkeypatch.setattr(child, "_TERM_PATIENCE", 0.5)
    pids = tmp_path / "pids"
    assert names(fetch(command("stubborn", pids))) == ["one"]
    assert_gone(pids)
    pids.unlink()
    begun = time.monotonic()
    assert "no answer to" in failure(command("stubborn", pids, "stall"), timeout=3)
    assert time.monotonic() - begun < 3 + 5
    assert_gone(pids)


@pytest.mark.parametrize("interrupts", [1, 2])
def test_an_interrupt_leaves_nothing_behind(
    command: Command, tmp_path: Path, interrupts: int
) -> None:
    pids = tmp_path / "pids"
    code = (
        "import signal, sys\n"
        "from toolgrade.live.fetch import fetch_command\n"
        "from toolgrade.live.options import Options\n"
        "try:\n    fetch_command(sys.argv[1:], Options())\n"
        # What is tested is over here: a late interrupt would meet only Python's own closing down.
        "except KeyboardInterrupt:\n    signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "    sys.exit(130)\n"
    )
    argv = [sys.executable, "-c", code, *command("stubborn", pids, "stall")]
    grader = subprocess.Popen(argv, stderr=subprocess.PIPE, start_new_session=True)
    try:
        while not (pids.exists() and pids.read_text()):
            time.sleep(0.05)
        for _ in range(interrupts):
            time.sleep(0.5)
            grader.send_signal(signal.SIGINT)
        _, words = grader.communicate(timeout=15)
    finally:
        grader.kill()
        grader.wait()
    assert (grader.returncode, words) == (130, b"")
    assert_gone(pids)


def test_a_helper_that_keeps_stderr_open_hides_no_answer(command: Command) -> None:
    server = " ".join(command("good"))
    helper = "setsid sleep 2 </dev/null >/dev/null &"
    assert names(fetch(["sh", "-c", f"{helper} exec {server}"])) == names(fetch(command("good")))


def test_a_server_that_ends_while_its_child_holds_the_pipe_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(child, "_ORPHAN_PATIENCE", 1.0)
    begun = time.monotonic()
    said = failure(["sh", "-c", "sleep 15 & exit 3"])
    assert "exited with status 3" in said
    assert time.monotonic() - begun < 15


def test_a_launcher_may_leave_the_server_to_its_child(command: Command) -> None:
    # A shell gives a child in the background no input, so it is handed over by another number.
    argv = command("good")
    found = fetch(["sh", "-c", 'exec 3<&0; "$@" <&3 & exit 0', "sh", *argv])
    assert names(found) == ["one", "two"]


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_request_to_stop_ends_the_server_too(
    command: Command, tmp_path: Path, stop: signal.Signals
) -> None:
    pids = tmp_path / "pids"
    grade = "from toolgrade.cli import main; main()"
    argv = [sys.executable, "-c", grade, "grade", "--", *command("stubborn", pids, "stall")]
    grader = subprocess.Popen(argv, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        while not (pids.exists() and pids.read_text()):
            time.sleep(0.05)
        time.sleep(0.5)
        grader.send_signal(stop)
        grader.wait(timeout=15)
    finally:
        grader.kill()
        grader.wait()
    assert grader.returncode == 128 + stop
    assert_gone(pids)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the group can be ended")
@pytest.mark.parametrize("how", ["session", "forked-twice"])
def test_what_a_server_leaves_in_another_session_is_ended(
    command: Command, tmp_path: Path, how: str
) -> None:
    pids = tmp_path / "pids"
    assert names(fetch(command("leaves", pids, how))) == ["one"]
    assert len(pids.read_text().split()) == 2
    assert_gone(pids)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the group can be ended")
@pytest.mark.parametrize("stop", [None, signal.SIGHUP])
@pytest.mark.parametrize("how", ["session", "forked-twice", "without-variables"])
def test_the_command_line_ends_all_that_a_server_leaves(
    command: Command, tmp_path: Path, how: str, stop: signal.Signals | None
) -> None:
    pids = tmp_path / "pids"
    code = "from toolgrade.cli import main; main()"
    server = command("leaves", pids, how, *(["stall"] if stop else []))
    # A child that was there before is not a server's.
    bystander = 'sleep 60 & echo $! > "$0"; exec "$@"'
    own = tmp_path / "own"
    argv = ["sh", "-c", bystander, own, sys.executable, "-c", code, "grade", "--", *server]
    grader = subprocess.Popen(
        list(map(str, argv)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not (pids.exists() and len(pids.read_text().split()) == 2):
            time.sleep(0.05)
        if stop:
            grader.send_signal(stop)
        assert grader.wait(timeout=30) == (128 + stop if stop else 0)
    finally:
        grader.kill()
        grader.wait()
    assert_gone(pids)
    # Not even a zombie is left of those that were adopted.
    assert not Path(f"/proc/{pids.read_text().split()[1]}").exists()
    assert is_alive(int(own.read_text()))
    os.kill(int(own.read_text()), signal.SIGKILL)


def test_too_many_tools_are_refused_before_the_list_ends(command: Command) -> None:
    begun = time.monotonic()
    assert "more than 100,000 tools; gave up" in failure(command("many_tools"), timeout=60)
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(
    ("answer", "most"),
    [
        ('{"id":1,"result":{"tools":[{"a":[1,2,3,4]},{"b":"],[,,"},{}]}}', 3),
        ('[{"id":1,"result":{"tools":[{"a":[1,2,3]},{}', 2),
        ('{"id":1,"result":{"tools":[]}}\n{"id":2,"result":{"tools":[0,0,0,0', 4),
        ('}]]{"a":{"b":[[],[]', 2),
        ('"', 0),
    ],
)
def test_tools_are_counted_in_what_has_arrived(answer: str, most: int) -> None:
    assert bounds.count_tools(answer.encode()) == most


def test_bounds_hold_in_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk of one byte at a time: counting anew for each would take hours."""
    monkeypatch.setattr(bounds, "MOST_TOOLS", 10)
    gauge, answer = bounds.Gauge(), bytearray()

    def add(content: bytes) -> None:
        for sign in content:
            answer.append(sign)
            gauge.add(bytes([sign]), answer)

    add(b'{"result":{"tools":[{"a":[' + b"1," * 100_000)
    with pytest.raises(bounds.Flood, match="more than 10 tools"):
        add(b"1]}," + b"{}," * 200_000)


def test_values_and_bytes_are_bounded() -> None:
    with pytest.raises(bounds.Flood, match="10,000,000 values"):
        bounds.Gauge().add(b"[" * 10_000_001, bytearray())
    with pytest.raises(bounds.Flood, match="256 MB"):
        bounds.Gauge(received=bounds.TOTAL_BYTES).add(b" ", bytearray())


def assert_gone(pids: Path) -> None:
    assert still_running({int(pid) for pid in pids.read_text().split()}) == set()


def test_importing_costs_nothing() -> None:
    code = (
        "import sys, toolgrade.live.fetch\n"
        "print({'mcp', 'anyio', 'pydantic', 'asyncio'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, command: Command) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    expected = "live servers need the extra: pip install 'toolgrade[live]'"
    assert failure(command("good")) == expected


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        ("mark", "clients refuse this server: it begins a message with a byte order mark"),
        ("latin", "clients refuse this server: what it writes is not UTF-8"),
        ("version", "clients refuse this server: it answers with protocol version '2099-01-01'"),
        ("info", "clients refuse this server: its serverInfo has no version"),
        ("instructions", "clients refuse this server: its instructions are not a text"),
        ("capabilities", "clients refuse this server: it does not declare the capability tools"),
        ("cursor", "clients refuse this server: its list ends with nextCursor: null"),
        ("pages", "1 of 2 tools come after the first page"),
        ("late", "lists 1 tool only after list_changed"),
    ],
)
def test_what_clients_refuse_is_read_with_a_notice(command: Command, mode: str, why: str) -> None:
    said: list[str] = []
    assert fetch(command("refused", mode), notice=said.append)["tools"]
    (notice,) = said
    assert why in notice


def test_a_list_that_stays_empty_may_be_filled_later(command: Command) -> None:
    said: list[str] = []
    assert fetch(command("refused", "later"), notice=said.append)["tools"] == []
    assert "may register its tools later" in said[0]
