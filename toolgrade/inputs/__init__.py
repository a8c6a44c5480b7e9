"""Servers from whatever a user names: every reader ends in the one set of rules of `listing`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from toolgrade.inputs import git, report
from toolgrade.inputs.legible import legible
from toolgrade.inputs.lenient import decode
from toolgrade.inputs.listing import Reading, servers
from toolgrade.inputs.positions import Document
from toolgrade.model import NOWHERE, InputError, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolgrade.inputs.live import Options
    from toolgrade.model import Report, Server

__all__ = ["InputError", "read", "read_command", "read_side", "spelled"]

MAX_BYTES = 256 * 2**20
"""The largest file that is read. A server of 10,000 tools needs some ten megabytes."""

_CODE = frozenset(
    {".py", ".pyi", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".go", ".rs"}
    | {".java", ".kt", ".cs"}
)
_INSTEAD = "pass a saved tools/list file, or the server's command after --"
_SHOWN_NAMES = 10
_LONGEST_PATH = 4096


def read(source: str, options: Options | None = None) -> tuple[Server, ...]:
    """Return every server in `source`: a JSON file, a folder or file of source code,
    "-" (standard input), git:REV:PATH or an http(s) URL.

    Nothing it names is started, no code is run. Raises InputError, saying what was expected.
    """
    if _is_url(source):
        return _from_url(source, options)
    if _is_code(source):
        return _from_code(Path(source))
    return _from_bytes(*_content(source))


def read_side(source: str, options: Options | None = None) -> tuple[Server, ...] | Report:
    """Return what `read` does, or the report where `source` is a saved one. Raises InputError."""
    if _is_url(source) or _is_code(source):
        return read(source, options)
    content, origin, label, stem = _content(source)
    if report.SCHEMA.encode() in content:
        text = decode(content, label)
        if report.is_report(Document(text, label).data):
            return report.report(text, label)
    return _from_bytes(content, origin, label, stem)


def read_command(argv: Sequence[str], options: Options | None = None) -> tuple[Server, ...]:
    """Start the stdio server `argv`, return it as a client sees it, and end it.

    Raises InputError.
    """
    from toolgrade.inputs import live  # noqa: PLC0415 - only a live server needs it
    from toolgrade.inputs.secrets import mask_argv  # noqa: PLC0415 - as above

    text = live.fetch_command(argv, options or live.Options())
    source = Source("live", "command", mask_argv(argv))
    return _from_live(text, source, Path(argv[0]).name)


def spelled(*words: str) -> str:
    """Return a source (one word) or a command (its words) as a report may show it: no secrets."""
    from toolgrade.inputs.secrets import mask_argv, mask_url  # noqa: PLC0415 - as in read_command

    if len(words) > 1:
        return legible(" ".join(mask_argv(words)), _LONGEST_PATH)
    if _is_url(words[0]):
        return legible(mask_url(words[0]), _LONGEST_PATH)
    if words[0].startswith(git.PREFIX):
        return legible(words[0], _LONGEST_PATH)
    return words[0] if words[0] == "-" else _shown(Path(words[0]))


def _from_url(url: str, options: Options | None) -> tuple[Server, ...]:
    from toolgrade.inputs import live  # noqa: PLC0415 - only a live server needs it
    from toolgrade.inputs.secrets import mask_url  # noqa: PLC0415 - as above

    text = live.fetch_url(url, options or live.Options())
    return _from_live(
        text, Source("live", "url", mask_url(url)), urlsplit(url).hostname or "server"
    )


def _from_live(text: str, source: Source, stem: str) -> tuple[Server, ...]:
    label = legible(str(source))
    document = Document(text, label)
    # What was said on a wire stands at no place that a user could open.
    reading = Reading(source, label, stem, lambda _: NOWHERE, document.mended)
    return servers(document.data, reading)


def _is_url(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def _is_code(source: str) -> bool:
    if source == "-" or source.startswith(git.PREFIX):
        return False
    path = Path(source)
    return path.suffix.lower() in _CODE or path.is_dir()


def _content(source: str) -> tuple[bytes, Source, str, str]:
    """Return the bytes of a source, how a report and an error may name it, and its stem."""
    if source == "-":
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
        return content, Source("stdin", "path", "-"), "stdin", "stdin"
    if source.startswith(git.PREFIX):
        path, content = git.content(source)
        label = legible(source, _LONGEST_PATH)
        origin = Source("file", "path", label, here=False)
        return content, origin, label, PurePosixPath(path).stem
    return _from_path(source)


def _from_path(name: str) -> tuple[bytes, Source, str, str]:
    path = Path(name)
    label = _shown(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"{label}: no such file; {_INSTEAD}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{label}: cannot be read: {reason}") from None
    return content, Source("file", "path", label, here=_is_here(path)), label, path.stem


def _from_bytes(content: bytes, source: Source, label: str, stem: str) -> tuple[Server, ...]:
    if len(content) > MAX_BYTES:
        raise InputError(f"{label}: larger than {MAX_BYTES >> 20} MB; grade its servers one by one")
    document = Document(decode(content, label), label)
    if report.is_report(document.data):
        raise InputError(f"{label}: is a report of toolgrade's; grade what it was made from")
    if launched := _launched(document.data):
        raise InputError(f"{label}: {launched}")
    reading = Reading(source, label, stem, document.origin, document.mended)
    return servers(document.data, reading)


def _from_code(path: Path) -> tuple[Server, ...]:
    from toolgrade.inputs.code import SUFFIXES, read_code  # noqa: PLC0415 - start-up time

    label = _shown(path)
    if not path.exists():
        raise InputError(f"{label}: no such file; {_INSTEAD}")
    if path.is_file() and path.suffix not in SUFFIXES:
        raise InputError(f"{label}: tools in this language cannot be read yet; {_INSTEAD}")

    def named(file: Path) -> str:
        """Return how a report may name a file that was found below the source."""
        inside = "." if path.is_file() else file.relative_to(path).as_posix()
        return _shown(file) if inside == "." or label == "." else f"{label}/{inside}"

    found = read_code(path, named)
    if _is_here(path):
        return found
    return tuple(replace(s, source=replace(s.source, here=False)) for s in found)


def _shown(path: Path) -> str:
    """Return how a report may name `path`: from the working folder, or else only its base name."""
    inside = path.absolute().relative_to(Path.cwd()).as_posix() if _is_here(path) else path.name
    return legible(inside, _LONGEST_PATH)


def _is_here(path: Path) -> bool:
    """Whether a path leads into the working folder, by what it says."""
    return ".." not in path.parts and path.absolute().is_relative_to(Path.cwd())


def _launched(data: Any) -> str:  # noqa: ANN401 - it is JSON
    """Return what to say of a client's config, which lists commands and not tools; "" for others.

    Only names are shown: commands, arguments, environment and headers may hold secrets.
    """
    if not isinstance(data, dict):
        return ""
    listed = data.get("mcpServers", data.get("servers"))
    if not isinstance(listed, dict):
        return ""
    names = [legible(name, 40) for name in listed]
    more = ", …" if len(names) > _SHOWN_NAMES else ""
    count = f"{len(names)} server{'' if len(names) == 1 else 's'}"
    found = f": {', '.join(names[:_SHOWN_NAMES])}{more}" if names else ""
    return f"{count}, none running{found}; pass one's command after --, or a saved tools/list file"
