"""Prints or writes what a command made: a file is whole, or as it was before."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from toolgrade.files.opening import does_exist, read_ends, was_read
from toolgrade.files.saving import save
from toolgrade.model import InputError
from toolgrade.outputs import REPORTERS
from toolgrade.wording.legible import make_legible
from toolgrade.wording.suggest import ask_if_meant, find_nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMATS = tuple(REPORTERS)


def fail(message: str) -> NoReturn:
    """End with one line on stderr and exit status 2."""
    click.echo(f"toolgrade: {message}", err=True)
    sys.exit(2)


def outputs(
    _context: click.Context,
    _option: click.Parameter,
    values: tuple[str, ...],
    formats: tuple[str, ...] = FORMATS,
) -> list[tuple[str, str]]:
    """Read `-o` options into (format, file), file "" for the screen. Raises BadParameter."""
    chosen = []
    for value in values or ("terminal",):
        format_, _, file = value.partition(":")
        if format_ not in formats:
            meant = _suggest_format(value, formats)
            hint = ask_if_meant(meant) if meant else f"choose from {', '.join(formats)}"
            raise click.BadParameter(f"{format_!r} is not a format; {hint}")
        chosen.append((format_, file))
    if sum(not file for _, file in chosen) > 1:
        raise click.BadParameter(
            "only one format can go to the screen; give the others a file, as in json:report.json"
        )
    taken = set()
    for file in (file for _, file in chosen if file):
        if os.path.realpath(file) in taken:
            raise click.BadParameter(
                f"two formats cannot go to one file: {file}; give each its own"
            )
        taken.add(os.path.realpath(file))
    return chosen


def keep_apart(outputs: Iterable[tuple[str, str]], inputs: Iterable[str] = ()) -> None:
    """Raise InputError if an output would be written over a file that the run reads or keeps: one
    of `inputs`, or any that was opened until now, under whatever name.
    """
    kept = {os.path.realpath(file) for file in inputs}
    for format_, file in outputs:
        if file and (os.path.realpath(file) in kept or was_read(Path(file))):
            raise InputError(
                f"{make_legible(file, 4096)}: is read by this run; give {format_} another file"
            )


def prove_replaceable(outputs: Iterable[tuple[str, str]]) -> None:
    """Raise InputError if a config's output would replace anything but an earlier report."""
    from toolgrade.outputs.earlier import EXAMINED, is_earlier_report  # noqa: PLC0415 - start-up time

    for format_, file in outputs:
        path = Path(file)
        if not file or not does_exist(path):
            continue
        shown = make_legible(file, 4096)
        try:
            begin, end = read_ends(path, EXAMINED)
        except OSError as error:
            raise InputError(f"{shown}: cannot be replaced: {error.strerror}") from None
        if not is_earlier_report(format_, begin, end):
            raise InputError(
                f"{shown}: is not an earlier {format_} report of toolgrade's, so a config cannot "
                "replace it; delete it, or give -o on the command line"
            )


def _suggest_format(value: str, formats: tuple[str, ...]) -> str:
    """Return what an unknown format may mean: a file by its ending, or a word nearly right."""
    ending = Path(value).suffix.lower().removeprefix(".") or value
    known = {"htm": "html", "md": "markdown", "svg": "badge", "txt": "terminal", "xml": "junit"}
    known |= {"html": "html", "json": "json", "sarif": "sarif"}
    guess = known.get(ending) or find_nearest(value, formats)
    if guess not in formats:
        return ""
    if "." not in value:
        return guess
    # A file that is there already is more likely a source than an output.
    return f"{guess}:FILE" if does_exist(Path(value)) else f"{guess}:{value}"


def write(chunks: Iterator[str], file: str, *, replaces: bool = False) -> None:
    """Write to the screen, or to a file that is either whole or as it was before.

    Raises InputError, for a file that this run has read too, unless the output `replaces` it.
    """
    encoded = (chunk.encode("utf-8", "backslashreplace") for chunk in chunks)
    if not file:
        try:
            sys.stdout.buffer.writelines(encoded)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # The reader (head, less) has gone: no error, though click would make it status 1.
            # Python must find somewhere to write when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise InputError(f"the output cannot be written: {error.strerror}") from error
        return
    if not replaces:
        keep_apart([("the output", file)])
    try:
        save(Path(file), encoded)
    except OSError as error:
        raise InputError(
            f"{make_legible(file, 4096)}: cannot be written: {error.strerror}"
        ) from error
