"""The nouns: every floor reads them, none changes them.

Definitions are patients: a `Tool` keeps whatever could be read and lists the rest in `malformed`.
Everything is frozen, every score is a `Decimal`, and nothing here computes or opens anything. The
nouns that a large server has by the hundred thousand are named tuples: made in a quarter of the
time of a frozen dataclass.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Pointer = str
"""An RFC 6901 JSON Pointer that starts at the tool: "/inputSchema/properties/path/description"."""

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
"""How much a finding asks to be mended, worst first."""

State = Literal["new", "worse", "known"]
"""How a finding, or a tool by its TDQS, stands to a baseline."""

DIMENSIONS: dict[str, str] = {
    "purpose": "purpose_clarity",
    "usage": "usage_guidelines",
    "behavior": "behavioral_transparency",
    "parameters": "parameter_semantics",
    "conciseness": "conciseness_structure",
    "completeness": "contextual_completeness",
}
"""Short name (rubrics, checks, command line) to TDQS key (JSON), in TDQS's order."""

COHERENCE: dict[str, str] = {
    "disambiguation": "disambiguation",
    "naming": "naming_consistency",
    "count": "tool_count_appropriateness",
    "coverage": "completeness",
}
"""The same for the four dimensions of a whole server. Its completeness is called coverage here, so
that one name does not stand for two dimensions.
"""


STRICTEST = "strictest"
"""Not one revision but all: what every client since 2024-11-05 accepts."""

_OBJECT = "the roots of both schemas say type: object, and hold no union"
SPECS: dict[str, str] = {
    "2024-11-05": _OBJECT,
    "2025-03-26": _OBJECT,
    "2025-06-18": f"{_OBJECT}; outputSchema, title and _meta are new",
    "2025-11-25": f"{_OBJECT}; a schema is JSON Schema 2020-12 unless it says otherwise",
    "2026-07-28": "only the input schema's root must say type: object; x-mcp-header is new",
}
"""The specification's revisions, oldest first, with what checks hold a definition to."""


class InputError(Exception):
    """A source that cannot be graded: one line saying what, where and how to mend it."""


class RubricError(Exception):
    """A rubric that cannot be used: one line saying what, where and how to mend it."""


class Place(NamedTuple):
    """A position in a file; `file` as it may be shown, line and column from 1."""

    file: str
    line: int
    column: int


class Origin(Protocol):
    """Where a tool was read from. Opaque: asked once, when a finding gets its place."""

    def place(self, pointer: Pointer, start: int = 0) -> Place | None:
        """Return the place of character `start` of the value at `pointer`; None if unknown."""


class _Nowhere:
    def place(self, pointer: Pointer, start: int = 0) -> Place | None:  # noqa: ARG002 - an Origin
        return None


NOWHERE: Origin = _Nowhere()
"""The origin of a definition that stands in no file, such as a live server's."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """Something the reader had to mend or pass over in a definition.

    `kind` is one of MALFORMED; `pointer` says where in the tool; `note` says what to do.
    """

    kind: str
    pointer: Pointer
    note: str


SHADOWED = "shadowed"
"""The remark on a tool in a cheaper one's shadow, and the name of its words in a rubric."""

MALFORMED = (
    "nameless",
    "not-an-object",
    "duplicate-name",
    "wrong-type",
    "not-a-number",
    "duplicate-key",
    "too-deep",
    "unread-file",
    "unread-tool",
)


