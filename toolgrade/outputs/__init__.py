"""Readers of one Report, a function each: nothing is opened, printed or computed from scores here.

A module is imported when its format is asked for, so that a JSON report costs no template engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, cast

from toolgrade.model import Report

Reporter = Callable[[Report], Iterator[str]]


def lazy(module: str) -> Callable[[Any], Iterator[str]]:
    """Return the function `render` of a module, which is imported when it is first called."""

    def render(found: object) -> Iterator[str]:
        return cast("Iterator[str]", import_module(module).render(found))

    return render


REPORTERS: dict[str, Reporter] = {
    name: lazy(f"{__name__}.{name}")
    for name in (
        *("terminal", "concise", "json", "html", "markdown", "tdqs"),
        *("sarif", "junit", "github", "gitlab", "badge"),
    )
}
"""Format, as `-o` names it, to the function that renders a report in it, chunk by chunk."""
