"""README.md and docs/ are kept true: examples run, numbers are the rubric's, links lead on."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import pytest
from click.testing import CliRunner
from tools import commands_of

from toolgrade.cli import cli
from toolgrade.gates import config
from toolgrade.gates.ignores import names
from toolgrade.model import InputError, RubricError
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parent
ROOT = TESTS.parent
SERVERS = TESTS / "servers"
MOST_LINES = 120
"""README.md fits on a few screens: what takes more belongs in docs/."""

DOCS = {path.name: path.read_text(encoding="utf-8") for path in [
    ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]}  # fmt: skip
EVERYTHING = "\n".join(DOCS.values())
LINKED = [path.relative_to(ROOT).as_posix() for folder in (".github", "docs", "reports", "rubrics")
    for path in sorted((ROOT / folder).rglob("*.md"))] + ["README.md", "CHANGELOG.md"]  # fmt: skip
THRESHOLDS = ("--fail-under", "--fail-on", "--fail-on-risk", "--max-tokens", "--baseline")
STARTS = ("--", "--launch")
"""Words of a command that starts or calls a server: not for this test."""

SERVER = """\
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def find_rows(query: str) -> list[str]:
    '''Find rows by text.'''
    return []
"""


class Command(NamedTuple):
    """A toolgrade command that a page shows; `note` is the comment behind it."""

    page: str
    line: str
    note: str = ""

    def words(self) -> list[str]:
        return shlex.split(self.line.partition(" < ")[0])[1:]

    def is_offline(self) -> bool:
        words = self.words()
        return not any(word in STARTS or word.startswith("http") for word in words)

    def status(self) -> set[int]:
        """Return the exit statuses that the page lets its reader expect."""
        if "exits with 2" in self.note:
            return {2}
        return {0, 1} if set(THRESHOLDS) & set(self.words()) else {0}


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def examples() -> list[tuple[str, str]]:
    """Return each `$ command` of the console blocks with the output shown below it."""
    shown = "".join(blocks(EVERYTHING, "console"))
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", shown, re.MULTILINE)


def commands() -> list[Command]:
    """Return every toolgrade command of every page, each once."""
    found: dict[str, Command] = {}
    for page, text in DOCS.items():
        lines = [part for block in blocks(text, "sh") for part in re.split(r"\n|&&", block)]
        lines += [line.removeprefix("$ ") for line in "".join(blocks(text, "console")).splitlines()]
        lines += re.findall(r"(?<!`)`(toolgrade [^`]+)`", text)
        for line in lines:
            said, _, note = line.strip().removeprefix(".venv/bin/").partition("  #")
            said = re.sub(r"^TOOLGRADE_CACHE=\S* ", "", said.strip())
            if said.startswith("toolgrade "):
                found.setdefault(said, Command(page, said, note))
    return list(found.values())


def leaves(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, inner in commands_of(command).items():
            yield from leaves(inner, f"{path} {name}")
    else:
        yield path, command


LEAVES = dict(leaves(cli, "toolgrade"))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files that the pages mention."""
    folder = tmp_path_factory.mktemp("shown")
    lists = {
        "tools.json": "example.json",
        "new.json": "example.json",
        "old.json": "example-before.json",
        "servers/notes.json": "notes.json",
        "manifest.json": "manifest.json",
    }
    for name, source in lists.items():
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(SERVERS / source, folder / name)
    for name in ("src/my_server.py", "server/my_server.py", "examples/weather/weather.py"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(SERVER)
    (folder / ".vscode").mkdir()
    (folder / ".vscode" / "mcp.json").write_text('{"servers": {"notes": {"command": "notes"}}}')
    (rubric,) = [block for block in blocks(EVERYTHING, "toml") if block.startswith("# mine.toml")]
    (folder / "mine.toml").write_text(rubric)
    labels = (ROOT / "reports" / "agreement" / "labels.jsonl").read_text("utf-8").splitlines()
    (folder / "labels.jsonl").write_text("\n".join(labels[:60]), encoding="utf-8")
    for line in (
        "toolgrade grade tools.json --baseline toolgrade-baseline.json --update-baseline",
        "toolgrade policy tools.json --for intercept -o policy.yaml",
    ):
        assert run(folder, Command("", line)).exit_code == 0
    for words in (
        ["init", "-q", "-b", "main"],
        ["add", "."],
        ["commit", "-q", "-m", "All of it."],
        ["update-ref", "refs/remotes/origin/main", "HEAD"],
        ["update-ref", "FETCH_HEAD", "HEAD"],
    ):
        git(folder, *words)
    return folder


def git(folder: Path, *words: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, env=clean)


def run(folder: Path, command: Command) -> click.testing.Result:
    """Run a command as `main` does: a known error is exit status 2."""
    _, _, file = command.line.partition(" < ")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        given = (folder / file).read_text(encoding="utf-8") if file else None
        done = CliRunner().invoke(cli, command.words(), input=given, prog_name="toolgrade")
    if isinstance(done.exception, InputError | RubricError):
        done.exit_code = 2
    elif done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture
def folder(shown: Path, tmp_path: Path) -> Path:
    """Return a copy of those files for one test."""
    return Path(shutil.copytree(shown, tmp_path / "project"))


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
@pytest.mark.parametrize(
    "command", [c for c in commands() if c.is_offline()], ids=lambda c: f"{c.page}: {c.line[:60]}"
)
def test_every_offline_command_runs(folder: Path, command: Command) -> None:
    done = run(folder, command)
    assert done.exit_code in command.status(), done.output + str(done.exception)


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
@pytest.mark.parametrize(("line", "output"), examples(), ids=lambda text: text[:40])
def test_console_examples_print_what_is_shown(folder: Path, line: str, output: str) -> None:
    printed = run(folder, Command("", line)).stdout
    checker = doctest.OutputChecker()
    assert not output or checker.check_output(output, printed, doctest.ELLIPSIS), printed


@pytest.mark.parametrize(
    "command", [c for c in commands() if not c.is_offline()], ids=lambda c: f"{c.page}: {c.line}"
)
def test_other_commands_have_options_that_exist(command: Command) -> None:
    words = command.words()
    found: click.Command = cli
    while isinstance(found, click.Group):
        found = commands_of(found)[words.pop(0)]
    with found.make_context("toolgrade", words):
        pass


@pytest.mark.parametrize("path", LEAVES)
def test_every_command_is_shown(path: str) -> None:
    assert any(f"{command.line} ".startswith(f"{path} ") for command in commands())


@pytest.mark.parametrize("path", LEAVES)
def test_every_option_is_mentioned(path: str) -> None:
    for option in LEAVES[path].params:
        if isinstance(option, click.Option):
            spelled = "|".join(map(re.escape, option.opts))
            assert re.search(rf"(?<![\w-])({spelled})(?![\w-])", EVERYTHING), option.opts


@pytest.mark.skipif(find_spec("mcp") is None, reason="the extra `live` is not installed")
def test_the_first_line_grades_a_live_server(tmp_path: Path) -> None:
    (line,) = re.findall(r"^python3 -m venv .*--.*$", DOCS["README.md"], re.MULTILINE)
    words = shlex.split(line.rpartition("&& ")[2])
    assert words[0] == ".venv/bin/toolgrade"
    before = shlex.join(["toolgrade", *words[1 : words.index("--") + 1]])
    good = TESTS / "live" / "servers" / "good.py"
    done = run(tmp_path, Command("README.md", f"{before} python3 {shlex.quote(str(good))}"))
    assert done.stdout.startswith("fixture "), done.output
    assert (tmp_path / "scorecard.html").stat().st_size > 10_000


def test_the_extras_named_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    installed = set(re.findall(r"'\.\[(.*?)\]'", EVERYTHING))
    offered = set(re.findall(r"`toolgrade\[(.*?)\]`", EVERYTHING))
    assert installed == {"live", "dev"}
    assert offered == set(extras) - {"test", "dev"}


def test_the_numbers_are_the_rubrics() -> None:
    text = " ".join(DOCS["trust.md"].split())
    rules = Rubric.load("tdqs")
    for dimension in rules.dimensions:
        assert f"| {dimension.words.key} | {dimension.words.weight} % |" in text
    a, b, c = (f"{float(rules.tiers[letter]):g}" for letter in "ABC")
    assert f"A from {a}, B from {b}, C from {c}" in text
    mean, worst = rules.server["mean"], rules.server["worst"]
    assert f"is {mean} % its mean tool and {worst} % its worst" in text
    quality, together = rules.server["quality"], rules.server["coherence"]
    assert f"is {quality} % quality and {together} % coherence" in text
    ((level, least),) = rules.levels
    levels = " ".join(DOCS["ci.md"].split())
    assert f"a **{level}** if fixing them lifts the tool's score by {least} or more" in levels


@pytest.mark.parametrize(
    ("page", "block"),
    [(page, block) for page, text in DOCS.items() for block in blocks(text, "toml")],
)
def test_every_toml_example_is_accepted(page: str, block: str, tmp_path: Path) -> None:
    file = tmp_path / block.partition("\n")[0].removeprefix("# ")
    file.write_text(block)
    if file.name == "mine.toml":
        Rubric.prove(file)
    else:
        assert file.name in {config.OWN, config.PROJECT}, f"{page}: say which file it is"
        config.read(file).prove(names(Rubric.load()))


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
@pytest.mark.parametrize(
    "block", [b for b in blocks(EVERYTHING, "python") if "from toolgrade" in b]
)
def test_every_python_example_runs(
    block: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    exec(compile(block, "example.py", "exec"), {})
    assert "list_beds" in capsys.readouterr().out


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    readme = DOCS["README.md"]
    assert len(readme.splitlines()) <= MOST_LINES
    for page in set(DOCS) - {"README.md"}:
        assert f"(docs/{page})" in readme


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", LINKED)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        file, _, anchor = target.partition("#")
        if not file.startswith(("http:", "https:")):
            at = (ROOT / page).parent / file if file else ROOT / page
            assert at.exists(), target
            assert not anchor or anchor in anchors(at.read_text(encoding="utf-8")), target
