"""A scorecard for people: the number, the worst tools, what to do first, and two sums in full.

Lines are laid out in columns before they are coloured, and colour never says what a word or number
does not say too. Everything a stranger wrote passes `visible`, so no escape reaches the terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.outputs.columns import columns, cut_line, cut_line_front, fill, heads_of, pad, wrap
from toolgrade.outputs.digest import (
    describe_state,
    describe_unknown,
    explain_next_tier,
    explain_sum,
    first_fixes,
    fixes,
    list_coherence_fixes,
    list_ignored,
    name_first,
    remarks,
    sum_name,
    tenths,
    worst_first,
    worth,
)
from toolgrade.outputs.matrix import matrix
from toolgrade.outputs.paper import Paper, flat
from toolgrade.outputs.terminal_matrix import lines as matrix_lines
from toolgrade.outputs.terminal_review import profile_lines, token_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolgrade.model import (
        DimensionScore,
        Finding,
        Report,
        RubricStamp,
        ServerReport,
        ToolReport,
    )
    from toolgrade.outputs.digest import Fix

_NARROWEST = 40
_ROOM_FOR_RISK = 48
_MOST_TOOLS = 20
_MOST_FIXES = 8
_MOST_REMARKS = 10
_MOST_SUMS = 2
_MOST_CHECKS = 3
_MOST_STEPS = 6
_LONGEST_NAME = 32
_TIERS = {"A": "green", "B": "cyan", "C": "yellow", "D": "red", "F": "red"}
_RISKS = {
    "Read": "read",
    "Write": "write",
    "Execute": "exec",
    "Destructive": "destr",
    "Financial": "money",
    "Unclear": "?",
}
_SEVERITIES = {"Critical": "red", "High": "yellow", "Medium": "cyan"}
_LEVELS = {"error": "red", "warning": "yellow", "note": "cyan"}


def render(report: Report, *, width: int = 80, color: bool = False) -> Iterator[str]:
    """Return the scorecard, a line or a few a chunk; no line takes more than `width` columns, which
    is at least 40.
    """
    paper = Paper(max(width, _NARROWEST), color)
    yield from _render_misses(report, paper)
    for number, server in enumerate(report.servers):
        if number:
            yield "\n\n"
        for line in _server(server, report, paper):
            yield line + "\n"
    if report.errors:
        yield "\n" if report.servers else ""
        yield paper.make_bold("Not graded") + "\n"
        for error in report.errors:
            first, *rest = error.message.split("\n")
            for text in (f"{flat(error.source)}: {flat(first)}", *map(flat, rest)):
                for line in wrap(text.strip(), paper.width, first="  ", rest="    "):
                    yield line + "\n"


def _render_misses(report: Report, paper: Paper) -> Iterator[str]:
    if report.missed:
        yield paper.apply_color("Missed", "red") + "\n"
        for missed in report.missed:
            for line in wrap(flat(missed), paper.width, first="  ", rest="    "):
                yield line + "\n"
        yield "\n"


def _server(server: ServerReport, report: Report, paper: Paper) -> Iterator[str]:
    ranked = worst_first(server)
    yield from _heading(server, report, paper)
    yield from _way_up(server, paper)
    yield ""
    yield from _table(ranked, report.rubric, paper)
    yield from _to_do(fixes(server), paper)
    yield from _together(server, paper)
    yield from _remarks(server, paper)
    yield from _render_ignored(server, paper)
    if found := matrix(server):
        yield from matrix_lines(found, paper)
    for profile in server.profiles:
        yield from profile_lines(profile, paper)
    if server.tokens:
        yield from token_lines(server, server.tokens, paper)
    for tool in [tool for tool in ranked if tool.score][:_MOST_SUMS]:
        yield ""
        yield from _sums(tool, paper)


def _heading(server: ServerReport, report: Report, paper: Paper) -> Iterator[str]:
    score = server.score
    what, points, tier = score.headline()
    grade = f"{what} {tenths(points)}  tier {tier}" if tier else "not scored"
    room = paper.width - len(grade) - 2
    name = paper.make_bold(pad(flat(server.server.name), room))
    yield f"{name}  {paper.apply_color(grade, _TIERS.get(tier or ''))}"
    counted = f"{score.tool_count} tool{'' if score.tool_count == 1 else 's'}"
    if score.scored_tool_count != score.tool_count:
        counted += f", {score.scored_tool_count} scored"
    facts = [flat(str(server.server.source)), counted]
    if score.mean_tdqs is None:
        facts.append("too few scored for a mean")
    else:
        if score.coherence:
            facts.append(f"quality {tenths(score.description_quality_score)}")
        facts += [f"mean {tenths(score.mean_tdqs)}", f"worst {tenths(score.min_tdqs)}"]
    if score.coherence:
        facts.append(f"coherence {tenths(score.coherence.score)}")
    facts.append(f"rubric {report.rubric.name} {report.rubric.version}")
    if not server.server.complete:
        facts.append("only some of its tools")
    if quiet := sum(group.count for group in list_ignored(server)):
        facts.append(f"{quiet} ignored")
    facts += [f"{count} {category.lower()}" for category, count in server.risks().items()]
    facts += server.flags
    yield from map(paper.dim, _join_facts(facts, paper.width))
    if unseen := describe_unknown(server):
        yield from map(paper.dim, wrap(unseen, paper.width))


def _way_up(server: ServerReport, paper: Paper) -> Iterator[str]:
    """Yield the least work to the next tier: where, and what."""
    pieces = explain_next_tier(server)
    if not pieces:
        return
    sentence = "".join(piece if isinstance(piece, str) else _short(piece) for piece in pieces)
    yield ""
    yield from map(paper.make_bold, wrap(sentence, paper.width))
    found = first_fixes(server)
    for tool, finding in found[:_MOST_STEPS]:
        whose = _short(tool) if tool else "together"
        what = f"{whose}: {flat(finding.note or finding.title)}"
        yield from wrap(what, paper.width, first="  ", rest="    ")
    yield from _left(len(found) - _MOST_STEPS)


def _join_facts(facts: Sequence[str], width: int) -> Iterator[str]:
    words = [f"{flat(fact)} ·" for fact in facts[:-1]]
    return fill([*words, flat(facts[-1])], width)


def _table(ranked: Sequence[ToolReport], rubric: RubricStamp, paper: Paper) -> Iterator[str]:
    # On the narrowest page the scores themselves have no room to spare.
    grade = (sum_name(rubric), "Tier", *((" Risk",) if paper.width >= _ROOM_FOR_RISK else ()))
    space = paper.width - len(" ".join(("", *grade)))
    heads = heads_of([dimension.key for dimension in rubric.dimensions], paper.width, space)
    room = space - sum(len(head) + 1 for head in heads.values())
    longest = max((columns(_name(tool)) for tool in ranked[:_MOST_TOOLS]), default=0)
    room = min(room, max(longest, len("Tool, worst first")))
    title = pad("Tool, worst first", room)
    yield paper.make_bold(" ".join((title, *heads.values(), *grade)))
    for tool in ranked[:_MOST_TOOLS]:
        yield _row(tool, room, heads, len(grade[0]), paper)
    yield from _left(len(ranked) - _MOST_TOOLS)
    if heads and max(map(len, heads.values())) <= 2:  # noqa: PLR2004 - two letters tell little
        legend = ", ".join(f"{head} {key}" for key, head in heads.items())
        yield from map(paper.dim, wrap(legend, paper.width))


def _row(tool: ToolReport, room: int, heads: Mapping[str, str], wide: int, paper: Paper) -> str:
    """Return a tool's line; `wide` is the width of its sum."""
    score = tool.score
    by_key = {d.key: d.score for d in score.dimensions} if score else {}
    cells = (str(by_key.get(key, "-")).rjust(len(head)) for key, head in heads.items())
    tier = score.tier if score else "-"
    grade = f"{tenths(score.tdqs if score else None):>{wide}} {flat(tier):>4}"
    risk = (_risk(tool, paper),) if paper.width >= _ROOM_FOR_RISK else ()
    colored = paper.apply_color(grade, _TIERS.get(tier))
    return " ".join((pad(_name(tool), room), *cells, colored, *risk))


