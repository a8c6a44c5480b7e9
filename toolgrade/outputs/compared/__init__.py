"""Readers of one Comparison, a function each; a module is imported when its format is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from toolgrade.comparison import Comparison

Reporter = Callable[[Comparison], Iterator[str]]


def _lazy(name: str) -> Reporter:
    def render(comparison: Comparison) -> Iterator[str]:
        module = import_module(f"{__name__}.{name}")
        return cast("Iterator[str]", module.render(comparison))

    return render


REPORTERS: dict[str, Reporter] = {name: _lazy(name) for name in ("terminal", "json", "markdown")}
"""Format, as `-o` names it, to the function that renders a comparison in it, chunk by chunk."""
