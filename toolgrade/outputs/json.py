"""The contract: `toolgrade-report/1`, what other programs read. Its schema is report.schema.json.

Field names of TDQS's own output are spelled as TDQS spells them. A tool is encoded at a time and
is on its own line, so ten thousand of them need no tree in memory and a diff can be read.
Everything is ASCII: no terminal acts on it, and what no encoding can hold (a lone surrogate) can
still be quoted.
"""

from __future__ import annotations

import json
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from toolgrade.model import COHERENCE, DIMENSIONS, Answers, Signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from decimal import Decimal

    from toolgrade.model import (
        CoherenceScore,
        DimensionScore,
        Finding,
        Fix,
        Obstacle,
        Place,
        Priced,
        Profile,
        Quote,
        Report,
        Risk,
        ServerReport,
        ServerScore,
        ToolReport,
        ToolScore,
        WhatIf,
    )

SCHEMA = "toolgrade-report/1"


def camel(name: str) -> str:
    """Return a name of TDQS as its JSON spells it."""
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


_KEYS = {**DIMENSIONS, **{key: camel(name) for key, name in COHERENCE.items()}}
_ENCODE = json.JSONEncoder(allow_nan=False, check_circular=False, separators=(",", ":")).encode
_spell = json.encoder.encode_basestring_ascii


def render(report: Report) -> Iterator[str]:
    """Return the report in chunks, a tool in each; the last ends with a newline."""
    yield from render_parts(report, map(render_server, report.servers), lambda: report)


def render_parts(
    begun: Report, servers: Iterable[Iterable[str]], finish: Callable[[], Report]
) -> Iterator[str]:
    """Return a report in chunks, of which only the head is known when the first is taken: the text
    of each of the `servers`, and then what `finish` knows besides.
    """
    yield from _head(begun)
    for number, server in enumerate(servers):
        yield ",\n" if number else "\n"
        yield from server
    yield _tail(finish())


def _head(report: Report) -> Iterator[str]:
    head = {
        "schema": SCHEMA,
        "toolgrade": report.version,
        "rubric": {
            "name": report.rubric.name,
            "version": report.rubric.version,
            "digest": report.rubric.digest,
        },
    }
    yield f'{_ENCODE(head)[:-1]},"servers":['


def _tail(report: Report) -> str:
    errors = [{"source": error.source, "message": error.message} for error in report.errors]
    asked = report.thresholds
    under = None if asked.fail_under is None else float(asked.fail_under)
    tail = {
        "errors": errors,
        "bars": {"failOn": asked.fail_on, "failUnder": under, "failOnRisk": asked.fail_on_risk},
        "missed": report.missed,
        "notices": [str(notice) for notice in report.notices],
    }
    return f"\n],{_ENCODE(tail)[1:]}\n"


def render_server(report: ServerReport) -> Iterator[str]:
    """Return a server's part of the report in chunks, a tool in each."""
    source = report.server.source
    head = {
        "name": report.server.name,
        "source": {"kind": source.kind, source.key: source.value},
        "score": encode_score(report.score),
        "instructions": report.server.instructions,
        "serverFlags": report.flags,
        "whatIf": _what_if(report.what_if),
        "clients": _clients(report, report.clients.obstacles if report.clients else None),
        "profiles": [_profile(profile) for profile in report.profiles],
        "tokens": report.tokens and report.tokens._asdict(),
        "risks": report.risks(),
    }
    coherence = report.score.coherence
    yield (
        f"{_ENCODE(head)[:-1]},"
        f'"expected":{_ENCODE(_list_exact_scores(coherence))},'
        f'"dimensions":{_dimensions(coherence.dimensions if coherence else ())},'
        f'"findings":{_findings(report.findings)},"tools":['
    )
    for number, tool in enumerate(report.tools):
        yield f"{',' if number else ''}\n{_tool(tool, report)}"
    yield "\n]}"


def _list_exact_scores(coherence: CoherenceScore | None) -> dict[str, float] | None:
    if coherence is None:
        return None
    points = {_KEYS[d.key]: float(d.expected) for d in coherence.dimensions}
    return {**points, "coherenceScore": float(coherence.expected)}


def _what_if(found: WhatIf | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "tier": found.tier,
        "score": _tenths(found.score),
        "fixes": [{"tool": step.tool, "checks": step.checks} for step in found.steps],
        "heldDownBy": found.holding,
    }


