"""Files next to the source that were made to be slow to read: patterns, comments, long numbers."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from toolgrade.source import folders
from toolgrade.source.javascript import package
from toolgrade.source.patterns.sdk import sdks
from toolgrade.source.patterns.wire import version_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Done

_SECONDS = 2
_SERVER = """from mcp.server.fastmcp import FastMCP
mcp = FastMCP("wiki")

@mcp.tool()
def get_page(id: int) -> str:
    \"\"\"Get a page of the wiki by its id.\"\"\"
"""
_SCRIPT = """import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
const server = new McpServer({ name: "wiki", version: "1" });
server.registerTool("get_page", { description: "Get a page of the wiki." }, async () => ({}));
"""


@pytest.mark.parametrize("pattern", ["*a" * 8 + "b", "*" * 5 + "b", "**/a" * 2 + "/b", "*a" * 400])
def test_a_pattern_of_gitignore_is_tried_once(home: Path, pattern: str) -> None:
    (home / ".gitignore").write_text(f"{pattern}\n")
    (home / ("a" * 200 + ".py")).write_text(_SERVER)
    begun = time.process_time()
    found = [name for folder in folders.walk(home, [".py"]) for name in folder.files]
    assert time.process_time() - begun < _SECONDS
    assert found == ["a" * 200 + ".py"]


@pytest.mark.parametrize(
    ("pattern", "is_left_out"),
    [
        ("a*b*c.py", True),
        ("[Aa]?*x*.p[yz]", True),
        ("*a*b*d.py", False),
        ("***c.py", True),
        ("!", False),
        ("a\\", False),
    ],
)
def test_a_pattern_of_gitignore_means_what_it_did(
    home: Path, pattern: str, *, is_left_out: bool
) -> None:
    (home / ".gitignore").write_text(f"{pattern}\n")
    (home / "aabxbc.py").write_text(_SERVER)
    found = [name for folder in folders.walk(home, [".py"]) for name in folder.files]
    assert found == ([] if is_left_out else ["aabxbc.py"])


def cost_of_ignoring(home: Path, files: int, patterns: int, depth: int) -> float:
    """Return the seconds that it takes to find files below nested .gitignore files."""
    folder = home / f"cost{files}-{patterns}-{depth}"
    top = folder
    for level in range(depth):
        folder = folder / f"inner{level}"
        folder.mkdir(parents=True)
        (folder / ".gitignore").write_text("\n".join(f"*a*b{n}.log" for n in range(patterns)))
    for number in range(files):
        (folder / f"a_file_{number}.py").touch()
    begun = time.process_time()
    assert sum(len(found.files) for found in folders.walk(top, [".py"])) == files
    return time.process_time() - begun


@pytest.mark.parametrize("at", range(2), ids=["files", "patterns"])
def test_twice_as_many_names_or_patterns_take_twice_as_long(home: Path, at: int) -> None:
    size = [300, 250, 4]
    twice = [number * 2 if place == at else number for place, number in enumerate(size)]
    once, more = (
        min(cost_of_ignoring(home / f"try{n}", *sizes) for n in range(3)) for sizes in (size, twice)
    )
    assert more <= 2.3 * once + 0.05


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a.log\n" * 1001, "fix .gitignore: it has patterns that are not obeyed"),
        ("# a\n\n" * 1001, ""),
        ("*a" * 17, "fix .gitignore: it has patterns that are not obeyed"),
        ("**/a/**/b/**", "fix .gitignore: it has patterns that are not obeyed"),
        ("#" * (2**20 + 1), "fix .gitignore: it is not obeyed: it is larger than 1 MB"),
    ],
)
@pytest.mark.parametrize("named", [".", "inner"])
def test_patterns_that_are_not_obeyed_are_said(
    home: Path, run: Callable[..., Done], text: str, says: str, named: str
) -> None:
    (home / ".git").mkdir()
    (home / ".gitignore").write_text(text)
    (home / "inner").mkdir()
    (home / "inner" / "server.py").write_text(_SERVER)
    out = run("grade", named, "-o", "json").out
    assert '"name":"get_page"' in out
    assert ("malformed.unread-file" in out) == bool(says)
    assert says in out


def test_patterns_are_compared_only_so_often(
    home: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".gitignore").write_text("secret*\n" * 100)
    (home / "inner").mkdir()
    for name in ("server.py", "secret.py", *(f"other{n}.py" for n in range(20))):
        (home / "inner" / name).write_text(_SERVER)
    assert "unread-file" not in run("grade", ".", "-o", "json").out
    monkeypatch.setattr(folders, "_MOST_COMPARED", 1000)
    out = run("grade", ".", "-o", "json").out
    assert "fix inner: it has too many files to compare with so many patterns" in out


@pytest.mark.parametrize("text", ["/* " * 100_000, '"' + r"\"" * 100_000])
def test_a_tsconfig_that_never_closes_is_read_once(text: str) -> None:
    begun = time.process_time()
    assert package.read_aliases(text, {}) == {}
    assert time.process_time() - begun < _SECONDS


@pytest.mark.parametrize("version", ["9" * 5000, "^" + "9" * 5000 + ".1"])
def test_a_version_of_too_many_digits_is_not_an_error(
    home: Path, run: Callable[..., Done], version: str
) -> None:
    folder = home / "server"
    folder.mkdir()
    (folder / "index.ts").write_text(_SCRIPT)
    (folder / "package.json").write_text(f'{{"dependencies": {{"zod": "{version}"}}}}')
    assert run("grade", "server").status == 0


def test_a_package_of_many_entries_is_read_in_part(home: Path, run: Callable[..., Done]) -> None:
    folder = home / "server"
    folder.mkdir()
    (folder / "index.ts").write_text(_SCRIPT)
    (folder / "package.json").write_text(json.dumps({"main": ["a"] * 200_000}))
    begun = time.process_time()
    assert run("grade", "server").status == 0
    assert time.process_time() - begun < 2 * _SECONDS


@pytest.mark.parametrize("key", ["timeout", "fail-under", "max-tokens"])
@pytest.mark.parametrize("sign", ["0x", "0o", "0b"])
def test_a_long_number_in_a_config_is_one_line(
    home: Path, run: Callable[..., Done], key: str, sign: str
) -> None:
    (home / "toolgrade.toml").write_text(
        f'sources = ["tools.json"]\n{key} = {sign}{"1" * 20_000}\n'
    )
    done = run("grade")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "toolgrade.toml:2: is not TOML: a number of more than 100 digits" in done.err


def test_a_config_names_a_source_not_without_end(home: Path, run: Callable[..., Done]) -> None:
    many = '"tools.json", ' * 1001
    (home / "toolgrade.toml").write_text(f"sources = [{many}]\n")
    done = run("grade")
    assert done.status == 2
    assert "toolgrade.toml:1: sources: give at most 1,000 values" in done.err


def test_a_field_of_too_many_digits_is_unknown(home: Path, run: Callable[..., Done]) -> None:
    text = '"{' + "9" * 5000 + '}".format(1)'
    server = _SERVER.replace("@mcp.tool()", f"@mcp.tool(description={text})")
    (home / "server.py").write_text(server)
    assert run("grade", "server.py").status == 0


def test_a_manifest_of_empty_lines_is_searched_once() -> None:
    begun = time.process_time()
    for sdk in sdks():
        assert version_of(sdk, {sdk.version.get("file", ""): "\n" * 100_000}) is None
    assert time.process_time() - begun < _SECONDS


@pytest.mark.parametrize(("asked", "first"), [("1", 1), ("9" * 5000, 999_999_999), ("1.2", 1)])
def test_a_version_of_one_number_is_read(asked: str, first: int) -> None:
    read = [version_of(sdk, {"Cargo.toml": f'rmcp = "{asked}"'}) for sdk in sdks("rust")]
    assert first in [version[0] for version in read if version]
