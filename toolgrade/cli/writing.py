"""What a command prints or writes: to the screen, or a file that is whole or as it was before."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from toolgrade.model import InputError
from toolgrade.outputs import REPORTERS
from toolgrade.wording.legible import make_legible
from toolgrade.wording.suggest import find_nearest

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
            hint = f"did you mean {meant!r}?" if meant else f"choose from {', '.join(formats)}"
            raise click.BadParameter(f"{format_!r} is no format; {hint}")
        chosen.append((format_, file))
    if sum(not file for _, file in chosen) > 1:
        raise click.BadParameter(
            "only one format can go to the screen; give the others a file, as in json:report.json"
        )
    taken = set()
    for file in (file for _, file in chosen if file):
        if os.path.realpath(file) in taken:
            raise click.BadParameter(f"two formats cannot go to one file: {file}")
        taken.add(os.path.realpath(file))
    return chosen


def keep_apart(outputs: Iterable[tuple[str, str]], inputs: Iterable[str]) -> None:
    """Raise InputError if an output would be written over a file that the run reads or keeps."""
    kept = {os.path.realpath(file) for file in inputs}
    for format_, file in outputs:
        if file and os.path.realpath(file) in kept:
            raise InputError(
                f"{make_legible(file, 4096)}: is read by this run; give {format_} another file"
            )


def _suggest_format(value: str, formats: tuple[str, ...]) -> str:
    """Return what an unknown format may stand for: a file by its ending, or a word nearly right."""
    ending = Path(value).suffix.lower().removeprefix(".") or value
    known = {"htm": "html", "md": "markdown", "svg": "badge", "txt": "terminal", "xml": "junit"}
    known |= {"html": "html", "json": "json", "sarif": "sarif"}
    guess = known.get(ending) or find_nearest(value, formats)
    if guess not in formats:
        return ""
    if "." not in value:
        return guess
    # What stands there already is likelier a source than what is to be written.
    return f"{guess}:FILE" if Path(value).exists() else f"{guess}:{value}"


def write(chunks: Iterator[str], file: str) -> None:
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
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise InputError(f"the output cannot be written: {error.strerror}") from error
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