def encode_score(score: ServerScore) -> dict[str, Any]:
    """Return a server's score in TDQS's spelling; what it lacks is None."""
    coherence = score.coherence
    points = {d.key: d.score for d in coherence.dimensions} if coherence else {}
    return {
        "toolCount": score.tool_count,
        "scoredToolCount": score.scored_tool_count,
        "meanTdqs": _tenths(score.mean_tdqs),
        "minTdqs": _tenths(score.min_tdqs),
        "descriptionQualityScore": _tenths(score.description_quality_score),
        "descriptionQualityTier": score.description_quality_tier,
        **{camel(COHERENCE[key]): points.get(key) for key in COHERENCE},
        "coherenceScore": _tenths(coherence.score if coherence else None),
        "coherenceTier": coherence.tier if coherence else None,
        "overallScore": _tenths(score.overall_score),
        "overallTier": score.overall_tier,
    }


def _tenths(score: Decimal | None) -> float | None:
    return None if score is None else float(score)


def _clients(
    server: ServerReport, obstacles: Sequence[Obstacle] | None
) -> dict[str, list[dict[str, Any]]] | None:
    """Return the problems of each client that was asked for; an empty list where there is none."""
    if server.clients is None or obstacles is None:
        return None
    found: dict[str, list[dict[str, Any]]] = {c.key: [] for c in server.clients.clients}
    for obstacle in obstacles:
        row = obstacle._asdict()
        place = row["place"]
        row["place"] = place and place._asdict()
        found[row.pop("client")].append(row)
    return found


def _profile(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "title": profile.title,
        "source": profile.source,
        "verified": profile.verified,
        "ready": profile.ready,
        "checked": profile.checked,
        "requirements": [
            {
                "title": asked.title,
                "met": asked.met,
                "unknown": asked.unknown,
                "missing": [
                    {**m._asdict(), "place": m.place and m.place._asdict()} for m in asked.missing
                ],
            }
            for asked in profile.requirements
        ],
    }


def _tool(report: ToolReport, server: ServerReport) -> str:
    rest = {
        "contextSignals": signals_json(report.signals) if report.signals else None,
        "unknown": sorted(report.tool.unknown),
        "appOnly": report.tool.is_app_only,
        "handler": report.tool.handler and report.tool.handler.place._asdict(),
        "clients": _clients(server, report.clients),
        "tokens": report.tokens and report.tokens._asdict(),
        "fixes": [_fix(fix) for fix in report.fixes],
    }
    return (
        f'{{"index":{report.tool.index},"name":{_ENCODE(report.tool.name)},'
        f'{_score(report.score)},"state":{_text(report.state)},'
        f'"dimensions":{_dimensions(report.score.dimensions if report.score else ())},'
        f'"findings":{_findings(report.findings)},'
        f'"origin":{_place(report.place)},'
        f'"risk":{_risk(report.risk)},'
        f"{_ENCODE(rest)[1:]}"
    )


def _fix(fix: Fix) -> dict[str, Any]:
    row = fix._asdict()
    del row["edits"], row["replacements"]
    return {**row, "score": float(fix.score), "patch": [edit.as_json() for edit in fix.edits]}


_UNJUDGED = '"tdqs":null,"tier":null,"scores":null,"expected":null,"flags":[],"smells":[]'


def _score(score: ToolScore | None) -> str:
    if score is None:
        return _UNJUDGED
    keyed = [(_text(DIMENSIONS.get(d.key, d.key)), d) for d in score.dimensions]
    scores = ",".join([f"{key}:{dimension.score}" for key, dimension in keyed])
    expected = "".join([f"{key}:{_number(dimension.expected)}," for key, dimension in keyed])
    smells = ",".join([_text(DIMENSIONS.get(key, key)) for key in score.smells])
    return (
        f'"tdqs":{_number(score.tdqs)},"tier":{_text(score.tier)},"scores":{{{scores}}},'
        f'"expected":{{{expected}"tdqs":{_number(score.expected)}}},'
        f'"flags":[{",".join(map(_text, score.flags))}],"smells":[{smells}]'
    )


def _dimensions(dimensions: Sequence[DimensionScore]) -> str:
    return f"{{{','.join([_dimension(dimension) for dimension in dimensions])}}}"


def _dimension(dimension: DimensionScore) -> str:
    d, findings = dimension, dimension.findings
    head = _dimension_head(d.key, d.score, d.expected, d.baseline, d.why, d.limit)
    made = _answers(findings) if isinstance(findings, Answers) else _findings(findings)
    return f"{head}{made}}}"


@lru_cache(4096)
def _dimension_head(  # noqa: PLR0913, PLR0917 - what many tools have alike
    key: str,
    score: int,
    expected: Decimal,
    baseline: Decimal,
    why: str,
    limit: tuple[Decimal, str] | None,
) -> str:
    head = {
        "score": score,
        "expected": float(expected),
        "baseline": float(baseline),
        "why": why,
        "limit": {"cap": float(limit[0]), "why": limit[1]} if limit else None,
    }
    return f'{_text(_KEYS.get(key, key))}:{_ENCODE(head)[:-1]},"findings":'


