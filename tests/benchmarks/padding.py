"""Measures what an empty sentence on every tool of a server buys.

    python tests/benchmarks/padding.py SERVER.json... [--sentences FILE]... [-j N] [--tools N]
        [--every N]

Each sentence is added to every description of every server that has five tools or more; of a larger
server, --tools takes as many tools, evenly spaced. With
--every 2 only every second tool gets the sentence, so that it is not what most tools say. Prints a
report in Markdown: the most that each sentence lifts the quality of a server, and what is above
--most; exit status 1 if anything is. reports/padding.md and reports/padding-half.md are its output.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from toolgrade import Rubric, read
from toolgrade.grading.grade import grade
from toolgrade.model import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolgrade.model import Server

SENTENCES = Path(__file__).parents[1] / "gaming" / "sentences.txt"
FEWEST_TOOLS = 5


class Rise(NamedTuple):
    """By how much a sentence lifts the quality of a server."""

    points: Decimal
    server: str
    sentence: str


class Measured(NamedTuple):
    """A server: how many tools it has, and its rises; none if it has no score."""

    tools: int
    rises: list[Rise]


@cache
def load_rubric() -> Rubric:
    """Return the rubric, read once a process."""
    return Rubric.load()


def pad(server: Server, sentence: str, every: int) -> Server:
    """Return a server with a sentence at the end of the description of every so many tools."""
    padded = [
        tool if at % every else replace(tool, description=f"{tool.description or ''} {sentence}")
        for at, tool in enumerate(server.tools)
    ]
    return replace(server, tools=tuple(padded))


def quality(server: Server) -> Decimal | None:
    """Return the description quality of a server; None if too few of its tools are scored."""
    return grade([server], load_rubric()).servers[0].score.description_quality_score


def sample(server: Server, most: int) -> Server:
    """Return a server with at most so many of its tools, evenly spaced."""
    count = len(server.tools)
    kept = sorted({at * count // most for at in range(most)}) if count > most else range(count)
    tools = (replace(server.tools[at], index=to) for to, at in enumerate(kept))
    return replace(server, tools=tuple(tools))


def measure(file: str, sentences: Sequence[str], most: int, every: int) -> list[Measured]:
    """Return by how much each sentence lifts each server of a file that has enough tools; none if
    the file cannot be read.
    """
    try:
        servers = [server for server in read(file) if len(server.tools) >= FEWEST_TOOLS]
    except InputError:
        return []
    return [measure_server(sample(server, most), sentences, every) for server in servers]


def measure_server(server: Server, sentences: Sequence[str], every: int) -> Measured:
    """Return by how much each sentence lifts a server."""
    before = quality(server)
    if before is None:
        return Measured(len(server.tools), [])
    after = ((sentence, quality(pad(server, sentence, every))) for sentence in sentences)
    rises = [Rise(points - before, server.name, s) for s, points in after if points is not None]
    return Measured(len(server.tools), rises)


def report(servers: list[Measured], tools_each: int, every: int, most: Decimal) -> Iterator[str]:
    """Yield the lines of the report."""
    found = [rise for server in servers for rise in server.rises]
    found.sort(key=lambda rise: (-rise.points, rise.server, rise.sentence))
    above = [rise for rise in found if rise.points > most]
    tools = sum(server.tools for server in servers)
    silent = sum(not server.rises for server in servers)
    yield "# What an empty sentence buys"
    yield ""
    which = "every description" if every == 1 else f"one description in {every}"
    yield f"The sentence is put at the end of {which} of a server that was saved live. By"
    yield f"how much does its quality rise? At most {most} is wanted, of 4 points (from 1 to 5)."
    yield ""
    yield (
        f"- Servers with {FEWEST_TOOLS} tools or more: {len(servers)}; measured with {tools:,} of"
        f" their tools, at most {tools_each:,} of each server, evenly spaced."
    )
    yield f"- Servers without a score, as most of their text is not English: {silent}."
    yield f"- Trials: {len(found):,}. Above {most}: {len(above)}. Most: {found[0].points:+.2f}."
    yield ""
    yield f"| Sentence | Largest rise | On | Above {most} | Servers that lose |"
    yield "| :-- | --: | :-- | --: | --: |"
    for sentence in dict.fromkeys(rise.sentence for server in servers for rise in server.rises):
        rows = [rise for rise in found if rise.sentence == sentence]
        over = sum(rise.points > most for rise in rows)
        lost = sum(rise.points < 0 for rise in rows)
        yield f"| {sentence} | {rows[0].points:+.2f} | {rows[0].server} | {over} | {lost} |"
    if above:
        yield ""
        yield "| Above | Server | Sentence |"
        yield "| --: | :-- | :-- |"
        yield from (f"| {rise.points:+.2f} | {rise.server} | {rise.sentence} |" for rise in above)
    yield ""
    often = "" if every == 1 else f" --every {every}"
    yield f"To measure again: `python tests/benchmarks/padding.py SERVER.json... --tools N{often}`."


def main() -> int:
    """Print the report; return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--sentences", type=Path, action="append")
    parser.add_argument("-j", "--jobs", type=int, default=1)
    parser.add_argument("--tools", type=int, default=10_000)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--most", type=Decimal, default=Decimal("0.1"))
    given = parser.parse_args()
    lines = [line.strip() for f in given.sentences or [SENTENCES] for line in f.open()]
    sentences = list(dict.fromkeys(filter(None, lines)))
    with ProcessPoolExecutor(given.jobs) as pool:
        measured = pool.map(
            measure, given.files, repeat(sentences), repeat(given.tools), repeat(given.every)
        )
        servers = [server for of_file in measured for server in of_file]
    sys.stdout.writelines(
        f"{line}\n" for line in report(servers, given.tools, given.every, given.most)
    )
    return int(any(rise.points > given.most for server in servers for rise in server.rises))


if __name__ == "__main__":
    sys.exit(main())
