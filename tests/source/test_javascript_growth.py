"""What reading JavaScript costs is bounded, and grows with the source."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from toolgrade.inputs import read

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))
from growth_javascript import DOUBLING, GROWING, HEAD, describe, write_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from growth_javascript import Source

SECONDS, MEGABYTES, ATTEMPTS = 2, 300, 3
READ = """\
import resource, sys, time
from pathlib import Path
from toolgrade.inputs import read
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
start = time.process_time()
(found,) = read(sys.argv[1])
unknown = sum(bool(tool.unknown) for tool in found.tools) + len(found.malformed)
seconds = time.process_time() - start
status = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
print(unknown, seconds, int(status["VmHWM"].split()[0]) / 1024)
"""
"""A program that prints how much is unknown in a folder, and what reading it cost."""

LARGE = {
    "a sum": 20_000,
    "a template": 30_000,
    "conditions": 50_000,
    "negations": 100_000,
    "members": 100_000,
    "methods of a schema": 50_000,
    "nested calls": 50_000,
    "nested schemas": 30_000,
    "nested blocks": 30_000,
    "else ifs": 20_000,
    "cases": 20_000,
}
"""Sources of which some is too large or too deep to read."""

DOUBLED = (
    *("tools", "tools in a function", "tools in a function that changes a text"),
    *("tools in conditions", "tools by a function", "tools in files", "tools of classes"),
    *("listed tools", "parameters", "cases", "ifs", "declarations in a function", "assignments"),
)
COUNT = 100


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Source, int], Path]]:
    """Write a source of a size to a folder that is removed later."""
    monkeypatch.setenv("TOOLGRADE_CACHE", "")
    folders: list[Path] = []

    def write(source: Source, size: int) -> Path:
        folders.append(write_source(source, size))
        return folders[-1]

    yield write
    for folder in folders:
        shutil.rmtree(folder)


def measure(folder: Path) -> tuple[float, float, float]:
    """Return how many tools and notes are unknown, the CPU seconds, and the megabytes: the least
    of three attempts, for a busy machine takes longer.
    """
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of memory is asked of Linux")
    found: list[tuple[float, float, float]] = []
    while len(found) < ATTEMPTS and not (found and found[-1][1] < SECONDS):
        command = [sys.executable, "-c", READ, str(folder)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        unknown, seconds, peak = map(float, done.stdout.split())
        found.append((unknown, seconds, peak))
    return min(found, key=lambda one: one[1])


@pytest.mark.parametrize("name", DOUBLING)
def test_what_doubles_at_each_constant_is_unknown(
    name: str, written: Callable[[Source, int], Path]
) -> None:
    unknown, seconds, peak = measure(written(DOUBLING[name], 25))
    assert unknown
    assert seconds < SECONDS
    assert peak < MEGABYTES


@pytest.mark.parametrize(("name", "size"), LARGE.items())
def test_what_is_too_large_or_too_deep_is_unknown(
    name: str, size: int, written: Callable[[Source, int], Path]
) -> None:
    unknown, seconds, peak = measure(written(GROWING[name], size))
    assert unknown
    assert seconds < SECONDS
    assert peak < MEGABYTES


def bundle(size: int) -> str:
    """Return a registration at the end of a bundle of functions, of some number of bytes."""
    line = "function f{i}(a, b) {{ var c = a.x + b[1]; if (!c) return g({{ d: c }}); return c; }}\n"
    lines = (line.format(i=i) for i in range(size // len(line)))
    return HEAD + "".join(lines) + describe('"Gets a page."')


MANY: dict[str, tuple[Source, int]] = {
    "statements": (GROWING["statements"], 100_000),
    "characters": (bundle, 2_000_000),
}


@pytest.mark.parametrize("name", MANY)
def test_what_does_not_concern_a_tool_costs_little(
    name: str, written: Callable[[Source, int], Path]
) -> None:
    unknown, seconds, peak = measure(written(*MANY[name]))
    assert not unknown
    assert seconds < SECONDS
    assert peak < MEGABYTES


def count_calls(folder: Path) -> int:
    """Return how many functions are called, in Python or C, when a folder is read."""
    count = 0

    def add(*_: Any) -> None:
        nonlocal count
        count += 1

    sys.setprofile(add)
    try:
        read(str(folder))
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", DOUBLED)
def test_twice_the_source_takes_twice_the_work(
    name: str, written: Callable[[Source, int], Path]
) -> None:
    first, second = (written(GROWING[name], size) for size in (COUNT, 2 * COUNT))
    read(str(first))
    assert count_calls(second) <= 2.3 * count_calls(first)


SOUND = {
    "a block": "let text = 'a'; {deep} return text;",
    "a return": "if (flag()) {opening} return 'b'; {closing} return 'a';",
    "a loop": "let text = 'a'; for (const one of [1]) {deep} return text;",
}


@pytest.mark.parametrize("statements", SOUND.values(), ids=SOUND)
@pytest.mark.parametrize("depth", [10, 200, 3_000])
def test_what_is_too_deep_to_follow_is_never_ignored(
    statements: str, depth: int, written: Callable[[Source, int], Path]
) -> None:
    opening, closing = "{ " * depth, " }" * depth
    made = (
        statements.replace("{deep}", f"{opening} text = 'b'; {closing}")
        .replace("{opening}", opening)
        .replace("{closing}", closing)
    )
    text = f"function make() {{ {made} }}\n"
    (found,) = read(str(written(lambda _: HEAD + text + describe("make()"), 0)))
    assert found.tools[0].description in ({"b", None} if depth == 10 else {None})


def test_what_many_statements_change_is_never_ignored(
    written: Callable[[Source, int], Path],
) -> None:
    changes = "text = text + 'b';\n" * 60_000
    source = "let text = 'a';\n" + changes + "text = 'c';\n"
    tools = "".join(describe("text").replace('"t"', f'"t{i}"') for i in range(3))
    (found,) = read(str(written(lambda _: HEAD + source + tools, 0)))
    assert {tool.description for tool in found.tools} <= {None, "c"}


def test_a_description_that_a_function_is_given_is_read(
    written: Callable[[Source, int], Path],
) -> None:
    text = (
        'function add(server, text) { server.registerTool("a", { description: text }, run); }\n'
        'add(server, "Gets a page.");\n'
    )
    (found,) = read(str(written(lambda _: text, 0)))
    assert found.tools[0].description == "Gets a page."
