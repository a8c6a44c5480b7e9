"""`toolgrade grade` and `toolgrade fetch`."""

from __future__ import annotations

import os
import shutil
import sys
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from toolgrade.cli.fixing import ask_for_fixes, fix_options, show_diffs, take_fixing, write_fixes
from toolgrade.cli.progress import waiting
from toolgrade.cli.readers import READER_OPTIONS, add_readers, reader_options
from toolgrade.cli.requests import demand_options, get_config, load_rubric, read_request
from toolgrade.cli.showing import prove_globs, read_showing, showing_options
from toolgrade.cli.sources import WithCommand, live_options, options, refuse_for_config
from toolgrade.cli.step_summary import add_summary, render_summary
from toolgrade.cli.writing import FORMATS, keep_apart, prove_replaceable, write
from toolgrade.cli.writing import outputs as read_outputs
from toolgrade.files.opening import is_file
from toolgrade.model import UNFILED, InputError, SourceError
from toolgrade.processes import count_processors
from toolgrade.wording.counts import format_count
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.cli.replay import Recorder, Recording
    from toolgrade.cli.showing import Showing
    from toolgrade.cli.streaming import Stream
    from toolgrade.grading.budget import Budget
    from toolgrade.live.options import Options
    from toolgrade.model import Report, Server
    from toolgrade.rubric import Rubric

_MANY_SOURCES = 3
_MOST_JOBS = 256


def read_jobs(_context: click.Context, _option: click.Parameter, value: str) -> int:
    """Return a number of processes. Raises BadParameter."""
    if value == "auto":
        return count_processors()
    if not (value.isascii() and value.isdecimal() and 0 < int(value[:9]) <= _MOST_JOBS):
        raise click.BadParameter(f"give a number from 1 to {_MOST_JOBS}, or auto")
    return int(value)


