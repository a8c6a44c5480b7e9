"""Servers that a file lists, started and asked for real."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from processes import SERVERS, still_running
from test_http import Odd

from toolgrade.cli import cli
from toolgrade.inputs import read
from toolgrade.live import fetch as live
from toolgrade.live.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Command = Callable[..., list[str]]

pytestmark = pytest.mark.live


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def odd() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def entry(argv: list[str], **members: Any) -> dict[str, Any]:
    return {"command": argv[0], "args": argv[1:], **members}


def config(**entries: dict[str, Any]) -> str:
    Path("mcp.json").write_text(json.dumps({"mcpServers": entries}))
    return "mcp.json"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, [*words])


def test_every_server_of_a_config_is_graded_in_the_order_of_the_file(
    command: Command, odd: str
) -> None:
    """The slow one first, a broken one between: what fails is told, and the others go on."""
    config(
        slow=entry(command("slow")),
        dead=entry([*command("dies"), "hunter2-from-arg"], env={"K": "hunter2-from-env"}),
        off={"command": "no-such-command", "disabled": True},
        gone={"command": "no-such-command", "args": ["hunter2-from-arg"]},
        unset=entry(command("good"), env={"KEY": "${env:NO_SUCH_VARIABLE}"}),
        good=entry(["good"], command=sys.executable, args=["good.py"], cwd=str(SERVERS)),
        remote={"url": f"{odd}/half", "headers": {"X-Key": "hunter2-in-header"}},
        closed={"url": f"{odd}/half?k=hunter2-in-url", "headers": {"X-Key": "hunter2-wrong"}},
    )
    done = run("grade", "--launch", "mcp.json", "-o", "json:out.json", "-o", "html:out.html")
    assert done.exit_code == 2, done.output
    report = json.loads(Path("out.json").read_text())
    assert [len(server["tools"]) for server in report["servers"]] == [1, 2, 1]
    assert {(s["source"]["kind"], s["source"]["path"]) for s in report["servers"]} == {
        ("config", "mcp.json")
    }
    told = [f"{error['source']} {error['message']}".splitlines()[0] for error in report["errors"]]
    assert [line.partition(":")[0] for line in told] == [
        "mcp.json dead",
        "mcp.json gone",
        "mcp.json unset",
        "mcp.json closed",
    ]
    assert "exited with status 3" in told[0]
    assert "there is no such command" in told[1]
    assert "the variable NO_SUCH_VARIABLE is not set" in told[2]
    assert "answers HTTP 403" in told[3]
    assert "mcp.json: off is disabled there; skipped" in done.output
    assert "hunter2" not in done.stdout + done.stderr + Path("out.json").read_text()
    assert "hunter2" not in Path("out.html").read_text()


def test_nothing_is_started_unasked(here: Path) -> None:
    started = here / "started"
    config(one=entry(["touch", str(started)]))
    for words in (["grade"], ["fetch"], ["policy"], ["compare", "mcp.json"]):
        assert run(*words, "mcp.json").exit_code
    Path("toolgrade.toml").write_text('sources = ["mcp.json"]\n')
    assert run("grade").exit_code == 2
    Path("toolgrade.toml").write_text("launch = true\n")
    assert "no config may launch a command" in str(run("grade", "mcp.json").exception)
    assert not started.exists()


def test_a_variable_can_be_given_and_reaches_the_command(command: Command) -> None:
    config(
        named=entry(command("needs_key"), env={"FIXTURE_API_KEY": "${env:KEY}"}),
        bare=entry(command("needs_key")),
    )
    options = Options(timeout=20, launch=True, env=(("KEY", "a"), ("FIXTURE_API_KEY", "b")))
    # What is given on the command line goes before what the file says.
    assert [server.tools[0].name for server in read("mcp.json", options)] == ["b", "b"]
    failed = run("grade", "--launch", "mcp.json", "--env", "KEY=a")
    assert "bare: exited with status 1" in failed.output
    assert "pass it with --env FIXTURE_API_KEY" in failed.output


def test_what_a_server_repeats_of_its_config_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone or inside of other words, whether it stands in the file or in a variable."""
    monkeypatch.setenv("FIXTURE_SECRET", "hunter2-in-variable")
    script = "echo hunter2-in-$1 hunter2-in-variable hunter2-in-url hunter2-in-option >&2; exit 3"
    args = ["-c", script, "x", "word", "a=${FIXTURE_SECRET};b", "http://u:hunter2-in-url@h/x"]
    config(one={"command": "sh", "args": [*args, "hunter2-in-word", "--k=hunter2-in-option"]})
    done = run("grade", "--launch", "mcp.json")
    assert "exited with status 3" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    assert "*** *** *** ***" in done.stderr


def test_a_key_that_a_server_puts_into_its_definitions_is_neither_shown_nor_saved(
    command: Command,
) -> None:
    config(one=entry(command("needs_key"), env={"FIXTURE_API_KEY": "hunter2-in-env"}))
    graded = run("grade", "--launch", "mcp.json", "-o", "json:out.json", "-o", "html:out.html")
    fetched = run("fetch", "--launch", "mcp.json", "-o", "tools.json")
    assert (graded.exit_code, fetched.exit_code) == (0, 0), graded.output + fetched.output
    for done in (graded, fetched):
        told = "mcp.json: one: what it lists repeats a secret that it was given, shown here as"
        assert told in done.stderr
    files = ("out.json", "out.html", "tools.json")
    written = "".join(Path(name).read_text() for name in files)
    assert "hunter2" not in graded.output + fetched.output + written
    assert json.loads(Path("tools.json").read_text())["tools"][0]["name"] == "***"