def _risk(tool: ToolReport, paper: Paper) -> str:
    """Return what a tool can do in five letters, in the colour of its level."""
    word = _RISKS[tool.risk.category] if tool.risk else "-"
    return paper.apply_color(
        f"{word:>5}", _SEVERITIES.get(tool.risk.level or "") if tool.risk else None
    )


def _to_do(found: Sequence[Fix], paper: Paper) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield paper.make_bold("What to do first")
    for fix in found[:_MOST_FIXES]:
        finding = fix.finding
        others = f" and {len(fix.tools) - 1} more" if len(fix.tools) > 1 else ""
        worthwhile = paper.apply_color(worth(finding.gain), _LEVELS.get(finding.level or ""))
        what = f"{_short(fix.tools[0])}{others}: {flat(finding.note or finding.title)}"
        lines = list(wrap(what, paper.width, first=" " * 7, rest=" " * 7))
        yield f"{worthwhile}{lines[0][len(worth(finding.gain)) :]}"
        yield from lines[1:]
        yield from map(paper.dim, _evidence(finding, paper.width))
    yield from _left(len(found) - _MOST_FIXES)


def _evidence(finding: Finding, width: int) -> Iterator[str]:
    """Yield the check, the first words quoted and their place, on as few lines as they fit."""
    indent = " " * 7
    parts = [" ".join(filter(None, (describe_state(finding), flat(finding.check))))]
    if finding.quotes:
        parts.append(f'"{flat(finding.quotes[0].text)}"')
    where = ""
    if place := finding.place:
        where = f"{flat(place.file)}:{place.line}:{place.column}"
        parts.append(where)
    line = indent + "  ".join(parts)
    if columns(line) <= width:
        yield line
        return
    room = width - len(indent)
    for part in parts:
        yield indent + (cut_line_front if part is where else cut_line)(part, room)


