"""What a rubric makes of the answers: sums by dimension, of a tool and of a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from toolgrade.model.finding import Finding


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
that one name does not mean two dimensions.
"""


class RubricError(Exception):
    """A rubric that cannot be used: one line saying what, where and how to fix it."""


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
    findings: Sequence[Finding]
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


@dataclass(frozen=True, slots=True)
class CoherenceScore:
    """How a server's tools fit together. `score` is the exact weighted mean of the whole scores,
    to one decimal; `expected` is the same mean of the unrounded ones, to three.
    """

    score: Decimal
    expected: Decimal
    tier: str
    dimensions: tuple[DimensionScore, ...]


def walk_findings(score: ToolScore | CoherenceScore | None) -> Iterator[Finding]:
    """Walk the findings of a score's dimensions, in order; none where there is no score."""
    for dimension in score.dimensions if score else ():
        yield from dimension.findings


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
