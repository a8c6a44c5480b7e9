"""`toolgrade policy`."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolgrade.cli.sources import WithCommand, live_options, options
from toolgrade.cli.writing import write
from toolgrade.files.opening import is_folder, read_file
from toolgrade.model import InputError
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.live.options import Options
    from toolgrade.model import Server, ServerReport
    from toolgrade.policy.rules import Dialect, Rule

_SUFFIXES = {
    "markdown": ".md",
    "policylayer": ".json",
    "intercept": ".yaml",
    "claude-code": ".json",
    "codex": ".toml",
}
_MAX_BYTES = 16 * 2**20
_LONGEST_STEM = 80
_BY_SERVER = ("claude-code", "codex")
"""The dialects whose rules name the server, as its client's config does."""


@click.command(cls=WithCommand)
@click.argument("source", required=False, metavar="[SOURCE] [-- COMMAND ARG...]")
@click.option(
    "--for",
    "dialect",
    type=click.Choice(tuple(_SUFFIXES)),
    default="markdown",
    show_default=True,
    help="Whose policy to write; markdown is a table to review.",
)
@click.option(
    "--name",
    default="",
    metavar="NAME",
    help="The server's name in your client's config, if SOURCE is not that config; required for "
    "claude-code and codex, whose rules contain it.",
)
@click.option(
    "--update",
    "existing",
    metavar="FILE",
    default="",
    help="Add to this policy the tools it does not mention; its rules stay as they are.",
)
@click.option(
    "-o",
    "--output",
    default="",
    metavar="FILE|FOLDER/",
    help="Where to write; a folder gets a file for each server. Without it, to the screen, or "
    "with --update to that file.",
)
@live_options
@click.pass_obj
def policy(
    argv: tuple[str, ...],
    source: str | None,
    dialect: str,
    name: str,
    existing: str,
    output: str,
    timeout: float,
    header: tuple[str, ...],
    env: tuple[str, ...],
    launch: bool,  # noqa: FBT001 - an option
) -> None:
    """Write a policy for a server: what its tools may do, by what they can do.

    What only reads is allowed, what writes is limited or asked for, what deletes is denied, what
    moves money needs a person, and so does what does not say what it does. Review it before use.

    \b
    Examples:
      toolgrade policy tools.json --for claude-code --name github -o permissions.json
      toolgrade policy .mcp.json --launch --for claude-code -o policies/
    """
    from toolgrade.grading.budget import Budget  # noqa: PLC0415 - start-up time
    from toolgrade.grading.grade import grade  # noqa: PLC0415 - start-up time
    from toolgrade.policy import DIALECTS  # noqa: PLC0415 - start-up time
    from toolgrade.policy.rules import rules  # noqa: PLC0415 - start-up time
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time

    if bool(source) is bool(argv):
        raise click.UsageError("give a SOURCE, or a server's command after --")
    if name and not name.strip():
        raise click.UsageError("--name: give the server's name in the client's config")
    begun = time.monotonic()
    servers = _read_servers(source or "", argv, options(timeout, header, env, launch))
    label = source or " ".join(argv[:1])
    _refuse_several(servers, label, name=name, existing=existing, output=output)
    servers = [_name_server(server, name, dialect) for server in servers]
    budget = Budget.from_timeout(timeout, begun)
    graded = grade(servers, Rubric.load(), budgets=[budget] * len(servers))
    if graded.errors:
        raise InputError(f"{graded.errors[0].source}: {graded.errors[0].message}")
    if existing:
        server = graded.servers[0]
        found = rules(server.tools)
        text = _update_policy(DIALECTS[dialect], existing, server.server.name, found)
        write(iter([text]), output or existing, replaces=output in {"", existing})
    for server, file in () if existing else _place_files(graded.servers, output, dialect):
        policy_text = DIALECTS[dialect].write(server.server.name, rules(server.tools))
        write(iter([policy_text]), file)


def _read_servers(source: str, argv: tuple[str, ...], options: Options) -> list[Server]:
    """Return the servers that have tools. Raises InputError."""
    from toolgrade.inputs import read, read_command  # noqa: PLC0415 - start-up time

    servers = read_command(argv, options) if argv else read(source, options)
    named = [server for server in servers if server.tools]
    if not named:
        raise InputError(f"{source}: none of its tools can be read")
    return named


def _refuse_several(
    servers: Sequence[Server], label: str, *, name: str, existing: str, output: str
) -> None:
    """Raise InputError for several servers if an option is for one, or there is no folder."""
    if len(servers) == 1:
        return
    names = ", ".join(make_legible(server.key or server.name) for server in servers)
    head = f"{label} holds {len(servers)} servers ({names}); "
    if name:
        raise InputError(f"{head}--name is for one: give a source of that server alone")
    if existing:
        raise InputError(f"{head}--update is for one: give a source of that server alone")
    if not _names_folder(output):
        raise InputError(f"{head}give -o FOLDER/ for a file each")


def _name_server(server: Server, name: str, dialect: str) -> Server:
    """Return the server under the name that its client knows it by. Raises InputError where the
    rules need that name and nothing says it.
    """
    known = name or server.key
    if known is None and dialect in _BY_SERVER:
        raise InputError(
            f"--for {dialect} needs the server's name in your client's config, which may not be "
            f"{make_legible(server.name)!r}: give --name NAME, or that config as SOURCE with "
            "--launch"
        )
    return replace(server, name=known or server.name)


def _names_folder(output: str) -> bool:
    return output.endswith(("/", "\\")) or (bool(output) and is_folder(Path(output)))


def _place_files(
    servers: Sequence[ServerReport], output: str, dialect: str
) -> Iterator[tuple[ServerReport, str]]:
    """Yield each server with the file that its policy goes to: in a folder one of its name."""
    if not _names_folder(output):
        yield servers[0], output
        return
    folder = Path(output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        shown = make_legible(output, 4096)
        raise InputError(f"{shown}: cannot be made a folder: {error.strerror}") from error
    taken: set[str] = set()
    for server in servers:
        stem = _make_stem(server.server.name, taken)
        taken.add(stem.casefold())
        file = str(folder / f"{stem}{_SUFFIXES[dialect]}")
        yield server, file
        _say(f"wrote {make_legible(file, 4096)}")


def _make_stem(name: str, taken: set[str]) -> str:
    """Return a file name for a server, one that no other in the folder has.

    >>> _make_stem("../my server", {"my-server"})
    'my-server-2'
    """
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", name[:_LONGEST_STEM]).strip("-.") or "server"
    numbered = (f"{plain}-{number}" for number in range(2, len(taken) + 3))
    return next(stem for stem in (plain, *numbered) if stem.casefold() not in taken)


def _update_policy(dialect: Dialect, file: str, server: str, rules: Sequence[Rule]) -> str:
    """Return a policy file's text with what it lacked; say what is new, gone or different."""
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
