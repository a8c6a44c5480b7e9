"""A scorecard for people at a terminal: the score, the worst tools, what to fix, what to ask next.

Lines are laid out in columns before they are coloured, and colour never says what a word or number
does not say too. Everything a stranger wrote passes `visible`, so no escape reaches the terminal.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from toolgrade.model import LEVELS
from toolgrade.outputs.columns import columns, cut_line, cut_line_front, fill, heads_of, pad, wrap
from toolgrade.outputs.paper import Paper, flat, in_brackets
from toolgrade.outputs.phrases import (
    explain_sum,
    format_next_points,
    format_risk,
    format_tool_name,
    sum_name,
    tenths,
    worth,
)
from toolgrade.outputs.scorecard import (
    Advice,
    Fix,
    build_scorecard,
    count_open,
    group_by_check,
    rank_tool,
)
from toolgrade.outputs.terminal_matrix import lines as matrix_lines
from toolgrade.outputs.terminal_review import profile_lines, token_lines
from toolgrade.wording.counts import format_count, format_more, join_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from toolgrade.model import DimensionScore, Report, RubricStamp, ToolReport, ToolScore
    from toolgrade.outputs.scorecard import Ignored, ServerCard, ToolCard

_NARROWEST = 40
_ROOM_FOR_RISK = 48
_MOST_TOOLS = 20
_MOST_FIXES = 8
_MOST_REMARKS = 10
_LONGEST_ASKED = 50
_MOST_CHECKS = 3
_MOST_STEPS = 6
_LONGEST_NAME = 32
_INDENT = 7
_TABLE_HEAD = "Tool, worst first"
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
_LEGEND = (
    "Scores run from 1 to 5. Overall: quality and coherence; quality: the mean and the worst tool. "
    "The number before a fix is what it adds to a score. `toolgrade explain CHECK` shows what a "
    "check asks, with examples."
)
_LEVELS = {"error": "red", "warning": "yellow", "note": "cyan"}


def render(
    report: Report,
    *,
    width: int = 80,
    color: bool = False,
    everything: bool = False,
    is_shown: Callable[[ToolReport], bool] | None = None,
) -> Iterator[str]:
    """Return the scorecard, a line or a few a chunk; no line takes more than `width` columns, which
    is at least 40. With `everything` no list is cut and each tool is shown in full; with `is_shown`
    only the tools that it accepts are, and nothing else.
    """
    paper = Paper(max(width, _NARROWEST), color, everything)
    lines = _render(report, paper) if is_shown is None else _render_tools(report, paper, is_shown)
    for line in lines:
        yield line + "\n"


def _render(report: Report, paper: Paper) -> Iterator[str]:
    if report.missed:
        yield paper.apply_color("Thresholds missed", "red")
        for missed in report.missed:
            yield from wrap(flat(missed), paper.width, first="  ", rest="    ")
        yield ""
    cards = build_scorecard(report)
    for number, card in enumerate(cards):
        yield from ["", ""] if number else []
        yield from _server(card, report.rubric, paper)
    if cards:
        yield ""
        yield from paper.wrap_dim(_LEGEND)
        yield ""
        yield from _end(cards, paper)
    if report.errors:
        yield from [""] if report.servers else []
        yield paper.make_bold("Not graded")
        for error in report.errors:
            first, *rest = error.message.split("\n")
            for text in (f"{flat(error.source)}: {flat(first)}", *map(flat, rest)):
                yield from wrap(text.strip(), paper.width, first="  ", rest="    ")


def _render_tools(
    report: Report, paper: Paper, is_shown: Callable[[ToolReport], bool]
) -> Iterator[str]:
    first = True
    for card in build_scorecard(report):
        for tool in (tool for tool in card.tools if is_shown(tool.report)):
            yield from _tool(tool, report.rubric, paper, first=first)
            first = False


def _server(card: ServerCard, rubric: RubricStamp, paper: Paper) -> Iterator[str]:
    server = card.report
    yield from _heading(card, rubric, paper)
    yield from _next_tier(card, paper)
    yield ""
    yield from _table(card.tools, rubric, paper)
    if not paper.everything:
        yield from _fixes(group_by_check(card.fixes), paper)
    yield from _coherence(card, paper)
    yield from _remarks(group_by_check(card.remarks), paper)
    yield from _list_ignored(card.ignored, paper)
    if card.matrix:
        yield from matrix_lines(card.matrix, paper)
    for profile in server.profiles:
        yield from profile_lines(profile, paper)
    if server.tokens:
        yield from token_lines(server, server.tokens, paper)
    if paper.everything:
        for tool in card.tools:
            yield from _tool(tool, rubric, paper, first=False)


def _end(cards: Sequence[ServerCard], paper: Paper) -> Iterator[str]:
    """Yield how much is open, and how to see more."""
    counts = [count_open(card.report) for card in cards]
    levels = [(level, sum(each.levels.get(level, 0) for each in counts)) for level in LEVELS]
    tools = sum(len(card.tools) for card in cards)
    listed = ", ".join(format_count(count, level) for level, count in levels if count)
    done = sum(each.done for each in counts)
    said = f"{listed or 'Nothing'} open in {format_count(tools, 'tool')}"
    if done:
        said += f"; {done} done (tier A, no error or warning: what is left is optional)"
    yield from wrap(f"{said}.", paper.width)
    named = [tool for card in cards for tool in card.tools if tool.report.tool.name]
    worst = min(named, key=lambda tool: rank_tool(tool.report), default=None)
    one = f"--tool {shlex.quote(flat(worst.report.tool.name or ''))}" if worst else ""
    asks = [f"{one} (one tool in full)"] if worst and len(one) < _LONGEST_ASKED else []
    asks += ["--all (all of it)"] if not paper.everything else []
    asks.append("-o html:scorecard.html (a page)")
    yield from paper.wrap_dim(f"Next, add: {', '.join(asks)}")


def _tool(card: ToolCard, rubric: RubricStamp, paper: Paper, *, first: bool) -> Iterator[str]:
    """Yield a tool in full: its scores as sums, then every open finding."""
    tool, score = card.report, card.report.score
    if not first:
        yield ""
    grade = f"{tenths(score.tdqs)} tier {score.tier}" if score else "not graded"
    if tool.is_done:
        grade += ", done"
    place = f" ({flat(str(tool.place))})" if tool.place else ""
    title = f"{format_tool_name(tool, flat)}: {grade}{place}"
    yield from map(paper.make_bold, wrap(title, paper.width))
    if tool.risk:
        yield from paper.wrap_dim(f"Risk: {format_risk(tool.risk)}")
    if score:
        yield from _sums(score, rubric, paper)
    if tool.is_done and card.to_do:
        yield from paper.title("Optional")
    elif card.to_do:
        yield from paper.title("To fix, highest gain first")
    for finding in card.to_do:
        lead = worth(finding.gain) if finding.gain > 0 else finding.level or ""
        color = _LEVELS.get(finding.level or "")
        yield from paper.hang(lead, flat(finding.note), _INDENT + 1, color)
        yield from map(paper.dim, _evidence(Advice(finding), paper.width))


def _sums(score: ToolScore, rubric: RubricStamp, paper: Paper) -> Iterator[str]:
    """Yield a tool's flags, its scores as sums, and what the next point of each takes."""
    if score.flags:
        yield from wrap(", ".join(map(flat, score.flags)), paper.width)
    yield from _dimensions(score.dimensions, paper)
    if points := format_next_points(score, rubric.dimensions):
        yield from paper.title("The next point")
    for point in points:
        yield from wrap(flat(point), paper.width, first="  ", rest="    ")