def _together(server: ServerReport, paper: Paper) -> Iterator[str]:
    """Yield how the tools fit together: the four sums, then what to mend."""
    coherence = server.score.coherence
    if coherence is None:
        return
    yield ""
    title = f"Together: coherence {tenths(coherence.score)}, tier {coherence.tier}"
    yield paper.make_bold(flat(title))
    yield from _dimensions(coherence.dimensions, paper)
    for finding in list_coherence_fixes(server)[:_MOST_FIXES]:
        worthwhile = paper.apply_color(worth(finding.gain), _LEVELS.get(finding.level or ""))
        lines = list(wrap(flat(finding.note), paper.width, first=" " * 7, rest=" " * 7))
        yield f"{worthwhile}{lines[0][len(worth(finding.gain)) :]}"
        yield from lines[1:]
        said = ", ".join(f'"{flat(quote.text)}"' for quote in finding.quotes)
        for line in wrap(f"{finding.check}  {said}", paper.width, first=" " * 7, rest=" " * 7):
            yield paper.dim(line)


def _remarks(server: ServerReport, paper: Paper) -> Iterator[str]:
    found = remarks(server)
    if not found:
        return
    yield ""
    yield paper.make_bold("Also to mend")
    for tool, finding in found[:_MOST_REMARKS]:
        level = finding.level or ""
        place = finding.place
        where = f" ({flat(place.file)}:{place.line}:{place.column})" if place else ""
        whose = f"{_short(tool)}: " if tool else ""
        whose = f"{state} {whose}" if (state := describe_state(finding)) else whose
        text = f"{whose}{flat(finding.note or finding.title)}{where}"
        lines = list(wrap(text, paper.width, first=" " * 9, rest=" " * 9))
        yield paper.apply_color(level, _LEVELS.get(level)) + lines[0][len(level) :]
        yield from lines[1:]
    yield from _left(len(found) - _MOST_REMARKS)


def _render_ignored(server: ServerReport, paper: Paper) -> Iterator[str]:
    found = list_ignored(server)
    if not found:
        return
    yield ""
    yield paper.make_bold("Ignored")
    for group in found[:_MOST_REMARKS]:
        checks = flat(name_first(group.checks, _MOST_CHECKS))
        text = f"{flat(group.reason)}: {checks}"
        yield from wrap(text, paper.width, first=f"{group.count:>5}  ", rest=" " * 7)
    yield from _left(len(found) - _MOST_REMARKS)


def _sums(tool: ToolReport, paper: Paper) -> Iterator[str]:
    if tool.score is None:
        return
    flags = f", {', '.join(tool.score.flags)}" if tool.score.flags else ""
    title = f"How {_short(tool)} came to {tenths(tool.score.tdqs)}, tier {tool.score.tier}{flags}"
    yield from map(paper.make_bold, wrap(flat(title), paper.width))
    yield from _dimensions(tool.score.dimensions, paper)


def _dimensions(dimensions: Sequence[DimensionScore], paper: Paper) -> Iterator[str]:
    longest = max(len(dimension.key) for dimension in dimensions)
    for dimension in dimensions:
        first = f"  {dimension.key:<{longest}} "
        rest = " " * (len(first) + len(f"{dimension.score} = "))
        yield from wrap(flat(explain_sum(dimension)), paper.width, first=first, rest=rest)


def _left(count: int) -> Iterator[str]:
    if count > 0:
        yield f"... {count} more, all in -o html or json"


def _name(tool: ToolReport) -> str:
    name = tool.tool.name
    return f"(no name, number {tool.tool.index + 1})" if name is None else flat(name)


def _short(tool: ToolReport) -> str:
    """Return a name as it stands in a sentence."""
    return cut_line(_name(tool), _LONGEST_NAME)