@click.command(cls=WithCommand)
@click.argument("sources", nargs=-1, metavar="[SOURCE]... [-- COMMAND ARG...]")
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    callback=read_outputs,
    metavar="FORMAT[:FILE]",
    help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}; repeats. Without FILE to the screen.",
)
@click.option(
    "--rubric",
    default="tdqs",
    show_default=True,
    metavar="NAME|FILE",
    help="The checks and their prices: tdqs, text-only or a rubric file.",
)
@click.option(
    "-j",
    "--jobs",
    default="1",
    show_default=True,
    callback=read_jobs,
    metavar="N|auto",
    help="Grade servers in N processes, or in as many as there are processors.",
)
@click.option(
    "--no-cache",
    is_flag=True,
    help="Neither use nor keep what was read and judged in the user's cache folder.",
)
@demand_options
@fix_options
@reader_options
@showing_options
@live_options
@click.pass_context
def grade(
    context: click.Context,
    /,
    sources: tuple[str, ...],
    outputs: list[tuple[str, str]],
    rubric: str,
    jobs: int,
    no_cache: bool,  # noqa: FBT001 - an option
    timeout: float,
    header: tuple[str, ...],
    env: tuple[str, ...],
    launch: bool,  # noqa: FBT001 - as above
    **asked: Any,  # noqa: ANN401 - those of `demand_`, `fix_`, `reader_` and `showing_options`
) -> None:
    """Score every tool of each SOURCE and say what to fix first.

    SOURCE is a saved tools/list file, a folder or a file of a server's source in Python,
    TypeScript, JavaScript, Go, C#, Java, Rust or Kotlin (it is read, never run), either of them as
    git:REV:PATH at a revision, "-" for standard input, or the URL of a server.
    Everything after -- is the command of a stdio server, which is started, asked for its tools, and
    ended.
    A client's config (such as mcp.json), a server.json or an MCPB manifest lists servers: with
    --launch they are started or called, and each is graded.
    Without a SOURCE, the config's sources are graded, or the current folder. Options override the
    config.
    Exit status: 0, 1 if a threshold was missed, or 2 if any source could not be graded.

    \b
    Examples:
      toolgrade grade tools.json --clients claude,cursor --profile anthropic-directory
      toolgrade grade tools.json -o html:scorecard.html -o json:report.json
      toolgrade grade tools.json --tool 'list_*'
      toolgrade grade . -o concise
      toolgrade grade -- uvx mcp-server-time
      toolgrade grade --launch ~/.cursor/mcp.json
      toolgrade grade tools.json --fail-under B --baseline toolgrade-baseline.json
      toolgrade grade tools.json --diff
    """
    from toolgrade.cli.replay import Recorder  # noqa: PLC0415 - start-up time
    from toolgrade.cli.streaming import Stream  # noqa: PLC0415 - as above
    from toolgrade.files.cache import switch_off  # noqa: PLC0415 - as above
    from toolgrade.gates.baseline_file import render_baseline  # noqa: PLC0415 - start-up time
    from toolgrade.gates.parts import can_part  # noqa: PLC0415 - as above
    from toolgrade.gates.pipeline import run  # noqa: PLC0415 - start-up time

    argv = context.obj
    if not sources and not argv:
        sources = (".",)
    rules = load_rubric(context, rubric)
    needs = options(timeout, header, env, launch)
    fixing = take_fixing(asked, sources, argv, needs)
    showing = read_showing(asked)
    readers = {name: asked.pop(name) for name in READER_OPTIONS}
    request = add_readers(read_request(context, rules, **asked), readers)
    config = get_config(context)
    baseline = asked["baseline"] or ""
    kept = (baseline, config.name if config else "", rubric if is_file(Path(rubric)) else "")
    keep_apart(outputs, (*sources, *filter(None, kept)))
    if context.get_parameter_source("outputs") is ParameterSource.DEFAULT_MAP:
        prove_replaceable(outputs)
    if context.get_parameter_source("sources") is ParameterSource.DEFAULT_MAP:
        refuse_for_config(needs)
    if no_cache:
        context.with_resource(switch_off())
    request = ask_for_fixes(request, outputs)
    servers, budgets, errors = _read_all(sources, argv, needs)
    is_json = [format_ for format_, _ in outputs] == ["json"]
    if is_json and not (fixing.fix or fixing.diff) and can_part(servers, request):
        _stream(Stream(servers, budgets, rules, request, errors, jobs), outputs)
        return
    # A run that changes files must be done again.
    changes = fixing.fix or fixing.diff or asked["update_baseline"]
    recorder = Recorder(servers, errors, rules, request, outputs, showing)
    if not changes and (made := recorder.find()):
        _replay(made, outputs)
        return
    with waiting(f"judging {format_count(sum(len(s.tools) for s in servers), 'tool')}"):
        report, renewed = run(servers, rules, request, errors, budgets)
    if fixing.fix and write_fixes(report, fixing, sources, rules, request):
        servers, budgets, errors = _read_all(sources, argv, needs)
        report, renewed = run(servers, rules, request, errors, budgets)
    outputs = show_diffs(report, fixing, context, sources, outputs)
    prove_globs(showing, report)
    keep_apart(outputs)
    if renewed is not None:
        write(render_baseline(renewed, report.rubric, report.version), baseline, replaces=True)
    _write_all(report, outputs, rules, showing, servers, None if changes else recorder)


def _write_all(
    report: Report,
    outputs: list[tuple[str, str]],
    rubric: Rubric,
    showing: Showing,
    servers: list[Server],
    recorder: Recorder | None,
) -> None:
    """Write a report in every format that is asked for, and end."""
    for format_, file in outputs:
        text = _render(report, format_, file, rubric, showing, dict(outputs).get("json", ""))
        with waiting(f"writing {file}") if file else nullcontext():
            write(recorder.copy(text) if recorder else text, file)
    lines = [*_list_unplaced_findings(servers, outputs), *_list_unseen(report, outputs)]
    summary = render_summary(report) if ("github", "") in outputs else None
    if recorder:
        recorder.keep(report, lines, summary, _get_status(report))
    _end(lines, summary, _get_status(report))


