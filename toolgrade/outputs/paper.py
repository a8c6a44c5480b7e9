"""The page of a terminal report: its width, and whether it is coloured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from toolgrade.outputs.columns import pad, wrap
from toolgrade.outputs.visible import visible
from toolgrade.wording.ci_commands import defuse_commands
from toolgrade.wording.counts import format_rest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.model import Place

_LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Paper:
    """The width in columns, whether to use colour, and whether to show lists whole."""

    width: int
    color: bool
    everything: bool = False

    def cut(self, most: int) -> int | None:
        """Return how much of a list is shown, None for all of it."""
        return None if self.everything else most

    def make_bold(self, text: str) -> str:
        """Return a heading."""
        return click.style(text, bold=True) if self.color else text

    def dim(self, text: str) -> str:
        """Return a text of lesser weight."""
        return click.style(text, dim=True) if self.color else text

    def apply_color(self, text: str, color: str | None) -> str:
        """Return a text in a colour; None leaves it as it is."""
        return click.style(text, fg=color) if self.color and color else text

    def title(self, text: str) -> Iterator[str]:
        """Yield an empty line and a heading, which may take several lines."""
        yield ""
        yield from map(self.make_bold, wrap(text, self.width))

    def wrap_dim(self, text: str, indent: int = 0) -> Iterator[str]:
        """Yield a text of lesser weight in lines."""
        yield from map(self.dim, wrap(text, self.width, first=" " * indent, rest=" " * indent))

    def hang(self, lead: str, text: str, indent: int, color: str | None = None) -> Iterator[str]:
        """Yield a text in lines that are indented, the first of them behind a coloured lead."""
        first, *rest = wrap(text, self.width, first=pad(lead, indent), rest=" " * indent)
        yield self.apply_color(first[: len(lead)], color) + first[len(lead) :]
        yield from rest

    def rest(self, total: int, shown: int, noun: str, where: str = "html or json") -> Iterator[str]:
        """Yield a line for the rest of a list that is cut; `where` are the formats that have it."""
        if self.everything:
            return
        if line := format_rest(total, shown, noun, f"in -o {where}"):
            yield f"... {line}"


def flat(text: str) -> str:
    """Return the beginning of a stranger's text, harmless and on one line."""
    return defuse_commands(visible(text[:_LONGEST_TEXT], lines=False))


def in_brackets(place: Place | None) -> str:
    """Return a place as the end of a sentence: " (server.py:3:5)"; "" for None."""
    return f" ({flat(str(place))})" if place else ""