def test_the_plain_words_of_a_command_stay_in_what_a_server_says() -> None:
    script = "echo cannot find module $0 at https://x.io/simple/$1/ in production >&2; exit 3"
    args = ["-c", script, "/opt/server/dist/index.js", "some-server"]
    config(one={"command": "sh", "args": args, "env": {"MODE": "prod"}})
    done = run("grade", "--launch", "mcp.json")
    says = (
        "cannot find module /opt/server/dist/index.js at https://x.io/simple/some-server/ in prod"
    )
    assert says in done.stderr


def test_a_header_of_the_command_line_goes_to_no_server_of_a_file(odd: str) -> None:
    config(one={"url": f"{odd}/half"})
    done = run("grade", "--launch", "mcp.json", "--header", "X-Key: hunter2-in-header")
    assert "answers HTTP 403" in done.output


def test_servers_run_at_the_same_time(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0

    async def reach(attempt: Any) -> None:
        nonlocal running, most
        running, most = running + 1, max(most, running + 1)
        await reached(attempt)
        running -= 1

    reached = live.reach
    monkeypatch.setattr(live, "reach", reach)
    config(**{f"s{number}": entry(command("slow")) for number in range(6)})
    assert len(read("mcp.json", Options(timeout=60, launch=True))) == 6
    assert most == 4


def test_what_was_fetched_grades_like_the_servers(command: Command) -> None:
    config(one=entry(command("good")), two=entry(command("slow")))
    assert run("fetch", "--launch", "mcp.json", "-o", "tools.json").exit_code == 0
    saved, seen = read("tools.json"), read("mcp.json", Options(timeout=20, launch=True))
    assert [(s.name, len(s.tools)) for s in saved] == [(s.name, len(s.tools)) for s in seen]
    config(one=entry(command("good")))
    assert run("fetch", "--launch", "mcp.json", "-o", "tools.json").exit_code == 0
    assert "tools" in json.loads(Path("tools.json").read_text())


def test_fetch_keeps_all_or_nothing(command: Command) -> None:
    config(one=entry(command("good")), two={"command": "no-such-command"})
    done = run("fetch", "--launch", "mcp.json", "-o", "tools.json")
    assert "two: there is no such command" in str(done.exception)
    assert not Path("tools.json").exists()


def test_a_server_without_tools_is_named(here: Path) -> None:
    script = here / "none.py"
    serve = "from stdio import result, serve\nserve(lambda request: result(request, {'tools': []}))"
    script.write_text(f"import sys\nsys.path.insert(0, {str(SERVERS)!r})\n{serve}\n")
    config(none=entry([sys.executable, str(script)]))
    assert "mcp.json: none: the tool list is empty" in run("grade", "--launch", "mcp.json").stderr


def test_all_switched_off_is_one_line() -> None:
    config(one={"command": "x", "disabled": True})
    done = run("grade", "--launch", "mcp.json")
    assert done.exit_code == 2
    assert "mcp.json: disables all its servers: nothing to start" in " ".join(done.output.split())


def test_a_manifest_is_held_against_what_its_server_lists(command: Command) -> None:
    argv = command("good")
    manifest = {
        "manifest_version": "0.4",
        "name": "fixture",
        "server": {"mcp_config": {"command": argv[0], "args": argv[1:]}},
        "tools": [
            {"name": "one", "description": "Something else than the server says."},
            {"name": "gone", "description": "Was never there."},
        ],
    }
    Path("manifest.json").write_text(json.dumps(manifest))
    itself = run("compare", "--launch", "manifest.json", "-o", "json")
    beside = run("compare", "manifest.json", "-o", "json", "--", *argv)
    assert (itself.exit_code, beside.exit_code) == (0, 0), itself.output
    for done in (itself, beside):
        (server,) = json.loads(done.stdout)["servers"]
        found = {
            (tool["before"] or tool["after"])["name"]: [
                change["kind"] for change in tool["changes"]
            ]
            for tool in server["tools"]
        }
        assert found == {
            "one": ["tool.description-changed"],
            "two": ["tool.added"],
            "gone": ["tool.removed"],
        }
    told = " ".join(run("compare", "--launch", "manifest.json").stdout.split())
    assert "known on both sides: these fields are compared only where they are known" in told
    assert "known: annotations, inputSchema" in told
    assert "tokens" not in told
    live_ = run("grade", "--launch", "manifest.json", "-o", "json")
    assert [tool["name"] for tool in json.loads(live_.stdout)["servers"][0]["tools"]] == [
        "one",
        "two",
    ]


def test_an_interrupt_ends_all_of_them(command: Command, here: Path) -> None:
    pids = [here / "a", here / "b"]
    config(**{p.name: entry(command("stubborn", p, "stall")) for p in pids})
    argv = [sys.executable, "-c", "from toolgrade.cli import main; main()"]
    grader = subprocess.Popen(
        [*argv, "grade", "--launch", "mcp.json"], stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while not all(p.exists() and p.read_text() for p in pids):
            time.sleep(0.05)
        time.sleep(0.5)
        grader.send_signal(signal.SIGINT)
        grader.wait(timeout=15)
    finally:
        grader.kill()
        grader.wait()
    assert grader.returncode
    assert still_running({int(pid) for p in pids for pid in p.read_text().split()}) == set()
