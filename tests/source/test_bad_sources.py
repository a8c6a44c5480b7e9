"""Whatever lies in a repository: a note, never a crash, never code run, never out of the tree."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from reading import FAST, OFFICIAL, server, written

from toolgrade.cli import cli
from toolgrade.inputs import InputError, read

if TYPE_CHECKING:
    from pathlib import Path

GOOD = OFFICIAL + "@mcp.tool()\ndef a(): 'A.'\n"
MARK = "# @mcp.tool()\n"

BAD: dict[str, tuple[str | bytes, str]] = {
    "syntax error": (MARK + "def f(:\n", "is not valid Python 3 in line 2"),
    "Python 2": (MARK + "print 'x'\n", "is not valid Python 3 in line 2"),
    "null byte": (MARK + "x = '\0'\n", "is not valid Python 3"),
    "not UTF-8": (MARK.encode() + b"\n\nx = '\xff'\n", "is not UTF-8 text"),
    "unknown coding": ("# coding: klingon\n" + MARK, "is not valid Python 3"),
    "nested deep": (MARK + "x = " + "(" * 5000 + ")" * 5000, "is not valid Python 3"),
    "endless minus": (MARK + "x = " + "-" * 100_000 + "1", "is nested too deep to be read"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_a_remark_beside_the_good_ones(tmp_path: Path, kind: str) -> None:
    content, why = BAD[kind]
    found = server(tmp_path, {"good.py": GOOD, "bad.py": content})
    assert [t.name for t in found.tools] == ["a"]
    (remark,) = found.malformed
    assert remark.kind == "unread-file"
    assert f"{tmp_path.name}/bad.py" in remark.note
    assert why.split(" in line")[0] in remark.note or "too deep" in remark.note


def test_a_folder_of_nothing_but_a_bad_file_is_one_line(tmp_path: Path) -> None:
    written(tmp_path, {"bad.py": MARK + "def f(:\n"})
    with pytest.raises(
        InputError, match=r"no tools found; .*bad.py is not valid Python 3 in line 2"
    ):
        read(str(tmp_path))


def test_other_encodings_and_newlines_are_read(tmp_path: Path) -> None:
    text = "# coding: latin-1\r\n" + GOOD.replace("A.", "Äpfel.").replace("\n", "\r\n")
    found = server(tmp_path, {"server.py": text.encode("latin-1"), "bom.py": b"\xef\xbb\xbfx = 1"})
    (tool,) = found.tools
    assert tool.description == "Äpfel."
    assert tool.origin.place("/description", 1) == (f"{tmp_path.name}/server.py", 5, 12)


def test_nothing_is_run(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    text = f"open({str(trap)!r}, 'w')\n{GOOD}\nclass M(type):\n    def __new__(*a): open({str(trap)!r}, 'w')\n"
    server(tmp_path, {"server.py": text, "sitecustomize.py": text})
    assert not trap.exists()


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = written(tmp_path / "outside", {"other.py": GOOD})
    inside = written(tmp_path / "inside", {"server.py": GOOD.replace("def a", "def b")})
    (inside / "loop").symlink_to(inside)
    (inside / "away").symlink_to(outside)
    (inside / "file.py").symlink_to(outside / "other.py")
    (found,) = read(str(inside))
    assert [t.name for t in found.tools] == ["b"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_passed_over(tmp_path: Path) -> None:
    written(tmp_path, {"good.py": GOOD, "bad.py": GOOD})
    (tmp_path / "bad.py").chmod(0)
    assert [t.name for t in read(str(tmp_path))[0].tools] == ["a"]


def test_what_is_no_source_of_the_server_is_left_out(tmp_path: Path) -> None:
    other = GOOD.replace("def a", "def other")
    aside = (
        "tests/x.py",
        "test_x.py",
        "conftest.py",
        "examples/x.py",
        "build/x.py",
        ".hidden/x.py",
    )
    vendored = (
        "node_modules/p/x.py",
        "env/x.py",
        "_vendor/x.py",
        "mine/x.py",
        "deep/generated_x.py",
    )
    files: dict[str, str | bytes] = dict.fromkeys((*aside, *vendored), other)
    files |= {"server.py": GOOD, ".gitignore": "mine/\n*.log\n", "deep/.gitignore": "generated_*"}
    files |= {"own/pyvenv.cfg": "", "own/x.py": other}
    assert [t.name for t in server(tmp_path, files).tools] == ["a"]
    (named,) = read(str(tmp_path / "tests"))
    assert [t.name for t in named.tools] == ["other"]


def test_a_file_too_large_to_read_is_told_of_if_it_registers_tools(tmp_path: Path) -> None:
    filler = "x = 1\n" * 2_000_000
    files = {
        "server.py": GOOD,
        "generated.py": filler,
        "last.py": filler + GOOD.replace("def a", "def last"),
        "bundle.js": "a();" * 4_000_000 + 'server.tool("b", () => {})',
        "vectors.js": "a();" * 1_000_000,
    }
    found = server(tmp_path, dict(files))
    assert [t.name for t in found.tools] == ["a"]
    here = tmp_path.name
    assert [m.note for m in found.malformed] == [
        f"fix {here}/last.py: it registers tools, but has more than 2 MB",
        f"fix {here}/bundle.js: it registers tools, but has more than 12 MB",
    ]
    with pytest.raises(InputError, match=r"last.py registers tools, but has more than 2 MB"):
        read(str(tmp_path / "last.py"))


def test_a_large_file_is_not_followed_into(tmp_path: Path) -> None:
    large = "NAME = 'named'\n" + "x = 1\n" * 400_000
    text = GOOD + "from constants import NAME\n@mcp.tool(name=NAME)\ndef b(): ...\n"
    found = server(tmp_path, {"server.py": text, "constants.py": large})
    assert [t.name for t in found.tools] == ["a"]
    assert "constants.py: it cannot be read: File too large" in found.malformed[0].note


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_an_encoding_that_python_does_not_read_either_harms_nothing(
    tmp_path: Path, encoding: str
) -> None:
    other = GOOD.replace("def a", "def b").encode(encoding)
    script = 'server.tool("c", () => {})'.encode(encoding)
    found = server(tmp_path, {"server.py": GOOD, "other.py": other, "other.ts": script})
    assert [t.name for t in found.tools] == ["a"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert [t.name for t in server(tmp_path, {"server.py": GOOD}).tools] == ["a"]


def test_a_notebook_is_no_source(tmp_path: Path) -> None:
    cell = '{"cells": [{"cell_type": "code", "source": ["@mcp.tool()\\ndef b(): ..."]}]}'
    found = server(tmp_path, {"server.py": GOOD, "try.ipynb": cell})
    assert [t.name for t in found.tools] == ["a"]
    assert found.malformed == ()


def test_what_git_ignores_is_left_out_of_a_subfolder_too(tmp_path: Path) -> None:
    names = ("one", "two_gen", "three", "keep_gen", "four")
    paths = dict(zip(names, ("a/b", "a/b", "a/b", "a/b", "made"), strict=True))
    files = {f"{paths[n]}/{n}.py": GOOD.replace("def a", f"def {n}") for n in names}
    ignoring = {".gitignore": "*_gen.py\nmade/\n", "a/.gitignore": "!keep_gen.py\n"}
    ignoring[".git/info/exclude"] = "three.py\n"
    written(tmp_path, {**files, **ignoring})

    def found(path: str) -> list[str | None]:
        return [tool.name for one in read(str(tmp_path / path)) for tool in one.tools]

    assert found(".") == found("a") == found("a/b") == ["keep_gen", "one"]
    # Whoever names what is ignored wants it.
    assert found("made") == ["four"]
    assert found("a/b/two_gen.py") == ["two_gen"]


def test_each_package_of_a_monorepo_is_a_server(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": "[tool.x]",
        "servers/one/pyproject.toml": "[project]\nname = 'first'",
        "servers/one/src/one/server.py": GOOD,
        "servers/two/pyproject.toml": "[tool.poetry]\nname = 'second'",
        "servers/two/server.py": GOOD,
        "servers/three/package.json": "{]",
        "servers/three/server.py": GOOD,
    }
    found = read(str(written(tmp_path, files)))
    assert [s.name for s in found] == ["first", "three", "second"]
    place = found[0].tools[0].origin.place("/name")
    assert place == (f"{tmp_path.name}/servers/one/src/one/server.py", 4, 5)


def test_a_package_is_named_as_it_was_installed(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a_server-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: a-server\nRequires-Dist: fastmcp<3",
        "a_server/main.py": FAST
        + "@mcp.tool\ndef a():\n    '''A.\n\n    Args:\n        x: X.\n    '''",
    }
    found = server(tmp_path, files)
    assert found.name == "a-server"
    # An old FastMCP leaves the docstring whole.
    assert found.tools[0].description == "A.\n\nArgs:\n    x: X."


def test_files_without_a_registration_are_not_parsed(tmp_path: Path) -> None:
    # One that were parsed would be told of.
    files: dict[str, str | bytes] = {f"pkg/m{i}.py": "def f(:" for i in range(2000)}
    found = server(tmp_path, files | {"server.py": GOOD})
    assert [t.name for t in found.tools] == ["a"]
    assert found.malformed == ()


def test_code_made_to_grow_is_bounded(tmp_path: Path) -> None:
    chain = "\n".join(f"x{i + 1} = x{i} + x{i}" for i in range(300))
    calls = "\n".join(f"def f{i + 1}(): return [f{i}(), f{i}()]" for i in range(60))
    models = "\n".join(f"class M{i + 1}(BaseModel):\n    a: M{i}\n    b: M{i}" for i in range(40))
    text = (
        f"from pydantic import BaseModel\nx0 = 'x'\n{chain}\ndef f0(): return 1\n{calls}\n"
        f"class M0(BaseModel):\n    a: int\n{models}\n"
        f"{FAST}@mcp.tool(description=x300)\ndef a(m: M40, n: int = f60()): ...\n"
        "@mcp.tool(description=" + " + ".join(["'y'"] * 500) + ")\ndef b(): ..."
    )
    found = server(tmp_path, {"server.py": text})
    assert "/description" in found.tools[0].unknown
    assert found.tools[1].description == "y" * 500


def test_a_server_that_cannot_be_read_is_told_of_beside_the_others(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "one/pyproject.toml": "[project]\nname = 'one'",
        "one/server.py": GOOD,
        "two/pyproject.toml": "[project]\nname = 'two'",
        "two/server.py": OFFICIAL + "mcp.tool(name=made())(lambda: 1)\n",
        "library/pyproject.toml": "[project]\nname = 'library'",
        "library/words.py": "TOOL = 'tool'",
    }
    one, two = read(str(written(tmp_path, files)))
    assert (one.name, one.is_unread, one.complete) == ("one", False, True)
    assert (two.name, two.is_unread, two.complete) == ("two", True, False)
    assert two.malformed[0].kind == "unread-tool"
    assert f"{tmp_path.name}/two/server.py:3" in two.malformed[0].note
    graded = CliRunner().invoke(cli, ["grade", str(tmp_path), "--fail-under", "1"])
    assert graded.exit_code == 0, graded.output
    assert "two/server.py:3" in graded.stdout
    same = CliRunner().invoke(cli, ["compare", str(tmp_path), str(tmp_path)])
    assert same.stdout.startswith("Nothing moved")


@pytest.mark.parametrize("name", ["pyproject.toml", "Cargo.toml"])
@pytest.mark.parametrize("more", ["b." * 60_000 + "c = 1", "# " + "x" * 2**20], ids=len)
def test_a_name_is_not_looked_for_at_any_price(tmp_path: Path, name: str, more: str) -> None:
    files: dict[str, str | bytes] = {"server.py": GOOD, name: f"[project]\nname = 'far'\n{more}"}
    assert server(tmp_path, files).name == tmp_path.name


@pytest.mark.parametrize("end", ["\n", ";"])
def test_statements_that_register_nothing_hide_no_tool(tmp_path: Path, end: str) -> None:
    text = "from fastmcp import FastMCP\nmcp = FastMCP('s')\n@mcp.tool\ndef NAME(): 'Get a page.'\n"
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(text.replace("NAME", name) + f"0{end}" * 35_000)
    [server] = read(str(tmp_path))
    names = [tool.name for tool in server.tools]
    assert (names, server.complete) == (["one", "two"], True)


@pytest.mark.parametrize(("times", "is_whole"), [(500, True), (501, False)])
def test_a_loop_of_many_rounds_is_read_in_part_and_that_is_said(
    tmp_path: Path, times: int, *, is_whole: bool
) -> None:
    names = [f"t{number}" for number in range(times)]
    loop = f"for n in {names}:\n    mcp.tool(f, name=n)\n"
    head = "from fastmcp import FastMCP\nmcp = FastMCP('s')\ndef f(): 'Get a page.'\n"
    (tmp_path / "server.py").write_text(head + loop)
    [server] = read(str(tmp_path))
    assert (len(server.tools), server.complete) == (500, is_whole)
