"""What a terminal's pages are written on: so many columns, in colour or not."""

from __future__ import annotations

from dataclasses import dataclass

import click

from toolgrade.outputs.visible import visible
from toolgrade.wording.ci_commands import defuse_commands

_LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Paper:
    """How wide, and whether in colour."""

    width: int
    color: bool

    def make_bold(self, text: str) -> str:
        """Return a heading."""
        return click.style(text, bold=True) if self.color else text

    def dim(self, text: str) -> str:
        """Return what may be passed over."""
        return click.style(text, dim=True) if self.color else text

    def apply_color(self, text: str, color: str | None) -> str:
        """Return a text in a colour, None for its own."""
        return click.style(text, fg=color) if self.color and color else text


def flat(text: str) -> str:
    """Return the beginning of a stranger's text, harmless and on one line."""
    return defuse_commands(visible(text[:_LONGEST_TEXT], lines=False))
