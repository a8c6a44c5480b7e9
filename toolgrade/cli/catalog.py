"""`toolgrade catalog`."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from toolgrade.cli.grading import read_jobs
from toolgrade.cli.sources import live_options, options
from toolgrade.files.opening import is_folder
from toolgrade.files.walking import list_files
from toolgrade.model import InputError, SourceError
from toolgrade.wording.counts import format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.inputs import Part
    from toolgrade.live.options import Options
    from toolgrade.model import Server

_EXTRA = "pip install 'toolgrade[catalog]'"
_A_LINE = 2.0
"""Seconds between two lines of progress."""


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FOLDER",
    help="The site's folder: new, empty, or that of an earlier catalogue.",
)
@click.option(
    "--url",
    default="",
    metavar="URL",
    help="The address at which the folder is published; needed for a sitemap and for pictures of "
    "shared links.",
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
    default="auto",
    show_default=True,
    callback=read_jobs,
    metavar="N|auto",
    help="Grade and write in N processes, or in as many as there are processors.",
)
@live_options
def catalog(
    sources: tuple[str, ...],
    output: str,
    url: str,
    rubric: str,
    jobs: int,
    timeout: float,
    header: tuple[str, ...],
    env: tuple[str, ...],
    launch: bool,  # noqa: FBT001 - an option
) -> None:
    """Make a static site of many servers: a page for each server and tool, a search, an API.

    SOURCE is what grade takes, or a folder of saved lists (JSON files). The site works from a
    folder and on any web server. Run again, only what changed is built, and the changes are listed.
    Exit status: 0, or 2 if any source could not be graded.

    \b
    Examples:
      toolgrade catalog servers/ -o site/
      toolgrade catalog tools.json https://example.com/mcp -o site/ --url https://example.com/tools/
    """
    _require_extra()
    from toolgrade.catalog.build import Settings, build, digest_rules  # noqa: PLC0415 - start-up time
    from toolgrade.catalog.history import now  # noqa: PLC0415 - as above
    from toolgrade.catalog.site import Site  # noqa: PLC0415 - start-up time

    address = _read_url(url)
    needs = options(timeout, header, env, launch)
    settings = Settings(
        Site(Path(output), address), rubric, timeout, now(), digest_rules(rubric, address)
    )
    made = build(_read_all(sources, needs, output), settings, jobs, _Progress().say)
    for error in made.errors:
        click.echo(f"toolgrade: {error.source}: {error.message}", err=True)
    click.echo(
        f"toolgrade: {output}: {format_count(made.servers, 'server')} with "
        f"{format_count(made.tools, 'tool')}, {made.built:,} built anew",
        err=True,
    )
    if made.errors:
        sys.exit(2)


class _Progress:
    """Says on stderr now and then how far a build is."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _A_LINE

    def say(self, text: str) -> None:
        """Print `text`, unless a line was printed just before."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _A_LINE
            click.echo(f"toolgrade: {text}", err=True)


def _require_extra() -> None:
    try:
        import PIL  # noqa: F401, PLC0415 - an extra
        import rensa  # noqa: F401, PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise InputError(
            f"a catalogue needs {error.name}, which is not installed: {_EXTRA}"
        ) from None


def _read_url(url: str) -> str:
    """Return an address so that it ends in "/". Raises UsageError."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_fine = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        is_fine = False
    if not is_fine or parts.query or parts.fragment or not url.isprintable() or " " in url:
        raise click.UsageError("--url: give an http(s) address, such as https://example.com/tools/")
    return f"{url.rstrip('/')}/"


def _read_all(
    sources: tuple[str, ...], needs: Options, output: str
) -> Iterator[tuple[Server, ...] | SourceError]:
    """Yield every server of the sources, and why what cannot be read cannot."""
    from toolgrade.inputs import describe_source, read_each  # noqa: PLC0415 - start-up time

    for source in sources:
        parts = read_each(source, needs)
        saved = _list_saved(source, parts, output)
        if not saved:
            yield from _sort_out(describe_source(source), parts)
        for file in saved:
            yield from _sort_out(describe_source(file), read_each(file, needs))


def _sort_out(label: str, parts: tuple[Part, ...]) -> Iterator[tuple[Server, ...] | SourceError]:
    for part in parts:
        if isinstance(part, InputError):
            yield SourceError(label, str(part).removeprefix(f"{label}:").lstrip())
        else:
            yield tuple(server for server in part if server.tools)
            for server in part:
                if not server.tools and not server.is_unread:
                    yield SourceError(label, f"{server.name} lists no tools: nothing to grade")


def _list_saved(source: str, parts: tuple[Part, ...], output: str) -> list[str]:
    """Return the JSON files of a folder in which no code registers tools: none of the site itself,
    and none that a link leads to.
    """
    if not is_folder(Path(source)) or not all(isinstance(part, InputError) for part in parts):
        return []
    site = os.path.realpath(output)
    found = list_files(Path(source), ".json", lambda folder: os.path.realpath(folder) != site)
    return sorted(str(file) for file in found if not file.name.startswith("."))
