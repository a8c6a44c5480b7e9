"""Reads servers from whatever a user names, by the rules of `listing`."""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from toolgrade.inputs.code import read_source_code
from toolgrade.inputs.contents import ZIP, how_to_launch, parse_source
from toolgrade.inputs.lines import LINES, read_lines
from toolgrade.inputs.named import (
    CODE,
    GIT,
    content,
    format_path,
    is_code,
    is_url,
)
from toolgrade.listing.lenient import decode
from toolgrade.listing.parse import Reading, servers
from toolgrade.listing.positions import Document
from toolgrade.live.options import Options
from toolgrade.model import NOWHERE, InputError, Source
from toolgrade.wording.counts import format_count, inflect
from toolgrade.wording.legible import make_legible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from toolgrade.configs.entries import Config
    from toolgrade.inputs.named import Given
    from toolgrade.model import Origin, Pointer, Report, Server
    from toolgrade.source.allowance import Allowance

__all__ = [
    "InputError",
    "describe_source",
    "fetch",
    "read",
    "read_command",
    "read_each",
    "read_side",
]

_NOT_LIVE = (
    "only a live server can be fetched: give an http(s) URL, a command after --, "
    "or with --launch a file that lists servers"
)
_LONGEST_PATH = 4096

Part: TypeAlias = "tuple[Server, ...] | InputError"
"""The servers of what can fail alone, or why there are none."""


def read(source: str, options: Options | None = None) -> tuple[Server, ...]:
    """Return every server in `source`: a JSON file, JSON Lines, a folder or file of source code,
    "-" (standard input), a file or a folder at a revision (git:REV:PATH), an http(s) URL, or a file
    that lists servers.

    No code is run, and nothing is started but what a file lists, if `options` say so. Raises
    InputError, saying what was expected.
    """
    return _whole(read_each(source, options))


def read_each(source: str, options: Options | None = None) -> tuple[Part, ...]:
    """Return what `read` does, part by part: a file's servers that are started are a part each, and
    so are the lines of JSON Lines; any other source is one.
    """
    try:
        if is_url(source):
            return (_from_url(source, options),)
        if is_code(source):
            path = Path(source)
            label = format_path(path)
            return _read_in_time(label, options, partial(read_source_code, path, label))
        if _is_code_at_revision(source):
            label = make_legible(source, _LONGEST_PATH)
            return _read_in_time(label, options, partial(_read_revision, source))
        return _from_bytes(content(source), options)
    except InputError as error:
        return (error,)


def read_side(source: str, options: Options | None = None) -> tuple[Server, ...] | Report:
    """Return what `read` does, or the report where `source` is a saved one. Raises InputError."""
    if is_url(source) or is_code(source) or _is_code_at_revision(source):
        return read(source, options)
    given = content(source)
    if b"toolgrade-report/" in given.content:
        from toolgrade.listing import report  # noqa: PLC0415 - start-up time

        text = decode(given.content, given.label)
        if report.is_report(Document(text, given.label).data):
            return report.report(text, given.label)
    return _whole(_from_bytes(given, options))


def read_command(argv: Sequence[str], options: Options | None = None) -> tuple[Server, ...]:
    """Start the stdio server `argv`, return it as a client sees it, and end it.

    Raises InputError.
    """
    from toolgrade.live import fetch as live  # noqa: PLC0415 - only a live server needs it
    from toolgrade.wording.secrets import mask_argv  # noqa: PLC0415 - as above

    text = live.fetch_command(argv, options or Options())
    source = Source("live", "command", mask_argv(argv))
    return _from_live(text, source, Path(argv[0]).name)


def fetch(source: str, options: Options) -> str:
    """Return what a client sees of a URL, or of the servers that a file lists, as JSON text.

    Raises InputError, for the first server that fails too: what is kept is to be whole.
    """
    from toolgrade.live import config_servers as launched  # noqa: PLC0415 - only a live server needs it
    from toolgrade.live import fetch as live  # noqa: PLC0415 - only a live server needs it

    if is_url(source):
        return live.fetch_url(source, options)
    if is_code(source):
        raise InputError(_NOT_LIVE)
    given = content(source)
    _, config = parse_source(given)
    if config is None:
        raise InputError(_NOT_LIVE)
    if not options.launch:
        raise InputError(how_to_launch(config, given.label))
    found = launched.fetch_servers(config, given.file, given.label, options)
    if failed := next((one for one in found if isinstance(one, InputError)), None):
        raise failed
    return launched.format_servers(
        [one for one in found if not isinstance(one, InputError)], given.label
    )


