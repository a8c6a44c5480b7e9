"""Fitted numbers back into the rubric's text; comments, order and spacing stay."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import tomlkit

from toolgrade.model import COHERENCE

if TYPE_CHECKING:
    from tomlkit.items import Item

    from toolgrade.agreement.fit import Fitted
    from toolgrade.agreement.prices import Path


def rewrite_numbers(text: str, fitted: Fitted) -> str:
    """Return a rubric file's text with the fitted numbers in place of its own."""
    document = tomlkit.parse(text)
    numbers: dict[Path, Decimal] = dict(fitted.values)
    for key, cuts in fitted.cuts.items():
        whose = "coherence" if key in COHERENCE else "dimensions"
        numbers |= {(whose, key, "cuts", at): cut for at, cut in enumerate(cuts)}
    for path, number in numbers.items():
        table: Any = document
        for step in path[:-1]:
            table = table[step]
        if Decimal(str(table[path[-1]])) != number:
            table[path[-1]] = _make_toml_number(number)
    return tomlkit.dumps(document)


def _make_toml_number(number: Decimal) -> Item:
    if number == number.to_integral_value():
        return tomlkit.integer(str(int(number)))
    return tomlkit.float_(str(number.normalize()))
