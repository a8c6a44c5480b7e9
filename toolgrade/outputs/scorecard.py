"""The scorecard: what the terminal, Markdown and HTML reports show of each server.

It is built once from a report. Its lists are complete and sorted; a renderer shows the first of
them and counts the rest.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from toolgrade.model import LEVELS, UNCLEAR, walk_findings
from toolgrade.model.unknown import summarise_unknown
from toolgrade.outputs.matrix import Matrix, build_matrix
from toolgrade.outputs.phrases import describe_state, tenths
from toolgrade.wording.counts import format_count, format_more, inflect, pluralize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from toolgrade.model import Finding, Level, Report, ServerReport, Step, ToolReport, WhatIf

_LOWEST = Decimal(-1)
_NOTHING = Decimal(0)
_MOST_NAMED = 3
_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 - read as one line


@dataclass(frozen=True, slots=True)
class ToolCard:
    """A tool; `anchor` is unique in the report, `to_do` the open findings, highest gain first."""

    anchor: str
    report: ToolReport
    to_do: tuple[Finding, ...]

    @property
    def level(self) -> str:
        """The level of the tool's risk; "Unclear" where it is unknown."""
        return (self.report.risk and self.report.risk.level) or UNCLEAR


@dataclass(frozen=True, slots=True)
class Advice:
    """A finding and its tools: none for a finding on the server as a whole, several where the same
    note applies to each; `finding` is then the one with the highest gain.
    """

    finding: Finding
    tools: tuple[ToolCard, ...] = ()

    @property
    def text(self) -> str:
        """What to do, or else what was checked."""
        return self.finding.note or self.finding.title

    @property
    def state(self) -> str:
        """Whether the finding is "new" or "worse" against a baseline; "" for neither."""
        return describe_state(self.finding)

    def name_tools(self, write: Callable[[ToolReport], str]) -> str:
        """Return the first tool's name and how many follow, as the beginning of a line: "a and
        2 more: "; "" for none.
        """
        tools = self.tools
        return f"{write(tools[0].report)}{format_more(len(tools), 1)}: " if tools else ""