def describe_source(*words: str) -> str:
    """Return a source (one word) or a command (its words) as a report may show it: no secrets."""
    from toolgrade.wording.secrets import mask_argv, mask_url  # noqa: PLC0415 - as in read_command

    if len(words) > 1:
        return make_legible(" ".join(mask_argv(words)), _LONGEST_PATH)
    if is_url(words[0]):
        return make_legible(mask_url(words[0]), _LONGEST_PATH)
    if words[0].startswith(GIT):
        return make_legible(words[0], _LONGEST_PATH)
    return words[0] if words[0] == "-" else format_path(Path(words[0]))


def _whole(parts: tuple[Part, ...]) -> tuple[Server, ...]:
    found: list[Server] = []
    for part in parts:
        if isinstance(part, InputError):
            raise part
        found += part
    return tuple(found)


def _from_url(url: str, options: Options | None) -> tuple[Server, ...]:
    from toolgrade.live import fetch as live  # noqa: PLC0415 - only a live server needs it
    from toolgrade.wording.secrets import mask_url  # noqa: PLC0415 - as above

    text = live.fetch_url(url, options or Options())
    return _from_live(
        text, Source("live", "url", mask_url(url)), urlsplit(url).hostname or "server"
    )


def _from_live(text: str, source: Source, stem: str, label: str = "") -> tuple[Server, ...]:
    label = label or make_legible(str(source))
    document = Document(text, label)
    # What a server sent has no place in a file that a user could open.
    reading = Reading(source, label, stem, _nowhere, document.find_malformed)
    return _mark(servers(document.data, reading), text.encode("utf-8", "surrogatepass"), source)


def _mark(found: tuple[Server, ...], content: bytes, source: Source) -> tuple[Server, ...]:
    """Return servers with the digest of what they were read from."""
    of = hashlib.sha256(repr(source).encode("utf-8", "surrogatepass"))
    of.update(content)
    return tuple(
        replace(server, digest=f"{of.hexdigest()} {at} {server.name!r}")
        for at, server in enumerate(found)
    )


def _nowhere(_: Pointer) -> Origin:
    return NOWHERE


def _from_bytes(given: Given, options: Options | None) -> tuple[Part, ...]:
    if given.file.suffix.lower() in LINES:
        return tuple(
            found if isinstance(found, InputError) else _mark(found, line, given.source)
            for line, found in read_lines(given)
        )
    document, config = parse_source(given)
    if config and options and options.launch:
        return _from_launched(config, given, options)
    if config and not config.names_tools:
        raise InputError(how_to_launch(config, given.label))
    if document is None or _is_report(document.data):
        raise InputError(f"{given.label}: is a report of toolgrade's; grade what it was made from")
    # A line in an archive is not a place that a user could open.
    origin = _nowhere if given.content.startswith(ZIP) else document.origin
    reading = Reading(given.source, given.label, given.stem, origin, document.find_malformed)
    return (_mark(servers(document.data, reading), given.content, given.source),)


def _is_report(data: object) -> bool:
    if not (isinstance(data, dict) and "schema" in data):
        return False
    from toolgrade.listing import report  # noqa: PLC0415 - start-up time

    return report.is_report(data)


def _from_launched(config: Config, given: Given, options: Options) -> tuple[Part, ...]:
    from toolgrade.live import config_servers as launched  # noqa: PLC0415 - only a live server needs it
    from toolgrade.live import fetch as live  # noqa: PLC0415 - only a live server needs it

    source = replace(given.source, kind="config")
    parts: list[Part] = []
    for one in launched.fetch_servers(config, given.file, given.label, options):
        try:
            if isinstance(one, InputError):
                raise one
            name, found = one
            label = f"{given.label}: {name}"
            read_ = _from_live(live.as_json(label, found), source, name, label)
            parts.append(tuple(replace(server, key=name) for server in read_))
        except InputError as error:
            parts.append(error)
    return tuple(parts)


def _is_code_at_revision(source: str) -> bool:
    if not source.startswith(GIT):
        return False
    from toolgrade.inputs import git  # noqa: PLC0415 - start-up time

    is_file = PurePosixPath(source).suffix.lower() in CODE
    return is_file or git.is_folder(source.removeprefix(GIT))


def _read_in_time(
    label: str, options: Options | None, read: Callable[[Allowance], tuple[Server, ...]]
) -> tuple[Part, ...]:
    """Return the servers of source code and, where the time was over before it was all read, an
    error that says so.
    """
    from toolgrade.source.allowance import Allowance  # noqa: PLC0415 - start-up time

    allowance = Allowance(time.monotonic() + options.timeout if options else math.inf)
    found = read(allowance)
    if not allowance.late:
        return (found,)
    files = format_count(allowance.late, "file")
    were = inflect(allowance.late, "was not read to its", "were not read to their")
    return found, InputError(f"{label}: {files} {were} end in time; raise --timeout")


def _read_revision(source: str, allowance: Allowance) -> tuple[Server, ...]:
    from toolgrade.inputs.revision import read_revision  # noqa: PLC0415 - start-up time

    return read_revision(source, allowance)
