"""Fixes that only a person can finish: sentences with slots, and hints with the words behind them.

Nothing is made up: a slot is written as <what: ...>, and what is filled in is quoted from the
definition. A fix with slots is shown and never written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgrade.fixes.subject import Draft, Kind
from toolgrade.model import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.fixes.subject import Subject

_MOST_PARAMETERS = 20
_SHOWN = 60
_SENTENCES = {
    "usage.when": ("Use when <>.", "when: the situation in which an agent should call this"),
    "usage.exclusion": ("Do not use to <>.", "not: what it is mistaken for"),
    "completeness.returns": ("Returns <>.", "result: its shape, and its fields"),
    "behavior.failure": ("Fails if <>.", "failure: the condition, and what the caller gets then"),
}
"""For the checks that ask for a sentence: the sentence, and the slot in it."""


def _find_sentences(subject: Subject) -> Iterator[Draft]:
    text = subject.raw.get("description")
    if not isinstance(text, str) or not text.strip():
        return
    for check, (sentence, slot) in _SENTENCES.items():
        if check in subject.open:
            yield _add_sentence(check, text, sentence, f"<{slot}>")


def _add_sentence(check: str, text: str, sentence: str, slot: str) -> Draft:
    """Return the draft that adds a sentence to the description; "<>" is where its slot goes."""
    added = sentence.replace("<>", slot)
    said = text.rstrip()
    end = "" if said.endswith((".", "!", "?", ":", "`")) else "."
    edit = Edit("replace", "/description", f"{said}{end} {added}")
    return Draft(check, f"add: {added}", (edit,), (slot,))


def _find_alternative(subject: Subject) -> Iterator[Draft]:
    text = subject.raw.get("description")
    if "usage.alternative" not in subject.open or not isinstance(text, str) or not text.strip():
        return
    if near := subject.names.find_nearest(subject.report.tool.name or ""):
        slot = f"<instead: when {near} fits better>"
        yield _add_sentence("usage.alternative", text, f"Use `{near}` {slot}.", slot)


def _find_undescribed(subject: Subject) -> Iterator[Draft]:
    schema = subject.raw.get("inputSchema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if "parameters.described" not in subject.open or not isinstance(properties, dict):
        return
    edits, slots = [], []
    for name, member in list(properties.items())[:_MOST_PARAMETERS]:
        if isinstance(member, dict) and not member.get("description"):
            slot = f"<{name[:_SHOWN]}: what it is, with its format or an example>"
            escaped = name.replace("~", "~0").replace("/", "~1")
            at = f"/inputSchema/properties/{escaped}/description"
            edits.append(Edit("replace" if "description" in member else "add", at, slot))
            slots.append(slot)
    if edits:
        title = "describe each parameter"
        yield Draft("parameters.described", title, tuple(edits), tuple(slots))


def _find_hints(subject: Subject) -> Iterator[Draft]:
    risk, raw = subject.report.risk, subject.raw
    if "behavior.annotated" not in subject.open or risk is None or raw.get("annotations"):
        return
    if risk.confidence != "high" or risk.found is None:
        return
    hints = {
        "Read": {"readOnlyHint": True},
        "Write": {"readOnlyHint": False},
        "Execute": {"readOnlyHint": False},
        "Destructive": {"readOnlyHint": False, "destructiveHint": True},
    }.get(risk.category)
    quotes = [q.text for reason in risk.reasons for q in reason.quotes if q.text]
    if hints is None or not quotes:
        return
    shown = ", ".join(f'"{quote[:_SHOWN]}"' for quote in dict.fromkeys(quotes))
    edit = Edit("replace" if "annotations" in raw else "add", "/annotations", hints)
    note = f"it is read from the words {shown[:200]}: the code alone says what it does"
    yield Draft("behavior.annotated", f"declare {', '.join(hints)}", (edit,), note=note)


KINDS = (
    Kind(
        "annotations",
        safe=False,
        reason="a client asks its user more or less often by them",
        find=_find_hints,
    ),
    Kind(
        "sentence",
        safe=False,
        reason="only its author knows what belongs in the slot",
        find=_find_sentences,
    ),
    Kind(
        "alternative",
        safe=False,
        reason="the name is that of the likest sibling; only the author knows when it fits better",
        find=_find_alternative,
    ),
    Kind(
        "parameter-description",
        safe=False,
        reason="only its author knows what belongs in the slot",
        find=_find_undescribed,
    ),
)
