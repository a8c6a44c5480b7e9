"""A hostile config starts nothing, writes only reports in its folder, and quotes no other file."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from toolgrade.outputs import REPORTERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Done

FORMATS = (*REPORTERS, "badge.json")
WORDS = "sesame opens"
"""A line of a file that is not the config's."""


def config(text: str) -> None:
    Path("toolgrade.toml").write_text(text)


def output(format_: str, file: str) -> str:
    return f'sources = ["tools.json"]\noutputs = ["{format_}:{file}"]\n'


def refused(done: Done, says: str, line: int = 2) -> None:
    """Prove that a run ended with one line that names the config's line and says what to do."""
    assert (done.status, done.err.count("\n")) == (2, 1), done.err
    assert done.err.startswith(f"toolgrade: toolgrade.toml:{line}: "), done.err
    assert says in done.err, done.err


def test_a_config_names_no_revision(run: Callable[..., Done]) -> None:
    config('sources = [\n"git:HEAD:tools.json"]\n')
    refused(run("grade"), "give git:REV:PATH on the command line")
    refused(run("compare", "tools.json"), "give git:REV:PATH on the command line")


def server_list(marker: Path) -> str:
    code = f"import pathlib; pathlib.Path({str(marker)!r}).touch()"
    entry = f'{{"command": "{sys.executable}", "args": ["-c", "{code}"]}}'
    return f'{{"mcpServers": {{"one": {entry}}}}}'


def test_launch_is_not_for_the_sources_of_a_config(
    home: Path, run_apart: Callable[..., Done]
) -> None:
    marker = home.parent / "marker"
    Path("mcp.json").write_text(server_list(marker))
    config('sources = ["mcp.json"]\n')
    for words in (("grade", "--launch"), ("compare", "tools.json", "--launch")):
        done = run_apart(*words)
        assert (done.status, marker.exists()) == (2, False), done.err
    assert run_apart("grade", "--launch", "mcp.json").status == 2
    assert marker.exists()


@pytest.mark.parametrize("option", [("--header", "X-Key: sesame"), ("--env", "KEY=sesame")])
def test_a_header_and_a_variable_are_not_for_the_sources_of_a_config(
    run: Callable[..., Done], option: tuple[str, str]
) -> None:
    config('sources = ["http://127.0.0.1:9/mcp"]\n')
    done = run("grade", *option)
    assert (done.status, f"{option[0]} is for what the command line names" in done.err) == (2, True)
    assert "sesame" not in done.err
    assert run("grade", "tools.json", *option).status == 0


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("../report", "is outside the config's folder"),
        ("link/report", "is outside the config's folder"),
        (".git/hooks/pre-commit", "begins with a dot"),
        (".env", "begins with a dot"),
        ("deep/../.config/report", "begins with a dot"),
        ("inner/pre-commit", "begins with a dot"),
        ("env/lib/report", "is in a virtual environment"),
        ("a\\u0000b", "is outside the config's folder"),
        ("x" * 5000, "is outside the config's folder"),
    ],
)
def test_an_output_of_a_config_stays_in_its_folder(
    home: Path, run: Callable[..., Done], file: str, says: str
) -> None:
    Path(".git/hooks").mkdir(parents=True)
    Path("env/lib").mkdir(parents=True)
    Path("env/pyvenv.cfg").touch()
    (home.parent / "outside").mkdir()
    Path("link").symlink_to(home.parent / "outside")
    Path("inner").symlink_to(".git/hooks")
    before = sorted(home.parent.rglob("*"))
    config(output("json", file))
    refused(run("grade"), says)
    assert sorted(home.parent.rglob("*")) == sorted({*before, home / "toolgrade.toml"})


