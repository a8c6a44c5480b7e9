"""The command line: the one place that reads arguments, prints, writes files and exits."""

from __future__ import annotations

import gc
import signal

import click

from toolgrade.cli.comparing import compare
from toolgrade.cli.grading import fetch, grade
from toolgrade.cli.pages import checks, explain
from toolgrade.cli.policy import policy
from toolgrade.cli.rubric import rubric
from toolgrade.cli.starting import init
from toolgrade.cli.writing import fail
from toolgrade.files.version import VERSION
from toolgrade.model import InputError, RubricError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, message="%(prog)s %(version)s")
def cli() -> None:
    """Grade MCP tool definitions offline: Glama's six dimensions by rules, no model.

    \b
    Examples:
      toolgrade grade tools.json
      toolgrade grade -o html:scorecard.html -- uvx mcp-server-time
      toolgrade explain usage.exclusion
    """


for _command in (grade, fetch, compare, policy, explain, checks, rubric, init):
    cli.add_command(_command)


def main() -> None:
    """Run the command line; every known error is one line and exit status 2."""
    # All that is read lives to the end of this short process: looking for garbage finds none and
    # takes a seventh of the time of a large server.
    gc.disable()
    # Asked to stop, end as for Ctrl-C: the server that was started is ended too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        cli(prog_name="toolgrade")
    except (InputError, RubricError) as error:
        fail(str(error))
