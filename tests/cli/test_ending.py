"""How the program ends: its exit status, and one line, whatever happens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

LIST = '{"tools": [{"name": "a", "description": "b"}]}'
MODULE = [sys.executable, "-m", "toolgrade"]
BROKEN = """
import sys
from toolgrade.cli import main
import toolgrade.inputs
def read_each(*_):
    try:
        {}["a secret of a server"]
    except KeyError as error:
        raise ExceptionGroup("several", [error])
toolgrade.inputs.read_each = read_each
main()
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tools.json").write_text(LIST)
    return tmp_path


def run_shell(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script of a shell in which $T is the command line."""
    command = script.replace("$T", " ".join(MODULE))
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [["grade", "tools.json"], ["grade"]])
def test_an_internal_error_is_one_line(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, *words], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    start = "toolgrade: internal error: KeyError"
    hint = "; run again with --debug for the traceback\n"
    assert (done.stderr.startswith(start), done.stderr.endswith(hint)) == (True, True), done.stderr
    assert "secret" not in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [["--debug", "grade"], ["grade", "--debug", "tools.json"]])
def test_debug_shows_the_traceback(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Traceback (most recent call last):" in done.stderr


@pytest.mark.parametrize(
    ("script", "status", "said"),
    [
        ("$T --version > /dev/full", 2, "the output cannot be written: No space left on device"),
        ("$T grade -h > /dev/full", 2, "the output cannot be written: No space left on device"),
        ("$T grade tools.json > /dev/full", 2, "the output cannot be written: No space"),
        ("$T grade - <&-", 2, "toolgrade: -: stdin: empty"),
        ("$T grade tools.json >&-", 2, "the output cannot be written: Bad file descriptor"),
        ("$T grade tools.json -o json:out.json >&-", 0, ""),
        ("$T grade missing.json > /dev/null 2>&-", 2, ""),
        ("$T grade missing.json 2> /dev/full", 2, ""),
        ("$T grade tools.json 2>&-", 0, ""),
        ("$T grade tools.json --fail-under A 2>&-", 1, ""),
        ("$T grade tools.json --fail-under A > /dev/null 2> /dev/full", 1, ""),
        ("$T grade tools.json --fail-under A > /dev/null", 1, "threshold missed"),
        ("{ $T grade -h; echo $? >&2; } | true", 0, "0"),
        (
            "{ $T grade missing.json -o json 2>&1; echo $? > status; } | true; cat status >&2",
            0,
            "2",
        ),
        ("$T grade --no-such-option", 2, "No such option"),
    ],
)
def test_exit_status(script: str, status: int, said: str) -> None:
    done = run_shell(script)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == status


@pytest.mark.parametrize("closed", ["<&-", "<&- 2>&-", ">&- <&-"])
def test_nothing_is_read_from_a_closed_stdin(closed: str) -> None:
    """Even where /dev/null has been replaced by a file with content, as in some containers."""
    code = "import os; os.devnull = 'tools.json'; from toolgrade.cli import main; main()"
    done = run_shell(f'{sys.executable} -c "{code}" grade - -o json:out.json {closed}')
    assert done.returncode == 2
    assert "stdin: empty" in Path("out.json").read_text()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_with_its_status(here: Path, stop: signal.Signals) -> None:
    reading, writing = os.pipe()
    argv = [*MODULE, "grade", "-", "tools.json", "tools.json", "tools.json"]
    running = subprocess.Popen(argv, stdin=reading, stderr=subprocess.PIPE, text=True, cwd=here)
    try:
        assert running.stderr
        first = running.stderr.readline()
        time.sleep(0.2)
        running.send_signal(stop)
        _, said = running.communicate(timeout=20)
    finally:
        running.kill()
        os.close(reading)
        os.close(writing)
    assert first == "toolgrade: 1 of 4: -\n"
    assert said.count("\n") - said.startswith("\n") == 1
    assert running.returncode == 128 + stop


@pytest.mark.parametrize("format_", ["terminal", "github", "json", "markdown"])
def test_no_message_is_printed_twice(format_: str) -> None:
    done = run_shell(f"$T grade missing.json tools.json --fail-under A -o {format_}")
    merged = done.stdout + done.stderr if format_ in {"terminal", "github"} else done.stderr
    assert merged.count("no such file") == 1
    assert merged.count("is below 3.5") == 2  # the server and its tool
    assert done.returncode == 2


def test_a_path_is_percent_encoded() -> None:
    name = "a\nb\x1b[31m,c:%41.json"
    Path(name).write_text(LIST)
    encoded = {
        "sarif": '"uri":"a%0Ab%1B%5B31m%2Cc%3A%2541.json"',
        "github": "file=a%0Ab%251B[31m%2Cc%3A%2541.json,",
        "gitlab": '"path":"a%0Ab%1B[31m,c:%41.json"',
    }
    for format_, expected in encoded.items():
        argv = [*MODULE, "grade", name, "-o", f"{format_}:out"]
        subprocess.run(argv, check=True, capture_output=True)
        assert expected in Path("out").read_text(), format_


def test_the_timeout_bounds_judging_too() -> None:
    """What is judged by then is reported; the rest is listed without scores."""
    tools = [
        {"name": f"get_thing_{n}", "description": f"Gets thing {n} from the store of things."}
        for n in range(3000)
    ]
    Path("many.json").write_text(json.dumps({"tools": tools}))
    argv = [*MODULE, "grade", "many.json", "tools.json", "--timeout", "0.5", "-o", "json"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    report = json.loads(done.stdout)
    (error,) = report["errors"]
    many, few = report["servers"]
    judged = [tool for tool in many["tools"] if tool["tdqs"] is not None]
    assert f"many: {len(judged)} of 3000 tools were judged in time" in error["message"]
    assert len(many["tools"]) == 3000
    assert many["score"]["scoredToolCount"] == len(judged) < 3000
    assert [tool["name"] for tool in many["tools"]] == [tool["name"] for tool in tools]
    assert few["tools"][0]["tdqs"] is not None
