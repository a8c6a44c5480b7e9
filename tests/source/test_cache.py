"""What was read is kept: the same answer the next time, and none but the cold one if in doubt."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import FAST, OFFICIAL, written

import toolgrade
from toolgrade.cli import cli
from toolgrade.files import cache as store
from toolgrade.inputs import InputError, read
from toolgrade.source import cache, kept
from toolgrade.source.found import Declared, Failure, Findings, Unread
from toolgrade.source.nodes import File, Items, Run, Scalar, Spot, Table, Text, Unknown, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.model import Origin

SERVERS = Path(__file__).parent / "servers"
TYPESCRIPT = """\
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
const server = new McpServer({ name: "s", version: "1" });
server.registerTool("add", {
  description: "Adds\\ttwo " + `num\\u0062ers \\u{1f600}.`,
  inputSchema: { a: z.number().describe("One \\"a\\"."), b: made() },
}, async () => ({ content: [] }));
server.registerTool(made(), { description: "?" }, async () => ({ content: [] }));
"""
PYTHON = (
    FAST
    + "@mcp.tool\ndef a(x: int = 1, y: Other = None):\n    '''A\\u00e4 \"a\".\n\n    Args:\n        x: X.\n    '''\n"
    "@mcp.tool(name=made())\ndef b(): ...\n"
)
ONE = OFFICIAL + "@mcp.tool()\ndef a():\n    'A.'\n"
SAMPLES: dict[str, dict[str, str | bytes]] = {
    "FastMCP": {"server.py": (SERVERS / "fast.py").read_bytes()},
    "shapes": {"server.py": (SERVERS / "shapes.py").read_bytes()},
    "ignores": {"server.py": ONE.replace("@", "# toolgrade: ignore[usage.when] it is alone\n@")},
    "unknown": {"server.py": PYTHON, "bad.py": "# mcp.tool\ndef (:"},
    "TypeScript": {"package.json": '{"name": "ts"}', "src/index.ts": TYPESCRIPT},
    "both": {"a/server.py": PYTHON, "index.ts": TYPESCRIPT},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "repository"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json")) if folder.is_dir() else []


def places(value: object, origin: Origin, pointer: str = "") -> Iterator[object]:
    """Yield the places of every character of every value."""
    yield pointer, origin.place(pointer)
    if isinstance(value, str):
        yield [origin.place(pointer, i) for i in range(len(value) + 1)]
    if isinstance(value, dict):
        for key, one in value.items():
            yield from places(one, origin, f"{pointer}/{key}")
    if isinstance(value, list):
        for i, one in enumerate(value):
            yield from places(one, origin, f"{pointer}/{i}")


def seen() -> list[object]:
    found: list[object] = []
    for server in read("."):
        found += [server.name, server.complete, server.malformed, server.ignores]
        for tool in server.tools:
            data = {
                "name": tool.name,
                "description": tool.description,
                "inputSchema": tool.input_schema,
                "annotations": tool.annotations,
            }
            found += [data, sorted(tool.unknown), *places(data, tool.origin)]
    return found


@pytest.mark.parametrize("sample", SAMPLES)
def test_warm_is_as_cold_to_the_character(folder: Path, repository: Path, sample: str) -> None:
    written(repository, SAMPLES[sample])
    cold = seen()
    assert entries(folder)
    assert seen() == cold
    cli(["grade", ".", "-o", "json:warm.json"], standalone_mode=False)
    shutil.rmtree(folder)
    cli(["grade", ".", "-o", "json:cold.json"], standalone_mode=False)
    assert Path("warm.json").read_bytes() == Path("cold.json").read_bytes()


def test_a_condition_is_kept(folder: Path, repository: Path) -> None:
    code = "if KEY:\n    @mcp.tool()\n    def maybe():\n        pass\n"
    written(repository, {"server.py": f"{FAST}{code}\n@mcp.tool()\ndef always():\n    pass\n"})
    for _ in range(2):
        tools = {t.name: t.conditional for s in read(str(repository)) for t in s.tools}
        assert (tools["maybe"], tools["always"], bool(entries(folder))) == (True, False, True)


def test_nothing_is_read_again(folder: Path, repository: Path) -> None:
    written(repository, {"server.py": ONE})
    seen()
    (first,) = entries(folder)
    written(repository, {"server.py": ONE.replace("def a", "def b")})
    seen()
    (second,) = set(entries(folder)) - {first}
    # If the entry says so, it is the first server that stands there.
    second.write_bytes(first.read_bytes())
    assert [tool.name for tool in read(".")[0].tools] == ["a"]


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ("server.py", ONE + "# more\n"),
        ("other.py", "x = 1\n"),
        ("requirements.txt", "mcp<1.2\n"),
    ],
)
def test_whatever_changes_is_read_anew(
    folder: Path, repository: Path, changed: str, text: str
) -> None:
    written(repository, {"server.py": ONE})
    seen()
    written(repository, {changed: text})
    seen()
    assert len(entries(folder)) == 2


def test_another_name_of_the_same_file_is_another_place(
    folder: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(repository, {"in/server.py": ONE})
    assert read("in")[0].tools[0].origin.place("/name") == ("in/server.py", 4, 5)
    monkeypatch.chdir("in")
    assert read(".")[0].tools[0].origin.place("/name") == ("server.py", 4, 5)
    assert read("server.py")[0].tools[0].name == "a"
    assert len(entries(folder)) == 3


def signed(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


DAMAGED = {
    "empty": b"",
    "cut": None,
    "no digest": b'["Findings"]',
    "pickle": pickle.dumps(Findings()),
    "of nothing": signed(b"[]"),
    "of another kind": signed(b'["x"]'),
    "no JSON": signed(b"{"),
    "no list": signed(b"{}"),
    "a number": signed(b"1"),
    "of unknown nouns": signed(b'[["Path", 0]]'),
    "of itself": signed(b'[["list", 0]]'),
    "of too few": signed(b'[["Spot"]]'),
    "of strings for numbers": signed(b'[["list", "0"]]'),
    "nested deep": signed(b"[" * 100_000),
    "of no bytes we know": b"\xff\xfe\n\xff",
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_entry_is_none(folder: Path, repository: Path, damage: str) -> None:
    written(repository, {"server.py": ONE})
    cold = seen()
    (entry,) = entries(folder)
    good, bad = entry.read_bytes(), DAMAGED[damage]
    entry.write_bytes(good[:-10] if bad is None else bad)
    assert seen() == cold
    assert entry.read_bytes() == good


WRONG: tuple[object, ...] = (None, 1, -1, 0.5, "x", {}, ["list"], ["ints", 1], ["ints", "1"])


def test_no_entry_that_was_tampered_with_ends_it(folder: Path, repository: Path) -> None:
    asks = "# toolgrade: ignore[usage] it is alone\n@"
    written(repository, {"server.py": ONE.replace("@", asks) + "mcp.tool(made())(a)\n"})
    cold = seen()
    (entry,) = entries(folder)
    good = json.loads(entry.read_bytes().partition(b"\n")[2])
    told = 0
    for at in range(len(good)):
        for wrong in WRONG:
            body = json.dumps([*good[:at], wrong, *good[at + 1 :]]).encode()
            entry.write_bytes(signed(body))
            with suppress(InputError):  # what is left may be no tool
                told += seen() == cold
    assert told > len(good)


def test_all_code_that_reads_is_in_the_digest() -> None:
    script = "import sys; from toolgrade.source import read_code; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    modules = {name for name in loaded if name.partition(".")[0] == "toolgrade"} - {"toolgrade"}
    known = {path.relative_to(Path(toolgrade.__file__).parents[1]) for path in cache.own_code()}
    paths = {name: Path(*name.split(".")) for name in modules}
    assert {
        name
        for name, path in paths.items()
        if not {path.with_suffix(".py"), path / "__init__.py"} & known
    } == set()


@pytest.mark.parametrize("kind", ["a file", "a folder for an entry", "forbidden", "off"])
def test_a_folder_that_cannot_be_used_is_no_cache(
    folder: Path, repository: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(repository, {"server.py": ONE})
    cold = seen()
    (entry,) = entries(folder)
    shutil.rmtree(folder)
    if kind == "a file":
        folder.write_text("")
    elif kind == "a folder for an entry":
        entry.mkdir(parents=True)
    elif kind == "forbidden":
        if os.geteuid() == 0:
            pytest.skip("root may write everywhere")
        folder.mkdir(mode=0o500)
    else:
        monkeypatch.setenv(store.VARIABLE, "")
    assert seen() == cold
    assert seen() == cold
    assert [path.name for path in repository.iterdir()] == ["server.py"]


def test_it_lies_in_the_users_cache_folder(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(store.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    written(repository, {"server.py": ONE})
    seen()
    (place,) = {entry.parent for entry in (tmp_path / "xdg").rglob("*.json")}
    assert place == tmp_path / "xdg" / "toolgrade"
    assert place.stat().st_mode & 0o077 == 0
    assert [path.name for path in repository.iterdir()] == ["server.py"]


def test_what_was_not_used_for_longest_goes_first(
    folder: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_ENTRIES", 2)
    monkeypatch.setattr(store, "BETWEEN", 1)
    made: list[Path] = []
    for i in range(3):
        written(repository, {"server.py": f"{ONE}# {i}\n"})
        seen()
        made += set(entries(folder)) - set(made)
        os.utime(made[-1], (i, i))
        if i == 1:
            written(repository, {"server.py": f"{ONE}# 0\n"})
            seen()  # the oldest is used once more
    assert set(entries(folder)) == {made[0], made[2]}
    monkeypatch.setattr(store, "MAX_ALL", 1)
    written(repository, {"server.py": f"{ONE}# last\n"})
    seen()
    assert entries(folder) == []


FILES = [File("a.py", "x = 1\ny = 'ü\ud800'\n"), File("b.ts", "")]
SPOTS = st.builds(Spot, st.sampled_from(FILES), st.integers(0, 20))
ATOMS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
RUNS = st.builds(Run, st.none() | st.builds(Verbatim, SPOTS), st.integers(0, 9), st.integers(0, 9))
LEAVES = (
    st.builds(Scalar, ATOMS, SPOTS)
    | st.builds(Unknown, st.text(), SPOTS)
    | st.builds(Text, st.text(), SPOTS, st.lists(RUNS).map(tuple))
)
NODES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Items, st.lists(inner).map(tuple), SPOTS)
        | st.builds(
            Table,
            st.dictionaries(st.text(), inner),
            SPOTS,
            st.dictionaries(st.text(), SPOTS),
        )
    ),
    max_leaves=10,
)
FOUND = st.builds(
    Findings,
    st.lists(
        st.builds(Declared, st.builds(Table, st.dictionaries(st.text(), NODES), SPOTS), SPOTS)
    ),
    st.lists(st.builds(Unread, st.text(), SPOTS)),
    st.lists(st.builds(Failure, st.text(), st.text())),
)


@given(FOUND)
def test_what_is_written_is_read_as_it_was(findings: Findings) -> None:
    data = json.dumps(kept.write_entries(findings))
    back = kept.read(json.loads(data))
    assert json.dumps(kept.write_entries(back)) == data
    assert repr(back.failures) == repr(findings.failures)
    assert [tool.at.place for tool in back.tools] == [tool.at.place for tool in findings.tools]


def test_a_value_of_one_language_alone_is_not_kept() -> None:
    spot = Spot(FILES[0], 0)
    with pytest.raises(TypeError):
        kept.write_entries(Findings([Declared(Table({"name": object()}, spot), spot)]))
