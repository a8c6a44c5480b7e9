"""A hand-built Report for reporters' tests: small, and honest in every sum, quote and gain.

Two servers. The first has a poor tool, a perfect one, one cut by a limit, a nameless one and a
hostile one; the second has one tool that takes nothing. One more source failed.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolgrade.model import (
    Attack,
    Capability,
    Dimension,
    DimensionScore,
    Finding,
    Level,
    Malformed,
    Notice,
    Place,
    Quote,
    Reason,
    Report,
    Risk,
    RiskGuide,
    RubricStamp,
    Server,
    ServerReport,
    ServerScore,
    Source,
    SourceError,
    Tool,
    ToolReport,
    ToolScore,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HOSTILE = "<script>alert(1)</script><img src=http://evil.test/x onerror=alert(2)>"
DIMENSIONS = (
    Dimension(
        "purpose",
        "Purpose Clarity",
        "Does it say what the tool does?",
        "An agent picks a tool by this first; a vague one is passed over or called in error.",
        25,
        {"5": "Verb, resource and scope.", "3": "Verb and resource.", "1": "Only the name."},
    ),
    Dimension(
        "usage",
        "Usage Guidelines",
        "Does it say when to use the tool, and when not?",
        "Between two tools that could both answer, only this decides.",
        20,
        {"5": "When, when not, what instead.", "3": "When, by implication.", "1": "Nothing."},
    ),
    Dimension(
        "behavior",
        "Behavioral Transparency",
        "Does it tell what happens when it is called?",
        "An agent cannot try a deletion to find out.",
        20,
        {"5": "Effects, limits and failures.", "3": "The main effect.", "1": "It contradicts."},
    ),
    Dimension(
        "parameters",
        "Parameter Semantics",
        "Does it add meaning beyond what the input schema provides?",
        "Wrong arguments are the commonest failed call.",
        15,
        {"5": "Formats and relations.", "3": "The schema says it.", "1": "Unexplained."},
    ),
    Dimension(
        "conciseness",
        "Conciseness & Structure",
        "Does every sentence earn its place?",
        "Each word is paid for in every conversation.",
        10,
        {"5": "Nothing to cut.", "3": "Some padding.", "1": "Noise."},
    ),
    Dimension(
        "completeness",
        "Contextual Completeness",
        "Is it enough for a tool of this complexity?",
        "What is missing here, the agent makes up.",
        10,
        {"5": "Nothing missing.", "3": "The gist.", "1": "Far too little."},
    ),
)
WEIGHTS = {dimension.key: Decimal(dimension.weight) / 100 for dimension in DIMENSIONS}
RUBRIC = RubricStamp("tdqs", "1.2", "sha256:0f3c9a5e7b21", DIMENSIONS)
FLOOR, CEILING = Decimal(1), Decimal(5)


def sample_report() -> Report:
    return Report(
        version="0.1.0",
        rubric=RUBRIC,
        servers=(_tracker(), _clock()),
        errors=(SourceError("npx broken-server", "ended before it answered; see its last lines"),),
        guide=GUIDE,
    )


def one_server_report() -> Report:
    return replace(sample_report(), servers=(_tracker(),), errors=())


def empty_report() -> Report:
    return Report("0.1.0", RUBRIC, (), (SourceError("none.json", "no such file; check the path"),))


def a_finding() -> Finding:
    """Return the dearest finding of the sample's poor tool: it asks when to use it."""
    return _poor().to_do()[0]


def with_findings(*findings: Finding) -> Report:
    """Return a report on one tool, unscored, that has these findings."""
    report = one_server_report()
    server = report.servers[0]
    tool = replace(server.tools[0], score=None, findings=findings)
    return replace(report, servers=(replace(server, tools=(tool,)),))


def with_words(words: str) -> Report:
    """Return the sample with `words` wherever a stranger's text can stand."""
    report = one_server_report()
    server = report.servers[0]
    finding = server.tools[0].to_do()[0]._replace(note=words or "-", check=words or "-")
    remark = Finding(
        "a.b", words, None, Decimal(0), Decimal(0), "error", words, (), Place(words, 1, 1)
    )
    ignored = remark._replace(check="a.c", note="-", quotes=_any_quote(words), ignored=words or "-")
    poor = server.tools[0].score
    assert poor
    score = replace(
        poor,
        dimensions=(replace(poor.dimensions[0], findings=(finding,)), *poor.dimensions[1:]),
    )
    tool = replace(
        server.tools[0],
        tool=replace(server.tools[0].tool, name=words),
        score=score,
        findings=(remark, ignored),
        risk=a_risk(words or "-"),
    )
    named = replace(server.server, name=words)
    servers = (replace(server, server=named, tools=(tool, *server.tools[1:])),)
    errors = (SourceError(words, words),)
    bar, notice = (f"bar: {words}",), (Notice(f"notice: {words}"),)
    return replace(report, servers=servers, errors=errors, missed=bar, notices=notice)