class Handler(NamedTuple):
    """The function that carries a tool out: where it begins, and the lines of code around that,
    the first of which is the file's line `first`.
    """

    place: Place
    first: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tool:
    """One definition as a client sees it, in the wire's spelling, from wherever it was read.

    `index` is its place in the list; `name` is None where none was given. A field that was absent,
    null or of the wrong type is None. `unknown` holds the pointers the reader could not see, which
    is not the same as absent.
    """

    name: str | None
    index: int = 0
    title: str | None = None
    description: str | None = None
    input_schema: Mapping[str, Any] | None = None
    output_schema: Mapping[str, Any] | None = None
    annotations: Mapping[str, Any] | None = None
    unknown: frozenset[Pointer] = frozenset()
    malformed: tuple[Malformed, ...] = ()
    origin: Origin = NOWHERE
    meta: Mapping[str, Any] | None = None
    handler: Handler | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What the user named: a kind, the JSON key it is reported under, and its harmless spelling.

    `value` is already safe to print: paths are relative, URLs and argv carry no secret. `here` is
    False where a file of that name in the working folder would be another: `value` is then a base
    name, or a file at a revision.
    """

    kind: Literal["file", "stdin", "live", "code", "config"]
    key: Literal["path", "url", "command"]
    value: str | tuple[str, ...]
    here: bool = True

    def __str__(self) -> str:
        return self.value if isinstance(self.value, str) else " ".join(self.value)


UNFILED = frozenset({"live", "stdin", "config"})
"""Kinds of source whose tools stand in no file that a user could open at a line."""


class IgnoreComment(NamedTuple):
    """A comment in source code that asks to leave the findings of some checks as they are, and why;
    both empty where it does not say so. Its words are harmless already.

    `targets` are what it stands at: tools by index, with a pointer into them ("": all of it).
    """

    place: Place
    checks: tuple[str, ...]
    reason: str
    targets: tuple[tuple[int, Pointer], ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """A list of tools and what the server says of itself. `complete` is False where the list is
    known to be only a part of the server's tools (then a missing sibling proves nothing);
    `malformed` is what was mended around the tools, by pointers from the server. `files` are the
    names at the top of the folder it was read from, None where it was read from no folder.
    `ignores` are the comments in its source that ask to leave a finding.
    """

    name: str
    tools: tuple[Tool, ...]
    source: Source
    instructions: str | None = None
    complete: bool = True
    malformed: tuple[Malformed, ...] = ()
    origin: Origin = NOWHERE
    files: frozenset[str] | None = None
    ignores: tuple[IgnoreComment, ...] = ()

    @property
    def is_unread(self) -> bool:
        """Whether its code registers tools, none of which can be read: it is told of beside the
        others of its repository, and not judged.
        """
        return self.source.kind == "code" and not self.tools


class Quote(NamedTuple):
    """Exact words of a definition: characters `start` to `end` (code points, end exclusive) of the
    string at `pointer`. Never empty.
    """

    pointer: Pointer
    start: int
    end: int
    text: str


class Verdict(NamedTuple):
    """A check's answer. `share` is 1 for met, 0 for unmet, between for partly, and None where the
    check does not apply. `note` says what to do, in the imperative; `at` where, if no words can be
    quoted.
    """

    share: Decimal | None
    quotes: tuple[Quote, ...] = ()
    note: str = ""
    at: Pointer | None = None


class Finding(NamedTuple):
    """One line of a dimension's sum, or (unpriced) one remark beside it.

    `delta` is what it adds to its dimension, `gain` what the tool's unrounded TDQS (of a server's
    finding: its unrounded coherence) would rise by if only this check were met. `level` is None
    where there is nothing to mend, `ignored` the reason somebody gave for leaving it so, `state`
    None where there is no baseline; `inline` is whether the reason stands in the source itself.
    """

    check: str
    title: str
    share: Decimal | None
    delta: Decimal
    gain: Decimal
    level: Level | None
    note: str
    quotes: tuple[Quote, ...]
    place: Place | None
    ignored: str | None = None
    state: State | None = None
    inline: bool = False


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """A whole sum: baseline, a line per finding, the limit that cut it (if any), and the result.

    `expected` is the sum before rounding to whole points, on the scale; `limit` is the cap that
    applied with the reason for it.
    """

    key: str
    score: int
    expected: Decimal
    baseline: Decimal
    why: str
    findings: tuple[Finding, ...]
    limit: tuple[Decimal, str] | None = None


@dataclass(frozen=True, slots=True)
class ToolScore:
    """`tdqs` is the exact weighted sum of the whole scores, to one decimal; `expected` is the same
    sum of the unrounded ones, to three.
    """

    tdqs: Decimal
    expected: Decimal
    tier: str
    flags: tuple[str, ...]
    smells: tuple[str, ...]
    dimensions: tuple[DimensionScore, ...]


@dataclass(frozen=True, slots=True)
class Signals:
    """TDQS 1.2 stage 1: what can be counted in a definition, computed as the registry does."""

    annotation_values: Mapping[str, bool | None]
    definition_bytes: int
    has_annotations: bool
    has_nested_objects: bool
    has_output_schema: bool
    input_hash: str
    invocation_cost: int
    param_count: int
    params_with_descriptions: int
    params_with_enums: int
    required_field_count: int
    required_param_count: int
    schema_depth: int
    schema_description_coverage: int
    title_is_meaningful: bool
    union_choice_count: int


Effect = Literal["degraded", "lost", "list lost", "refused"]

EFFECTS: tuple[Effect, ...] = ("degraded", "lost", "list lost", "refused")
"""What a client does with what it does not take, the mildest first: cuts or misreads it, drops the
tool, drops every tool of the server, fails the whole request.
"""


class Client(NamedTuple):
    """A client by its key and title; `prefix` stands before a tool's name, {server} in it being the
    server's.
    """

    key: str
    title: str
    prefix: str = ""


class Obstacle(NamedTuple):
    """A limit of a client that a definition passes: what happens, what to do and where, and in how
    many `more` places; `source` says who reported it, `verified` (an ISO date) when that was last
    looked up.
    """

    client: str
    measure: str
    effect: Effect
    level: Level
    note: str
    more: int
    pointer: Pointer
    place: Place | None
    source: str
    verified: str


@dataclass(frozen=True, slots=True)
class Compatibility:
    """The clients that were asked for, and what in the server as a whole stands in their way."""

    clients: tuple[Client, ...]
    obstacles: tuple[Obstacle, ...]


class Missing(NamedTuple):
    """What a requirement lacks: the tool's name (None for the server), what to do, and where."""

    tool: str | None
    note: str
    place: Place | None


