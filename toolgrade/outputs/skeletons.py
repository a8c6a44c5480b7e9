"""A text to start from for a fix: what is in brackets is for the author to fill in.

A page may suggest it and a person decides; nothing here is ever written into a definition.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolgrade.model import Finding, ToolReport

_SENTENCES = {
    "purpose.described": "[Verb] [what] [of which]. Use when [the user wants what]. Returns [it].",
    "purpose.verb": "[Verb] [what] [of which].",
    "purpose.scope": "[Verb] [what] in [which place, account or project].",
    "purpose.distinct": "Unlike [other tool], it [difference].",
    "usage.when": "Use when [the user wants what].",
    "usage.exclusion": "Do not use to [what]; use [other tool] instead.",
    "usage.alternative": "To [other case], use [other tool] instead.",
    "usage.prerequisites": "Requires [what]. Call [other tool] first to get [what].",
    "behavior.reversibility": "This cannot be undone.",
    "behavior.failure": "Returns an error if [case], and an empty list if nothing is found.",
    "behavior.returns": "Returns [what], with [fields].",
    "behavior.cost": "Each call costs [credits], at most [number] a minute.",
    "behavior.authorization": "Needs [which permission or key].",
    "completeness.returns": "Returns [what], with [fields].",
}
_QUOTED = re.compile(r"'([A-Z][^'.]{1,60}\.\.\.|[A-Z][^'.]{5,100}\.)'")
"""A sentence, or the beginning of one, that a note suggests; other quoted words are the tool's."""

_HINTS = {"readOnlyHint": "true or false", "destructiveHint": "true or false"}
_MOST_PARAMETERS = 12


def suggest_text(finding: Finding, tool: ToolReport | None) -> str:
    """Return a text to start from for a fix; "" where none would help."""
    if finding.check == "behavior.annotated":
        return json.dumps({"annotations": {key: f"[{value}]" for key, value in _HINTS.items()}})
    if finding.check.startswith("parameters.") and tool:
        return _suggest_descriptions(tool)
    if known := _SENTENCES.get(finding.check):
        return known
    quoted = _QUOTED.search(finding.note)
    return quoted[1].replace("...", "[...]") if quoted else ""


def _suggest_descriptions(tool: ToolReport) -> str:
    """Return the parameters that have no description, each with a place for one."""
    properties = (tool.tool.input_schema or {}).get("properties")
    if not isinstance(properties, dict):
        return ""
    bare = [
        name
        for name, schema in properties.items()
        if isinstance(schema, dict) and not schema.get("description")
    ]
    wanted = {
        name: {"description": "[what it is, its format, an example]"}
        for name in bare[:_MOST_PARAMETERS]
    }
    return json.dumps({"properties": wanted}, ensure_ascii=False, indent=1) if wanted else ""