def _any_quote(words: str) -> tuple[Quote, ...]:
    return (Quote(f"/{words}", 0, len(words), words),) if words else ()


def quote(tool: Tool, text: str, pointer: str = "/description") -> Quote:
    value: Any = {
        "description": tool.description,
        "title": tool.title,
        "name": tool.name,
        "inputSchema": tool.input_schema,
    }
    for token in pointer.split("/")[1:]:
        value = value[token.replace("~1", "/").replace("~0", "~")]
    start = value.index(text)
    return Quote(pointer, start, start + len(text), text)


def line(  # noqa: PLR0913, PLR0917 - a finding has that many parts
    check: str,
    title: str,
    prices: tuple[str, str],
    share: str | None = "0",
    note: str = "",
    quotes: Sequence[Quote] = (),
    *,
    ignored: str | None = None,
) -> tuple[Finding, Decimal]:
    """Return a finding whose gain is still to be found, and what it would add if it were met."""
    met, unmet = map(Decimal, prices)
    part = None if share is None else Decimal(share)
    delta = Decimal(0) if part is None else met * part + unmet * (1 - part)
    zero = Decimal(0)
    finding = Finding(check, title, part, delta, zero, None, note, tuple(quotes), None, ignored)
    return finding, met


def dimension(
    key: str,
    baseline: str,
    why: str,
    *lines: tuple[Finding, Decimal],
    limit: tuple[str, str] | None = None,
) -> DimensionScore:
    """Sum the lines; meeting a check that is unmet lifts the limit only if it is the first one."""
    cap = (Decimal(limit[0]), limit[1]) if limit else None
    base = Decimal(baseline)
    total = base + sum((finding.delta for finding, _ in lines), Decimal(0))
    expected = _kept(total, cap)
    findings = tuple(
        finding._replace(gain=gain, level=_level(gain))
        for place, (finding, met) in enumerate(lines)
        for gain in [_gain(key, finding, met, total, expected, cap if place else None)]
    )
    score = int(expected.quantize(Decimal(1), ROUND_HALF_UP))
    return DimensionScore(key, score, expected, base, why, findings, cap)


def graded(
    tool: Tool,
    dimensions: Sequence[DimensionScore],
    findings: Sequence[Finding] = (),
    flags: Sequence[str] = (),
) -> ToolReport:
    by_key = {d.key: d for d in dimensions}
    exact = sum((WEIGHTS[key] * by_key[key].score for key in WEIGHTS), Decimal(0))
    expected = sum((WEIGHTS[key] * by_key[key].expected for key in WEIGHTS), Decimal(0))
    tdqs = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    score = ToolScore(
        tdqs, expected.quantize(Decimal("0.001")), _tier(tdqs), tuple(flags), (), tuple(dimensions)
    )
    place = Place("tools.json", 4 + tool.index, 5)
    return ToolReport(tool, None, score, tuple(findings), place, risk=a_risk(tool.name or "x"))


def a_risk(words: str) -> Risk:
    """Return a risk with all its parts, quoting `words`."""
    quoted = Quote("/name", 0, len(words), words)
    reasons = (
        Reason("Destructive", Decimal(2), f"the name says '{words}'", (quoted,)),
        Reason("Write", Decimal("-0.5"), "readOnlyHint is true"),
    )
    return Risk(
        "Destructive",
        "High",
        "medium",
        ("Destructive", "Write"),
        reasons,
        ("can be brought back", quoted),
        ((f"readOnlyHint is true, yet the name says '{words}'", quoted),),
    )


GUIDE = RiskGuide(
    (Capability("Destructive", "Critical", "It deletes.", "It is gone.", "Ask.", "No.", "Deny."),),
    (Attack("loop", "Loop", "A loop.", ("Destructive",), "A limit.", "https://example.com/loop"),),
)


