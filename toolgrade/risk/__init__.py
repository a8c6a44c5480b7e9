"""What a tool can do, read from its definition: a category, a level, and the words that say so.

Each piece of evidence gives points to a category (rubrics/risk.toml). A capability is found if its
points reach a threshold, and the strongest one found decides. Nothing is guessed: without evidence
the category is UNCLEAR. Annotations are a claim of the server: evidence, not proof.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from toolgrade.model import UNCLEAR, Risk
from toolgrade.risk.evidence import gather
from toolgrade.risk.rules import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.model import Confidence, Quote, Severity
    from toolgrade.risk.evidence import Evidence
    from toolgrade.risk.rules import Rules
    from toolgrade.view import ToolView

_STEPS: tuple[Confidence, ...] = ("low", "medium", "high")
_AGAINST = {
    "/name": ("Destructive", "Financial"),
    "/description": ("Write", "Destructive", "Financial"),
}
"""The categories that readOnlyHint contradicts, by the place of the words. Not Execute: a query
that runs may only read. Of a name only the obvious: "merge" and "ingest" may only return a result.
"""

_SAYS = {"/name": "the name says", "/description": "the text says"}


def classify(tool: ToolView) -> Risk:
    """Return what a tool can do, with the evidence in its definition. Computed once."""
    if tool.risk is None:
        tool.risk = _compute_risk(tool)
    return tool.risk


def _compute_risk(tool: ToolView) -> Risk:
    rules = load()
    evidence = gather(tool, rules)
    order = list(rules.severity)
    sums = dict.fromkeys(order, Decimal(0))
    for reason in evidence.reasons:
        sums[reason.category] += reason.points
    found = tuple(key for key in reversed(order) if sums[key] >= rules.found)
    by_rank = sorted(evidence.reasons, key=lambda r: (-order.index(r.category), -r.points))
    reasons = tuple(by_rank)
    if not found:
        return Risk(UNCLEAR, None, "low", (), reasons)
    level, argued = _level(found[0], evidence, rules)
    against = tuple(_contradictions(found, evidence))
    reached = sum(sums[found[0]] >= rules.confidence[step] for step in _STEPS[1:])
    doubted = bool(against or evidence.leads - {found[0]})
    sure = _STEPS[max(0, reached - doubted)]
    return Risk(found[0], level, sure, found, reasons, argued, against)


def _level(
    category: str, evidence: Evidence, rules: Rules
) -> tuple[Severity, tuple[str, Quote] | None]:
    """Return the level, and the reason if it differs from that of the category."""
    own = rules.severity[category]
    for argument in rules.levels:
        if argument.category != category:
            continue
        needs = argument.needs is None or evidence.mentions(argument.needs)
        if needs and not evidence.find(argument.unless):
            quotes = evidence.quote_name_words(argument.names) or evidence.find(argument.words)
            if quotes:
                return argument.level, (argument.why, quotes[0])
    return own, None


def _contradictions(found: tuple[str, ...], evidence: Evidence) -> Iterator[tuple[str, Quote]]:
    """Yield the annotations that contradict an explicit verb in the name or in the description,
    each with the verb: the strongest capability that it names.
    """
    for pointer, against in _AGAINST.items():
        for category in found:
            action = evidence.outright(category, pointer)
            if action is None or category not in against:
                continue
            if evidence.hint("readOnlyHint"):
                yield f"readOnlyHint is true, yet {_SAYS[pointer]} '{action.verb}'", action.quote
                break
            if category == "Destructive" and evidence.hint("destructiveHint") is False:
                yield (
                    f"destructiveHint is false, yet {_SAYS[pointer]} '{action.verb}'",
                    action.quote,
                )
                break
