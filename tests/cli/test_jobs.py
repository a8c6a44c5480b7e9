"""Servers graded by several processes, and as they were kept: the same bytes as by one, anew."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from toolgrade.files import cache

if TYPE_CHECKING:
    from collections.abc import Callable

MAIN = "from toolgrade.cli import main; main()"
KILLED = (
    "import os, signal\n"
    "from toolgrade.cli import streaming\n"
    "own, parent = streaming.run_part, os.getpid()\n"
    "def run_part(server, *rest):\n"
    "    if server.name == 'quay 2' and os.getpid() != parent:\n"
    "        {}\n"
    "    return own(server, *rest)\n"
    "streaming.run_part = run_part\n"
)
ASKED = (
    *("--fail-under", "A", "--fail-on", "note", "--clients", "all", "--profile", "glama"),
    *("--max-tokens", "20", "--ignore", "usage.exclusion", "--fail-on-risk", "low"),
)


def server(at: int) -> dict[str, Any]:
    tools = [
        {"name": f"get_berth_{n}", "description": f"Get berth {n} of quay {at}."}
        for n in range(at % 3 + 1)
    ]
    return {"serverName": f"quay {at}", "tools": tools}


@pytest.fixture
def harbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "kept"))
    path = tmp_path / "harbour.json"
    path.write_text(json.dumps({"servers": [server(at) for at in range(7)]}, indent=1))
    (tmp_path / "one.json").write_text(json.dumps(server(8)))
    (tmp_path / "none.json").write_text('{"tools": []}')
    return path


def grade(*words: str, code: str = MAIN) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, "grade", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def entries() -> list[str]:
    folder = Path(os.environ[cache.VARIABLE])
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize("asked", [(), ASKED], ids=["plain", "asked"])
def test_many_processes_and_what_was_kept_give_the_same(
    harbour: Path, asked: tuple[str, ...]
) -> None:
    sources = ("harbour.json", "none.json", "one.json")
    one, two, four, again = (
        grade(*sources, "-o", "json", *asked, *words)
        for words in (("--no-cache",), ("--no-cache", "-j", "2"), ("-j", "4"), ())
    )
    # A report in two formats is written as a whole.
    whole = grade(*sources, "-o", "json:whole.json", "-o", "tdqs:tdqs.json", "--no-cache", *asked)
    assert one.returncode == 2
    for other in (two, four, again):
        assert (other.stdout, other.stderr, other.returncode) == (one.stdout, one.stderr, 2)
    assert (harbour.parent / "whole.json").read_text() == one.stdout
    assert whole.stderr == one.stderr
    assert len(entries()) == 8


def test_an_ignore_that_matches_nothing_is_a_notice_of_the_whole_run(harbour: Path) -> None:
    (harbour.parent / "toolgrade.toml").write_text(
        '[[ignore]]\ncheck = "usage"\ntool = "get_berth_2"\nreason = "known"\n'
        '[[ignore]]\ncheck = "usage"\ntool = "get_ship"\nreason = "known"\n'
    )
    for words in ((), ("-j", "2")):
        done = grade("harbour.json", "-o", "json", *words)
        assert "toolgrade.toml:6: this ignore of usage no longer matches" in done.stderr
        assert "toolgrade.toml:2" not in done.stderr


@pytest.mark.parametrize("jobs", ["0", "x", "257", "-1", "1.5", "\u0661"])
def test_a_wrong_number_of_processes_is_refused(harbour: Path, jobs: str) -> None:
    done = grade(harbour.name, "-j", jobs)
    assert done.returncode == 2
    assert "give a number from 1 to 256, or auto" in done.stderr


def test_a_killed_process_loses_only_its_server(harbour: Path) -> None:
    code = KILLED.format("os.kill(os.getpid(), signal.SIGKILL)") + MAIN
    alone = json.loads(grade("harbour.json", "-o", "json").stdout)["servers"]
    done = grade("harbour.json", "-o", "json:out.json", "-j", "2", "--no-cache", code=code)
    assert done.returncode == 2
    assert "quay 2: the process that graded it was ended" in done.stderr
    report = json.loads((harbour.parent / "out.json").read_text())
    assert [e["message"] for e in report["errors"]] == [done.stderr.strip().split(": ", 2)[2]]
    for at, (found, expected) in enumerate(zip(report["servers"], alone, strict=True)):
        if at == 2:
            assert [tool["tdqs"] for tool in found["tools"]] == [None, None, None]
        else:
            assert found == expected


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_error_in_the_middle_leaves_no_file(harbour: Path, jobs: str) -> None:
    code = (
        KILLED.format("pass")
        + "streaming.run_part = lambda s, *r: own(s, *r) if s.name != 'quay 2' else 1 / 0\n"
        + MAIN
    )
    done = grade("harbour.json", "-o", "json:out.json", "-j", jobs, code=code)
    assert (done.returncode, done.stdout) == (2, "")
    assert "internal error: ZeroDivisionError" in done.stderr
    assert sorted(p.name for p in harbour.parent.iterdir() if p.is_file()) == [
        *("harbour.json", "none.json", "one.json"),
    ]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_stopped_run_ends_its_processes(harbour: Path, name: str) -> None:
    code = (
        KILLED.format(
            "import sys, time; print(os.getpid(), flush=True, file=sys.stderr); time.sleep(600)"
        )
        + MAIN
    )
    command = [sys.executable, "-c", code, "grade", "harbour.json", "-o", "json:out", "-j", "2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stderr
    child = int(process.stderr.readline())
    process.send_signal(getattr(signal, name))
    assert process.wait(60) == 128 + getattr(signal, name)
    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    else:
        pytest.fail("its process is still there")
    process.stderr.close()
    assert not (harbour.parent / "out").exists()


def damage_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def damage_empty(path: Path) -> None:
    path.write_bytes(b"")


def damage_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def damage_link(path: Path) -> None:
    elsewhere = path.with_suffix(".elsewhere")
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def damage_signed(path: Path) -> None:
    """Write something else, with a digest that is right."""
    path.unlink()
    cache.keep(path.parent, path.stem, b"[]\nnot compressed")


@pytest.mark.parametrize(
    "damage", [damage_cut, damage_empty, damage_folder, damage_link, damage_signed]
)
def test_a_damaged_entry_is_none(harbour: Path, damage: Callable[[Path], None]) -> None:
    first = grade("harbour.json", "-o", "json")
    for path in sorted((harbour.parent / "kept").iterdir()):
        damage(path)
    again = grade("harbour.json", "-o", "json")
    assert (again.stdout, again.stderr) == (first.stdout, "")


def test_what_a_result_depends_on_is_judged_anew(harbour: Path) -> None:
    def kept(*words: str) -> int:
        grade("one.json", "-o", "json", *words)
        return len(entries())

    assert [kept(), kept(), kept("--rubric", "text-only"), kept("--spec", "2025-06-18")] == [
        *(1, 1, 2, 3),
    ]
    assert [kept("--clients", "all"), kept("--fail-under", "B"), kept("--ignore", "usage")] == [
        *(4, 5, 6),
    ]
    own = harbour.parent / "own.toml"
    own.write_text('extends = "tdqs"\nname = "own"\n')
    assert kept("--rubric", "own.toml") == 7
    own.write_text('extends = "tdqs"\nname = "own"\n[lexicons]\nvague-words = {add = ["hm"]}\n')
    kept("--rubric", "own.toml")
    (harbour.parent / "one.json").write_text(json.dumps(server(9)))
    assert kept() >= 8


@pytest.mark.usefixtures("harbour")
def test_what_was_not_judged_in_time_is_not_kept() -> None:
    done = grade("harbour.json", "-o", "json", "--timeout", "0.000001")
    assert done.returncode == 2
    assert entries() == []


@pytest.mark.parametrize("kind", ["a file", "of everyone", "of the group", "full", "off"])
def test_a_folder_that_cannot_be_used_is_no_cache(
    harbour: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = harbour.parent / "kept"
    expected = grade("harbour.json", "-o", "json", "--no-cache").stdout
    if kind == "a file":
        folder.write_text("")
    elif kind == "of everyone":
        folder.mkdir()
        folder.chmod(0o777)
    elif kind == "of the group":
        folder.mkdir()
        folder.chmod(0o770)
    elif kind == "off":
        monkeypatch.setenv(cache.VARIABLE, "")
    first = {
        "full": "from toolgrade.files import cache\n"
        "cache.save_private = lambda *_: open('/dev/full', 'w').write('x' * 9999)\n",
        "of the group": "import grp\n"
        "grp.getgrgid = lambda _: grp.struct_group(('staff', '', 50, []))\n",
    }
    for _ in range(2):
        done = grade("harbour.json", "-o", "json", code=first.get(kind, "") + MAIN)
        assert (done.stdout, done.stderr, done.returncode) == (expected, "", 0)
    assert not folder.is_dir() or not list(folder.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such groups")
def test_the_group_of_one_user_may_write_to_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with umask 002, where each user has a group."""
    grp, pwd = pytest.importorskip("grp"), pytest.importorskip("pwd")
    user = pwd.getpwuid(os.geteuid())
    folder = tmp_path / "kept"
    folder.mkdir()
    folder.chmod(0o770)
    monkeypatch.setenv(cache.VARIABLE, str(folder))
    for name, number, members, is_used in (
        (user.pw_name, user.pw_gid, [], True),
        (user.pw_name, user.pw_gid, [user.pw_name], True),
        (user.pw_name, user.pw_gid, ["another"], False),
        (user.pw_name, user.pw_gid + 1, [], False),
        ("staff", user.pw_gid, [], False),
    ):
        group = grp.struct_group((name, "x", number, members))
        monkeypatch.setattr(grp, "getgrgid", lambda _, group=group: group)
        assert (cache.find_folder() == folder) is is_used, (name, number, members)
    monkeypatch.setattr(grp, "getgrgid", {}.__getitem__)
    assert cache.find_folder() is None


