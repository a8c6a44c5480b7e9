"""README.md is kept true: its commands run, its numbers are the rubric's, its links lead on."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from toolgrade.cli import cli
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parent
ROOT = TESTS.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ["README.md", "CHANGELOG.md", "rubrics/README.md", *sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / ".github").rglob("*.md"))]  # fmt: skip


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def examples() -> list[tuple[str, str]]:
    """Return each `$ command` of the console blocks with what stands below it."""
    shown = "".join(blocks("console"))
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", shown, re.MULTILINE)


def spoken() -> list[str]:
    """Return every toolgrade command of the page, wherever it stands."""
    lines = [line for block in blocks("sh") for line in re.split(r"\n|&&", block)]
    lines += [command for command, _ in examples()]
    lines += re.findall(r"`(toolgrade [^`]+)`", README)
    words = (line.strip().removeprefix(".venv/bin/") for line in lines)
    return [line for line in words if line.startswith("toolgrade ")]


def leaves(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from leaves(inner, f"{path} {name}")
    else:
        yield path


def run(folder: Path, *words: str) -> str:
    program = "from toolgrade.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=folder,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files the page speaks of."""
    (tmp_path / "tools.json").write_bytes((TESTS / "servers" / "example.json").read_bytes())
    (rubric,) = blocks("toml")
    (tmp_path / "mine.toml").write_text(rubric)
    return tmp_path


@pytest.mark.parametrize(("command", "shown"), examples(), ids=lambda text: text[:40])
def test_console_examples_print_what_is_shown(folder: Path, command: str, shown: str) -> None:
    said = run(folder, *shlex.split(command)[1:])
    checker = doctest.OutputChecker()
    assert not shown or checker.check_output(shown, said, doctest.ELLIPSIS), said


@pytest.mark.parametrize("command", spoken())
def test_every_command_and_option_exists(command: str) -> None:
    words = shlex.split(command, comments=True)[1:]
    found: click.Command = cli
    while isinstance(found, click.Group):
        found = found.commands[words.pop(0)]
    found.make_context("toolgrade", words)


@pytest.mark.parametrize("command", [*leaves(cli, "toolgrade")])
def test_every_command_is_spoken_of(command: str) -> None:
    assert any(f"{line} ".startswith(f"{command} ") for line in spoken())


@pytest.mark.skipif(find_spec("mcp") is None, reason="the extra `live` is not installed")
def test_the_first_line_grades_a_live_server(folder: Path) -> None:
    (line,) = re.findall(r"^python3 -m venv .*--.*$", README, re.MULTILINE)
    words = shlex.split(line.rpartition("&& ")[2])
    assert words[0] == ".venv/bin/toolgrade"
    good = TESTS / "live" / "servers" / "good.py"
    said = run(folder, *words[1 : words.index("--") + 1], sys.executable, str(good))
    assert said.startswith("fixture ")
    assert (folder / "scorecard.html").stat().st_size > 10_000


def test_the_extras_named_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    named = re.findall(r"'\.\[(.*?)\]'", README)
    assert set(named) == {"live", "dev"}
    assert set(named) <= set(extras)


def test_the_numbers_are_the_rubrics() -> None:
    words = " ".join(README.split())
    rules = Rubric.load("tdqs")
    for dimension in rules.dimensions:
        assert f"{dimension.words.key} {dimension.words.weight} %" in words
    a, b, c = (f"{float(rules.tiers[letter]):g}" for letter in "ABC")
    assert f"A from {a}, B from {b}, C from {c}" in words
    mean, worst = rules.server["mean"], rules.server["worst"]
    assert f"quality is {mean} % its mean tool and {worst} % its worst" in words


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        file, _, anchor = target.partition("#")
        if not file.startswith(("http:", "https:")):
            at = (ROOT / page).parent / file if file else ROOT / page
            assert at.exists(), target
            headings = re.findall(r"^#+ (.*)$", at.read_text(), re.MULTILINE) if anchor else []
            anchors = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]
            assert not anchor or anchor in anchors, target