@pytest.mark.parametrize("key", ["baseline", "rubric"])
@pytest.mark.parametrize("file", ["../theirs", ".theirs", "link"])
def test_what_a_config_reads_stays_in_its_folder(
    home: Path, run: Callable[..., Done], key: str, file: str
) -> None:
    (home.parent / "theirs").write_text(f"{WORDS}\n")
    Path(".theirs").write_text(f"{WORDS}\n")
    Path("link").symlink_to("../theirs")
    config(f'sources = ["tools.json"]\n{key} = "{file}"\n')
    for words in ((), ("--update-baseline",)) if key == "baseline" else ((),):
        done = run("grade", *words)
        refused(done, f"give --{key} on the command line")
        assert WORDS not in done.err
    assert (home.parent / "theirs").read_text() == f"{WORDS}\n"


@pytest.mark.parametrize("format_", FORMATS)
def test_an_output_of_a_config_replaces_only_its_own_earlier_report(
    run: Callable[..., Done], format_: str
) -> None:
    name, _, suffix = format_.partition(".")
    file = f"report.{suffix or name}"
    config(output(name, file))
    for sources in (("tools.json",), ("gone.json",), ("tools.json", "gone.json")):
        assert run("grade", *sources).status in {0, 2}
        first = Path(file).read_bytes() if Path(file).exists() else b""
        assert "cannot" not in run("grade", *sources).err.replace("cannot be read", "")
        assert not first or Path(file).read_bytes() == first
    for text in ("print('mine')\n", "", '{"tools": []}', "# Tool definition quality\n\nMine.\n"):
        if name in {"github", "concise"} and not text:
            continue  # what a report without findings is
        Path(file).write_text(text)
        done = run("grade")
        assert (done.status, Path(file).read_text()) == (2, text)
        assert f"{file}: is not an earlier {name} report of toolgrade's" in done.err
    assert run("grade", "-o", f"{name}:{file}").status == 0


def test_an_output_takes_no_mode_bit_over(run: Callable[..., Done]) -> None:
    config(output("json", "report.json"))
    assert run("grade").status == 0
    Path("report.json").chmod(0o6775)
    assert run("grade").status == 0
    assert stat.S_IMODE(Path("report.json").stat().st_mode) == 0o664
    Path("report.json").chmod(0o600)
    assert run("grade", "tools.json", "-o", "json:report.json").status == 0
    assert stat.S_IMODE(Path("report.json").stat().st_mode) == 0o600


SOURCE = """\
from fastmcp import FastMCP
mcp = FastMCP("s")


@mcp.tool
def ring_bell() -> None:
    "Ring the bell at the door of a barn."
"""


@pytest.mark.parametrize("how", ["itself", "hard link", "link", "found in a folder"])
def test_no_output_is_written_over_a_file_that_was_read(run: Callable[..., Done], how: str) -> None:
    Path("code").mkdir()
    Path("code/server.py").write_text(SOURCE)
    source, read = ("code", "code/server.py") if "found" in how else ("tools.json", "tools.json")
    file = read
    if "link" in how:
        file = "other"
        os.link(read, file) if how == "hard link" else Path(file).symlink_to(read)
    kept = Path(read).read_bytes()
    done = run("grade", source, "-o", f"json:{file}", "-o", "html:page.html")
    assert (done.status, Path(read).read_bytes()) == (2, kept)
    assert f"{file}: is read by this run; give json another file" in done.err
    assert not Path("page.html").exists()
    if "found" not in how:
        done = run("compare", source, source, "-o", f"json:{file}")
        assert (done.status, Path(read).read_bytes()) == (2, kept)


def test_no_output_is_written_over_a_config_or_a_rubric_by_another_name(
    run: Callable[..., Done],
) -> None:
    config('sources = ["tools.json"]\nrubric = "mine.toml"\n')
    Path("mine.toml").write_text('name = "m"\nversion = "1"\nextends = "base.toml"\n')
    Path("base.toml").write_text('name = "b"\nversion = "1"\nextends = "tdqs"\n')
    for name in ("toolgrade.toml", "mine.toml", "base.toml"):
        os.link(name, f"{name}.json")
        kept = Path(name).read_bytes()
        done = run("grade", "-o", f"json:{name}.json")
        assert (done.status, Path(name).read_bytes(), "is read by" in done.err) == (2, kept, True)