class Requirement(NamedTuple):
    """What a review asks for. `met` is None where nobody can know offline, as `unknown` says."""

    title: str
    met: bool | None
    missing: tuple[Missing, ...]
    unknown: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A directory's review of one server: `ready` if nothing that can be known is missing. `source`
    says where the review is written down, `verified` (an ISO date) when that was last looked up.
    """

    name: str
    title: str
    source: str
    verified: str
    ready: bool
    requirements: tuple[Requirement, ...]


class Tokens(NamedTuple):
    """What a definition costs an agent: `total` is name, description, schema and the titles in it;
    `savable` what the schema could lose without telling less. Estimated unless `exact`.
    """

    total: int
    name: int
    description: int
    schema: int
    titles: int
    savable: int
    exact: bool


CATEGORIES = ("Read", "Write", "Execute", "Destructive", "Financial")
"""What a tool can do, weakest first."""

UNCLEAR = "Unclear"
"""The category of a tool whose definition does not say what it can do."""

Severity = Literal["Low", "Medium", "High", "Critical"]
SEVERITIES: tuple[Severity, ...] = ("Low", "Medium", "High", "Critical")

Confidence = Literal["low", "medium", "high"]


def reaches(level: Severity | None, bar: Severity) -> bool:
    """Whether a level is `bar` or worse; what is unclear has none and reaches no bar."""
    return level is not None and SEVERITIES.index(level) >= SEVERITIES.index(bar)


class Reason(NamedTuple):
    """A line of a category's sum: what spoke, what it is worth, and its exact words."""

    category: str
    points: Decimal
    why: str
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """What a tool can do: the strongest capability found decides the category, and that the level,
    unless `argued` says why it is another. `found` lists all, strongest first; a category's sum is
    that of its `reasons`. UNCLEAR has no level and nothing found. `contradictions` say which
    annotation speaks against which words: of the name, of the description.
    """

    category: str
    level: Severity | None
    confidence: Confidence
    found: tuple[str, ...]
    reasons: tuple[Reason, ...]
    argued: tuple[str, Quote] | None = None
    contradictions: tuple[tuple[str, Quote], ...] = ()

    def sum_of(self, category: str) -> Decimal:
        """Return what speaks for a category, in points."""
        return sum((r.points for r in self.reasons if r.category == category), Decimal(0))


