"""Every kind of definition change: breaking or not, and why.

Calls go in and results come out, so the same change of a schema means the opposite on either side:
an input breaks callers when it takes less, an output breaks readers when it may hold more or lacks
what was there. No one relies on an undeclared property: to declare one breaks no one.
"""

from __future__ import annotations

from toolgrade.model.comparison import RISEN, Kind

_REFUSED = "a call that was valid may now be refused"
_SURPRISED = "a reader of results may now get what was not announced"
_PROMISED = "a client that relied on the promise, to skip a confirmation for example, no longer may"
_ALLOWED = "anyone who allowed the tool has now allowed more"
_FINE = "valid calls stay valid"
_EXPECTED = "results stay within what was announced"
_GIVEN = "a call that gives it is refused, or the value is ignored"
_MEANT = "a call that leaves it out may now mean another thing"
_UNHEARD = "readers ignore what they do not know"
_MISSED = "a reader that looks for it finds nothing"
_UNKNOWN = "what differs there is unknown"
_UNMET = "the server may list it elsewhere"
_BEYOND = "no program counts further exactly"
_READ = "only what an agent reads has changed"


def _table(*rows: tuple[str, str, bool, str]) -> dict[str, Kind]:
    return {row[0].partition(".")[2]: Kind(*row) for row in rows}


TOOL = _table(
    ("tool.added", "tool added", False, _FINE),
    ("tool.removed", "tool removed", True, "a call by this name fails"),
    ("tool.not-listed", "in the source only, under a condition", False, _UNMET),
    ("tool.renamed", "tool renamed", True, "a call by the old name fails"),
    ("tool.moved", "tool moved to another server", False, "its name is the same"),
    (RISEN, "can do more than before", True, _ALLOWED),
    ("tool.title-changed", "title changed", False, _READ),
    ("tool.description-changed", "description changed", False, _READ),
    ("tool.promise-withdrawn", "promise withdrawn", True, _PROMISED),
    ("tool.promise-made", "promise made", False, "a client may now rely on more"),
    ("tool.annotation-changed", "annotation changed", False, "no promise is withdrawn by it"),
    ("tool.output-schema-added", "output schema added", False, "readers know more"),
    (
        "tool.output-schema-removed",
        "output schema removed",
        True,
        "readers of results know less",
    ),
)
"""What happens to a tool as a whole, by the second half of its id."""

INPUT = _table(
    ("input.property-added", "parameter added", False, "it may be left out"),
    ("input.required-added", "required parameter added", True, "a call without it is refused"),
    ("input.property-removed", "parameter removed", True, _GIVEN),
    ("input.made-required", "parameter made required", True, "a call without it is refused"),
    ("input.made-optional", "parameter made optional", False, _FINE),
    ("input.type-narrowed", "type narrowed", True, _REFUSED),
    ("input.type-widened", "type widened", False, _FINE),
    ("input.type-changed", "type changed", True, _REFUSED),
    ("input.value-removed", "enum value removed", True, "a call with this value is refused"),
    ("input.value-added", "enum value added", False, _FINE),
    ("input.values-listed", "limited to listed values", True, _REFUSED),
    ("input.values-freed", "no longer limited to listed values", False, _FINE),
    ("input.bound-tightened", "bound tightened", True, _REFUSED),
    ("input.bound-loosened", "bound loosened", False, _FINE),
    ("input.machine-bound", "machine's own bound spelled out", False, _BEYOND),
    ("input.rule-added", "rule added", True, _REFUSED),
    ("input.rule-removed", "rule removed", False, _FINE),
    ("input.rule-changed", "rule changed", True, _REFUSED),
    ("input.closed", "further properties no longer taken", True, _GIVEN),
    ("input.undeclared-refused", "undeclared properties refused", False, "they were never offered"),
    ("input.opened", "further properties taken", False, _FINE),
    ("input.default-changed", "default changed", False, _MEANT),
    ("input.text-changed", "parameter's words changed", False, _READ),
    ("input.not-followed", "too large or deep to compare", True, _UNKNOWN),
)  # fmt: skip
"""What happens to an input schema, by the second half of its id."""

OUTPUT = _table(
    ("output.property-added", "output property added", False, _UNHEARD),
    ("output.required-added", "output property added", False, _UNHEARD),
    ("output.property-removed", "output property removed", True, _MISSED),
    ("output.made-required", "output property now always there", False, _EXPECTED),
    ("output.made-optional", "output property may be missing", True, _MISSED),
    ("output.type-narrowed", "output type narrowed", False, _EXPECTED),
    ("output.type-widened", "output type widened", True, _SURPRISED),
    ("output.type-changed", "output type changed", True, _SURPRISED),
    ("output.value-removed", "output enum value removed", False, _EXPECTED),
    ("output.value-added", "output enum value added", True, _SURPRISED),
    ("output.values-listed", "output limited to listed values", False, _EXPECTED),
    ("output.values-freed", "output no longer limited to listed values", True, _SURPRISED),
    ("output.bound-tightened", "output bound tightened", False, _EXPECTED),
    ("output.bound-loosened", "output bound loosened", True, _SURPRISED),
    ("output.machine-bound", "machine's own output bound spelled out", False, _BEYOND),
    ("output.rule-added", "output rule added", False, _EXPECTED),
    ("output.rule-removed", "output rule removed", True, _SURPRISED),
    ("output.rule-changed", "output rule changed", True, _SURPRISED),
    ("output.closed", "no further output properties", True, _MISSED),
    ("output.undeclared-refused", "no undeclared output properties", False, _EXPECTED),
    ("output.opened", "further output properties", False, _UNHEARD),
    ("output.default-changed", "output default changed", False, _READ),
    ("output.text-changed", "output property's words changed", False, _READ),
    ("output.not-followed", "output too large or deep to compare", True, _UNKNOWN),
)  # fmt: skip
"""What happens to an output schema, by the second half of its id."""