def _heading(card: ServerCard, rubric: RubricStamp, paper: Paper) -> Iterator[str]:
    server, score = card.report, card.report.score
    what, points, tier = score.headline()
    grade = f"{what} {tenths(points)}  tier {tier}" if tier else "not scored"
    name = paper.make_bold(pad(flat(server.server.name), paper.width - len(grade) - 2))
    yield f"{name}  {paper.apply_color(grade, _TIERS.get(tier or ''))}"
    counted = format_count(score.tool_count, "tool")
    if score.scored_tool_count != score.tool_count:
        counted += f", {score.scored_tool_count} scored"
    facts = [flat(str(server.server.source)), counted]
    if score.mean_tdqs is None:
        facts.append("too few tools scored for a mean")
    else:
        if score.coherence:
            facts.append(f"quality {tenths(score.description_quality_score)}")
        facts += [f"mean {tenths(score.mean_tdqs)}", f"worst {tenths(score.min_tdqs)}"]
    if score.coherence:
        facts.append(f"coherence {tenths(score.coherence.score)}")
    facts.append(f"rubric {rubric.name} {rubric.version}")
    if not server.server.complete:
        facts.append("only some of its tools")
    if ignored := sum(group.count for group in card.ignored):
        facts.append(f"{ignored} ignored")
    facts += [f"{count} {category.lower()}" for category, count in server.risks().items()]
    facts += server.flags
    words = [f"{flat(fact)} ·" for fact in facts[:-1]]
    yield from map(paper.dim, fill([*words, flat(facts[-1])], paper.width))
    if card.unknown:
        yield from paper.wrap_dim(card.unknown)
    if card.app_only:
        yield from paper.wrap_dim(card.app_only)


