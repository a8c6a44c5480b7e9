"""What reports and pages say about each category of risk, and the documented attacks."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from toolgrade.files.shipped import FOLDER, read_shipped
from toolgrade.model import Attack, Capability, RiskGuide


@cache
def guide() -> RiskGuide:
    """Return the shipped guide."""
    attacks = _table("attacks.toml")["attack"]
    return RiskGuide(
        tuple(_capability(*item) for item in _table("risk.toml")["categories"].items()),
        tuple(Attack(**{**a, "categories": tuple(a["categories"])}) for a in attacks),
    )


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(read_shipped(FOLDER / name))


def _capability(key: str, table: dict[str, Any]) -> Capability:
    words = {name: table[name] for name in ("does", "matters", "rule", "limited", "blocked")}
    return Capability(key, table.get("level"), **words)
