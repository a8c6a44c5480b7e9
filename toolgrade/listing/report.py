"""A saved toolgrade-report/1 back into the nouns it was written from.

A report holds no definition, only what was said of it: so a tool that is read back knows its name,
and every other field of it is unknown, which is not the same as absent.
"""

from __future__ import annotations

import json
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args

from toolgrade.model import (
    COHERENCE,
    DIMENSIONS,
    CoherenceScore,
    Confidence,
    DimensionScore,
    Finding,
    InputError,
    Level,
    Notice,
    Place,
    Quote,
    Reason,
    Report,
    Risk,
    RubricStamp,
    Server,
    ServerReport,
    ServerScore,
    Severity,
    Signals,
    Source,
    SourceError,
    State,
    Step,
    Thresholds,
    Tool,
    ToolReport,
    ToolScore,
    WhatIf,
)

if TYPE_CHECKING:
    from toolgrade.model import Pointer

SCHEMA = "toolgrade-report/"
_VERSION = "1"
UNREAD: frozenset[Pointer] = frozenset(
    {"/title", "/description", "/inputSchema", "/outputSchema", "/annotations"}
)
"""What a report does not hold of a definition."""

_HIGHEST = 10**9
_KINDS = Literal["file", "stdin", "live", "code", "config"]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


_SHORT = {key: name for name, key in DIMENSIONS.items()}
_TOGETHER = {_camel(key): name for name, key in COHERENCE.items()}
_HINTS = {"readOnly": "read_only", "openWorld": "open_world"}
_T = TypeVar("_T")


def is_report(data: object) -> bool:
    """Return whether JSON data says that it is a report of toolgrade's, of whatever schema."""
    return isinstance(data, dict) and str(data.get("schema", "")).startswith(SCHEMA)


def report(text: str, label: str) -> Report:
    """Return the report that `text` is the JSON of; `label` begins error messages.

    Raises InputError for another schema, for what is not whole, and for a run that failed in part:
    what it could not grade would look as if it had been removed.
    """
    again = "grade its source again, with -o json:FILE"
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_reject_constant)
        schema = data["schema"]
        if schema != f"{SCHEMA}{_VERSION}":
            raise InputError(
                f"{label}: schema {json.dumps(schema)[:60]} is not known to this toolgrade, which "
                f"reads {SCHEMA}{_VERSION}; {again}"
            )
        found = _report(data)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, ArithmeticError):
        raise InputError(f"{label}: is not a whole report; {again}") from None
    if found.errors:
        raise InputError(
            f"{label}: is the report of a run that could not grade everything, so what is missing "
            f"in it is not known; {again}"
        )
    return found


def _reject_constant(constant: str) -> Decimal:
    raise ValueError(constant)


def _report(data: dict[str, Any]) -> Report:
    stamp = data["rubric"]
    return Report(
        version=_expect(str, data["toolgrade"]),
        rubric=RubricStamp(
            name=_expect(str, stamp["name"]),
            version=_expect(str, stamp["version"]),
            digest=_expect(str, stamp["digest"]),
            dimensions=(),
        ),
        servers=tuple(_server(server) for server in _expect(list, data["servers"])),
        errors=tuple(
            SourceError(_expect(str, error["source"]), _expect(str, error["message"]))
            for error in _expect(list, data["errors"])
        ),
        thresholds=_thresholds(data.get("bars")),
        missed=_texts(data.get("missed", [])),
        notices=tuple(Notice(text) for text in _texts(data.get("notices", []))),
    )


def _thresholds(data: dict[str, Any] | None) -> Thresholds:
    """Return the thresholds; a report from before there were any has none."""
    if data is None:
        return Thresholds()
    level = data["failOn"]
    return Thresholds(
        fail_on=None if level is None else _one_of(Level, level),
        fail_under=_maybe_number(data["failUnder"]),
        fail_on_risk=_maybe_one_of(Severity, data.get("failOnRisk")),
    )


