"""What reports and pages say about each category of risk, and the documented attacks."""

from __future__ import annotations

from functools import cache
from typing import Any

from toolgrade.files.compiled import read_tables
from toolgrade.model import Attack, Capability, RiskGuide


@cache
def guide() -> RiskGuide:
    """Return the shipped guide."""
    attacks = read_tables("attacks.toml")["attack"]
    return RiskGuide(
        tuple(_capability(*item) for item in read_tables("risk.toml")["categories"].items()),
        tuple(Attack(**{**a, "categories": tuple(a["categories"])}) for a in attacks),
    )


def _capability(key: str, table: dict[str, Any]) -> Capability:
    words = {name: table[name] for name in ("does", "matters", "rule", "limited", "blocked")}
    return Capability(key, table.get("level"), **words)