@dataclass(frozen=True, slots=True)
class Fix:
    """One fix for every tool that needs it: the advice with the highest gain, the tools of all, and
    whether the same words apply to each.
    """

    advice: Advice
    tools: tuple[ToolCard, ...]
    alike: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings of a server are open, by level, and how many of its tools are done."""

    levels: Mapping[Level, int]
    done: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """The findings that are ignored for one reason: their number, and their checks."""

    reason: str
    count: int
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recurring:
    """A check that several tools do not meet, and the sum of their gains."""

    title: str
    tools: int
    gain: Decimal


@dataclass(frozen=True, slots=True)
class ServerCard:
    """A server; `tools` come worst first.

    `next_tier` says what the server has and the fewest fixes to its next tier, `steps` are those
    fixes. `fixes` raise a tool's score, `coherence_fixes` the server's coherence; `remarks` are
    findings outside the score. `unknown` says what the source does not show.
    """

    anchor: str
    report: ServerReport
    tools: tuple[ToolCard, ...]
    next_tier: tuple[str | ToolCard, ...]
    steps: tuple[Advice, ...]
    fixes: tuple[Advice, ...]
    coherence_fixes: tuple[Advice, ...]
    remarks: tuple[Advice, ...]
    ignored: tuple[Ignored, ...]
    recurring: tuple[Recurring, ...]
    matrix: Matrix | None
    unknown: str
    app_only: str


def build_scorecard(report: Report) -> tuple[ServerCard, ...]:
    """Return a card for each server of a report."""
    return tuple(_build_card(server, f"s{n}") for n, server in enumerate(report.servers, 1))


def _build_card(server: ServerReport, anchor: str) -> ServerCard:
    cards = {
        at: ToolCard(f"{anchor}-t{tool.tool.index + 1}", tool, tool.to_do())
        for at, tool in enumerate(server.tools)
    }
    return ServerCard(
        anchor=anchor,
        report=server,
        tools=tuple(sorted(cards.values(), key=lambda card: rank_tool(card.report))),
        next_tier=tuple(_explain_next_tier(server, cards)),
        steps=tuple(_list_steps(server, cards)),
        fixes=tuple(_group_fixes(cards)),
        coherence_fixes=tuple(Advice(finding) for finding in list_coherence_fixes(server)),
        remarks=tuple(_list_remarks(server, cards)),
        ignored=tuple(_list_ignored(server)),
        recurring=tuple(_list_recurring(cards)),
        matrix=build_matrix(server),
        unknown=_describe_unknown(server),
        app_only=_describe_app_only(server),
    )


def group_by_check(found: Iterable[Advice]) -> list[Fix]:
    """Return a fix for each check, the highest gain first, of the tools that are not done yet."""
    grouped: dict[str, list[Advice]] = {}
    for advice in found:
        left = tuple(card for card in advice.tools if not card.report.is_done)
        if left or not advice.tools:
            grouped.setdefault(advice.finding.check, []).append(replace(advice, tools=left))
    return [
        Fix(same[0], tuple(card for each in same for card in each.tools), len(same) == 1)
        for same in grouped.values()
    ]


def count_open(server: ServerReport) -> Counts:
    """Return what is open of a server."""
    owners = (server.walk_server_findings(), *(tool.walk_findings() for tool in server.tools))
    levels = Counter(f.level for owner in owners for f in owner if f.is_open and f.level)
    return Counts(levels, sum(tool.is_done for tool in server.tools))


def rank_tool(tool: ToolReport) -> tuple[Decimal, Decimal, int]:
    """Return the key that sorts tools worst first; those without a score come before all."""
    if tool.score is None:
        return _LOWEST, _LOWEST, tool.tool.index
    return tool.score.tdqs, tool.score.expected, tool.tool.index


def list_coherence_fixes(server: ServerReport) -> list[Finding]:
    """Return what would raise a server's coherence, highest gain first."""
    found = [f for f in walk_findings(server.score.coherence) if f.is_open and f.gain > 0]
    return sorted(found, key=lambda finding: -finding.gain)


def _group_fixes(cards: Mapping[int, ToolCard]) -> list[Advice]:
    found = [(f, card) for card in cards.values() for f in card.to_do if f.gain > 0]
    grouped: dict[tuple[str, str], list[tuple[Finding, ToolCard]]] = {}
    for finding, card in sorted(found, key=lambda pair: -pair[0].gain):
        grouped.setdefault((finding.check, finding.note), []).append((finding, card))
    return [Advice(same[0][0], tuple(card for _, card in same)) for same in grouped.values()]


def _list_recurring(cards: Mapping[int, ToolCard]) -> list[Recurring]:
    gains: dict[str, list[Decimal]] = {}
    for finding in (f for card in cards.values() for f in card.to_do if f.gain):
        gains.setdefault(finding.title, []).append(finding.gain)
    found = [Recurring(t, len(g), sum(g, _NOTHING)) for t, g in gains.items() if len(g) > 1]
    return sorted(found, key=lambda each: -each.gain)


def _list_steps(server: ServerReport, cards: Mapping[int, ToolCard]) -> list[Advice]:
    steps = []
    for step in server.what_if.steps if server.what_if else ():
        card = None if step.tool is None else cards[step.tool]
        score = card.report.score if card else server.score.coherence
        by_check = {finding.check: finding for finding in walk_findings(score)}
        steps += [Advice(by_check[check], (card,) if card else ()) for check in step.checks]
    return steps


def _list_remarks(server: ServerReport, cards: Mapping[int, ToolCard]) -> list[Advice]:
    """Return the open findings without a price: errors first, a server's before its tools'.

    Those about clients are left out where the matrix shows them.
    """
    found = [Advice(finding) for finding in server.findings]
    found += [Advice(f, (c,)) for c in cards.values() for f in c.report.findings if not f.gain]
    shown = [
        advice
        for advice in found
        if advice.finding.level
        and not advice.finding.ignored
        and not (server.clients and advice.finding.check.startswith("client."))
    ]
    return sorted(shown, key=lambda advice: LEVELS.index(advice.finding.level or "note"))