def _next_tier(card: ServerCard, paper: Paper) -> Iterator[str]:
    if not card.next_tier:
        return
    pieces = (piece if isinstance(piece, str) else _name(piece.report) for piece in card.next_tier)
    yield from paper.title("".join(pieces))
    for step in card.steps[: paper.cut(_MOST_STEPS)]:
        text = f"{step.name_tools(_name) or 'the set of tools: '}{flat(step.text)}"
        yield from wrap(text, paper.width, first="  ", rest="    ")
    yield from paper.rest(len(card.steps), _MOST_STEPS, "fix")


def _table(tools: Sequence[ToolCard], rubric: RubricStamp, paper: Paper) -> Iterator[str]:
    # On the narrowest page the scores themselves have no room to spare.
    grade = (sum_name(rubric), "Tier", *((" Risk",) if paper.width >= _ROOM_FOR_RISK else ()))
    space = paper.width - len(" ".join(("", *grade)))
    heads = heads_of([dimension.key for dimension in rubric.dimensions], paper.width, space)
    room = space - sum(len(head) + 1 for head in heads.values())
    shown = [tool.report for tool in tools[: paper.cut(_MOST_TOOLS)]]
    longest = max((columns(format_tool_name(tool, flat)) for tool in shown), default=0)
    room = min(room, max(longest, len(_TABLE_HEAD)))
    yield paper.make_bold(" ".join((pad(_TABLE_HEAD, room), *heads.values(), *grade)))
    for tool in shown:
        yield _row(tool, room, heads, len(grade[0]), paper)
    yield from paper.rest(len(tools), _MOST_TOOLS, "tool")
    if heads and max(map(len, heads.values())) <= 2:  # noqa: PLR2004 - two letters tell little
        yield from paper.wrap_dim(", ".join(f"{head} {key}" for key, head in heads.items()))


def _row(tool: ToolReport, room: int, heads: Mapping[str, str], wide: int, paper: Paper) -> str:
    """Return a tool's line; `wide` is the width of its sum."""
    score, risk = tool.score, tool.risk
    by_key = {d.key: d.score for d in score.dimensions} if score else {}
    cells = [str(by_key.get(key, "-")).rjust(len(head)) for key, head in heads.items()]
    tier = score.tier if score else "-"
    grade = f"{tenths(score.tdqs if score else None):>{wide}} {flat(tier):>4}"
    cells.append(paper.apply_color(grade, _TIERS.get(tier)))
    if paper.width >= _ROOM_FOR_RISK:
        word, level = (_RISKS[risk.category], risk.level) if risk else ("-", "")
        cells.append(paper.apply_color(f"{word:>5}", _SEVERITIES.get(level or "")))
    return " ".join((pad(format_tool_name(tool, flat), room), *cells))


