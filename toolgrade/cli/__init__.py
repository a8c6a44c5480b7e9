"""The command line: the one place that reads arguments, prints, writes files and exits."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Any

import click

from toolgrade.cli.ending import prepare_streams, report_end, stop_on_signals
from toolgrade.files.version import VERSION

_COMMANDS = {
    "catalog": "catalog",
    "checks": "pages",
    "compare": "comparing",
    "explain": "pages",
    "fetch": "grading",
    "fix": "adapting",
    "grade": "grading",
    "init": "starting",
    "mcp": "serving",
    "policy": "policy",
    "rubric": "rubric",
}
"""Each command, and the module beside this one that has it."""


class _Commands(click.Group):
    """The commands; the module of one is imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands."""
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Return a command by its name, with --debug."""
        if cmd_name in _COMMANDS and cmd_name not in self.commands:
            module = import_module(f"{__name__}.{_COMMANDS[cmd_name]}")
            self.commands[cmd_name] = getattr(module, cmd_name)
            _add_debug(self.commands[cmd_name])
        return self.commands.get(cmd_name)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run the command that was asked for; what it opens is recorded."""
        from toolgrade.files.opening import record_reads  # noqa: PLC0415 - start-up time

        with record_reads():
            _prove_working_folder()
            return super().invoke(ctx)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
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
        status = cli.main(prog_name="toolgrade", standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the user gets one line
        status = report_end(error, is_debug=is_debug)
    sys.exit(status)


def _prove_working_folder() -> None:
    try:
        os.getcwd()  # noqa: PTH109 - start-up time
    except OSError as error:
        from toolgrade.model import InputError  # noqa: PLC0415 - as above

        raise InputError(
            f"the working folder cannot be entered: {error.strerror}; change to another"
        ) from None
