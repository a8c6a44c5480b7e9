"""`toolgrade compare`."""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import replace
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from toolgrade.cli.progress import waiting
from toolgrade.cli.sources import WithCommand, live_options, options
from toolgrade.cli.writing import keep_apart, write
from toolgrade.cli.writing import outputs as read_outputs
from toolgrade.model import InputError, Report, RubricError
from toolgrade.outputs.compared import REPORTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.gates.config import Config
    from toolgrade.grading.budget import Budget
    from toolgrade.model import Level, Server
    from toolgrade.model.comparison import Comparison
    from toolgrade.rubric import Rubric


def _read_config(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> Config | None:
    """Return the config to compare by, None if there is none. Raises InputError."""
    from toolgrade.gates import config  # noqa: PLC0415 - start-up time

    path = Path(value) if value else config.nearest(Path.cwd())
    return config.read(path) if path else None


@click.command(cls=WithCommand)
@click.argument("old", metavar="OLD")
@click.argument("new", required=False, metavar="NEW | -- COMMAND ARG...")
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    callback=partial(read_outputs, formats=tuple(REPORTERS)),
    metavar="FORMAT[:FILE]",
    help="terminal, json or markdown; repeats. Without FILE to the screen.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note"]),
    help="Exit with 1 if a finding of this level or above is new or worse, or anything breaks.",
)
@click.option("--rubric", metavar="NAME|FILE", help="What to judge by; else the config's, or tdqs.")
@click.option(
    "--config",
    metavar="FILE",
    callback=_read_config,
    help="Instead of the nearest toolgrade.toml, or pyproject.toml with [tool.toolgrade].",
)
@live_options
@click.pass_obj
def compare(
    argv: tuple[str, ...],
    old: str,
    new: str | None,
    outputs: list[tuple[str, str]],
    fail_on: str | None,
    rubric: str | None,
    config: Config | None,
    timeout: float,
    header: tuple[str, ...],
    env: tuple[str, ...],
    launch: bool,  # noqa: FBT001 - an option
) -> None:
    """Say what a change did: what breaks callers, which scores and findings moved.

    OLD and NEW are each a source as for grade, a saved JSON report, or git:REV:PATH, a file or a
    folder of code as it is at a revision. NEW may be a server's command after --. Sources are
    graded now; a saved report holds scores but no definitions. With --launch and no NEW, an MCPB
    manifest is held against what its own server lists.
    Exit status: 0; 1 if something got worse under --fail-on; 2 if a side cannot be read.

    \b
    Examples:
      toolgrade compare git:origin/main:tools.json tools.json -o markdown:comment.md --fail-on error
      toolgrade compare git:main:. .
      toolgrade compare tools.json -- uvx mcp-server-time
      toolgrade compare --launch manifest.json
    """
    from toolgrade.compare import compare as judge  # noqa: PLC0415 - start-up time
    from toolgrade.grading.budget import Budget  # noqa: PLC0415 - start-up time
    from toolgrade.inputs import describe_source, read_command, read_side  # noqa: PLC0415 - start-up time

    sources: Sequence[str] = config.values.get("sources", ()) if config else ()
    of_config = not new and not argv and len(sources) == 1
    if not new and not argv and (of_config or launch):
        new = sources[0] if of_config else old
    if bool(new) is bool(argv):
        many = f"; the config names {len(sources)} sources" if len(sources) > 1 else ""
        raise click.UsageError(
            f"give NEW: a source, a saved report, or a server's command after --{many}"
        )
    if old == new == "-":
        raise click.UsageError("only one side can be standard input; give the other as a file")
    needs = options(timeout, header, env, launch)
    # What only the command line may get never goes to a source of the config.
    theirs = replace(needs, launch=False, headers=(), env=()) if of_config else needs
    rules = _rules(rubric, config)
    keep_apart(outputs, filter(None, (old, new)))
    # What a manifest says of its server, and what that lists: one file can be both sides.
    itself = launch and new == old
    names = (
        describe_source(old),
        describe_source(*argv) if not new else describe_source(new) + " --launch" * itself,
    )
    begun = time.monotonic()
    with waiting(f"reading and judging {names[0]}"):
        left = read_side(old, replace(needs, launch=launch and not itself))
        before = _report(left, names[0], rules, config, Budget.from_timeout(timeout, begun))
    begun = time.monotonic()
    with waiting(f"reading and judging {names[1]}"):
        side = read_side(new, theirs) if new else read_command(argv, needs)
        after = _report(side, names[1], rules, config, Budget.from_timeout(timeout, begun))
    found = judge(before, after, names=names, fail_on=cast("Level | None", fail_on))
    keep_apart(outputs)
    for format_, file in outputs:
        write(_render(found, format_, to_screen=not file), file)
    if found.missed:
        if ("terminal", "") not in outputs:
            click.echo(f"toolgrade: fails --fail-on {fail_on}: {'; '.join(found.missed)}", err=True)
        sys.exit(1)


def _rules(name: str | None, config: Config | None) -> Rubric:
    """Return the rubric of a name, else the config's, which is proved against it. Raises
    RubricError, or InputError with the config's line.
    """
    from toolgrade.gates.ignores import names  # noqa: PLC0415 - start-up time
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time

    if config is None:
        return Rubric.load(name or "tdqs")
    try:
        rules = (
            Rubric.load(name)
            if name
            else Rubric.load(config.values.get("rubric", "tdqs"), config.folder)
        )
    except RubricError as error:
        if name:
            raise
        raise config.refusal("rubric", str(error)) from None
    config.prove(names(rules))
    return rules


def _report(
    side: Report | tuple[Server, ...],
    name: str,
    rules: Rubric,
    config: Config | None,
    budget: Budget,
) -> Report:
    """Return a side's report, as it was saved or by grading now, with what the config and the
    comments of its source ignore marked. Raises InputError.
    """
    from toolgrade.gates.ignores import apply_comments, apply_ignores  # noqa: PLC0415 - start-up time
    from toolgrade.grading.grade import grade  # noqa: PLC0415 - start-up time

    if not isinstance(side, Report):
        side = tuple(server for server in side if not server.is_unread)
        if empty := next((server.name for server in side if not server.tools), None):
            raise InputError(
                f"{name}: {empty} lists no tools: it cannot be compared; give a list that has some"
            )
        side = apply_comments(grade(side, rules, budgets=repeat(budget)), rules)
        if side.errors:
            raise InputError(f"{name}: {side.errors[0].message}")
    return apply_ignores(side, config.ignores, config.values.get("select", ())) if config else side


def _render(found: Comparison, format_: str, *, to_screen: bool) -> Iterator[str]:
    if format_ == "terminal":
        from toolgrade.outputs.compared.terminal import render  # noqa: PLC0415 - start-up time

        color = to_screen and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        width = shutil.get_terminal_size((80, 24)).columns if to_screen else 80
        return render(found, width=width, color=color)
    return REPORTERS[format_](found)