def _fixes(found: Sequence[Fix], paper: Paper) -> Iterator[str]:
    if found:
        yield from paper.title("Fix first")
    for fix in found[:_MOST_FIXES]:
        yield from _fix(fix, paper)
        yield from map(paper.dim, _evidence(fix.advice, paper.width))
    yield from paper.rest(len(found), _MOST_FIXES, "fix", "html, or --all")


def _fix(fix: Fix, paper: Paper) -> Iterator[str]:
    color = _LEVELS.get(fix.advice.finding.level or "")
    text = f"{_whose(fix)}{flat(fix.advice.text)}{_others(fix)}"
    return paper.hang(worth(fix.advice.finding.gain), text, _INDENT, color)


def _whose(fix: Fix) -> str:
    """Return the tools that the same words are for, as the beginning of a line."""
    if fix.alike:
        return fix.advice.name_tools(_name)
    return f"{_name(fix.tools[0].report)}: " if fix.tools else ""


def _others(fix: Fix) -> str:
    """Return how many tools need the same fix in other words, as the end of a line."""
    more = "" if fix.alike else format_more(len(fix.tools), 1)
    return f" ({more.strip()}, each its own)" if more else ""


def _evidence(fix: Advice, width: int) -> Iterator[str]:
    """Yield the check, the first words quoted and their place, on as few lines as they fit."""
    indent = " " * _INDENT
    parts = [f"{fix.state} {flat(fix.finding.check)}".strip()]
    if fix.finding.quotes:
        parts.append(f'"{flat(fix.finding.quotes[0].text)}"')
    where = flat(str(fix.finding.place)) if fix.finding.place else ""
    parts += [where] if where else []
    line = indent + "  ".join(parts)
    if columns(line) <= width:
        yield line
        return
    for part in parts:
        yield indent + (cut_line_front if part is where else cut_line)(part, width - _INDENT)


def _coherence(card: ServerCard, paper: Paper) -> Iterator[str]:
    """Yield how the tools fit together: the four sums, then what to fix."""
    coherence = card.report.score.coherence
    if coherence is None:
        return
    yield from paper.title(flat(f"Coherence {tenths(coherence.score)}, tier {coherence.tier}"))
    yield from _dimensions(coherence.dimensions, paper)
    for fix in card.coherence_fixes[: paper.cut(_MOST_FIXES)]:
        yield from _fix(Fix(fix, (), alike=True), paper)
        quoted = ", ".join(f'"{flat(quote.text)}"' for quote in fix.finding.quotes)
        yield from paper.wrap_dim(f"{fix.finding.check}  {quoted}", _INDENT)


def _remarks(found: Sequence[Fix], paper: Paper) -> Iterator[str]:
    if found:
        yield from paper.title("Findings outside the score")
    for fix in found[: paper.cut(_MOST_REMARKS)]:
        remark = fix.advice
        level, place = remark.finding.level or "", in_brackets(remark.finding.place)
        text = f"{remark.state} {_whose(fix)}{flat(remark.text)}{place}{_others(fix)}".lstrip()
        yield from paper.hang(level, text, 9, _LEVELS.get(level))
    yield from paper.rest(len(found), _MOST_REMARKS, "finding")


def _list_ignored(found: Sequence[Ignored], paper: Paper) -> Iterator[str]:
    if found:
        yield from paper.title("Ignored")
    for group in found[: paper.cut(_MOST_REMARKS)]:
        text = f"{flat(group.reason)}: {flat(join_first(group.checks, _MOST_CHECKS))}"
        yield from paper.hang(f"{group.count:>5}", text, _INDENT)
    yield from paper.rest(len(found), _MOST_REMARKS, "reason")


def _dimensions(dimensions: Sequence[DimensionScore], paper: Paper) -> Iterator[str]:
    longest = max(len(dimension.key) for dimension in dimensions)
    for dimension in dimensions:
        first = f"  {dimension.key:<{longest}} "
        rest = " " * (len(first) + len(f"{dimension.score} = "))
        yield from wrap(flat(explain_sum(dimension)), paper.width, first=first, rest=rest)


def _name(tool: ToolReport) -> str:
    """Return a name as it is written in a sentence."""
    return cut_line(format_tool_name(tool, flat), _LONGEST_NAME)
