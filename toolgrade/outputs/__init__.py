"""Readers of one Report, a function each: nothing is opened, printed or computed from scores here.

A module is imported when its format is asked for, so that a JSON report costs no template engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from toolgrade.model import Report

Reporter = Callable[[Report], Iterator[str]]


def _lazy(name: str) -> Reporter:
    def render(report: Report) -> Iterator[str]:
        module = import_module(f"{__name__}.{name}")
        return cast("Iterator[str]", module.render(report))

    return render


REPORTERS: dict[str, Reporter] = {
    name: _lazy(name)
    for name in (
        *("terminal", "json", "html", "markdown", "tdqs"),
        *("sarif", "junit", "github", "gitlab", "badge"),
    )
}
"""Format, as `-o` names it, to the function that renders a report in it, chunk by chunk."""
