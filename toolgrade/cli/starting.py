"""`toolgrade init` writes a config, a baseline, a CI workflow and a pre-commit entry."""

from __future__ import annotations

import json
import os
import re
import tomllib
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from toolgrade.cli.writing import write
from toolgrade.files.opening import does_exist, read_file
from toolgrade.files.shipped import REPOSITORY
from toolgrade.files.version import VERSION
from toolgrade.files.walking import list_files
from toolgrade.model import InputError, Thresholds
from toolgrade.wording.counts import format_more
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WORKFLOW = ".github/workflows/toolgrade.yml"
PRE_COMMIT = ".pre-commit-config.yaml"
BASELINE = "toolgrade-baseline.json"
_OURS = b"toolgrade/toolgrade"
_MOST_FILES = 2000
_MOST_DUMPS = 20
_MOST_FAILING = 8
_MAX_BYTES = 4 * 2**20
_PASSED_OVER = {"node_modules", "venv", "dist", "build", "target", "__pycache__"}
_PLAIN = re.compile(r"[\w@./+-]+")
# Nothing that YAML or a workflow would read as syntax.
_PLAIN_FILE = re.compile(r"\w[\w./+-]*", re.ASCII)

_CONFIG = """\
# What toolgrade grades in this repository, and its thresholds. Options override it.
{sources}

# The least score, or tier, of each tool and of the server: exit status 1 below it. {start}
fail-under = "{tier}"
# No finding of this level or above: error, warning or note.
{on}fail-on = "warning"
# Fail only on what is new or worse than in this file; written by: toolgrade grade --update-baseline
{known}baseline = "{baseline}"

# Findings to ignore, and why. Reports show the reason; scores stay the same.
# [[ignore]]
# check = "usage.exclusion"
# tool = "get_*"
# reason = "these tools have no alternative"
"""
_JOB = """\
name: toolgrade
on:
  pull_request:
  push:
    branches: [{branch}]
permissions: {{}}
jobs:
  grade:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          fetch-depth: 0
          persist-credentials: false
{step}"""
_STEP = """\
      - uses: toolgrade/toolgrade@v{version}
"""
_COMPARED = """\
        with:
          sources: {file}
          compare: git:origin/{branch}:{file}
"""
_DEPTH = "          # for it actions/checkout needs fetch-depth: 0\n"
_HOOK = """\
  - repo: {repository}
    rev: v{version}
    hooks:
      - id: toolgrade-repository
"""


class _Today(NamedTuple):
    """What a repository is graded now: the tier of its worst server, what would fail at that tier
    without a baseline (in a line each), and the text of the baseline.
    """

    tier: str
    failing: tuple[str, ...]
    baseline: str


@click.command()
@click.option("--here", is_flag=True, help="Write to this folder, though it is in no repository.")
def init(*, here: bool) -> None:
    """Write a config, a baseline, a CI workflow and a pre-commit entry for this repository.

    The threshold is the tier that the tools have today, and the baseline holds today's findings, so
    that only what gets worse fails. No file is overwritten: if one exists, the text to add is
    printed. The config is a new toolgrade.toml, so that none of your files is edited.

    \b
    Example:
      toolgrade init
    """
    from toolgrade.gates.config import OWN, nearest  # noqa: PLC0415 - start-up time

    root = _root(Path.cwd())
    if root is None:
        if not here:
            raise InputError(
                "this folder is in no git repository, so nothing was written; run this in one, or "
                "add --here to write to this folder"
            )
        root = Path.cwd()
    found = nearest(root)
    dumps = list(islice(_dumps(root), _MOST_DUMPS))
    readable = not dumps and _is_readable(root)
    today = None
    if not found:
        today = _grade_today([str(root / name) for name in dumps] or [str(root)] * readable)
        if today:
            _write_if_missing(root, BASELINE, today.baseline, "")
    config = _make_config(_sources(root, dumps, readable=readable), today)
    if found and found.parent == root and found.name != OWN:
        click.echo(f"{_format_path(found)}: left as it is; it has [tool.toolgrade]")
    else:
        _write_if_missing(root, OWN, config, "" if found else config)
    branch = _branch(root)
    step = _step(branch, dumps if dumps or not readable else ["."])
    to_add = f"{step}{_DEPTH if 'compare:' in step else ''}"
    _write_if_missing(root, WORKFLOW, _JOB.format(branch=branch, step=step), to_add)
    hook = _HOOK.format(repository=REPOSITORY, version=VERSION)
    _write_if_missing(root, PRE_COMMIT, f"repos:\n{hook}", hook)
    if today:
        _explain_threshold(today)
    elif not dumps and not readable and not found:
        fetch = _fetch(root, _format_path(root / "tools.json"))
        click.echo(f"\nNext, save what a client sees of your server:\n  {fetch}")


def _make_config(sources: str, today: _Today | None) -> str:
    return _CONFIG.format(
        sources=sources,
        start="This is today's tier." if today else 'Raise it to "B" when nothing misses it.',
        tier=today.tier if today else "C",
        on="" if today else "# ",
        known="" if today else "# ",
        baseline=BASELINE,
    )


