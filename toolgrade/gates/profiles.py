"""What a directory's review asks for: ready or not, and what is missing. A report in, the same
report out with the answer in it.

A profile is a file of requirements. Each is answered by a check that the report holds, by one of
the measures that client limits use, by the files of the repository where a folder was graded, or
not at all: what cannot be known offline, or what the source does not show, is called unknown. A
check's `reads` are the parts of a tool without which it has no answer.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from toolgrade.clients import MEASURES, parts
from toolgrade.clients.facts import locate
from toolgrade.clients.unknowns import faults, find_unknown_parts
from toolgrade.files.compiled import read_tables
from toolgrade.model import InputError, Missing, Profile, Requirement
from toolgrade.model.unknown import find_unknown, summarise_unknown
from toolgrade.wording.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from toolgrade.model import Pointer, Report, ServerReport

PROFILES = ("anthropic-directory", "openai-apps", "glama", "mcp-registry")
"""The shipped profiles; each is a file of its name next to the rubrics."""


@cache
def load(name: str) -> Mapping[str, Any]:
    """Return a profile's tables. Raises InputError for an unknown name."""
    if name not in PROFILES:
        hint = suggest(name, PROFILES, f"known are {', '.join(PROFILES)}")
        raise InputError(f"--profile: there is no profile '{name[:80]}'{hint}")
    return read_tables(f"{name}.toml")


def page(name: str) -> Iterator[str]:
    """Yield the lines of a profile's page: what the review asks, and what answers it."""
    table = load(name)
    yield f"{table['title']} (--profile {name})"
    yield f"{table['source']}, {table['verified'].isoformat()}"
    yield ""
    for line in table["requirements"]:
        yield f"  {line['title']}: {_answered_by(line)}"


def _answered_by(line: Mapping[str, Any]) -> str:
    if "unknown" in line:
        return f"unknown: {line['unknown']}"
    if "file" in line:
        return f"a file {' or '.join(line['file'])} in the folder that is graded"
    return str(line["check"]) if "check" in line else f"client.{line['measure']}"


def review_servers(
    report: Report, names: Sequence[str], is_late: Callable[[int], bool] = lambda _: False
) -> Report:
    """Return the report with each server's answer to these profiles. When `is_late` says so of a
    server, by index, the rest of its answers are unknown. Raises InputError.
    """
    tables = {name: load(name) for name in names}
    return replace(
        report,
        servers=tuple(
            replace(
                server,
                profiles=tuple(
                    _profile(server, n, t, partial(is_late, at)) for n, t in tables.items()
                ),
            )
            for at, server in enumerate(report.servers)
        ),
    )


def _profile(
    server: ServerReport, name: str, table: Mapping[str, Any], is_late: Callable[[], bool]
) -> Profile:
    asked = tuple(
        Requirement(line["title"], None, (), "there was no time to check it")
        if is_late()
        else _requirement(server, line)
        for line in table["requirements"]
    )
    lacking = (
        requirement.met is False and not line.get("advice", False)
        for requirement, line in zip(asked, table["requirements"], strict=True)
    )
    return Profile(
        name=name,
        title=table["title"],
        source=table["source"],
        verified=table["verified"].isoformat(),
        ready=any(requirement.met is not None for requirement in asked) and not any(lacking),
        requirements=asked,
    )


def _requirement(server: ServerReport, line: Mapping[str, Any]) -> Requirement:
    if "unknown" in line:
        return Requirement(line["title"], None, (), line["unknown"])
    if "file" in line:
        return _check_files(server.server.files, line)
    if not server.tools:
        return Requirement(line["title"], None, (), "no tool was read")
    measured = "measure" in line
    found = tuple(
        _find_exceeded_limits(server, line) if measured else _unmet(server, line["check"])
    )
    hidden = summarise_unknown(_find_unknown_parts(server, line))
    why = f"{'more ' if found else ''}cannot be read from the source: {hidden}" if hidden else ""
    return Requirement(line["title"], False if found else None if hidden else True, found, why)


def _find_unknown_parts(
    server: ServerReport, line: Mapping[str, Any]
) -> Iterator[tuple[Pointer, ...]]:
    """Yield for each tool what its source does not show and the answer may depend on."""
    for report in server.tools:
        tool = report.tool
        if not tool.unknown or tool.name is None:
            continue
        if "measure" in line:
            yield find_unknown_parts(line["measure"], line["is"], tool)
        elif not any(
            f.check == line["check"] and f.share is not None for f in report.walk_findings()
        ):
            yield find_unknown(tool, line.get("reads", ()))


def _check_files(files: frozenset[str] | None, line: Mapping[str, Any]) -> Requirement:
    """Answer by the names of a repository's files, in any case and with any ending."""
    title, wanted = line["title"], line["file"]
    if files is None:
        return Requirement(title, None, (), "no folder was read; grade the repository's")
    names = {name.lower() for name in files}
    if any(name in wanted or name.partition(".")[0] in wanted for name in names):
        return Requirement(title, True, (), "")  # noqa: FBT003 - met
    return Requirement(title, False, (Missing(None, f"add a file {wanted[0]}", None),), "")  # noqa: FBT003 - not met


def _unmet(server: ServerReport, check: str) -> Iterator[Missing]:
    """Yield where a check that the report holds is not met."""
    for finding in server.findings:
        if finding.check == check:
            yield Missing(None, finding.note or finding.title, finding.place)
    for tool in server.tools:
        for finding in tool.walk_findings():
            if finding.check == check and finding.level and finding.share == 0:
                yield Missing(tool.tool.name, finding.note or finding.title, finding.place)


def _find_exceeded_limits(server: ServerReport, line: Mapping[str, Any]) -> Iterator[Missing]:
    """Yield where a measure is passed."""
    measure = MEASURES[line["measure"]]
    for tool, part in parts(server.server, of_server=measure.of_server):
        found = faults(measure.ask, part, line["is"])
        origin = tool.origin if tool else server.server.origin
        if found:
            pointer, note = locate(found[0])
            name = tool.name if tool else None
            yield Missing(name, note, origin.place(pointer) or origin.place(""))
