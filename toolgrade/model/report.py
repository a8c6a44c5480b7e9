"""Everything a reporter may show, and nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from toolgrade.model.answers import Answers
from toolgrade.model.finding import Fault
from toolgrade.model.risk import CATEGORIES, NO_GUIDE, UNCLEAR
from toolgrade.model.score import walk_findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from toolgrade.model.audience import Compatibility, Obstacle, Profile, Tokens
    from toolgrade.model.finding import Finding, Level, State
    from toolgrade.model.fix import Fix
    from toolgrade.model.risk import Risk, RiskGuide, Severity
    from toolgrade.model.score import RubricStamp, ServerScore, Signals, ToolScore
    from toolgrade.model.tool import Place, Server, Tool


@dataclass(frozen=True, slots=True)
class ToolReport:
    """A tool, its signals, its score, its risk and the findings that belong to no dimension.

    `score`, `signals` and `risk` are None for a tool without a name; `score` and `signals` also
    where the description is unknown. `state` compares its TDQS with a baseline's, None without a
    baseline. `clients` holds the problems of the clients that were asked for, None if none was;
    `tokens` is None unless they were asked for. `fixes` is empty unless they were.
    """

    tool: Tool
    signals: Signals | None
    score: ToolScore | None
    findings: tuple[Finding, ...]
    place: Place | None
    state: State | None = None
    clients: tuple[Obstacle, ...] | None = None
    tokens: Tokens | None = None
    risk: Risk | None = None
    fixes: tuple[Fix, ...] = ()

    def walk_findings(self) -> Iterator[Finding]:
        """Walk every finding of the tool: those of its dimensions, then those without a price."""
        yield from walk_findings(self.score)
        yield from self.findings

    @property
    def is_done(self) -> bool:
        """Whether it is good enough: tier A, and nothing to fix but notes, which are optional."""
        if self.score is None or self.score.tier != "A":
            return False
        levels = [finding.level for finding in self.walk_faults() if not finding.ignored]
        levels += [obstacle.level for obstacle in self.clients or ()]
        return not {"error", "warning"}.intersection(levels)

    def walk_faults(self) -> Iterator[Fault]:
        """Walk what has a level: what is not met, ignored or not."""
        for dimension in self.score.dimensions if self.score else ():
            found = dimension.findings
            if isinstance(found, Answers):
                yield from found.walk_faults()
            else:
                yield from _list_faults(found)
        yield from _list_faults(self.findings)

    def to_do(self) -> tuple[Finding, ...]:
        """Return the open findings, the highest gain first."""
        return tuple(sorted((f for f in self.walk_findings() if f.is_open), key=lambda f: -f.gain))


def _list_faults(findings: Iterable[Finding]) -> list[Fault]:
    return [Fault(f.check, f.share, f.gain, f.level, f.ignored) for f in findings if f.level]


class Shadow(NamedTuple):
    """A tool that a cheaper sibling may be called in place of, both by index, with what an
    invocation of each costs; `shared` are the things both mention, `apart` those only the tool
    does.
    """

    tool: int
    sibling: int
    cost: int
    sibling_cost: int
    shared: tuple[str, ...]
    apart: tuple[str, ...]


class Step(NamedTuple):
    """What to fix in one place: a tool by its index, or the set of tools (None); `checks` are to be
    met.
    """

    tool: int | None
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The fewest fixes that bring a server to the next tier or beyond: `tier` and `score` are what
    it has then, `steps` the set's and then the most first. `tier` is None where there is none
    above, `score` None where it would take too many. `holding` are the tools with the lowest
    score, by index.
    """

    tier: str | None
    score: Decimal | None
    steps: tuple[Step, ...]
    holding: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ServerReport:
    """A graded server; `findings` are those that are not one tool's. `what_if` is None without
    a score.
    """

    server: Server
    score: ServerScore
    tools: tuple[ToolReport, ...]
    findings: tuple[Finding, ...] = ()
    flags: tuple[str, ...] = ()
    what_if: WhatIf | None = None
    shadows: tuple[Shadow, ...] = ()

    def walk_server_findings(self) -> Iterator[Finding]:
        """Walk the findings on the server as a whole: of coherence, then those without a price."""
        yield from walk_findings(self.score.coherence)
        yield from self.findings

    clients: Compatibility | None = None
    profiles: tuple[Profile, ...] = ()
    tokens: Tokens | None = None

    def risks(self) -> dict[str, int]:
        """Return how many of the tools are of each category, the strongest first, unclear last."""
        counts = Counter(tool.risk.category for tool in self.tools if tool.risk)
        return {key: counts[key] for key in (*reversed(CATEGORIES), UNCLEAR) if counts[key]}

    def walk_tools_by_key(self) -> Iterator[tuple[tuple[str | None, int], ToolReport]]:
        """Walk the tools by name and how many of that name came before: what stays the same when
        tools are moved, reordered or edited.
        """
        seen: Counter[str | None] = Counter()
        for tool in self.tools:
            yield (tool.tool.name, seen[tool.tool.name]), tool
            seen[tool.tool.name] += 1


@dataclass(frozen=True, slots=True)
class SourceError:
    """A source that could not be graded, and why, in one line."""

    source: str
    message: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a run must reach: no open finding of level `fail_on` or above, no tool and no server
    below the score `fail_under`, no tool whose risk is `fail_on_risk` or worse. None means that
    there is no such threshold.
    """

    fail_on: Level | None = None
    fail_under: Decimal | None = None
    fail_on_risk: Severity | None = None


class Notice(NamedTuple):
    """Something without effect, such as an ignore that matches nothing, and its place if that is in
    a source, from the folder `base` of the repository. Its words are harmless already.
    """

    text: str
    place: Place | None = None
    base: str = ""

    def __str__(self) -> str:
        return f"{self.place.file}:{self.place.line}: {self.text}" if self.place else self.text


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a reporter may show. No clock inside: same input, same bytes. `missed` says in a
    line each which thresholds were missed, in words that are harmless already, `notices` what has
    no effect any more: an ignore that matches nothing, entries of a baseline.
    """

    version: str
    rubric: RubricStamp
    servers: tuple[ServerReport, ...]
    errors: tuple[SourceError, ...] = ()
    thresholds: Thresholds = Thresholds()
    missed: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    guide: RiskGuide = NO_GUIDE

    def findings(self) -> Iterator[tuple[ServerReport, ToolReport | None, Finding]]:
        """Walk every finding: a server's own first, then its tools' in list order."""
        for server in self.servers:
            for finding in server.walk_server_findings():
                yield server, None, finding
            for tool in server.tools:
                for finding in tool.walk_findings():
                    yield server, tool, finding