def _replay(made: Recording, outputs: list[tuple[str, str]]) -> None:
    """Write what the same run wrote the last time, and end as it did."""
    keep_apart(outputs)
    for (_, file), text in zip(outputs, made.texts, strict=True):
        write(iter([text]), file)
    _end(made.lines, made.summary, made.status)


def _stream(run: Stream, outputs: list[tuple[str, str]]) -> None:
    """Write a JSON report as its servers are judged, and end."""
    keep_apart(outputs)
    ((_, file),) = outputs
    with waiting(f"judging, and writing {file}") if file else nullcontext():
        write(run.render(), file)
    _end([*_list_unseen(run.report, outputs)], None, _get_status(run.report))


def _get_status(report: Report) -> int:
    return 2 if report.errors else int(bool(report.missed))


def _end(lines: list[str], summary: str | None, status: int) -> None:
    """Say on stderr what a report on the screen does not, and end with the exit status."""
    if summary is not None:
        add_summary(summary)
    for line in lines:
        click.echo(f"toolgrade: {line}", err=True)
    if status:
        sys.exit(status)


def _list_unseen(report: Report, outputs: list[tuple[str, str]]) -> Iterator[str]:
    """Yield what must be said on stderr, as the report on the screen does not say it."""
    if ("github", "") in outputs:
        return
    yield from map(str, report.notices)
    if ("terminal", "") not in outputs or not sys.stdout.isatty():
        yield from (f"{error.source}: {error.message}" for error in report.errors)
        yield from (f"threshold missed: {line}" for line in report.missed)


def _read_all(
    sources: tuple[str, ...], argv: tuple[str, ...], options: Options
) -> tuple[list[Server], list[Budget], list[SourceError]]:
    """Return every server, the time to judge each, and what could not be read."""
    from toolgrade.grading.budget import Budget  # noqa: PLC0415 - start-up time
    from toolgrade.inputs import describe_source, read_command, read_each  # noqa: PLC0415 - start-up time

    servers: list[Server] = []
    budgets: list[Budget] = []
    errors: list[SourceError] = []
    for number, source in enumerate(sources, start=1):
        if len(sources) > _MANY_SOURCES:
            click.echo(
                f"toolgrade: {number} of {len(sources)}: {describe_source(source)}", err=True
            )
        begun = time.monotonic()
        with waiting(f"reading {describe_source(source)}"):
            parts = read_each(source, options)
        for part in parts:
            if isinstance(part, InputError):
                errors.append(_make_source_error(describe_source(source), part))
            else:
                servers += part
        budget = Budget.from_timeout(options.timeout, begun)
        budgets += [budget] * (len(servers) - len(budgets))
    if argv:
        begun = time.monotonic()
        try:
            with waiting(f"asking {describe_source(*argv)}"):
                servers += read_command(argv, options)
            budgets.append(Budget.from_timeout(options.timeout, begun))
        except InputError as error:
            errors.append(_make_source_error(describe_source(*argv), error))
    # One of several servers in a file: a single one would have been refused while reading.
    errors += [
        SourceError(
            str(server.source),
            f"{server.name} lists no tools: nothing to grade; see if it needs a key or setting",
        )
        for server in servers
        if not server.tools and not server.is_unread
    ]
    return servers, budgets, errors


def _make_source_error(source: str, error: InputError) -> SourceError:
    return SourceError(source, str(error).removeprefix(f"{source}:").lstrip())