def _server(data: dict[str, Any]) -> ServerReport:
    score = data["score"]
    tools = tuple(_tool(tool) for tool in _expect(list, data["tools"]))
    server = Server(
        name=_expect(str, data["name"]),
        tools=tuple(tool.tool for tool in tools),
        source=_source(data["source"]),
        instructions=_expect_optional(str, data["instructions"]),
    )
    rollup = ServerScore(
        tool_count=_count(score["toolCount"]),
        scored_tool_count=_count(score["scoredToolCount"]),
        mean_tdqs=_maybe_number(score["meanTdqs"]),
        min_tdqs=_maybe_number(score["minTdqs"]),
        description_quality_score=_maybe_number(score["descriptionQualityScore"]),
        description_quality_tier=_expect_optional(str, score["descriptionQualityTier"]),
        coherence=_coherence(data),
        overall_score=_maybe_number(score["overallScore"]),
        overall_tier=_expect_optional(str, score["overallTier"]),
    )
    return ServerReport(
        server,
        rollup,
        tools,
        _findings(data["findings"]),
        _texts(data["serverFlags"]),
        what_if=_what_if(data.get("whatIf")),
    )


def _coherence(data: dict[str, Any]) -> CoherenceScore | None:
    """Return the coherence; a report of before it was judged has none."""
    expected = data.get("expected")
    if expected is None:
        return None
    return CoherenceScore(
        score=_number(data["score"]["coherenceScore"]),
        expected=_number(expected["coherenceScore"]),
        tier=_expect(str, data["score"]["coherenceTier"]),
        dimensions=tuple(_dimension(_TOGETHER[k], d) for k, d in data["dimensions"].items()),
    )


def _what_if(data: dict[str, Any] | None) -> WhatIf | None:
    if data is None:
        return None
    steps = (
        Step(None if each["tool"] is None else _count(each["tool"]), _texts(each["checks"]))
        for each in _expect(list, data["fixes"])
    )
    holding = tuple(_count(at) for at in _expect(list, data["heldDownBy"]))
    return WhatIf(
        _expect_optional(str, data["tier"]), _maybe_number(data["score"]), tuple(steps), holding
    )


def _source(data: dict[str, Any]) -> Source:
    (key,) = {"path", "url", "command"} & data.keys()
    value = data[key]
    spelled = tuple(_texts(value)) if isinstance(value, list) else _expect(str, value)
    return Source(_one_of(_KINDS, data["kind"]), cast("Any", key), spelled)


def _tool(data: dict[str, Any]) -> ToolReport:
    name = _expect_optional(str, data["name"])
    unknown = UNREAD.union(_texts(data["unknown"]))
    signals = data["contextSignals"]
    return ToolReport(
        tool=Tool(name, _count(data["index"]), unknown=unknown),
        signals=None if signals is None else _signals(signals),
        score=None if data["tdqs"] is None else _score(data),
        findings=_findings(data["findings"]),
        place=_place(data["origin"]),
        state=_state(data),
        risk=_risk(data.get("risk")),
    )


def _risk(data: dict[str, Any] | None) -> Risk | None:
    """Return what a tool can do; a report from before risks were judged has none."""
    if data is None:
        return None
    return Risk(
        category=_expect(str, data["category"]),
        level=_maybe_one_of(Severity, data["level"]),
        confidence=_one_of(Confidence, data["confidence"]),
        found=_texts(data["found"]),
        reasons=tuple(
            Reason(
                category=_expect(str, reason["category"]),
                points=_number(reason["points"]),
                why=_expect(str, reason["why"]),
                quotes=tuple(_quote(quote) for quote in _expect(list, reason["quotes"])),
            )
            for reason in _expect(list, data["reasons"])
        ),
        argued=_read_quoted(data["levelArgued"], "why"),
        contradictions=tuple(
            note
            for item in _expect(list, data["contradictions"])
            if (note := _read_quoted(item, "note"))
        ),
    )


