"""Tables of figures, for the terminal and Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Table:
    """A title, and rows of cells under a header; the first column is words, the rest figures."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def plain(table: Table) -> Iterator[str]:
    """Yield the lines of a table in aligned columns."""
    widths = [max(map(len, column)) for column in zip(table.header, *table.rows, strict=True)]
    yield f"\n{table.title}\n"
    for first, *rest in (table.header, *table.rows):
        cells = (c.rjust(w) for c, w in zip(rest, widths[1:], strict=True))
        yield "  ".join(("", first.ljust(widths[0]), *cells)).rstrip() + "\n"


def render_markdown_table(table: Table) -> Iterator[str]:
    """Yield the lines of a table in Markdown, its title as a heading of the third level."""
    yield f"\n### {table.title}\n\n"
    rule = ("---", *("---:" for _ in table.header[1:]))
    for row in (table.header, rule, *table.rows):
        yield f"| {' | '.join(row)} |\n"
