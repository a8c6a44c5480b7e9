"""Reads the tools that source code declares, without running it: a folder, or one file.

What does not depend on a language is here and in `discover`, `nodes` and `found`; a language is a
package of its own with SUFFIXES, SETTINGS, MARKS (a
registration holds one), `read` and `layout`.
"""

from __future__ import annotations

import gc
import hashlib
import string
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from toolgrade.listing.parse import Reading, servers
from toolgrade.model import NOWHERE, Handler, InputError, Malformed, Place, Server, Source
from toolgrade.source import javascript, patterns, python
from toolgrade.source.allowance import LATE, Allowance
from toolgrade.source.budget import NOT_TO_ITS_END
from toolgrade.source.cache import read_through_cache
from toolgrade.source.comments import find_ignore_comments, is_addressed, match_comments_to_tools
from toolgrade.source.discover import MAX_BYTES, Package, add_built_files, discover, settings
from toolgrade.source.found import FOREIGN, REFUSED, Failure, Findings, Unread
from toolgrade.source.frameworks import name_unread_frameworks
from toolgrade.source.nodes import File, Written, convert_to_data, unknowns
from toolgrade.wording.counts import format_count, inflect, join_first
from toolgrade.wording.secrets import mask_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from toolgrade.model import Origin, Pointer
    from toolgrade.source.discover import Source as SourceFile
    from toolgrade.source.nodes import Spot

LANGUAGES = (python, javascript, patterns)
_WITH_FRAMEWORKS = {python: "python", javascript: "javascript"}
SUFFIXES = tuple(suffix for language in LANGUAGES for suffix in language.SUFFIXES)

_WORTH_COLLECTING = 200_000
"""Marks of a package after which its syntax trees are dropped at once."""
_SHOWN = 3
_LINES_BEFORE = 2
_LINES_AFTER = 8
_LONGEST_LINE = 200
_LONGEST_READ = 2 * _LONGEST_LINE
_IN_KEYS = string.ascii_letters + string.digits + "+-./=_"


def read_code(
    path: Path,
    label: Callable[[Path], str],
    allowance: Allowance | None = None,
    contents: Mapping[str, bytes] | None = None,
) -> tuple[Server, ...]:
    """Return the servers whose tools the code at `path` declares, one a package, as far as the
    allowance goes.

    `label` gives the name by which a file may be shown; `contents`, by these names, are read in the
    place of what files hold. Raises InputError if there is no tool.
    """
    allowance = allowance or Allowance()
    with _pause_garbage_collection():
        try:
            return _servers(path, label, allowance, contents or {})
        finally:
            allowance.end_trial()


@contextmanager
def _pause_garbage_collection() -> Iterator[None]:
    """Leave memory alone meanwhile: syntax trees are many, and none is dropped before the end of
    its package.

    Looking through them again and again took a quarter of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _servers(
    path: Path,
    label: Callable[[Path], str],
    allowance: Allowance,
    contents: Mapping[str, bytes],
) -> tuple[Server, ...]:
    read: list[tuple[Package, Findings]] = []
    for package in discover(path, SUFFIXES, label, allowance, contents):
        if read and allowance.is_late():
            for file in package.files.values():
                allowance.leave_out(file.label, LATE)
            continue
        only = "" if path.is_dir() else path.absolute().relative_to(package.root).as_posix()
        read.append((package, read_package(package, only)))
        if allowance.spent > _WORTH_COLLECTING:
            gc.collect()
    for _, findings in read[-1:]:
        findings.failures += allowance.take_failures()
    if not any(findings.tools for _, findings in read):
        files = sum(len(package.files) for package, _ in read) if path.is_dir() else 1
        raise InputError(
            f"{label(path)}: {_explain_no_tools(files, [findings for _, findings in read])}"
        )
    source = Source("code", "path", label(path))
    # A server whose tools cannot be read is reported with the others.
    reported = [(p, f) for p, f in read if f.tools or f.unread or f.failures]
    found = [
        _mark(replace(_server(p, f, source), files=_list_top_names(path, p)), f)
        for p, f in reported
    ]
    if path.is_dir():
        return tuple(found)
    # Seen from one file, a comment elsewhere may well be there for another tool.
    return tuple(replace(s, ignores=tuple(c for c in s.ignores if c.targets)) for s in found)


def _mark(server: Server, findings: Findings) -> Server:
    """Return a server with the digest of what it was read from, if that of its files is known."""
    if not findings.digest:
        return server
    of = (server.name, server.source, sorted(server.files or ()), findings.failures)
    digest = hashlib.sha256(f"{findings.digest}{of}".encode("utf-8", "surrogatepass"))
    return replace(server, digest=digest.hexdigest())


def _list_top_names(path: Path, package: Package) -> frozenset[str] | None:
    """Return the names in the folder that was given and in the package's own; None for a file."""
    if not path.is_dir():
        return None
    folders = (path, package.root)
    return frozenset(entry.name for folder in folders for entry in _list_folder(folder))