def _answers(answers: Answers) -> str:
    # Of the findings that many tools have alike, only what differs is written anew.
    written = []
    here = f'"quotes":[],"place":{_place(answers.places.default)},"ignored":null,"state":null}}'
    for priced, (_, quotes, note, _) in zip(answers.priced, answers.verdicts, strict=True):
        if quotes:
            place = answers.places.find(quotes[0].pointer, quotes[0].start)
            written.append(
                f'{_answer_head(priced)}"note":{_text(note)},'
                f'"quotes":{_quotes(quotes)},'
                f'"place":{_place(place)},"ignored":null,"state":null}}'
            )
        elif priced.level is None:  # met
            written.append(_met_answer(priced))
        else:
            written.append(f'{_answer_head(priced)}"note":{_text(note)},{here}')
    return f"[{','.join(written)}]"


@lru_cache(16_384)
def _met_answer(priced: Priced) -> str:
    return f'{_answer_head(priced)}"note":"","quotes":[],"place":null,"ignored":null,"state":null}}'


@lru_cache(16_384)
def _answer_head(priced: Priced) -> str:
    line = priced.line
    return (
        f'{{"check":{_text(line.id)},'
        f'"title":{_text(line.title)},'
        f'"share":{_number(line.share)},'
        f'"delta":{_number(line.points)},'
        f'"gain":{_number(priced.gain)},'
        f'"level":{_text(priced.level)},'
    )


def _findings(findings: Iterable[Finding]) -> str:
    # What does not apply says nothing; a remark without a price may still have a level.
    shown = [f for f in findings if f.share is not None or f.level is not None]
    return f"[{','.join([_finding(finding) for finding in shown])}]"


def _finding(finding: Finding) -> str:
    # Spelled out, not built as a dict: a tool has some sixty of them, and little else.
    return (
        f'{{"check":{_text(finding.check)},'
        f'"title":{_text(finding.title)},'
        f'"share":{_number(finding.share)},'
        f'"delta":{_number(finding.delta)},'
        f'"gain":{_number(finding.gain)},'
        f'"level":{_text(finding.level)},'
        f'"note":{_text(finding.note)},'
        f'"quotes":{_quotes(finding.quotes)},'
        f'"place":{_place(finding.place)},'
        f'"ignored":{_text(finding.ignored)},'
        f'"state":{_text(finding.state)}}}'
    )


def _quote(quote: Quote) -> str:
    return (
        f'{{"pointer":{_text(quote.pointer)},"start":{quote.start},"end":{quote.end},'
        f'"text":{_spell(quote.text)}}}'
    )


def _risk(risk: Risk | None) -> str:
    if risk is None:
        return "null"
    reasons = ",".join(
        [
            f'{{"category":{_text(category)},"points":{_number(points)},"why":{_spell(why)},'
            f'"quotes":{_quotes(quotes)}}}'
            for category, points, why, quotes in risk.reasons
        ]
    )
    argued = "null"
    if risk.argued:
        argued = f'{{"why":{_spell(risk.argued[0])},"quotes":{_quotes(risk.argued[1:])}}}'
    contradictions = ",".join(
        [
            f'{{"note":{_spell(note)},"quotes":{_quotes((quote,))}}}'
            for note, quote in risk.contradictions
        ]
    )
    return (
        f'{{"category":{_text(risk.category)},"level":{_text(risk.level)},'
        f'"confidence":{_text(risk.confidence)},"found":[{",".join(map(_text, risk.found))}],'
        f'"points":{_number(risk.sum_of(risk.category))},"reasons":[{reasons}],'
        f'"levelArgued":{argued},"contradictions":[{contradictions}]}}'
    )


def _quotes(quotes: Iterable[Quote]) -> str:
    return f"[{','.join(map(_quote, quotes))}]"


def _place(place: Place | None) -> str:
    if place is None:
        return "null"
    return f'{{"file":{_text(place.file)},"line":{place.line},"column":{place.column}}}'


@lru_cache(4096)
def _text(text: str | None) -> str:
    return _ENCODE(text)


@lru_cache(4096)
def _number(number: Decimal | None) -> str:
    # A double is written in the fewest digits that tell it apart, which are the decimal's own.
    return "null" if number is None else repr(float(number))


_SIGNALS = [(field.name, camel(field.name)) for field in fields(Signals)]


def signals_json(signals: Signals) -> dict[str, Any]:
    """Return context signals in TDQS's spelling."""
    spelled = {key: getattr(signals, name) for name, key in _SIGNALS}
    hints = signals.annotation_values
    return {**spelled, "annotationValues": {camel(hint): hints[hint] for hint in hints}}