@dataclass(frozen=True, slots=True)
class Capability:
    """How a category of risk is worded: what such a tool does, why that matters, the rule that is
    recommended, and whether it can be limited or blocked. `level` is None for UNCLEAR.
    """

    key: str
    level: Severity | None
    does: str
    matters: str
    rule: str
    limited: str
    blocked: str


@dataclass(frozen=True, slots=True)
class Attack:
    """A documented attack: what it abuses, in which categories, what limits it, and an account."""

    id: str
    name: str
    abuses: str
    categories: tuple[str, ...]
    limits: str
    source: str


@dataclass(frozen=True, slots=True)
class RiskGuide:
    """What there is to know of each category, weakest first, and the attacks worth reading of."""

    capabilities: tuple[Capability, ...]
    attacks: tuple[Attack, ...]

    def capability(self, category: str) -> Capability:
        """Return how a category is worded. Raises StopIteration for what is none."""
        return next(c for c in self.capabilities if c.key == category)

    def reading(self, category: str) -> tuple[Attack, ...]:
        """Return the attacks documented for a category."""
        return tuple(attack for attack in self.attacks if category in attack.categories)


@dataclass(frozen=True, slots=True)
class ToolReport:
    """A tool, its signals, its score, its risk and the findings that belong to no dimension.

    `score`, `signals` and `risk` are None for a tool without a name. `state` compares its TDQS to
    a baseline's, None where there is none. `clients` holds what stands in the way of the clients
    that were asked for, None if none was; `tokens` is None if nobody asked.
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

    def to_do(self) -> tuple[Finding, ...]:
        """Return what is worth mending, dearest first. Left out: what is ignored, and what has no
        note because another finding's says how to mend the same.
        """
        found = [f for d in self.score.dimensions for f in d.findings] if self.score else []
        open_ones = [f for f in (*found, *self.findings) if f.level and f.note and not f.ignored]
        return tuple(sorted(open_ones, key=lambda f: -f.gain))


@dataclass(frozen=True, slots=True)
class CoherenceScore:
    """How a server's tools fit together. `score` is the exact weighted mean of the whole scores,
    to one decimal; `expected` is the same mean of the unrounded ones, to three.
    """

    score: Decimal
    expected: Decimal
    tier: str
    dimensions: tuple[DimensionScore, ...]


@dataclass(frozen=True, slots=True)
class ServerScore:
    """The rollup over a server's tools, as TDQS spells it; aggregates are None while fewer than
    80 % of the tools could be scored. `coherence`, and with it the overall score, is None also
    where the rubric does not judge it and where only some of the server's tools are known.
    """

    tool_count: int
    scored_tool_count: int
    mean_tdqs: Decimal | None = None
    min_tdqs: Decimal | None = None
    description_quality_score: Decimal | None = None
    description_quality_tier: str | None = None
    coherence: CoherenceScore | None = None
    overall_score: Decimal | None = None
    overall_tier: str | None = None

    def headline(self) -> tuple[str, Decimal | None, str | None]:
        """Return what a server is judged by first: "overall", with score and tier, or "quality"
        where coherence is not judged.
        """
        if self.overall_score is not None:
            return "overall", self.overall_score, self.overall_tier
        return "quality", self.description_quality_score, self.description_quality_tier


class Shadow(NamedTuple):
    """A tool that a cheaper sibling may be called in place of, both by index, with what an
    invocation of each costs; `shared` are the things both speak of, `apart` those only the tool
    does.
    """

    tool: int
    sibling: int
    cost: int
    sibling_cost: int
    shared: tuple[str, ...]
    apart: tuple[str, ...]


class Step(NamedTuple):
    """What to mend in one place: a tool by its index, or the set of tools (None); `checks` are to
    be met.
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
    """A graded server; `findings` are those that are not one tool's. `what_if` is None where there
    is no score.
    """

    server: Server
    score: ServerScore
    tools: tuple[ToolReport, ...]
    findings: tuple[Finding, ...] = ()
    flags: tuple[str, ...] = ()
    what_if: WhatIf | None = None
    shadows: tuple[Shadow, ...] = ()

    def own(self) -> Iterator[Finding]:
        """Walk the findings that are not one tool's: those of coherence, then those beside it."""
        coherence = self.score.coherence
        for dimension in coherence.dimensions if coherence else ():
            yield from dimension.findings
        yield from self.findings

    clients: Compatibility | None = None
    profiles: tuple[Profile, ...] = ()
    tokens: Tokens | None = None

    def risks(self) -> dict[str, int]:
        """Return how many of the tools are of each category, the strongest first, unclear last."""
        counts = Counter(tool.risk.category for tool in self.tools if tool.risk)
        return {key: counts[key] for key in (*reversed(CATEGORIES), UNCLEAR) if counts[key]}

    def keyed(self) -> Iterator[tuple[tuple[str | None, int], ToolReport]]:
        """Walk the tools by name and how many of that name came before: what stays the same when
        tools are moved, reordered or edited.
        """
        seen: Counter[str | None] = Counter()
        for tool in self.tools:
            yield (tool.tool.name, seen[tool.tool.name]), tool
            seen[tool.tool.name] += 1