def rollup(tools: Sequence[ToolReport]) -> ServerScore:
    scores = [tool.score.tdqs for tool in tools if tool.score]
    if len(scores) < Decimal("0.8") * len(tools):
        return ServerScore(len(tools), len(scores), None, None, None, None)
    mean, worst = sum(scores, Decimal(0)) / len(scores), min(scores)
    quality = (mean * 60 + worst * 40) / 100
    tenth = Decimal("0.1")
    return ServerScore(
        len(tools),
        len(scores),
        mean.quantize(tenth, ROUND_HALF_UP),
        worst,
        quality.quantize(tenth, ROUND_HALF_UP),
        _tier(quality.quantize(tenth, ROUND_HALF_UP)),
    )


def _kept(total: Decimal, cap: tuple[Decimal, str] | None) -> Decimal:
    return max(FLOOR, min(total, cap[0] if cap else CEILING, CEILING))


def _gain(  # noqa: PLR0913, PLR0917 - the sum's parts
    key: str,
    finding: Finding,
    met: Decimal,
    total: Decimal,
    expected: Decimal,
    cap: tuple[Decimal, str] | None,
) -> Decimal:
    if finding.share is None or finding.share == 1:
        return Decimal(0)
    lifted = _kept(total - finding.delta + met, cap)
    return ((lifted - expected) * WEIGHTS[key]).quantize(Decimal("0.001"))


def _level(gain: Decimal) -> Level | None:
    if gain >= Decimal("0.5"):
        return "error"
    if gain >= Decimal("0.2"):
        return "warning"
    return "note" if gain else None


def _tier(score: Decimal) -> str:
    bars = {"A": "3.5", "B": "3.0", "C": "2.0", "D": "1.0"}
    return next((tier for tier, bar in bars.items() if score >= Decimal(bar)), "F")


def _unpriced(check: str, title: str, note: str, level: Level = "warning") -> Finding:
    zero = Decimal(0)
    return Finding(check, title, zero, zero, zero, level, note, (), None)


