"""What is an error: a tool that is refused or lost, or a definition that contradicts itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tools import rubric, server

from toolgrade.agreement.labels import TDQS, read
from toolgrade.grading.grade import grade
from toolgrade.rubric import Rubric

if TYPE_CHECKING:
    from toolgrade.model import Finding

LABELS = Path(__file__).parents[2] / "reports" / "agreement" / "labels.jsonl"
ERRORS = {
    "purpose.described",
    "behavior.agrees",
    "malformed.nameless",
    "malformed.not-an-object",
    "malformed.duplicate-name",
    "malformed.unlistable-tool",
    "malformed.wrong-type",
    "schema.dialect",
    "schema.references",
    "schema.required",
    "schema.bounds",
    "schema.execution",
    "schema.headers",
    "names.legal",
    "hints.consistent",
    "hygiene.visible",
    "hygiene.no-override",
    "hygiene.no-secrets",
}
"""Each with its precision in reports/precision.md."""


def find(tool: dict[str, Any], under: Rubric | None = None) -> list[Finding]:
    """Return a tool's findings that have a level."""
    (only,) = grade([server([tool])], under or rubric()).servers[0].tools
    return [finding for finding in only.walk_findings() if finding.level]


def errors(tool: dict[str, Any], under: Rubric | None = None) -> set[str]:
    return {finding.check for finding in find(tool, under) if finding.level == "error"}


def test_the_errors_are_these_and_no_others() -> None:
    shipped = Rubric.load()
    fixed = {q.check.id: q.price.level for r in shipped.every_dimension for q in r.questions}
    fixed |= {remark.check.id: remark.level for remark in shipped.remarks}
    fixed |= {f"malformed.{kind}": table["level"] for kind, table in shipped.unpriced.items()}
    assert {id_ for id_, level in fixed.items() if level == "error"} == ERRORS
    assert [level for level, _ in shipped.levels] == ["warning"]


def test_a_missing_sentence_is_a_warning_whatever_it_gains() -> None:
    found = find({"name": "list_pages", "description": "List the pages of a wiki."})
    usage = next(finding for finding in found if finding.check == "usage.when")
    assert usage.level == "warning"
    assert usage.gain > rubric().levels[0][1]
    assert {finding.level for finding in found} == {"warning", "note"}


@pytest.mark.parametrize(
    ("check", "tool"),
    [
        ("purpose.described", {"name": "list_pages"}),
        (
            "behavior.agrees",
            {
                "name": "wiki",
                "description": "Delete a page of the wiki.",
                "annotations": {"readOnlyHint": True},
            },
        ),
        (
            "hints.consistent",
            {
                "name": "wiki",
                "description": "List the pages of a wiki.",
                "annotations": {"readOnlyHint": True, "destructiveHint": True},
            },
        ),
        (
            "schema.required",
            {
                "name": "list_pages",
                "description": "List the pages of a wiki.",
                "inputSchema": {"type": "object", "properties": {}, "required": ["text"]},
            },
        ),
    ],
)
def test_what_is_refused_or_contradicts_itself_is_an_error(
    check: str, tool: dict[str, Any]
) -> None:
    assert errors(tool) == {check}


def test_a_rubric_gives_levels_by_check_and_by_gain(tmp_path: Path) -> None:
    tool = {"name": "list_pages", "description": "List the pages of a wiki."}
    file = tmp_path / "mine.toml"
    head = 'extends = "tdqs"\nname = "mine"\n'
    file.write_text(f'{head}dimensions.usage.checks.exclusion.level = "error"\n')
    assert errors(tool, Rubric.prove(file)) == {"usage.exclusion"}
    file.write_text(f"{head}levels.error = 0.25\n")
    assert errors(tool, Rubric.prove(file)) == {"usage.when"}
    file.write_text(f'{head}dimensions.purpose.checks.described.level = "note"\n')
    assert errors({"name": "list_pages"}, Rubric.prove(file)) == set()


def test_a_level_moves_no_score(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('extends = "tdqs"\nname = "mine"\nlevels = { error = 0, warning = 0 }\n')
    tool = {"name": "list_pages", "description": "List the pages of a wiki."}
    (ours,), (theirs,) = (
        grade([server([tool])], under).servers[0].tools for under in (rubric(), Rubric.prove(file))
    )
    assert ours.score
    assert theirs.score
    assert ours.score.tdqs == theirs.score.tdqs
    assert {finding.level for finding in theirs.walk_findings() if finding.level} == {"error"}


def test_what_the_judge_puts_in_tier_a_passes_at_level_error() -> None:
    shipped = Rubric.load()
    best = [row for row in read(LABELS) if any(value >= 3.5 for value in row.values(TDQS))]
    assert len(best) > 50
    failing = [
        row.id
        for row in best
        for tool in grade([row.server], shipped).servers[0].tools[:1]
        if any(finding.level == "error" for finding in tool.walk_findings())
    ]
    assert len(failing) / len(best) <= 0.2