@dataclass(frozen=True, slots=True)
class Dimension:
    """How a rubric words a dimension: reports show it, nothing computes from the words."""

    key: str
    title: str
    question: str
    importance: str
    weight: int
    anchors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RubricStamp:
    """Which rubric judged: scores under different digests are not compared. `dimensions` are a
    tool's, `coherence` a server's.
    """

    name: str
    version: str
    digest: str
    dimensions: tuple[Dimension, ...]
    coherence: tuple[Dimension, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceError:
    """A source that could not be graded, and why, in one line."""

    source: str
    message: str


@dataclass(frozen=True, slots=True)
class Bars:
    """What a run was asked to reach: no open finding of level `fail_on` or above, no tool and no
    server below the score `fail_under`, no tool whose risk is `fail_on_risk` or worse. None: no
    such bar.
    """

    fail_on: Level | None = None
    fail_under: Decimal | None = None
    fail_on_risk: Severity | None = None


class Notice(NamedTuple):
    """Something that no longer serves, such as an ignore that matches nothing, and where it stands
    if that is in a source. Its words are harmless already.
    """

    text: str
    place: Place | None = None

    def __str__(self) -> str:
        return f"{self.place.file}:{self.place.line}: {self.text}" if self.place else self.text


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a reporter may show. No clock inside: same input, same bytes. `missed` says in a
    line each which bars were missed, in words that are harmless already, `notices` what no longer
    serves: an ignore that matches nothing, entries of a baseline.
    """

    version: str
    rubric: RubricStamp
    servers: tuple[ServerReport, ...]
    errors: tuple[SourceError, ...] = ()
    bars: Bars = Bars()
    missed: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    guide: RiskGuide = RiskGuide((), ())

    def findings(self) -> Iterator[tuple[ServerReport, ToolReport | None, Finding]]:
        """Walk every finding: a server's own first, then its tools' in list order."""
        for server in self.servers:
            for finding in server.own():
                yield server, None, finding
            for tool in server.tools:
                for dimension in tool.score.dimensions if tool.score else ():
                    for finding in dimension.findings:
                        yield server, tool, finding
                for finding in tool.findings:
                    yield server, tool, finding
