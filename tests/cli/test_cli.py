"""The command line: exit status, what is printed where, and what is written."""

from __future__ import annotations

import io
import json
import os
import re
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import pytest
from tools import commands_of

from toolgrade import __version__, cli
from toolgrade.outputs import REPORTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolgrade.model import Report

EXAMPLE = Path(__file__).parents[1] / "servers" / "example.json"
MODULE = (sys.executable, "-c", "from toolgrade.cli import main; main()")
live = pytest.mark.skipif(find_spec("mcp") is None, reason="the extra `live` is not installed")


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Done]:
    """Run the command line in a folder that holds only example.json."""
    (tmp_path / "example.json").write_bytes(EXAMPLE.read_bytes())
    monkeypatch.chdir(tmp_path)

    def toolgrade(*words: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["toolgrade", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        status = ended.value.code
        assert isinstance(status, int | None)
        return Done(status or 0, *capfd.readouterr())

    return toolgrade


def commands(
    command: click.Command = cli.cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in commands_of(command).items():
            yield from commands(inner, (*path, name))


def test_a_graded_file_is_status_0(run: Callable[..., Done]) -> None:
    done = run("grade", "example.json")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("greenhouse ")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["grade", "--nope"], "--nope"),
        (["nope"], "nope"),
        (
            ["grade", "example.json", "-o", "nope"],
            "choose from terminal, concise, json, html, markdown",
        ),
        (["grade", "example.json", "-o", "json", "-o", "html"], "only one format can go to the"),
        (["grade", "example.json", "-o", "json:a", "-o", "html:a"], "cannot go to one file: a"),
        (["grade", "example.json", "--timeout", "0"], "above 0"),
        (["grade", "example.json", "--timeout", "nan"], "above 0"),
        (["grade", "example.json", "--header", "nameless"], "Name: value"),
        (["grade", "example.json", "--env", "=value"], "NAME=VALUE"),
        (["grade", "example.json", "--env", "NO_SUCH_NAME_HERE"], "NO_SUCH_NAME_HERE=VALUE"),
        (["grade", "--"], "after --"),
        (["fetch"], "either a SOURCE or a server's command"),
        (["fetch", "http://localhost:1", "--", "server"], "either a SOURCE or a server's command"),
        (["fetch", "example.json"], "only a live server can be fetched"),
        (["grade", "missing.json"], "missing.json: no such file"),
        (["grade", "."], "no tools found in 0 source files"),
        (["grade"], ".: no tools found in 0 source files"),
        (["grade", "example.json", "--rubric", "nope"], "nope"),
        (["rubric", "check", "missing.toml"], "missing.toml: cannot be read"),
        (["explain", "usage.exclusio"], "did you mean 'usage.exclusion'?"),
        (["explain", "xyzzy"], "`toolgrade checks` lists them"),
        pytest.param(["grade", "--", "/nowhere/no-such"], "no-such", marks=live),
    ],
)
def test_what_cannot_be_done_is_one_plain_line_and_status_2(
    run: Callable[..., Done], words: list[str], says: str
) -> None:
    done = run(*words)
    assert done.status == 2
    last = done.err.splitlines()[-1]
    assert says in last
    assert re.match(r"toolgrade: |Error: ", last)
    assert "Traceback" not in done.err


def test_without_a_source_the_current_folder_is_read(run: Callable[..., Done]) -> None:
    Path("server.py").write_text(
        "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('beds')\n\n\n"
        "@mcp.tool()\ndef list_beds() -> str:\n    'List the beds of the garden.'\n"
    )
    done = run("grade")
    assert (done.status, done.err) == (0, "")
    assert "list_beds" in done.out


@pytest.mark.parametrize("text", [b"", b"{", b"\x00\x01", b"[]", b'{"tools": []}', b"7"])
def test_a_file_without_a_tool_is_status_2(run: Callable[..., Done], text: bytes) -> None:
    Path("bad.json").write_bytes(text)
    done = run("grade", "bad.json", "-o", "json")
    assert done.status == 2
    assert done.err.startswith("toolgrade: bad.json")
    assert len(done.err.splitlines()) == 1
    assert [error["source"] for error in json.loads(done.out)["errors"]] == ["bad.json"]


def test_a_source_that_fails_hides_no_other(run: Callable[..., Done]) -> None:
    done = run("grade", "missing.json", "example.json", "-o", "json", "-o", "markdown:page.md")
    report = json.loads(done.out)
    assert done.status == 2
    assert [server["name"] for server in report["servers"]] == ["greenhouse"]
    assert [error["source"] for error in report["errors"]] == ["missing.json"]
    assert "missing.json" in Path("page.md").read_text()
    assert "missing.json" in done.err


