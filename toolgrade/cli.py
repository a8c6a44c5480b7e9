"""The command line: the one place that reads arguments, prints, writes files and exits."""

from __future__ import annotations

import gc
import json
import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from toolgrade import __version__
from toolgrade.model import InputError, SourceError
from toolgrade.rubric import Rubric, RubricError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from toolgrade.inputs.live import Options
    from toolgrade.model import Report, Server

_FORMATS = ("terminal", "json", "html", "markdown")
_MANY_SOURCES = 3


class _WithCommand(click.Command):
    """A command whose words after `--` are a stdio server's argv, kept in `ctx.obj`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("--") if "--" in args else len(args)
        ctx.obj = tuple(args[at + 1 :])
        if at == len(args) - 1:
            raise click.UsageError("give the server's command after --", ctx)
        return super().parse_args(ctx, args[:at])


def _fail(message: str) -> NoReturn:
    click.echo(f"toolgrade: {message}", err=True)
    sys.exit(2)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Grade MCP tool definitions offline: Glama's six dimensions by rules, no model.

    \b
    Examples:
      toolgrade grade tools.json
      toolgrade grade -o html:scorecard.html -- uvx mcp-server-time
      toolgrade explain usage.exclusion
    """


def main() -> None:
    """Run the command line; every known error is one line and exit status 2."""
    # All that is read lives to the end of this short process: looking for garbage finds none and
    # takes a seventh of the time of a large server.
    gc.disable()
    try:
        cli(prog_name="toolgrade")
    except (InputError, RubricError) as error:
        _fail(str(error))


