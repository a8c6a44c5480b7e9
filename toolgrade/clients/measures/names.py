"""Measures of names: their length, their characters, and whether they stay apart."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from toolgrade.clients.facts import point_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.clients.facts import Fault, Part, Whole

SHOWN = 40


@cache
def _compile_class(text: str) -> re.Pattern[str]:
    return re.compile(text)


def name_length(part: Part, most: int) -> Iterator[Fault]:
    """Has a name that is short enough, with what the client puts around it."""
    full = part.around + len(part.name or "")
    if full > most:
        around = f", {part.around} of them added by the client" if part.around else ""
        yield "/name", f"shorten the name: {full} characters{around}, {most} at most"


def name_characters(part: Part, allowed: str) -> Iterator[Fault]:
    """Has a name of the characters that are taken."""
    name = part.name
    if name is not None and not _compile_class(allowed).fullmatch(name):
        yield "/name", f"rename it: names must match {allowed}"


def distinct_names(whole: Whole, how: str) -> Iterator[Fault]:
    """Has names that stay apart.

    `how` is "exact", "case" (in lower case), or a class of characters that become "_".
    """
    seen: dict[str, str] = {}
    for tool in whole.server.tools:
        name = tool.name
        if name is None:
            continue
        key = _reduce_name(name, how)
        if key not in seen:
            seen[key] = name
        elif how != "case" or seen[key] != name:
            yield (
                f"/tools/{tool.index}/name",
                f"rename '{name[:SHOWN]}' or '{seen[key][:SHOWN]}': both become '{key[:SHOWN]}'",
            )


def _reduce_name(name: str, how: str) -> str:
    if how == "exact":
        return name
    return name.lower() if how == "case" else _compile_class(how).sub("_", name)


def property_names(part: Part, allowed: str) -> Iterator[Fault]:
    """Has parameter names of the characters that are taken."""
    takes = _compile_class(allowed).fullmatch
    for held, key, _ in part.input.under_properties():
        if not takes(key):
            yield (
                point_at(held, "properties", key),
                f"rename '{key[:SHOWN]}': parameters must match {allowed}",
            )
