"""Only regular files are opened, whatever their names; what cannot be read is said, once."""

from __future__ import annotations

import ast
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import toolgrade
from toolgrade.files.opening import is_file, open_file, read_file, record_reads, was_read
from toolgrade.toml.located import TomlFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Done

SOURCE = """\
from fastmcp import FastMCP
mcp = FastMCP("s")


@mcp.tool
def ring_bell() -> None:
    "Ring the bell at the door of a barn."
"""
FOUND = (
    *("package.json", "pyproject.toml", "go.mod", "Cargo.toml", "pom.xml", "build.gradle"),
    *("tsconfig.json", "requirements.txt", "uv.lock", "poetry.lock", "pdm.lock", ".gitignore"),
    *("a.csproj", "x.dist-info/METADATA", "code/__init__.py", "code/other.py", "code/index.js"),
)
"""Names that discovery looks for."""


@pytest.fixture
def source(home: Path) -> Path:
    (home / "code").mkdir()
    (home / "code/server.py").write_text(SOURCE)
    return home


def put(path: Path, kind: str) -> None:
    path.parent.mkdir(exist_ok=True)
    if kind == "FIFO":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.symlink_to("/proc/self/environ")


@pytest.mark.parametrize("kind", ["FIFO", "device", "kernel"])
def test_no_name_that_is_looked_for_is_waited_for(
    source: Path, run_apart: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("SECRET", "sesame-opens")
    for name in FOUND:
        if name != "pyproject.toml":
            put(source / name, kind)
    done = run_apart("grade", ".", "-o", "json")
    assert '"name":"ring_bell"' in done.out, done.err
    assert "sesame-opens" not in done.out + done.err


@pytest.mark.parametrize("kind", ["FIFO", "device", "kernel"])
@pytest.mark.parametrize("name", ["toolgrade.toml", "pyproject.toml"])
def test_a_config_that_is_found_is_a_regular_file(
    source: Path, run_apart: Callable[..., Done], name: str, kind: str
) -> None:
    put(source / name, kind)
    done = run_apart("grade", "tools.json")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert f"{name}: is not a regular file of its folder" in done.err


@pytest.mark.parametrize("kind", ["FIFO", "device", "kernel"])
def test_what_is_named_is_a_regular_file_too(
    source: Path, run_apart: Callable[..., Done], kind: str
) -> None:
    for suffix in ("json", "toml", "py"):
        put(source / f"odd.{suffix}", kind)
    graded = ("grade", "tools.json")
    for words in (
        ("grade", "odd.json", "-o", "json"),
        ("grade", "odd.py", "-o", "json"),
        ("compare", "odd.json", "tools.json"),
        (*graded, "--config", "odd.toml"),
        (*graded, "--rubric", "odd.toml"),
        (*graded, "--baseline", "odd.json"),
        (*graded, "--baseline", "odd.json", "--update-baseline"),
        ("rubric", "check", "odd.toml"),
        ("rubric", "agree", "tdqs", "odd.json"),
    ):
        done = run_apart(*words)
        assert (done.status, done.err.count("\n")) == (2, 1), (words, done.err)


def test_a_pipe_of_the_shell_is_read(source: Path, run: Callable[..., Done]) -> None:
    ours, theirs = os.pipe()
    os.write(theirs, (source / "tools.json").read_bytes())
    os.close(theirs)
    done = run("grade", f"/dev/fd/{ours}")
    os.close(ours)
    assert (done.status, "get_page" in done.out) == (0, True)


def test_an_entry_of_the_cache_is_a_regular_file(
    source: Path, run_apart: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLGRADE_CACHE", str(source.parent / "cache"))
    first = run_apart("grade", "code", "-o", "json")
    entries = list((source.parent / "cache").iterdir())
    assert entries
    for entry in entries:
        entry.unlink()
        os.mkfifo(entry)
    assert run_apart("grade", "code", "-o", "json").out == first.out


def test_a_fifo_among_source_files_is_said_and_the_rest_is_graded(
    source: Path, run_apart: Callable[..., Done]
) -> None:
    os.mkfifo(source / "code/other.py")
    done = run_apart("grade", "code", "-o", "json")
    assert '"name":"ring_bell"' in done.out
    assert "fix code/other.py: it is not a regular file" in done.out


@pytest.mark.parametrize("closed", ["code/inner", "code/inner/other.py"])
def test_what_may_not_be_read_is_said_and_the_rest_is_graded(
    source: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    (source / "code/inner").mkdir()
    (source / "code/inner/other.py").write_text(SOURCE.replace("ring_bell", "other"))

    def refuse(call: Any, path: Any, *words: Any, **more: Any) -> Any:
        if str(path).endswith(closed):
            raise PermissionError(13, "Permission denied")
        return call(path, *words, **more)

    for name in ("open", "scandir"):
        monkeypatch.setattr(os, name, partial(refuse, getattr(os, name)))
    done = run("grade", "code", "-o", "json")
    assert '"name":"ring_bell"' in done.out
    assert f"fix {closed}: it cannot be read: Permission denied" in done.out


def test_a_read_is_bounded(source: Path) -> None:
    with pytest.raises(OSError, match="it is larger than 10 bytes"):
        read_file(source / "tools.json", 10)
    with pytest.raises(OSError, match="null byte"):
        open_file(source / "a\0b")
    assert not is_file(source / "a\0b")
    assert not is_file(source / ("a" * 10_000))


def test_what_a_run_has_read_is_known_by_every_name(source: Path) -> None:
    os.link("tools.json", "other.json")
    read_file(source / "tools.json", 1000)
    assert not was_read(source / "tools.json")
    with record_reads():
        read_file(source / "tools.json", 1000)
        assert was_read(source / "other.json")
        assert not was_read(source / "code/server.py")
    assert not was_read(source / "other.json")


TEXT = '''\
# [not] = a table
a.b = [ # ] and = signs
  "x]", """
[b]
"""]
"c.d" = {e = 1}
[f."g.h"] # [i]
j = 1
[[k]]
l = 1
[[k]]
l = 2
[k.m]
n = \'\'\'
o = 1
\'\'\'
[[k.p]]
q = 1
'''


def test_a_key_is_found_on_its_line(source: Path) -> None:
    path = source / "a.toml"
    path.write_text(TEXT)
    file = TomlFile.read(path)
    lines = {
        ("a", "b"): 2,
        ("a", "b", 1): 2,
        ("c.d", "e"): 6,
        ("f",): 7,
        ("f", "g.h", "j"): 8,
        ("k", 0, "l"): 10,
        ("k", 1): 11,
        ("k", 1, "l"): 12,
        ("k", 1, "m", "n"): 14,
        ("k", 1, "p", 0, "q"): 18,
        ("k", 1, "missing"): 11,
        ("missing",): 1,
    }
    assert {key: file.line(key) for key in lines} == lines
    assert file.line(("a", "b"), "x]") == 3


PACKAGE = Path(toolgrade.__file__).parent
METHODS = {
    *("open", "read_text", "read_bytes", "write_text", "write_bytes", "fdopen", "mkstemp"),
    *("NamedTemporaryFile", "is_file", "exists"),
}
ELSEWHERE = {
    ("catalog/build.py", "read_bytes"),  # toolgrade's own files
    ("configs/bundle.py", "open"),  # a member of an archive in memory
    ("cli/ending.py", "open"),  # /dev/null, when stdout is broken
    ("cli/ending.py", "fdopen"),  # an empty pipe, as above
    ("cli/writing.py", "open"),
    ("live/leftovers.py", "read_text"),  # what the kernel says of processes
    ("live/leftovers.py", "read_bytes"),
    ("source/trial_process.py", "open()"),  # /dev/null
    ("source/folders.py", "is_file"),  # an entry of a listed folder
}


def opening(node: ast.AST) -> str:
    """Return the call that opens a file or asks for it, "" if a node is none."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
        return node.func.attr
    return "open()" if isinstance(node.func, ast.Name) and node.func.id == "open" else ""


def test_files_are_opened_in_one_place() -> None:
    called = {
        (path.relative_to(PACKAGE).as_posix(), call)
        for path in PACKAGE.rglob("*.py")
        if path.parent != PACKAGE / "files"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (call := opening(node))
    }
    assert called == ELSEWHERE