@pytest.mark.usefixtures("harbour")
def test_two_runs_at_once_are_as_one() -> None:
    words = [sys.executable, "-c", MAIN, "grade", "harbour.json", "-o", "json", "-j", "2"]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE) for _ in range(2)]
    first, second = (process.communicate(timeout=120)[0] for process in both)
    assert first == second == grade("harbour.json", "-o", "json", "--no-cache").stdout.encode()
    assert len(entries()) == 7


def test_no_secret_is_kept(harbour: Path) -> None:
    tool = {"name": "get_berth", "description": "Get a berth with sk-ant-api03-" + "a1B2" * 24}
    (harbour.parent / "one.json").write_text(json.dumps({"tools": [tool]}))
    shown = grade("one.json", "-o", "json").stdout
    (name,) = entries()
    body = cache.load(harbour.parent / "kept", name.removesuffix(".json"))
    assert body
    assert zlib.decompress(body.partition(b"\n")[2]).decode() in shown
    assert (harbour.parent / "kept" / name).stat().st_mode & 0o077 == 0


EVERY = (
    *("-o", "terminal", "-o", "sarif:a.sarif", "-o", "github:a.txt", "-o", "html:a.html"),
    *("-o", "json:a.json", "-o", "badge:b.json", "-o", "badge:b.svg", "-o", "gitlab:a.gl"),
)


