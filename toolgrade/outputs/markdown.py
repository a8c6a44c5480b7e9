"""A step summary or an issue in Markdown: the servers, their worst tools, what to fix first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.outputs.markup import code, prose, row
from toolgrade.outputs.matrix import describe_clients, describe_fine, fold_matrix
from toolgrade.outputs.phrases import (
    describe_review,
    format_risk,
    format_tool_name,
    sum_name,
    tenths,
    worth,
)
from toolgrade.outputs.scorecard import build_scorecard
from toolgrade.wording.counts import format_more, format_rest, join_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolgrade.model import (
        CoherenceScore,
        Profile,
        Report,
        RubricStamp,
        ServerReport,
        ToolReport,
    )
    from toolgrade.outputs.matrix import Fix, Matrix
    from toolgrade.outputs.scorecard import Advice, Ignored, ServerCard

_MOST_BYTES = 1_000_000
"""GitHub refuses a step summary of more than 1 MiB; the rest is for the last line."""

_MOST_SERVERS = 200
_MOST_TOOLS = 20
_MOST_FIXES = 10
_MOST_REMARKS = 10
_MOST_CHECKS = 3
_MOST_MISSING = 3
_LONGEST_MISSED = 1000
_SIGNS = {True: "✓", False: "✗", None: "?"}


def render(report: Report) -> Iterator[str]:
    """Return the summary in chunks, under 1 MiB in all; the last says what was left out."""
    overview = "\n".join(_overview(report)) + "\n"
    left = _MOST_BYTES - len(overview.encode())
    yield overview
    for number, card in enumerate(build_scorecard(report)):
        section = "\n".join(_server(card, report.rubric))
        left -= len(section.encode())
        if left < 0:
            yield "\n".join(_rest(len(report.servers), number, "server")) + "\n"
            break
        yield f"\n{section}\n"
    rubric = report.rubric
    yield (
        f"\nGraded by toolgrade {prose(report.version)}: rules, no model. "
        f"Rubric {code(rubric.name)} {prose(rubric.version)}, digest {code(rubric.digest)}.\n"
    )


def _overview(report: Report) -> Iterator[str]:
    yield "# Tool definition quality"
    yield from _lines("**Thresholds missed**", report.missed, "threshold")
    yield from _lines("**Notices**", [str(notice) for notice in report.notices], "notice")
    if report.servers:
        heads = ("Overall", "Tier", "Quality", "Coherence", "Mean", "Worst", "Tools", "Scored")
        yield from ("", row(["Server", *heads]))
        yield "| :-- | --: | :-: | --: | --: | --: | --: | --: | --: |"
        yield from map(_server_row, report.servers[:_MOST_SERVERS])
        yield from _rest(len(report.servers), _MOST_SERVERS, "server")
    if report.errors:
        yield from ("", "## Not graded", "")
        for error in report.errors[:_MOST_SERVERS]:
            yield f"- {code(error.source)}: {prose(error.message)}"
        yield from _rest(len(report.errors), _MOST_SERVERS, "source")


def _lines(title: str, lines: Sequence[str], noun: str) -> Iterator[str]:
    if lines:
        yield from ("", title, "")
        yield from (f"- {prose(line, _LONGEST_MISSED)}" for line in lines[:_MOST_SERVERS])
        yield from _rest(len(lines), _MOST_SERVERS, noun)


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


def _server(card: ServerCard, rubric: RubricStamp) -> Iterator[str]:
    server = card.report
    yield from (f"## {code(server.server.name)}", "")
    if card.unknown:
        yield from (f"{card.unknown}. What the source does not show is not judged.", "")
    if card.app_only:
        yield from (f"{card.app_only}.", "")
    yield from _next_tier(card)
    yield from _tools(card, rubric)
    fixes = [(worth(fix.finding.gain), fix) for fix in card.fixes]
    yield from _advice("Fix first", fixes, _MOST_FIXES, "fix")
    if server.score.coherence:
        yield from _coherence(card, server.score.coherence, rubric)
    remarks = [(remark.finding.level or "", remark) for remark in card.remarks]
    yield from _advice("Findings outside the score", remarks, _MOST_REMARKS, "finding")
    yield from _list_ignored(card.ignored)
    if card.matrix:
        yield from _matrix(card.matrix)
    for profile in server.profiles:
        yield from _profile(profile)
    if cost := server.tokens:
        rest = f"{cost.description:,} for descriptions, {cost.savable:,} could be saved"
        yield from ("", f"The definitions cost {cost.about}**{cost.total:,}** tokens: {rest}.")


def _next_tier(card: ServerCard) -> Iterator[str]:
    if card.next_tier:
        pieces = (prose(p) if isinstance(p, str) else _name(p.report) for p in card.next_tier)
        yield from ("".join(pieces), "")
        for step in card.steps:
            yield f"- {step.name_tools(_name) or 'The set of tools: '}{_finding(step)}"
        yield from [""] * bool(card.steps)


def _advice(title: str, found: Sequence[tuple[str, Advice]], most: int, noun: str) -> Iterator[str]:
    """Yield a list of what to do, each item behind its gain or level."""
    if found:
        yield from ("", f"### {title}", "")
        for lead, advice in found[:most]:
            yield f"- **{lead}** {advice.name_tools(_name)}{_finding(advice)}"
        yield from _rest(len(found), most, noun)


def _tools(card: ServerCard, rubric: RubricStamp) -> Iterator[str]:
    keys = [dimension.key for dimension in rubric.dimensions]
    heads = [prose(key.capitalize()) for key in keys]
    yield row(["Tool, worst first", *heads, sum_name(rubric), "Tier", "Risk"])
    yield row([":--", *["--:"] * (len(keys) + 1), ":-:", ":--"])
    yield from (_tool_row(tool.report, keys) for tool in card.tools[:_MOST_TOOLS])
    yield from _rest(len(card.tools), _MOST_TOOLS, "tool")


def _tool_row(tool: ToolReport, keys: Sequence[str]) -> str:
    if tool.score is None:
        return row([_name(tool), *["-"] * (len(keys) + 3)])
    by_key = {dimension.key: str(dimension.score) for dimension in tool.score.dimensions}
    scores = [by_key.get(key, "-") for key in keys]
    grade = (tenths(tool.score.tdqs), prose(tool.score.tier), format_risk(tool.risk))
    return row([_name(tool), *scores, *grade])


def _coherence(card: ServerCard, coherence: CoherenceScore, rubric: RubricStamp) -> Iterator[str]:
    yield from ("", "### Coherence", "")
    yield row([*(prose(d.title) for d in rubric.coherence), "Coherence", "Tier"])
    yield row([*["--:"] * (len(coherence.dimensions) + 1), ":-:"])
    points = (str(d.score) for d in coherence.dimensions)
    yield row([*points, tenths(coherence.score), prose(coherence.tier)])
    yield from [""] * bool(card.coherence_fixes)
    for fix in card.coherence_fixes[:_MOST_FIXES]:
        others = [code(quote.text) for quote in fix.finding.quotes[1:]]
        yield f"- **{worth(fix.finding.gain)}** {', '.join((_finding(fix), *others))}"
    yield from _rest(len(card.coherence_fixes), _MOST_FIXES, "fix")


def _list_ignored(found: Sequence[Ignored]) -> Iterator[str]:
    if found:
        yield from ("", "### Ignored", "")
    for group in found[:_MOST_REMARKS]:
        checks = join_first([code(check) for check in group.checks], _MOST_CHECKS)
        yield f"- {group.count}: {prose(group.reason)} ({checks})"
    yield from _rest(len(found), _MOST_REMARKS, "reason")


def _matrix(found: Matrix) -> Iterator[str]:
    found = fold_matrix(found)
    yield from ("", "### Client compatibility", "")
    if found.clients:
        yield from _matrix_table(found)
    for said in (*describe_clients(found), describe_fine(found)):
        yield from ("", said)
    yield ""
    yield from map(_matrix_fix, found.fixes[:_MOST_FIXES])
    yield from _rest(len(found.fixes), _MOST_FIXES, "fix")


def _matrix_table(found: Matrix) -> Iterator[str]:
    yield row(["Tool", *(prose(client.title) for client in found.clients)])
    yield row([":--", *[":-:"] * len(found.clients)])
    yield row(["**The whole server**", *found.server])
    for tool, states in found.rows[:_MOST_TOOLS]:
        yield row([_name(tool), *("" if state == "fine" else state for state in states)])
    yield from _rest(len(found.rows), _MOST_TOOLS, "tool")


def _matrix_fix(fix: Fix) -> str:
    effects = "; ".join(
        f"**{effect}** in {', '.join(prose(client.title) for client in clients)}"
        for effect, clients in fix.effects
    )
    whose = "the server"
    if fix.tools:
        whose = f"{_name(fix.tools[0])}{format_more(len(fix.tools), 1)}"
    where = f", {code(str(fix.obstacle.place))}" if fix.obstacle.place else ""
    what = f"{prose(fix.obstacle.note)}{where} ([source]({fix.obstacle.source}))"
    return f"- {effects}: {whose}: {what}"


def _profile(profile: Profile) -> Iterator[str]:
    yield from ("", f"### {prose(profile.title)}: {describe_review(profile)}", "")
    for asked in profile.requirements:
        why = f": {prose(asked.unknown)}" if asked.unknown else ""
        yield f"- {_SIGNS[asked.met]} {prose(asked.title)}{why}"
        for missing in asked.missing[:_MOST_MISSING]:
            whose = f"{code(missing.tool)}: " if missing.tool else ""
            yield f"  - {whose}{prose(missing.note)}"
        if rest := format_rest(len(asked.missing), _MOST_MISSING, "finding", "in the JSON report"):
            yield f"  - {rest}"


def _finding(advice: Advice) -> str:
    finding = advice.finding
    state = f"**{advice.state}** " if advice.state else ""
    parts = [f"{state}{prose(advice.text)} ({code(finding.check)})"]
    parts += [code(quote.text) for quote in finding.quotes[:1]]
    parts += [code(str(finding.place))] if finding.place else []
    return ", ".join(parts)


def _rest(total: int, shown: int, noun: str) -> Iterable[str]:
    rest = format_rest(total, shown, noun, "in the JSON report")
    return ("", f"{rest}.") if rest else ()


def _name(tool: ToolReport) -> str:
    return format_tool_name(tool, code)
