"""The specification's worked examples (TDQS 1.2, Appendix A, calibration) come out as it says.

Definitions of the same shape, in words of our own: the same name, annotations, number of
parameters, schema coverage and statements. Rules may differ from the judge by a point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tools import rubric, view

from toolgrade.grading.grade import judge

if TYPE_CHECKING:
    from toolgrade.model import ToolScore


def schema(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required}


def text(description: str = "") -> dict[str, str]:
    return {"type": "string", **({"description": description} if description else {})}


EXAMPLES: dict[str, dict[str, Any]] = {
    "high": {
        "name": "get_calls",
        "description": "List ALL calls of a date range \u2013 without user or workspace filters. "
        "To filter by user or workspace, use search_calls_extensive instead.",
        "annotations": {"readOnlyHint": True, "destructiveHint": False},
        "inputSchema": schema(
            ["from_date", "to_date"],
            from_date=text("First day of the range"),
            to_date=text("Last day of the range"),
        ),
        "siblings": ["search_calls_extensive", "get_call", "add_new_call"],
    },
    "mid": {
        "name": "update_drive",
        "description": "Update settings of a shared drive including name, color, and restrictions.",
        "inputSchema": schema(
            ["id"],
            id=text("Identifier of the shared drive"),
            name=text("New name of the drive"),
            color=text(),
            restrictions={"type": "object"},
        ),
        "siblings": ["create_drive", "list_drives"],
    },
    "low": {
        "name": "process",
        "description": "Process",
        "inputSchema": schema(["input"], input=text(), mode=text(), options={"type": "object"}),
        "siblings": ["run", "execute"],
    },
    "contradiction": {
        "name": "create_record",
        "description": "Creates a new record in the database",
        "annotations": {"readOnlyHint": True},
        "inputSchema": schema(["record"], record={"type": "object"}),
    },
}
SCORES = {
    "high": (5, 5, 3, 3, 5, 5),
    "mid": (4, 2, 2, 3, 4, 2),
    "low": (1, 1, 1, 1, 2, 1),
}
KEYS = ("purpose", "usage", "behavior", "parameters", "conciseness", "completeness")


def score(name: str) -> ToolScore:
    return judge(view(EXAMPLES[name]), rubric())


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", SCORES)
def test_a_worked_example_is_within_a_point(name: str, key: str) -> None:
    found = {d.key: d.score for d in score(name).dimensions}
    assert abs(found[key] - SCORES[name][KEYS.index(key)]) <= 1


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("high", ()),
        ("mid", ()),
        ("low", ("Tautological Description",)),
        ("contradiction", ("Annotation Contradiction",)),
    ],
)
def test_a_worked_example_raises_its_flags(name: str, flags: tuple[str, ...]) -> None:
    assert score(name).flags == flags


def test_a_contradiction_scores_1_on_behavior() -> None:
    assert {d.key: d.score for d in score("contradiction").dimensions}["behavior"] == 1


def test_the_worked_shapes_are_the_specification_s() -> None:
    shapes = {name: view(example).signals for name, example in EXAMPLES.items() if name in SCORES}
    counted = {name: (s.param_count, s.schema_description_coverage) for name, s in shapes.items()}
    assert counted == {"high": (2, 100), "mid": (4, 50), "low": (3, 0)}