def _list_unplaced_findings(servers: list[Server], outputs: list[tuple[str, str]]) -> Iterator[str]:
    """Yield which findings a format leaves out because they are in no file of this repository:
    those of a live server, or of a file elsewhere.
    """
    asking = [f for f, _ in outputs if f in {"sarif", "gitlab"}]
    live = [server for server in servers if server.source.kind in UNFILED]
    elsewhere = [s for s in servers if s.source.kind not in UNFILED and s.source.base is None]
    if asking and elsewhere:
        yield (
            f"{asking[0]}: {make_legible(str(elsewhere[0].source), 200)} is in no "
            "file of this repository, so its findings are left out; grade a file that is"
        )
    if asking and live:
        yield (
            f"{asking[0]}: {make_legible(live[0].name)} was not read from a file, which GitHub "
            "and GitLab ask for; save it with `toolgrade fetch` and grade the file"
        )


def _render(
    report: Report, format_: str, file: str, rubric: Rubric, showing: Showing, data: str
) -> Iterator[str]:
    """Return a report in a format, with the arguments that only some formats take; `data` is the
    file of the JSON report, "" for none.
    """
    if format_ == "terminal":
        from toolgrade.outputs.terminal import render  # noqa: PLC0415 - start-up time

        to_terminal = not file and sys.stdout.isatty()
        color = to_terminal and not os.environ.get("NO_COLOR")
        if not file and not to_terminal:
            # Into a pipe or a log: stderr, which is read too, says what failed.
            report = replace(report, errors=(), missed=())
        width = 80 if file else shutil.get_terminal_size((80, 24)).columns
        shown = showing.does_show if showing.globs else None
        return render(
            report, width=width, color=color, everything=showing.everything, is_shown=shown
        )
    if format_ == "sarif":
        from toolgrade.outputs import sarif  # noqa: PLC0415 - start-up time
        from toolgrade.rubric.explain import pages  # noqa: PLC0415 - start-up time

        return sarif.render(report, pages(rubric), showing.level)
    if format_ == "html":
        from toolgrade.outputs import html  # noqa: PLC0415 - start-up time

        return html.render(report, full=showing.full, page=file, data=data)
    if format_ == "concise":
        from toolgrade.outputs import concise  # noqa: PLC0415 - start-up time

        return concise.render(report, showing.level, showing.does_show if showing.globs else None)
    if format_ == "badge" and file.lower().endswith(".json"):
        from toolgrade.outputs import badge  # noqa: PLC0415 - start-up time

        return badge.endpoint(report)
    from toolgrade.outputs import REPORTERS  # noqa: PLC0415 - start-up time

    return REPORTERS[format_](report)


@click.command(cls=WithCommand)
@click.argument("source", required=False, metavar="[SOURCE] [-- COMMAND ARG...]")
@click.option(
    "-o", "--output", default="", metavar="FILE", help="Where to save; without it, to the screen."
)
@live_options
@click.pass_obj
def fetch(
    argv: tuple[str, ...],
    source: str | None,
    output: str,
    timeout: float,
    header: tuple[str, ...],
    env: tuple[str, ...],
    launch: bool,  # noqa: FBT001 - an option
) -> None:
    """Save what a client sees of a live server, as tools/list JSON.

    SOURCE is a URL or, with --launch, a file that lists servers, as for grade. Several servers are
    saved together, or none if one fails. Grading the saved file gives the same report as grading
    the server, and its findings have lines.

    \b
    Example:
      toolgrade fetch -o tools.json -- uvx mcp-server-time
    """
    from toolgrade.inputs import fetch as fetch_source  # noqa: PLC0415 - start-up time
    from toolgrade.live.fetch import fetch_command  # noqa: PLC0415 - start-up time

    if output.startswith(tuple(f"{name}:" for name in FORMATS)):
        raise click.UsageError(
            "fetch writes tools/list JSON: give only the file, as in -o tools.json"
        )
    if bool(source) is bool(argv):
        raise click.UsageError("give either a SOURCE or a server's command after --")
    needs = options(timeout, header, env, launch)
    text = fetch_command(argv, needs) if argv else fetch_source(source or "", needs)
    write(iter([text]), output)
