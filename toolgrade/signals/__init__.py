"""Context signals: what can be counted in a definition before it is judged.

The numbers are those of TDQS 1.2, stage 1; tests compare them with those of the `tdqs` package.
"""

from __future__ import annotations

import math
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from toolgrade.model import Signals
from toolgrade.signals.canonical import canonical_bytes
from toolgrade.signals.subtree import required_subtree

if TYPE_CHECKING:
    from toolgrade.model import Tool


def signals(tool: Tool) -> Signals:
    """Return what TDQS counts in a tool with a name."""
    schema = tool.input_schema or {}
    annotations = tool.annotations or {}
    properties = schema.get("properties")
    params = list(properties.values()) if isinstance(properties, dict) else []
    required = schema.get("required")
    described, enums, nested = _count(params)
    canonical = canonical_bytes(tool)
    subtree = required_subtree(schema)
    return Signals(
        annotation_values={
            "destructive": _hint(annotations.get("destructiveHint")),
            "idempotent": _hint(annotations.get("idempotentHint")),
            "open_world": _hint(annotations.get("openWorldHint")),
            "read_only": _hint(annotations.get("readOnlyHint")),
        },
        definition_bytes=len(canonical),
        has_annotations=bool(annotations),
        has_nested_objects=nested,
        has_output_schema=bool(tool.output_schema),
        input_hash=sha256(canonical).hexdigest()[:16],
        invocation_cost=subtree.fields + 2 * max(0, subtree.depth - 1) + 2 * subtree.unions,
        param_count=len(params),
        params_with_descriptions=described,
        params_with_enums=enums,
        required_field_count=subtree.fields,
        required_param_count=len(required) if isinstance(required, list) else 0,
        schema_depth=subtree.depth,
        schema_description_coverage=_percent(described, len(params)),
        title_is_meaningful=_is_longer(tool.title, tool.name),
        union_choice_count=subtree.unions,
    )


def _count(params: list[Any]) -> tuple[int, int, bool]:
    """Return the number of parameters with a description and with an enum, and whether any is an
    object.
    """
    described, enums, nested = 0, 0, False
    for param in params:
        if isinstance(param, dict):
            description = param.get("description")
            described += isinstance(description, str) and description != ""
            enums += isinstance(param.get("enum"), list)
            nested = nested or param.get("type") == "object"
    return described, enums, nested


def _hint(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _percent(part: int, whole: int) -> int:
    # In doubles, as the registry does: there 29 of 200 is 14.499999999999998, and so 14.
    return math.floor(part / whole * 100 + 0.5) if whole else 100


def _is_longer(title: str | None, name: str | None) -> bool:
    return title is not None and title != name and _utf16_length(title) > _utf16_length(name or "")


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-be", "surrogatepass")) // 2
