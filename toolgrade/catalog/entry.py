"""What the catalogue keeps of a server: one JSON document, which is the API and the next run's
memory. Its schema is assets/api.schema.json.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from toolgrade.catalog.slugs import make_slug
from toolgrade.model import CATEGORIES, UNCLEAR, walk_findings
from toolgrade.outputs.json import encode_score
from toolgrade.outputs.matrix import build_matrix
from toolgrade.policy.rules import rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolgrade.model import Finding, Place, Server, ServerReport, Tool, ToolReport

SCHEMA = "toolgrade-catalog/1"
LANGUAGES = {
    ".cjs": "JavaScript",
    ".cs": "C#",
    ".go": "Go",
    ".java": "Java",
    ".js": "JavaScript",
    ".jsx": "JavaScript",
    ".kt": "Kotlin",
    ".kts": "Kotlin",
    ".mjs": "JavaScript",
    ".mts": "TypeScript",
    ".cts": "TypeScript",
    ".py": "Python",
    ".rs": "Rust",
    ".ts": "TypeScript",
    ".tsx": "TypeScript",
}
"""The languages that tools are read from, by a file's ending."""

RISKS = (*reversed(CATEGORIES), UNCLEAR)
"""The categories of risk, the strongest first."""

_MOST_WORDS = 160
_MOST_UNMET = 40


def digest(server: Server) -> str:
    """Return the SHA-256 of all that a page shows of a server as it was read."""
    tools = [
        (
            *(tool.name, tool.index, tool.title, tool.description),
            *(tool.input_schema, tool.output_schema, tool.annotations, tool.meta),
            *(sorted(tool.unknown), tool.malformed, tool.handler, tool.conditional),
            tool.origin.place(""),
        )
        for tool in server.tools
    ]
    around = (server.name, server.key, server.source.kind, str(server.source))
    told = (server.instructions, server.complete, server.malformed, sorted(server.files or ()))
    text = json.dumps([*around, *told, tools], default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def encode(
    report: ServerReport, slug: str, build: Mapping[str, str], legible: Sequence[bool | None]
) -> dict[str, Any]:
    """Return a graded server as JSON, without what is known only of all servers together: the
    relatives of its tools. `legible` says of each tool whether English word lists can judge it,
    None for unknown.
    """
    matrix = build_matrix(report)
    clients = [client.key for client in matrix.clients] if matrix else []
    troubles = {tool.tool.index: states for tool, states in (matrix.rows if matrix else ())}
    policy = {rule.tool: rule for rule in rules(report.tools)}
    taken: set[str] = set()
    tools = []
    for tool, is_legible in zip(report.tools, legible, strict=True):
        slug_of_tool = make_slug(_call(tool.tool), taken, tool.tool.index + 1)
        taken.add(slug_of_tool)
        rule = policy.get(tool.tool.name or "")
        states = zip(clients, troubles.get(tool.tool.index, ()), strict=False)
        tools.append(
            {
                **_encode_tool(tool),
                "slug": slug_of_tool,
                "policy": rule and {"action": rule.action, "why": rule.why, "limit": rule.limit},
                "clients": {key: state for key, state in states if state != "fine"},
                "english": is_legible,
                "related": None,
            }
        )
    source = report.server.source
    return {
        "schema": SCHEMA,
        "name": report.server.name,
        "slug": slug,
        "build": dict(build),
        "source": {"kind": source.kind, source.key: source.value},
        "language": _find_language(report.server),
        "instructions": report.server.instructions,
        "score": encode_score(report.score),
        "coherence": {
            d.key: d.score
            for d in (report.score.coherence.dimensions if report.score.coherence else ())
        },
        "risks": report.risks(),
        "clients": dict(zip(clients, matrix.server, strict=True)) if matrix else {},
        "tools": tools,
        "changes": [],
    }


def _call(tool: Tool) -> str:
    return tool.name if tool.name is not None else f"tool {tool.index + 1}"


def _encode_tool(report: ToolReport) -> dict[str, Any]:
    tool, score, risk = report.tool, report.score, report.risk
    return {
        "index": tool.index,
        "name": tool.name,
        "title": tool.title,
        "tdqs": float(score.tdqs) if score else None,
        "tier": score.tier if score else None,
        "scores": {d.key: d.score for d in score.dimensions} if score else {},
        "risk": risk
        and {
            "category": risk.category,
            "level": risk.level,
            "confidence": risk.confidence,
            "why": next((r.why for r in risk.reasons if r.category == risk.category), ""),
        },
        "unmet": [_encode_unmet(finding) for finding in report.to_do()[:_MOST_UNMET]],
        "met": {f.check: words for f in walk_findings(score) if (words := _quote(f))},
        "place": _encode_place(report.place),
        "handler": _encode_place(tool.handler.place if tool.handler else None),
        "unknown": sorted(tool.unknown),
        "definition": {
            "name": tool.name,
            "title": tool.title,
            "description": tool.description,
            "inputSchema": tool.input_schema,
            "outputSchema": tool.output_schema,
            "annotations": tool.annotations,
        },
    }


def _encode_unmet(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "title": finding.title,
        "level": finding.level,
        "note": finding.note,
        "gain": float(finding.gain),
    }


def _quote(finding: Finding) -> str:
    """Return the first words that met a check, "" where they earned nothing."""
    if finding.share != 1 or finding.delta <= 0 or not finding.quotes:
        return ""
    text = finding.quotes[0].text
    return text if len(text) <= _MOST_WORDS else f"{text[:_MOST_WORDS]}…"


def _encode_place(place: Place | None) -> dict[str, Any] | None:
    return place and place._asdict()


def _find_language(server: Server) -> str | None:
    """Return the language that most tools are written in, None where no code was read."""
    if server.source.kind != "code":
        return None
    places = (tool.origin.place("") or tool.origin.place("/name") for tool in server.tools)
    found = [LANGUAGES.get("." + p.file.rpartition(".")[2].lower(), "") for p in places if p]
    return max(sorted(set(found)), key=found.count, default="") or None
