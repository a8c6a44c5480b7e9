"""The summary page of a GitHub Actions job, to which the Markdown report is added."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolgrade.files.saving import append

if TYPE_CHECKING:
    from toolgrade.model import Report

MOST_BYTES = 1024 * 1024
"""GitHub drops the whole summary of a step that writes more."""


def render_summary(report: Report) -> str:
    """Return the page for the file that GITHUB_STEP_SUMMARY names."""
    from toolgrade.outputs.markdown import render  # noqa: PLC0415 - start-up time

    return "".join(render(report))


def add_summary(page: str) -> None:
    """Append a page to the file that GITHUB_STEP_SUMMARY names, if it names one.

    Where that cannot be done, one line on stderr says so: the report itself is not at stake.
    """
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    try:
        if not append(Path(file), page.encode("utf-8", "backslashreplace"), MOST_BYTES):
            click.echo("toolgrade: the step summary has no room left for the report", err=True)
    except OSError as error:
        reason = error.strerror or "unknown error"
        click.echo(f"toolgrade: the step summary cannot be written: {reason}", err=True)
