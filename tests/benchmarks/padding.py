"""Measures what an empty sentence on every tool of a server buys.

    python tests/benchmarks/padding.py SERVER.json... [--sentences FILE] [--most 0.1] [--every N]

Each sentence of tests/gaming/sentences.txt is added to every description of every server that has
five tools or more. Prints the largest rises of the server's quality; exit status 1 if one is above
--most.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from toolgrade import Rubric, read
from toolgrade.grading.grade import grade
from toolgrade.model import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolgrade.model import Server

SENTENCES = Path(__file__).parents[1] / "gaming" / "sentences.txt"
FEWEST_TOOLS = 5
SHOWN = 12


def pad(server: Server, sentence: str) -> Server:
    """Return a server with a sentence at the end of every description."""
    padded = [
        replace(tool, description=f"{tool.description or ''} {sentence}") for tool in server.tools
    ]
    return replace(server, tools=tuple(padded))


def quality(server: Server, rubric: Rubric) -> Decimal | None:
    """Return the description quality of a server; None if too few of its tools are scored."""
    return grade([server], rubric).servers[0].score.description_quality_score


def large_servers(files: list[str]) -> Iterator[Server]:
    """Yield the servers with enough tools; a file that lists none is passed over."""
    for file in files:
        try:
            yield from (server for server in read(file) if len(server.tools) >= FEWEST_TOOLS)
        except InputError:
            continue


def rises(servers: list[Server], sentences: list[str]) -> Iterator[tuple[Decimal, str, str]]:
    """Yield by how much each sentence lifts each server."""
    rubric = Rubric.load()
    for server in servers:
        before = quality(server, rubric)
        if before is None:
            continue
        for sentence in sentences:
            after = quality(pad(server, sentence), rubric)
            if after is not None:
                yield after - before, server.name, sentence


def main() -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--sentences", type=Path, default=SENTENCES)
    parser.add_argument("--most", type=Decimal, default=Decimal("0.1"))
    parser.add_argument("--every", type=int, default=1, help="take every Nth server")
    given = parser.parse_args()
    sentences = [s for line in given.sentences.read_text().splitlines() if (s := line.strip())]
    servers = list(large_servers(given.files[:: given.every]))
    found = sorted(rises(servers, sentences), reverse=True)
    above = [row for row in found if row[0] > given.most]
    for rise, name, sentence in found[:SHOWN]:
        sys.stdout.write(f"{rise:+.2f} {name}: {sentence[:90]}\n")
    by_sentence: dict[str, Decimal] = {}
    for rise, _, sentence in found:
        by_sentence.setdefault(sentence, rise)
    sys.stdout.write(
        f"{len(servers)} servers, {len(sentences)} sentences: {len(above)} of {len(found)} above "
        f"{given.most}, worst {found[0][0]:+.2f}\n"
    )
    return int(bool(above))


if __name__ == "__main__":
    sys.exit(main())