def _list_ignored(server: ServerReport) -> list[Ignored]:
    reasons: dict[str, Counter[str]] = {}
    owners = (server.walk_server_findings(), *(tool.walk_findings() for tool in server.tools))
    for finding in (f for owner in owners for f in owner if f.level and f.ignored):
        reasons.setdefault(finding.ignored or "", Counter())[finding.check] += 1
    return [
        Ignored(reason, checks.total(), tuple(check for check, _ in checks.most_common()))
        for reason, checks in reasons.items()
    ]


def _describe_unknown(server: ServerReport) -> str:
    hidden = [tool.tool.unknown for tool in server.tools if tool.tool.unknown]
    counted = f"{len(hidden)} of {format_count(len(server.tools), 'tool')} seen only in part"
    return f"{counted}: {summarise_unknown(hidden)}" if hidden else ""


def _describe_app_only(server: ServerReport) -> str:
    count = sum(tool.tool.is_app_only for tool in server.tools)
    shown = f"{format_count(count, 'tool')} for an app only, hidden from the model"
    return f"{shown}: not graded and not counted" if count else ""


def _explain_next_tier(server: ServerReport, cards: Mapping[int, ToolCard]) -> list[str | ToolCard]:
    """Return in a sentence or two what a server has and the fewest fixes to its next tier; tools
    take the place of their names. Empty where there is no score.
    """
    what_if, (_, score, tier) = server.what_if, server.score.headline()
    if what_if is None:
        return []
    has = f"{tier} {tenths(score)}. "
    if what_if.score is None:
        beyond = f"{what_if.tier} takes more than twelve fixes. " if what_if.tier else ""
        lowest = _name_lowest(server, what_if, cards)
        return [has + (beyond or "There is no higher tier. "), *lowest]
    count = sum(len(step.checks) for step in what_if.steps)
    then = f" {inflect(count, 'raises', 'raise')} it to {what_if.tier} ({tenths(what_if.score)})."
    return [has, *_name_steps(what_if.steps, cards), then]


def _name_lowest(
    server: ServerReport, what_if: WhatIf, cards: Mapping[int, ToolCard]
) -> list[str | ToolCard]:
    parts: list[list[str | ToolCard]] = [[cards[at]] for at in what_if.holding[:_MOST_NAMED]]
    if more := format_more(len(what_if.holding), len(parts)):
        parts.append([more.removeprefix(" and ")])
    return ["Lowest score: ", *_join_parts(parts), f" ({tenths(server.score.min_tdqs)})."]


def _name_steps(steps: Sequence[Step], cards: Mapping[int, ToolCard]) -> list[str | ToolCard]:
    parts: list[list[str | ToolCard]] = []
    for step in steps[:_MOST_NAMED]:
        count = len(step.checks)
        number = _NUMBERS[count]
        if not parts:
            number = f"{number.capitalize()} {inflect(count, 'fix', pluralize('fix'))}"
        where = "the set as a whole" if step.tool is None else cards[step.tool]
        parts.append([f"{number} in ", where])
    if rest := steps[_MOST_NAMED:]:
        others = inflect(len(rest), "another tool", f"{_NUMBERS[len(rest)]} other tools")
        parts.append([f"{_NUMBERS[sum(len(step.checks) for step in rest)]} in {others}"])
    return _join_parts(parts)


def _join_parts(parts: Sequence[list[str | ToolCard]]) -> list[str | ToolCard]:
    listed: list[str | ToolCard] = []
    for at, part in enumerate(parts):
        gap = "" if not at else " and " if at == len(parts) - 1 else ", "
        listed += [gap, *part] if gap else part
    return listed
