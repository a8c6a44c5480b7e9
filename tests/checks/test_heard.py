"""Advice that is followed is heard: its example words, in any shape, end the finding."""

from __future__ import annotations

import pytest
from tools import verdict

ADVICE = {
    "usage.when": ("Use when", "the barrel of a vintage is not known"),
    "usage.exclusion": ("Do not use to", "count the bottles of a whole cellar"),
    "usage.prerequisite": ("Requires", "the cellar to be open for the day"),
    "completeness.returns": ("Returns", "the vintage and the size of each bottle"),
}
ASKED = {
    "usage.when": ("When to use", "When to use this tool", "Use THIS tool when", "**When to use**"),
    "usage.exclusion": ("When NOT to use", "Do NOT use this tool for", "**When not to use**"),
}
SHAPES = {
    "sentence": "{0} {1}.",
    "heading with a list": "## {0}\n\n- {1}\n- the label is torn",
    "label with a list": "{0}:\n- {1}\n- the label is torn",
    "label with numbers": "{0}:\n1. {1}\n2. the label is torn",
    "heading with a paragraph": "## {0}\n\n{1}.",
    "bullet": "- {0} {1}",
    "bullet with a label": "- **{0}:** {1}",
    "bold label": "**{0}:** {1}.",
    "row of a table": "| Topic | Text |\n|---|---|\n| {0} | {1} |",
    "block like Args": "{0}:\n    {1}",
}
SAYS = [(check, *words) for check, words in ADVICE.items()]
SAYS += [(check, label, ADVICE[check][1]) for check, labels in ASKED.items() for label in labels]
FACTS = {
    "behavior.harmless": ("Read-only.", "Read-only. Does not modify anything.", "No side effects."),
    "behavior.reversibility": (
        "Cannot be undone.",
        "This cannot be undone.",
        "Irreversible.",
        "Can be undone.",
    ),
}
FACT_SHAPES = {
    "sentence": "{0}",
    "bullet": "- {0}",
    "bold": "**{0}**",
    "number": "1. {0}",
    "label": "**Effect:** {0}",
    "heading": "## Notes\n\n{0}",
    "heading with a list": "## Notes\n\n- {0}",
    "row of a table": "| Topic | Text |\n|---|---|\n| Effect | {0} |",
    "block like Args": "Effect:\n    {0}",
}
TOOLS = {
    "behavior.harmless": ("get_bottle", "Get a bottle"),
    "other": ("delete_bottle", "Delete a bottle"),
}


def share(check: str, added: str, by: str = "\n\n") -> object:
    name, says = TOOLS.get(check, TOOLS["other"])
    description = f"{says} of the cellar by its number.{by}{added}"
    return verdict(check, {"name": name, "description": description, "siblings": ["x"]}).share


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(("check", "label", "rest"), SAYS)
def test_advice_is_heard_in_every_shape(check: str, label: str, rest: str, shape: str) -> None:
    assert share(check, "") != 1
    assert share(check, shape.format(label, rest)) == 1


@pytest.mark.parametrize("shape", FACT_SHAPES.values(), ids=FACT_SHAPES)
@pytest.mark.parametrize(
    ("check", "fact"), [(check, fact) for check, facts in FACTS.items() for fact in facts]
)
def test_a_short_fact_is_heard_in_every_shape(check: str, fact: str, shape: str) -> None:
    assert share(check, "") != 1
    assert share(check, shape.format(fact)) == 1


@pytest.mark.parametrize(
    "empty",
    ["When to use:", "## When to use\n\n## Errors", "When to use:\n- needed", "**When to use**"],
)
def test_a_heading_alone_proves_nothing(empty: str) -> None:
    assert share("usage.when", empty) == 0


def test_short_phrases_strung_together_are_not_facts() -> None:
    assert share("behavior.harmless", "Read-only. Instead. Returns. Timeout. Errors.") == 0