def _list_folder(folder: Path) -> Iterator[Path]:
    try:
        yield from folder.iterdir()
    except OSError:
        return


def read_package(package: Package, only: str = "") -> Findings:
    """Return what the files of a package declare, or the one at the path `only`.

    A package as it is shipped holds nothing but what was built, so that is read if nothing else
    registers a tool.
    """
    allowance = package.allowance
    allowance.start_package()
    findings = _read(package, only)
    left_out = package.left_out
    if not (findings.tools or findings.unread):
        made = add_built_files(package, SUFFIXES)
        if made.files:
            without, findings = findings, _read(made, only)
            both = (without.digest, findings.digest)
            findings.digest = " ".join(both) if all(both) else ""
        left_out = made.left_out
    for label, why in left_out:
        allowance.leave_out(label, why)
    if allowance.is_late():
        findings.digest = ""
        cut = [one for one in findings.failures if one.why == NOT_TO_ITS_END]
        findings.failures = [one for one in findings.failures if one not in cut]
        for label in [one.label for one in cut] or [package.label(package.root)]:
            allowance.leave_out(label, LATE)
    findings.failures += [*package.failures, *allowance.take_failures()]
    for file in package.files.values():
        file.release()
    return findings


def _read(package: Package, only: str) -> Findings:
    """Return what `_found` does, from the last time if nothing changed since."""
    configured = [settings(package, language.SETTINGS) for language in LANGUAGES]
    allowance = package.allowance
    return read_through_cache(
        partial(_read_files, package.files, configured, only, allowance),
        configured,
        only,
        files=package.files,
        allowance=allowance,
    )


def _read_files(
    sources: Mapping[str, SourceFile],
    configured: Sequence[Mapping[str, str]],
    only: str,
    allowance: Allowance,
) -> Findings:
    """Return what each language finds in the files that are its own, in the order of LANGUAGES."""
    found = Findings()
    before = allowance.spent
    for language, settled in zip(LANGUAGES, configured, strict=True):
        files = {p: f for p, f in sources.items() if p.endswith(language.SUFFIXES)}
        most = getattr(language, "LARGEST", MAX_BYTES)
        findings = language.read(files, settled, only, allowance)
        if language in _WITH_FRAMEWORKS:
            name_unread_frameworks(findings, _WITH_FRAMEWORKS[language], files, only)
        found.tools += findings.tools
        found.unread += findings.unread
        found.failures += findings.failures
        for file_path, source in files.items():
            text = source.peek_text()
            if is_addressed(text):
                file = File(source.label, text.removeprefix("\ufeff"))
                layout = language.layout(file, file_path, allowance)
                found.asked += find_ignore_comments(file, layout)
        found.failures += [
            Failure(file.label, f"registers tools, but has more than {most >> 20} MB")
            for path, file in files.items()
            if only in {"", path} and file.is_too_large_for(language.MARKS, most)
        ]
        named = {failure.label for failure in findings.failures}
        found.failures += [
            Failure(file.label, why)
            for path, file in files.items()
            if only in {"", path} and file.label not in named and (why := file.explain_failure())
        ]
    found.cost = allowance.spent - before
    return found