@pytest.mark.parametrize("named_by", ["config", "command line"])
@pytest.mark.parametrize("file", ["theirs", "../theirs", "link", "/dev/zero", ".hidden/theirs"])
@pytest.mark.parametrize("key", ["extends", "words"])
def test_what_a_rubric_names_stays_in_its_folder(
    home: Path, run_apart: Callable[..., Done], named_by: str, file: str, key: str
) -> None:
    (home.parent / "theirs").write_text(f"{WORDS}\n")
    Path("link").symlink_to("../theirs")
    Path(".hidden").mkdir()
    Path(".hidden/theirs").write_text(f"{WORDS}\n")
    words = (
        f'extends = "{file}"'
        if key == "extends"
        else (f'extends = "tdqs"\n[lexicons]\nread-verbs = {{ file = "{file}" }}')
    )
    Path("mine.toml").write_text(f'name = "m"\nversion = "1"\n{words}\n')
    if named_by == "config":
        config('sources = ["tools.json"]\nrubric = "mine.toml"\n')
        done = run_apart("grade")
    else:
        done = run_apart("grade", "tools.json", "--rubric", "mine.toml")
    hidden = file.startswith(".hidden") and named_by == "command line"
    assert done.status == (0 if hidden and key == "words" else 2)
    assert hidden or WORDS not in done.err


def test_a_toml_error_quotes_no_file_that_is_elsewhere(
    home: Path, run: Callable[..., Done]
) -> None:
    (home.parent / "theirs.toml").write_text(f'a = 1\na = 2 # {WORDS}\n"{WORDS}" ! 1\n')
    for name in ("toolgrade.toml", "pyproject.toml"):
        Path(name).symlink_to("../theirs.toml")
        done = run("grade", "tools.json")
        assert (done.status, done.err.count("\n"), WORDS in done.err) == (2, 1, False)
        assert f"{name}: is not a regular file of its folder" in done.err
        Path(name).unlink()


@pytest.mark.parametrize("name", ["a\\u0000b.json", "x" * 300 + ".json", "y" * 5000])
@pytest.mark.parametrize("key", ["sources", "outputs", "baseline", "rubric"])
def test_a_name_that_no_file_can_have_is_one_line(
    run: Callable[..., Done], key: str, name: str
) -> None:
    value = f'["{"json:" * (key == "outputs")}{name}"]' if key.endswith("s") else f'"{name}"'
    config(f"{'' if key == 'sources' else chr(10)}{key} = {value}\n")
    done = run("grade", *(["tools.json"] if key != "sources" else []))
    assert done.status == 2
    assert done.err.count("\n") <= 2


@pytest.mark.parametrize(
    ("kind", "most"),
    [("ignores", 4.0), ("dotted keys", 4.0), ("unknown keys", 4.0), ("one dotted key", 1.0)],
)
def test_a_large_config_is_read_or_refused_at_once(
    run: Callable[..., Done], kind: str, most: float
) -> None:
    texts = {
        "ignores": "".join(
            f'[[ignore]]\ncheck = "usage"\ntool = "t{n}"\nreason = "r"\n' for n in range(3000)
        ),
        "dotted keys": "".join(f"select.a.k{n} = 1\n" for n in range(20_000)),
        "unknown keys": "".join(f"key{n} = 1\n" for n in range(20_000)),
        "one dotted key": ".".join("a" for _ in range(20_000)) + " = 1\n",
    }
    config(texts[kind])
    start = time.process_time()
    done = run("grade", "tools.json")
    assert time.process_time() - start < most
    assert done.status == (0 if kind == "ignores" else 2)
    if kind != "ignores":
        assert done.err.startswith("toolgrade: toolgrade.toml:1: ")
        assert done.err.count("\n") == 1


def test_a_working_folder_that_is_gone_is_one_line(home: Path) -> None:
    gone = home / "gone"
    gone.mkdir()
    code = (
        "import os, sys; os.chdir('gone'); os.rmdir('../gone'); sys.argv = ['toolgrade', 'grade']"
    )
    argv = [sys.executable, "-c", f"from toolgrade.cli import main; {code}; main()"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "the working folder cannot be entered" in done.stderr