def test_standard_input_is_a_source(run: Callable[..., Done]) -> None:
    done = run("grade", "-", "-o", "json", stdin=EXAMPLE.read_bytes())
    (server,) = json.loads(done.out)["servers"]
    assert (done.status, server["name"]) == (0, "greenhouse")
    assert server["source"] == {"kind": "stdin", "path": "-"}


def test_each_output_is_written(run: Callable[..., Done]) -> None:
    outputs = [word for name in REPORTERS for word in ("-o", f"{name}:as-{name}")]
    done = run("grade", "example.json", *outputs)
    assert done == (0, "", "")
    for name in REPORTERS:
        assert run("grade", "example.json", "-o", name).out == Path(f"as-{name}").read_text()


def test_progress_is_told_when_there_are_many_sources(run: Callable[..., Done]) -> None:
    few, many = (run("grade", *["example.json"] * number) for number in (3, 4))
    assert few.err == ""
    assert many.err.splitlines()[-1] == "toolgrade: 4 of 4: example.json"


def breaks_off(_: Report) -> Iterator[str]:
    yield "half "
    raise ZeroDivisionError


@pytest.mark.parametrize("before", [None, "as it was"])
def test_a_file_is_written_whole_or_left_as_it_was(
    run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    if before:
        Path("page.md").write_text(before)
    monkeypatch.setitem(REPORTERS, "markdown", breaks_off)
    done = run("grade", "example.json", "-o", "markdown:page.md", "--no-cache")
    assert (done.status, done.err.startswith("toolgrade: internal error: ZeroDivisionError")) == (
        2,
        True,
    )
    files = {path.name: path.read_text() for path in Path().iterdir()}
    files.pop("example.json")
    assert files == ({"page.md": before} if before else {})


@pytest.mark.parametrize("file", ["nowhere/page.md", "folder"])
def test_what_cannot_be_written_is_one_line(run: Callable[..., Done], file: str) -> None:
    Path("folder").mkdir()
    done = run("grade", "example.json", "-o", f"markdown:{file}")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"toolgrade: {file}: cannot be written: ")
    assert len(done.err.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_may_not_be_written_is_one_line(run: Callable[..., Done]) -> None:
    Path("locked").mkdir(mode=0o500)
    done = run("grade", "example.json", "-o", "markdown:locked/page.md")
    assert (done.status, done.out) == (2, "")
    assert done.err == "toolgrade: locked/page.md: cannot be written: Permission denied\n"


def test_a_file_keeps_its_mode_and_a_link_its_target(run: Callable[..., Done]) -> None:
    Path("private.md").touch(mode=0o600)
    Path("link.md").symlink_to("private.md")
    assert run("grade", "example.json", "-o", "markdown:link.md").status == 0
    assert Path("link.md").is_symlink()
    assert stat.S_IMODE(Path("private.md").stat().st_mode) == 0o600
    assert Path("private.md").stat().st_size


def test_a_new_file_is_as_private_as_any_other(run: Callable[..., Done]) -> None:
    Path("other").touch()
    run("grade", "example.json", "-o", "markdown:page.md")
    assert Path("page.md").stat().st_mode == Path("other").stat().st_mode


def test_a_device_stays_a_device(run: Callable[..., Done]) -> None:
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert run("grade", "example.json", "-o", "markdown:pipe").status == 0
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)
    assert b"greenhouse" in os.read(reader, 65536)
    os.close(reader)


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    tool: dict[str, Any] = json.loads(EXAMPLE.read_text())["tools"][0]
    many = [{**tool, "name": f"tool_{n}"} for n in range(300)]  # more than a pipe holds
    (tmp_path / "many.json").write_text(json.dumps(many))
    command = [*MODULE, "grade", "many.json", "-o", "json", "-o", "markdown:page.md"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0
    assert (tmp_path / "page.md").exists()


def terminal(tmp_path: Path, **environment: str) -> bytes:
    """Return what is printed on a terminal."""
    pty = pytest.importorskip("pty", reason="there is no pseudo-terminal on this system")
    ours, theirs = pty.openpty()
    env = {"PATH": os.environ["PATH"], "TERM": "xterm", "COLUMNS": "100", **environment}
    command = [*MODULE, "grade", str(EXAMPLE)]
    with subprocess.Popen(command, cwd=tmp_path, stdout=theirs, env=env):
        os.close(theirs)
        said = b""
        try:
            while chunk := os.read(ours, 65536):
                said += chunk
        except OSError:  # how Linux says that the other side was closed
            pass
    os.close(ours)
    return said


def test_colour_is_for_terminals_that_want_it(tmp_path: Path) -> None:
    assert b"\x1b[" in terminal(tmp_path)
    assert b"\x1b[" in terminal(tmp_path, NO_COLOR="")
    assert b"\x1b" not in terminal(tmp_path, NO_COLOR="1")
    piped = subprocess.run(
        [*MODULE, "grade", str(EXAMPLE)], cwd=tmp_path, stdout=subprocess.PIPE, check=True
    )
    assert b"\x1b" not in piped.stdout
    assert piped.stdout.startswith(b"greenhouse ")


@pytest.mark.parametrize(
    "words", [["grade", "tools-é.json"], ["explain"], ["checks"], ["grade", "--help"]]
)
def test_a_locale_without_utf_8_prints(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "tools-é.json").write_bytes(EXAMPLE.read_bytes())
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [*MODULE, *words],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], **plain},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode()


