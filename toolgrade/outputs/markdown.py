"""A step summary or an issue: servers, their worst tools, what to do first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.outputs.digest import (
    describe_state,
    describe_unknown,
    explain_next_tier,
    first_fixes,
    fixes,
    format_risk,
    list_coherence_fixes,
    list_ignored,
    name_first,
    remarks,
    sum_name,
    tenths,
    worst_first,
    worth,
)
from toolgrade.outputs.markup import code, prose, row
from toolgrade.outputs.matrix import describe_uncertain, matrix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.model import (
        CoherenceScore,
        Finding,
        Profile,
        Report,
        RubricStamp,
        ServerReport,
        ToolReport,
    )
    from toolgrade.outputs.matrix import Matrix

_MOST_BYTES = 1_000_000
"""GitHub refuses a step summary of more than 1 MiB; the rest is for the last line."""

_MOST_SERVERS = 200
_MOST_TOOLS = 20
_MOST_FIXES = 10
_MOST_REMARKS = 10
_MOST_CHECKS = 3
_MOST_MISSING = 3
_LONGEST_MISSED = 1000


def render(report: Report) -> Iterator[str]:
    """Return the summary in chunks, under 1 MiB in all; the last says what was left out."""
    overview = _overview(report)
    left = _MOST_BYTES - len(overview.encode())
    yield overview
    for number, server in enumerate(report.servers):
        section = "\n".join(_server(server, report.rubric))
        left -= len(section.encode())
        if left < 0:
            yield f"\n{_more(len(report.servers) - number, 'server')}\n"
            break
        yield f"\n{section}\n"
    rubric = report.rubric
    yield (
        f"\nGraded by toolgrade {prose(report.version)}: rules, no model. "
        f"Rubric {code(rubric.name)} {prose(rubric.version)}, digest {code(rubric.digest)}.\n"
    )


def _overview(report: Report) -> str:
    lines = ["# Tool definition quality"]
    if report.missed:
        lines += ["", "**Missed**", ""]
        lines += [f"- {prose(line, _LONGEST_MISSED)}" for line in report.missed[:_MOST_SERVERS]]
        lines += _left(len(report.missed) - _MOST_SERVERS, "bar")
    if report.notices:
        lines += ["", "**Notices**", ""]
        shown = [str(notice) for notice in report.notices[:_MOST_SERVERS]]
        lines += [f"- {prose(line, _LONGEST_MISSED)}" for line in shown]
        lines += _left(len(report.notices) - _MOST_SERVERS, "line")
    if report.servers:
        heads = ("Overall", "Tier", "Quality", "Coherence", "Mean", "Worst", "Tools", "Scored")
        lines += ["", row(["Server", *heads])]
        lines += ["| :-- | --: | :-: | --: | --: | --: | --: | --: | --: |"]
        lines += [_server_row(server) for server in report.servers[:_MOST_SERVERS]]
        lines += _left(len(report.servers) - _MOST_SERVERS, "server")
    if report.errors:
        lines += ["", "## Not graded", ""]
        lines += [
            f"- {code(error.source)}: {prose(error.message)}"
            for error in report.errors[:_MOST_SERVERS]
        ]
        lines += _left(len(report.errors) - _MOST_SERVERS, "source")
    return "\n".join(lines) + "\n"


def _server_row(server: ServerReport) -> str:
    score = server.score
    cells = (
        code(server.server.name),
        tenths(score.overall_score),
        score.headline()[2] or "-",
        tenths(score.description_quality_score),
        tenths(score.coherence.score if score.coherence else None),
        tenths(score.mean_tdqs),
        tenths(score.min_tdqs),
        str(score.tool_count),
        str(score.scored_tool_count),
    )
    return row(cells)


def _server(server: ServerReport, rubric: RubricStamp) -> Iterator[str]:
    ranked = worst_first(server)
    keys = [dimension.key for dimension in rubric.dimensions]
    heads = [prose(key.capitalize()) for key in keys]
    yield f"## {code(server.server.name)}"
    yield ""
    yield from _half_seen(server)
    if pieces := explain_next_tier(server):
        yield "".join(prose(piece) if isinstance(piece, str) else _name(piece) for piece in pieces)
        yield ""
        steps = first_fixes(server)
        for tool, finding in steps:
            yield f"- {_name(tool) if tool else 'Together'}: {_finding(finding)}"
        yield from [""] * bool(steps)
    yield row(["Tool, worst first", *heads, sum_name(rubric), "Tier", "Risk"])
    yield row([":--", *["--:"] * (len(keys) + 1), ":-:", ":--"])
    yield from (_tool_row(tool, keys) for tool in ranked[:_MOST_TOOLS])
    yield from _left(len(ranked) - _MOST_TOOLS, "tool")
    if found := fixes(server):
        yield from ("", "### What to do first", "")
        for fix in found[:_MOST_FIXES]:
            others = f" and {len(fix.tools) - 1} more" if len(fix.tools) > 1 else ""
            gain = f"**{worth(fix.finding.gain)}** "
            yield f"- {gain}{_name(fix.tools[0])}{others}: {_finding(fix.finding)}"
        yield from _left(len(found) - _MOST_FIXES, "fix")
    if server.score.coherence:
        yield from _together(server, server.score.coherence, rubric)
    if others_found := remarks(server):
        yield from ("", "### Also to mend", "")
        for tool, finding in others_found[:_MOST_REMARKS]:
            whose = f" {_name(tool)}:" if tool else ""
            yield f"- **{finding.level}**{whose} {_finding(finding)}"
        yield from _left(len(others_found) - _MOST_REMARKS, "remark")
    if quiet := list_ignored(server):
        yield from ("", "### Ignored", "")
        for group in quiet[:_MOST_REMARKS]:
            checks = name_first([code(check) for check in group.checks], _MOST_CHECKS)
            yield f"- {group.count}: {prose(group.reason)} ({checks})"
        yield from _left(len(quiet) - _MOST_REMARKS, "reason")
    yield from _beside(server)


def _beside(server: ServerReport) -> Iterator[str]:
    """Yield what was asked for beside the scores: clients, reviews, tokens."""
    if found_matrix := matrix(server):
        yield from _matrix(found_matrix)
    for profile in server.profiles:
        yield from _profile(profile)
    if cost := server.tokens:
        rest = f"{cost.description:,} for descriptions, {cost.savable:,} could be saved"
        yield from ("", f"The definitions cost {cost.about}**{cost.total:,}** tokens: {rest}.")


def _matrix(found: Matrix) -> Iterator[str]:
    yield from ("", "### Which clients take it", "")
    yield row(["Tool", *(prose(client.title) for client in found.clients)])
    yield row([":--", *[":-:"] * len(found.clients)])
    yield row(["**The whole server**", *found.server])
    for tool, states in found.rows[:_MOST_TOOLS]:
        yield row([_name(tool), *("" if state == "fine" else state for state in states)])
    yield from _left(len(found.rows) - _MOST_TOOLS, "tool")
    untold = f" {describe_uncertain(found)}." if found.untold else ""
    yield from ("", f"{found.fine} of the tools are taken by all as they are.{untold}", "")
    for fix in found.fixes[:_MOST_FIXES]:
        effects = "; ".join(
            f"**{effect}** in {', '.join(prose(client.title) for client in clients)}"
            for effect, clients in fix.effects
        )
        others = f" and {len(fix.tools) - 1} more" if len(fix.tools) > 1 else ""
        whose = f"{_name(fix.tools[0])}{others}" if fix.tools else "the server"
        place = fix.obstacle.place
        where = f", {code(f'{place.file}:{place.line}:{place.column}')}" if place else ""
        told = f"{prose(fix.obstacle.note)}{where} ([source]({fix.obstacle.source}))"
        yield f"- {effects}: {whose}: {told}"
    yield from _left(len(found.fixes) - _MOST_FIXES, "fix")


def _profile(profile: Profile) -> Iterator[str]:
    word = "ready, as far as can be told" if profile.ready else "not ready"
    yield from ("", f"### {prose(profile.title)}: {word}", "")
    for asked in profile.requirements:
        sign = {True: "✓", False: "✗", None: "?"}[asked.met]
        why = f": {prose(asked.unknown)}" if asked.unknown else ""
        yield f"- {sign} {prose(asked.title)}{why}"
        for missing in asked.missing[:_MOST_MISSING]:
            whose = f"{code(missing.tool)}: " if missing.tool else ""
            yield f"  - {whose}{prose(missing.note)}"
        if len(asked.missing) > _MOST_MISSING:
            yield f"  - {len(asked.missing) - _MOST_MISSING} more"


def _together(
    server: ServerReport, coherence: CoherenceScore, rubric: RubricStamp
) -> Iterator[str]:
    yield from ("", "### Together", "")
    yield row([*(prose(d.title) for d in rubric.coherence), "Coherence", "Tier"])
    yield row([*["--:"] * (len(coherence.dimensions) + 1), ":-:"])
    points = (str(d.score) for d in coherence.dimensions)
    yield row([*points, tenths(coherence.score), prose(coherence.tier)])
    if found := list_coherence_fixes(server):
        yield ""
        for finding in found[:_MOST_FIXES]:
            said = ", ".join((_finding(finding), *(code(q.text) for q in finding.quotes[1:])))
            yield f"- **{worth(finding.gain)}** {said}"
        yield from _left(len(found) - _MOST_FIXES, "fix")


def _half_seen(server: ServerReport) -> Iterator[str]:
    if unseen := describe_unknown(server):
        yield from (f"{unseen}. What was not seen is not judged.", "")


def _tool_row(tool: ToolReport, keys: Sequence[str]) -> str:
    if tool.score is None:
        return row([_name(tool), *["-"] * (len(keys) + 3)])
    by_key = {dimension.key: str(dimension.score) for dimension in tool.score.dimensions}
    scores = [by_key.get(key, "-") for key in keys]
    return row(
        [
            _name(tool),
            *scores,
            tenths(tool.score.tdqs),
            prose(tool.score.tier),
            format_risk(tool.risk),
        ]
    )


def _finding(finding: Finding) -> str:
    state = f"**{state}** " if (state := describe_state(finding)) else ""
    parts = [f"{state}{prose(finding.note or finding.title)} ({code(finding.check)})"]
    if finding.quotes:
        parts.append(code(finding.quotes[0].text))
    if place := finding.place:
        parts.append(code(f"{place.file}:{place.line}:{place.column}"))
    return ", ".join(parts)


def _left(count: int, what: str) -> Iterator[str]:
    if count > 0:
        yield from ("", _more(count, what))


def _more(count: int, what: str) -> str:
    plural = {"fix": "fixes"}.get(what, f"{what}s")
    return (
        f"{count} more {what if count == 1 else plural} left out here; all are in the JSON report."
    )


def _name(tool: ToolReport) -> str:
    name = tool.tool.name
    return f"(no name, number {tool.tool.index + 1})" if name is None else code(name)