def _grade_today(sources: Sequence[str]) -> _Today | None:
    """Return what these sources are graded now; None if they cannot be, or have no score."""
    from toolgrade.gates.baseline_file import render_baseline  # noqa: PLC0415 - start-up time
    from toolgrade.gates.pipeline import Baseline, Request, run  # noqa: PLC0415 - start-up time
    from toolgrade.gates.thresholds import parse_threshold  # noqa: PLC0415 - start-up time
    from toolgrade.inputs import read  # noqa: PLC0415 - start-up time
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time

    try:
        servers = [server for source in sources for server in read(source)]
    except InputError:
        return None
    rubric = Rubric.load("tdqs")
    taken = run(servers, rubric, Request(baseline=Baseline(BASELINE, None)))
    tiers = [tier for s in taken.report.servers if (tier := s.score.headline()[2])]
    if taken.renewed is None or not tiers:
        return None
    tier = max(tiers)
    thresholds = Thresholds("warning", parse_threshold(tier, rubric))
    failing = run(servers, rubric, Request(thresholds=thresholds)).report.missed
    text = "".join(render_baseline(taken.renewed, rubric.stamp, VERSION))
    return _Today(tier, failing, text)


def _explain_threshold(today: _Today) -> None:
    """Say what the threshold and the baseline let through, and what they make fail."""
    click.echo(
        f"\nToday's tier is {today.tier}. From now on a run fails if a tool that is new or got "
        f"worse is below {today.tier},\nor if an error or a warning is new or worse."
    )
    if today.failing:
        click.echo(f"Without {BASELINE} it would fail today:")
        for line in today.failing[:_MOST_FAILING]:
            click.echo(f"  {line}")
        if more := format_more(len(today.failing), _MOST_FAILING):
            click.echo(f" {more}")
    else:
        click.echo(f"Nothing fails today, also without {BASELINE}.")


def _write_if_missing(root: Path, name: str, text: str, to_add: str) -> None:
    """Write a file if it is missing. If it exists and does not name us, say what to add.

    Raises InputError.
    """
    path = root / name
    shown = _format_path(path)
    if not os.path.lexists(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{shown}: cannot be written: {error.strerror}") from None
        write(iter([text]), os.path.relpath(path))
        click.echo(f"{shown}: written")
    elif not to_add or _OURS in _content(path):
        click.echo(f"{shown}: left as it is")
    else:
        click.echo(f"{shown}: left as it is; add to it\n\n{to_add}")


def _format_path(path: Path) -> str:
    return make_legible(Path(os.path.relpath(path)).as_posix())


def _root(folder: Path) -> Path | None:
    """Return the root of the repository around a folder, None if it is in none."""
    return next((at for at in (folder, *folder.parents) if does_exist(at / ".git")), None)


def _branch(root: Path) -> str:
    """Return the branch that is checked out if it has a main branch's name, or "main"."""
    head = _content(root / ".git" / "HEAD").decode(errors="replace").strip()
    name = head.removeprefix("ref: refs/heads/")
    return name if name in {"main", "master", "trunk", "develop"} else "main"


def _step(branch: str, dumps: list[str]) -> str:
    """Return the workflow's step. A single saved list, or the source code ("."), is compared with
    the branch's.
    """
    step = _STEP.format(version=VERSION)
    if len(dumps) == 1 and (dumps[0] == "." or _PLAIN_FILE.fullmatch(dumps[0])):
        step += _COMPARED.format(branch=branch, file=dumps[0])
    return step


def _sources(root: Path, dumps: list[str], *, readable: bool) -> str:
    """Return the config's first lines: the saved lists that were found, or the source code if it
    is `readable`, or how to save a list.
    """
    if dumps:
        return f"sources = {json.dumps(dumps, ensure_ascii=False)}"
    if readable:
        return '# The source code here, which is read and never run.\nsources = ["."]'
    return (
        "# Save what a client sees of your server, and name the file here:\n"
        f"#   {_fetch(root, 'tools.json')}\n"
        'sources = ["tools.json"]'
    )


def _fetch(root: Path, file: str) -> str:
    return f"toolgrade fetch -o {file} -- {_command(root)}"


def _dumps(root: Path) -> Iterator[str]:
    """Yield the saved tools/list files among the first 2,000 JSON files of the repository."""
    from toolgrade.inputs import read  # noqa: PLC0415 - start-up time

    for path in islice(list_files(root, ".json", _is_wanted), _MOST_FILES):
        try:
            if b'"name"' not in (content := read_file(path, _MAX_BYTES, links=False)):
                continue
            if b'"inputSchema"' in content and any(server.tools for server in read(str(path))):
                yield path.relative_to(root).as_posix()
        except (OSError, InputError):
            continue


def _is_readable(root: Path) -> bool:
    """Return whether the repository's source code declares tools that can be read."""
    from toolgrade.inputs import read  # noqa: PLC0415 - start-up time

    try:
        return bool(read(str(root)))
    except InputError:
        return False


def _is_wanted(folder: Path) -> bool:
    return not folder.name.startswith(".") and folder.name not in _PASSED_OVER


def _command(root: Path) -> str:
    """Return the command that probably starts the repository's server."""
    try:
        project = tomllib.loads(_content(root / "pyproject.toml").decode()).get("project", {})
        if project.get("scripts"):
            return _plain(next(iter(project["scripts"])), "python -m your_server")
    except (ValueError, AttributeError, TypeError, RecursionError):
        pass
    try:
        package = json.loads(_content(root / "package.json"))
        if "bin" in package:
            return "npx -y " + _plain(package["name"], "your-server")
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    return "npx -y your-server"


def _plain(name: object, instead: str) -> str:
    return name if isinstance(name, str) and _PLAIN.fullmatch(name) else make_legible(instead)


def _content(path: Path) -> bytes:
    try:
        return read_file(path, _MAX_BYTES)
    except OSError:
        return b""