@live
def test_words_after_two_dashes_are_the_servers(run: Callable[..., Done]) -> None:
    """Its own options too; what stands before them is still graded."""
    program = "import sys; sys.exit('got ' + ' '.join(sys.argv[1:]))"
    argv = ["--", sys.executable, "-c", program, "--timeout", "x", "--", "-o"]
    done = run("grade", "example.json", "-o", "json", *argv)
    report = json.loads(done.out)
    assert done.status == 2
    assert [server["name"] for server in report["servers"]] == ["greenhouse"]
    assert "got --timeout x -- -o" in report["errors"][0]["message"]


@live
def test_secrets_are_never_shown(run: Callable[..., Done]) -> None:
    secret = "hunter2hunter2"
    program = "import os, sys; sys.exit(f'{os.environ}')"
    argv = ("--env", f"API_KEY={secret}", "--", sys.executable, "-c", program)
    header = ("--header", f"Authorization: Bearer {secret}")
    url = f"http://user:{secret}@127.0.0.1:9/mcp?token={secret}"
    for words in (
        ("grade", *argv),
        ("grade", "-o", "json", *argv),
        ("fetch", *argv),
        ("grade", url, *header, "-o", "json", "--timeout", "5"),
        ("fetch", url, *header, "--timeout", "5"),
        ("grade", "--header", secret, url),
        ("grade", "--", "/nowhere/server", f"--token={secret}", "--api-key", secret),
    ):
        done = run(*words)
        assert done.status == 2
        assert done.err
        assert secret not in done.out + done.err


def test_checks_are_for_programs_too(run: Callable[..., Done]) -> None:
    rows = json.loads(run("checks", "--json").out)
    lines = run("checks").out.splitlines()
    assert len(rows) == len(lines) > 40
    for row, line in zip(rows, lines, strict=True):
        assert line.split()[0] == row["check"]
        assert row["title"] in line
        assert (row["price"] or row["level"]) in line


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("spec", "2026-07-28  only the input schema's root"),
        ("ignore", "// toolgrade: ignore[usage, behavior.cost] the"),
        ("glama", "Claimed by its author: unknown"),
        ("cursor", "client.name-length 60: lost"),
        ("client.tool-count", "windsurf"),
        ("client", "client.array-items"),
    ],
)
def test_explain_shows_what_grade_can_ask_for(
    run: Callable[..., Done], topic: str, said: str
) -> None:
    done = run("explain", topic)
    assert (done.status, done.err) == (0, "")
    assert said in done.out


def test_explain_suggests_a_client(run: Callable[..., Done]) -> None:
    assert "did you mean 'windsurf'?" in run("explain", "windsrf").err


@pytest.mark.parametrize("topic", ["schema", "schema.dialect"])
def test_explain_shows_what_has_no_price(run: Callable[..., Done], topic: str) -> None:
    done = run("explain", topic)
    assert (done.status, done.err) == (0, "")
    assert "Has schemas that are valid JSON Schema" in done.out
    assert "error" in done.out


@pytest.mark.parametrize("topic", ["", "usage", "usage.exclusion"])
def test_explain_shows_the_page(run: Callable[..., Done], topic: str) -> None:
    done = run("explain", *filter(None, [topic]))
    assert (done.status, done.err) == (0, "")
    assert "Says when not to use the tool" in done.out


