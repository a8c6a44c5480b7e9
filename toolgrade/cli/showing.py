"""The options that say how much of a report is shown."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, cast

import click

from toolgrade.model import LEVELS, InputError
from toolgrade.wording.legible import make_legible
from toolgrade.wording.suggest import suggest

if TYPE_CHECKING:
    from toolgrade.model import Level, Report, ToolReport

SHOWING_OPTIONS = ("level", "tool", "all", "full")
_MOST_SUGGESTED = 1000


@dataclass(frozen=True, slots=True)
class Showing:
    """What to show: findings from `level` on, the tools that match one of `globs` (empty: all),
    all that the terminal report leaves out, and the whole HTML page, on paper too.
    """

    level: Level
    globs: tuple[str, ...]
    everything: bool
    full: bool

    def does_show(self, tool: ToolReport) -> bool:
        """Whether a tool is one of those that were asked for."""
        name = tool.tool.name
        return name is not None and any(fnmatchcase(name, glob) for glob in self.globs)


def read_showing(asked: dict[str, Any]) -> Showing:
    """Return what the options of `showing_options` ask; they are taken out of `asked`."""
    level, globs, everything, full = (asked.pop(name) for name in SHOWING_OPTIONS)
    return Showing(cast("Level", level), globs, everything, full)


def prove_globs(showing: Showing, report: Report) -> None:
    """Raise InputError for a glob that matches no tool of a report."""
    names = [t.tool.name for s in report.servers for t in s.tools if t.tool.name is not None]
    for glob in showing.globs:
        if not any(fnmatchcase(name, glob) for name in names):
            shown = make_legible(glob, 80)
            known = [make_legible(name, 80) for name in names[:_MOST_SUGGESTED]]
            hint = suggest(glob, known, "* means any characters")
            raise InputError(f"--tool {shown}: no tool has this name{hint}")


def showing_options(command: Any) -> Any:  # noqa: ANN401 - click's decorators are untyped callables
    """Give a command the options that `read_showing` reads."""
    for option in (
        click.option(
            "--full", is_flag=True, help="Put all of each tool in the HTML page, and on its paper."
        ),
        click.option(
            "--all", is_flag=True, help="Show in the terminal report all that it else counts."
        ),
        click.option(
            "--tool",
            multiple=True,
            metavar="NAME",
            help="Show only this tool, in full (terminal, concise); * for any characters; repeats.",
        ),
        click.option(
            "--level",
            type=click.Choice(LEVELS),
            default="warning",
            show_default=True,
            help="The least level of a finding in concise and SARIF.",
        ),
    ):
        command = option(command)
    return command