def _read_quoted(data: dict[str, Any] | None, key: str) -> tuple[str, Quote] | None:
    if data is None:
        return None
    (quote,) = _expect(list, data["quotes"])
    return _expect(str, data[key]), _quote(quote)


def _signals(data: dict[str, Any]) -> Signals:
    kinds = {"bool": bool, "str": str}
    values: dict[str, Any] = {}
    for field in fields(Signals):
        value = data[_camel(field.name)]
        kind = kinds.get(str(field.type))
        if field.name == "annotation_values":
            values[field.name] = {
                _HINTS.get(hint, hint): _expect_optional(bool, value[hint]) for hint in value
            }
        else:
            values[field.name] = _expect(kind, value) if kind else _count(value)
    return Signals(**values)


def _score(data: dict[str, Any]) -> ToolScore:
    return ToolScore(
        tdqs=_number(data["tdqs"]),
        expected=_number(data["expected"]["tdqs"]),
        tier=_expect(str, data["tier"]),
        flags=_texts(data["flags"]),
        smells=tuple(_SHORT.get(key, key) for key in _texts(data["smells"])),
        dimensions=tuple(_dimension(_SHORT.get(k, k), d) for k, d in data["dimensions"].items()),
    )


def _dimension(key: str, data: dict[str, Any]) -> DimensionScore:
    limit = data["limit"]
    return DimensionScore(
        key=key,
        score=_expect(int, data["score"]),
        expected=_number(data["expected"]),
        baseline=_number(data["baseline"]),
        why=_expect(str, data["why"]),
        findings=_findings(data["findings"]),
        limit=None if limit is None else (_number(limit["cap"]), _expect(str, limit["why"])),
    )


def _findings(data: object) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            check=_expect(str, finding["check"]),
            title=_expect(str, finding["title"]),
            share=_maybe_number(finding["share"]),
            delta=_number(finding["delta"]),
            gain=_number(finding["gain"]),
            level=_one_of(Level, finding["level"]) if finding["level"] is not None else None,
            note=_expect(str, finding["note"]),
            quotes=tuple(_quote(quote) for quote in _expect(list, finding["quotes"])),
            place=_place(finding["place"]),
            ignored=_expect_optional(str, finding["ignored"]),
            state=_state(finding),
        )
        for finding in _expect(list, data)
    )


def _state(data: dict[str, Any]) -> State | None:
    state = data.get("state")
    return None if state is None else cast("State", _one_of(State, state))


def _quote(data: dict[str, Any]) -> Quote:
    start, end = _count(data["start"]), _count(data["end"])
    return Quote(_expect(str, data["pointer"]), start, end, _expect(str, data["text"]))


def _place(data: dict[str, Any] | None) -> Place | None:
    if data is None:
        return None
    return Place(_expect(str, data["file"]), _count(data["line"]), _count(data["column"]))


def _expect(kind: type[_T], value: object) -> _T:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(value)
    return value


def _expect_optional(kind: type[_T], value: object) -> _T | None:
    return None if value is None else _expect(kind, value)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_expect(str, item) for item in _expect(list, value))


def _one_of(literal: Any, value: object) -> Any:  # noqa: ANN401 - a Literal is not a type of types
    if value not in get_args(literal):
        raise ValueError(value)
    return value


def _maybe_one_of(literal: Any, value: object) -> Any:  # noqa: ANN401 - as above
    return None if value is None else _one_of(literal, value)


def _count(value: object) -> int:
    if not 0 <= _expect(int, value) <= _HIGHEST:
        raise ValueError(value)
    return _expect(int, value)


def _maybe_number(value: object) -> Decimal | None:
    return None if value is None else _number(value)


def _number(value: object) -> Decimal:
    number = Decimal(_expect(int, value)) if isinstance(value, int) else _expect(Decimal, value)
    if not abs(number) <= _HIGHEST:
        raise ValueError(value)
    return number