def test_version(run: Callable[..., Done]) -> None:
    assert run("--version") == (0, f"toolgrade {__version__}\n", "")


@pytest.mark.parametrize("path", [path for path, _ in commands()], ids=" ".join)
def test_every_command_has_help_with_an_example(
    run: Callable[..., Done], path: tuple[str, ...]
) -> None:
    done = run(*path, "--help")
    assert done.status == 0
    if path != ("rubric",):  # a group of two commands that have theirs
        assert re.search(rf"Examples?:\n +toolgrade {' '.join(path)}", done.out)
    assert all(len(line) <= 100 for line in done.out.splitlines())


def test_a_full_screen_is_one_line_and_status_2() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*MODULE, "grade", str(EXAMPLE)], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr == b"toolgrade: the output cannot be written: No space left on device\n"


def test_a_report_is_no_source(run: Callable[..., Done]) -> None:
    run("grade", "example.json", "-o", "json:report.json")
    done = run("grade", "report.json", "-o", "json:again.json")
    assert (done.status, done.out) == (2, "")
    assert (
        done.err
        == "toolgrade: report.json: is a report of toolgrade's; grade what it was made from\n"
    )


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("scorecard.html", "html:scorecard.html"),
        ("a.md", "markdown:a.md"),
        ("jsn", "json"),
        ("findings.sarif", "sarif:findings.sarif"),
        ("junit.xml", "junit:junit.xml"),
        ("badge.svg", "badge:badge.svg"),
        ("gitlub", "gitlab"),
    ],
)
def test_a_format_nearly_right_is_guessed(run: Callable[..., Done], value: str, meant: str) -> None:
    assert f"did you mean '{meant}'?" in run("grade", "example.json", "-o", value).err


@pytest.mark.parametrize(
    "words",
    [
        ["-o", "json:example.json"],
        ["-o", "json:./here/../example.json"],
        ["-o", "json:link.json"],
        ["--baseline", "b.json", "-o", "html:./b.json"],
        ["--baseline", "c.json", "--update-baseline", "-o", "json:c.json"],
        ["-o", "json:toolgrade.toml"],
        ["-o", "json:a.json", "-o", "html:./a.json"],
        ["-o", "example.json"],
    ],
)
def test_an_output_never_replaces_what_the_run_reads_or_writes(
    run: Callable[..., Done], words: list[str]
) -> None:
    Path("here").mkdir()
    Path("link.json").symlink_to("example.json")
    Path("toolgrade.toml").write_text("")
    assert run("grade", "example.json", "--baseline", "b.json", "--update-baseline").status == 0
    kept = {path.name: path.read_bytes() for path in Path().iterdir() if path.is_file()}
    done = run("grade", "example.json", *words)
    assert done.status == 2
    assert "json:example.json" not in done.err
    assert {path.name: path.read_bytes() for path in Path().iterdir() if path.is_file()} == kept


def test_a_forgotten_double_dash_is_told(run: Callable[..., Done]) -> None:
    assert "A server's command goes after --." in run("grade", "npx", "-y", "some-server").err


@pytest.fixture
def summary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the file that GitHub Actions would name for the step's summary."""
    file = tmp_path / "summary.md"
    file.write_text("# Before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    return file


def test_annotations_on_the_screen_add_the_report_to_the_step_summary(
    run: Callable[..., Done], summary: Path
) -> None:
    done = run("grade", "example.json", "-o", "github", "-o", "markdown:own.md")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("::error file=example.json,line=103,col=5,")
    assert summary.read_text("utf-8") == "# Before\n" + Path("own.md").read_text("utf-8")


@pytest.mark.parametrize("output", ["github:annotations.txt", "markdown"])
def test_no_other_output_touches_the_step_summary(
    run: Callable[..., Done], summary: Path, output: str
) -> None:
    run("grade", "example.json", "-o", output)
    assert summary.read_text() == "# Before\n"


def test_a_full_step_summary_is_left_as_it_is(run: Callable[..., Done], summary: Path) -> None:
    summary.write_bytes(b"x" * (1024 * 1024 - 100))
    done = run("grade", "example.json", "-o", "github")
    assert done.status == 0
    assert done.err == "toolgrade: the step summary has no room left for the report\n"
    assert summary.stat().st_size == 1024 * 1024 - 100


def test_a_step_summary_that_cannot_be_written_is_told_and_no_more(
    run: Callable[..., Done], summary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary.parent))
    done = run("grade", "example.json", "-o", "github")
    assert done.status == 0
    assert done.err == "toolgrade: the step summary cannot be written: Is a directory\n"
    assert done.out.startswith("::error ")