def _pairs(separator: str, texts: Iterable[str], what: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for text in texts:
        name, found, value = text.partition(separator)
        if not found or not name.strip():
            raise click.UsageError(f"give {what}")
        pairs.append((name.strip(), value.strip()))
    return tuple(pairs)


def _environment(given: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return --env values: NAME=VALUE as it is, NAME from our own environment."""
    pairs = []
    for text in given:
        name, found, value = text.partition("=")
        if not name:
            raise click.UsageError("give --env NAME or --env NAME=VALUE")
        if not found and name not in os.environ:
            raise click.UsageError(f"--env {name}: there is no such variable; give {name}=VALUE")
        pairs.append((name, value if found else os.environ[name]))
    return tuple(pairs)


def _options(timeout: float, header: tuple[str, ...], env: tuple[str, ...]) -> Options:
    from toolgrade.inputs.live import Options  # noqa: PLC0415 - start-up time

    return Options(
        timeout=timeout,
        headers=_pairs(":", header, "--header 'Name: value'"),
        env=_environment(env),
        notice=lambda text: click.echo(f"toolgrade: {text}", err=True),
    )


def _above_zero(_context: click.Context, _option: click.Parameter, value: float) -> float:
    if not value > 0:  # nor is NaN
        raise click.BadParameter("give a number of seconds above 0")
    return value


def _live_options(command: Any) -> Any:  # noqa: ANN401 - click's decorators are untyped callables
    for option in (
        click.option(
            "--timeout",
            default=90.0,
            show_default=True,
            metavar="SECONDS",
            callback=_above_zero,
            help="How long a source may take, launch to last page.",
        ),
        click.option(
            "--env",
            multiple=True,
            metavar="NAME[=VALUE]",
            help="Pass a variable to the server; repeats.",
        ),
        click.option(
            "--header",
            multiple=True,
            metavar="'NAME: VALUE'",
            help="Send an HTTP header to a URL; repeats.",
        ),
    ):
        command = option(command)
    return command


def _output(
    _context: click.Context,
    _option: click.Parameter,
    values: tuple[str, ...],
    formats: tuple[str, ...] = _FORMATS,
) -> list[tuple[str, str]]:
    chosen = []
    for value in values or ("terminal",):
        format_, _, file = value.partition(":")
        if format_ not in formats:
            raise click.BadParameter(f"{format_!r} is no format; choose from {', '.join(formats)}")
        chosen.append((format_, file))
    if sum(not file for _, file in chosen) > 1:
        raise click.BadParameter(
            "only one format can go to the screen; give the others a file, as in json:report.json"
        )
    files = [file for _, file in chosen if file]
    if twice := next((file for file in files if files.count(file) > 1), ""):
        raise click.BadParameter(f"two formats cannot go to one file: {twice}")
    return chosen


@cli.command(cls=_WithCommand)
@click.argument("sources", nargs=-1, metavar="[SOURCE]... [-- COMMAND ARG...]")
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    callback=_output,
    metavar="FORMAT[:FILE]",
    help="terminal, json, html or markdown; repeats. Without FILE to the screen.",
)
@click.option(
    "--rubric", default="tdqs", show_default=True, metavar="NAME|FILE", help="What to judge by."
)
@_live_options
@click.pass_obj
def grade(
    argv: tuple[str, ...],
    sources: tuple[str, ...],
    outputs: list[tuple[str, str]],
    rubric: str,
    timeout: float,
    header: tuple[str, ...],
    env: tuple[str, ...],
) -> None:
    """Score every tool of each SOURCE and say what to mend first.

    SOURCE is a saved tools/list file, "-" for standard input, or the URL of a server. Everything
    after -- is the command of a stdio server, which is started, asked for its tools, and ended.
    Exit status: 0, or 2 if any source could not be graded.

    \b
    Examples:
      toolgrade grade tools.json -o html:scorecard.html -o json:report.json
      toolgrade grade -- uvx mcp-server-time
    """
    from toolgrade.grade import grade as judge  # noqa: PLC0415 - start-up time

    rules = Rubric.load(rubric)
    options = _options(timeout, header, env)
    servers, errors = _read_all(sources, argv, options)
    report = judge(servers, rules, errors)
    for format_, file in outputs:
        _write(_render(report, format_, to_screen=not file), file)
    on_screen = ("terminal", "") in outputs and sys.stdout.isatty()
    for error in errors if not on_screen else ():
        click.echo(f"toolgrade: {error.source}: {error.message}", err=True)
    if errors:
        sys.exit(2)


def _read_all(
    sources: tuple[str, ...], argv: tuple[str, ...], options: Options
) -> tuple[list[Server], list[SourceError]]:
    from toolgrade.inputs import read, read_command, spelled  # noqa: PLC0415 - start-up time

    servers: list[Server] = []
    errors: list[SourceError] = []
    todo = [*sources] or ([] if argv else ["."])
    for number, source in enumerate(todo, start=1):
        if len(todo) > _MANY_SOURCES:
            click.echo(f"toolgrade: {number} of {len(todo)}: {spelled(source)}", err=True)
        try:
            servers += read(source, options)
        except InputError as error:
            errors.append(_failed(spelled(source), error))
    if argv:
        try:
            servers += read_command(argv, options)
        except InputError as error:
            errors.append(_failed(spelled(*argv), error))
    # One of several servers in a file; alone it would have been refused as it was read.
    errors += [
        SourceError(str(server.source), f"{server.name} lists no tools: nothing to grade")
        for server in servers
        if not server.tools
    ]
    return servers, errors


def _failed(source: str, error: InputError) -> SourceError:
    return SourceError(source, str(error).removeprefix(f"{source}: "))


def _render(report: Report, format_: str, *, to_screen: bool) -> Iterator[str]:
    if format_ == "terminal":
        from toolgrade.outputs.terminal import render  # noqa: PLC0415 - start-up time

        color = to_screen and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        width = shutil.get_terminal_size((80, 24)).columns if to_screen else 80
        return render(report, width=width, color=color)
    from toolgrade.outputs import REPORTERS  # noqa: PLC0415 - start-up time

    return REPORTERS[format_](report)


def _write(chunks: Iterator[str], file: str) -> None:
    """Write to the screen, or to a file that is either whole or as it was before."""
    encoded = (chunk.encode("utf-8", "backslashreplace") for chunk in chunks)
    if not file:
        try:
            sys.stdout.buffer.writelines(encoded)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # The reader (head, less) has gone: no error, though click would make it status 1.
            # Python must find somewhere to write when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    path = Path(file)
    try:
        if path.exists() and not path.is_file():
            # /dev/null and a named pipe are written to: putting a file in their place breaks them.
            with path.open("wb") as device:
                device.writelines(encoded)
        else:
            _replace(path.resolve(), encoded)
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror}") from error


def _replace(path: Path, chunks: Iterable[bytes]) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as out:
        temporary = Path(out.name)
        try:
            out.writelines(chunks)
            out.flush()
            temporary.chmod(mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink()
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@cli.command(cls=_WithCommand)
@click.argument("url", required=False, metavar="[URL] [-- COMMAND ARG...]")
@click.option(
    "-o", "--output", default="", metavar="FILE", help="Where to save; without it, to the screen."
)
@_live_options
@click.pass_obj
def fetch(
    argv: tuple[str, ...],
    url: str | None,
    output: str,
    timeout: float,
    header: tuple[str, ...],
    env: tuple[str, ...],
) -> None:
    """Save what a client sees of a live server, as tools/list JSON.

    Grading the file gives the same report as grading the server, and its findings have lines.

    \b
    Example:
      toolgrade fetch -o tools.json -- uvx mcp-server-time
    """
    from toolgrade.inputs.live import fetch_command, fetch_url  # noqa: PLC0415 - start-up time

    if bool(url) is bool(argv):
        raise click.UsageError("give either a URL or a server's command after --")
    if url and not url.lower().startswith(("http://", "https://")):
        raise click.UsageError(
            "only a live server can be fetched: give an http(s) URL, or a command after --"
        )
    options = _options(timeout, header, env)
    text = fetch_command(argv, options) if argv else fetch_url(url or "", options)
    _write(iter([text]), output)


_rubric_option = click.option(
    "--rubric", default="tdqs", show_default=True, metavar="NAME|FILE", help="What to judge by."
)


@cli.command()
@click.argument("topic", default="", metavar="[CHECK|DIMENSION]")
@_rubric_option
def explain(topic: str, rubric: str) -> None:
    """Show the page of a check or a dimension, and what the rubric pays for it.

    \b
    Example:
      toolgrade explain usage.exclusion
    """
    from toolgrade.explain import page  # noqa: PLC0415 - start-up time

    try:
        lines = list(page(Rubric.load(rubric), topic))
    except KeyError as error:
        _fail(error.args[0])
    _write((f"{line}\n" for line in lines), "")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_rubric_option
def checks(rubric: str, *, as_json: bool) -> None:
    """List every check with its price, one line each.

    \b
    Example:
      toolgrade checks
    """
    from toolgrade.explain import one_line  # noqa: PLC0415 - start-up time
    from toolgrade.explain import price as spell  # noqa: PLC0415 - start-up time

    questions = [q for rules in Rubric.load(rubric).dimensions for q in rules.questions]
    if as_json:
        rows = [
            {"check": q.check.id, "title": q.check.title, "price": spell(q.price)}
            for q in questions
        ]
        _write(iter([json.dumps(rows, indent=2), "\n"]), "")
        return
    _write((f"{one_line(question)}\n" for question in questions), "")


@cli.group()
def rubric() -> None:
    """Work on a rubric file."""


@rubric.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def rubric_check(file: Path) -> None:
    """Prove that a rubric file can be used; the first fault is shown with its line.

    \b
    Example:
      toolgrade rubric check mine.toml
    """
    from toolgrade.proof import prove  # noqa: PLC0415 - start-up time

    stamp = prove(file).stamp
    click.echo(f"{file}: {stamp.name} {stamp.version} ({stamp.digest}) can be used")


@rubric.command("agree")
@click.argument("file", metavar="NAME|FILE")
@click.argument("labels", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    callback=partial(_output, formats=("terminal", "json", "markdown")),
    metavar="FORMAT[:FILE]",
    help="terminal, json or markdown; repeats. Without FILE to the screen.",
)
@click.option(
    "--folds",
    type=click.IntRange(2),
    metavar="N",
    help="Show also what prices fitted to the other servers give, N times (needs toolgrade[fit]).",
)
@click.option("--held", is_flag=True, help="Show read servers and the unread third apart.")
@click.option(
    "--misses",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    metavar="N",
    help="How many worst misses to show.",
)
def rubric_agree(
    file: str,
    labels: Path,
    outputs: list[tuple[str, str]],
    folds: int | None,
    misses: int,
    *,
    held: bool,
) -> None:
    """Measure how well a rubric's scores agree with published ones.

    LABELS holds one JSON object a line: "tool" as in tools/list, "labels" a list of judgements, and
    perhaps "id", "server", "siblings", "typesKnown", "annotationsKnown".

    \b
    Example:
      toolgrade rubric agree tdqs labels.jsonl -o terminal -o markdown:agreement.md
    """
    from toolgrade.agreement.labels import read  # noqa: PLC0415 - start-up time
    from toolgrade.agreement.measure import agree  # noqa: PLC0415 - start-up time
    from toolgrade.agreement.show import SHOWN  # noqa: PLC0415 - start-up time

    rules, rows = Rubric.load(file), read(labels)
    beside = _fitting().left_out(rules, file, rows, folds) if folds else {}
    agreement = agree(rules, rows, beside=beside, held=held, most_misses=misses)
    for format_, target in outputs:
        _write(SHOWN[format_](agreement), target)


def _fitting() -> ModuleType:
    # The matrices are small: threads would cost more than they save, fivefold on a busy machine.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from toolgrade.agreement import refit  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise InputError(
            f"fitting needs {error.name}, which is not installed: pip install 'toolgrade[fit]'"
        ) from error
    return refit


@rubric.command("fit")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("labels", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", default="", metavar="OUT", help="Where to write; without it, over FILE."
)
def rubric_fit(file: Path, labels: Path, output: str) -> None:
    """Fit the baselines, prices and cuts that a rubric FILE writes to published scores.

    LABELS is as for agree. Met stays 0 or more and unmet 0 or less; numbers become whole tenths and
    stay near the file's own; comments stay. Needs toolgrade[fit].

    \b
    Example:
      toolgrade rubric fit mine.toml labels.jsonl -o fitted.toml
    """
    from toolgrade.agreement.labels import read  # noqa: PLC0415 - start-up time
    from toolgrade.agreement.show import comparison  # noqa: PLC0415 - start-up time
    from toolgrade.proof import prove  # noqa: PLC0415 - start-up time

    refit = _fitting().refit(prove(file), file, read(labels))
    _write(iter([refit.text]), output or str(file))
    for change in refit.changes or ["no number changes"]:
        click.echo(change)
    _write(comparison(refit.agreement), "")
