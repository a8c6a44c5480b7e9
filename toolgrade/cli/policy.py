"""`toolgrade policy`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolgrade.cli.sources import WithCommand, live_options, options
from toolgrade.cli.writing import write
from toolgrade.files.opening import read_file
from toolgrade.model import InputError
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.live.fetch import Options
    from toolgrade.model import Server
    from toolgrade.policy.rules import Dialect, Rule

_NAMES = ("markdown", "policylayer", "intercept", "claude-code", "codex")
_MAX_BYTES = 16 * 2**20
_BY_SERVER = ("claude-code", "codex")


@click.command(cls=WithCommand)
@click.argument("source", required=False, metavar="[SOURCE] [-- COMMAND ARG...]")
@click.option(
    "--for",
    "dialect",
    type=click.Choice(_NAMES),
    default="markdown",
    show_default=True,
    help="Whose policy to write; markdown is a table to review.",
)
@click.option(
    "--update",
    "existing",
    metavar="FILE",
    default="",
    help="Add to this policy what it does not mention; rules that it holds stay as they are.",
)
@click.option(
    "-o",
    "--output",
    default="",
    metavar="FILE",
    help="Where to write; without it, to the screen, or with --update to that file.",
)
@live_options
@click.pass_obj
def policy(
    argv: tuple[str, ...],
    source: str | None,
    dialect: str,
    existing: str,
    output: str,
    timeout: float,
    header: tuple[str, ...],
    env: tuple[str, ...],
    launch: bool,  # noqa: FBT001 - an option
) -> None:
    """Write a policy for one server: what its tools may do, by what they can do.

    What only reads is allowed, what writes is limited or asked for, what deletes is denied, what
    moves money needs a person, and so does what does not say what it does. Review it before use.

    \b
    Example:
      toolgrade policy tools.json --for claude-code -o permissions.json
    """
    from toolgrade.grading.budget import Budget  # noqa: PLC0415 - start-up time
    from toolgrade.grading.grade import grade  # noqa: PLC0415 - start-up time
    from toolgrade.policy import DIALECTS  # noqa: PLC0415 - start-up time
    from toolgrade.policy.rules import rules  # noqa: PLC0415 - start-up time
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time

    if bool(source) is bool(argv):
        raise click.UsageError("give a SOURCE, or a server's command after --")
    begun = time.monotonic()
    server = _read_one_server(source or "", argv, options(timeout, header, env, launch))
    budget = Budget.from_timeout(timeout, begun)
    graded = grade([server], Rubric.load(), budgets=[budget])
    if graded.errors:
        raise InputError(f"{graded.errors[0].source}: {graded.errors[0].message}")
    found = rules(graded.servers[0].tools)
    if existing:
        text = _update_policy(DIALECTS[dialect], existing, server.name, found)
        write(iter([text]), output or existing, replaces=output in {"", existing})
    else:
        write(iter([DIALECTS[dialect].write(server.name, found)]), output)
    if dialect in _BY_SERVER:
        _say(f"these rules are for a server that the client knows as {make_legible(server.name)}")


def _read_one_server(source: str, argv: tuple[str, ...], options: Options) -> Server:
    from toolgrade.inputs import read, read_command  # noqa: PLC0415 - start-up time

    servers = read_command(argv, options) if argv else read(source, options)
    if len(servers) != 1:
        names = ", ".join(make_legible(server.name) for server in servers)
        raise InputError(
            f"{source} holds {len(servers)} servers ({names}); a policy is for one; "
            "give a source with one"
        )
    return servers[0]


def _update_policy(dialect: Dialect, file: str, server: str, rules: Sequence[Rule]) -> str:
    """Return a policy file's text with what it lacked, and tell what is new, gone or different."""
    try:
        updated = dialect.update(read_file(Path(file), _MAX_BYTES).decode(), server, rules)
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    except ModuleNotFoundError as error:
        raise InputError(
            f"updating this needs {error.name}, which is not installed: "
            "pip install 'toolgrade[policy]'"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: {make_legible(str(error))}; it was left as it is") from error
    for name in updated.new:
        _say(f"new: {make_legible(name)}")
    for rule in rules:
        said = updated.said.get(rule.tool, rule.action)
        if said not in {rule.action, "own"} and not (said == "ask" and rule.action == "limit"):
            _say(
                f"kept: {make_legible(rule.tool)} is '{said}', would now be "
                f"'{rule.action}' ({rule.why})"
            )
    for name in sorted(set(updated.said) - {rule.tool for rule in rules} - {"*"}):
        _say(f"no longer listed by the server: {make_legible(name)}")
    return updated.text


def _say(text: str) -> None:
    click.echo(f"toolgrade: {text}", err=True)