def test_a_badge_is_a_drawing_or_what_shields_draws_from(run: Callable[..., Done]) -> None:
    run("grade", "example.json", "-o", "badge:a.svg", "-o", "badge:B.JSON")
    assert Path("a.svg").read_text().startswith("<svg ")
    assert json.loads(Path("B.JSON").read_text())["message"] == "3.0 B"


@pytest.mark.parametrize("format_", ["sarif", "gitlab"])
def test_findings_that_stand_in_no_file_are_told_where_one_is_asked_for(
    run: Callable[..., Done], format_: str
) -> None:
    done = run("grade", "-", "-o", f"{format_}:out", stdin=EXAMPLE.read_bytes())
    assert done.status == 0
    assert done.err.startswith(f"toolgrade: {format_}: ")
    assert "save it with `toolgrade fetch` and grade the file" in done.err
    assert run("grade", "example.json", "-o", f"{format_}:out").err == ""


def _paths_in(format_: str, text: str) -> set[str]:
    """The files that an output of a CI format puts its findings in."""
    pattern = {
        "github": r" file=([^,]+),",
        "sarif": r'"uri":"([^"]+)"',
        "gitlab": r'"path":"([^"]+)"',
    }
    return set(re.findall(pattern[format_], text))


@pytest.fixture
def monorepo(run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - run goes to a folder
    """A repository of two packages, each with a saved list and code, seen from the first one;
    another list is outside.
    """
    root = Path("repo").absolute()
    server = "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('a')\n@mcp.tool()\n"
    for folder in (root / "a/code", root / "b/code"):
        folder.mkdir(parents=True)
        (folder / "server.py").write_text(f"{server}def do_{folder.parent.name}(x):\n    pass\n")
        (folder.parent / "tools.json").write_bytes(EXAMPLE.read_bytes())
    Path("tools.json").write_bytes(EXAMPLE.read_bytes())
    (root / ".git").mkdir()
    (root / "toolgrade.toml").write_text('sources = ["a/tools.json"]\n')
    monkeypatch.chdir(root / "a")
    return root


@pytest.mark.usefixtures("monorepo")
@pytest.mark.parametrize("format_", ["sarif", "gitlab", "github"])
@pytest.mark.parametrize(
    ("source", "path"),
    [
        (["tools.json"], "a/tools.json"),
        (["../b/tools.json"], "b/tools.json"),
        (["code"], "a/code/server.py"),
        (["../b/code"], "b/code/server.py"),
        (["../b/code/server.py"], "b/code/server.py"),
        ([".."], ""),
        ([], "a/tools.json"),  # as the config of the whole repository says
        (["../../tools.json"], None),
    ],
)
def test_paths_for_ci_start_at_the_root_of_the_repository(
    run: Callable[..., Done], source: list[str], path: str | None, format_: str
) -> None:
    done = run("grade", *source, "-o", format_)
    assert done.status == 0
    everywhere = {"a/code/server.py", "b/code/server.py"}
    assert _paths_in(format_, done.out) == ({path} if path else everywhere if path == "" else set())
    assert ("is in no file of this repository" in done.err) == (
        path is None and format_ != "github"
    )


def test_a_file_at_a_revision_is_in_no_file_of_the_repository(
    run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, monorepo: Path
) -> None:
    monkeypatch.chdir(monorepo)
    Path(".git").rmdir()
    commit = ("-c", "user.name=a", "-c", "user.email=a@b.test", "commit", "-qm", "a")
    for words in (("init", "-q"), ("add", "."), commit):
        subprocess.run(["git", *words], check=True)
    assert _paths_in("sarif", run("grade", "git:HEAD:a/tools.json", "-o", "sarif").out) == set()


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_the_root_is_where_the_ci_job_checked_out(
    run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, monorepo: Path, variable: str
) -> None:
    (monorepo / "toolgrade.toml").unlink()
    asked = ("grade", "tools.json", "-o", "github")
    monkeypatch.setenv(variable, str(monorepo.parent))
    # The repository may be checked out below the workspace, where that is none itself.
    assert _paths_in("github", run(*asked).out) == {"a/tools.json"}
    (monorepo / ".git").rmdir()
    assert _paths_in("github", run(*asked).out) == {"repo/a/tools.json"}
    monkeypatch.setenv(variable, "/nowhere")
    assert _paths_in("github", run(*asked).out) == {"tools.json"}
