"""Readers of one Comparison, a function each; a module is imported when its format is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from toolgrade.model.comparison import Comparison
from toolgrade.outputs import lazy

Reporter = Callable[[Comparison], Iterator[str]]


REPORTERS: dict[str, Reporter] = {
    name: lazy(f"{__name__}.{name}") for name in ("terminal", "json", "markdown")
}
"""Format, as `-o` names it, to the function that renders a comparison in it, chunk by chunk."""
