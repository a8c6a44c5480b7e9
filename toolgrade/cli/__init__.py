"""The command line: the one place that reads arguments, prints, writes files and exits."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import click

from toolgrade.cli.comparing import compare
from toolgrade.cli.ending import prepare_streams, report_end, stop_on_signals
from toolgrade.cli.grading import fetch, grade
from toolgrade.cli.pages import checks, explain
from toolgrade.cli.policy import policy
from toolgrade.cli.rubric import rubric
from toolgrade.cli.starting import init
from toolgrade.files.opening import record_reads
from toolgrade.files.version import VERSION
from toolgrade.model import InputError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, message="%(prog)s %(version)s")
def cli() -> None:
    """Grade MCP tool definitions offline, by rules: the Tool Definition Quality Score (TDQS) of
    the directory Glama.

    \b
    Examples:
      toolgrade grade tools.json
      toolgrade grade -o html:scorecard.html -- uvx mcp-server-time
      toolgrade explain usage.exclusion
    """


def _add_debug(command: click.Command) -> None:
    """Give a command, and each command below it, the option --debug, which `main` reads."""
    command.params.append(
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            help="Show the traceback of an internal error.",
        )
    )
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _add_debug(below)


for _command in (grade, fetch, compare, policy, explain, checks, rubric, init):
    cli.add_command(_command)
_add_debug(cli)


def main() -> None:
    """Run the command line. Exit status 1 means that a threshold was missed, and nothing else."""
    # All that is read lives to the end of this short process: looking for garbage finds none and
    # takes a seventh of the time of a large server.
    gc.disable()
    words = sys.argv[1:]
    is_debug = "--debug" in (words[: words.index("--")] if "--" in words else words)
    prepare_streams()
    stop_on_signals()
    try:
        with record_reads():
            _prove_working_folder()
            status = cli.main(prog_name="toolgrade", standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the user gets one line
        status = report_end(error, is_debug=is_debug)
    sys.exit(status)


def _prove_working_folder() -> None:
    try:
        Path.cwd()
    except OSError as error:
        raise InputError(
            f"the working folder cannot be entered: {error.strerror}; change to another"
        ) from None