def test_every_format_is_written_again_as_it_was(
    harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(harbour.parent / "summary.md"))
    (harbour.parent / "server.py").write_text(
        "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('pier')\n\n\n@mcp.tool()\n"
        "def get_pier(number: int) -> str:  # toolgrade: ignore[usage.exclusion] it is alone\n"
        "    'Get a pier.'\n    return ''\n"
    )

    def run(*words: str) -> tuple[object, ...]:
        done = grade("harbour.json", "server.py", *EVERY, "--fail-under", "A", *words)
        made = {p.name: p.read_bytes() for p in sorted(harbour.parent.glob("[abs]*.*"))}
        for name in made.keys() - {"server.py"}:
            (harbour.parent / name).unlink()
        return done.stdout, done.stderr, done.returncode, made

    anew, first, again = run("--no-cache"), run(), run()
    assert anew == first == again
    assert anew[2] == 1
    (kept,) = (name for name in entries() if is_recording(harbour.parent / "kept" / name))
    damage_signed(harbour.parent / "kept" / kept)
    assert run() == anew
    source = harbour.parent / "server.py"
    source.write_text(source.read_text().replace("Get a pier.", "Get a pier by its number."))
    assert run() != anew


def is_recording(path: Path) -> bool:
    body = cache.load(path.parent, path.stem)
    try:
        return zlib.decompress(body or b"").startswith(b"[[")
    except zlib.error:
        return False


def test_what_changes_a_file_is_done_again(harbour: Path) -> None:
    words = ("harbour.json", "--baseline", "known.json", "--update-baseline")
    for _ in range(2):
        assert grade(*words).returncode == 0
        (harbour.parent / "known.json").unlink()
    assert grade("harbour.json", "--diff").stdout == grade("harbour.json", "--diff").stdout


@pytest.mark.parametrize(
    "tool",
    [
        {"name": "get_page", "description": "Get the page of a book by its number. " * 4000},
        {
            "name": "get_page",
            "description": "Get a page.",
            "inputSchema": {
                "type": "object",
                "properties": {f"p{at}": {"type": "string"} for at in range(4000)},
            },
        },
    ],
    ids=["a long description", "many properties"],
)
def test_a_large_definition_is_graded_and_kept(harbour: Path, tool: dict[str, Any]) -> None:
    (harbour.parent / "large.json").write_text(json.dumps({"tools": [tool]}))
    anew = grade("large.json", "-o", "json", "--no-cache")
    assert (anew.returncode, anew.stderr) == (0, "")
    for words in ((), ("-j", "2")):
        done = grade("large.json", "harbour.json", "-o", "json", *words)
        assert json.loads(done.stdout)["servers"][0] == json.loads(anew.stdout)["servers"][0]
    again = grade("large.json", "-o", "json")
    assert again.stdout == anew.stdout


def test_a_large_server_is_bounded_by_the_timeout(harbour: Path) -> None:
    tools = [{"name": f"get_{at}", "description": f"Get berth {at}."} for at in range(3000)]
    (harbour.parent / "large.json").write_text(json.dumps({"tools": tools}))
    done = grade("large.json", "harbour.json", "-o", "json", "--timeout", "0.5", "-j", "2")
    assert done.returncode == 2
    assert "of 3000 tools were judged in time, and no coherence; raise --timeout" in done.stderr
    assert len(json.loads(done.stdout)["servers"][0]["tools"]) == 3000
