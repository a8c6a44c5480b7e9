"""The contract: `toolgrade-compare/1`. Its schema is ../compare.schema.json; all is ASCII."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from toolgrade.model import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from toolgrade.model import ServerReport, ToolReport
    from toolgrade.model.comparison import Change, Comparison, Move, ServerPair, ToolPair

SCHEMA = "toolgrade-compare/1"

_ENCODE = json.JSONEncoder(allow_nan=False, check_circular=False, separators=(",", ":")).encode


def render(found: Comparison) -> Iterator[str]:
    """Return the comparison in chunks, a tool in each; the last ends with a newline."""
    head = {
        "schema": SCHEMA,
        "toolgrade": found.version,
        "rubric": {
            "name": found.rubric.name,
            "version": found.rubric.version,
            "digest": found.rubric.digest,
        },
        "old": found.old,
        "new": found.new,
        "failOn": found.fail_on,
        "missed": found.missed,
        "breaking": sum(change.kind.breaking for _, change in found.changes()),
    }
    yield f'{_ENCODE(head)[:-1]},"servers":['
    for number, server in enumerate(found.servers):
        yield f'{"," if number else ""}\n{_ENCODE(_server(server))[:-1]},"tools":['
        for at, tool in enumerate(server.tools):
            yield f"{',' if at else ''}\n{_ENCODE(_tool(tool))}"
        yield "\n]}"
    yield "\n]}\n"


def _server(server: ServerPair) -> dict[str, Any]:
    before, after = server.tokens
    return {
        "name": server.name,
        "before": _rollup(server.before),
        "after": _rollup(server.after),
        "tokens": {"before": before, "after": after},
        "findings": _moves(server.moves),
    }


def _rollup(server: ServerReport | None) -> dict[str, Any] | None:
    if server is None:
        return None
    score = server.score
    return {
        "name": server.server.name,
        "toolCount": score.tool_count,
        "meanTdqs": _number(score.mean_tdqs),
        "minTdqs": _number(score.min_tdqs),
        "descriptionQualityScore": _number(score.description_quality_score),
        "descriptionQualityTier": score.description_quality_tier,
    }


def _tool(tool: ToolPair) -> dict[str, Any]:
    return {
        "before": _side(tool.before),
        "after": _side(tool.after),
        "unknown": tool.unknown,
        "changes": [_change(change) for change in tool.changes],
        "findings": _moves(tool.moves),
    }


def _side(tool: ToolReport | None) -> dict[str, Any] | None:
    if tool is None:
        return None
    score = tool.score
    return {
        "index": tool.tool.index,
        "name": tool.tool.name,
        "tdqs": _number(score.tdqs) if score else None,
        "tier": score.tier if score else None,
        "scores": {DIMENSIONS.get(d.key, d.key): d.score for d in score.dimensions}
        if score
        else None,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.id,
        "title": change.kind.title,
        "breaking": change.kind.breaking,
        "why": change.kind.why,
        "pointer": change.pointer,
        "subject": change.subject,
        "before": change.before,
        "after": change.after,
    }


def _moves(moves: Sequence[Move]) -> list[dict[str, Any]]:
    return [
        {
            "state": move.state,
            "check": move.check,
            "title": move.title,
            "level": move.level,
            "note": move.note,
            "before": _number(move.before),
            "after": _number(move.after),
        }
        for move in moves
    ]


def _number(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