def _server(package: Package, findings: Findings, source: Source) -> Server:
    tools = findings.tools
    if not tools:
        notices = tuple(_notices(findings))
        return Server(package.name, (), source, complete=False, malformed=notices)
    read = [convert_to_data(tool.definition) for tool in tools]
    data = {"tools": [data for data, _ in read], "serverInfo": {"name": package.name}}
    at = {f"/tools/{i}": i for i in range(len(tools))}

    def origin(pointer: Pointer) -> Origin:
        return Written(tools[at[pointer]].definition) if pointer in at else NOWHERE

    def find_malformed(pointer: Pointer) -> tuple[Malformed, ...]:
        return () if pointer in at else tuple(_notices(findings))

    def find_unknown_pointers(pointer: Pointer) -> frozenset[Pointer]:
        return read[at[pointer]][1]

    reading = Reading(
        source, str(source), package.name, origin, find_malformed, find_unknown_pointers
    )
    server = servers(data, reading)[0]
    return replace(
        server,
        tools=tuple(
            replace(
                tool,
                handler=one.handler and _handler(one.handler, text_only=one.text_only),
                conditional=one.condition is not None,
            )
            for tool, one in zip(server.tools, tools, strict=True)
        ),
        complete=not findings.unread and not findings.failures,
        ignores=tuple(match_comments_to_tools(findings.asked, tools)),
    )


def _handler(spot: Spot, *, text_only: bool) -> Handler:
    """Return the lines around the place where a function begins, harmless to show."""
    place = spot.place
    first = max(place.line - _LINES_BEFORE, 1)
    starts = spot.file.lines
    last = min(place.line + _LINES_AFTER, len(starts))
    end = starts[last] - 1 if last < len(starts) else len(spot.file.text)
    code = mask_code([_cut(one) for one in spot.file.text[starts[first - 1] : end].split("\n")])
    lines = tuple(line[:_LONGEST_LINE].rstrip() for line in code)
    return Handler(place, first, lines, text_only)


def _cut(line: str) -> str:
    """Return as much of a line as is looked at, without the half of a word: it may be a key's."""
    return line if len(line) <= _LONGEST_READ else line[:_LONGEST_READ].rstrip(_IN_KEYS)


def _notices(findings: Findings) -> list[Malformed]:
    """Return what could not be read, as remarks on the server."""
    found = [
        Malformed("unread-file", "", f"fix {f.label}: it {f.why}", Place(f.label, 1, 1))
        for f in findings.failures
    ]
    refused = (
        one
        for tool in findings.tools
        for one in unknowns(tool.definition)
        if one.why.startswith(REFUSED)
    )
    found += [
        Malformed("unlistable-tool", "", f"use another type: {why}", at.place)
        for why, at in dict.fromkeys((one.why, one.at) for one in refused)
    ]
    if findings.unread:
        first = findings.unread[0].at.place
        places = [f"{p.file}:{p.line}" for p in (one.at.place for one in findings.unread)]
        what = format_count(len(findings.unread), "registration")
        note = f"grade the running server too: {what} cannot be read from code alone"
        note = f"{note}, at {join_first(places, _SHOWN)}{_name_foreign(findings.unread)}"
        found.append(Malformed("unread-tool", "", note, first))
    return found


def _explain_no_tools(files: int, blank: Sequence[Findings]) -> str:
    unread = [one for findings in blank for one in findings.unread]
    failures = [one for findings in blank for one in findings.failures]
    late = [one for one in failures if one.why.endswith(LATE)]
    if unread and not late:
        place = unread[0].at.place
        where = f"{place.file}:{place.line}"
        none = inflect(len(unread), "which cannot", "none of which can")
        named = inflect(len(unread), where, f"first {where}")
        return (
            f"{format_count(len(unread), 'tool registration')}, {none} be read from code alone "
            f"({named}{_name_foreign(unread)}); pass the server's command after --"
        )
    if failures:
        first = (late or failures)[0]
        return f"no tools found; {first.label} {first.why}"
    return (
        f"no tools found in {format_count(files, 'source file')}; "
        "pass a saved tools/list file, or the server's command after --"
    )


def _name_foreign(unread: Sequence[Unread]) -> str:
    """Return which frameworks are not read, as the end of a message; "" for none."""
    names = sorted({u.why.removeprefix(FOREIGN) for u in unread if u.why.startswith(FOREIGN)})
    verb = inflect(len(names), "is", "are")
    return f"; registered with {', '.join(names)}, which {verb} not read" if names else ""