def _schema(properties: Mapping[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "required": list(required), **more}


def _perfect() -> ToolReport:
    tool = Tool(
        "search_issues",
        index=1,
        title="Search issues",
        description=(
            "Search the open and closed issues of one repository by text, label or author.\n\n"
            "Use it when the number is not known; use get_issue for a single known issue. "
            "Read-only. Returns up to 50 matches, newest first, as a list of {number, title}; "
            "an empty list when nothing matches."
        ),
        input_schema=_schema(
            {
                "query": {"type": "string", "description": "Words to look for, such as `crash`."},
                "state": {"enum": ["open", "closed"], "default": "open", "description": "Which."},
                "sort": {
                    "type": "object",
                    "description": "How to order the matches.",
                    "properties": {"by": {"enum": ["created", "updated"], "description": "Key."}},
                    "required": ["by"],
                },
            },
            "query",
        ),
        output_schema=_schema({"issues": {"type": "array", "items": {"type": "object"}}}, "issues"),
        annotations={"readOnlyHint": True, "openWorldHint": True},
    )
    return graded(
        tool,
        [
            dimension(
                "purpose",
                "2",
                "otherwise",
                line(
                    "purpose.verb",
                    "Starts with a verb",
                    ("1", "0"),
                    "1",
                    "",
                    [quote(tool, "Search")],
                ),
                line(
                    "purpose.scope",
                    "Says the scope",
                    ("2", "0"),
                    "1",
                    "",
                    [quote(tool, "the open and closed issues of one repository")],
                ),
            ),
            dimension(
                "usage",
                "2",
                "otherwise",
                line(
                    "usage.when",
                    "Says when to use it",
                    ("1", "0"),
                    "1",
                    "",
                    [quote(tool, "Use it when the number is not known")],
                ),
                line(
                    "usage.alternative",
                    "Names an alternative",
                    ("1.5", "0"),
                    "1",
                    "",
                    [
                        quote(tool, "use get_issue for a single known issue"),
                        quote(tool, "get_issue"),
                    ],
                ),
                line("usage.steering", "Orders nothing", ("0", "-1"), None),
                line("usage.order", "Says what comes first", ("0.5", "0"), "1"),
            ),
            dimension(
                "behavior",
                "3",
                "annotations are given",
                line(
                    "behavior.read-only",
                    "Says it only reads",
                    ("1", "0"),
                    "1",
                    "",
                    [quote(tool, "Read-only")],
                ),
                line(
                    "behavior.limits",
                    "Says its limits",
                    ("1", "0"),
                    "1",
                    "",
                    [quote(tool, "up to 50 matches, newest first")],
                ),
            ),
            dimension(
                "parameters",
                "3",
                "the schema describes every parameter",
                line(
                    "parameters.examples",
                    "Gives examples",
                    ("2", "0"),
                    "1",
                    "",
                    [quote(tool, "such as `crash`", "/inputSchema/properties/query/description")],
                ),
            ),
            dimension("conciseness", "5", "nothing to cut"),
            dimension(
                "completeness",
                "3",
                "otherwise",
                line(
                    "completeness.returns",
                    "Says what comes back",
                    ("2", "0"),
                    "1",
                    "",
                    [quote(tool, "Returns up to 50 matches, newest first, as a list")],
                ),
            ),
        ],
    )


def _poor() -> ToolReport:
    tool = Tool(
        "create_issue",
        index=0,
        description="Create issue. Powerful and easy. Creates an issue in the tracker.",
        input_schema=_schema(
            {
                "repo": {"type": "string"},
                "title": {"type": "string", "description": "The title.", "maxLength": 120},
                "labels": {"type": "array", "items": {"type": "string"}, "default": []},
            },
            "repo",
            "title",
            "nonexistent",
        ),
        annotations={"destructiveHint": False},
    )
    title = "/inputSchema/properties/title/description"
    return graded(
        tool,
        [
            dimension(
                "purpose",
                "2",
                "otherwise",
                line(
                    "purpose.verb",
                    "Starts with a verb",
                    ("1", "0"),
                    "1",
                    "",
                    [quote(tool, "Create")],
                ),
                line(
                    "purpose.scope",
                    "Says the scope",
                    ("1", "0"),
                    "0.5",
                    "say in which repository",
                    [quote(tool, "in the tracker")],
                ),
            ),
            dimension(
                "usage",
                "2",
                "otherwise",
                line("usage.when", "Says when to use it", ("1", "-1"), note="say when to use it"),
                line(
                    "usage.exclusion",
                    "Says when not to use the tool",
                    ("1", "0"),
                    note="say which case belongs to search_issues",
                ),
            ),
            dimension(
                "behavior",
                "2",
                "otherwise",
                line("behavior.annotated", "Has annotations", ("1", "0"), "1"),
                line("behavior.auth", "Says what it needs", ("0.5", "0"), note="name the scope"),
            ),
            dimension(
                "parameters",
                "2",
                "most parameters are undescribed",
                line(
                    "parameters.mentioned",
                    "Explains what the schema leaves bare",
                    ("1", "-1"),
                    "0.333",
                    "describe: repo, labels",
                    [quote(tool, "The title.", title)],
                ),
            ),
            dimension(
                "conciseness",
                "4",
                "otherwise",
                line(
                    "conciseness.marketing",
                    "Sells nothing",
                    ("0.5", "-1"),
                    note="drop the praise",
                    quotes=[quote(tool, "Powerful and easy")],
                ),
                line(
                    "conciseness.repeats",
                    "Says it once",
                    ("0", "-1"),
                    note="say it once",
                    quotes=[quote(tool, "Create issue. Powerful"), quote(tool, "Creates an issue")],
                    ignored="our style guide wants a heading",
                ),
            ),
            dimension(
                "completeness",
                "2",
                "otherwise",
                line(
                    "completeness.returns",
                    "Says what comes back",
                    ("1", "0"),
                    note="say what comes back",
                ),
            ),
        ],
        [
            _unpriced(
                "schema.required",
                "Requires only what exists",
                "drop `nonexistent` from required, or declare it",
            )
        ],
    )


def _limited() -> ToolReport:
    tool = Tool(
        "get_issue",
        index=2,
        description="Get issue",
        input_schema=_schema({"number": {"type": "integer", "minimum": 1}}, "number"),
        unknown=frozenset({"/outputSchema", "/annotations/readOnlyHint"}),
    )
    tautology = line(
        "purpose.more-than-name",
        "Says more than the name",
        ("1", "0"),
        note="say more than the name does",
        quotes=[quote(tool, "Get issue")],
    )
    verb = line("purpose.verb", "Starts with a verb", ("1", "0"), "1", "", [quote(tool, "Get")])
    return graded(
        tool,
        [
            dimension(
                "purpose", "2", "otherwise", tautology, verb, limit=("2", "it repeats the name")
            ),
            dimension("usage", "1", "nothing is said"),
            dimension("behavior", "1", "nothing is said"),
            dimension("parameters", "1", "nothing is described"),
            dimension("conciseness", "3", "it says too little"),
            dimension("completeness", "1", "nothing is said"),
        ],
        flags=["Tautological Description"],
    )


def _hostile() -> ToolReport:
    tool = Tool(
        "drop" + "_very_long_name" * 8,
        index=4,
        title="\x1b[31mRed\x1b[0m \u202egnp.exe",
        description=(
            f'{HOSTILE} & "quoted" | pipe ` tick\x00\n\n# Heading\n\u200b\u200bhidden'
            "\U000e0068\U000e0069 削除します \ud800 {{ 7*7 }} ]]> --> </style></details>"
        ),
        input_schema=_schema(
            {
                '"><b>x</b>': {"type": ["string", "null"], "description": HOSTILE},
                "node": {"$ref": "#/$defs/Node"},
            },
            **{
                "$defs": {
                    "Node": {
                        "type": "object",
                        "description": "A node.",
                        "properties": {"child": {"$ref": "#/$defs/Node"}},
                    }
                }
            },
        ),
        annotations={"title": HOSTILE, "destructiveHint": True},
        malformed=(Malformed("wrong-type", "/outputSchema", "make outputSchema an object"),),
    )
    scores = [
        dimension(
            "purpose",
            "2",
            "otherwise",
            line(
                "purpose.scope",
                "Says the scope",
                ("1", "0"),
                note=f"say {HOSTILE}",
                quotes=[quote(tool, "<script>alert(1)</script>"), quote(tool, "</script><img")],
            ),
        ),
        *(dimension(key, "2", "otherwise") for key in list(WEIGHTS)[1:]),
    ]
    return graded(
        tool,
        scores,
        [
            _unpriced(
                "malformed.wrong-type", "Is well formed", "make outputSchema an object", "error"
            )
        ],
    )


def _nameless() -> ToolReport:
    tool = Tool(
        None,
        index=3,
        description="Closes it.",
        malformed=(Malformed("nameless", "", "give it a name: no client can call it"),),
    )
    remark = _unpriced("malformed.nameless", "Has a name", "give it a name", "error")
    return ToolReport(tool, None, None, (remark,), Place("tools.json", 7, 5))


def _tracker() -> ServerReport:
    tools = (_poor(), _perfect(), _limited(), _nameless(), _hostile())
    source = Source("file", "path", "tools.json")
    server = Server("issue-tracker", tuple(t.tool for t in tools), source, "Ask before closing.")
    return ServerReport(server, rollup(tools), tools)


def _clock() -> ServerReport:
    tool = Tool(
        "now",
        description="Tell the current time in UTC, as ISO 8601.",
        input_schema={"type": "object", "properties": {}},
    )
    scores = [
        dimension(
            "purpose",
            "3",
            "verb and resource",
            line("purpose.scope", "Says the scope", ("1", "0"), "1", "", [quote(tool, "in UTC")]),
        ),
        dimension(
            "usage",
            "2",
            "otherwise",
            line("usage.when", "Says when to use it", ("1", "0"), note="say when to use it"),
        ),
        dimension("behavior", "2", "otherwise"),
        dimension("parameters", "4", "it takes nothing"),
        dimension("conciseness", "5", "nothing to cut"),
        dimension("completeness", "4", "it is simple"),
    ]
    tools = (graded(tool, scores),)
    source = Source("live", "command", ("uvx", "mcp-clock"))
    return ServerReport(Server("clock", (tool,), source), rollup(tools), tools)


def many_tools(count: int) -> Report:
    """Return a report on so many tools of the example, graded, each under a name of its own."""
    from toolgrade.grading.grade import grade  # noqa: PLC0415 - most tests need none
    from toolgrade.inputs import read  # noqa: PLC0415 - as above
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - as above

    (server,) = read(str(Path(__file__).parent / "servers" / "example.json"))
    tools = [
        replace(tool, name=f"{tool.name}_{number}", index=number)
        for number in range(count)
        for tool in (server.tools[number % len(server.tools)],)
    ]
    return grade((replace(server, tools=tuple(tools)),), Rubric.load("tdqs"))
